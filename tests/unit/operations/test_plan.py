"""What is refused before anything is sent, how much a person must do first, and what they are told (UX 5, 6)."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations.plan import Friction, Values, make_plan, pin_warnings, values_of

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
PRODUCTION = Workspace("w1", "Work", is_sandbox=False)
BOUND = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW - DAY, "ends_at": NOW + DAY}
A = ActionId


def _refusals(subject, action, **values) -> str:
    plan = make_plan(action, subject, NOW, Values(**values))
    assert bool(plan.steps) != bool(plan.refusals)
    return " ".join(plan.refusals)


@pytest.mark.parametrize(
    ("digits", "device", "words"),
    [
        (None, {}, "Type a PIN"),
        ("", {}, "Type a PIN"),
        ("123", {}, "4 to 12 digits"),
        ("1234567890123", {}, "4 to 12 digits"),
        ("12a4", {}, "digits"),
        ("4829", {"supported_code_lengths": (6, 8)}, "6 or 8"),
        ("482910", {"code_constraints": (CodeConstraint("no_zeros"),)}, "no digit 0"),
        ("482915", {}, "has now"),
        ("840371", {}, ""),
        ("4829", {"supported_code_lengths": (4,), "code_constraints": (CodeConstraint("brand_new"),)}, ""),
    ],
)
def test_a_pin_is_checked_before_it_is_sent(make_subject, make_device, digits, device, words) -> None:
    subject = make_subject(device=make_device(**device))
    said = _refusals(subject, A.CHANGE_PIN, pin=None if digits is None else Pin(digits))
    assert words in said if words else said == ""
    assert not digits or digits not in said


@pytest.mark.parametrize(
    ("mine", "theirs", "is_taken"),
    [
        ({}, {}, True),
        ({}, {"is_managed": False}, True),
        (BOUND, {**BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}, False),
        (BOUND, {**BOUND, "starts_at": NOW - 3 * DAY, "ends_at": NOW - DAY}, False),
        (BOUND, {**BOUND, "starts_at": NOW, "ends_at": NOW + 2 * DAY}, True),
        (BOUND, {"starts_at": NOW + DAY}, False),
        (BOUND, {}, True),
        ({}, {**BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}, True),
        # An ongoing code has no end, whatever times Seam still shows of it.
        (BOUND, {"starts_at": NOW - 3 * DAY, "ends_at": NOW - 2 * DAY}, True),
    ],
)
def test_a_pin_is_taken_only_by_a_code_of_an_overlapping_time(make_subject, make_code, mine, theirs, is_taken) -> None:
    other = make_code(access_code_id="c2", name="Other guest", pin=Pin("840371"), **theirs)
    said = _refusals(make_subject(code=make_code(**mine), neighbours=(other,)), A.CHANGE_PIN, pin=Pin("840371"))
    assert ("Other guest" in said) == is_taken
    assert "840371" not in said
    if is_taken and not other.is_managed:
        assert "unmanaged" in said


def test_what_a_lock_may_still_refuse_is_a_warning_and_no_refusal(make_subject, make_device) -> None:
    subject = make_subject(device=make_device(code_constraints=(CodeConstraint("pin_code_matches_existing_set"),)))
    assert _refusals(subject, A.CHANGE_PIN, pin=Pin("840371")) == ""
    assert len(pin_warnings(subject, Pin("840371"))) == 1
    assert pin_warnings(make_subject(device=None), Pin("840371")) == ()


@pytest.mark.parametrize(
    ("name", "words"), [(None, "Type a name"), ("", "Type a name"), ("Guest", "has now"), ("Other", "each name once")]
)
def test_a_name_is_checked_before_it_is_sent(make_subject, make_code, make_device, name, words) -> None:
    device = make_device(code_constraints=(CodeConstraint("name_must_be_unique"), CodeConstraint("name_length", 2, 5)))
    subject = make_subject(device=device, neighbours=(make_code(access_code_id="c2", name="Other"),))
    assert words in _refusals(subject, A.RENAME, name=name)
    plan = make_plan(A.RENAME, subject, NOW, Values(name="Somebody else"))
    assert plan.steps[0].changes == (FieldChange("name", "Guest", "Somebody else"),)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (None, DAY, "both"),
        (DAY, None, "both"),
        (DAY, DAY, "after the start"),
        (2 * DAY, DAY, "after the start"),
        (-2 * DAY, -DAY, "in the future"),
        (-DAY, DAY, "has now"),
        (-2 * DAY, 2 * DAY, "start must lie in the future"),
        (-DAY, 2 * DAY, ""),
        (DAY, 2 * DAY, ""),
    ],
)
def test_times_are_checked_before_they_are_sent(make_subject, make_code, make_device, starts, ends, words) -> None:
    device = make_device(code_constraints=(CodeConstraint("start_date_in_future"),))
    typed = {"starts_at": None if starts is None else NOW + starts, "ends_at": None if ends is None else NOW + ends}
    said = _refusals(make_subject(code=make_code(**BOUND), device=device), A.CHANGE_TIMES, **typed)
    assert words in said if words else said == ""


def test_an_ongoing_code_cannot_become_ongoing(make_subject, make_code) -> None:
    typed = {"code_type": AccessCodeType.ONGOING}
    assert "ongoing already" in _refusals(make_subject(), A.CHANGE_TIMES, **typed)
    plan = make_plan(A.CHANGE_TIMES, make_subject(code=make_code(**BOUND)), NOW, Values(**typed))
    assert plan.steps[0].changes == (
        FieldChange("type", "time_bound", "ongoing"),
        FieldChange("starts_at", NOW - DAY, None),
        FieldChange("ends_at", NOW + DAY, None),
    )
    assert (
        plan.steps[0].changes == make_plan(A.MAKE_ONGOING, make_subject(code=make_code(**BOUND)), NOW).steps[0].changes
    )


@pytest.mark.parametrize(
    ("zone", "words"),
    [(None, "IANA"), ("", "IANA"), ("CET", "no IANA"), ("Mars/Olympus", "no IANA"), ("Europe/Berlin", "")],
)
def test_a_time_zone_is_checked_before_it_is_sent(make_subject, make_device, zone, words) -> None:
    subject = make_subject(device=make_device(device_type="ultraloq_lock"))
    said = _refusals(subject, A.REPORT_TIME_ZONE, time_zone=zone)
    assert words in said if words else said == ""


PLANNED_ELSEWHERE = {A.FREE_SLOTS, A.UNDO}
WITHOUT_QUESTION = {
    A.REFRESH_CODE, A.REFRESH_DEVICE, A.REFRESH_ACCOUNT, A.SHOW_DEVICE_CODES, A.SHOW_DUPLICATE, A.REVEAL_PIN,
    A.COPY_PIN, A.COPY_IDS, A.OPEN_DOCS, A.LOCK, A.SYNC_ACCOUNT, A.RECONNECT_ACCOUNT, A.REPORT_TIME_ZONE,
    A.REPORT_CODE_LENGTHS,
}  # fmt: skip
TAKES_AWAY = {
    A.DELETE, A.DELETE_DUPLICATE, A.RECREATE, A.CHANGE_PIN, A.GENERATE_PIN, A.CHANGE_TIMES,
    A.FORBID_EXTERNAL_MODIFICATION,
}  # fmt: skip
TYPED = {
    A.CHANGE_PIN: Values(pin=Pin("840371")),
    A.RENAME: Values(name="New"),
    A.CHANGE_TIMES: Values(starts_at=NOW + DAY, ends_at=NOW + 5 * DAY),
    A.REPORT_TIME_ZONE: Values(time_zone="Europe/Berlin"),
    A.REPORT_CODE_LENGTHS: Values(code_lengths=(4, 6)),
}


@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize("workspace", [PRODUCTION, Workspace("w2", "Play", is_sandbox=True), None])
@pytest.mark.parametrize("action", sorted(set(ActionId) - PLANNED_ELSEWHERE))
def test_friction_grows_with_the_harm(make_subject, make_code, make_device, action, workspace, is_live) -> None:
    """UX 5: what takes a live code away from a guest in production wants the count typed; a mere test wants nothing."""
    start = NOW - DAY if is_live else NOW + DAY
    mine = make_code(
        type=AccessCodeType.TIME_BOUND, starts_at=start, ends_at=start + 2 * DAY, is_backup_access_code_available=True,
        is_external_modification_allowed=action is A.FORBID_EXTERNAL_MODIFICATION,
    )  # fmt: skip
    theirs = replace(mine, access_code_id="c2", is_managed=False)
    if action is A.CONVERT_TO_MANAGED:
        mine, theirs = theirs, mine
    maker = "smartthings_lock" if action is A.REPORT_CODE_LENGTHS else "ultraloq_lock"
    subject = make_subject(
        workspace=workspace, code=mine, device=make_device(device_type=maker),
        neighbours=() if action is A.RECREATE else (theirs,),
    )  # fmt: skip
    plan = make_plan(action, subject, NOW, TYPED.get(action))
    assert plan.steps, plan.refusals
    in_production = workspace is None or not workspace.is_sandbox
    expected = Friction.CONFIRM
    if action in WITHOUT_QUESTION:
        expected = Friction.NONE
    elif action in TAKES_AWAY and in_production and is_live:
        expected = Friction.TYPE_COUNT
    assert plan.friction is expected


def test_a_change_of_several_things_asks_for_the_most_harmful_of_them(make_subject) -> None:
    subject = make_subject(workspace=PRODUCTION)
    assert make_plan(A.RENAME, subject, NOW, Values(name="New")).friction is Friction.CONFIRM
    both = make_plan(A.RENAME, subject, NOW, Values(name="New", pin=Pin("840371")))
    assert both.friction is Friction.TYPE_COUNT
    assert [change.field for change in both.steps[0].changes] == ["code", "name"]


@pytest.mark.parametrize(
    ("action", "kept"),
    [
        (A.RENAME, {"pin", "name", "is_external_modification_allowed"}),
        (A.GENERATE_PIN, {"name", "is_external_modification_allowed"}),
        (A.MAKE_ONGOING, {"pin", "name", "code_type", "is_external_modification_allowed"}),
        (A.ALLOW_EXTERNAL_MODIFICATION, {"pin", "name", "is_external_modification_allowed"}),
        (A.REPORT_TIME_ZONE, {"time_zone"}),
        (A.DELETE, set()),
        (A.LOCK, set()),
    ],
)
def test_a_step_holds_only_what_its_action_sends(action, kept) -> None:
    given = Values(pin=Pin("840371"), name="New", is_external_modification_allowed=False, time_zone="UTC")
    values = values_of(action, given)
    assert {item.name for item in fields(values) if getattr(values, item.name) is not None} == kept
    if action is A.ALLOW_EXTERNAL_MODIFICATION:
        assert values.is_external_modification_allowed


def test_of_several_things_each_is_checked(make_subject) -> None:
    said = _refusals(make_subject(), A.RENAME, name="Guest", pin=Pin("12"), starts_at=NOW + DAY, ends_at=NOW)
    assert all(words in said for words in ("name that the code has now", "4 to 12 digits", "after the start"))


@pytest.mark.parametrize("action", sorted(PLANNED_ELSEWHERE))
def test_what_goes_by_a_choice_is_planned_from_that_choice(make_subject, action) -> None:
    assert make_plan(action, make_subject(), NOW).refusals[0].startswith("Choose")


@pytest.mark.parametrize(
    ("action", "field", "old", "new"),
    [
        (A.ALLOW_EXTERNAL_MODIFICATION, "is_external_modification_allowed", "not allowed", "allowed"),
        (A.FORBID_EXTERNAL_MODIFICATION, "is_external_modification_allowed", "allowed", "not allowed"),
        (A.REPORT_TIME_ZONE, "time_zone", None, "Europe/Berlin"),
        (A.REPORT_CODE_LENGTHS, "supported_code_lengths", "6", "4, 6"),
    ],
)
def test_a_plan_shows_what_was_before_and_what_comes(
    make_subject, make_code, make_device, action, field, old, new
) -> None:
    maker = "smartthings_lock" if action is A.REPORT_CODE_LENGTHS else "ultraloq_lock"
    subject = make_subject(
        code=make_code(is_external_modification_allowed=old == "allowed"),
        device=make_device(device_type=maker, supported_code_lengths=(6,)),
    )
    (step,) = make_plan(action, subject, NOW, TYPED.get(action)).steps
    assert step.changes == (FieldChange(field, old, new),)


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        (None, "Type the numbers"),
        ((), "Type the numbers"),
        ((3, 6), "4 to 20"),
        ((6, 21), "4 to 20"),
        ((6, 4, 6), "has now"),
        ((4,), ""),
        ((20,), ""),
    ],
)
def test_code_lengths_are_checked_before_they_are_sent(make_subject, make_device, lengths, words) -> None:
    device = make_device(device_type="smartthings_lock", supported_code_lengths=(4, 6))
    said = _refusals(make_subject(device=device), A.REPORT_CODE_LENGTHS, code_lengths=lengths)
    assert words in said if words else said == ""


@pytest.mark.parametrize(
    ("code", "device", "other", "words"),
    [
        ({}, {}, {"pin": Pin("840371")}, ""),
        ({}, {}, {"name": "Guest"}, "duplicate: “Guest” (unmanaged)"),
        ({}, {"supported_code_lengths": (4,)}, {"pin": None}, "This lock takes 4 digits"),
        ({}, {"code_constraints": (CodeConstraint("no_all_same_digits"),)}, {"pin": None}, ""),
        ({"pin": Pin("2222")}, {"code_constraints": (CodeConstraint("no_all_same_digits"),)}, {}, "repeated digit"),
        ({}, {"code_constraints": (CodeConstraint("cannot_specify_pin_code"),)}, {}, ""),
        ({"pin": None}, {"code_constraints": (CodeConstraint("cannot_specify_pin_code"),)}, {}, ""),
        (
            {},
            {"code_constraints": (CodeConstraint("name_must_be_unique"),)},
            {"pin": None, "name": "Guest"},
            "each name",
        ),
        (BOUND, {"code_constraints": (CodeConstraint("start_date_in_future"),)}, {"pin": None}, "in the future"),
        (BOUND, {}, {**BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}, ""),
    ],
)
def test_what_could_not_be_made_again_is_not_deleted_either(
    make_subject, make_code, make_device, code, device, other, words
) -> None:
    neighbour = make_code(**{"access_code_id": "c2", "name": "Other", "is_managed": False} | other)
    subject = make_subject(code=make_code(**code), device=make_device(**device), neighbours=(neighbour,))
    said = _refusals(subject, A.RECREATE)
    assert words in said if words else said == ""


@pytest.mark.parametrize("action", [A.CHANGE_TIMES, A.MAKE_ONGOING])
def test_other_times_do_not_bring_a_code_together_with_another_of_its_pin(make_subject, make_code, action) -> None:
    next_guest = make_code(**{**BOUND, "access_code_id": "c2", "name": "Next", "starts_at": NOW + DAY,
                              "ends_at": NOW + 4 * DAY})  # fmt: skip
    subject = make_subject(code=make_code(**BOUND), neighbours=(next_guest,))
    typed = {} if action is A.MAKE_ONGOING else {"starts_at": NOW, "ends_at": NOW + 2 * DAY}
    assert "another code has the same PIN: “Next” (managed)" in _refusals(subject, action, **typed)
    beside = make_subject(code=make_code(**BOUND), neighbours=(replace(next_guest, starts_at=NOW),))
    assert _refusals(beside, action, **typed) == ""


def test_a_plan_acts_on_the_record_that_its_action_is_about(make_subject, make_code) -> None:
    other = make_code(access_code_id="c2", name="Twin", is_managed=False)
    subject = make_subject(neighbours=(other,))
    assert make_plan(A.DELETE, subject, NOW).steps[0].access_code_id == "c1"
    for action in (A.DELETE_DUPLICATE, A.CONVERT_TO_MANAGED):
        step = make_plan(action, subject, NOW).steps[0]
        assert (step.access_code_id, step.title, step.force) == ("c2", "Twin", False)
    lock = make_plan(A.LOCK, subject, NOW).steps[0]
    assert (lock.code, lock.device_id, lock.title) == (None, "d1", "Door")
    sync = make_plan(A.SYNC_ACCOUNT, subject, NOW).steps[0]
    assert (sync.code, sync.connected_account_id, sync.title) == (None, "a1", "Yale login")


def test_in_read_only_nothing_that_writes_is_planned(make_subject) -> None:
    plan = make_plan(A.DELETE, make_subject(), NOW, read_only=True)
    assert plan.steps == ()
    assert "Read-only" in plan.refusals[0]
