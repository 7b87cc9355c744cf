"""How what was asked for ended: the lock's answer, as far as Seam shows it, goes into the run's journal (UX rule 9).

The re-reader reads every code that was acted on until it settles, which may be long after the run has come to its end.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import Clock
from seam_tui.operations.effect import REMOVALS, own_errors, took_effect
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Ended, Outcome
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.recreating import makes_code
from seam_tui.operations.step_result import StepResult

_GONE: Final = "Gone from the lock."
_SHOWN: Final = "Seam shows it, and nothing is pending."
_NOT_SHOWN: Final = "Seam shows nothing pending, and not what was asked for either. Look at the code."


def how_it_ended(
    step: PlanStep, code: AccessCode | None, *, is_new: bool, errors_before: frozenset[str] | None
) -> tuple[Outcome, str]:
    """How a step ended of which it was only asked for, and the words for it.

    Args:
        step: What was asked for.
        code: The code that tells, as it reads now that it has come to rest; None when it is gone.
        is_new: Whether the step made that code.
        errors_before: Its own errors before the write; None when nobody knows which of them are new.
    """
    if code is None:
        is_wanted = step.action_id in REMOVALS and not is_new
        return (Outcome.DONE, _GONE) if is_wanted else (Outcome.FAILED, "The code is gone.")
    errors = own_errors(code)
    if new := sorted(errors - (frozenset() if is_new else errors if errors_before is None else errors_before)):
        return Outcome.FAILED, f"Seam shows an error on it now: {', '.join(new)}."
    if not is_new and not took_effect(step, code):
        return Outcome.UNKNOWN, _NOT_SHOWN
    return Outcome.DONE, _SHOWN


def told_by(step: PlanStep, made: str | None) -> frozenset[str]:
    """Ids of the codes that tell how a step ends; none when no code can.

    Args:
        step: What was asked for.
        made: Id of the code that it made.
    """
    if made is not None:
        return frozenset((made,))
    if step.access_code_id is None or makes_code(step):
        return frozenset()
    return frozenset((step.access_code_id, *step.also))


@dataclass(slots=True)
class _Waiting:
    """A step that its lock has still to answer."""

    run_id: str
    number: int
    step: PlanStep
    made: str | None
    errors_before: frozenset[str] | None
    request_id: str | None
    left: set[str]
    """Ids of the codes that have not come to rest."""
    code: AccessCode | None = None
    """The code that tells, once it has."""


@dataclass(slots=True)
class Settling:
    """Writes down how ended what the runs have asked for. Lives on the client's event loop."""

    journal: Journal
    clock: Clock
    _waiting: dict[str, list[_Waiting]] = field(default_factory=dict)
    """By the id of each code that tells."""
    _under_way: set[str] = field(default_factory=set)
    """Ids of runs whose journal is still held: nothing is added to it behind their back."""
    _early: dict[str, AccessCode | None] = field(default_factory=dict)
    """What came to rest while a run was under way: a quick lock answers before its result is on disk."""
    _ends: dict[str, list[Ended]] = field(default_factory=dict)
    """By run: what is still to be written."""
    _writing: asyncio.Task[None] | None = None

    def begin(self, run_id: str) -> None:
        """A run is under way; `end` must follow."""
        self._under_way.add(run_id)

    def end(self, run_id: str) -> None:
        """Its journal was let go of."""
        self._under_way.discard(run_id)
        if not self._under_way:
            self._early.clear()
        self._write_soon()

    def take(self, run_id: str, number: int, result: StepResult) -> None:
        """Take a step's result: what was only asked for is waited for.

        Args:
            run_id: The run.
            number: The step's number in it.
            result: The last word of the run on it.
        """
        if result.outcome is Outcome.ASKED:
            made = None if result.created is None else result.created.access_code_id
            self.wait(run_id, number, result.step, made, result.errors_before, result.request_id)

    def wait(
        self,
        run_id: str,
        number: int,
        step: PlanStep,
        made: str | None,
        errors_before: frozenset[str] | None,
        request_id: str | None,
    ) -> bool:
        """Wait for the lock's answer to a step, unless it is waited for already.

        Args:
            run_id: The run.
            number: The step's number in it.
            step: What was asked for.
            made: Id of the code that it made.
            errors_before: The code's own errors before the write; None when they are not known.
            request_id: Seam's, of what was sent.

        Returns:
            Whether there is anything new to wait for.
        """
        left = set(told_by(step, made))
        known = (other for key in left for other in self._waiting.get(key, ()))
        if not left or any((other.run_id, other.number) == (run_id, number) for other in known):
            return False
        waiting = _Waiting(run_id, number, step, made, errors_before, request_id, left)
        for key in left:
            self._waiting.setdefault(key, []).append(waiting)
        for key in tuple(left):
            # What was read before the write, or without its effect, tells nothing of it.
            if key in self._early and (made is not None or took_effect(step, self._early[key])):
                self._answer(waiting, key, self._early[key])
        return True

    def hear(self, access_code_id: str, code: AccessCode | None) -> None:
        """A code has come to rest.

        Args:
            access_code_id: The code.
            code: As it reads now; None when it is gone.
        """
        if self._under_way:
            self._early[access_code_id] = code
        for waiting in tuple(self._waiting.get(access_code_id, ())):
            self._answer(waiting, access_code_id, code)

    async def written(self) -> None:
        """Wait until all that was heard of runs that have ended is on disk."""
        while self._writing is not None and not self._writing.done():
            await asyncio.shield(self._writing)

    def _answer(self, waiting: _Waiting, access_code_id: str, code: AccessCode | None) -> None:
        others = self._waiting[access_code_id]
        others.remove(waiting)
        if not others:
            del self._waiting[access_code_id]
        waiting.left.discard(access_code_id)
        if access_code_id == (waiting.made or waiting.step.access_code_id):
            waiting.code = code
        if not waiting.left:
            self._ends.setdefault(waiting.run_id, []).append(self._end_of(waiting))
            self._write_soon()

    def _end_of(self, waiting: _Waiting) -> Ended:
        step = waiting.step
        is_new = waiting.made is not None
        outcome, said = how_it_ended(step, waiting.code, is_new=is_new, errors_before=waiting.errors_before)
        for pin in (step.values.pin, step.code.pin if step.code is not None else None):
            said = said if pin is None else pin.scrub(said)  # an error may be called anything
        # That Seam took it is known all the same: "unknown" would have a run that is gone on with send it again.
        outcome = Outcome.ASKED if outcome is Outcome.UNKNOWN else outcome
        at = self.clock.now()
        return Ended(step=waiting.number, outcome=outcome, at=at, said=said, request_id=waiting.request_id)

    def _write_soon(self) -> None:
        is_writing = self._writing is not None and not self._writing.done()
        if not is_writing and self._next() is not None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    def _next(self) -> str | None:
        """A run of which something can be written now."""
        return next((run_id for run_id in self._ends if run_id not in self._under_way), None)

    async def _write(self) -> None:
        while (run_id := self._next()) is not None:
            ends = self._ends.pop(run_id)
            with suppress(JournalError):  # it stays "asked" there, which is no lie
                await asyncio.to_thread(self.journal.add_ends, run_id, ends)
