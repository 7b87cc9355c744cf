"""A run as the screen counts it: how far, how fast, how long still, and what settles afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.tui.run_view import Run

CODE = AccessCode("c0", "d1", "Anna", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
NO_HANDLE: Any = None


def plan_of(count: int, action: ActionId = ActionId.DELETE) -> Plan:
    codes = [replace(CODE, access_code_id=f"c{index}") for index in range(count)]
    return Plan(action, tuple(PlanStep(action, "Anna", code=code, device_id="d1") for code in codes))


def ended(plan: Plan, index: int, outcome: Outcome = Outcome.ASKED, **fields: Any) -> StepResult:
    return StepResult(plan.steps[index], outcome, "Said.", **fields)


def test_progress_counts_each_code_once_however_often_it_is_told() -> None:
    plan = plan_of(3)
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0, Outcome.UNKNOWN), 1.0)
    assert run.progress(1.0).words == "1 of 3, 1 failed"
    run.take(ended(plan, 0, Outcome.ASKED), 2.0)
    assert run.progress(2.0).words == "1 of 3"
    assert run.left_behind == frozenset()


def test_the_time_left_is_that_of_the_limits_until_the_rate_is_slower() -> None:
    """Sixty-one removals on one lock take three minutes at least."""
    plan = plan_of(61)
    run = Run(plan, NO_HANDLE, 0.0)
    for index in range(20):
        run.take(ended(plan, index), 1.0)
    assert run.rate(1.0) is None
    assert run.progress(1.0).seconds_left == pytest.approx(179.0)
    for index in range(20, 24):
        run.take(ended(plan, index), 120.0)
    assert run.rate(120.0) == pytest.approx(12.0)
    assert run.progress(120.0).seconds_left == pytest.approx(37 / 12 * 60)


def test_a_pause_is_nobodys_work() -> None:
    plan = plan_of(61)
    run = Run(plan, NO_HANDLE, 0.0)
    for index in range(20):
        run.take(ended(plan, index), 10.0)
    run.set_paused(True, 10.0)
    assert run.progress(1_000.0).seconds_left == pytest.approx(170.0)
    run.set_paused(False, 1_000.0)
    assert run.progress(1_010.0).seconds_left == pytest.approx(160.0)
    assert run.rate(1_010.0) == pytest.approx(60.0)


@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from(list(Outcome)), st.floats(0, 50)), max_size=40))
def test_whatever_is_told_the_numbers_stay_within_the_run(told: list[tuple[int, Outcome, float]]) -> None:
    plan, now = plan_of(12), 0.0
    run = Run(plan, NO_HANDLE, now)
    for index, outcome, seconds in told:
        now += seconds
        run.take(ended(plan, index, outcome), now)
        progress = run.progress(now)
        assert 0 <= progress.failed <= progress.done <= progress.total == 12
        assert progress.seconds_left >= 0
        assert (run.rate(now) or 0) >= 0
    last = {index: outcome for index, outcome, _ in told}
    assert {result.step.access_code_id: result.outcome for result in run.results} == {
        f"c{index}": outcome for index, outcome in last.items()
    }


def test_what_settles_is_kept_for_a_result_that_is_opened_again() -> None:
    """UX 9."""
    plan = plan_of(2)
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0), 1.0)
    assert run.settle("c0", Outcome.DONE, "Gone from the lock.") == "c0"
    assert run.settle("c0", Outcome.FAILED, "Again.") is None
    assert run.settle("c1", Outcome.DONE, "Never asked.") is None
    assert [(result.outcome, result.said) for result in run.results] == [(Outcome.DONE, "Gone from the lock.")]


def test_a_code_that_was_made_again_settles_as_its_new_self() -> None:
    plan = plan_of(1, ActionId.RECREATE)
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0, created=replace(CODE, access_code_id="new")), 1.0)
    assert run.settle("c0", Outcome.DONE, "Gone from the lock.") is None, "the old one has gone, the new is waited for"
    assert run.settle("new", Outcome.DONE, "Settled.") == "c0"
    assert run.result_of("new") is run.result_of("c0")


def test_what_a_step_waits_for_is_said_until_it_has_a_result() -> None:
    plan = plan_of(2)
    run = Run(plan, NO_HANDLE, 0.0)
    run.wait(plan.steps[0], "Seam asks to wait 30 s.")
    assert run.waits_for == "Seam asks to wait 30 s."
    run.take(ended(plan, 0), 1.0)
    assert run.waits_for == ""


def test_what_is_retried_is_what_was_asked_for_not_what_was_acted_on() -> None:
    """The duplicate of a code was to go: it is the code that stays marked, and is planned for again."""
    duplicate = PlanStep(ActionId.DELETE_DUPLICATE, "Anna", code=CODE, device_id="d1", asked_on="mine")
    granted = PlanStep(ActionId.DELETE, "Grant", code=replace(CODE, access_code_id="g1"), also=("g2", "g3"))
    plan = Plan(ActionId.DELETE_DUPLICATE, (duplicate, granted))
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0, Outcome.FAILED), 1.0)
    run.take(ended(plan, 1, Outcome.FAILED), 1.0)
    assert run.left_behind == {"mine", "g1", "g2", "g3"}
    assert run.asked_for(["c0", "nobody"]) == {"mine"}


def test_a_code_that_waits_long_says_so_and_waits_on() -> None:  # UX 9
    plan = plan_of(1)
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0), 1.0)
    assert run.still_waits("c0", "still removing after 10 min") == "c0"
    assert [(result.outcome, result.said) for result in run.results] == [(Outcome.ASKED, "still removing after 10 min")]
    assert run.settle("c0", Outcome.DONE, "Gone.") == "c0"
    assert run.still_waits("c0", "still removing after 20 min") is None


def test_a_run_with_a_missing_code_must_be_finished() -> None:
    plan = plan_of(1, ActionId.RECREATE)
    run = Run(plan, NO_HANDLE, 0.0)
    run.take(ended(plan, 0, Outcome.UNKNOWN, can_go_on=True), 1.0)
    assert run.must_be_finished
