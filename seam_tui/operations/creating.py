"""Makes a code, once: a create whose answer was lost is looked for before anything is sent again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.veil import quoted
from seam_tui.operations.codes_on_lock import codes_on_lock
from seam_tui.operations.control import lane_of
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome, SendKind
from seam_tui.operations.journal_state import StepState
from seam_tui.operations.matching import Match, NewCode, has_pin_of, match
from seam_tui.operations.resuming import until_timed_out
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.under_way import CANCELLED, READ_AGAIN_AFTER, TIMES_REFUSED, Job, RunUnderWay, waits_for
from seam_tui.seam_api.errors import NotSent, RateLimited, SeamFailure
from seam_tui.seam_api.pacing import WriteKind

SENDS: Final = 2
"""A create whose answer was lost, and of which nothing is found, is sent once more; not again after that."""
LATE: Final = 2.0
"""Times the timeout that a lost create is waited for: what its caller has given up, a server may still carry out."""
LISTED_AGAIN_AFTER: Final = 5.0
"""Seconds between the two listings in which a lost create is looked for."""
CREATE_AGAIN_AFTER: Final = (5.0, 10.0, 20.0, 40.0, 60.0, 60.0)
"""Seconds before a create is sent again that certainly had no effect: no connection, or the old code lingers."""

_LATER: Final = "Finish the run from the history."


class Creating:
    """Makes the new codes of one lock's steps. Whatever ends without a code keeps the run unfinished.

    Args:
        run: The run.
    """

    def __init__(self, run: RunUnderWay) -> None:
        self._run = run
        self._takes_pin: dict[str, bool] = {}

    async def create(self, job: Job) -> StepResult:
        """Make a step's new code, or find the one that an earlier send has made."""
        run = self._run
        since, last = _open_create(job.state)
        sends_left, refusals = (SENDS if since is None else SENDS - 1), 0
        rests = iter(CREATE_AGAIN_AFTER)
        wanted = await self._wanted(job)
        while True:
            if since is not None and last is not None:
                run.say(job.step, "Seam's answer was lost; the new code is looked for before anything is sent again.")
                found = await self._look_for(job, wanted, since, last)
                if isinstance(found, AccessCode):
                    twice = since if since != last else None
                    return await self._made(job, found, wanted, was_lost=True, twice=twice)
                if found is None and sends_left == 0:
                    return _unknown(job, "Seam shows no trace of it: it was not made, or not yet.")
                if found is not None:
                    return found
            if not await self._take(job, is_due=since is not None or not job.step.makes_new):
                return StepResult(job.step, Outcome.SKIPPED, CANCELLED, can_go_on=True)
            try:
                at, answer = await self._send(job, wanted)
            except JournalError as trouble:
                return _not_made(job, str(trouble), since)
            if isinstance(answer, AccessCode):
                doubt = await self._doubt(answer, wanted, since, at) if since is not None else None
                return await self._made(job, answer, wanted, doubt=doubt, twice=since)
            if answer.outcome_unknown:
                since, last, sends_left = since or at, at, sends_left - 1
                continue
            await run.recording.withdrawn(job.number)
            if isinstance(answer, RateLimited):
                rest = run.pacer.refused(lane_of(job.step), WriteKind.CREATE, answer.retry_after)
                refusals += 1
                if refusals < TIMES_REFUSED:
                    run.say(job.step, waits_for(answer.retry_after, rest))
                    continue
                return _not_made(job, str(answer), since, answer.request_id)
            holder = await self._holder(job, wanted) if answer.status == 409 else None
            if holder is not None and since is None:
                said = f"{quoted(holder.true_title)} has its PIN on this lock."
                return _not_made(job, said, since, answer.request_id)
            seconds = next(rests, None) if answer.status == 409 or isinstance(answer, NotSent) else None
            if seconds is None:
                return _not_made(job, str(answer), since, answer.request_id)
            run.say(job.step, f"{answer.what} It is sent again in {seconds:.0f} s.")
            await run.clock.sleep(seconds)

    async def _wanted(self, job: Job) -> NewCode:
        """What is asked for; a lock whose maker chooses the PIN takes none."""
        await self.learn(job)  # in vain, it is sent with the PIN: if that is refused, the run can be gone on with
        takes_pin = self._takes_pin.get(NewCode.of(job.step).device_id, True)
        return NewCode.of(job.step, with_pin=takes_pin)

    async def learn(self, job: Job) -> SeamFailure | None:
        """Learn whether the lock takes a chosen PIN, where there is one.

        Returns:
            Why that could not be learnt.
        """
        wanted = NewCode.of(job.step)
        if wanted.pin is None or wanted.device_id in self._takes_pin:
            return None
        try:
            device = await self._run.client.get_device(wanted.device_id)
        except SeamFailure as failure:
            return failure
        kinds = {constraint.constraint_type for constraint in device.code_constraints}
        self._takes_pin[wanted.device_id] = "cannot_specify_pin_code" not in kinds
        return None

    async def _take(self, job: Job, *, is_due: bool) -> bool:
        """Wait for a place within the limits.

        Args:
            job: The step.
            is_due: Whether its code was deleted for it, so that it is created whatever the person does meanwhile.

        Returns:
            Whether there is one; False when the run was cancelled.
        """
        run, lane = self._run, lane_of(job.step)
        if is_due:
            await run.pacer.take(lane, WriteKind.CREATE)
            return True
        if not await run.take(lane, WriteKind.CREATE):
            return False
        if await run.control.gate():
            return True
        run.pacer.not_sent(lane, WriteKind.CREATE)
        return False

    async def _send(self, job: Job, wanted: NewCode) -> tuple[datetime, AccessCode | SeamFailure]:
        """Send the create in its place, once. A refusal for too many is not counted here.

        Returns:
            When it was about to be sent, and Seam's answer or what came instead.

        Raises:
            JournalError: It could not be written down first; it was not sent.
        """
        run, lane = self._run, lane_of(job.step)
        # The place first: what is written down has to leave at once, or its call would last longer than is waited for.
        async with run.places.taken():
            try:
                at = await run.recording.intent(job.number, SendKind.CREATE)
            except BaseException:
                run.pacer.not_sent(lane, WriteKind.CREATE)
                raise
            try:
                made = await run.client.create_access_code(
                    wanted.device_id,
                    name=wanted.name,
                    pin=wanted.pin,
                    starts_at=wanted.starts_at,
                    ends_at=wanted.ends_at,
                    is_external_modification_allowed=wanted.is_external_modification_allowed,
                )
            except SeamFailure as failure:
                if isinstance(failure, NotSent):
                    run.pacer.not_sent(lane, WriteKind.CREATE)
                elif failure.outcome_unknown or not isinstance(failure, RateLimited):
                    run.answered(lane, WriteKind.CREATE)
                return at, failure
            except BaseException:
                run.answered(lane, WriteKind.CREATE)
                raise
        run.answered(lane, WriteKind.CREATE)
        return at, made

    async def _made(
        self,
        job: Job,
        made: AccessCode,
        wanted: NewCode,
        *,
        was_lost: bool = False,
        doubt: str | None = None,
        twice: datetime | None = None,
    ) -> StepResult:
        run, step = self._run, job.step
        run.known.add(made.access_code_id)
        await run.recording.created(job.number, made.access_code_id)
        run.rereader.watch(made.access_code_id, made.is_managed, "setting")
        did = "Deleted and created again" if step.action_id is ActionId.RECREATE else "Created again"
        lost = "; Seam's answer was lost, and the code was found" if was_lost else ""
        pin = " Its PIN is another one: tell the guest." if wanted.pin is None else ""
        said = f"{did}, with the new id {made.access_code_id}{lost}. Waiting for the lock.{pin}"
        if doubt is not None:
            return StepResult(step, Outcome.UNKNOWN, f"{said} {doubt}", created=made)
        return StepResult(step, Outcome.ASKED, said, created=made, sent_twice_since=twice)

    # Looking

    async def _look_for(
        self, job: Job, wanted: NewCode, since: datetime, last: datetime
    ) -> AccessCode | StepResult | None:
        """Look for the code that a lost create has made.

        Args:
            job: The step.
            wanted: What was asked for.
            since: When the first create was about to be sent.
            last: When the last one was.

        Returns:
            The code; None when there is none; a result when that cannot be said.
        """
        listed = await self._list_twice(wanted.device_id, last)
        if listed is None:
            return _unknown(job, "The lock's codes could not be listed to look for it.")
        result: Match = match(wanted, listed, self._run.known, since)
        if len(result.same) == 1:
            return result.same[0]
        if result.same:
            ids = ", ".join(code.access_code_id for code in result.same)
            said = f"{len(result.same)} codes on this lock may be the new one: {ids}. Delete those that are too many."
            return StepResult(job.step, Outcome.UNKNOWN, said)  # none is missing, so nothing is left to do here
        if result.doubts:
            name = quoted(result.doubts[0].true_title)
            return _unknown(job, f"{name} on this lock may be it, but is not the same in all. Look at it.")
        return None

    async def _doubt(self, made: AccessCode, wanted: NewCode, since: datetime, last: datetime) -> str | None:
        """Look once more after a second send: the first one may have been so late that it made a code all the same.

        Returns:
            A sentence when it has, or when nobody can say; None when there is only the one code.
        """
        listed = await self._list_twice(wanted.device_id, last)
        if listed is None:
            return "Whether it is there twice could not be looked at. Look at the lock's codes."
        others = match(wanted, listed, {*self._run.known, made.access_code_id}, since).same
        if not others:
            return None
        ids = ", ".join(code.access_code_id for code in others)
        return f"It is there twice: an earlier try has made {ids} as well. Delete one of them."

    async def _list_twice(self, device_id: str, last: datetime) -> list[AccessCode] | None:
        """All codes of a lock as two listings show them after a call has surely ended; None if they cannot be listed.

        Args:
            device_id: The lock.
            last: When the call was about to be sent.
        """
        await until_timed_out(self._run, last, times=LATE)
        first = await self._list(device_id)
        await self._run.clock.sleep(LISTED_AGAIN_AFTER)
        second = await self._list(device_id)
        if first is None or second is None:
            return None
        return list({code.access_code_id: code for code in (*first, *second)}.values())

    async def _holder(self, job: Job, wanted: NewCode) -> AccessCode | None:
        """Another code that has the PIN and stays; None where there is none, or nobody can say."""
        old = {job.step.access_code_id, job.step.wait_until_gone}
        codes = [code for code in await self._list(wanted.device_id) or () if code.access_code_id not in old]
        return next((code for code in codes if has_pin_of(wanted, code) and not code.is_being_deleted), None)

    async def _list(self, device_id: str) -> list[AccessCode] | None:
        """All codes of a lock, managed and unmanaged; None when they cannot be listed, even after some waits."""
        for seconds in (0.0, *READ_AGAIN_AFTER):
            await self._run.clock.sleep(seconds)
            try:
                return [code async for code in codes_on_lock(self._run.client, device_id)]
            except SeamFailure:
                continue
        return None


def _open_create(state: StepState | None) -> tuple[datetime | None, datetime | None]:
    """When the first and the last create of a step were about to be sent whose end is not known."""
    if state is None or state.intent is None or state.intent.kind is not SendKind.CREATE:
        return None, None
    return state.open_since, (None if state.open_since is None else state.intent.at)


def _before(job: Job) -> str:
    return (
        "Deleted, and not created again yet." if job.step.action_id is ActionId.RECREATE else "Not created again yet."
    )


def _not_made(job: Job, why: str, since: datetime | None, request_id: str | None = None) -> StepResult:
    """A code is missing for certain, unless an earlier create may still have made it."""
    if since is not None:
        return _unknown(job, why, request_id)
    said = f"{_before(job)} {why} {_LATER}"
    return StepResult(job.step, Outcome.FAILED, said, request_id, can_go_on=True)


def _unknown(job: Job, why: str, request_id: str | None = None) -> StepResult:
    said = f"Whether it was created is not known. {why} {_LATER}"
    return StepResult(job.step, Outcome.UNKNOWN, said, request_id, can_go_on=True)
