"""What would put a run back: deleted codes made again, old values put back, and why nothing is done for the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.pin import Pin
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_records import (
    CodeRecord,
    Created,
    Ended,
    Finished,
    Gone,
    Header,
    Intent,
    Outcome,
    PinKept,
    PinSlot,
    Planned,
    RunRecord,
    SendKind,
    SentValues,
    Stopped,
    UndoClosed,
    Withdrawn,
)
from seam_tui.operations.journal_state import RunState, fold
from seam_tui.operations.journal_undo import UndoKind, UndoStep, undo_plan_of
from tests.unit.operations.journal_making import DAY, NOW, a_code, codes, finished, planned, step_records, values

HEADER = Header(
    run_id="abc", workspace_id="w", workspace_name="n", action="delete", created_at=NOW, count=1, endpoint="e"
)
DELETING = Intent(step=1, kind=SendKind.DELETE, at=NOW)
UPDATING = Intent(step=1, kind=SendKind.UPDATE, at=NOW)
CREATING = Intent(step=1, kind=SendKind.CREATE, at=NOW)
CREATED = Created(step=1, access_code_id="new", at=NOW)
GONE = Gone(step=1, at=NOW)


def ended(outcome: Outcome = Outcome.DONE) -> Ended:
    return Ended(step=1, outcome=outcome, at=NOW)


def run_of(
    code: AccessCode | None,
    *records: RunRecord,
    action: str = "delete",
    sent: SentValues | None = None,
    with_pins: bool = True,
    is_finished: bool = True,
) -> RunState:
    line = Planned(
        step=1,
        action=action,
        title="Guest",
        code=None if code is None else CodeRecord.of(code),
        values=sent or SentValues(),
    )
    kept = []
    if with_pins and code is not None and code.pin is not None:
        kept.append(PinKept(step=1, slot=PinSlot.BEFORE, pin=code.pin))
    end = (Finished(at=NOW),) if is_finished else ()
    return fold(HEADER, [line, *records, *end], kept)


def undo(*given: object, **named: object) -> UndoStep:
    (step,) = undo_plan_of(run_of(*given, **named), NOW + DAY)  # type: ignore[arg-type]
    return step


GUEST = a_code(
    type=AccessCodeType.TIME_BOUND,
    starts_at=NOW - DAY,
    ends_at=NOW + 9 * DAY,
    is_external_modification_allowed=True,
)


def test_a_deleted_code_is_made_again_as_it_was() -> None:
    step = undo(GUEST, DELETING, GONE, ended())
    assert step.kind is UndoKind.CREATE
    assert (step.device_id, step.name, step.code_type) == ("lock-a", "Guest", AccessCodeType.TIME_BOUND)
    assert (step.starts_at, step.ends_at, step.pin) == (GUEST.starts_at, GUEST.ends_at, Pin("481516"))
    assert step.is_external_modification_allowed
    assert step.wait_until_gone is None
    assert step.notes == ("The code gets a new id.",)
    assert "481516" not in repr(step)


def test_a_code_that_may_still_be_on_its_lock_is_waited_for() -> None:
    assert undo(GUEST, DELETING, ended(Outcome.ASKED)).wait_until_gone == "code-a"


def test_a_code_that_was_deleted_and_could_not_be_made_again_is_made_again() -> None:
    step = undo(GUEST, DELETING, GONE, CREATING, ended(Outcome.FAILED))
    assert step.kind is UndoKind.CREATE


def test_what_is_not_restored_is_said() -> None:
    code = a_code(
        pin=None,
        is_managed=False,
        common_code_key="family",
        is_scheduled_on_device=True,
        pulled_backup_access_code_id="spare",
        is_one_time_use=True,
    )
    notes = " ".join(undo(code, DELETING, GONE).notes)
    for word in ("new id", "never known", "unmanaged", "codes on other locks", "schedules", "backup", "once"):
        assert word in notes


@pytest.mark.parametrize(
    ("code", "with_pins", "reason"),
    [
        (GUEST, False, "not kept any more"),
        (a_code(name="Anna ••••", pin=None), False, "name held a PIN"),
        (a_code(type=AccessCodeType.TIME_BOUND, starts_at=NOW - DAY, ends_at=NOW), True, "lies in the past"),
        (a_code(is_offline_access_code=True), True, "lock's maker"),
        (a_code(is_backup=True), True, "spare code"),
    ],
)
def test_a_code_that_cannot_be_made_again_says_why(code: AccessCode, with_pins: bool, reason: str) -> None:
    step = undo(code, DELETING, GONE, with_pins=with_pins)
    assert step.kind is UndoKind.NOTHING
    assert reason in step.reason


def test_old_values_are_put_back_and_only_those_that_were_sent() -> None:
    renamed = undo(GUEST, UPDATING, ended(), action="rename", sent=SentValues(name="New"))
    assert (renamed.kind, renamed.access_code_id, renamed.name) == (UndoKind.UPDATE, "code-a", "Guest")
    assert (renamed.pin, renamed.starts_at, renamed.code_type) == (None, None, None)
    moved = undo(GUEST, UPDATING, ended(Outcome.ASKED), sent=SentValues(ends_at=NOW + DAY))
    assert (moved.starts_at, moved.ends_at, moved.name) == (GUEST.starts_at, GUEST.ends_at, None)
    allowed = undo(GUEST, UPDATING, ended(), sent=SentValues(is_external_modification_allowed=False))
    assert allowed.is_external_modification_allowed is True


@pytest.mark.parametrize(("action", "sets_pin"), [("change_pin", True), ("generate_pin", False)])
def test_an_old_pin_is_put_back_while_it_is_kept(action: str, sets_pin: bool) -> None:
    given = {"action": action, "sent": SentValues(sets_pin=sets_pin)}
    assert undo(GUEST, UPDATING, ended(), **given).pin == Pin("481516")
    assert "not kept" in undo(GUEST, UPDATING, ended(), with_pins=False, **given).reason
    assert "never known" in undo(a_code(pin=None), UPDATING, ended(), **given).reason


def test_a_rename_is_put_back_after_its_pin_is_forgotten() -> None:
    step = undo(GUEST, UPDATING, ended(), action="rename", sent=SentValues(name="New"), with_pins=False)
    assert step.kind is UndoKind.UPDATE


def test_a_name_that_was_none_and_times_that_have_passed_are_not_put_back() -> None:
    nameless = undo(a_code(name=""), UPDATING, ended(), sent=SentValues(name="New"))
    assert "cannot take one away" in nameless.reason
    past = a_code(type=AccessCodeType.TIME_BOUND, starts_at=NOW - DAY, ends_at=NOW)
    assert "lies in the past" in undo(past, UPDATING, ended(), sent=SentValues(ends_at=NOW + 9 * DAY)).reason


def test_a_code_that_was_made_again_gets_its_old_values_under_its_new_id() -> None:
    again = (DELETING, GONE, CREATING, CREATED, ended())
    assert "only its id is new" in undo(GUEST, *again).reason
    changed = undo(GUEST, *again, sent=SentValues(name="New"))
    assert (changed.kind, changed.access_code_id, changed.name) == (UndoKind.UPDATE, "new", "Guest")
    assert "delete that one" in undo(GUEST, CREATING, CREATED, ended()).reason


@pytest.mark.parametrize(
    ("action", "word"),
    [
        ("pull_backup", "cannot be put back"),
        ("convert_to_managed", "no way"),
        ("lock", "changes no code"),
        ("unlock", "changes no code"),
        ("sync_account", "sync"),
        ("reconnect_account", "Webview"),
        ("report_time_zone", "not known"),
        ("something_new", "changed no code"),
    ],
)
def test_what_cannot_be_undone_says_why(action: str, word: str) -> None:
    step = undo(None, Intent(step=1, kind=SendKind.OTHER, at=NOW), ended(), action=action)
    assert step.kind is UndoKind.NOTHING
    assert word in step.reason


@pytest.mark.parametrize(
    ("records", "word"),
    [
        ((), "not sent"),
        ((ended(Outcome.SKIPPED),), "not sent"),
        ((DELETING, GONE, ended(Outcome.SKIPPED)), "not sent"),
        ((UPDATING, Withdrawn(step=1, at=NOW)), "changed nothing"),
        ((UPDATING, ended(Outcome.FAILED)), "changed nothing"),
        ((DELETING,), "not known"),
        ((DELETING, ended(Outcome.UNKNOWN)), "not known"),
        ((DELETING, GONE, CREATING), "not known"),
    ],
)
def test_what_changed_nothing_or_nobody_knows_is_left_alone(records: tuple[RunRecord, ...], word: str) -> None:
    step = undo(GUEST, *records, sent=SentValues(name="New"))
    assert step.kind is UndoKind.NOTHING
    assert word in step.reason


def test_what_went_through_a_grant_is_left_to_a_person() -> None:
    line = Planned(step=1, action="delete", title="Guest", code=CodeRecord.of(GUEST), access_grant_id="grant")
    run = fold(HEADER, [line, DELETING, ended(), Finished(at=NOW)])
    (step,) = undo_plan_of(run, NOW + DAY)
    assert step.kind is UndoKind.NOTHING
    assert "access grant" in step.reason


def test_a_re_creation_that_was_stopped_while_its_code_was_going_is_made_once_that_is_gone() -> None:
    step = undo(GUEST, DELETING, Stopped(at=NOW), action="recreate", is_finished=False)
    assert (step.kind, step.wait_until_gone) == (UndoKind.CREATE, "code-a")
    assert "not known" in undo(GUEST, DELETING, GONE, CREATING, action="recreate").reason


def test_a_code_that_an_undo_has_made_is_not_taken_away_again() -> None:
    line = Planned(step=1, action="undo", title="Guest", code=CodeRecord.of(GUEST), makes_new=True)
    run = fold(HEADER, [line, GONE, CREATING, CREATED, ended(), Finished(at=NOW)])
    (step,) = undo_plan_of(run, NOW + DAY)
    assert "delete that one" in step.reason


def test_undo_is_offered_once_and_for_thirty_days() -> None:
    deleted = (DELETING, GONE, ended())
    assert undo_plan_of(run_of(GUEST, *deleted), NOW + 30 * DAY)[0].reason != "Undo is kept for 30 days."
    assert undo_plan_of(run_of(GUEST, *deleted), NOW + 31 * DAY)[0].reason == "Undo is kept for 30 days."
    assert "finish or stop it" in undo(GUEST, *deleted, is_finished=False).reason
    assert "undone already" in undo(GUEST, *deleted, UndoClosed(at=NOW, why="used")).reason
    assert "declined" in undo(GUEST, *deleted, UndoClosed(at=NOW, why="declined")).reason


async def test_undo_is_planned_from_what_is_on_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    code = a_code(name="Anna 481516")
    run_id = await finished(journal, *planned(1, code), DELETING, GONE, ended())
    (step,) = undo_plan_of(journal.read_run(run_id), NOW)
    assert (step.kind, step.name, step.pin) == (UndoKind.CREATE, "Anna 481516", Pin("481516"))
    journal.forget_pins(run_id)
    (step,) = undo_plan_of(journal.read_run(run_id), NOW)
    assert step.kind is UndoKind.NOTHING


@given(codes, values, st.lists(step_records(st.just(1)), max_size=6), st.booleans())
def test_every_step_has_an_undo_or_a_reason_and_no_pin_that_the_code_did_not_have(
    code: AccessCode, sent: SentValues, records: list[RunRecord], with_pins: bool
) -> None:
    step = undo(code, *records, sent=sent, with_pins=with_pins)
    assert (step.kind is UndoKind.NOTHING) == bool(step.reason)
    assert step.pin in {None, code.pin}
    if step.kind is UndoKind.CREATE:
        assert step.pin == code.pin
