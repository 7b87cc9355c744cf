"""One workspace without a screen: the client, the runs over it, and what keeps watch until the locks have answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import typer

from seam_tui.cli.common import clock, fail

if TYPE_CHECKING:
    from seam_tui.domain.access_code import AccessCode
    from seam_tui.domain.account import Workspace
    from seam_tui.domain.clock import Clock
    from seam_tui.domain.device import Device
    from seam_tui.operations.journal import Journal
    from seam_tui.operations.plan import Plan
    from seam_tui.operations.runs import Runs
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.seam_api.connection import Connection
    from seam_tui.settings import Settings
    from seam_tui.sync.rereader import Rereader

_IDS_AT_ONCE: Final = 100
"""They stand in the address."""


@dataclass
class Desk:
    """What a command that sends something works at."""

    client: SeamClient
    runs: Runs
    rereader: Rereader
    workspace: Workspace
    clock: Clock
    endpoint: str
    listeners: list[Callable[[object], object]]
    """Told of every event of the re-reader."""
    devices: dict[str, Device] = field(default_factory=dict)
    """The locks of a plan, by id, for their names and time zones."""
    before: dict[str, AccessCode] = field(default_factory=dict)
    """Managed codes of a plan as they read before anything is sent, by id."""

    async def look_around(self, plan: Plan) -> None:
        """Read the locks and the codes of a plan, as far as they are listed: what cannot be read is done without."""
        from seam_tui.seam_api.errors import SeamFailure

        device_ids = dict.fromkeys(step.device_id for step in plan.steps if step.device_id is not None)
        code_ids = dict.fromkeys(step.access_code_id for step in plan.steps if step.access_code_id is not None)
        with suppress(SeamFailure):
            for ids in _by_the_hundred(device_ids):
                devices = await self.client.list_devices_by_ids(ids)
                self.devices |= {device.device_id: device for device in devices}
        with suppress(SeamFailure):
            for ids in _by_the_hundred(code_ids):
                codes = await self.client.list_access_codes_by_ids(ids)
                self.before |= {code.access_code_id: code for code in codes}


@asynccontextmanager
async def open_desk(
    connection: Connection, settings: Settings, journal: Journal, *, sends: bool
) -> AsyncIterator[Desk]:
    """Connect to a workspace, and see that something may be sent there.

    Args:
        connection: The way to it.
        settings: Say where nothing may be changed.
        journal: Where runs are kept.
        sends: Whether anything is to be sent; if not, the client refuses to.

    Raises:
        SeamFailure: It cannot be reached.
        typer.Exit: It is read-only, which was said.
    """
    from seam_tui.operations.journal_files import JournalError
    from seam_tui.operations.runs import Runs
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.sync.events import CodeSettled
    from seam_tui.sync.rereader import Rereader
    from seam_tui.workspace.watchlist import Watchlist

    time = clock()
    client = SeamClient(connection, read_only=True, clock=time)
    try:
        workspace = await client.get_workspace()
        if sends and settings.is_read_only(workspace.workspace_id):
            raise fail(f"Read-only: nothing can be changed in {workspace.name}. Nothing was sent.")
        client.read_only = not sends
        listeners: list[Callable[[object], object]] = []

        def tell(event: object) -> None:
            for listener in listeners:
                listener(event)

        rereader = Rereader(client, Watchlist(), tell, time)
        runs = Runs(client, rereader, time, journal, endpoint=connection.endpoint)
        runs.workspace = workspace

        def note(event: object) -> None:
            if isinstance(event, CodeSettled):
                runs.settled(event.access_code_id, event.code)

        listeners.append(note)
        if sends:
            try:
                await runs.expire()
            except JournalError as problem:
                typer.echo(str(problem), err=True)
        yield Desk(client, runs, rereader, workspace, time, connection.endpoint, listeners)
    finally:
        await client.close()


@asynccontextmanager
async def watching(rereader: Rereader) -> AsyncIterator[None]:
    """Let the re-reader work meanwhile."""
    task = asyncio.create_task(rereader.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _by_the_hundred(ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
    listed = tuple(ids)
    return (listed[start : start + _IDS_AT_ONCE] for start in range(0, len(listed), _IDS_AT_ONCE))
