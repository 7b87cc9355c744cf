"""The one place that sends: each step of a plan once, and never a word of success that Seam has not said.

Delete and update end at "asked, waiting for the lock" (UX rule 9); a 5xx, a timeout or a broken connection is
unknown until the code was read again (UX rule 10).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import Clock
from seam_tui.operations.control import WRITE_KINDS, RunControl, lane_of
from seam_tui.operations.effect import needs_read_first, send, took_effect
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.seam_api.errors import UNKNOWN_OUTCOME, Gone, RateLimited, SeamFailure
from seam_tui.seam_api.pacing import Pacer

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

__all__ = ["Outcome", "Runner", "StepResult"]

CONCURRENCY: Final = 8
"""Writes under way at once, on different locks."""
TIMES_REFUSED: Final = 8
"""Tries of one write against 429; with the rests between them, that is several minutes of somebody else's writes."""
READ_AGAIN_AFTER: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each attempt to learn how an unknown write ended."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step."""

    step: PlanStep
    outcome: Outcome
    said: str
    """One sentence for a person, without a PIN."""
    request_id: str | None = None
    backup: AccessCode | None = None
    """The backup code that was pulled."""
    url: str | None = None
    """The address of a Connect Webview."""
    refused_for: float | None = None
    """After a 429: seconds that Seam asks to wait, 0 where it does not say; None otherwise."""


class ReadsAgain(Protocol):
    """The one re-reader (`sync`): it keeps a code under watch until it settles."""

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Read a code again soon, and until it settles.

        Args:
            access_code_id: The code.
            is_managed: Which of the two kinds it was.
            reason: What was asked for, as it ends "still …".
            until_gone: Whether only its end settles it.
        """


_STILL: Final = {
    ActionId.DELETE: "removing",
    ActionId.DELETE_DUPLICATE: "removing",
    ActionId.CONVERT_TO_MANAGED: "converting",
    ActionId.CHANGE_PIN: "changing the PIN",
    ActionId.GENERATE_PIN: "changing the PIN",
    ActionId.RENAME: "changing the name",
    ActionId.CHANGE_TIMES: "changing the times",
}
_LOOK: Final = "Whether it took effect is not known. Look, then try again."
_REMOVALS: Final = frozenset({ActionId.DELETE, ActionId.DELETE_DUPLICATE})

Emit = Callable[[StepResult], object]


class Runner:
    """Sends plans over one client.

    Args:
        client: The door to Seam; refuses writes in read-only mode.
        rereader: Told of every code that was acted on.
        clock: Time, for reading again.
    """

    def __init__(
        self, client: SeamClient, rereader: ReadsAgain, clock: Clock, *, concurrency: int = CONCURRENCY
    ) -> None:
        self._client = client
        self._rereader = rereader
        self._clock = clock
        self._pacer = Pacer(clock)
        self._places = asyncio.Semaphore(concurrency)

    async def run(self, plan: Plan, emit: Emit, control: RunControl | None = None) -> tuple[StepResult, ...]:
        """Send every step of a plan, once each: those of one lock in order, locks side by side.

        Args:
            plan: What was shown and said yes to.
            emit: Told each result as it comes; an unknown one is told again once it is known.
            control: Pauses and cancels.

        Returns:
            The last word on every step, in the plan's order.
        """
        control = control or RunControl()
        results: dict[int, StepResult] = {}
        lanes: dict[str, list[int]] = {}
        for index, step in enumerate(plan.steps):
            lanes.setdefault(lane_of(step), []).append(index)

        async def send_lane(indexes: list[int]) -> None:
            for index in indexes:
                results[index] = await self._last_word(plan.steps[index], emit, control)

        async with asyncio.TaskGroup() as group:
            for indexes in lanes.values():
                group.create_task(send_lane(indexes))
        return tuple(results[index] for index in range(len(plan.steps)))

    async def _last_word(self, step: PlanStep, emit: Emit, control: RunControl) -> StepResult:
        result = await self._in_turn(step, control)
        if result.outcome is Outcome.UNKNOWN and step.code is not None:
            emit(result)
            result = await self._find_out(result)
        emit(result)
        return result

    async def _in_turn(self, step: PlanStep, control: RunControl) -> StepResult:
        """Send a step when the limits and the person allow it; a 429 did nothing, so it is sent again after a rest."""
        kind, lane = WRITE_KINDS.get(step.action_id), lane_of(step)
        for _ in range(TIMES_REFUSED):
            if kind is not None:
                await self._pacer.take(lane, kind)
            if not await control.gate():
                if kind is not None:
                    self._pacer.not_sent(lane, kind)
                return StepResult(step, Outcome.SKIPPED, "Not sent: the run was cancelled.")
            try:
                async with self._places:
                    result = await self._run_step(step)
            except BaseException:
                if kind is not None:
                    self._pacer.answered(lane, kind)
                raise
            if kind is None:
                return result
            if result.outcome is Outcome.SKIPPED:
                self._pacer.not_sent(lane, kind)
                return result
            if result.refused_for is None:
                self._pacer.answered(lane, kind)
                return result
            self._pacer.refused(lane, kind, result.refused_for or None)
        return result

    async def _run_step(self, step: PlanStep) -> StepResult:
        if needs_read_first(step):
            skipped = await self._changed_since(step)
            if skipped is not None:
                return skipped
        try:
            sent = await send(self._client, step)
        except SeamFailure as failure:
            return await self._ended_badly(step, failure)
        self._watch(step)
        if sent.backup is not None:
            self._rereader.watch(sent.backup.access_code_id, is_managed=True, reason="setting the backup")
        outcome = Outcome.ASKED if sent.waits else Outcome.DONE
        return StepResult(step, outcome, sent.said, backup=sent.backup, url=sent.url)

    async def _ended_badly(self, step: PlanStep, failure: SeamFailure) -> StepResult:
        if isinstance(failure, RateLimited) and not failure.outcome_unknown:
            said, rest = str(failure), failure.retry_after or 0.0
            return StepResult(step, Outcome.FAILED, said, failure.request_id, refused_for=rest)
        if failure.outcome_unknown:
            follows = _LOOK if step.code is None else UNKNOWN_OUTCOME
            return StepResult(step, Outcome.UNKNOWN, f"{failure.what} {follows}", failure.request_id)
        if isinstance(failure, Gone) and step.action_id in _REMOVALS and step.code is not None:
            return await self._not_found_to_remove(step, step.code, failure)
        return StepResult(step, Outcome.FAILED, str(failure), failure.request_id)

    async def _not_found_to_remove(self, step: PlanStep, code: AccessCode, failure: Gone) -> StepResult:
        """A removal found nothing: look before calling that a success, since the code was read a moment before."""
        try:
            current = await self._read(code)
        except Gone:
            self._watch(step)
            return StepResult(step, Outcome.DONE, "It was gone already.", failure.request_id)
        except SeamFailure:
            return StepResult(step, Outcome.UNKNOWN, f"{failure.what} {UNKNOWN_OUTCOME}", failure.request_id)
        if current.is_being_deleted:
            self._watch(step)
            return StepResult(step, Outcome.ASKED, "It is being removed already.", failure.request_id)
        said = "Seam says that it is gone, and still lists it. Reload, then try again."
        return StepResult(step, Outcome.FAILED, said, failure.request_id)

    def _watch(self, step: PlanStep) -> None:
        if step.code is not None:
            reason = _STILL.get(step.action_id, "waiting")
            until_gone = step.action_id in _REMOVALS
            is_managed = step.code.is_managed or step.action_id is ActionId.CONVERT_TO_MANAGED
            self._rereader.watch(step.code.access_code_id, is_managed, reason, until_gone=until_gone)
        if step.asked_on is not None:
            self._rereader.watch(step.asked_on, is_managed=True, reason="waiting")

    async def _changed_since(self, step: PlanStep) -> StepResult | None:
        """A result that says why the step is not sent, when the code is not what was shown (UX rule 6)."""
        shown = step.code
        if shown is None:
            return None
        try:
            current = await self._read(shown)
        except Gone as failure:
            self._watch(step)
            return StepResult(step, Outcome.SKIPPED, "Not sent: the code is gone.", failure.request_id)
        except SeamFailure as failure:
            said = f"Not sent: the code could not be read first. {failure}"
            return StepResult(step, Outcome.FAILED, said, failure.request_id)
        if _fingerprint(current) != _fingerprint(shown):
            self._watch(step)
            return StepResult(step, Outcome.SKIPPED, "Not sent: the code has changed since it was shown. Look again.")
        return None

    async def _read(self, code: AccessCode) -> AccessCode:
        if code.is_managed:
            return await self._client.get_access_code(code.access_code_id)
        return await self._client.get_unmanaged_access_code(code.access_code_id)

    async def _find_out(self, unknown: StepResult) -> StepResult:
        """Read the code again until it tells how the write ended, or give up and say so."""
        step = unknown.step
        if step.code is None:
            return unknown
        for seconds in READ_AGAIN_AFTER:
            await self._clock.sleep(seconds)
            try:
                current: AccessCode | None = await self._read_either(step.code)
            except Gone:
                current = None
            except SeamFailure:
                continue
            self._watch(step)
            if took_effect(step, current):
                if current is not None and step.action_id is ActionId.PULL_BACKUP:
                    return await self._with_backup(unknown, current)
                said = "It took effect after all; Seam's answer was lost. Waiting for the lock."
                return StepResult(
                    step, Outcome.ASKED if current is not None else Outcome.DONE, said, unknown.request_id
                )
            if current is None:
                return StepResult(step, Outcome.FAILED, "The code is gone.", unknown.request_id)
        said = "Seam shows no trace of it: it did not take effect, or not yet. Look again before you repeat it."
        self._watch(step)
        return StepResult(step, Outcome.UNKNOWN, said, unknown.request_id)

    async def _with_backup(self, unknown: StepResult, original: AccessCode) -> StepResult:
        """Hand over a backup whose answer was lost: the guest has to be told its PIN."""
        backup: AccessCode | None = None
        if original.pulled_backup_access_code_id is not None:
            self._rereader.watch(original.pulled_backup_access_code_id, is_managed=True, reason="setting the backup")
            with suppress(SeamFailure):  # it is known by its id all the same
                backup = await self._client.get_access_code(original.pulled_backup_access_code_id)
        said = "It took effect after all; Seam's answer was lost. Tell the guest the backup's PIN."
        return StepResult(unknown.step, Outcome.DONE, said, unknown.request_id, backup=backup)

    async def _read_either(self, code: AccessCode) -> AccessCode:
        """Read a code that may have changed sides: a conversion makes an unmanaged code managed."""
        try:
            return await self._read(code)
        except Gone:
            if code.is_managed:
                raise
            return await self._client.get_access_code(code.access_code_id)


def _fingerprint(code: AccessCode) -> tuple[object, ...]:
    """What a person decided on: if any of it differs, they decided on something else."""
    return (code.name, code.pin, code.type, code.starts_at, code.ends_at, code.is_managed, code.is_being_deleted)
