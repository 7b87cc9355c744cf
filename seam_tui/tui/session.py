"""The app's line to one workspace: client, watcher, re-reader and runs, all living in the Seam thread.

The screen calls plain methods here and gets messages back; nothing here touches a widget.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from textual.message import Message

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.collecting import collect_seldom, freeze_records, uncollected
from seam_tui.domain.crash_log import log_words, write_crash_log
from seam_tui.domain.heap import give_back_large_blocks
from seam_tui.domain.scrub import exception_name
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import BadAnswer, SeamFailure
from seam_tui.seam_api.thread import SeamThread
from seam_tui.sync.events import (
    CodeSettled,
    CodesRead,
    DeviceCodesComplete,
    LoadFailed,
    Progress,
    SyncEvent,
    WorkspaceRead,
)
from seam_tui.tui.grant_desk import GrantDesk
from seam_tui.tui.keeping import Keeper
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import BackgroundFailed, ConnectionFailed, SyncArrived, WorkspacesRead
from seam_tui.tui.run_desk import NotConnectedError, RunDesk
from seam_tui.tui.session_log import SessionLog, log_read_only

if TYPE_CHECKING:
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.sync.loader import Loader
    from seam_tui.sync.rereader import Rereader
    from seam_tui.sync.watcher import Watcher
    from seam_tui.workspace.picture import Picture

GATHER: Final = 0.05
"""Seconds that the first of some pages waits for the others before the screen is told of them."""
SHOWN_WITHIN: Final = 5.0
"""Seconds in which the screen surely shows a picture that was read."""
Post = Callable[[Message], object]
"""Posts a message to the screen; safe from any thread."""


class Session:
    """One workspace, reached from the app's thread.

    Args:
        launch: Credentials and choices.
        post: Where messages go.
    """

    def __init__(self, launch: Launch, post: Post) -> None:
        self._launch = launch
        self._post = post
        self._thread = SeamThread()
        self._queue: deque[SyncEvent] = deque()
        self._guard = threading.Lock()
        self._client: SeamClient | None = None
        self._loader: Loader | None = None
        self._rereader: Rereader | None = None
        self._watcher: Watcher | None = None
        self.runs = RunDesk(self._thread, launch, post, self._submit, self._found)
        self.grants = GrantDesk(self._thread)
        self.keeper = Keeper(launch, post)
        self._log = SessionLog()
        self._read_only = launch.read_only
        self._selected: str | None = None
        self._seen: frozenset[str] = frozenset()
        self._is_open = False
        self.has_looked_back = threading.Event()
        """Set once no picture of the last run is still to be shown."""

    @property
    def read_only(self) -> bool:
        """Whether the client refuses writes."""
        return self._read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        if value != self._read_only:
            log_read_only(read_only=value)
        self._read_only = value
        if self._client is not None:
            self._client.read_only = value

    def start(self) -> None:
        """Show the picture of the last run; connect, load or catch up, and keep it true from then on."""
        if not self._is_open:
            self._is_open = True
            self._submit(self._start())

    def list_workspaces(self) -> None:
        """Ask which workspaces the personal access token opens."""
        self._submit(self._list_workspaces())

    def reload(self) -> None:
        """Load everything again; what is on screen stays until it is replaced."""
        if self._watcher is None:
            self.start()
        else:
            self._watcher.reload()

    def look_at(self, device_ids: Iterable[str]) -> None:
        """Say which devices are on screen: they and their codes are read again more often."""
        seen = frozenset(device_ids)
        if seen != self._seen:
            self._seen = seen
            if self._watcher is not None:
                self._watcher.look_at(sorted(seen))

    def prioritise(self, device_id: str | None) -> None:
        """Read this device's codes next."""
        self._selected = device_id
        if self._loader is not None:
            self._loader.prioritise(device_id)

    def refresh_code(self, access_code_id: str, *, is_managed: bool) -> None:
        """Read one code again now."""
        if self._rereader is not None:
            unmanaged = () if is_managed else (access_code_id,)
            self._submit(self._rereader.read_now([access_code_id], unmanaged=unmanaged))

    def refresh_device(self, device_id: str) -> None:
        """Read one device and its codes again now."""
        if self._watcher is not None:
            self._submit(self._watcher.refresh_device(device_id))

    def refresh_account(self, connected_account_id: str) -> None:
        """Read one connected account again now."""
        if self._rereader is not None:
            self._submit(self._rereader.read_account(connected_account_id))

    async def read_again(self, access_code_ids: Iterable[str]) -> None:
        """Read codes again now; when this returns, what was read waits in the queue.

        Raises:
            NotConnectedError: There is no client yet.
            SeamFailure: Not all of them could be read.
        """
        if self._watcher is None:
            raise NotConnectedError
        await self._thread.run(self._watcher.read_again(list(access_code_ids)))

    @property
    def has_events(self) -> bool:
        """Whether events wait."""
        with self._guard:
            return bool(self._queue)

    def take_events(self, most: int = 50) -> list[SyncEvent]:
        """The oldest events that wait, in order; if others are left, they are announced once more.

        Args:
            most: Codes after which to stop: what is taken at once holds up the screen.
        """
        taken: list[SyncEvent] = []
        with self._guard:
            while self._queue and most > 0:
                event = self._queue.popleft()
                taken.append(event)
                most -= len(event.codes) if isinstance(event, CodesRead) else 0
            is_left = bool(self._queue)
        if is_left:
            # Not at once: a screen takes all that is posted to it before anything else gets a turn, keys included.
            asyncio.get_running_loop().call_soon(self._post, SyncArrived())
        return taken

    def close(self) -> None:
        """End what runs and release the connections; waits a moment at most."""
        self.has_looked_back.set()
        if self._client is not None:
            self._thread.submit(self._client.close())
        self._thread.stop(timeout=2)
        self.runs.close()

    def _emit(self, event: SyncEvent) -> None:
        self._log.hear(event)
        if isinstance(event, WorkspaceRead):
            self.runs.set_workspace(event.workspace)
        elif isinstance(event, CodeSettled):
            self.runs.settled(event)
        with self._guard:
            was_empty = not self._queue
            self._queue.append(event)
        if not was_empty:
            return
        if isinstance(event, CodesRead | DeviceCodesComplete | Progress):
            # Pages come in bursts, and a screen that wakes for each of them holds up the thread that reads them.
            asyncio.get_running_loop().call_later(GATHER, self._post, SyncArrived())
        else:
            self._post(SyncArrived())

    def _found(self, code: AccessCode) -> None:
        """Show a code that a run has made; the re-reader reads it on until it settles."""
        self._emit(CodesRead(code.device_id, (code,)))

    def _submit(self, work: Coroutine[Any, Any, None]) -> None:
        self._thread.submit(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Nothing ends silently: a failure becomes an event, a bug becomes a log file and an event."""
        try:
            await work
        except SeamFailure as failure:
            self._emit(LoadFailed(failure))
        except Exception as error:
            log = write_crash_log(error, where="seam thread")
            self._emit(LoadFailed(BadAnswer("Something in seam-tui failed unexpectedly.", log_words(log))))
            self._post(BackgroundFailed("what talks to Seam", exception_name(error), log))

    def _connection(self) -> Connection:
        connection = self._launch.connection
        if connection is None:
            raise ValueError("a session needs a connection")
        if self._launch.transport is not None:
            return replace(connection, transport=self._launch.transport())
        return connection

    async def _start(self) -> None:
        self._log.opened(self._launch)
        try:
            await self._follow()
        finally:
            self._is_open = False

    async def _follow(self) -> None:
        picture = await self._look_back()
        give_back_large_blocks()
        collect_seldom()
        # The SDK takes half a second to import; here it does so behind the skeleton of the screen, or the picture.
        with uncollected():
            from seam_tui.seam_api.client import SeamClient
            from seam_tui.sync.index import Index
            from seam_tui.sync.loader import Loader
            from seam_tui.sync.rereader import Rereader
            from seam_tui.sync.warm import OwnWorkspace, mark_of, teach
            from seam_tui.sync.watcher import Watcher
            from seam_tui.workspace.watchlist import Watchlist

        launch = self._launch
        try:
            self._client = SeamClient(self._connection(), read_only=self._read_only, clock=launch.clock)
        except SeamFailure as failure:
            self._post(ConnectionFailed(failure))
            return
        index = Index()
        emit = index.tap(self._emit)
        self._rereader = Rereader(self._client, Watchlist(), emit, launch.clock)
        self.runs.open(self._client, self._rereader)
        self.grants.open(self._client, launch.clock)
        self._loader = Loader(self._client, emit, launch.clock, launch.concurrency)
        self._loader.prioritise(self._selected)
        mark = confirm = None
        if picture is not None:
            teach(index, picture)
            freeze_records()
            mark = mark_of(picture, launch.pace)
            confirm = OwnWorkspace(self._client, emit, launch.clock, launch.pace, picture.workspace).confirm
            del picture
        self._watcher = Watcher(
            self._client,
            emit,
            launch.clock,
            self._rereader,
            index,
            self._loader.run,
            pace=launch.pace,
            mark=mark,
            confirm=confirm,
        )
        self._watcher.look_at(sorted(self._seen))
        self._submit(self._rereader.run())
        await self._watcher.run()

    async def _look_back(self) -> Picture | None:
        """Show the picture of the last run, if there is one; what comes next is not to hold up its drawing."""
        picture = None
        try:
            picture = await asyncio.to_thread(self.keeper.recall)
            if picture is not None:
                await asyncio.to_thread(self.has_looked_back.wait, SHOWN_WITHIN)
        finally:
            self.has_looked_back.set()
        return picture

    async def _list_workspaces(self) -> None:
        from seam_tui.seam_api.client import list_workspaces

        try:
            workspaces = await list_workspaces(self._connection())
        except SeamFailure as failure:
            self._post(ConnectionFailed(failure))
        else:
            self._post(WorkspacesRead(workspaces))
