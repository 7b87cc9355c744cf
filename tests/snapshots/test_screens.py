"""A few pictures of the screen; after a change of looks, look at them and run with --snapshot-update."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from seam_tui.sync.pace import WatchPace
from tests.flows.driver import RunningApp, running_app

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TERMINAL = re.compile(r"terminal-\d+")
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture(app: RunningApp) -> str:
    """The screen as SVG, without what differs from run to run or tells nothing."""
    svg = app.app.export_screenshot(title="seam-tui")
    return _UUID.sub("00000000-0000-4000-8000-000000000000", _TERMINAL.sub("terminal", _FONTS.sub("", svg)))


@pytest.fixture
def as_svg(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Each picture in a file of its own, to look at."""
    return snapshot.use_extension(SVGImageSnapshotExtension)


async def look(app: RunningApp) -> str:
    """Take the picture of a code with a duplicate, when everything stands still."""
    await app.codes.choose("Hiro Tanaka")
    if app.detail.is_shown:
        await app.detail.shows("duplicate_code_on_device")
    await app.drawn()
    return picture(app)


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24), (60, 20)], ids=["160x50", "100x30", "80x24", "60x20"])
@pytest.mark.parametrize("looks", ["dark", "high-contrast", "no-color"])
async def test_the_triage_screen(
    size: tuple[int, int], looks: str, as_svg: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:  # UX 19, 24
    if looks == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    async with running_app(pace=WatchPace(), size=size, theme=None if looks == "no-color" else looks) as app:
        assert await look(app) == as_svg


async def test_the_layout_for_a_projector(as_svg: SnapshotAssertion) -> None:
    async with running_app(pace=WatchPace(), size=(60, 20), large=True) as app:
        assert await look(app) == as_svg


async def test_a_question_without_colours(monkeypatch: pytest.MonkeyPatch, as_svg: SnapshotAssertion) -> None:  # UX 19
    monkeypatch.setenv("NO_COLOR", "1")
    async with running_app(pace=WatchPace(), size=(100, 30)) as app:
        await look(app)
        await app.press("x")
        await app.confirm.is_ready()
        await app.drawn()
        assert picture(app) == as_svg


async def test_the_colours_of_the_terminal(as_svg: SnapshotAssertion) -> None:  # UX 19
    async with running_app(pace=WatchPace(), size=(100, 30), theme="ansi") as app:
        assert app.app.theme == "ansi"
        assert await look(app) == as_svg
