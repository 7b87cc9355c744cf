"""Runs and their journal: what is written when, what is not journaled, and what happens when it cannot be written."""

from __future__ import annotations

import asyncio
import errno
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal import UNDO_KEPT, RunStatus
from seam_tui.operations.journal_files import AppendedFile, JournalError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan, PlanStep, Values
from seam_tui.sandbox.faults import FaultRule

from .run_bench import DELETE, UPDATE, RunBench, outcomes

A = ActionId
GET = "/access_codes/get"


def _full_disk(monkeypatch: pytest.MonkeyPatch, when) -> None:
    """Let writes to the journal fail from the moment at which `when` says so."""
    append = AppendedFile.append

    def fails(file: AppendedFile, data: bytes) -> None:
        if when(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        append(file, data)

    monkeypatch.setattr(AppendedFile, "append", fails)


@pytest.mark.parametrize(
    ("action", "values", "path", "kind"),
    [
        (A.DELETE, Values(), DELETE, "delete"),
        (A.RENAME, Values(name="Somebody Else"), UPDATE, "update"),
        (A.CHANGE_PIN, Values(pin=Pin("246135")), UPDATE, "update"),
    ],
)
async def test_an_intent_is_on_disk_before_each_write_leaves(running, action, values, path, kind) -> None:
    plan = await running.plan(action, running.codes(2), values)
    intents: list[int] = []

    async def look(request: httpx.Request) -> None:
        if request.url.path == path:
            intents.append(running.records().count(f"intent {kind}"))

    running.wire.before = look
    end = await running.run(plan)
    assert intents == [1, 2]
    assert running.records() == [
        "header", "planned", "planned", f"intent {kind}", f"send_time {kind}", "ended asked",
        f"intent {kind}", f"send_time {kind}", "ended asked", "finished",
    ]  # fmt: skip
    (summary,) = (await running.runs().history()).runs
    assert (summary.status, summary.header.run_id, summary.header.action) == (RunStatus.FINISHED, end.run_id, action)
    assert summary.header.workspace_name == (await running.client.get_workspace()).name


async def test_a_generated_pin_is_on_disk_before_it_is_sent(running) -> None:
    plan = await running.plan(A.GENERATE_PIN, running.codes())

    async def look(request: httpx.Request) -> None:
        if request.url.path == UPDATE:
            (step,) = running.state().steps.values()
            assert step.has_open_intent
            assert step.sent_pin is not None

    running.wire.before = look
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    (step,) = running.state().steps.values()
    (sent,) = (record for record in running.sandbox.requests if record.path == UPDATE)
    assert step.sent_pin.equals(Pin(sent.params["code"]))


async def test_a_test_of_a_lock_is_not_journaled(running) -> None:
    (code,) = running.codes()
    step = PlanStep(A.LOCK, "Door", device_id=code.device_id)
    end = await running.run(Plan(A.LOCK, (step,)))
    assert (end.run_id, outcomes(end)) == (None, [Outcome.DONE])
    assert not running.journal.folder.exists()


async def test_a_workspace_is_asked_for_once(running) -> None:
    plan = await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))
    runs = running.runs()
    await runs.run(plan, running.told.append)
    await runs.unfinished()
    assert [record.path for record in running.sandbox.requests].count("/workspaces/get") == 1


async def test_many_steps_are_planned_in_few_writes(running, monkeypatch) -> None:
    plan = await running.plan(A.DELETE, running.codes(30))
    writes: list[bytes] = []
    _full_disk(monkeypatch, writes.append)
    control = RunControl()
    control.cancel()
    await running.run(plan, control)
    assert sum(b'"planned"' in data for data in writes) == 1


# -- what is not sent


async def test_a_cancelled_run_ends_each_step_that_was_not_sent_and_is_finished(running) -> None:
    plan = await running.plan(A.DELETE, running.codes(3))
    control = RunControl()

    async def cancel(request: httpx.Request) -> None:
        if request.url.path == DELETE:
            control.cancel()

    running.wire.after = cancel
    assert outcomes(await running.run(plan, control)) == [Outcome.ASKED, Outcome.SKIPPED, Outcome.SKIPPED]
    assert running.records()[-3:] == ["ended skipped", "ended skipped", "finished"]


async def test_a_cancelled_run_does_not_wait_for_its_turn(running) -> None:
    running.sandbox.world.limits.enabled = True
    plan = await running.plan(A.DELETE, running.codes(25))
    control = RunControl()

    async def cancel(seconds: float) -> None:
        control.cancel()
        await asyncio.Event().wait()

    running.clock.sleep = cancel  # type: ignore[method-assign]
    end = await running.run(plan, control)
    assert (outcomes(end).count(Outcome.ASKED), outcomes(end).count(Outcome.SKIPPED)) == (20, 5)


async def test_a_step_that_is_cancelled_between_its_intent_and_its_send_is_withdrawn(running, monkeypatch) -> None:
    plan = await running.plan(A.DELETE, running.codes())
    control = RunControl()
    _full_disk(monkeypatch, lambda data: b'"intent"' in data and control.cancel())
    assert outcomes(await running.run(plan, control)) == [Outcome.SKIPPED]
    assert running.records()[2:] == ["intent delete", "withdrawn", "ended skipped", "finished"]
    assert running.writes == []


async def test_a_429_withdraws_its_intent_and_says_what_is_waited_for(running) -> None:
    plan = await running.plan(A.DELETE, running.codes())
    running.sandbox.faults.add(FaultRule("status", DELETE, status=429, retry_after=30, count=1))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert running.waits == ["Seam asks to wait 30 s; it is sent again then."]
    assert running.records()[2:7] == [
        "intent delete", "withdrawn", "intent delete", "send_time delete", "ended asked",
    ]  # fmt: skip


async def test_a_429_without_a_time_says_how_long_it_is_waited(running) -> None:
    plan = await running.plan(A.DELETE, running.codes())
    running.sandbox.faults.add(FaultRule("status", DELETE, status=429, count=1))
    await running.run(plan)
    assert running.waits[0].endswith("it is sent again in 5 s.")


async def test_an_unknown_step_is_found_out_before_its_end_is_written(running) -> None:
    plan = await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))
    running.sandbox.faults.add(FaultRule("apply_then_fail", UPDATE))
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    assert [result.outcome for result in running.told] == [Outcome.UNKNOWN, Outcome.ASKED]
    assert [record for record in running.records() if record.startswith("ended")] == ["ended asked"]


async def test_a_step_that_stays_unknown_ends_so_and_the_run_is_finished(running) -> None:
    plan = await running.plan(A.RENAME, running.codes(), Values(name="Somebody Else"))
    running.sandbox.faults.add(FaultRule("status", UPDATE, status=500))
    assert outcomes(await running.run(plan)) == [Outcome.UNKNOWN]
    assert running.records()[-2:] == ["ended unknown", "finished"]
    assert (await running.runs().history()).runs[0].open_intents == 1


# -- a journal that cannot be written


async def test_a_journal_that_cannot_be_begun_lets_nothing_be_sent(running, monkeypatch) -> None:
    plan = await running.plan(A.DELETE, running.codes(2))
    _full_disk(monkeypatch, lambda data: b'"planned"' in data)
    with pytest.raises(JournalError, match="no space left"):
        await running.run(plan)
    assert (running.writes, running.told) == ([], [])


async def test_a_journal_that_fails_on_the_way_stops_the_sending_and_says_why(running, monkeypatch) -> None:
    plan = await running.plan(A.DELETE, running.codes(4))
    _full_disk(monkeypatch, lambda data: b'"step":2' in data and b'"intent"' in data)
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED, *[Outcome.SKIPPED] * 3]
    assert running.writes == ["delete"]
    assert all("no space left on device" in result.said for result in end.results[1:])
    assert len([record for record in running.sandbox.requests if record.path == GET]) == 2  # nor is more read
    monkeypatch.undo()
    assert await running.unfinished() == [end.run_id]
    assert outcomes(await running.go_on()) == [Outcome.ASKED] * 3
    assert running.writes == ["delete"] * 4


async def test_what_was_sent_ends_although_its_end_cannot_be_written(running, monkeypatch) -> None:
    plan = await running.plan(A.DELETE, running.codes(2))
    _full_disk(monkeypatch, lambda data: b'"ended"' in data)
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED, Outcome.SKIPPED]
    monkeypatch.undo()
    assert outcomes(await running.go_on()) == [Outcome.DONE, Outcome.ASKED]
    assert running.writes == ["delete"] * 2


async def test_a_code_is_not_created_before_that_is_on_disk(running, monkeypatch) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RECREATE, [code])
    _full_disk(monkeypatch, lambda data: b'"kind":"create"' in data)
    end = await running.run(plan)
    (result,) = end.results
    assert (result.outcome, result.can_go_on) == (Outcome.FAILED, True)
    assert running.writes == ["delete"]
    monkeypatch.undo()
    assert outcomes(await running.go_on()) == [Outcome.ASKED]
    assert len(running.on_lock(code.device_id)) == 1


async def test_a_created_code_that_could_not_be_noted_is_found_again(running, monkeypatch) -> None:
    (code,) = running.codes()
    plan = await running.plan(A.RECREATE, [code])
    _full_disk(monkeypatch, lambda data: b'"created"' in data.split(b",")[0] or b'"record":"created"' in data)
    assert outcomes(await running.run(plan)) == [Outcome.ASKED]
    monkeypatch.undo()
    assert outcomes(await running.go_on()) == [Outcome.ASKED]
    assert running.writes == ["delete", "create"]
    assert len(running.on_lock(code.device_id)) == 1


# -- later


async def test_pins_age_out_and_so_does_the_history(running: RunBench, tmp_path: Path) -> None:
    await running.run(await running.plan(A.CHANGE_PIN, running.codes(), Values(pin=Pin("246135"))))
    assert list(running.journal.folder.glob("*.pins"))
    running.clock.advance((UNDO_KEPT + timedelta(days=1)).total_seconds())
    await running.runs().expire()
    assert not list(running.journal.folder.glob("*.pins"))
    assert len((await running.runs().history()).runs) == 1
    running.clock.advance(UNDO_KEPT.total_seconds())
    await running.runs().expire()
    assert (await running.runs().history()).runs == ()
