"""Delete and create again: the new code is there, made once, and on disk before it is asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx

from seam_tui.domain.action import ActionId
from seam_tui.operations.control import RunControl, least_time
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan
from seam_tui.operations.recording import Recording
from seam_tui.operations.recreating import BETWEEN, GONE_WITHIN, MAY_BE_MISSING, Remaking
from seam_tui.operations.under_way import Job, RunUnderWay
from seam_tui.sandbox.confirmation import release
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Code
from seam_tui.seam_api.pacing import Pacer

from .run_bench import CREATE, DELETE, RunBench, as_it_was, copy_of, outcomes

A = ActionId


async def _recreate(running: RunBench, count: int = 1) -> tuple[list[Code], list[Code], Plan]:
    codes = running.codes(count)
    return codes, [copy_of(code) for code in codes], await running.plan(A.RECREATE, codes)


def _ids(codes: list[Code]) -> set[str]:
    return {code.access_code_id for code in codes}


async def test_a_code_comes_back_as_it_was_under_a_new_id(running) -> None:
    codes, was, plan = await _recreate(running)
    codes[0].external_allowed = was[0].external_allowed = True
    plan = await running.plan(A.RECREATE, codes)
    end = await running.run(plan)
    (result,) = end.results
    (now,) = running.on_lock(was[0].device_id)
    assert as_it_was(was[0], now)
    assert (result.outcome, result.step, result.created.access_code_id) == (
        Outcome.ASKED, plan.steps[0], now.access_code_id,
    )  # fmt: skip
    assert now.access_code_id in result.said
    assert running.watch.calls == [
        (was[0].access_code_id, "removing"), (was[0].access_code_id, "removing"), (now.access_code_id, "setting"),
    ]  # fmt: skip
    assert running.told == [result]
    assert await running.unfinished() == []


async def test_each_write_is_on_disk_before_it_leaves_and_its_end_after_it(running) -> None:
    _, was, plan = await _recreate(running)
    on_disk: list[tuple[str, list[str]]] = []

    async def look(request: httpx.Request) -> None:
        if request.method != "GET":
            on_disk.append((request.url.path, running.records()))

    running.wire.before = look
    end = await running.run(plan)
    begun = ["header", "planned", "intent delete"]
    assert on_disk == [
        (DELETE, begun),
        (CREATE, [*begun, "send_time delete", "gone", "intent create"]),
    ]
    assert running.records()[6:] == ["send_time create", "created", "ended asked", "finished"]
    (state,) = running.state(end.run_id).steps.values()
    assert state.created.access_code_id == end.results[0].created.access_code_id
    assert was[0].code not in "".join(path.read_text() for path in running.journal.folder.glob("*.jsonl"))


async def test_it_is_created_only_once_the_old_one_is_gone(running) -> None:
    codes, _, plan = await _recreate(running)

    async def look(request: httpx.Request) -> None:
        if request.url.path == CREATE:
            assert codes[0].access_code_id not in running.sandbox.world.codes

    running.wire.before = look
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert running.writes == ["delete", "create"]
    assert "let go" in running.waits[0]


async def test_a_code_that_changed_since_is_neither_deleted_nor_created(running) -> None:
    codes, _, plan = await _recreate(running)
    codes[0].name = "Somebody Else"
    assert outcomes(await running.run(plan)) == [Outcome.SKIPPED]
    assert running.writes == []
    assert await running.unfinished() == []


async def test_a_maker_that_chooses_the_pin_is_sent_none(running) -> None:
    _, was, plan = await _recreate(running)
    device = running.sandbox.world.devices[was[0].device_id]
    device.constraints = [*device.constraints, {"constraint_type": "cannot_specify_pin_code"}]
    (result,) = (await running.run(plan)).results
    assert result.outcome is Outcome.ASKED
    assert "Its PIN is another one" in result.said
    (created,) = (record for record in running.sandbox.requests if record.path == CREATE)
    assert "code" not in created.params


async def test_a_lock_that_cannot_be_asked_for_its_rules_loses_no_code(running) -> None:
    _, _, plan = await _recreate(running)
    running.sandbox.faults.add(FaultRule("status", "/devices/get", status=503))
    assert outcomes(await running.run(plan)) == [Outcome.FAILED]
    assert running.writes == []


# -- waiting


async def test_a_code_that_is_slow_to_go_holds_up_no_other(running) -> None:
    codes, was, plan = await _recreate(running, 3)
    slow, *others = codes
    world = running.sandbox.world

    async def hold(request: httpx.Request) -> None:
        if not slow.pending("deleting"):
            return
        if _ids(others) & world.codes.keys():
            slow.held = True
        elif slow.held:
            release(world, slow)

    running.wire.before = hold
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED] * 3
    assert [result.step.access_code_id for result in running.told][-1] == slow.access_code_id
    assert running.writes.index("create") < 3
    assert len(running.on_lock(was[0].device_id)) == 3


async def test_a_code_that_is_not_gone_in_time_is_left_for_later_and_never_lost(running) -> None:
    _, was, plan = await _recreate(running)
    device = running.sandbox.world.devices[was[0].device_id]

    async def offline(request: httpx.Request) -> None:
        device.online = False

    running.wire.after = offline
    began = running.clock.monotonic()
    end = await running.run(plan)
    (result,) = end.results
    assert (result.outcome, result.can_go_on) == (Outcome.UNKNOWN, True)
    assert "not created again yet" in result.said
    assert GONE_WITHIN <= running.clock.monotonic() - began < GONE_WITHIN + 60
    assert running.writes == ["delete"]
    assert await running.unfinished() == [end.run_id]
    # The lock comes back hours later.
    running.wire.after = None
    device.online = True
    running.sandbox.clock.advance(timedelta(hours=1))
    (result,) = (await running.go_on()).results
    assert result.outcome is Outcome.ASKED
    assert running.writes == ["delete", "create"]
    (now,) = running.on_lock(device.device_id)
    assert as_it_was(was[0], now)
    assert await running.unfinished() == []


async def test_a_lock_that_lets_go_of_nothing_keeps_the_rest_of_its_codes(running) -> None:
    _, was, plan = await _recreate(running, BETWEEN + MAY_BE_MISSING)
    world = running.sandbox.world
    device = world.devices[was[0].device_id]

    async def offline(request: httpx.Request) -> None:
        device.online = request.url.path != DELETE and device.online

    running.wire.before = offline
    end = await running.run(plan)
    assert outcomes(end).count(Outcome.UNKNOWN) == running.writes.count("delete") < BETWEEN + MAY_BE_MISSING
    skipped = [result for result in end.results if result.outcome is Outcome.SKIPPED]
    assert len(skipped) >= 3
    assert all("could not be created again before it" in result.said for result in skipped)
    assert all(not world.codes[result.step.access_code_id].pending("deleting") for result in skipped)


async def test_no_more_codes_than_go_in_a_minute_are_between_delete_and_create(running) -> None:
    _, _, plan = await _recreate(running, BETWEEN + 1)
    remaking = Remaking(
        RunUnderWay(
            running.client, running.watch, running.clock, Pacer(running.clock), asyncio.Semaphore(8),
            RunControl(), Recording(running.clock), running.told.append,
        )
    )  # fmt: skip
    *first, last = (Job(number, step) for number, step in enumerate(plan.steps, 1))
    for job in first:
        assert await remaking.begin(job) is None
    waiting = asyncio.ensure_future(remaking.begin(last))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not waiting.done()
    remaking.give_back()
    assert await waiting is None


async def test_what_is_deleted_when_the_run_is_cancelled_is_created_and_no_more_is_deleted(running) -> None:
    _, was, plan = await _recreate(running, 3)
    control = RunControl()

    async def cancel(request: httpx.Request) -> None:
        if request.url.path == DELETE:
            control.cancel()

    running.wire.after = cancel
    end = await running.run(plan, control)
    assert outcomes(end) == [Outcome.ASKED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert running.writes == ["delete", "create"]
    assert running.records()[-1] == "finished"
    assert len(running.on_lock(was[0].device_id)) == 3


async def test_what_is_deleted_when_the_run_is_paused_is_created(running) -> None:
    _, _, plan = await _recreate(running, 2)
    control = RunControl()

    async def pause(request: httpx.Request) -> None:
        if request.url.path == DELETE:
            control.pause()
        if request.url.path == CREATE:
            control.go_on()

    running.wire.after = pause
    assert outcomes(await running.run(plan, control)) == [Outcome.ASKED] * 2
    assert running.writes == ["delete", "create", "delete", "create"]


async def test_the_least_time_counts_both_writes_of_each(running) -> None:
    (code,) = running.codes()
    (step,) = (await running.plan(A.RECREATE, [code])).steps
    assert least_time(Plan(A.RECREATE, (step,) * 11)) == 60.0
