"""What the locks answer after a run has come to its end is in its journal, whenever it is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Values
from seam_tui.operations.runs import LOOKED_BACK, STEPS_LOOKED_AT, RunEnd, Runs
from seam_tui.operations.settling import how_it_ended
from seam_tui.seam_api.errors import Gone

from .run_bench import UPDATE, RunBench, outcomes

A = ActionId
ERROR = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "No.")
OFFLINE = Issue(IssueKind.ERROR, "device_offline", IssueLevel.DEVICE, "Offline.")


async def now_reads(running: RunBench, access_code_id: str) -> AccessCode | None:
    """A code as it reads once its lock has answered; None when it is gone."""
    running.sandbox.clock.advance(timedelta(minutes=10))
    running.sandbox.world.catch_up()
    try:
        return await running.read(access_code_id)
    except Gone:
        return None


async def ran(running: RunBench, runs: Runs, action: ActionId, values: Values | None = None, count: int = 1) -> RunEnd:
    end = await runs.run(await running.plan(action, running.codes(count), values), running.told.append)
    assert set(outcomes(end)) == {Outcome.ASKED}
    return end


async def settle(running: RunBench, runs: Runs, end: RunEnd, *errors: Issue) -> None:
    """Tell the runs how every code of a run reads once its lock has answered."""
    for result in end.results:
        access_code_id = result.created.access_code_id if result.created else result.step.access_code_id or ""
        code = await now_reads(running, access_code_id)
        runs.settled(access_code_id, code if code is None else replace(code, errors=errors))
    await runs.written()


def journaled(running: RunBench, end: RunEnd) -> list[tuple[str | None, str]]:
    steps = running.state(end.run_id).steps.values()
    return [(step.outcome, step.ended.said) for step in steps if step.ended is not None]


@pytest.mark.parametrize(
    ("action", "values", "said"),
    [
        (A.DELETE, Values(), "Gone from the lock."),
        (A.RENAME, Values(name="Somebody Else"), "Seam shows it, and nothing is pending."),
        (A.CHANGE_PIN, Values(pin=Pin("246135")), "Seam shows it, and nothing is pending."),
        (A.RECREATE, Values(), "Seam shows it, and nothing is pending."),
    ],
)
async def test_what_a_lock_answers_after_the_run_is_written_down(running, action, values, said) -> None:
    runs = running.runs()
    end = await ran(running, runs, action, values, count=2)
    assert {outcome for outcome, _ in journaled(running, end)} == {"asked"}
    await settle(running, runs, end)
    assert journaled(running, end) == [("done", said)] * 2
    (summary,) = (await runs.history()).runs
    assert summary.outcomes == {Outcome.DONE: 2}
    assert "246135" not in "".join(path.read_text() for path in running.journal.folder.glob("*.jsonl"))


async def test_an_answer_that_comes_before_the_end_of_the_run_waits_for_it(running) -> None:
    runs = running.runs()
    plan = await running.plan(A.RENAME, running.codes(2), Values(name="Somebody Else"))
    first = plan.steps[0].access_code_id or ""
    count = 0

    async def at_the_second_write(request: httpx.Request) -> None:
        nonlocal count
        count += request.url.path == UPDATE
        if count == 2 and request.url.path == UPDATE:
            runs.settled(first, await now_reads(running, first))

    running.wire.before = at_the_second_write
    end = await runs.run(plan, running.told.append)
    await runs.written()
    assert [outcome for outcome, _ in journaled(running, end)] == ["done", "asked"]


async def test_a_lock_that_answers_before_the_result_is_on_disk_is_heard(running) -> None:
    runs = running.runs()
    plan = await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))
    running.watch.watch = lambda code, *_, **__: runs.settled(code, replace(plan.steps[0].code, name="Somebody Else"))
    end = await runs.run(plan, running.told.append)
    await runs.written()
    assert [outcome for outcome, _ in journaled(running, end)] == ["done"]


async def test_what_was_read_before_the_write_tells_nothing_of_it(running) -> None:
    runs = running.runs()
    plan = await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))
    running.watch.watch = lambda code, *_, **__: runs.settled(code, plan.steps[0].code)
    end = await runs.run(plan, running.told.append)
    await runs.written()
    assert [outcome for outcome, _ in journaled(running, end)] == ["asked"]


async def test_an_error_that_is_new_is_a_failure_and_the_run_can_be_put_back_all_the_same(running) -> None:
    runs = running.runs()
    end = await ran(running, runs, A.RENAME, Values(name="Somebody Else"))
    await settle(running, runs, end, ERROR)
    assert journaled(running, end) == [("failed", "Seam shows an error on it now: failed_to_set_on_device.")]
    undo = await runs.undo_plan(end.run_id or "")
    assert [step.access_code_id for step in undo.steps] == [step.step.access_code_id for step in end.results]


async def test_what_seam_does_not_show_is_never_sent_again_for_it(running) -> None:
    runs = running.runs()
    end = await ran(running, runs, A.RENAME, Values(name="Somebody Else"))
    code = end.results[0].step.code
    runs.settled(code.access_code_id, code)
    await runs.written()
    ((outcome, said),) = journaled(running, end)
    assert (outcome, said) == (
        "asked",
        "Seam shows nothing pending, and not what was asked for either. Look at the code.",
    )
    assert all(step.is_settled for step in running.state(end.run_id).steps.values())


async def test_the_next_start_looks_for_what_the_last_one_left_open(running) -> None:
    end = await ran(running, running.runs(), A.CHANGE_PIN, Values(pin=Pin("246135")))
    access_code_id = end.results[0].step.access_code_id or ""
    runs = running.runs()  # another process
    running.watch.calls.clear()
    assert await runs.look_again() == 1
    assert running.watch.calls == [(access_code_id, "changing the PIN")]
    await settle(running, runs, end)
    assert [outcome for outcome, _ in journaled(running, end)] == ["done"]
    assert await running.runs().look_again() == 0, "nothing is open any more"


async def test_a_new_code_is_looked_for_under_its_new_id(running) -> None:
    end = await ran(running, running.runs(), A.RECREATE)
    created = end.results[0].created
    runs = running.runs()
    running.watch.calls.clear()
    await runs.look_again()
    assert created is not None
    assert running.watch.calls == [(created.access_code_id, "setting")]
    runs.settled(end.results[0].step.access_code_id or "", None)
    await settle(running, runs, end)
    assert [outcome for outcome, _ in journaled(running, end)] == ["done"]


async def test_only_so_much_of_the_last_day_is_looked_for(running) -> None:
    await ran(running, running.runs(), A.RENAME, Values(name="Somebody Else"), count=3)
    runs = running.runs()
    running.clock.advance(LOOKED_BACK.total_seconds() + 60)
    assert await runs.look_again() == 0, "what is older is not"
    assert STEPS_LOOKED_AT < 1_000, "each costs a read"


async def test_a_run_that_is_under_way_is_not_looked_for_by_another_process(running) -> None:
    plan = await running.plan(A.RENAME, running.codes(2), Values(name="Somebody Else"))
    found: list[int] = []

    async def look(request: httpx.Request) -> None:
        if request.url.path == UPDATE:
            found.append(await running.runs().look_again())

    running.wire.before = look
    await running.run(plan)
    assert found == [0, 0]


@pytest.mark.parametrize(
    ("errors", "before", "outcome"),
    [
        ((ERROR,), frozenset(), Outcome.FAILED),
        ((ERROR,), frozenset({ERROR.code}), Outcome.DONE),
        ((ERROR,), None, Outcome.DONE),
        ((OFFLINE,), frozenset(), Outcome.DONE),
    ],
)
async def test_only_an_error_of_the_code_itself_that_is_known_to_be_new_is_a_failure(
    running, errors, before, outcome
) -> None:
    step = (await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))).steps[0]
    assert step.code is not None
    code = replace(step.code, name="Somebody Else", errors=errors)
    assert how_it_ended(step, code, is_new=False, errors_before=before)[0] is outcome
