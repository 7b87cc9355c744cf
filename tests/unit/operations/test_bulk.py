"""An action on many codes: what each gets, what is left out and why, and what they may not have in common."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.device import Device
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations.bulk import BULK_ACTIONS, TYPE_COUNT_FROM, Edit, make_bulk_plan, plan_many
from seam_tui.operations.checks import overlap, span_after
from seam_tui.operations.plan import Friction, Values
from seam_tui.operations.subject import Subject

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}
UNIQUE = {"code_constraints": (CodeConstraint("name_must_be_unique"),)}
A = ActionId


@pytest.fixture
def on_a_lock(make_subject, make_code, make_device):
    """Codes c0, c1, … with PINs of their own on one lock, each with the others beside it."""

    def make(*fields: dict[str, object], lock: dict[str, object] | None = None, **common: object) -> list[Subject]:
        device = make_device(**(lock or {}))
        codes = [
            make_code(**{"access_code_id": f"c{n}", "name": f"Guest {n}", "pin": Pin(f"58{n:04d}"), **common, **own})
            for n, own in enumerate(fields)
        ]
        return [
            make_subject(code=code, device=device, neighbours=tuple(other for other in codes if other is not code))
            for code in codes
        ]

    return make


def _steps(plan) -> list[str]:
    return [step.access_code_id for step in plan.steps]


def _left_out(plan) -> dict[str, str]:
    return {refusal.access_code_id: refusal.reason for refusal in plan.left_out}


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (A.DELETE, {}),
        (A.RECREATE, {}),
        (A.GENERATE_PIN, {}),
        (A.MAKE_ONGOING, LATER),
        (A.ALLOW_EXTERNAL_MODIFICATION, {}),
        (A.FORBID_EXTERNAL_MODIFICATION, {"is_external_modification_allowed": True}),
        (A.CONVERT_TO_MANAGED, {"is_managed": False}),
        (A.PULL_BACKUP, {**LATER, "is_backup_access_code_available": True}),
    ],
)
def test_each_code_gets_a_step_or_a_reason(on_a_lock, action, code) -> None:
    subjects = on_a_lock(code, code, {**code, "status": AccessCodeStatus.REMOVING})
    plan = make_bulk_plan(action, subjects, NOW)
    assert _steps(plan) == ["c0", "c1"]
    assert "being deleted" in _left_out(plan)["c2"]
    assert plan.friction is Friction.CONFIRM
    assert {step.action_id for step in plan.steps} == {action}


@pytest.mark.parametrize("action", sorted(set(ActionId) - set(BULK_ACTIONS)))
def test_what_is_not_done_with_many_opens_doors_or_gives_one_value_to_all(action) -> None:
    one_value = {A.CHANGE_PIN, A.REPORT_TIME_ZONE, A.REPORT_CODE_LENGTHS}
    by_choice = {A.FREE_SLOTS, A.UNDO}
    a_persons = {A.UNLOCK, A.RECONNECT_ACCOUNT}
    assert not ACTIONS[action].writes or action in one_value | by_choice | a_persons


def test_from_ten_codes_on_the_count_is_typed(on_a_lock) -> None:
    """UX 5."""
    few = make_bulk_plan(A.DELETE, on_a_lock(*[LATER] * (TYPE_COUNT_FROM - 1)), NOW)
    many = make_bulk_plan(A.DELETE, on_a_lock(*[LATER] * TYPE_COUNT_FROM), NOW)
    assert (few.friction, many.friction) == (Friction.CONFIRM, Friction.TYPE_COUNT)


def test_one_that_is_live_in_production_is_enough(on_a_lock) -> None:
    """UX 5."""
    subjects = [replace(subject, workspace=Workspace("w", "W", False)) for subject in on_a_lock(LATER, {})]
    assert make_bulk_plan(A.DELETE, subjects[:1], NOW).friction is Friction.CONFIRM
    assert make_bulk_plan(A.DELETE, subjects, NOW).friction is Friction.TYPE_COUNT


def test_a_template_is_filled_in_for_each_code(on_a_lock) -> None:
    plan = make_bulk_plan(A.RENAME, on_a_lock({}, {}), NOW, Edit(name_template="{name} {device} {{1}}"))
    assert [step.values.name for step in plan.steps] == ["Guest 0 Door {1}", "Guest 1 Door {1}"]


def test_one_name_for_all_is_left_to_the_first_where_the_lock_wants_each_once(on_a_lock) -> None:
    same = Edit(name_template="Crew")
    plan = make_bulk_plan(A.RENAME, on_a_lock({}, {}, lock=UNIQUE), NOW, same)
    assert _steps(plan) == ["c0"]
    assert "each name once" in _left_out(plan)["c1"]
    assert _steps(make_bulk_plan(A.RENAME, on_a_lock({}, {}), NOW, same)) == ["c0", "c1"]


@pytest.mark.parametrize(
    ("template", "words"), [("{guest}", "{guest} is unknown"), ("{", "stands alone"), ("{name[0]}", "unknown")]
)
def test_a_template_that_cannot_be_filled_in_plans_nothing(on_a_lock, template, words) -> None:
    plan = make_bulk_plan(A.RENAME, on_a_lock({}), NOW, Edit(name_template=template))
    assert plan.steps == ()
    assert words in plan.refusals[0]


def test_times_are_set_or_shifted_for_each_code(on_a_lock) -> None:
    subjects = on_a_lock(LATER, {**LATER, "ends_at": NOW + 3 * DAY})
    shifted = make_bulk_plan(A.CHANGE_TIMES, subjects, NOW, Edit(end="+2h"))
    assert [step.values.ends_at - NOW for step in shifted.steps] == [timedelta(hours=50), timedelta(hours=74)]
    assert [step.values.starts_at for step in shifted.steps] == [NOW + DAY] * 2
    fixed = make_bulk_plan(A.CHANGE_TIMES, subjects, NOW, Edit(end="2026-12-24 10:00"))
    assert {step.values.ends_at for step in fixed.steps} == {datetime(2026, 12, 24, 10, tzinfo=UTC)}


def test_a_time_that_is_none_is_said_of_each_code(on_a_lock) -> None:
    plan = make_bulk_plan(A.CHANGE_TIMES, on_a_lock(LATER), NOW, Edit(end="tomorrow"))
    assert "is no time" in _left_out(plan)["c0"]


# -- what they may not have in common


@pytest.mark.parametrize("second", [{}, LATER])
def test_two_codes_of_a_lock_never_get_the_same_pin(on_a_lock, second) -> None:
    one, other = on_a_lock({}, second)
    pin = Values(pin=Pin("840371"))
    plan = plan_many(A.CHANGE_PIN, [(one, pin), (other, pin)], NOW)
    assert _steps(plan) == ["c0"]
    assert "same PIN on this lock" in _left_out(plan)["c1"]
    assert "840371" not in f"{plan}"


def test_codes_of_different_times_or_locks_may_share_a_pin(on_a_lock, make_device) -> None:
    after = {**LATER, "starts_at": NOW + 2 * DAY, "ends_at": NOW + 3 * DAY}
    one, other = on_a_lock(LATER, after)
    elsewhere = replace(
        one, device=make_device(device_id="d2"), code=replace(one.code, access_code_id="c9", device_id="d2")
    )
    pin = Values(pin=Pin("840371"))
    assert _steps(plan_many(A.CHANGE_PIN, [(s, pin) for s in (one, other, elsewhere)], NOW)) == ["c0", "c1", "c9"]


def test_shifted_times_do_not_bring_two_codes_of_one_pin_together(on_a_lock) -> None:
    after = {**LATER, "starts_at": NOW + 5 * DAY, "ends_at": NOW + 6 * DAY}
    subjects = on_a_lock(LATER, after, pin=Pin("840371"))
    values = [Values(starts_at=NOW + 3 * DAY, ends_at=NOW + 4 * DAY)] * 2
    plan = plan_many(A.CHANGE_TIMES, list(zip(subjects, values, strict=True)), NOW)
    assert _steps(plan) == ["c0"]
    assert "same PIN on this lock" in _left_out(plan)["c1"]


def test_two_that_shared_a_pin_before_are_not_stopped_from_changing_their_names(on_a_lock) -> None:
    subjects = on_a_lock({}, {}, pin=Pin("840371"))
    assert _steps(make_bulk_plan(A.RENAME, subjects, NOW, Edit(name_template="New {name}"))) == ["c0", "c1"]


def test_a_code_that_stands_twice_in_the_list_is_acted_on_once(on_a_lock) -> None:
    (subject,) = on_a_lock({})
    plan = make_bulk_plan(A.DELETE, [subject, subject], NOW)
    assert _steps(plan) == ["c0"]
    assert "twice" in _left_out(plan)["c0"]


def test_the_duplicate_of_two_codes_is_deleted_once(on_a_lock) -> None:
    subjects = on_a_lock({}, LATER, {"is_managed": False}, pin=Pin("840371"))
    plan = make_bulk_plan(A.DELETE_DUPLICATE, subjects[:2], NOW)
    assert _steps(plan) == ["c2"]
    assert plan.steps[0].asked_on == "c0"
    assert "duplicate of two" in _left_out(plan)["c1"]


@pytest.mark.parametrize("action", [action for action in BULK_ACTIONS if ACTIONS[action].target != "access_code"])
def test_what_is_about_locks_or_accounts_is_sent_once_for_each(on_a_lock, make_device, action) -> None:
    here = on_a_lock({}, {}, {})
    there = [
        replace(subject, device=make_device(device_id="d2"), account=ConnectedAccount("a2", "Other login"))
        for subject in on_a_lock({}, {})
    ]
    plan = make_bulk_plan(action, [*here, *there], NOW)
    ids = [(step.device_id, step.connected_account_id, step.code) for step in plan.steps]
    assert ids == [("d1", "a1", None), ("d2", "a2", None)]
    assert plan.left_out == ()
    assert plan.friction is Friction.CONFIRM


def test_read_only_leaves_everything_out(on_a_lock) -> None:
    plan = make_bulk_plan(A.DELETE, on_a_lock({}, {}), NOW, read_only=True)
    assert plan.steps == ()
    assert set(_left_out(plan).values()) == {"Read-only: nothing can be changed."}


# -- whatever is asked

pins = st.sampled_from([Pin("840371"), Pin("139285"), Pin("4826")])
moments = st.integers(-2, 4).map(lambda days: NOW + days * DAY)
codes = st.builds(
    AccessCode, st.integers(0, 9).map("c{}".format), st.sampled_from(["d1", "d2"]), st.sampled_from(["A", "B"]),
    st.none() | pins, st.booleans(), st.sampled_from(AccessCodeType), st.sampled_from(AccessCodeStatus),
    starts_at=st.none() | moments, ends_at=st.none() | moments,
    pending_mutations=st.sampled_from([(), (PendingMutation("updating_code", ""),)]),
)  # fmt: skip
wanted = st.builds(
    Values, st.none() | pins, st.none() | st.sampled_from(["A", "C"]), st.none() | moments, st.none() | moments,
    st.none() | st.sampled_from(AccessCodeType),
)  # fmt: skip


@given(st.sampled_from(sorted(ActionId)), st.lists(st.tuples(codes, wanted), max_size=6), st.booleans())
def test_every_code_is_planned_once_or_left_out_and_no_two_meet_in_one_pin(action, asked, unique) -> None:
    listed = tuple(code for code, _ in asked)
    wishes = []
    for code, values in asked:
        device = Device(code.device_id, "Door", "yale_lock", **(UNIQUE if unique else {}))
        beside = tuple(o for o in listed if o.device_id == code.device_id and o.access_code_id != code.access_code_id)
        wishes.append((Subject(None, None, device, code, beside), values))
    plan = plan_many(action, wishes, NOW)
    if ACTIONS[action].target is ActionTarget.ACCESS_CODE:
        assert len(plan.steps) + len(plan.left_out) == len(asked)
    ids = [step.access_code_id for step in plan.steps if step.code is not None]
    assert len(set(ids)) == len(ids)
    assert all(refusal.reason.endswith(".") for refusal in plan.left_out)
    after = [(step.code, step.values) for step in plan.steps if step.code is not None and step.values.pin is not None]
    for index, (one, mine) in enumerate(after):
        for other, theirs in after[index + 1 :]:
            if one.device_id == other.device_id and mine.pin == theirs.pin:
                assert not overlap(span_after(one, mine), span_after(other, theirs))
    named = [(step.code.device_id, step.values.name) for step in plan.steps if step.code and step.values.name]
    assert not unique or len(set(named)) == len(named)
