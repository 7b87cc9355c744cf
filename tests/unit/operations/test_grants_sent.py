"""Steps that go through an access grant, over the wire: what Seam then does to every code that the grant made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.operations.control import RunControl
from seam_tui.operations.effect import send, took_effect
from seam_tui.operations.grants import GrantBook, with_grants
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan, PlanStep, Values, make_plan
from seam_tui.operations.runner import Runner
from seam_tui.operations.under_way import CANCELLED, TIMES_REFUSED, Job
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Grant
from seam_tui.seam_api.errors import Gone, SeamFailure
from tests.unit.operations.conftest import NOW, Bench

LATER = Values(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(days=9))


def grant_of(bench: Bench) -> Grant:
    """The one with codes on two doors."""
    return next(grant for grant in bench.sandbox.world.grants.values() if len(grant.methods) == 2)


async def step_for(bench: Bench, action: ActionId, values: Values | None = None) -> PlanStep:
    """What one code of the grant comes to, looked up and planned as the app does it."""
    subject = await bench.subject(grant_of(bench).code_ids[0])
    plan: Plan = make_plan(action, subject, NOW, values)
    assert subject.code is not None
    grants = await GrantBook(bench.client, bench.clock).look_up([subject.code])
    (step,) = with_grants(plan, grants, NOW).steps
    bench.sandbox.requests.clear()
    return step


async def read(bench: Bench, code: str) -> AccessCode | None:
    try:
        return await bench.client.get_access_code(code)
    except Gone:
        return None


async def test_a_deletion_ends_the_grant_and_all_its_codes(bench: Bench) -> None:
    codes = grant_of(bench).code_ids
    step = await step_for(bench, ActionId.DELETE)
    assert not took_effect(step, await read(bench, codes[0]))
    sent = await send(bench.client, step)
    assert sent.waits
    assert bench.writes == ["/access_grants/delete"]
    shown = [await read(bench, code) for code in codes]
    assert all(code is not None and code.is_being_deleted and took_effect(step, code) for code in shown)
    bench.sandbox.clock.advance(timedelta(minutes=5))
    assert [await read(bench, code) for code in codes] == [None, None]
    assert took_effect(step, None)


async def test_new_times_reach_all_codes_of_the_grant_and_stay(bench: Bench) -> None:
    codes = grant_of(bench).code_ids
    step = await step_for(bench, ActionId.CHANGE_TIMES, LATER)
    assert not took_effect(step, await read(bench, codes[0]))
    sent = await send(bench.client, step)
    assert sent.waits
    assert bench.writes == ["/access_grants/update"]
    assert took_effect(step, await read(bench, codes[0])), "what is asked for shows as pending"
    bench.sandbox.clock.advance(timedelta(minutes=5))
    for code in codes:
        shown = await read(bench, code)
        assert shown is not None
        assert (shown.starts_at, shown.ends_at, shown.pending_mutations) == (LATER.starts_at, LATER.ends_at, ())
        assert took_effect(step, shown)


@pytest.mark.parametrize("action", [ActionId.DELETE, ActionId.CHANGE_TIMES])
async def test_a_write_whose_answer_is_lost_shows_on_the_code_whether_it_took_effect(
    bench: Bench, action: ActionId
) -> None:
    step = await step_for(bench, action, LATER if action is ActionId.CHANGE_TIMES else None)
    bench.sandbox.faults.add(FaultRule("cut", "/access_grants/*", count=1))
    with pytest.raises(SeamFailure) as lost:
        await send(bench.client, step)
    assert lost.value.outcome_unknown
    assert not took_effect(step, await read(bench, step.access_code_id or ""))
    bench.sandbox.faults.add(FaultRule("apply_then_fail", "/access_grants/*"))
    with pytest.raises(SeamFailure) as lost:
        await send(bench.client, step)
    assert lost.value.outcome_unknown
    assert took_effect(step, await read(bench, step.access_code_id or ""))


async def test_a_grant_that_is_gone_is_said_to_be_gone(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    await send(bench.client, step)
    with pytest.raises(Gone):
        await send(bench.client, step)


async def test_nothing_else_is_ever_asked_of_a_grant(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    for action in (ActionId.CHANGE_PIN, ActionId.RECREATE, ActionId.UNDO):
        with pytest.raises(ValueError, match="cannot be asked of an access grant"):
            await send(bench.client, PlanStep(action, step.title, step.code, step.device_id, grant=step.grant))
    assert bench.writes == []


async def test_a_run_asks_each_grant_once_and_watches_all_its_codes(bench: Bench) -> None:
    codes = grant_of(bench).code_ids
    plans = [make_plan(ActionId.DELETE, await bench.subject(code), NOW) for code in codes]
    steps = tuple(step for plan in plans for step in plan.steps)
    records = [step.code for step in steps if step.code is not None]
    grants = await GrantBook(bench.client, bench.clock).look_up(records)
    result = await bench.run(with_grants(replace(plans[0], steps=steps), grants, NOW))
    assert result.outcome is Outcome.ASKED
    assert bench.writes == ["/access_grants/delete"]
    assert {(code, until_gone) for code, _, _, until_gone in bench.watch.calls} == {(code, True) for code in codes}


@pytest.mark.parametrize("retry_after", [None, 33])
@pytest.mark.parametrize(("action", "verb"), [(ActionId.DELETE, "delete"), (ActionId.CHANGE_TIMES, "update")])
async def test_a_grant_that_is_refused_for_now_is_asked_again_after_a_rest(
    bench: Bench, action: ActionId, verb: str, retry_after: int | None
) -> None:
    step = await step_for(bench, action, LATER if action is ActionId.CHANGE_TIMES else None)
    bench.sandbox.faults.add(FaultRule("status", "/access_grants/*", status=429, retry_after=retry_after, count=2))
    result = await bench.run(Plan(action, (step,)))
    assert result.outcome is Outcome.ASKED
    assert bench.writes == [f"/access_grants/{verb}"] * 3
    assert bench.clock.slept == ([33, 33] if retry_after else [5, 10])


async def test_a_grant_that_is_refused_again_and_again_has_failed_and_was_not_changed(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    bench.sandbox.faults.add(FaultRule("status", "/access_grants/*", status=429))
    result = await bench.run(Plan(ActionId.DELETE, (step,)))
    assert (result.outcome, len(bench.writes)) == (Outcome.FAILED, TIMES_REFUSED)
    assert "(429)" in result.said
    shown = await read(bench, step.access_code_id or "")
    assert shown is not None
    assert not shown.is_being_deleted


async def test_a_grant_whose_answer_is_lost_is_not_asked_again(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    bench.sandbox.faults.add(FaultRule("apply_then_fail", "/access_grants/*"))
    result = await bench.run(Plan(ActionId.DELETE, (step,)))
    assert result.outcome is Outcome.ASKED
    assert bench.writes == ["/access_grants/delete"]


async def test_a_run_that_is_cancelled_while_a_grant_rests_sends_no_more(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    bench.sandbox.faults.add(FaultRule("status", "/access_grants/*", status=429))
    control = RunControl()
    runner = Runner(bench.client, bench.watch, bench.clock)
    jobs = [Job(1, step)]
    (result,) = await runner.carry_out(jobs, bench.emitted.append, control, tell=lambda *_: control.cancel())
    assert (result.outcome, result.said) == (Outcome.SKIPPED, CANCELLED)
    assert bench.writes == ["/access_grants/delete"]


async def test_a_run_that_comes_after_the_grants_end_says_so(bench: Bench) -> None:
    step = await step_for(bench, ActionId.DELETE)
    await bench.client.delete_access_grant(step.grant.access_grant_id if step.grant else "")
    result = await bench.run(Plan(ActionId.DELETE, (step,)))
    assert (result.outcome, result.said) == (
        Outcome.SKIPPED,
        "Not sent: the code has changed since it was shown. Look again.",
    )
