"""Runs that were killed are gone on with: what is open is found out first, and nothing is lost or done twice."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.control import RunControl
from seam_tui.operations.effect import is_unchanged
from seam_tui.operations.journal_files import JournalError, RunIsHeldError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Values
from seam_tui.sandbox.faults import FaultRule

from .run_bench import CREATE, DELETE, LIST, UPDATE, KilledError, RunBench, as_it_was, copy_of, outcomes

A = ActionId
DAY = timedelta(days=1)
BEFORE, AFTER = "before it left", "after it took effect"


def _kill(running: RunBench, when: str, path: str, nth: int = 1) -> None:
    (running.kill_before if when == BEFORE else running.kill_after)(path, nth)


# -- delete and create again


@pytest.mark.parametrize("refuses_duplicates", [True, False], ids=["refusing duplicates", "taking duplicates"])
@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("path", [DELETE, CREATE])
async def test_a_code_is_neither_lost_nor_doubled_wherever_the_process_is_killed(
    running, path, when, refuses_duplicates
) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    running.sandbox.world.refuse_duplicates = refuses_duplicates
    plan = await running.plan(A.RECREATE, [code])
    _kill(running, when, path)
    run_id = await running.killed(plan)
    (result,) = (await running.go_on(run_id)).results
    (now,) = running.on_lock(was.device_id)
    assert as_it_was(was, now)
    assert (result.outcome, result.created.access_code_id) == (Outcome.ASKED, now.access_code_id)
    assert await running.unfinished() == []
    assert (now.access_code_id, "setting") in running.watch.calls


@pytest.mark.parametrize("refuses_duplicates", [True, False])
@pytest.mark.parametrize("path", [DELETE, CREATE])
@pytest.mark.parametrize("seconds", [2, 29])
async def test_a_write_that_takes_effect_after_the_kill_is_waited_for(
    running, path, seconds, refuses_duplicates
) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    running.sandbox.world.refuse_duplicates = refuses_duplicates
    plan = await running.plan(A.RECREATE, [code])
    running.kill_while_on_its_way(path, seconds)
    run_id = await running.killed(plan)
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]
    (now,) = running.on_lock(was.device_id)
    assert as_it_was(was, now)
    assert running.writes.count("create") == 1


async def test_a_code_that_is_gone_and_not_created_is_created(running) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    plan = await running.plan(A.RECREATE, [code])

    async def die(request: httpx.Request) -> None:
        if "gone" in running.records():
            raise KilledError

    running.wire.before = die
    run_id = await running.killed(plan)
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]
    (now,) = running.on_lock(was.device_id)
    assert as_it_was(was, now)
    assert running.writes == ["delete", "create"]


async def test_a_code_that_was_created_and_nothing_more_is_told_and_not_created_again(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RECREATE, [code])

    def die(access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        if reason == "setting":
            raise KilledError

    watch = running.watch.watch
    running.watch.watch = die  # type: ignore[method-assign]
    run_id = await running.killed(plan)
    running.watch.watch = watch  # type: ignore[method-assign]
    (result,) = (await running.go_on(run_id)).results
    (now,) = running.on_lock(code.device_id)
    assert (result.outcome, result.created.access_code_id) == (Outcome.ASKED, now.access_code_id)
    assert running.writes == ["delete", "create"]


async def test_a_kill_in_the_middle_of_many_leaves_each_where_it_can_be_gone_on_with(running) -> None:
    codes = running.codes(6)
    was = [copy_of(code) for code in codes]
    plan = await running.plan(A.RECREATE, codes)
    running.kill_before(CREATE, 3)
    run_id = await running.killed(plan)
    taken = await running.runs().take_up(run_id)
    assert taken.settled + len(taken.plan.steps) == 6
    assert taken.open >= 1
    assert all(step.code.pin is not None for step in taken.plan.steps)
    await running.runs().put_down(taken)
    end = await running.go_on(run_id)
    assert set(outcomes(end)) == {Outcome.ASKED}
    now = running.on_lock(was[0].device_id)
    assert sorted(code.code for code in now) == sorted(code.code for code in was)
    assert running.writes.count("delete") == running.writes.count("create") == 6


async def test_an_unsent_step_whose_code_changed_meanwhile_is_left_alone(running) -> None:
    codes = running.codes(2)
    plan = await running.plan(A.RECREATE, codes)
    running.kill_before(DELETE)
    run_id = await running.killed(plan)
    codes[1].name = "Somebody Else"
    end = await running.go_on(run_id)
    assert outcomes(end) == [Outcome.ASKED, Outcome.SKIPPED]
    assert codes[1].access_code_id in running.sandbox.world.codes


async def test_a_code_whose_pin_is_forgotten_is_not_created_with_another(running) -> None:
    codes = running.codes(3)
    plan = await running.plan(A.RECREATE, codes)

    async def die(request: httpx.Request) -> None:
        if running.records().count("gone") == 1:
            raise KilledError

    running.wire.before = die
    run_id = await running.killed(plan)
    running.journal.forget_pins(run_id)
    end = await running.go_on(run_id)
    assert running.writes.count("create") == 0
    by_outcome = {result.outcome: result.said for result in end.results}
    assert "Its old code is deleted" in by_outcome[Outcome.FAILED]
    assert "create it by hand" in by_outcome[Outcome.FAILED]
    assert set(by_outcome) <= {Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED}
    assert await running.unfinished() == []


async def test_a_cancelled_resume_leaves_what_is_half_done_for_the_next_one(running) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    plan = await running.plan(A.RECREATE, [code])
    running.kill_before(CREATE)
    run_id = await running.killed(plan)
    control = RunControl()
    control.cancel()
    assert outcomes(await running.go_on(run_id, control)) == [Outcome.UNKNOWN]
    assert await running.unfinished() == [run_id]
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]
    assert as_it_was(was, running.on_lock(was.device_id)[0])


# -- everything else

CHANGES = [
    (A.RENAME, Values(name="Somebody Else")),
    (A.CHANGE_PIN, Values(pin=Pin("246135"))),
    (A.GENERATE_PIN, Values()),
    (A.ALLOW_EXTERNAL_MODIFICATION, Values(is_external_modification_allowed=True)),
]


@pytest.mark.parametrize(("action", "values"), CHANGES, ids=[action.value for action, _ in CHANGES])
async def test_an_update_that_was_sent_is_recognised_and_not_sent_again(running, action, values) -> None:
    (code,) = running.codes()
    plan = await running.plan(action, [code], values)
    running.kill_after(UPDATE)
    run_id = await running.killed(plan)
    (result,) = (await running.go_on(run_id)).results
    assert (result.outcome, running.writes) == (Outcome.ASKED, ["update"])
    assert await running.unfinished() == []


@pytest.mark.parametrize(("action", "values"), CHANGES, ids=[action.value for action, _ in CHANGES])
async def test_an_update_that_was_not_sent_is_sent_once_its_call_could_have_ended(running, action, values) -> None:
    (code,) = running.codes()
    plan = await running.plan(action, [code], values)
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    began = running.clock.monotonic()
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]
    assert running.clock.monotonic() - began >= running.client.timeout
    assert running.writes == ["update"]


async def test_a_generated_pin_is_kept_and_sent_again_as_it_was(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.GENERATE_PIN, [code])
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    (step,) = running.state(run_id).steps.values()
    await running.go_on(run_id)
    (sent,) = (record for record in running.sandbox.requests if record.path == UPDATE)
    assert step.sent_pin.equals(Pin(sent.params["code"]))


async def test_new_times_are_sent_again_as_they_were_planned(running) -> None:
    (code,) = running.codes()
    start, end = running.clock.now() + DAY, running.clock.now() + 3 * DAY
    values = Values(starts_at=start, ends_at=end, code_type=AccessCodeType.TIME_BOUND)
    plan = await running.plan(A.CHANGE_TIMES, [code], values)
    running.kill_before(UPDATE)
    taken = await running.runs().take_up(await running.killed(plan))
    (again,), (step,) = taken.plan.steps, plan.steps
    assert (again.values, again.changes, again.title) == (step.values, step.changes, step.title)
    assert is_unchanged(again, step.code)
    await running.runs().go_on(taken, running.told.append)
    assert running.on_lock(code.device_id)[0].ends_at == end.timestamp()


@pytest.mark.parametrize("when", [BEFORE, AFTER])
async def test_a_plain_delete_is_gone_on_with(running, when) -> None:
    codes = running.codes(2)
    plan = await running.plan(A.DELETE, codes)
    _kill(running, when, DELETE)
    run_id = await running.killed(plan)
    assert set(outcomes(await running.go_on(run_id))) <= {Outcome.ASKED, Outcome.DONE}
    assert running.on_lock(codes[0].device_id) == []
    assert running.writes == ["delete"] * 2


async def test_a_code_that_somebody_changed_meanwhile_is_unknown_and_left_alone(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RENAME, [code], Values(name="Somebody Else"))
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    code.name = "A third one"
    (result,) = (await running.go_on(run_id)).results
    assert (result.outcome, running.writes) == (Outcome.UNKNOWN, [])
    assert "has changed since" in result.said


async def test_an_update_whose_pin_is_forgotten_is_not_sent_again(running) -> None:
    codes = running.codes(2)
    plan = await running.plan(A.RENAME, codes, Values(name="Somebody Else"))
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    running.journal.forget_pins(run_id)
    open_one, unsent = (await running.go_on(run_id)).results
    assert (open_one.outcome, unsent.outcome) == (Outcome.UNKNOWN, Outcome.SKIPPED)
    assert "not sent again: its PIN is not kept any more" in open_one.said
    assert "its PIN is not kept any more" in unsent.said
    assert running.writes == []


async def test_a_code_that_cannot_be_read_stays_open_for_the_next_time(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RENAME, [code], Values(name="Somebody Else"))
    running.kill_after(UPDATE)
    run_id = await running.killed(plan)
    running.sandbox.faults.add(FaultRule("status", "/access_codes/get", status=503))
    assert outcomes(await running.go_on(run_id)) == [Outcome.UNKNOWN]
    running.sandbox.faults.clear()
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]


async def test_what_was_sent_before_the_kill_counts_for_the_limits(running) -> None:
    codes = running.codes(22)
    running.sandbox.world.limits.enabled = True
    plan = await running.plan(A.DELETE, codes)
    running.kill_before(DELETE, 20)
    run_id = await running.killed(plan)
    assert [send.kind for send in running.state(run_id).send_times] == ["delete"] * 19
    began = running.clock.monotonic()
    end = await running.go_on(run_id)
    assert set(outcomes(end)) == {Outcome.ASKED}
    assert running.clock.monotonic() - began >= 59
    assert 429 not in {record.status for record in running.sandbox.requests}


async def test_the_listing_leaves_out_what_the_run_itself_has_made(running) -> None:
    """Two codes alike in all: the one that was made is not taken for the one whose answer was lost."""
    codes = running.codes(2)
    for code in codes:
        code.name, code.code, code.starts_at, code.ends_at = "Cleaner", "975310", None, None
    running.sandbox.world.refuse_duplicates = False
    plan = await running.plan(A.RECREATE, codes)
    running.kill_before(CREATE, 2)
    run_id = await running.killed(plan)
    assert outcomes(await running.go_on(run_id)) == [Outcome.ASKED]
    assert len(running.on_lock(codes[0].device_id)) == 2
    assert LIST in {record.path for record in running.sandbox.requests}


# -- whose run it is


async def test_a_run_is_held_by_one_and_offered_to_nobody_else(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RENAME, [code], Values(name="Somebody Else"))
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    runs = running.runs()
    taken = await runs.take_up(run_id)
    assert await running.unfinished() == []
    with pytest.raises(RunIsHeldError):
        await running.runs().take_up(run_id)
    with pytest.raises(RunIsHeldError):
        await running.runs().stop(run_id)
    await runs.put_down(taken)
    assert await running.unfinished() == [run_id]
    await runs.stop(run_id)
    assert await running.unfinished() == []
    assert running.writes == []


async def test_a_run_of_another_workspace_is_refused_and_let_go_of(running) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RENAME, [code], Values(name="Somebody Else"))
    running.kill_before(UPDATE)
    run_id = await running.killed(plan)
    running.sandbox.world.workspaces.reverse()
    with pytest.raises(JournalError, match="of another workspace"):
        await running.runs().take_up(run_id)
    running.sandbox.world.workspaces.reverse()
    assert await running.unfinished() == [run_id]


async def test_a_run_that_was_not_planned_to_its_end_can_only_be_stopped(running) -> None:
    codes = running.codes(2)
    plan = await running.plan(A.DELETE, codes)
    running.kill_before(DELETE)
    run_id = await running.killed(plan)
    (path,) = running.journal.folder.glob("*.jsonl")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    runs = running.runs()
    taken = await runs.take_up(run_id)
    assert not taken.can_go_on
    with pytest.raises(JournalError, match="nothing of it was sent"):
        await runs.go_on(taken, running.told.append)
    await runs.stop(run_id)
    assert (running.writes, await running.unfinished()) == ([], [])
