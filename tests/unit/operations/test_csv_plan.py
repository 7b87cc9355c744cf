"""What the lines of a CSV come to: a step for each code, held to the app's own rules, and the rest with its reason."""

from datetime import UTC, datetime, timedelta

import pytest

from seam_tui.domain.access_code import AccessCodeType, PendingMutation
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations.csv_plan import (
    CSV_ACTIONS,
    NO_SUCH_CODE,
    UNCHANGED,
    CsvPlan,
    make_csv_bulk_plan,
    make_csv_plan,
)
from seam_tui.operations.csv_rows import CsvRow, rows_of
from seam_tui.operations.plan import Friction, Refusal
from seam_tui.operations.subject import Subject

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=3)


@pytest.fixture
def lock(make_code, make_device, make_subject):
    """Subjects of codes that stand on one lock."""

    def make(*codes, workspace=None, **device) -> dict[str, Subject]:
        held = make_device(**{"time_zone": "Europe/Berlin"} | device)
        return {
            code.access_code_id: make_subject(
                device=held,
                code=code,
                neighbours=tuple(other for other in codes if other is not code),
                **({} if workspace is None else {"workspace": workspace}),
            )
            for code in codes
        }

    return make


def planned(text: str, subjects: dict[str, Subject], unread: dict[str, str] | None = None) -> CsvPlan:
    read = rows_of(text.encode())
    assert read.mistakes == ()
    return make_csv_plan(read.rows, subjects, NOW, unread)


def test_one_line_may_change_everything_in_one_step(make_code, lock) -> None:
    code = make_code(type=AccessCodeType.TIME_BOUND, starts_at=SOON, ends_at=LATER)
    plan = planned(
        "access_code_id,name,code,starts_at,ends_at,is_external_modification_allowed\n"
        "c1,Room 7,730164,2026-11-24 12:00,+2h,true\n",
        lock(code),
    ).plan
    (step,) = plan.steps
    assert (plan.action_id, step.action_id, step.code) == (ActionId.CHANGE_PIN, ActionId.CHANGE_PIN, code)
    assert (step.values.name, step.values.pin) == ("Room 7", Pin("730164"))
    assert step.values.starts_at == datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert step.values.ends_at == LATER + timedelta(hours=2)
    assert step.values.is_external_modification_allowed is True
    assert {change.field for change in step.changes} == {
        "code", "name", "starts_at", "ends_at", "is_external_modification_allowed",
    }  # fmt: skip
    assert plan.left_out == ()


@pytest.mark.parametrize(
    ("columns", "cells", "action"),
    [
        ("name", "New", ActionId.RENAME),
        ("code", "730164", ActionId.CHANGE_PIN),
        ("ends_at", "+1d", ActionId.CHANGE_TIMES),
        ("type", "ongoing", ActionId.MAKE_ONGOING),
        ("type,name", "ongoing,New", ActionId.CHANGE_TIMES),
        ("is_external_modification_allowed", "yes", ActionId.ALLOW_EXTERNAL_MODIFICATION),
        ("name,is_external_modification_allowed", "New,yes", ActionId.RENAME),
    ],
)
def test_a_step_is_named_after_the_weightiest_change(make_code, lock, columns, cells, action) -> None:
    code = make_code(type=AccessCodeType.TIME_BOUND, starts_at=SOON, ends_at=LATER)
    plan = planned(f"access_code_id,{columns}\nc1,{cells}\n", lock(code)).plan
    assert [step.action_id for step in plan.steps] == [plan.action_id] == [action]
    sent = plan.steps[0].values
    assert (sent.name == "New") == ("New" in cells)
    assert (sent.code_type is AccessCodeType.ONGOING) == ("ongoing" in cells)
    assert (sent.is_external_modification_allowed is True) == ("yes" in cells)


def test_lines_of_several_kinds_make_one_plan(make_code, lock) -> None:
    subjects = lock(make_code(), make_code(access_code_id="c2", pin=Pin("111213")))
    plan = planned("access_code_id,name,code\nc1,New,\nc2,,730164\n", subjects).plan
    assert plan.action_id is ActionId.CHANGE_PIN
    assert [step.action_id for step in plan.steps] == [ActionId.RENAME, ActionId.CHANGE_PIN]


def test_what_the_code_has_already_is_left_alone(make_code, lock) -> None:
    code = make_code(name="Ann", pin=Pin("482915"))
    plan = planned("access_code_id,name,code,type\nc1,Ann,482915,ongoing\n", lock(code)).plan
    assert plan.left_out == (Refusal("c1", "Ann", UNCHANGED),)
    (step,) = planned("access_code_id,name,code\nc1,Bob,482915\n", lock(code)).plan.steps
    assert (step.action_id, step.values.pin) == (ActionId.RENAME, None)


def test_codes_that_are_not_there_or_not_read_are_left_out_with_the_reason(make_code, lock) -> None:
    plan = planned("access_code_id,name\nc1,A\nc8,B\nc9,C\n", lock(make_code()), {"c9": "It failed."}).plan
    assert [step.access_code_id for step in plan.steps] == ["c1"]
    assert plan.left_out == (Refusal("c8", "B", NO_SUCH_CODE), Refusal("c9", "C", "It failed."))


# -- the app's own rules


@pytest.mark.parametrize(
    ("text", "code", "device", "words"),
    [
        ("code\nc1,12345678", {}, {"supported_code_lengths": (4, 6)}, "takes 4 or 6 digits"),
        ("code\nc1,730164", {"is_managed": False}, {}, "unmanaged: convert it"),
        ("code\nc1,111213", {}, {}, "already on the lock: “Other”"),
        ("name\nc1,New", {"is_offline_access_code": True}, {}, "Offline codes"),
        ("starts_at,ends_at\nc1,+2h,+1h", {}, {}, "end must come after the start"),
        ("starts_at\nc1,+2h", {}, {}, "both the start and the end"),
        ("type\nc1,time_bound", {}, {}, "both the start and the end"),
        ("name,code\nc1,New,730164", {"pending_mutations": (PendingMutation("updating_name", ""),)}, {},
         "still waiting for the lock"),
        ("name\nc1,Other", {}, {"code_constraints": (CodeConstraint("name_must_be_unique"),)}, "each name once"),
    ],
)  # fmt: skip
def test_what_the_app_refuses_is_left_out_with_its_reason(make_code, lock, text, code, device, words) -> None:
    other = make_code(access_code_id="c2", name="Other", pin=Pin("111213"))
    plan = planned(f"access_code_id,{text}\n", lock(make_code(**code), other, **device)).plan
    assert plan.steps == ()
    assert words in plan.left_out[0].reason


def test_a_pin_that_is_free_at_the_new_times_is_taken(make_code, lock) -> None:
    span = {"type": AccessCodeType.TIME_BOUND, "starts_at": SOON, "ends_at": LATER}
    subjects = lock(make_code(**span), make_code(access_code_id="c2", pin=Pin("111213"), **span))
    assert "already on the lock" in planned("access_code_id,code\nc1,111213\n", subjects).plan.left_out[0].reason
    moved = planned("access_code_id,code,starts_at,ends_at\nc1,111213,+7d,+7d\n", subjects).plan
    assert len(moved.steps) == 1


def test_two_lines_that_get_in_each_others_way_are_not_both_sent(make_code, lock) -> None:
    rule = {"code_constraints": (CodeConstraint("name_must_be_unique"),)}
    subjects = lock(make_code(), make_code(access_code_id="c2", pin=Pin("111213")), **rule)
    for changes in ("code\nc1,730164\nc2,730164\n", "name\nc1,Ann\nc2,Ann\n"):
        plan = planned(f"access_code_id,{changes}", subjects).plan
        assert [step.access_code_id for step in plan.steps] == ["c1"]
        assert plan.left_out[0].reason.startswith("Another of these codes")


# -- times


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2027-03-28 02:30", "The clocks skip 02:30 on 2027-03-28 in Europe/Berlin"),
        ("2027-10-31 02:30", "The clocks show 02:30 twice on 2027-10-31 in Europe/Berlin. Type 02:30+0200 or"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_a_mistake_with_its_line(make_code, lock, typed, words) -> None:
    subjects = lock(make_code(), make_code(access_code_id="c2"))
    made = planned(f"access_code_id,starts_at,ends_at\nc1,+1h,+2h\nc2,+1h,{typed}\n", subjects)
    (mistake,) = made.mistakes
    assert (mistake.line, mistake.column, mistake.value) == (3, "ends_at", typed)
    assert words in str(mistake)


def test_times_are_the_locks_own_unless_they_carry_an_offset(make_code, lock) -> None:
    text = "access_code_id,starts_at,ends_at\nc1,2026-11-25 15:00,2026-11-26 15:00-05:00\n"
    berlin, unknown = (planned(text, lock(make_code(), time_zone=zone)).plan for zone in ("Europe/Berlin", None))
    assert berlin.steps[0].values.starts_at == datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert unknown.steps[0].values.starts_at == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert berlin.steps[0].values.ends_at == datetime(2026, 11, 26, 20, tzinfo=UTC)
    assert berlin.steps[0].values.code_type is AccessCodeType.TIME_BOUND
    assert [note for note in unknown.notes if "read as UTC" in note]
    assert not [note for note in berlin.notes if "UTC" in note]


def test_only_the_end_is_changed_when_only_the_end_is_given(make_code, lock) -> None:
    code = make_code(type=AccessCodeType.TIME_BOUND, starts_at=SOON, ends_at=LATER)
    (step,) = planned("access_code_id,ends_at\nc1,+1h\n", lock(code)).plan.steps
    assert (step.values.starts_at, step.values.ends_at) == (SOON, LATER + timedelta(hours=1))
    assert [change.field for change in step.changes] == ["ends_at"]


# -- how careful one must be


def test_ten_codes_or_a_guest_at_a_real_door_ask_for_the_count(make_code, lock) -> None:
    codes = [make_code(access_code_id=f"c{number}", pin=Pin(f"48291{number}")) for number in range(10)]
    lines = [f"c{number},New {number}" for number in range(10)]

    def friction(count: int, **given: object) -> Friction:
        return planned("access_code_id,name\n" + "\n".join(lines[:count]), lock(*codes, **given)).plan.friction

    assert friction(9) is Friction.CONFIRM
    assert friction(10) is Friction.TYPE_COUNT
    production = lock(codes[0], workspace=Workspace("w1", "Work", is_sandbox=False))
    assert planned("access_code_id,code\nc0,730164\n", production).plan.friction is Friction.TYPE_COUNT


def test_notes_are_said_once_for_all(make_code, lock) -> None:
    subjects = lock(make_code(), make_code(access_code_id="c2", pin=Pin("111213")), online=False)
    notes = planned("access_code_id,code\nc1,111111\nc2,222222\n", subjects).plan.notes
    assert "Some of these PINs are easy to guess." in notes
    assert any("Some of the locks are offline" in note for note in notes)
    assert len(notes) == len(set(notes))


# -- one action on all


@pytest.mark.parametrize("action", CSV_ACTIONS)
def test_a_list_of_ids_gets_one_action(make_code, lock, action) -> None:
    code = make_code(
        is_managed=action is not ActionId.CONVERT_TO_MANAGED,
        type=AccessCodeType.TIME_BOUND,
        starts_at=SOON,
        ends_at=LATER,
        is_backup_access_code_available=True,
    )
    plan = make_csv_bulk_plan(action, (CsvRow(2, "c1"), CsvRow(3, "c9")), lock(code), NOW, {"c9": "It failed."})
    assert [(step.action_id, step.access_code_id) for step in plan.steps] == [(action, "c1")]
    assert plan.left_out == (Refusal("c9", "c9", "It failed."),)
