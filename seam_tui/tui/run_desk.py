"""The screen's desk for runs: what is asked for here is done in the Seam thread, and told by messages."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import Workspace
from seam_tui.domain.crash_log import log_words, write_crash_log
from seam_tui.domain.scrub import exception_name
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.step_result import StepResult
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.seam_api.thread import SeamThread
from seam_tui.sync.events import CodeSettled
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import PlanFinished, RunBroken, StepReported, StepWaits
from seam_tui.tui.session_log import log_break, log_run

if TYPE_CHECKING:
    from seam_tui.operations.journal import History, Unfinished
    from seam_tui.operations.journal_state import RunState
    from seam_tui.operations.runs import RunEnd, Runs, TakenUp
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.sync.rereader import Rereader
    from seam_tui.tui.own_journal import OwnJournal

T = TypeVar("T")


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


class NotConnectedError(Exception):
    """There is no client yet."""

    def __init__(self) -> None:
        super().__init__("Seam is not connected yet; wait for the first codes.")


class RunDesk:
    """Runs over one client. Everything here is called from the app's thread, but for `open`.

    Args:
        thread: Where runs live.
        launch: Says where the journal lies, and the time.
        post: Posts a message to the screen; safe from any thread.
        guard: Runs a coroutine in the thread and lets no failure end silently.
        found: Told of every code that a run has made; called in the thread.
    """

    def __init__(
        self,
        thread: SeamThread,
        launch: Launch,
        post: Callable[[Message], object],
        guard: Callable[[Coroutine[Any, Any, None]], object],
        found: Callable[[AccessCode], object],
    ) -> None:
        self._thread = thread
        self._launch = launch
        self._post = post
        self._guard = guard
        self._found = found
        self._runs: Runs | None = None
        self._journal: OwnJournal | None = None
        self._passing: tempfile.TemporaryDirectory[str] | None = None

    def open(self, client: SeamClient, rereader: Rereader) -> None:
        """Take the client to run plans over; called in the thread."""
        # Behind the first frame, as all that the thread imports.
        from seam_tui.operations.runs import Runs
        from seam_tui.tui.own_journal import OwnJournal

        launch = self._launch
        endpoint = launch.connection.endpoint if launch.connection is not None else ""
        self._journal = OwnJournal(self._folder())
        self._runs = Runs(client, rereader, launch.clock, self._journal, endpoint=endpoint)

    def _folder(self) -> Path | None:
        """Where the journal lies: a world that ends with the app leaves no runs behind it."""
        if self._launch.journal_folder is not None or self._launch.transport is None:
            return self._launch.journal_folder
        self._passing = tempfile.TemporaryDirectory(prefix="seam-tui-", ignore_cleanup_errors=True)
        return Path(self._passing.name) / "runs"

    @property
    def is_passing(self) -> bool:
        """Whether the journal goes with the app."""
        return self._passing is not None

    def close(self) -> None:
        """Leave nothing of a passing world behind; called when the thread has ended."""
        if self._passing is not None:
            self._passing.cleanup()

    def set_workspace(self, workspace: Workspace) -> None:
        """Say which workspace it is; called in the thread."""
        if self._runs is not None:
            self._runs.workspace = workspace

    def settled(self, event: CodeSettled) -> None:
        """A code has come to rest; called in the thread."""
        if self._runs is not None:
            self._runs.settled(event.access_code_id, event.code)

    # Sending

    def start(self, plan: Plan, *, undoes: str | None = None) -> RunHandle:
        """Carry out a plan; results come as messages. The handle pauses and stops it.

        Args:
            plan: What was shown and said yes to.
            undoes: The run that it puts back.
        """
        control = RunControl()
        told = _Told(plan, self._post, self._found)
        self._guard(self._watched(plan, lambda runs: runs.run(plan, told.emit, control, undoes=undoes, tell=told.tell)))
        return RunHandle(self._thread, control)

    def go_on(self, taken: TakenUp) -> RunHandle:
        """Carry out what is left of a run that was cut off."""
        control = RunControl()
        told = _Told(taken.plan, self._post, self._found)
        self._guard(self._watched(taken.plan, lambda runs: runs.go_on(taken, told.emit, control, tell=told.tell)))
        return RunHandle(self._thread, control)

    async def _watched(self, plan: Plan, work: Callable[[Runs], Coroutine[Any, Any, RunEnd]]) -> None:
        try:
            end = await work(self._ready())
        except (JournalError, SeamFailure, NotConnectedError) as problem:
            log_break(plan, nothing_sent=True)
            self._post(RunBroken(plan, str(problem), nothing_sent=True))
        except Exception as error:
            log_break(plan, nothing_sent=False)
            log = write_crash_log(error, where="run")
            told = f"Something in seam-tui failed unexpectedly ({exception_name(error)}). {log_words(log)}"
            self._post(RunBroken(plan, told, nothing_sent=False))
        else:
            log_run(plan, end.results, end.run_id)
            self._post(PlanFinished(plan, end.results, end.run_id))

    # Asking

    def _ready(self) -> Runs:
        if self._runs is None:
            raise NotConnectedError
        return self._runs

    async def _ask(self, question: Callable[[Runs], Coroutine[Any, Any, T]]) -> T:
        return await self._thread.run(question(self._ready()))

    async def unfinished(self) -> Unfinished:
        """The runs of this workspace that were cut off; see `Runs.unfinished`."""
        return await self._ask(lambda runs: runs.unfinished())

    async def take_up(self, run_id: str) -> TakenUp:
        """Hold a run that was cut off; see `Runs.take_up`."""
        return await self._ask(lambda runs: runs.take_up(run_id))

    async def put_down(self, taken: TakenUp) -> None:
        """Let go of a run untouched; see `Runs.put_down`."""
        await self._ask(lambda runs: runs.put_down(taken))

    async def stop(self, run_id: str) -> None:
        """End a run where it stands; see `Runs.stop`."""
        await self._ask(lambda runs: runs.stop(run_id))

    async def undo_plan(self, run_id: str) -> Plan:
        """What would put a run back; see `Runs.undo_plan`."""
        return await self._ask(lambda runs: runs.undo_plan(run_id))

    async def history(self) -> History:
        """The newest runs of all workspaces; see `Runs.history`."""
        return await self._ask(lambda runs: runs.history())

    async def look_again(self) -> None:
        """Look for what the locks have answered since; see `Runs.look_again`."""
        await self._ask(lambda runs: runs.look_again())

    async def expire(self) -> None:
        """Forget what is too old; see `Runs.expire`."""
        await self._ask(lambda runs: runs.expire())

    @property
    def own(self) -> frozenset[str]:
        """Ids of the runs that this process has begun or taken up."""
        return frozenset(self._journal.own) if self._journal is not None else frozenset()

    async def read(self, run_id: str) -> RunState:
        """What is known of a run; see `Journal.read_run`."""
        if self._journal is None:
            raise NotConnectedError
        return await asyncio.to_thread(self._journal.read_run, run_id)


class _Told:
    """Hands on what a run tells, with the plan that it is about."""

    def __init__(self, plan: Plan, post: Callable[[Message], object], found: Callable[[AccessCode], object]) -> None:
        self._plan = plan
        self._post = post
        self._found = found

    def emit(self, result: StepResult) -> None:
        """A step has a result; a code that it made is there to be seen before it is told of."""
        for code in (result.created, result.backup):
            if code is not None:
                self._found(code)
        self._post(StepReported(self._plan, result))

    def tell(self, step: PlanStep, said: str) -> None:
        """A step waits."""
        self._post(StepWaits(self._plan, step, said))
