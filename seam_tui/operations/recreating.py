"""Codes that are created in the place of one that goes: delete and create again, and an undo that makes a code again.

The lock goes on with other steps while a deleted code waits to be gone. What is deleted is created, also when the run
was cancelled or paused meanwhile; and where it cannot be, its run stays unfinished, so that it is never lost.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from itertools import chain, repeat
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.operations.control import lane_of
from seam_tui.operations.creating import Creating
from seam_tui.operations.effect import is_unchanged, send
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome, SendKind
from seam_tui.operations.journal_state import StepState
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.resuming import FORGOTTEN
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.under_way import CANCELLED, Job, RunUnderWay, not_journaled
from seam_tui.seam_api.errors import RateLimited, SeamFailure
from seam_tui.seam_api.pacing import LIMITS, WriteKind

BETWEEN: Final = LIMITS[WriteKind.DELETE]
"""Codes of one lock that may be between delete and create at once: a minute's deletes."""
MAY_BE_MISSING: Final = 3
"""After so many codes of one lock that were deleted and could not be created, no more of them are deleted."""
GONE_WITHIN: Final = 900.0
"""Seconds within which a deleted code is waited for; Seam itself tries a slow lock again after some minutes."""
STAYS_AFTER: Final = 60.0
"""Seconds after which a code that shows no removal is taken to stay."""
LOOK_AFTER: Final = (2.0, 3.0, 5.0, 8.0, 12.0, 20.0)
"""Seconds before each look whether a code is gone; the last one again and again."""


def makes_code(step: PlanStep) -> bool:
    """Whether a step creates a code."""
    return step.makes_new or step.action_id is ActionId.RECREATE


class Remaking:
    """The steps of one lock that create codes. Lives on the run's event loop.

    Args:
        run: The run.
    """

    def __init__(self, run: RunUnderWay) -> None:
        self._run = run
        self._creating = Creating(run)
        self._between = 0
        self._missing = 0
        self._changed = asyncio.Event()

    async def begin(self, job: Job) -> StepResult | None:
        """Wait until the step may begin; `finish` or `give_back` must follow.

        Returns:
            None when it may; a result when it is not begun.
        """
        run, step = self._run, job.step
        if job.state is not None and job.state.is_forgotten and job.state.created is None:
            return _forgotten(job, job.state)
        has_begun = _has_begun(job)
        while self._between >= BETWEEN:
            self._changed.clear()
            await self._changed.wait()
        if not has_begun and run.recording.trouble is not None:
            return not_journaled(step, run.recording.trouble)
        if not has_begun and self._missing >= MAY_BE_MISSING:
            said = f"Not sent: {self._missing} codes of this lock could not be created again before it."
            return StepResult(step, Outcome.SKIPPED, said, can_go_on=step.makes_new)
        if not deletes_first(job) and not await run.control.gate():
            if has_begun:
                said = "Its old code is deleted; the run was cancelled before the new one was seen to."
                return StepResult(step, Outcome.UNKNOWN, said, can_go_on=True)
            return StepResult(step, Outcome.SKIPPED, CANCELLED, can_go_on=True)
        failure = await self._creating.learn(job) if deletes_first(job) else None
        if failure is not None:
            said = f"Not sent: its lock could not be read first. {failure}"
            return StepResult(step, Outcome.FAILED, said, failure.request_id)
        self._between += 1
        return None

    def give_back(self) -> None:
        """A step that had begun has ended without a new code being due."""
        self._between -= 1
        self._changed.set()

    async def finish(self, job: Job) -> StepResult:
        """Wait until the old code is gone, and create the new one."""
        result = await self._finish(job)
        if result.can_go_on and (result.outcome is Outcome.UNKNOWN or not job.step.makes_new):
            self._missing += 1
        self.give_back()
        return result

    async def _finish(self, job: Job) -> StepResult:
        state = job.state
        if state is not None and state.created is not None:
            return await self._found_made(job, state.created.access_code_id)
        is_past = state is not None and (state.gone is not None or _sent_create(job))
        old_id = job.step.wait_until_gone if job.step.makes_new else job.step.access_code_id
        if not is_past and old_id is not None:
            result = await self._until_gone(job, old_id)
            if result is not None:
                return result
            await self._run.recording.gone(job.number)
        return await self._creating.create(job)

    async def _found_made(self, job: Job, access_code_id: str) -> StepResult:
        """A step that was ended by nothing but the app's end."""
        made: AccessCode | None = None
        with suppress(SeamFailure):  # it is known by its id all the same
            made = await self._run.find(access_code_id, is_managed=True)
        self._run.rereader.watch(access_code_id, is_managed=True, reason="setting")
        said = f"Created again, with the new id {access_code_id}. Waiting for the lock."
        return StepResult(job.step, Outcome.ASKED, said, created=made)

    async def _until_gone(self, job: Job, old_id: str) -> StepResult | None:
        """Wait until Seam does not show a code any more.

        Returns:
            None when it is gone; a result when the new code is not due, or not yet.
        """
        run, step = self._run, job.step
        is_managed = step.code is None or step.code.is_managed
        began, asked = run.clock.monotonic(), _deleted_at(job) or run.clock.now()
        may_repeat = not step.makes_new
        for turn, seconds in enumerate(chain(LOOK_AFTER, repeat(LOOK_AFTER[-1]))):
            waited = run.clock.monotonic() - began
            if step.makes_new and run.control.is_cancelled:
                return StepResult(step, Outcome.SKIPPED, CANCELLED, can_go_on=True)
            try:
                async with run.places.taken():
                    current = await run.find(old_id, is_managed=is_managed)
            except SeamFailure:
                pass
            else:
                if current is None:
                    if not step.makes_new:
                        run.watch(step)
                    return None
                if not current.is_being_deleted:
                    if step.makes_new and waited >= STAYS_AFTER:
                        return StepResult(step, Outcome.SKIPPED, "Not sent: the code is still there.")
                    is_settled = (run.clock.now() - asked).total_seconds() >= run.client.timeout
                    if may_repeat and is_settled and is_unchanged(step, current):
                        may_repeat = False
                        await self._delete_again(job)
            if waited >= GONE_WITHIN:
                break
            if turn == 0:
                run.say(step, "Waiting until the lock has let go of the old code; the new one is created then.")
            await run.clock.sleep(seconds)
        minutes = GONE_WITHIN / 60
        said = (
            f"Its deletion was asked for, and it is not gone after {minutes:.0f} minutes; it is not created again yet. "
            "Finish the run from the history."
        )
        return StepResult(step, Outcome.UNKNOWN, said, can_go_on=True)

    async def _delete_again(self, job: Job) -> None:
        """Ask once more for a deletion of which nothing is to be seen; by its id, that can take nothing else away."""
        run, lane = self._run, lane_of(job.step)
        await run.pacer.take(lane, WriteKind.DELETE)
        async with run.places.taken():
            try:
                await run.recording.intent(job.number, SendKind.DELETE)
            except JournalError:
                run.pacer.not_sent(lane, WriteKind.DELETE)
                return
            try:
                await send(run.client, job.step)
            except RateLimited as failure:
                await run.recording.withdrawn(job.number)
                run.pacer.refused(lane, WriteKind.DELETE, failure.retry_after)
                return
            except SeamFailure:
                pass  # looking tells what it did
        run.answered(lane, WriteKind.DELETE)


def deletes_first(job: Job) -> bool:
    """Whether a step has to delete its old code, and was not about to do so before."""
    return not job.step.makes_new and not _has_begun(job)


def _has_begun(job: Job) -> bool:
    state = job.state
    return state is not None and (state.has_open_intent or state.gone is not None or state.created is not None)


def _sent_create(job: Job) -> bool:
    return job.state is not None and job.state.intent is not None and job.state.intent.kind is SendKind.CREATE


def _deleted_at(job: Job) -> datetime | None:
    """When an earlier process last was about to delete the old code."""
    state = job.state
    return state.intent.at if state is not None and state.has_open_intent and state.intent is not None else None


def _forgotten(job: Job, state: StepState) -> StepResult:
    """A code that nobody can create again as it was."""
    by_hand = f"it is not created again, because {FORGOTTEN}: look at it, and create it by hand if it is missing."
    if state.has_open_intent:
        return StepResult(job.step, Outcome.UNKNOWN, f"How far it came is not known; {by_hand}")
    if state.gone is not None:
        return StepResult(job.step, Outcome.FAILED, f"Its old code is deleted; {by_hand}")
    return StepResult(job.step, Outcome.SKIPPED, f"Not sent: {FORGOTTEN}.")
