"""What is painted can be read: contrast measured on the frames themselves, in every theme of the app's own (UX 19)."""

from __future__ import annotations

import pytest
from textual.geometry import Offset

from seam_tui.tui.screens.welcome import WelcomeScreen
from seam_tui.tui.themes import DARK, HIGH_CONTRAST, HIGH_CONTRAST_LIGHT, LIGHT
from tests.colours import contrast, is_behind, nearest_of_256, painted
from tests.flows.driver import RunningApp, demo_launch, running_app
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown

LEAST = {DARK.name: 4.5, LIGHT.name: 4.5, HIGH_CONTRAST.name: 7.0, HIGH_CONTRAST_LIGHT.name: 7.0}
"""By theme the contrast that every text has, also what is greyed (WCAG 2.2: AA asks for 4.5, AAA for 7)."""

in_every_theme = pytest.mark.parametrize("theme", LEAST)


class Reader:
    """Looks at frames, and notes what is too faint, also on a terminal that has 256 colours.

    Args:
        app: The app.
    """

    def __init__(self, app: RunningApp) -> None:
        self.app = app
        self.least = LEAST[app.app.theme]
        self.faint: set[str] = set()
        self.read: set[str] = set()

    async def reads(self, what: str, *words: str) -> None:
        """Measure all that is on screen; with high contrast also what lies behind a dialog."""
        await self.app.drawn()
        for word in words:
            await self.app.shows(word)
        for run in painted(self.app.app):
            if not run.words or (self.least < 7.0 and is_behind(self.app.app, run)):
                continue
            text, under = run.colours
            self.read.add(what)
            for ratio in (contrast(text, under), contrast(nearest_of_256(text), nearest_of_256(under))):
                if ratio < self.least:
                    self.faint.add(f"{what}: {run.text.strip()[:30]!r} {ratio:.1f}")


@in_every_theme
async def test_every_text_of_lists_detail_and_filter_has_its_contrast(theme: str) -> None:  # UX 19
    async with running_app(theme=theme) as app:
        reader = Reader(app)
        await app.codes.choose("Hiro Tanaka")
        await reader.reads("triage", "duplicate_code_on_device")
        await app.press("space")
        await reader.reads("a mark", "1 marked")
        await app.press("u", "3", "right")
        await reader.reads("a chosen button")
        await app.press("1")
        await reader.reads("devices", "All devices")
        await app.press("2", "/")
        await app.type("zzz:1")
        await reader.reads("a mistake in the filter", "zzz")
        await app.press("escape", "escape", "?")
        await reader.reads("help", "Close")
        await app.press("escape", "ctrl+r")
        await reader.reads("read-only", "READ-ONLY")
        app.app.notify("It failed", title="Bad", severity="error")
        app.app.notify("Take care", severity="warning")
        await reader.reads("toasts", "Take care")
        assert reader.read == {
            *("triage", "a mark", "a chosen button", "devices", "a mistake in the filter", "help"),
            *("read-only", "toasts"),
        }
        assert reader.faint == set()


@in_every_theme
async def test_every_text_of_the_dialogs_has_its_contrast(theme: str) -> None:  # UX 19
    async with running_app(theme=theme) as app:
        reader = Reader(app)
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.is_ready()
        await reader.reads("a question", "Cancel")
        await app.press("escape", "S")
        await reader.reads("a choice", "most urgent first")
        await app.press("escape", "e")
        await reader.reads("edit")
        await app.press("escape", "p")
        await app.type("12")
        await app.press("enter")
        await reader.reads("a form with a mistake", "digits")
        await app.press("escape", "ctrl+p")
        await reader.reads("the palette", "Search for commands")
        await app.press("escape")
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await reader.reads("the plan", "Delete")
        await app.press("t")
        await reader.reads("the dry run", "/access_codes/delete")
        await app.press("escape", "y")
        await result_is_shown(app)
        await reader.reads("the result")
        assert len(reader.read) == 8
        assert reader.faint == set()


@in_every_theme
async def test_every_text_of_the_first_run_has_its_contrast(theme: str) -> None:  # UX 19
    async with running_app(theme=theme, connection=None, demo=demo_launch, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WelcomeScreen), "the first-run screen")
        reader = Reader(app)
        await reader.reads("the first run", "SEAM_API_KEY")
        assert reader.read
        assert reader.faint == set()


async def test_what_lies_dimmed_behind_a_dialog_takes_no_key_and_no_click() -> None:  # WCAG 1.4.3: inactive
    async with running_app(theme="dark") as app:
        await app.codes.choose("Hiro Tanaka")
        at = app.codes.at
        row = Offset(10, 3) + app.codes.table.region.offset
        await app.press("x")
        await app.confirm.is_ready()
        assert any(is_behind(app.app, run) and "‼ urgent" in run.text for run in painted(app.app))
        await app.pilot.click(offset=row)
        await app.press("down", "pagedown")
        assert app.confirm.is_open
        assert app.codes.at == at
        await app.press("n")
        await app.pilot.click(offset=row)
        await app.until(lambda: app.codes.at != at, "the click taken once the dialog is gone")


async def test_a_text_that_is_too_faint_would_be_found() -> None:
    async with running_app(theme="textual-dark") as app:
        app.app.theme = DARK.name
        await app.codes.choose("Hiro Tanaka")
        app.triage.query_one("SayLine").styles.color = "#555555"
        app.triage.say("This can hardly be read.")
        reader = Reader(app)
        app.triage.query_one("SayLine").update("This can hardly be read.")
        await reader.reads("triage", "This can hardly be read.")
        assert any("This can hardly be read." in faint for faint in reader.faint)
