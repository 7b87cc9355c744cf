"""A run on many codes as the screen sees it: what became of each step, how fast it goes, and what it waits for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from seam_tui.operations.control import Progress, least_time
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.step_result import StepResult

if TYPE_CHECKING:
    from seam_tui.tui.run_desk import RunHandle

LEFT_BEHIND: Final = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED})
"""Ends after which a code stays marked."""
_RATE_OVER: Final = 120.0
"""Seconds that the rate looks back: two of Seam's windows, so that its bursts even out."""
_RATE_FROM: Final = 5.0
"""Seconds of a run before which no rate is told."""


class Run:
    """One run.

    Args:
        plan: What is sent.
        handle: Pauses and stops it.
        now: Seconds of the monotonic clock.
        undoes: The run that it puts back.
    """

    def __init__(self, plan: Plan, handle: RunHandle, now: float, undoes: str | None = None) -> None:
        self.plan = plan
        self.handle = handle
        self.undoes = undoes
        self.run_id: str | None = None
        """Its id in the journal, known from its end on."""
        self.is_finished = False
        self._keys = {id(step): step.access_code_id or f"#{index}" for index, step in enumerate(plan.steps)}
        self._least = least_time(plan)
        self._results: dict[str, StepResult] = {}
        self._failed: set[str] = set()
        self._made: dict[str, str] = {}
        self._waits: dict[str, str] = {}
        self._ends: deque[float] = deque()
        self._turned_at = now
        self._worked = 0.0
        self._is_paused = False

    @property
    def results(self) -> Sequence[StepResult]:
        """The last word on each step that has one."""
        return tuple(self._results.values())

    @property
    def waits_for(self) -> str:
        """What a step waits for, in a sentence; empty while none says so."""
        return next(reversed(self._waits.values()), "")

    def take(self, result: StepResult, now: float) -> None:
        """Take a step's result.

        Args:
            result: The step is one of the plan's.
            now: Seconds of the monotonic clock.
        """
        key = self._key(result.step)
        if key not in self._results:
            self._ends.append(self._time_worked(now))
        self._keep(key, result)
        self._waits.pop(key, None)
        if result.created is not None:
            self._made[result.created.access_code_id] = key

    def wait(self, step: PlanStep, said: str) -> None:
        """A step waits, and says what for."""
        self._waits[self._key(step)] = said

    def result_of(self, access_code_id: str) -> StepResult | None:
        """The result of a code of the run, or of one that it made."""
        return self._results.get(self._made.get(access_code_id, access_code_id))

    def settle(self, access_code_id: str, outcome: Outcome, said: str) -> str | None:
        """A code that was only asked for has come to rest.

        Returns:
            The id under which the result stands, or None when nothing was waited for.
        """
        key = self._made.get(access_code_id, access_code_id)
        result = self._results.get(key)
        if result is None or result.outcome is not Outcome.ASKED:
            return None
        if result.created is not None and result.created.access_code_id != access_code_id:
            return None  # the old code has gone; the new one is what is waited for
        self._keep(key, replace(result, outcome=outcome, said=said))
        return key

    @property
    def left_behind(self) -> frozenset[str]:
        """Ids of the codes for which nothing was done: those that the person had marked."""
        return self.asked_for(key for key, result in self._results.items() if result.outcome in LEFT_BEHIND)

    def asked_for(self, keys: Iterable[str]) -> frozenset[str]:
        """Ids of the codes that a person asked on, by the ids of what was acted on: a duplicate, or a grant's codes.

        Args:
            keys: Ids under which results stand.
        """
        steps = [self._results[key].step for key in keys if key in self._results]
        asked = [(step.asked_on or step.access_code_id, *step.also) for step in steps]
        return frozenset(code for codes in asked for code in codes if code is not None)

    @property
    def must_be_finished(self) -> bool:
        """Whether something is left to do for a step, so that its run stays unfinished."""
        return any(result.can_go_on for result in self._results.values())

    def still_waits(self, access_code_id: str, said: str) -> str | None:
        """A code that was asked for has waited long, and says so.

        Returns:
            The id under which its result stands, or None when nothing is waited for.
        """
        return self.settle(access_code_id, Outcome.ASKED, said)

    def set_paused(self, is_paused: bool, now: float) -> None:
        """Note a pause: its time is nobody's work."""
        self._worked = self._time_worked(now)
        self._turned_at = now
        self._is_paused = is_paused

    def progress(self, now: float) -> Progress:
        """How far it has come, and how much longer it takes: by Seam's limits, or by the rate where that is slower."""
        done, total = len(self._results), len(self.plan.steps)
        by_limits = max(self._least - self._time_worked(now), 0.0)
        rate = self.rate(now)
        by_rate = (total - done) / rate * 60 if rate else 0.0
        return Progress(done, total, len(self._failed), max(by_limits, by_rate) if done < total else 0.0)

    def rate(self, now: float) -> float | None:
        """Codes per minute of late; None while it is too early to say."""
        worked = self._time_worked(now)
        if worked < _RATE_FROM or not self._ends:
            return None
        span = min(worked, _RATE_OVER)
        while self._ends and self._ends[0] < worked - span:
            self._ends.popleft()
        return len(self._ends) / span * 60 or None

    def _keep(self, key: str, result: StepResult) -> None:
        self._results[key] = result
        if result.outcome in {Outcome.FAILED, Outcome.UNKNOWN}:
            self._failed.add(key)
        else:
            self._failed.discard(key)

    def _time_worked(self, now: float) -> float:
        return self._worked + (0.0 if self._is_paused else now - self._turned_at)

    def _key(self, step: PlanStep) -> str:
        return self._keys.get(id(step)) or step.access_code_id or ""
