"""What the flows of a second start share: an app that was left, and the picture that it has kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from seam_tui.sandbox.server import Sandbox
from seam_tui.sync.pace import WatchPace
from seam_tui.workspace.changes import changed_fields
from tests.flows.driver import RunningApp, running_app
from tests.flows.wire import Wire, about

PACE: Final = WatchPace(interval=30 * 86_400.0)
"""One look, and no other by itself; the rolling re-read at its usual pace."""


def kept_in(cache: Path, **launch: Any) -> dict[str, Any]:
    """How an app is started that keeps pictures there."""
    return {"cache_folder": lambda: cache, "pace": PACE} | launch


async def run_once(cache: Path, world: Sandbox, **launch: Any) -> None:
    """Open the app, let it load, and leave it as a person does."""
    async with running_app(world=world, **kept_in(cache, **launch)) as app:
        await leave(app)


async def leave(app: RunningApp) -> None:
    """Quit, and wait until the picture for the next start is on disk."""
    keeper = app.triage.session.keeper
    await app.press("q")
    await app.until(lambda: not app.app.is_running, "the end of the app")
    keeper.wait()


def all_held(wire: Wire) -> None:
    """Let nothing through to Seam."""
    wire.hold(about("*"))


async def picture_is_shown(app: RunningApp) -> None:
    """Wait until the picture of the last run is on screen."""
    await app.until(
        lambda: app.has_panes and app.triage.telling.is_catching_up and len(app.codes.table.ids) > 0, "the picture"
    )
    await app.drawn()


async def is_verified(app: RunningApp) -> None:
    """Let time pass until all that comes from the picture was read again."""
    await app.until(lambda: not app.triage.board.store.kept_ids, "everything read again", within=3_600)
    await app.drawn()


def records_of(app: RunningApp) -> dict[str, Any]:
    """All records that an app shows, PINs included, by id."""
    store = app.triage.board.store
    return {"": store.workspace, **store.accounts, **store.devices, **store.codes}


async def differences(shown: dict[str, Any], world: Sandbox) -> list[str]:
    """In what the records that an app showed differ from those that another one loads from Seam now."""
    async with running_app(world=world) as app:
        true = records_of(app)
    found = [f"{key} is not shown" for key in true.keys() - shown.keys()]
    found += [f"{key} is shown still" for key in shown.keys() - true.keys()]
    for key in true.keys() & shown.keys():
        found += [f"{key}: {name}" for name in changed_fields(shown[key], true[key])]
    return found
