"""The one place that sends: each step of a plan once, and never a word of success that Seam has not said.

Delete and update end at "asked, waiting for the lock" (UX rule 9); a 5xx, a timeout or a broken connection is
unknown until the code was read again (UX rule 10). What is sent stands in the run's journal before it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import Clock
from seam_tui.domain.veil import quoted
from seam_tui.operations.control import RunControl, first_kind_of, lane_of, send_kind_of
from seam_tui.operations.effect import (
    REMOVALS,
    is_unchanged,
    needs_read_first,
    own_errors,
    send,
    took_effect,
)
from seam_tui.operations.finding_out import find_out
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.pins_on_lock import PinsOnLock
from seam_tui.operations.places import Places
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.recording import Recording
from seam_tui.operations.recreating import Remaking, deletes_first, makes_code
from seam_tui.operations.resuming import look_first
from seam_tui.operations.step_result import Emit, ReadsAgain, StepResult, Tell
from seam_tui.operations.under_way import (
    CANCELLED,
    READ_AGAIN_AFTER,
    TIMES_REFUSED,
    Job,
    RunUnderWay,
    not_journaled,
    waits_for,
)
from seam_tui.seam_api.errors import UNKNOWN_OUTCOME, Gone, RateLimited, SeamFailure
from seam_tui.seam_api.pacing import REFUSED_PAUSES, Pacer, SentAt

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

__all__ = ["READ_AGAIN_AFTER", "Outcome", "ReadsAgain", "Runner", "StepResult"]

CONCURRENCY: Final = 8
"""Writes under way at once, on different locks."""
_LOOK: Final = "Whether it took effect is not known. Look, then try again."


class Runner:
    """Sends plans over one client; all its runs keep within the limits together.

    Args:
        client: The door to Seam; refuses writes in read-only mode.
        rereader: Told of every code that was acted on.
        clock: Time, for reading again.
        concurrency: Writes under way at once.
    """

    def __init__(
        self, client: SeamClient, rereader: ReadsAgain, clock: Clock, *, concurrency: int = CONCURRENCY
    ) -> None:
        self._client = client
        self._rereader = rereader
        self._clock = clock
        self._pacer = Pacer(clock)
        self._places = Places(concurrency)

    def remember(self, sent: Iterable[SentAt]) -> None:
        """Take writes into account that an earlier process sent."""
        self._pacer.remember(sent)

    async def run(self, plan: Plan, emit: Emit, control: RunControl | None = None) -> tuple[StepResult, ...]:
        """Send every step of a plan, once each, and keep no journal.

        Args:
            plan: What was shown and said yes to.
            emit: Told each result as it comes; an unknown one is told again once it is known.
            control: Pauses and cancels.

        Returns:
            The last word on every step, in the plan's order.
        """
        jobs = [Job(number, step) for number, step in enumerate(plan.steps, 1)]
        return await self.carry_out(jobs, emit, control)

    async def carry_out(
        self,
        jobs: Sequence[Job],
        emit: Emit,
        control: RunControl | None = None,
        *,
        recording: Recording | None = None,
        tell: Tell | None = None,
        known: Iterable[str] = (),
    ) -> tuple[StepResult, ...]:
        """Send steps, those of one lock in order, locks side by side; what may have been sent already is looked at.

        Args:
            jobs: The steps, with what was done of them.
            emit: Told each result as it comes; an unknown one is told again once it is known.
            control: Pauses and cancels.
            recording: The run's journal.
            tell: Told what a step waits for.
            known: Ids of codes that the run has made already.

        Returns:
            The last word on every step, in the order of the jobs.
        """
        run = RunUnderWay(
            client=self._client,
            rereader=self._rereader,
            clock=self._clock,
            pacer=self._pacer,
            places=self._places,
            control=control or RunControl(),
            recording=recording or Recording(self._clock),
            emit=emit,
            tell=tell,
            known={*known, *(job.step.access_code_id for job in jobs if job.step.access_code_id is not None)},
        )
        lanes: dict[str, list[Job]] = {}
        for job in jobs:
            lanes.setdefault(lane_of(job.step), []).append(job)
        results: dict[int, StepResult] = {}
        async with asyncio.TaskGroup() as group:
            for lane_jobs in lanes.values():
                group.create_task(_Lane(run, results, lane_jobs).send())
        return tuple(results[job.number] for job in jobs)


class _Lane:
    """The steps of one lock, one after the other.

    Args:
        run: The run.
        results: Where the last words go, by number.
        jobs: The steps.
    """

    def __init__(self, run: RunUnderWay, results: dict[int, StepResult], jobs: Sequence[Job]) -> None:
        self._run = run
        self._results = results
        self._jobs = jobs
        self._pins = PinsOnLock(run, jobs)

    async def send(self) -> None:
        """Send all of them. One whose old code has to go first is finished beside those that follow."""
        remaking = Remaking(self._run)
        async with asyncio.TaskGroup() as halves:
            for job in self._jobs:
                if not makes_code(job.step):
                    self._results[job.number] = await self._last_word(job)
                    continue
                result = await self._first_half(job, remaking)
                if result is None:
                    halves.create_task(self._second_half(job, remaking))
                else:
                    self._results[job.number] = await self._run.end(job, result)

    async def _last_word(self, job: Job) -> StepResult:
        result = await look_first(self._run, job)
        if result is None:
            result, sent = await self._in_turn(job)
            if result.outcome is Outcome.UNKNOWN and job.step.code is not None:
                self._run.emit(result)
                result = await find_out(self._run, sent, result)
        return await self._run.end(job, result)

    async def _first_half(self, job: Job, remaking: Remaking) -> StepResult | None:
        """Delete the old code; None when the new one is to be made, a result when it is not."""
        refusal = await remaking.begin(job)
        if refusal is not None:
            return refusal
        if not deletes_first(job):
            return None
        result, _ = await self._in_turn(job)
        if result.outcome in {Outcome.FAILED, Outcome.SKIPPED}:
            remaking.give_back()
            return result
        return None

    async def _second_half(self, job: Job, remaking: Remaking) -> None:
        self._results[job.number] = await self._run.end(job, await remaking.finish(job))

    async def _in_turn(self, job: Job) -> tuple[StepResult, PlanStep]:
        """Send a step when the limits and the person allow it; a 429 did nothing, so it is sent again after a rest.

        What no documented limit holds for, such as a step through an access grant, goes at once, and rests likewise.

        Returns:
            The result, and the step as it was sent.
        """
        run, step = self._run, job.step
        kind, lane, sent = first_kind_of(step), lane_of(step), step
        for turn in range(TIMES_REFUSED):
            if run.recording.trouble is not None:
                return not_journaled(step, run.recording.trouble), sent
            if kind is not None and not await run.take(lane, kind):
                return StepResult(step, Outcome.SKIPPED, CANCELLED), sent
            if not await run.control.gate():
                if kind is not None:
                    run.pacer.not_sent(lane, kind)
                return StepResult(step, Outcome.SKIPPED, CANCELLED), sent
            try:
                async with run.places.taken(len(self._jobs)):
                    result, sent = await self._run_step(job, sent)
            except BaseException:
                if kind is not None:
                    run.answered(lane, kind)
                raise
            if kind is not None and result.outcome is Outcome.SKIPPED:
                run.pacer.not_sent(lane, kind)
                return result, sent
            if result.refused_for is None:
                if kind is not None:
                    run.answered(lane, kind)
                return result, sent
            if kind is not None:
                rest = run.pacer.refused(lane, kind, result.refused_for or None)
            else:
                rest = result.refused_for or REFUSED_PAUSES[min(turn, len(REFUSED_PAUSES) - 1)]
            if turn + 1 == TIMES_REFUSED:
                break
            run.say(step, waits_for(result.refused_for, rest))
            if kind is None and not await run.rest(rest):
                return StepResult(step, Outcome.SKIPPED, CANCELLED), sent
        return result, sent

    async def _run_step(self, job: Job, step: PlanStep) -> tuple[StepResult, PlanStep]:
        run = self._run
        errors_before: frozenset[str] | None = None
        if needs_read_first(step) and job.step.code is not None:
            current = await self._as_shown(job.step, job.step.code)
            if isinstance(current, StepResult):
                return current, step
            errors_before = own_errors(current)
            if step.action_id is ActionId.UNDO and step.values.pin is not None:
                holder = await self._pins.holder(step, step.values.pin)
                if holder is not None:
                    said = f"Not sent: {quoted(holder)} has its old PIN on this lock by now, or is about to get it."
                    return StepResult(step, Outcome.SKIPPED, said), step
        try:
            sent = await self._pins.chosen(step)
        except SeamFailure as failure:
            return await self._ended_badly(job.step, failure), step
        generated = sent.values.pin if job.step.values.pin is None else None
        try:
            await run.recording.intent(job.number, send_kind_of(step), generated)
        except JournalError as trouble:
            return not_journaled(job.step, trouble), sent
        if run.control.is_cancelled:
            await run.recording.withdrawn(job.number)
            return StepResult(job.step, Outcome.SKIPPED, CANCELLED), sent
        try:
            answer = await send(run.client, sent)
        except SeamFailure as failure:
            result = await self._ended_badly(job.step, failure)
            if result.refused_for is not None:
                await run.recording.withdrawn(job.number)
            return replace(result, errors_before=errors_before), sent
        run.watch(job.step)
        if answer.backup is not None:
            run.rereader.watch(answer.backup.access_code_id, is_managed=True, reason="setting the backup")
        outcome = Outcome.ASKED if answer.waits else Outcome.DONE
        result = StepResult(job.step, outcome, answer.said, backup=answer.backup, url=answer.url)
        return replace(result, errors_before=errors_before), sent

    async def _ended_badly(self, step: PlanStep, failure: SeamFailure) -> StepResult:
        if isinstance(failure, RateLimited) and not failure.outcome_unknown:
            said, rest = str(failure), failure.retry_after or 0.0
            return StepResult(step, Outcome.FAILED, said, failure.request_id, refused_for=rest)
        if failure.outcome_unknown:
            follows = _LOOK if step.code is None else UNKNOWN_OUTCOME
            return StepResult(step, Outcome.UNKNOWN, f"{failure.what} {follows}", failure.request_id)
        if isinstance(failure, Gone) and step.action_id is ActionId.RECREATE:
            return StepResult(step, Outcome.UNKNOWN, failure.what, failure.request_id)  # it is waited for all the same
        if isinstance(failure, Gone) and step.action_id in REMOVALS and step.code is not None:
            return await self._not_found_to_remove(step, step.code, failure)
        return StepResult(step, Outcome.FAILED, str(failure), failure.request_id)

    async def _not_found_to_remove(self, step: PlanStep, code: AccessCode, failure: Gone) -> StepResult:
        """A removal found nothing: look before calling that a success, since the code was read a moment before."""
        try:
            current = await self._run.read(code)
        except Gone:
            self._run.watch(step)
            return StepResult(step, Outcome.DONE, "It was gone already.", failure.request_id)
        except SeamFailure:
            return StepResult(step, Outcome.UNKNOWN, f"{failure.what} {UNKNOWN_OUTCOME}", failure.request_id)
        if current.is_being_deleted:
            self._run.watch(step)
            return StepResult(step, Outcome.ASKED, "It is being removed already.", failure.request_id)
        said = "Seam says that it is gone, and still lists it. Reload, then try again."
        return StepResult(step, Outcome.FAILED, said, failure.request_id)

    async def _as_shown(self, step: PlanStep, code: AccessCode) -> AccessCode | StepResult:
        """The code as it reads now; a result that says why nothing is sent where it is not as shown (UX rule 6)."""
        try:
            current = await self._run.read(code)
        except Gone as failure:
            self._run.watch(step)
            return StepResult(step, Outcome.SKIPPED, "Not sent: the code is gone.", failure.request_id)
        except SeamFailure as failure:
            said = f"Not sent: the code could not be read first. {failure}"
            return StepResult(step, Outcome.FAILED, said, failure.request_id)
        if is_unchanged(step, current):
            return current
        self._run.watch(step)
        if step.action_id is not ActionId.UNDO:
            return StepResult(step, Outcome.SKIPPED, "Not sent: the code has changed since it was shown. Look again.")
        if took_effect(step, current):
            return StepResult(step, Outcome.SKIPPED, "Not sent: it has its old values already.")
        return StepResult(step, Outcome.SKIPPED, "Not sent: it was changed again after the run that is put back.")
