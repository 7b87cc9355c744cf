"""No two codes of one lock get the same PIN: not by a plan, not where Seam chooses, not by putting a run back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeType, PendingMutation
from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import Pin
from seam_tui.operations.bulk import SAME_PIN, make_bulk_plan, plan_many
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.pins_on_lock import CHOICES
from seam_tui.operations.plan import Values, make_plan
from seam_tui.sandbox.faults import FaultRule

from .conftest import NOW
from .run_bench import UPDATE, RunBench, outcomes

A = ActionId
FREE = "620458"


def about_to_get(code: AccessCode, pin: str) -> AccessCode:
    """A code whose lock has not confirmed a new PIN yet."""
    change = FieldChange("code", code.pin, Pin(pin))
    return replace(code, pending_mutations=(PendingMutation("updating_code", "", NOW, changes=(change,)),))


def seam_chooses(running: RunBench, pins: Iterable[str]) -> None:
    """Let Seam choose these PINs, one after the other: it does not know what is on its way."""
    left = iter(pins)
    running.sandbox.world.seeds.pin = lambda *_: next(left)  # type: ignore[method-assign]


def on_the_lock(running: RunBench, device_id: str) -> list[str | None]:
    return sorted(str(code.code) for code in running.on_lock(device_id))


# -- plans


def test_a_pin_that_is_on_its_way_to_another_code_is_taken(make_subject, make_code) -> None:
    other = about_to_get(make_code(access_code_id="c2", name="Other", pin=Pin("773311")), FREE)
    subject = make_subject(neighbours=(other,))
    for pin, words in ((FREE, "on its way to the lock: “Other” (managed)"), ("773311", "already on the lock: “Other”")):
        plan = make_plan(A.CHANGE_PIN, subject, NOW, Values(pin=Pin(pin)))
        assert plan.steps == ()
        assert words in plan.refusals[0]
    assert make_plan(A.CHANGE_PIN, subject, NOW, Values(pin=Pin("118822"))).steps


def test_a_code_is_not_made_again_while_another_is_about_to_get_its_pin(make_subject, make_code) -> None:
    other = about_to_get(make_code(access_code_id="c2", name="Other", pin=Pin("773311")), "482915")
    plan = make_plan(A.RECREATE, make_subject(neighbours=(other,)), NOW)
    assert "“Other” (managed) has or gets its PIN" in plan.refusals[0]


def test_of_two_codes_that_would_get_one_pin_only_the_first_is_planned(make_subject, make_code) -> None:
    codes = [make_code(access_code_id=f"c{number}", pin=Pin(f"77331{number}")) for number in range(3)]
    subjects = [make_subject(code=code, neighbours=tuple(set(codes) - {code})) for code in codes]
    elsewhere = make_subject(code=make_code(access_code_id="c9", device_id="d9", pin=Pin("111999")))
    wishes = [(subject, Values(pin=Pin(FREE))) for subject in (*subjects, elsewhere)]
    plan = plan_many(A.CHANGE_PIN, wishes, NOW)
    assert [step.access_code_id for step in plan.steps] == ["c0", "c9"]
    assert {refusal.reason for refusal in plan.left_out} == {SAME_PIN}


def test_a_pin_that_a_marked_code_is_about_to_get_is_seen_where_times_would_bring_it_to_another(
    make_subject, make_code
) -> None:
    day = timedelta(days=1)
    bound = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW + 3 * day, "ends_at": NOW + 4 * day}
    later = bound | {"starts_at": NOW + 5 * day, "ends_at": NOW + 6 * day, "pin": Pin("773311")}
    codes = [make_code(access_code_id="c0", **bound), about_to_get(make_code(access_code_id="c1", **later), "482915")]
    subjects = [make_subject(code=code) for code in codes]  # what stands beside them is not loaded
    values = Values(starts_at=NOW + day, ends_at=NOW + 2 * day)
    plan = plan_many(A.CHANGE_TIMES, [(subject, values) for subject in subjects], NOW)
    assert [step.access_code_id for step in plan.steps] == ["c0"]
    assert [refusal.reason for refusal in plan.left_out] == [SAME_PIN]


# -- where Seam chooses


async def test_seam_is_asked_again_for_a_pin_that_another_step_has_just_got(running) -> None:
    plan = await running.plan(A.GENERATE_PIN, codes := running.codes(3))
    seam_chooses(running, (FREE, FREE, "118822", FREE, "118822", "335577"))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED] * 3
    assert on_the_lock(running, codes[0].device_id) == ["118822", "335577", FREE]
    assert running.writes.count("update") == 3


async def test_seam_is_asked_again_for_a_pin_that_is_on_its_way_to_a_code_outside_of_the_plan(running) -> None:
    first, second = running.codes(2)
    await running.client.update_access_code(first.access_code_id, pin=Pin(FREE))
    plan = await running.plan(A.GENERATE_PIN, [second])
    seam_chooses(running, (FREE, "118822"))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert on_the_lock(running, first.device_id) == ["118822", FREE]


async def test_seam_is_asked_again_for_a_pin_that_was_typed_for_a_later_step(running) -> None:
    first, second = running.codes(2)
    steps = (
        await running.step(A.GENERATE_PIN, first),
        await running.step(A.CHANGE_PIN, second, Values(pin=Pin(FREE))),
    )
    plan = replace(await running.plan(A.GENERATE_PIN, []), steps=steps)
    seam_chooses(running, (FREE, "118822"))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED] * 2
    assert on_the_lock(running, first.device_id) == ["118822", FREE]


async def test_where_seam_finds_none_that_is_free_nothing_is_sent(running) -> None:
    plan = await running.plan(A.GENERATE_PIN, running.codes(2))
    seam_chooses(running, [FREE] * (CHOICES + 1))
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED, Outcome.FAILED]
    assert f"“{plan.steps[0].title}”" in end.results[1].said
    assert FREE not in end.results[1].said
    assert running.writes == ["update"]


async def test_a_lock_is_listed_once_and_one_that_cannot_be_listed_stops_nothing(running) -> None:
    plan = await running.plan(A.GENERATE_PIN, running.codes(3))
    await running.run(plan)
    assert sum(record.path == "/access_codes/list" for record in running.sandbox.requests) == 1
    plan = await running.plan(A.GENERATE_PIN, running.codes(1))
    running.sandbox.clock.advance(timedelta(minutes=10))
    running.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=500))
    assert outcomes(await running.run(await running.plan(A.GENERATE_PIN, running.codes(1)))) == [Outcome.ASKED]


# -- putting back


@pytest.mark.parametrize("is_pending", [True, False])
async def test_an_old_pin_that_another_code_has_by_now_is_not_put_back(running, is_pending) -> None:
    first, second = running.codes(2)
    old = str(first.code)
    end = await running.run(await running.plan(A.CHANGE_PIN, [first], Values(pin=Pin(FREE))))
    running.on_lock(first.device_id)
    await running.client.update_access_code(second.access_code_id, pin=Pin(old))
    if not is_pending:
        running.on_lock(first.device_id)
    running.sandbox.requests.clear()
    undone = await running.undo(end.run_id or "")
    assert outcomes(undone) == [Outcome.SKIPPED]
    assert second.name in undone.results[0].said
    assert UPDATE not in [record.path for record in running.sandbox.requests]


async def test_of_two_codes_that_shared_a_pin_only_one_gets_it_back(running) -> None:
    codes = running.codes(2)
    codes[1].code = codes[0].code
    end = await running.run(await running.plan(A.DELETE, codes))
    running.on_lock(codes[0].device_id)
    plan = await running.runs().undo_plan(end.run_id or "")
    assert len(plan.steps) == 1
    assert [refusal.reason for refusal in plan.left_out] == [SAME_PIN]


async def test_codes_that_share_a_pin_at_other_times_are_both_put_back(running) -> None:
    codes = running.codes(2)
    now = running.sandbox.world.now
    codes[1].code = codes[0].code
    codes[0].starts_at, codes[0].ends_at = now + 86_400, now + 2 * 86_400
    codes[1].starts_at, codes[1].ends_at = now + 2 * 86_400, now + 3 * 86_400
    end = await running.run(await running.plan(A.DELETE, codes))
    running.on_lock(codes[0].device_id)
    assert len((await running.runs().undo_plan(end.run_id or "")).steps) == 2


def test_bulk_plans_still_let_seam_choose_for_codes_that_share_a_pin(make_subject, make_code) -> None:
    codes = [make_code(access_code_id=f"c{number}") for number in range(2)]
    subjects = [make_subject(code=code, neighbours=tuple(set(codes) - {code})) for code in codes]
    assert len(make_bulk_plan(A.GENERATE_PIN, subjects, NOW).steps) == 2
