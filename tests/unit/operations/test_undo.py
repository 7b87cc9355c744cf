"""Runs that are put back: deleted codes are there again, old values too, and what somebody changed since stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.control import RunControl, least_time
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Friction, Values
from seam_tui.operations.plan_file import read_plan, save_plan
from seam_tui.operations.recreating import STAYS_AFTER
from seam_tui.operations.undoing import plan_undo
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Code

from .run_bench import CREATE, UPDATE, RunBench, as_it_was, copy_of, outcomes

A = ActionId
DAY = timedelta(days=1)


async def _deleted(running: RunBench, count: int = 1) -> tuple[list[Code], str]:
    """Codes as they were, and the run that has deleted them."""
    codes = running.codes(count)
    was = [copy_of(code) for code in codes]
    end = await running.run(await running.plan(A.DELETE, codes))
    assert set(outcomes(end)) == {Outcome.ASKED}
    running.sandbox.requests.clear()
    return was, end.run_id or ""


async def _changed(running: RunBench, action: ActionId, values: Values, **fields: object) -> tuple[Code, Code, str]:
    """A code, as it was, and the run that has changed it."""
    (code,) = running.codes()
    for name, value in fields.items():
        setattr(code, name, value)
    was = copy_of(code)
    end = await running.run(await running.plan(action, [code], values))
    assert outcomes(end) == [Outcome.ASKED]
    running.sandbox.requests.clear()
    return code, was, end.run_id or ""


# -- deleted codes


async def test_deleted_codes_are_there_again_as_they_were(running) -> None:
    was, run_id = await _deleted(running, 3)
    running.on_lock(was[0].device_id)
    plan = await running.runs().undo_plan(run_id)
    assert (plan.action_id, len(plan.steps), plan.left_out) == (A.UNDO, 3, ())
    assert "The codes get new ids." in plan.notes
    assert all(step.makes_new and step.changes for step in plan.steps)
    end = await running.run(plan, undoes=run_id)
    assert outcomes(end) == [Outcome.ASKED] * 3
    now = sorted(running.on_lock(was[0].device_id), key=lambda code: code.name)
    assert all(as_it_was(old, new) for old, new in zip(sorted(was, key=lambda code: code.name), now, strict=True))
    assert {result.created.access_code_id for result in end.results} == {code.access_code_id for code in now}
    assert running.writes == ["create"] * 3
    assert running.state(end.run_id).header.undoes == run_id


async def test_a_code_that_is_still_on_its_lock_is_waited_for(running) -> None:
    (was,), run_id = await _deleted(running)
    device = running.sandbox.world.devices[was.device_id]
    device.online = False
    assert was.access_code_id in running.sandbox.world.codes

    async def back(request: httpx.Request) -> None:
        device.online = running.clock.now().timestamp() > running.sandbox.world.now - 1 and len(running.waits) > 0
        if request.url.path == CREATE:
            assert was.access_code_id not in running.sandbox.world.codes

    running.wire.before = back
    end = await running.undo(run_id)
    assert outcomes(end) == [Outcome.ASKED]
    assert "let go" in running.waits[0]
    records = [record for record in running.records() if record in {"gone", "intent create", "created"}]
    assert records == ["gone", "intent create", "created"]


async def test_a_code_that_was_never_deleted_is_not_created_a_second_time(running) -> None:
    (was,), run_id = await _deleted(running)
    world = running.sandbox.world
    running.on_lock(was.device_id)
    world.add_code(copy_of(was))
    began = running.clock.monotonic()
    (result,) = (await running.undo(run_id)).results
    assert (result.outcome, result.said) == (Outcome.SKIPPED, "Not sent: the code is still there.")
    assert running.clock.monotonic() - began >= STAYS_AFTER
    assert running.writes == []


async def test_the_least_time_of_an_undo_counts_its_creates(running) -> None:
    _, run_id = await _deleted(running, 11)
    plan = await running.runs().undo_plan(run_id)
    assert least_time(plan) == 60.0
    assert plan.friction is Friction.TYPE_COUNT


# -- old values

CHANGES = [
    (A.RENAME, Values(name="Somebody Else"), {}),
    (A.CHANGE_PIN, Values(pin=Pin("246135")), {}),
    (A.GENERATE_PIN, Values(), {}),
    (A.ALLOW_EXTERNAL_MODIFICATION, Values(is_external_modification_allowed=True), {}),
    (A.MAKE_ONGOING, Values(code_type=AccessCodeType.ONGOING), {}),
]


@pytest.mark.parametrize("settled", [True, False], ids=["on the lock", "still pending"])
@pytest.mark.parametrize(("action", "values", "fields"), CHANGES, ids=[action.value for action, _, _ in CHANGES])
async def test_old_values_are_put_back_and_nothing_else(running, action, values, fields, settled) -> None:
    code, was, run_id = await _changed(running, action, values, **fields)
    if settled:
        running.on_lock(code.device_id)
    end = await running.undo(run_id)
    assert outcomes(end) == [Outcome.ASKED]
    running.on_lock(code.device_id)
    same = ("access_code_id", "name", "code", "starts_at", "ends_at", "external_allowed")
    assert {name: getattr(code, name) for name in same} == {name: getattr(was, name) for name in same}
    (sent,) = (record.params for record in running.sandbox.requests if record.path == UPDATE)
    assert len(sent.keys() - {"access_code_id"}) == (3 if action is A.MAKE_ONGOING else 1)


@pytest.mark.parametrize("code_type", [None, AccessCodeType.TIME_BOUND])
async def test_times_of_an_ongoing_code_are_taken_back(running, code_type) -> None:
    start, end = running.clock.now() + DAY, running.clock.now() + 3 * DAY
    values = Values(starts_at=start, ends_at=end, code_type=code_type)
    code, _, run_id = await _changed(running, A.CHANGE_TIMES, values, starts_at=None, ends_at=None)
    running.on_lock(code.device_id)
    assert code.time_bound
    assert outcomes(await running.undo(run_id)) == [Outcome.ASKED]
    running.on_lock(code.device_id)
    assert not code.time_bound


async def test_what_was_changed_while_it_was_created_again_is_put_back_on_the_new_code(running) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    end = await running.run(await running.plan(A.RECREATE, [code], Values(name="Somebody Else")))
    (now,) = running.on_lock(was.device_id)
    assert now.name == "Somebody Else"
    assert outcomes(await running.undo(end.run_id or "")) == [Outcome.ASKED]
    running.on_lock(was.device_id)
    assert (now.name, now.code) == (was.name, was.code)


async def test_what_is_put_back_is_shown_as_it_is_and_as_it_will_be(running) -> None:
    _, was, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    plan = await running.runs().undo_plan(run_id)
    (change,) = plan.steps[0].changes
    assert (change.field, change.old, change.new) == ("name", "Somebody Else", was.name)
    assert plan.friction is Friction.CONFIRM


@pytest.mark.parametrize("change", ["asked for", "made"])
async def test_a_value_that_somebody_changed_since_stays(running, change) -> None:
    code, _, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    running.on_lock(code.device_id)
    if change == "made":
        code.name = "A third one"
    else:
        await running.client.update_access_code(code.access_code_id, name="A third one")
    running.sandbox.requests.clear()
    (result,) = (await running.undo(run_id)).results
    assert (result.outcome, running.writes) == (Outcome.SKIPPED, [])
    assert "changed again" in result.said


async def test_another_value_that_somebody_changed_since_is_no_hindrance(running) -> None:
    code, was, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    running.on_lock(code.device_id)
    code.code = "975310"
    assert outcomes(await running.undo(run_id)) == [Outcome.ASKED]
    running.on_lock(code.device_id)
    assert (code.name, code.code) == (was.name, "975310")


async def test_an_old_value_that_is_there_already_is_not_sent(running) -> None:
    code, was, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    running.on_lock(code.device_id)
    code.name = was.name
    (result,) = (await running.undo(run_id)).results
    assert (result.outcome, result.said) == (Outcome.SKIPPED, "Not sent: it has its old values already.")


async def test_an_undo_whose_answer_was_lost_is_found_out(running) -> None:
    code, _, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    running.on_lock(code.device_id)
    running.sandbox.faults.add(FaultRule("apply_then_fail", UPDATE))
    assert outcomes(await running.undo(run_id)) == [Outcome.ASKED]
    assert running.writes == ["update"]


async def test_an_undo_of_an_undo_sends_the_newer_values_again(running) -> None:
    code, _, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    running.on_lock(code.device_id)
    undone = await running.undo(run_id)
    running.on_lock(code.device_id)
    assert outcomes(await running.undo(undone.run_id or "")) == [Outcome.ASKED]
    running.on_lock(code.device_id)
    assert code.name == "Somebody Else"


async def test_an_undo_that_made_codes_says_why_it_is_not_put_back(running) -> None:
    was, run_id = await _deleted(running)
    running.on_lock(was[0].device_id)
    undone = await running.undo(run_id)
    plan = await running.runs().undo_plan(undone.run_id or "")
    assert (plan.steps, plan.refusals) == ((), ("It made a new code: delete that one if it is not wanted.",))


# -- once


async def test_a_run_is_put_back_once(running) -> None:
    was, run_id = await _deleted(running)
    running.on_lock(was[0].device_id)
    plan = await running.runs().undo_plan(run_id)
    await running.run(plan, undoes=run_id)
    assert (await running.runs().undo_plan(run_id)).refusals == ("It was undone already.",)
    with pytest.raises(JournalError, match="undone already"):
        await running.run(plan, undoes=run_id)
    assert await running.unfinished() == []
    assert len(running.on_lock(was[0].device_id)) == 1


async def test_its_undo_is_closed_only_once_all_of_the_new_run_is_on_disk(running, monkeypatch) -> None:
    _, run_id = await _deleted(running, 2)
    seen: list[int] = []
    close_undo = running.journal.close_undo

    def look(*given: object) -> bool:
        seen.append(sum(record == "planned" for record in running.records()))
        return close_undo(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(running.journal, "close_undo", look)
    await running.undo(run_id)
    assert seen == [4]  # two of each run
    assert running.journal.read_run(run_id).undo_closed is not None


async def test_after_thirty_days_a_plan_that_was_kept_does_not_put_a_run_back_either(running) -> None:
    was, run_id = await _deleted(running)
    plan = await running.runs().undo_plan(run_id)
    running.clock.advance(timedelta(days=30, minutes=1).total_seconds())
    running.sandbox.requests.clear()
    with pytest.raises(JournalError, match="Undo is kept for 30 days"):
        await running.run(plan, undoes=run_id)
    assert running.on_lock(was[0].device_id) == []
    assert not [record for record in running.sandbox.requests if record.method != "GET"]


async def test_two_undos_of_one_run_are_not_carried_out_side_by_side(running) -> None:
    was, run_id = await _deleted(running)
    running.on_lock(was[0].device_id)
    plan = await running.runs().undo_plan(run_id)
    running.kill_before(CREATE)
    undo_id = await running.killed(plan, undoes=run_id)
    with pytest.raises(JournalError, match=f"Run {undo_id} is putting this one back"):
        await running.run(plan, undoes=run_id)


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_killed_undo_is_gone_on_with(running, when, nth) -> None:
    was, run_id = await _deleted(running, 3)
    plan = await running.runs().undo_plan(run_id)
    running.sandbox.world.refuse_duplicates = False
    (running.kill_before if when == "before" else running.kill_after)(CREATE, nth)
    undo_id = await running.killed(plan, undoes=run_id)
    assert running.journal.read_run(run_id).undo_closed is not None
    assert set(outcomes(await running.go_on(undo_id))) == {Outcome.ASKED}
    now = running.on_lock(was[0].device_id)
    assert sorted(code.code for code in now) == sorted(code.code for code in was)
    assert await running.unfinished() == []


async def test_a_cancelled_undo_keeps_what_it_has_not_created_for_later(running) -> None:
    """Its codes are deleted, and nothing else knows of them any more."""
    was, run_id = await _deleted(running, 12)
    running.on_lock(was[0].device_id)
    control = RunControl()

    async def cancel(request: httpx.Request) -> None:
        if request.url.path == CREATE:
            control.cancel()

    running.wire.after = cancel
    plan = await running.runs().undo_plan(run_id)
    end = await running.run(plan, control, undoes=run_id)
    assert outcomes(end).count(Outcome.SKIPPED) >= 2  # ten go within a minute
    running.wire.after = None
    assert await running.unfinished() == [end.run_id]
    await running.go_on(end.run_id)
    assert sorted(code.code for code in running.on_lock(was[0].device_id)) == sorted(code.code for code in was)


async def test_a_cancelled_undo_of_updates_is_finished(running) -> None:
    _, _, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    control = RunControl()
    control.cancel()
    end = await running.run(await running.runs().undo_plan(run_id), control, undoes=run_id)
    assert (outcomes(end), await running.unfinished()) == ([Outcome.SKIPPED], [])


# -- what cannot be put back


async def test_a_run_of_another_workspace_is_not_put_back_from_here(running) -> None:
    _, run_id = await _deleted(running)
    state = running.journal.read_run(run_id)
    plan = plan_undo(state, running.clock.now(), Workspace("another", "Another", is_sandbox=True))
    assert "is of another workspace" in plan.refusals[0]


async def test_what_cannot_be_put_back_is_left_out_with_the_reason(running) -> None:
    codes = running.codes(2)
    plan = await running.plan(A.DELETE, codes)
    codes[1].name = "Renamed meanwhile"
    end = await running.run(plan)
    assert outcomes(end) == [Outcome.ASKED, Outcome.SKIPPED]
    undo = await running.runs().undo_plan(end.run_id or "")
    assert [step.access_code_id for step in undo.steps] == [codes[0].access_code_id]
    assert [(left.access_code_id, left.reason) for left in undo.left_out] == [
        (codes[1].access_code_id, "It was not sent.")
    ]


async def test_a_live_code_at_a_real_door_asks_for_more_than_a_yes(running) -> None:
    _, _, run_id = await _changed(running, A.RENAME, Values(name="Somebody Else"))
    workspace = replace(await running.client.get_workspace(), is_sandbox=False)
    plan = plan_undo(running.journal.read_run(run_id), running.clock.now(), workspace)
    assert plan.friction is Friction.TYPE_COUNT


async def test_a_re_creation_that_was_stopped_half_way_can_be_put_back(running) -> None:
    (code,) = running.codes()
    was = copy_of(code)
    plan = await running.plan(A.RECREATE, [code])
    running.kill_after("/access_codes/delete")
    run_id = await running.killed(plan)
    await running.runs().stop(run_id)
    assert outcomes(await running.undo(run_id)) == [Outcome.ASKED]
    (now,) = running.on_lock(was.device_id)
    assert as_it_was(was, now)


async def test_no_plan_of_an_undo_holds_a_pin_in_its_words(running) -> None:
    (was,), run_id = await _deleted(running)
    plan = await running.runs().undo_plan(run_id)
    assert was.code not in repr(plan)


async def test_what_puts_a_run_back_can_be_kept_in_a_file_and_is_sent_once(running, tmp_path) -> None:
    was, run_id = await _deleted(running, 2)
    running.on_lock(was[0].device_id)
    path, workspace = tmp_path / "undo.json", await running.client.get_workspace()
    plan = await running.runs().undo_plan(run_id)
    save_plan(plan, path, workspace=workspace, endpoint="https://seam", now=running.clock.now())
    kept = read_plan(path).plan
    assert kept.undoes == run_id
    end = await running.run(kept, undoes=kept.undoes)
    assert outcomes(end) == [Outcome.ASKED] * 2
    now = running.on_lock(was[0].device_id)
    assert all(any(as_it_was(old, new) for new in now) for old in was)
    with pytest.raises(JournalError, match="undone already"):
        await running.run(kept, undoes=kept.undoes)
    assert len(running.on_lock(was[0].device_id)) == 2
