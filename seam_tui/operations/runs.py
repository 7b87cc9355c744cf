"""Runs of plans: journaled, gone on with after a kill, stopped where they stand, and put back.

The one way in for the screen and the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import Clock
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal import History, Journal, Unfinished
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Header
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.operations.journal_undo import check_undo
from seam_tui.operations.journal_writer import JournalWriter
from seam_tui.operations.late_doubles import LateDoubles
from seam_tui.operations.plan import Plan
from seam_tui.operations.recording import Recording
from seam_tui.operations.resuming import sends_of, step_of
from seam_tui.operations.runner import Runner
from seam_tui.operations.settling import Settling
from seam_tui.operations.step_result import Emit, ReadsAgain, StepResult, Tell
from seam_tui.operations.under_way import Job, watch
from seam_tui.operations.undoing import plan_undo

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient


LOOKED_BACK: Final = timedelta(days=1)
"""How old a run may be whose locks' answers are still looked for."""
RUNS_LOOKED_AT: Final = 20
STEPS_LOOKED_AT: Final = 500
"""Of all those runs together; each step costs a read."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended."""

    results: tuple[StepResult, ...]
    """The last word on every step, in the plan's order."""
    run_id: str | None
    """None when nothing was journaled: no step acts on a code."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A run of an earlier process that this one holds now: `Runs.go_on` or `Runs.put_down` must follow."""

    run_id: str
    header: Header
    plan: Plan
    """The steps that are not settled, in their order, as they were planned."""
    open: int
    """How many of them may have been sent without an answer; each is found out before anything else is sent."""
    settled: int
    """Steps of which nothing is left to do."""
    state: RunState = field(repr=False)
    writer: JournalWriter = field(repr=False)

    @property
    def can_go_on(self) -> bool:
        """Whether every step is known; if not, nothing of the run was sent, and it can only be stopped."""
        return self.state.is_fully_planned


class Runs:
    """Carries out plans over one client, with a journal. Lives on the client's event loop.

    Args:
        client: The door to Seam; refuses writes in read-only mode.
        rereader: Told of every code that was acted on.
        clock: Time.
        journal: Where runs are kept.
        endpoint: Seam's address, for the journal.
    """

    workspace: Workspace | None
    """The client's workspace; asked for once when nobody has set it."""

    def __init__(
        self, client: SeamClient, rereader: ReadsAgain, clock: Clock, journal: Journal, *, endpoint: str
    ) -> None:
        self.workspace = None
        self._client = client
        self._clock = clock
        self._journal = journal
        self._endpoint = endpoint
        self._runner = Runner(client, rereader, clock)
        self._rereader = rereader
        self._settling = Settling(journal, clock)
        self._doubles = LateDoubles(client, journal, clock)

    async def run(
        self,
        plan: Plan,
        emit: Emit,
        control: RunControl | None = None,
        *,
        undoes: str | None = None,
        tell: Tell | None = None,
    ) -> RunEnd:
        """Carry out a plan.

        Args:
            plan: What was shown and said yes to.
            emit: Told each result as it comes; an unknown one is told again once it is known.
            control: Pauses and cancels.
            undoes: The run that this one puts back; its undo is closed once all of this one is planned on disk.
            tell: Told what a step waits for.

        Raises:
            JournalError: The journal could not be begun, or the run that this one undoes cannot be undone any more;
                nothing was sent.
            SeamFailure: Which workspace this is could not be learnt; nothing was sent.
        """
        jobs = [Job(number, step) for number, step in enumerate(plan.steps, 1)]
        if all(step.code is None for step in plan.steps):
            return RunEnd(await self._runner.carry_out(jobs, emit, control, tell=tell), None)
        workspace = await self._get_workspace()
        if undoes is not None:
            await asyncio.to_thread(check_undo, self._journal, undoes, self._clock.now())
        writer = await self._journal.start_run(
            workspace_id=workspace.workspace_id,
            workspace_name=workspace.name,
            action=plan.action_id.value,
            count=len(plan.steps),
            endpoint=self._endpoint,
            now=self._clock.now(),
            undoes=undoes,
        )
        with self._followed(writer.run_id):
            async with writer:
                recording = Recording(self._clock, writer)
                await recording.plan(plan.steps)
                if undoes is not None:
                    await self._begin_undo(undoes, recording)
                followed = self._following(writer.run_id, jobs, emit)
                results = await self._carry_out(jobs, recording, followed, control, tell)
        self._look_later(writer.run_id, jobs, results, (), emit)
        return RunEnd(results, writer.run_id)

    async def unfinished(self) -> Unfinished:
        """The runs of this workspace that nobody holds and that have not come to their end, the newest first.

        Raises:
            JournalError: The folder cannot be read.
            SeamFailure: Which workspace this is could not be learnt.
        """
        workspace = await self._get_workspace()
        return await asyncio.to_thread(self._journal.unfinished_runs, workspace.workspace_id)

    async def take_up(self, run_id: str) -> TakenUp:
        """Hold a run that nobody holds and that has not come to its end; nothing is sent yet.

        Raises:
            RunIsHeldError: Somebody works on it.
            JournalError: It is finished, damaged, unknown, of another workspace, or cannot be written.
            SeamFailure: Which workspace this is could not be learnt.
        """
        workspace = await self._get_workspace()
        state, writer = await self._journal.resume_run(run_id)
        try:
            return _taken_up(state, writer, workspace)
        except BaseException:
            await writer.close()
            raise

    async def go_on(
        self, taken: TakenUp, emit: Emit, control: RunControl | None = None, *, tell: Tell | None = None
    ) -> RunEnd:
        """Find out how open steps ended, and carry out the rest of a run; it is let go of at the end.

        Returns:
            The last word on the steps of `taken.plan`.

        Raises:
            JournalError: It can only be stopped, or the run that it undoes could not be closed; nothing was sent.
        """
        state = taken.state
        async with AsyncExitStack() as stack:
            stack.enter_context(self._followed(taken.run_id))
            await stack.enter_async_context(taken.writer)
            if not taken.can_go_on:
                raise JournalError("This run was not planned to its end, so nothing of it was sent.", "Stop it.")
            if state.header.undoes is not None:
                await self._close_undo(state.header.undoes)
            self._runner.remember(sends_of(state, self._clock.now(), self._client.timeout))
            open_steps = [step for step in state.steps.values() if not step.is_settled]
            jobs = [
                Job(of_step.number, step, of_step) for of_step, step in zip(open_steps, taken.plan.steps, strict=True)
            ]
            recording = Recording(self._clock, taken.writer)
            followed = self._following(taken.run_id, jobs, emit)
            results = await self._carry_out(jobs, recording, followed, control, tell, _known(state))
        self._look_later(taken.run_id, jobs, results, _known(state), emit)
        return RunEnd(results, taken.run_id)

    async def put_down(self, taken: TakenUp) -> None:
        """Let go of a run untouched: it is offered again."""
        await taken.writer.close()

    async def stop(self, run_id: str) -> None:
        """End a run where it stands: it is not offered again.

        Raises:
            JournalError: As `take_up`.
        """
        await asyncio.to_thread(self._journal.stop_run, run_id, self._clock.now())

    async def undo_plan(self, run_id: str) -> Plan:
        """What would put a run back (`ActionId.UNDO`): send it with `run(…, undoes=run_id)`.

        Returns:
            A plan of what is sent; `left_out` has what cannot be put back, with the reason.

        Raises:
            JournalError: The run is damaged, unknown, or cannot be read.
            SeamFailure: Which workspace this is could not be learnt.
        """
        workspace = await self._get_workspace()
        run = await asyncio.to_thread(self._journal.read_run, run_id)
        return await asyncio.to_thread(plan_undo, run, self._clock.now(), workspace)

    async def history(self, limit: int = 50) -> History:
        """The newest runs of all workspaces.

        Raises:
            JournalError: The folder cannot be read.
        """
        await self.written()  # what was heard stands there
        return await asyncio.to_thread(self._journal.history, limit)

    # What the locks answer later

    def settled(self, access_code_id: str, code: AccessCode | None) -> None:
        """A code has come to rest: what a run of this process asked of it is written down as ended.

        Args:
            access_code_id: The code.
            code: As it reads now; None when it is gone.
        """
        self._settling.hear(access_code_id, code)

    async def written(self) -> None:
        """Wait until what `settled` was told of runs that have ended is on disk."""
        await self._settling.written()

    async def look_again(self) -> int:
        """Have the codes read again of which runs of the last day only asked, such as before the app was closed.

        Returns:
            How many steps of those runs are waited for now.

        Raises:
            JournalError: The folder cannot be read.
            SeamFailure: Which workspace this is could not be learnt.
        """
        workspace, since = await self._get_workspace(), self._clock.now() - LOOKED_BACK
        states = await asyncio.to_thread(self._journal.waiting_runs, workspace.workspace_id, since, RUNS_LOOKED_AT)
        steps = [(state.run_id, of_step) for state in states for of_step in state.waiting]
        return sum(self._wait_for(run_id, of_step) for run_id, of_step in steps[:STEPS_LOOKED_AT])

    def _wait_for(self, run_id: str, state: StepState) -> bool:
        made = None if state.created is None else state.created.access_code_id
        request_id = None if state.ended is None else state.ended.request_id
        try:
            step = step_of(state)
        except ValueError:  # an action of another release
            return False
        if not self._settling.wait(run_id, state.number, step, made, None, request_id):
            return False
        if made is None:
            watch(self._rereader, step)
        else:
            self._rereader.watch(made, is_managed=True, reason="setting")
        return True

    def _look_later(
        self, run_id: str, jobs: Sequence[Job], results: Sequence[StepResult], known: Sequence[str], emit: Emit
    ) -> None:
        planned = [job.step.access_code_id for job in jobs if job.step.access_code_id is not None]
        by_number = {job.number: result for job, result in zip(jobs, results, strict=True)}
        self._doubles.look_later(run_id, by_number, {*known, *planned}, emit)

    @contextmanager
    def _followed(self, run_id: str) -> Iterator[None]:
        """Write nothing behind the back of a run that is under way."""
        self._settling.begin(run_id)
        try:
            yield
        finally:
            self._settling.end(run_id)

    def _following(self, run_id: str, jobs: Sequence[Job], emit: Emit) -> Emit:
        """Hand on the results of a run, and wait for what it asked for."""
        numbers = {id(job.step): job.number for job in jobs}

        def take(result: StepResult) -> None:
            self._settling.take(run_id, numbers[id(result.step)], result)
            emit(result)

        return take

    async def expire(self) -> None:
        """Delete the PINs of runs that are too old to be undone, and the files of those twice as old.

        Raises:
            JournalError: The folder cannot be read.
        """
        await asyncio.to_thread(self._journal.expire, self._clock.now())

    async def _get_workspace(self) -> Workspace:
        if self.workspace is None:
            self.workspace = await self._client.get_workspace()
        return self.workspace

    async def _carry_out(
        self,
        jobs: Sequence[Job],
        recording: Recording,
        emit: Emit,
        control: RunControl | None,
        tell: Tell | None,
        known: Sequence[str] = (),
    ) -> tuple[StepResult, ...]:
        results = await self._runner.carry_out(jobs, emit, control, recording=recording, tell=tell, known=known)
        if not any(result.can_go_on for result in results):
            await recording.finished()
        return results

    async def _begin_undo(self, undoes: str, recording: Recording) -> None:
        """Let nobody else put a run back from now on.

        Raises:
            JournalError: Somebody did, or does; this run is stopped.
        """
        try:
            was_open = await self._close_undo(undoes)
        except JournalError:
            await recording.stopped()
            raise
        if not was_open:
            await recording.stopped()
            raise JournalError("This run was undone already.", "Nothing was sent.")

    async def _close_undo(self, undoes: str) -> bool:
        return await asyncio.to_thread(self._journal.close_undo, undoes, "used", self._clock.now())


def _taken_up(state: RunState, writer: JournalWriter, workspace: Workspace) -> TakenUp:
    """A run that is held, as it is shown before it is gone on with.

    Raises:
        JournalError: It cannot be gone on with.
    """
    header = state.header
    if header.workspace_id != workspace.workspace_id:
        raise JournalError(
            f"This run is of another workspace, {header.workspace_name}.", "Open that one to go on with it."
        )
    left = [step for step in state.steps.values() if not step.is_settled]
    try:
        plan = Plan(ActionId(header.action), tuple(step_of(step) for step in left))
    except ValueError:
        raise JournalError("This run was written by another release of seam-tui.", "Use the newest for it.") from None
    return TakenUp(
        run_id=state.run_id,
        header=header,
        plan=plan,
        open=sum(step.has_open_intent for step in left),
        settled=len(state.steps) - len(left),
        state=state,
        writer=writer,
    )


def _known(state: RunState) -> tuple[str, ...]:
    """The ids of all codes that a run plans on or has made."""
    planned = [step.planned.code.access_code_id for step in state.steps.values() if step.planned.code is not None]
    return (*planned, *(step.created.access_code_id for step in state.steps.values() if step.created is not None))
