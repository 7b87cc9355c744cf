"""One run under way: whom it asks and tells, what it writes to, and what it keeps within."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import Clock
from seam_tui.operations.control import RunControl
from seam_tui.operations.effect import REMOVALS
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.journal_state import StepState
from seam_tui.operations.places import Places
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.recording import Recording
from seam_tui.operations.step_result import Emit, ReadsAgain, StepResult, Tell
from seam_tui.seam_api.errors import BadAnswer, Gone
from seam_tui.seam_api.pacing import Pacer, WriteKind

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

TIMES_REFUSED: Final = 8
"""Tries of one write against 429; with the rests between them, that is several minutes of somebody else's writes."""
CANCELLED: Final = "Not sent: the run was cancelled."
READ_AGAIN_AFTER: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each attempt to learn how an unknown write ended."""

_STILL: Final = {
    ActionId.DELETE: "removing",
    ActionId.DELETE_DUPLICATE: "removing",
    ActionId.RECREATE: "removing",
    ActionId.CONVERT_TO_MANAGED: "converting",
    ActionId.CHANGE_PIN: "changing the PIN",
    ActionId.GENERATE_PIN: "changing the PIN",
    ActionId.RENAME: "changing the name",
    ActionId.CHANGE_TIMES: "changing the times",
    ActionId.MAKE_ONGOING: "changing the times",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "changing it",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "changing it",
    ActionId.UNDO: "putting it back",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One step of a run, with what an earlier process did of it."""

    number: int
    """Its number in the run's journal."""
    step: PlanStep
    state: StepState | None = None
    """None when nothing was done of it yet."""


@dataclass(frozen=True, slots=True)
class RunUnderWay:
    """What all steps of one run share. Lives on the run's event loop."""

    client: SeamClient
    rereader: ReadsAgain
    clock: Clock
    pacer: Pacer
    places: Places
    """For writes and the reads before them, on all locks together."""
    control: RunControl
    recording: Recording
    emit: Emit
    tell: Tell | None = None
    known: set[str] = field(default_factory=set)
    """Ids of codes that the run plans on or has made: none of them is the one that a lost answer made."""

    async def end(self, job: Job, result: StepResult) -> StepResult:
        """Write down and tell a step's last word; one that is left for later has none yet."""
        if not (result.can_go_on and result.outcome is Outcome.SKIPPED):
            await self.recording.ended(job.number, result)
        self.emit(result)
        return result

    def say(self, step: PlanStep, sentence: str) -> None:
        """Say what a step waits for."""
        if self.tell is not None:
            self.tell(step, sentence)

    async def take(self, lane: str, kind: WriteKind) -> bool:
        """Wait for a place within the limits.

        Returns:
            Whether there is one; False when the run was cancelled meanwhile.
        """
        return await self._unless_cancelled(self.pacer.take(lane, kind))

    async def rest(self, seconds: float) -> bool:
        """Wait so many seconds.

        Returns:
            Whether they have passed; False when the run was cancelled meanwhile.
        """
        return await self._unless_cancelled(self.clock.sleep(seconds))

    async def _unless_cancelled(self, wait: Coroutine[Any, Any, None]) -> bool:
        """Wait for something, until the run is cancelled; whether it has come."""
        if self.control.is_cancelled:
            wait.close()
            return False
        turn = asyncio.ensure_future(wait)
        cancelled = asyncio.ensure_future(self.control.until_cancelled())
        try:
            await asyncio.wait((turn, cancelled), return_when=asyncio.FIRST_COMPLETED)
            return turn.done()
        finally:
            cancelled.cancel()
            turn.cancel()
            await asyncio.gather(turn, cancelled, return_exceptions=True)

    def answered(self, lane: str, kind: WriteKind) -> None:
        """A write was answered, or its answer was lost: it counts from now on, and in the journal."""
        self.recording.sent(self.pacer.answered(lane, kind))

    async def read(self, code: AccessCode) -> AccessCode:
        """A code as it reads now.

        Raises:
            SeamFailure: It is gone, or cannot be read.
        """
        if code.is_managed:
            return await self.client.get_access_code(code.access_code_id)
        return await self.client.get_unmanaged_access_code(code.access_code_id)

    async def find(self, access_code_id: str, *, is_managed: bool) -> AccessCode | None:
        """A code whichever of the two kinds it is by now; None when it is gone.

        Args:
            access_code_id: The code.
            is_managed: As what it is looked for first.

        Raises:
            SeamFailure: It cannot be read.
        """
        reads = [self.client.get_access_code, self.client.get_unmanaged_access_code]
        first, second = reads if is_managed else reversed(reads)
        with suppress(Gone):
            return await first(access_code_id)
        try:
            return await second(access_code_id)
        except Gone:
            return None
        except BadAnswer as failure:
            if failure.status != 404:
                raise
            return None  # a server that has no such route has no such code

    def watch(self, step: PlanStep) -> None:
        """Keep the codes that a step is about under watch until they settle."""
        watch(self.rereader, step)


def watch(rereader: ReadsAgain, step: PlanStep) -> None:
    """Have the codes that a step is about read again until they settle.

    Args:
        rereader: Reads them.
        step: What was asked for.
    """
    if step.code is not None:
        reason = _STILL.get(step.action_id, "waiting")
        is_managed = step.code.is_managed or step.action_id is ActionId.CONVERT_TO_MANAGED
        until_gone = step.action_id in REMOVALS
        for access_code_id in (step.code.access_code_id, *step.also):
            rereader.watch(access_code_id, is_managed, reason, until_gone=until_gone)
    if step.asked_on is not None:
        rereader.watch(step.asked_on, is_managed=True, reason="waiting")


def not_journaled(step: PlanStep, trouble: JournalError) -> StepResult:
    """The result of a step that is not sent because it could not be written down first."""
    return StepResult(step, Outcome.SKIPPED, f"Not sent: {trouble}", can_go_on=True)


def waits_for(asked: float | None, rest: float) -> str:
    """Why a write waits after a 429.

    Args:
        asked: Seconds that Seam asks to wait; 0 or None where it does not say.
        rest: Seconds that it waits.
    """
    if asked:
        return f"Seam asks to wait {rest:.0f} s; it is sent again then."
    return f"Seam refuses more changes to this lock for now; it is sent again in {rest:.0f} s."
