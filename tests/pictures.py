"""Makes README's pictures from the real app on the sandbox: `python -m tests.pictures`.

The clocks stand still, the seed is fixed and the terminal is always the same one, so a picture changes only when the
app does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import create_sandbox
from seam_tui.sync.pace import WatchPace
from seam_tui.tui.screen_picture import svg_of
from tests.flows.driver import RunningApp, running_app

FOLDER = Path(__file__).parent.parent / "screenshots"
MOMENT = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
Act = Callable[[RunningApp], Awaitable[None]]


async def triage(app: RunningApp) -> None:
    """The three panes, on a code whose PIN another code has."""
    await app.codes.choose("Hiro Tanaka")
    await app.detail.shows("duplicate_code_on_device")
    await app.press("enter")
    await app.until(lambda: app.detail.has_focus, "the detail")


async def confirm(app: RunningApp) -> None:
    """The question before a deletion."""
    await app.codes.choose("Hiro Tanaka")
    await app.press("x")
    await app.confirm.is_ready()


async def shared(app: RunningApp) -> None:
    """The same with others watching: share mode hides whose code it is."""
    await triage(app)
    await app.press("f8")
    await app.until(lambda: "SHARED" in app.text and "Hiro" not in app.text, "share mode")


async def projector(app: RunningApp) -> None:
    """The layout for a projector, on the code's own page."""
    await app.codes.choose("Hiro Tanaka")
    await app.press("f9", "enter")
    await app.until(lambda: app.detail.has_focus, "the detail")


PICTURES: tuple[tuple[str, tuple[int, int], Act], ...] = (
    ("triage-160x50", (160, 50), triage),
    ("triage-80x24", (80, 24), triage),
    ("confirm-100x30", (100, 30), confirm),
    ("shared-100x30", (100, 30), shared),
    ("projector-60x20", (60, 20), projector),
)


async def draw(size: tuple[int, int], act: Act) -> str:
    """One picture, as the app draws it now.

    Args:
        size: Columns and lines of the terminal.
        act: What is done until it is taken.
    """
    world = create_sandbox("default", clock=SandboxClock(MOMENT, speed=0))
    with mock.patch.dict(os.environ, TERMINAL):
        os.environ.pop("NO_COLOR", None)
        async with running_app(world=world, size=size, pace=WatchPace()) as app:
            await act(app)
            await app.drawn()
            return svg_of(app.app)


async def outdated(folder: Path = FOLDER) -> list[str]:
    """The pictures that do not show the app as it is now.

    Args:
        folder: Where they are.
    """
    found = []
    for name, size, act in PICTURES:
        path = folder / f"{name}.svg"
        if not path.exists() or path.read_text(encoding="utf-8") != await draw(size, act):
            found.append(name)
    return found


async def make_pictures() -> None:
    """Make every picture anew."""
    for name, size, act in PICTURES:
        path = FOLDER / f"{name}.svg"
        path.write_text(await draw(size, act), encoding="utf-8")
        print(path.relative_to(FOLDER.parent))


if __name__ == "__main__":
    asyncio.run(make_pictures())
