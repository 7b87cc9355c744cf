"""What a plan says before somebody says yes to it: each note by itself, of one code and of many."""

from datetime import UTC, datetime, timedelta

import pytest

from seam_tui.domain.access_code import AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations import plan_notes
from seam_tui.operations.bulk import make_bulk_plan
from seam_tui.operations.plan import Values, make_plan
from seam_tui.operations.plan_notes import Note

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
BOUND = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW - DAY, "ends_at": NOW + DAY}
LATER = {**BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}
A = ActionId
STUCK = Issue(IssueKind.ERROR, "failed_to_update", IssueLevel.ACCESS_CODE, "")
NOT_GONE = Issue(IssueKind.ERROR, "failed_to_remove_from_device", IssueLevel.ACCESS_CODE, "")
TAKEN = Issue(IssueKind.WARNING, "management_transferred", IssueLevel.ACCESS_CODE, "")
LOST = Issue(IssueKind.ERROR, "account_disconnected", IssueLevel.CONNECTED_ACCOUNT, "")
PENDING_PIN = (PendingMutation("updating_code", ""),)
NEW_PIN = Values(pin=Pin("840371"))
MAKER_CHOOSES = {"code_constraints": (CodeConstraint("cannot_specify_pin_code"),)}
CASES = [
    (A.CHANGE_PIN, {}, {}, NEW_PIN, plan_notes.OLD_PIN_STOPS),
    (A.GENERATE_PIN, {}, {}, None, plan_notes.OLD_PIN_STOPS),
    (A.GENERATE_PIN, {"common_code_key": "k"}, {}, None, plan_notes.SPLITS_FROM_OTHERS),
    (A.CHANGE_PIN, {"errors": (STUCK,), "pending_mutations": PENDING_PIN}, {}, NEW_PIN, plan_notes.TAKES_THE_PLACE),
    (A.CHANGE_PIN, {}, {"online": False}, NEW_PIN, plan_notes.OFFLINE),
    (A.CHANGE_PIN, {}, {"online": False, "errors": (LOST,)}, NEW_PIN, plan_notes.ACCOUNT_LOST),
    (A.CHANGE_TIMES, BOUND, {}, Values(starts_at=NOW + DAY, ends_at=NOW + 2 * DAY), plan_notes.STOPS_UNTIL_START),
    (A.CHANGE_TIMES, LATER, {}, Values(starts_at=NOW - DAY, ends_at=NOW + DAY), plan_notes.STARTS_AT_ONCE),
    (A.CHANGE_TIMES, {**BOUND, "common_code_key": "k"}, {}, Values(starts_at=NOW, ends_at=NOW + DAY),
     plan_notes.OTHERS_KEEP_TIMES),
    (A.MAKE_ONGOING, BOUND, {}, None, plan_notes.NO_END),
    (A.MAKE_ONGOING, LATER, {}, None, plan_notes.NO_START),
    (A.ALLOW_EXTERNAL_MODIFICATION, {}, {}, None, plan_notes.CHANGES_STAND),
    (A.FORBID_EXTERNAL_MODIFICATION, {"is_external_modification_allowed": True}, {}, None, plan_notes.CHANGES_UNDONE),
    (A.DELETE, {}, {}, None, plan_notes.LIVE_NOW),
    (A.DELETE, {}, {"online": False}, None, plan_notes.OFFLINE),
    (A.DELETE, {"common_code_key": "k"}, {}, None, plan_notes.OTHERS_STAY),
    (A.DELETE, {"pulled_backup_access_code_id": "b"}, {}, None, plan_notes.BACKUP_STAYS),
    (A.DELETE, {"is_backup": True}, {}, None, plan_notes.STANDS_IN),
    (A.DELETE, {"status": AccessCodeStatus.REMOVING, "errors": (NOT_GONE,)}, {}, None, plan_notes.ASKED_AGAIN),
    (A.RECREATE, {}, {}, None, plan_notes.NEW_ID),
    (A.RECREATE, {}, {}, None, plan_notes.LIVE_UNTIL_NEW),
    (A.RECREATE, BOUND, {}, None, plan_notes.STARTS_AT_ONCE),
    (A.RECREATE, {"common_code_key": "k"}, {}, None, plan_notes.NOT_TIED_TO_OTHERS),
    (A.RECREATE, {"pulled_backup_access_code_id": "b"}, {}, None, plan_notes.NOT_TIED_TO_BACKUP),
    (A.RECREATE, {"is_scheduled_on_device": True}, {}, None, plan_notes.SCHEDULING),
    (A.RECREATE, {"is_one_time_use": True}, {}, None, plan_notes.ONE_TIME),
    (A.RECREATE, {"pending_mutations": PENDING_PIN}, {}, None, plan_notes.CHANGE_IS_LOST),
    (A.RECREATE, {}, MAKER_CHOOSES, None, plan_notes.OTHER_PIN),
    (A.RECREATE, {}, {"online": False}, None, plan_notes.OFFLINE_TWICE),
    (A.PULL_BACKUP, {**BOUND, "pulled_backup_access_code_id": "b"}, {}, None, plan_notes.SAME_BACKUP),
    (A.CONVERT_TO_MANAGED, {"warnings": (TAKEN,)}, {}, None, plan_notes.TAKEN_OVER),
]  # fmt: skip


@pytest.mark.parametrize(("action", "code", "device", "values", "note"), CASES)
def test_what_a_person_should_know_stands_in_the_plan(
    make_subject, make_code, make_device, action, code, device, values, note
) -> None:
    subject = make_subject(code=make_code(**code), device=make_device(**device))
    plan = make_plan(action, subject, NOW, values)
    assert plan.steps, plan.refusals
    assert note.one in plan.notes
    assert "840371" not in " ".join(plan.notes)


@pytest.mark.parametrize(("action", "code", "device", "values", "note"), CASES)
def test_it_is_not_said_where_it_does_not_hold(
    make_subject, make_code, make_device, action, code, device, values, note
) -> None:
    calm = LATER if action not in {A.CHANGE_TIMES, A.MAKE_ONGOING} else BOUND
    plain = {"is_external_modification_allowed": True} if action is A.FORBID_EXTERNAL_MODIFICATION else {}
    if action is A.PULL_BACKUP:
        plain = {"is_backup_access_code_available": True}
    if action is A.CONVERT_TO_MANAGED:
        plain = {"is_managed": False}
    if action is A.CHANGE_TIMES:
        values = Values(starts_at=NOW - 2 * DAY, ends_at=NOW + 2 * DAY)
    plan = make_plan(action, make_subject(code=make_code(**calm, **plain)), NOW, values)
    assert plan.steps, plan.refusals
    always = {
        plan_notes.NEW_ID, plan_notes.OLD_PIN_STOPS, plan_notes.NO_END, plan_notes.CHANGES_STAND,
        plan_notes.CHANGES_UNDONE,
    }  # fmt: skip
    assert (note.one in plan.notes) == (note in always)


def test_every_note_is_held_by_a_case() -> None:
    known = {value for name, value in vars(plan_notes).items() if isinstance(value, Note) and not name.startswith("_")}
    assert known == {case[4] for case in CASES}


@pytest.mark.parametrize("note", sorted({case[4] for case in CASES}, key=lambda note: note.one))
def test_of_many_codes_none_is_called_this_one(note) -> None:
    for words in ("This code", "this code", "its guest", "Its ", "It "):
        assert words not in note.many
    assert note.many.endswith(".")


def test_the_plan_of_many_says_each_thing_once(make_subject, make_code) -> None:
    subjects = [make_subject(code=make_code(access_code_id=f"c{n}", **BOUND)) for n in range(5)]
    plan = make_bulk_plan(A.DELETE, subjects, NOW)
    assert plan.notes == (plan_notes.LIVE_NOW.many,)


@pytest.mark.parametrize(
    ("name", "words"), [("Somebody else", "at most 5 characters"), ("X", "fewer than 2"), ("Ada", "")]
)
def test_a_name_that_a_lock_may_cut_or_refuse_is_told(make_subject, make_device, name, words) -> None:
    device = make_device(code_constraints=(CodeConstraint("name_length", 2, 5),))
    notes = make_plan(A.RENAME, make_subject(device=device), NOW, Values(name=name)).notes
    assert words in " ".join(notes) if words else notes == ()


def test_who_opens_pulls_or_signs_in_is_told_what_follows(make_subject, make_code) -> None:
    code = make_code(**BOUND, is_backup_access_code_available=True)

    def notes(action: ActionId) -> str:
        return " ".join(make_plan(action, make_subject(code=code), NOW).notes)

    assert "opens the door" in notes(A.UNLOCK)
    assert "guest must be told" in notes(A.PULL_BACKUP)
    assert "signs in there" in notes(A.RECONNECT_ACCOUNT)
    assert notes(A.LOCK) == ""


def test_code_lengths_that_do_not_fit_what_is_on_the_lock_are_told(make_subject, make_code, make_device) -> None:
    others = (make_code(access_code_id="c2", pin=Pin("4829")), make_code(access_code_id="c3", pin=None))
    subject = make_subject(neighbours=others, device=make_device(device_type="smartthings_lock"))

    def notes(*lengths: int) -> str:
        return " ".join(make_plan(A.REPORT_CODE_LENGTHS, subject, NOW, Values(code_lengths=lengths)).notes)

    assert notes(6, 4) == ""
    assert "1 code of this lock has another length" in notes(6)
    assert "2 codes of this lock have another length" in notes(8)


def test_converting_the_duplicate_leaves_two_codes_with_one_pin(make_subject, make_code) -> None:
    subject = make_subject(neighbours=(make_code(access_code_id="c2", is_managed=False),))
    assert "Both codes keep the same PIN" in make_plan(A.CONVERT_TO_MANAGED, subject, NOW).notes[0]
