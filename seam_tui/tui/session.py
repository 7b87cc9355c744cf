"""The app's line to one workspace: client, loader, re-reader and runner, all living in the Seam thread.

The screen calls plain methods here and gets messages back; nothing here touches a widget.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.message import Message

from seam_tui.domain.crash_log import write_crash_log
from seam_tui.operations.control import RunControl
from seam_tui.operations.plan import Plan
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import BadAnswer, SeamFailure
from seam_tui.seam_api.thread import SeamThread
from seam_tui.sync.events import LoadFailed, SyncEvent
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import ConnectionFailed, PlanFinished, StepReported, SyncArrived, WorkspacesRead

if TYPE_CHECKING:
    from seam_tui.operations.runner import Runner
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.sync.loader import Loader
    from seam_tui.sync.rereader import Rereader

Post = Callable[[Message], object]
"""Posts a message to the screen; safe from any thread."""


class RunHandle:
    """The screen's hand on a run in the Seam thread.

    Args:
        thread: Where the run lives.
        control: Its control.
    """

    def __init__(self, thread: SeamThread, control: RunControl) -> None:
        self._thread = thread
        self._control = control
        self.is_paused = False
        self.is_cancelled = False

    def pause_or_go_on(self) -> None:
        """Send nothing more for now, or send again."""
        self.is_paused = not self.is_paused
        self._thread.call(self._control.pause if self.is_paused else self._control.go_on)

    def cancel(self) -> None:
        """Send nothing more; what is under way ends."""
        self.is_cancelled = True
        self._thread.call(self._control.cancel)


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
        self._runner: Runner | None = None
        self._read_only = launch.read_only
        self._selected: str | None = None
        self._loading = False

    @property
    def read_only(self) -> bool:
        """Whether the client refuses writes."""
        return self._read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        self._read_only = value
        if self._client is not None:
            self._client.read_only = value

    def start(self) -> None:
        """Connect, load everything, and keep watch over what is acted on."""
        self._submit(self._start())

    def list_workspaces(self) -> None:
        """Ask which workspaces the personal access token opens."""
        self._submit(self._list_workspaces())

    def reload(self) -> None:
        """Load everything again; what is on screen stays until it is replaced."""
        if self._loader is None:
            self.start()
        elif not self._loading:
            self._submit(self._load())

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
        if self._rereader is not None:
            self._submit(self._rereader.read_device(device_id))

    def refresh_account(self, connected_account_id: str) -> None:
        """Read one connected account again now."""
        if self._rereader is not None:
            self._submit(self._rereader.read_account(connected_account_id))

    def run(self, plan: Plan) -> RunHandle:
        """Carry out a plan; results come as messages. The handle pauses and stops it."""
        control = RunControl()
        self._submit(self._run(plan, control))
        return RunHandle(self._thread, control)

    def take_events(self) -> list[SyncEvent]:
        """The events that have arrived since the last call, in order."""
        with self._guard:
            events = list(self._queue)
            self._queue.clear()
        return events

    def close(self) -> None:
        """End what runs and release the connections; waits a moment at most."""
        if self._client is not None:
            self._thread.submit(self._client.close())
        self._thread.stop(timeout=2)

    def _emit(self, event: SyncEvent) -> None:
        with self._guard:
            was_empty = not self._queue
            self._queue.append(event)
        if was_empty:
            self._post(SyncArrived())

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
            remedy = f"A log without secrets: {log}" if log is not None else "No log could be written."
            self._emit(LoadFailed(BadAnswer("Something in seam-tui failed unexpectedly.", remedy)))

    def _connection(self) -> Connection:
        connection = self._launch.connection
        if connection is None:
            raise ValueError("a session needs a connection")
        if self._launch.transport is not None:
            return replace(connection, transport=self._launch.transport())
        return connection

    async def _start(self) -> None:
        # The SDK takes half a second to import; here it does so behind the skeleton of the screen.
        from seam_tui.operations.runner import Runner
        from seam_tui.seam_api.client import SeamClient
        from seam_tui.sync.loader import Loader
        from seam_tui.sync.rereader import Rereader
        from seam_tui.workspace.watchlist import Watchlist

        launch = self._launch
        try:
            self._client = SeamClient(self._connection(), read_only=self._read_only, clock=launch.clock)
        except SeamFailure as failure:
            self._post(ConnectionFailed(failure))
            return
        self._rereader = Rereader(self._client, Watchlist(), self._emit, launch.clock)
        self._runner = Runner(self._client, self._rereader, launch.clock)
        self._loader = Loader(self._client, self._emit, launch.clock, launch.concurrency)
        self._loader.prioritise(self._selected)
        self._submit(self._rereader.run())
        await self._load()

    async def _load(self) -> None:
        if self._loader is None or self._loading:
            return
        self._loading = True
        try:
            await self._loader.run()
        finally:
            self._loading = False

    async def _list_workspaces(self) -> None:
        from seam_tui.seam_api.client import list_workspaces

        try:
            workspaces = await list_workspaces(self._connection())
        except SeamFailure as failure:
            self._post(ConnectionFailed(failure))
        else:
            self._post(WorkspacesRead(workspaces))

    async def _run(self, plan: Plan, control: RunControl) -> None:
        if self._runner is None:
            return
        results = await self._runner.run(plan, lambda result: self._post(StepReported(result)), control)
        self._post(PlanFinished(plan, results))
