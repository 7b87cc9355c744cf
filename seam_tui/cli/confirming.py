"""From "asked" to "done": what the lock has made of each step, as far as Seam shows it in time (UX rule 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from seam_tui.operations.effect import own_errors
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.settling import how_it_ended, told_by
from seam_tui.sync.events import CodeGone, CodeSettled, CodesRead

if TYPE_CHECKING:
    from seam_tui.domain.access_code import AccessCode
    from seam_tui.domain.clock import Clock
    from seam_tui.operations.plan import Plan
    from seam_tui.operations.step_result import StepResult

_LOOK_EVERY: Final = 0.5
"""Seconds between two looks at whether all is known."""


class Confirming:
    """The last word on every step of a plan.

    Args:
        plan: What is sent.
        before: The codes as they read before, by id: an error that was there before is nobody's failure now.
    """

    def __init__(self, plan: Plan, before: Mapping[str, AccessCode]) -> None:
        self._plan = plan
        self._before = before
        self._results: dict[int, StepResult] = {}
        """By identity of the step."""
        self._waiting: dict[int, frozenset[str]] = {}
        """Steps that the lock has still to answer, and the codes that tell."""
        self._told_by: dict[str, set[int]] = {}
        """Which steps a code tells of."""
        self._codes: dict[str, AccessCode | None] = {}
        """As they were last read; None for one that is gone."""
        self._settled: set[str] = set()
        self._given_up = False

    @property
    def results(self) -> tuple[StepResult, ...]:
        """What is known of the steps, in the plan's order."""
        return tuple(self._results[id(step)] for step in self._plan.steps if id(step) in self._results)

    @property
    def waiting(self) -> int:
        """Steps of which the lock's answer is still to come."""
        return len(self._waiting)

    def take(self, result: StepResult) -> None:
        """Take a step's result."""
        key = id(result.step)
        self._results[key] = result
        self._waiting.pop(key, None)
        if wanted := _told_by(result):
            self._waiting[key] = wanted
            for access_code_id in wanted:
                self._told_by.setdefault(access_code_id, set()).add(key)
            self._look_again(key)

    def hear(self, event: object) -> None:
        """Take an event of the re-reader."""
        match event:
            case CodesRead(codes=codes):
                for code in codes:
                    self._codes[code.access_code_id] = code
                    self._settled.discard(code.access_code_id)
            case CodeGone(access_code_id=access_code_id):
                self._codes[access_code_id] = None
            case CodeSettled(access_code_id=access_code_id):
                self._settled.add(access_code_id)
                for key in self._told_by.get(access_code_id, ()):
                    self._look_again(key)

    async def wait(self, clock: Clock, seconds: float) -> None:
        """Wait until every lock has answered, somebody gives up, or so many seconds have passed."""
        deadline = clock.monotonic() + seconds
        while self._waiting and not self._given_up and clock.monotonic() < deadline:
            await clock.sleep(min(_LOOK_EVERY, max(deadline - clock.monotonic(), 0.0)))

    def give_up(self) -> None:
        """Wait for no lock any more."""
        self._given_up = True

    def _look_again(self, key: int) -> None:
        wanted = self._waiting.get(key)
        if wanted is not None and wanted <= self._settled:
            del self._waiting[key]
            self._results[key] = self._confirmed(self._results[key])

    def _confirmed(self, result: StepResult) -> StepResult:
        step = result.step
        acted_on = result.created.access_code_id if result.created is not None else step.access_code_id
        before = self._before.get(acted_on or "")
        outcome, said = how_it_ended(
            step,
            self._codes.get(acted_on or ""),
            is_new=result.created is not None,
            errors_before=result.errors_before if before is None else own_errors(before),
        )
        return replace(result, outcome=outcome, said=said)


def _told_by(result: StepResult) -> frozenset[str]:
    """The codes that tell how a step ends; none when that is known, or no code can tell."""
    made = None if result.created is None else result.created.access_code_id
    return told_by(result.step, made) if result.outcome is Outcome.ASKED else frozenset()
