"""Which PINs of a lock are taken, or about to be: no run gives two codes of one lock the same.

Seam refuses a PIN that another code has. One that is only on its way to the lock need not be refused, nor be left out
where Seam chooses: then the lock itself refuses it, minutes later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import NO_NAME, quoted
from seam_tui.operations.checks import Span, overlap, pins_of, span_after
from seam_tui.operations.codes_on_lock import codes_on_lock
from seam_tui.operations.effect import prepared
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.under_way import Job, RunUnderWay
from seam_tui.operations.values import NO_VALUES
from seam_tui.seam_api.errors import Refused, SeamFailure

CHOICES: Final = 5
"""PINs that Seam is asked for until one is free."""


@dataclass(frozen=True, slots=True)
class _Taken:
    access_code_id: str
    name: str
    pin: Pin
    span: Span


@dataclass(slots=True)
class PinsOnLock:
    """The PINs of one lock, as far as a client can know. Lives on the run's event loop.

    Args:
        run: The run.
        jobs: All its steps on the lock.
    """

    run: RunUnderWay
    jobs: Sequence[Job]
    _taken: list[_Taken] = field(default_factory=list)
    _is_read: bool = False

    async def chosen(self, step: PlanStep) -> PlanStep:
        """A step with all that it sends, with a PIN that is free where Seam is to choose one.

        Raises:
            SeamFailure: There is none; nothing was changed.
        """
        holder: str | None = None
        for _ in range(CHOICES):
            sent = await prepared(self.run.client, step)
            if sent is step or sent.values.pin is None:
                return sent
            holder = await self.holder(sent, sent.values.pin)
            if holder is None:
                self._taken += self._by(sent)
                return sent
        others = f"that other codes of this lock have, or are about to get, {quoted(holder or NO_NAME)} for one"
        said = f"Seam chose {CHOICES} PINs {others}."
        raise Refused(said, "Nothing was changed. Try again later.", error_type="duplicate_access_code")

    async def holder(self, step: PlanStep, pin: Pin) -> str | None:
        """The name of another code that has a PIN, or is about to get it, at the times of a step's code.

        Args:
            step: What would be sent.
            pin: The PIN that it sets.
        """
        if not self._is_read:
            self._is_read = True
            self._taken += [taken for job in self.jobs for taken in self._by(job.step)]
            self._taken += await self._on_lock(step.device_id or "")
        span = span_after(step.code, step.values)
        own = {step.access_code_id, step.wait_until_gone}
        others = (taken for taken in self._taken if taken.access_code_id not in own)
        return next((taken.name for taken in others if taken.pin.equals(pin) and overlap(taken.span, span)), None)

    def _by(self, step: PlanStep) -> Iterator[_Taken]:
        """What a step sets."""
        if step.code is not None and step.values.pin is not None:
            yield _Taken(step.code.access_code_id, step.name, step.values.pin, span_after(step.code, step.values))

    async def _on_lock(self, device_id: str) -> list[_Taken]:
        """What its codes have and are about to get, as far as they can be listed."""
        taken: list[_Taken] = []
        with suppress(SeamFailure):
            async for code in codes_on_lock(self.run.client, device_id):
                span = span_after(code, NO_VALUES)
                taken += [_Taken(code.access_code_id, code.true_title, pin, span) for pin in pins_of(code)]
        return taken
