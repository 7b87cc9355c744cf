"""The runner's side of a run's journal: what is written before a send, and what after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from seam_tui.domain.clock import Clock
from seam_tui.domain.pin import Pin
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import (
    Created,
    Ended,
    Finished,
    Gone,
    Intent,
    PinKept,
    PinSlot,
    Record,
    SendKind,
    SendTime,
    Stopped,
    Withdrawn,
    planned_records,
)
from seam_tui.operations.journal_writer import JournalWriter
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.step_result import StepResult
from seam_tui.seam_api.pacing import SentAt

STEPS_AT_ONCE: Final = 500
"""Steps that are planned in one group write."""


class Recording:
    """Writes what one run does into its journal. Lives on the run's event loop.

    What was sent is sent, so only `plan` and `intent` raise; any other trouble is kept in `trouble`, and whoever sends
    looks there before the next step.

    Args:
        clock: Time.
        writer: The run's journal; None keeps nothing, for plans that act on no code.
    """

    def __init__(self, clock: Clock, writer: JournalWriter | None = None) -> None:
        self._clock = clock
        self._writer = writer
        self._sends: list[SendTime] = []
        self.trouble: JournalError | None = None
        """Why nothing more may be sent."""

    async def plan(self, steps: Sequence[PlanStep]) -> None:
        """Write down every step of a new run, numbered from 1, with its PINs.

        Raises:
            JournalError: They are not on disk; nothing may be sent.
        """
        for start in range(0, len(steps), STEPS_AT_ONCE):
            numbered = enumerate(steps[start : start + STEPS_AT_ONCE], start + 1)
            await self._write(*(record for number, step in numbered for record in planned_records(number, step)))

    async def intent(self, number: int, kind: SendKind, pin: Pin | None = None) -> datetime:
        """Write down that something is about to be sent; the one wait before each send.

        Args:
            number: The step.
            kind: What is sent.
            pin: A PIN that is sent and was not known when the step was planned.

        Returns:
            The moment that was written down.

        Raises:
            JournalError: It is not on disk; it may not be sent.
        """
        at = self._clock.now()
        kept: list[Record] = [] if pin is None else [PinKept(step=number, slot=PinSlot.SENT, pin=pin)]
        await self._write(*kept, Intent(step=number, kind=kind, at=at))
        return at

    def sent(self, sent: SentAt) -> None:
        """Note when something was sent to a lock; goes to disk with what is written next.

        After a kill before that, its open intent stands for it.
        """
        self._sends.append(SendTime(device_id=sent.device_id, kind=SendKind(sent.kind.value), at=sent.at))

    async def withdrawn(self, number: int) -> None:
        """What the intent announced was certainly not sent, or refused before it took effect."""
        await self._note(Withdrawn(step=number, at=self._clock.now()))

    async def gone(self, number: int) -> None:
        """The step's old code is not there any more."""
        await self._note(Gone(step=number, at=self._clock.now()))

    async def created(self, number: int, access_code_id: str) -> None:
        """The step's new code is there."""
        await self._note(Created(step=number, access_code_id=access_code_id, at=self._clock.now()))

    async def ended(self, number: int, result: StepResult) -> None:
        """A step's last word."""
        request_id, at = result.request_id, self._clock.now()
        await self._note(Ended(step=number, outcome=result.outcome, at=at, said=result.said, request_id=request_id))

    async def finished(self) -> None:
        """The run has come to its end."""
        await self._note(Finished(at=self._clock.now()))

    async def stopped(self) -> None:
        """The run ends here, before anything was sent."""
        await self._note(Stopped(at=self._clock.now()))

    async def _note(self, *records: Record) -> None:
        try:
            await self._write(*records)
        except JournalError:
            return  # kept in `trouble`

    async def _write(self, *records: Record) -> None:
        if self._writer is None:
            return
        if self.trouble is not None:
            raise self.trouble
        sends, self._sends = self._sends, []
        try:
            await self._writer.write(*sends, *records)
        except JournalError as trouble:
            self.trouble = trouble
            raise
