"""Makes README's pictures from the real app on the sandbox: `python -m tests.pictures`.

The sandbox's clock stands still and its seed is fixed, so a picture changes only when the app does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
from textual.pilot import Pilot

from seam_tui.domain.clock import ManualClock
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import SANDBOX_KEY, create_sandbox
from seam_tui.seam_api.connection import Connection
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from seam_tui.tui.screen_picture import svg_of
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.widgets.record_table import RecordTable

FOLDER = Path(__file__).parent.parent / "screenshots"
MOMENT = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)
Act = Callable[[Pilot[None]], Awaitable[None]]


def make_app() -> SeamTuiApp:
    """The app on the default scenario at a fixed moment."""
    sandbox = create_sandbox("default", clock=SandboxClock(MOMENT, speed=0))
    launch = Launch(
        connection=Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid"),
        transport=lambda: httpx.ASGITransport(sandbox.app, raise_app_exceptions=False),
        clock=ManualClock(MOMENT),
    )
    return SeamTuiApp(launch)


async def loaded(pilot: Pilot[None]) -> TriageScreen:
    """Wait until everything is on screen."""
    for _ in range(2_000):
        await pilot.pause(0.01)
        screen = pilot.app.screen
        if isinstance(screen, TriageScreen) and screen.telling.is_followed and len(screen.codes) > 80:
            await pilot.pause(0.3)
            return screen
    raise RuntimeError("the sandbox did not load")


async def choose(pilot: Pilot[None], name: str) -> None:
    """Put the cursor on a code by its name."""
    screen = await loaded(pilot)
    codes = screen.board.store.codes
    wanted = next(key for key, code in codes.items() if code.name == name)
    screen.query_one("#codes", RecordTable).move_to(wanted)
    await pilot.pause(0.3)


async def triage(pilot: Pilot[None]) -> None:
    """The three panes, on a code whose PIN another code has."""
    await choose(pilot, "Hiro Tanaka")
    await pilot.press("enter")
    await pilot.pause(0.3)


async def confirm(pilot: Pilot[None]) -> None:
    """The question before a deletion."""
    await choose(pilot, "Hiro Tanaka")
    await pilot.press("x")
    await pilot.pause(0.5)


PICTURES: tuple[tuple[str, tuple[int, int], Act], ...] = (
    ("triage-160x50", (160, 50), triage),
    ("triage-80x24", (80, 24), triage),
    ("confirm-100x30", (100, 30), confirm),
)


async def make_pictures(folder: Path = FOLDER) -> list[Path]:
    """Make every picture anew.

    Args:
        folder: Where they go.

    Returns:
        The files.
    """
    made = []
    for name, size, act in PICTURES:
        app = make_app()
        async with app.run_test(size=size) as pilot:
            await act(pilot)
            path = folder / f"{name}.svg"
            path.write_text(svg_of(app), encoding="utf-8")
            made.append(path)
    return made


if __name__ == "__main__":
    for picture in asyncio.run(make_pictures()):
        print(picture.relative_to(FOLDER.parent))
