"""Delete and create again while answers are lost or refused: never twice, never lost, never said for certain."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.creating import CREATE_AGAIN_AFTER, LATE
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan
from seam_tui.operations.recreating import BETWEEN, MAY_BE_MISSING
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Code

from .run_bench import CREATE, DELETE, LIST, RunBench, as_it_was, copy_of, outcomes

A = ActionId


async def _recreate(running: RunBench, count: int = 1) -> tuple[list[Code], list[Code], Plan]:
    codes = running.codes(count)
    return codes, [copy_of(code) for code in codes], await running.plan(A.RECREATE, codes)


@pytest.mark.parametrize("refuses_duplicates", [True, False])
@pytest.mark.parametrize("cut", [True, False], ids=["cut", "500"])
async def test_a_create_whose_answer_was_lost_is_found_and_not_repeated(running, cut, refuses_duplicates) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.world.refuse_duplicates = refuses_duplicates
    running.sandbox.faults.add(FaultRule("apply_then_fail", CREATE, cut=cut, count=1))
    (result,) = (await running.run(plan)).results
    (now,) = running.on_lock(was[0].device_id)
    assert (result.outcome, result.created.access_code_id) == (Outcome.ASKED, now.access_code_id)
    assert "was found" in result.said
    assert running.writes == ["delete", "create"]
    assert "created" in running.records()


async def test_a_create_that_never_arrived_is_sent_once_more_after_looking_twice(running) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=500, count=1))
    (result,) = (await running.run(plan)).results
    assert result.outcome is Outcome.ASKED
    assert running.writes == ["delete", "create", "create"]
    assert running.records().count("intent create") == 2
    paths = [record.path for record in running.sandbox.requests]
    first, second = (index for index, path in enumerate(paths) if path == CREATE)
    assert paths[first:second].count(LIST) == 2
    times = [record.at for record in running.sandbox.requests if record.path == CREATE]
    assert times[1] - times[0] >= timedelta(seconds=LATE * running.client.timeout)
    assert len(running.on_lock(was[0].device_id)) == 1


async def test_a_create_that_is_lost_again_is_unknown_and_found_out_later(running) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=500, count=2))
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.UNKNOWN, True)
    assert running.writes == ["delete", "create", "create"]
    assert await running.unfinished() == [end.run_id]
    assert outcomes(await running.go_on()) == [Outcome.ASKED]
    assert len(running.on_lock(was[0].device_id)) == 1


async def test_a_first_create_that_arrives_after_the_second_one_is_told(running) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.world.refuse_duplicates = False
    seconds, is_first = LATE * running.client.timeout + 20, True

    async def delay(request: httpx.Request) -> None:
        nonlocal is_first
        if request.url.path == CREATE and is_first:
            is_first = False
            due = running.clock.now() + timedelta(seconds=seconds)
            running.clock.due.append((due, lambda: running.wire.pass_on(request)))
            raise httpx.ReadTimeout("No answer", request=request)

    running.wire.before = delay
    (result,) = (await running.run(plan)).results
    assert len(running.on_lock(was[0].device_id)) == 2
    assert result.outcome is Outcome.UNKNOWN
    assert "there twice" in result.said


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_first_create_that_arrives_long_after_the_run_is_told_while_the_app_lives(running, arrives) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.world.refuse_duplicates = False
    seconds, is_first = 2 * LATE * running.client.timeout + 100, True

    async def delay(request: httpx.Request) -> None:
        nonlocal is_first
        if request.url.path == CREATE and is_first:
            is_first = False
            due = running.clock.now() + timedelta(seconds=seconds)
            if arrives:
                running.clock.due.append((due, lambda: running.wire.pass_on(request)))
            raise httpx.ReadTimeout("No answer", request=request)

    running.wire.before = delay
    runs = running.runs()
    end = await runs.run(plan, running.told.append)
    assert outcomes(end) == [Outcome.ASKED], "nobody could know yet"
    told = len(running.told)
    await asyncio.gather(*runs._doubles.looks)
    (step,) = running.state(end.run_id).steps.values()
    if arrives:
        ids = {code.access_code_id for code in running.on_lock(was[0].device_id)}
        (double,) = ids - {end.results[0].created.access_code_id}
        assert [result.outcome for result in running.told[told:]] == [Outcome.UNKNOWN]
        assert f"It is there twice: an earlier try has made {double} as well." in running.told[-1].said
        assert (step.outcome, step.ended.said) == (Outcome.UNKNOWN, running.told[-1].said)
    else:
        assert (len(running.told), step.outcome) == (told, Outcome.ASKED)


async def test_a_create_that_was_sent_once_is_not_looked_for_again(running) -> None:
    _, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("apply_then_fail", CREATE, count=1))
    runs = running.runs()
    assert outcomes(await runs.run(plan, running.told.append)) == [Outcome.ASKED]
    assert not runs._doubles.looks


async def test_two_codes_that_may_be_it_are_told_and_nothing_more_is_sent(running) -> None:
    _, was, plan = await _recreate(running)
    world = running.sandbox.world

    async def twin(request: httpx.Request) -> None:
        if request.url.path == CREATE:
            (made,) = (code for code in world.codes_of(was[0].device_id) if as_it_was(was[0], code))
            other = copy_of(made)
            other.access_code_id = world.seeds.uuid()
            world.add_code(other)
            raise httpx.ReadError("cut", request=request)

    running.wire.after = twin
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.UNKNOWN, False)
    assert "2 codes on this lock may be the new one" in end.results[0].said
    assert running.writes == ["delete", "create"]
    assert await running.unfinished() == []  # none is missing: a person deletes one of them


async def test_a_code_that_may_be_it_but_is_not_the_same_is_told_and_not_made_a_second_time(running) -> None:
    _, was, plan = await _recreate(running)
    world = running.sandbox.world

    async def differ(request: httpx.Request) -> None:
        if request.url.path == CREATE:
            (made,) = (code for code in world.codes_of(was[0].device_id) if as_it_was(was[0], code))
            made.name = "Renamed by its lock"
            raise httpx.ReadError("cut", request=request)

    running.wire.after = differ
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.UNKNOWN, True)
    assert "“Renamed by its lock” on this lock may be it" in end.results[0].said
    assert running.writes == ["delete", "create"]
    assert await running.unfinished() == [end.run_id]


async def test_a_listing_that_fails_says_unknown_and_sends_nothing_again(running) -> None:
    _, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("apply_then_fail", CREATE), FaultRule("status", LIST, status=503))
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.UNKNOWN, True)
    assert running.writes == ["delete", "create"]
    running.sandbox.faults.clear()
    assert outcomes(await running.go_on()) == [Outcome.ASKED]
    assert running.writes == ["delete", "create"]


async def test_an_old_code_that_lingers_is_waited_for(running) -> None:
    """409 says that nothing was made."""
    _, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=409, count=2))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert running.writes == ["delete", "create", "create", "create"]
    assert running.records().count("withdrawn") == 2
    assert "again in 5 s" in running.waits[-2]


async def test_an_old_code_that_is_still_listed_is_not_taken_for_another_one(running) -> None:
    _, was, plan = await _recreate(running)
    world = running.sandbox.world
    old = copy_of(was[0])

    async def linger(request: httpx.Request) -> None:
        if request.url.path == CREATE and not running.clock.due and "create" not in running.writes:
            world.add_code(old)
            running.clock.due.append((running.clock.now() + timedelta(seconds=12), drop))

    async def drop() -> None:
        world.drop_code(old)

    running.wire.before = linger
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert running.writes == ["delete", "create", "create", "create"]


async def test_a_code_that_another_step_has_made_is_not_taken_for_the_lost_one(running) -> None:
    codes = running.codes(2)
    for code in codes:
        code.name, code.code, code.starts_at, code.ends_at = "Cleaner", "975310", None, None
    running.sandbox.world.refuse_duplicates = False
    plan = await running.plan(A.RECREATE, codes)

    async def lose(request: httpx.Request) -> None:
        if request.url.path == CREATE and running.writes.count("create") == 1:
            running.sandbox.faults.add(FaultRule("status", CREATE, status=500, count=1))

    running.wire.before = lose
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED] * 2
    assert len({result.created.access_code_id for result in end.results}) == 2
    assert len(running.on_lock(codes[0].device_id)) == 2


async def test_another_code_with_the_pin_is_named_and_the_run_stays_unfinished(running) -> None:
    _, was, plan = await _recreate(running)
    world = running.sandbox.world

    async def occupy(request: httpx.Request) -> None:
        if request.url.path == CREATE and len(world.codes_of(was[0].device_id)) == 0:
            other = copy_of(was[0])
            other.access_code_id, other.name = world.seeds.uuid(), "The other one"
            world.add_code(other)

    running.wire.before = occupy
    end = await running.run(plan)
    (result,) = end.results
    assert (result.outcome, result.can_go_on) == (Outcome.FAILED, True)
    assert "“The other one” has its PIN" in result.said
    assert was[0].code not in result.said
    assert await running.unfinished() == [end.run_id]


async def test_a_create_that_is_too_much_waits_as_long_as_seam_asks(running) -> None:
    _, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=429, retry_after=33, count=1))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert running.waits[-1] == "Seam asks to wait 33 s; it is sent again then."
    assert running.records().count("withdrawn") == 1


async def test_a_connection_that_cannot_be_made_is_tried_again(running) -> None:
    _, _, plan = await _recreate(running)
    left = len(CREATE_AGAIN_AFTER)

    async def refuse(request: httpx.Request) -> None:
        nonlocal left
        if request.url.path == CREATE and left:
            left -= 1
            raise httpx.ConnectError("no way", request=request)

    running.wire.before = refuse
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]


async def test_a_create_that_is_refused_keeps_the_run_unfinished_and_can_be_put_back(running) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=400))
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.FAILED, True)
    assert end.results[0].said.startswith("Deleted, and not created again yet.")
    assert await running.unfinished() == [end.run_id]
    assert outcomes(await running.go_on()) == [Outcome.FAILED]
    await running.runs().stop(end.run_id)
    running.sandbox.faults.clear()
    assert outcomes(await running.undo(end.run_id)) == [Outcome.ASKED]
    (now,) = running.on_lock(was[0].device_id)
    assert as_it_was(was[0], now)


async def test_codes_that_cannot_be_created_again_keep_the_others_from_being_deleted(running) -> None:
    _, _, plan = await _recreate(running, BETWEEN + MAY_BE_MISSING)
    running.sandbox.faults.add(FaultRule("status", CREATE, status=400))
    end = await running.run(plan)
    kept = [result.step.access_code_id for result in end.results if result.outcome is Outcome.SKIPPED]
    assert len(kept) >= MAY_BE_MISSING
    assert all(not running.sandbox.world.codes[key].mutations for key in kept)
    assert outcomes(end).count(Outcome.FAILED) == running.writes.count("delete") == len(plan.steps) - len(kept)


@pytest.mark.parametrize("rule", [FaultRule("apply_then_fail", DELETE, count=1), FaultRule("cut", DELETE, count=1)])
async def test_a_delete_whose_answer_was_lost_is_followed_by_the_create(running, rule) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.faults.add(rule)
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    deletes = 1 if rule.kind == "apply_then_fail" else 2
    assert running.writes == ["delete"] * deletes + ["create"]
    times = [record.at for record in running.sandbox.requests if record.path == DELETE]
    assert deletes == 1 or times[1] - times[0] >= timedelta(seconds=running.client.timeout)
    (now,) = running.on_lock(was[0].device_id)
    assert as_it_was(was[0], now)


async def test_a_delete_that_is_refused_leaves_the_code_and_a_finished_run(running) -> None:
    codes, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", DELETE, status=400))
    end = await running.run(plan)
    assert (end.results[0].outcome, end.results[0].can_go_on) == (Outcome.FAILED, False)
    assert codes[0].access_code_id in running.sandbox.world.codes
    assert await running.unfinished() == []


async def test_no_word_of_it_holds_a_pin(running) -> None:
    _, was, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("apply_then_fail", CREATE))
    await running.run(plan)
    told = "".join(f"{result!r}{result.said}" for result in running.told) + "".join(running.waits)
    assert was[0].code not in told.replace(running.told[-1].created.access_code_id, "")
