"""Why an action cannot be done, in words: each rule by itself, and no subject on which asking fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations.operation import NO_ACCOUNT, NO_CODE, NO_DEVICE, OPERATIONS, READ_ONLY, why_disabled
from seam_tui.operations.plan import Values, make_plan
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import load_catalogue

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
UPDATES = [
    ActionId.CHANGE_PIN, ActionId.GENERATE_PIN, ActionId.RENAME, ActionId.CHANGE_TIMES,
    ActionId.ALLOW_EXTERNAL_MODIFICATION, ActionId.FORBID_EXTERNAL_MODIFICATION, ActionId.MAKE_ONGOING,
]  # fmt: skip
TIMES = [ActionId.CHANGE_TIMES, ActionId.MAKE_ONGOING]
PIN_CHANGES = UPDATES[:2]
DELETES = [ActionId.DELETE]
PINS = [ActionId.REVEAL_PIN, ActionId.COPY_PIN]
BOUND = {"type": AccessCodeType.TIME_BOUND, "starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
POOLED = {**BOUND, "is_backup_access_code_available": True}
STUCK = Issue(IssueKind.ERROR, "failed_to_update", IssueLevel.ACCESS_CODE, "")
OFF = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "")
TRANSFERRED = Issue(IssueKind.WARNING, "management_transferred", IssueLevel.ACCESS_CODE, "")
A = ActionId


def test_every_action_has_an_operation_and_the_catalogue_names_no_other() -> None:
    assert set(OPERATIONS) == set(ActionId) == set(ACTIONS)
    named = {action for remedy in load_catalogue().all() for action in remedy.actions}
    assert named <= set(OPERATIONS)


@pytest.mark.parametrize("action", ActionId)
def test_nothing_chosen_is_said_in_words(action) -> None:
    reason = why_disabled(action, Subject(), NOW)
    expected = {None} if action in {A.OPEN_DOCS, A.UNDO} else {NO_CODE, NO_DEVICE, NO_ACCOUNT, "Nothing is chosen."}
    assert reason in expected


@pytest.mark.parametrize("action", ActionId)
def test_read_only_disables_exactly_the_writes(make_subject, action) -> None:
    reason = why_disabled(action, make_subject(), NOW, read_only=True)
    assert (reason == READ_ONLY) == ACTIONS[action].writes


@pytest.mark.parametrize(
    "action",
    [
        *UPDATES[:5], *DELETES, *PINS, A.RECREATE, A.REFRESH_CODE, A.FREE_SLOTS, A.UNDO,
        A.COPY_IDS, A.LOCK, A.UNLOCK, A.SYNC_ACCOUNT, A.RECONNECT_ACCOUNT,
        A.REFRESH_DEVICE, A.REFRESH_ACCOUNT,
    ],
)  # fmt: skip
def test_a_plain_managed_code_can_be_acted_on(make_subject, action) -> None:
    assert why_disabled(action, make_subject(), NOW) is None


@pytest.mark.parametrize(
    ("fields", "actions", "words"),
    [
        ({"is_managed": False}, UPDATES, "unmanaged"),
        ({"is_managed": False}, [A.RECREATE], "unmanaged"),
        ({"is_offline_access_code": True}, [*UPDATES, *DELETES, A.RECREATE, A.PULL_BACKUP], "Offline"),
        ({"status": AccessCodeStatus.REMOVING}, [*UPDATES, *DELETES, A.RECREATE], "being deleted"),
        ({**POOLED, "status": AccessCodeStatus.REMOVING}, [A.PULL_BACKUP], "being deleted"),
        ({"pending_mutations": (PendingMutation("deleting", ""),)}, [*UPDATES, *DELETES], "being deleted"),
        ({"pending_mutations": (PendingMutation("deleting", ""),), "errors": (OFF,)}, DELETES, "being deleted"),
        ({"is_backup": True}, [*UPDATES, A.RECREATE], "backup"),
        ({"pending_mutations": (PendingMutation("updating_code", ""),)}, PIN_CHANGES, "still waiting"),
        ({"pending_mutations": (PendingMutation("updating_code", ""),), "errors": (OFF,)}, PIN_CHANGES, "waiting"),
        ({"pending_mutations": (PendingMutation("updating_name", ""),)}, [A.RENAME], "still waiting"),
        ({"pending_mutations": (PendingMutation("updating_time_frame", ""),)}, TIMES, "still waiting"),
        ({**BOUND, "ends_at": NOW}, [*UPDATES[:3], *UPDATES[4:], A.PULL_BACKUP, A.RECREATE], "has ended"),
        ({}, [A.MAKE_ONGOING], "ongoing already"),
        ({"is_external_modification_allowed": True}, [A.ALLOW_EXTERNAL_MODIFICATION], "allowed already"),
        ({}, [A.FORBID_EXTERNAL_MODIFICATION], "not allowed as it is"),
        ({"pin": None}, [A.RECREATE], "cannot be made again"),
        ({"is_managed": False, "cannot_delete_unmanaged_access_code": True}, DELETES, "maker's app"),
        ({"pin": None}, PINS, "does not show"),
        ({}, [A.CONVERT_TO_MANAGED], "managed already"),
        ({"is_managed": False, "cannot_be_managed": True}, [A.CONVERT_TO_MANAGED], "cannot manage"),
        ({"is_managed": False, "status": AccessCodeStatus.REMOVING}, [A.CONVERT_TO_MANAGED], "being deleted"),
        ({"is_managed": False, **POOLED}, [A.PULL_BACKUP], "Seam manages"),
        ({**POOLED, "is_backup": True}, [A.PULL_BACKUP], "backup code itself"),
        ({"is_backup_access_code_available": True}, [A.PULL_BACKUP], "ongoing"),
        ({**BOUND}, [A.PULL_BACKUP], "No backup code is available"),
        ({}, [A.SHOW_DUPLICATE, A.DELETE_DUPLICATE], "No other loaded code"),
    ],
)  # fmt: skip
def test_a_rule_of_the_code_disables_its_actions(make_subject, make_code, fields, actions, words) -> None:
    for action in actions:
        assert words in (why_disabled(action, make_subject(code=make_code(**fields)), NOW) or "")


@pytest.mark.parametrize(
    ("fields", "actions", "words"),
    [
        ({"code_constraints": (CodeConstraint("cannot_specify_pin_code"),)}, PIN_CHANGES, "maker chooses"),
        ({"device_type": "august_lock"}, [A.REPORT_CODE_LENGTHS], "SmartThings locks only"),
        ({"can_remotely_lock": False}, [A.LOCK], "bridge"),
        ({"can_remotely_lock": None}, [A.LOCK], "cannot be locked"),
        ({"can_remotely_unlock": False}, [A.UNLOCK], "bridge"),
        ({"can_remotely_unlock": None}, [A.UNLOCK], "cannot be unlocked"),
        ({"supports_backup_access_code_pool": False}, [A.PULL_BACKUP], "no backup codes"),
        ({"backup_access_code_pool_enabled": False}, [A.PULL_BACKUP], "is off"),
        ({}, [A.REPORT_TIME_ZONE], "Ultraloq"),
    ],
)
def test_a_rule_of_the_lock_disables_its_actions(make_subject, make_code, make_device, fields, actions, words) -> None:
    subject = make_subject(code=make_code(**POOLED), device=make_device(**fields))
    for action in actions:
        assert words in (why_disabled(action, subject, NOW) or "")


@pytest.mark.parametrize(
    ("action", "mutation"),
    [(A.CHANGE_PIN, "updating_code"), (A.GENERATE_PIN, "updating_code"), (A.RENAME, "updating_name"),
     (A.CHANGE_TIMES, "updating_time_frame"), (A.MAKE_ONGOING, "updating_time_frame"), (A.DELETE, "deleting")],
)  # fmt: skip
def test_what_the_lock_refused_can_be_asked_for_anew(make_subject, make_code, action, mutation) -> None:
    """Otherwise a code with a PIN that breaks a rule could never get another."""
    code = make_code(**BOUND, errors=(STUCK,), pending_mutations=(PendingMutation(mutation, ""),))
    assert why_disabled(action, make_subject(code=code), NOW) is None


def test_a_code_whose_maker_chooses_the_pin_can_be_made_again_without_one(make_subject, make_code, make_device) -> None:
    device = make_device(code_constraints=(CodeConstraint("cannot_specify_pin_code"),))
    assert why_disabled(A.RECREATE, make_subject(code=make_code(pin=None), device=device), NOW) is None


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "No code of this lock is loaded"),
        ([{"is_offline_access_code": True}, {"status": AccessCodeStatus.REMOVING}], "none of the codes on this lock"),
        ([{"is_offline_access_code": True}, {"status": AccessCodeStatus.SETTING}], "None of the codes"),
        ([{"is_offline_access_code": True}, {}], None),
    ],
)
def test_slots_are_freed_where_something_can_go(make_subject, make_code, make_device, codes, words) -> None:
    neighbours = tuple(make_code(access_code_id=f"c{n}", **fields) for n, fields in enumerate(codes))
    for maximum in (None, 10):  # a lock that does not say how many it holds can be full all the same
        device = make_device(max_active_codes_supported=maximum)
        reason = why_disabled(A.FREE_SLOTS, make_subject(code=None, device=device, neighbours=neighbours), NOW)
        assert reason is None if words is None else words in (reason or "")


def test_code_lengths_are_reported_for_smartthings_locks(make_subject, make_device) -> None:
    subject = make_subject(device=make_device(device_type="smartthings_lock"))
    assert why_disabled(A.REPORT_CODE_LENGTHS, subject, NOW) is None


def test_the_times_of_an_ended_code_can_still_be_changed(make_subject, make_code) -> None:
    subject = make_subject(code=make_code(**{**BOUND, "ends_at": NOW - HOUR}))
    assert why_disabled(A.CHANGE_TIMES, subject, NOW) is None


def test_a_backup_can_be_pulled_when_one_is_there_or_was_pulled_before(make_subject, make_code, make_device) -> None:
    assert why_disabled(A.PULL_BACKUP, make_subject(code=make_code(**POOLED)), NOW) is None
    again = make_code(**BOUND, pulled_backup_access_code_id="b1")
    without_pool = make_device(backup_access_code_pool_enabled=False)
    assert why_disabled(A.PULL_BACKUP, make_subject(code=again, device=without_pool), NOW) is None


def test_only_ultraloq_locks_take_a_time_zone(make_subject, make_device) -> None:
    subject = make_subject(device=make_device(device_type="ultraloq_lock"))
    assert why_disabled(A.REPORT_TIME_ZONE, subject, NOW) is None


def test_a_code_that_another_workspace_took_can_be_taken_back(make_subject, make_code) -> None:
    subject = make_subject(code=make_code(warnings=(TRANSFERRED,)))
    assert why_disabled(A.CONVERT_TO_MANAGED, subject, NOW) is None
    assert make_plan(A.CONVERT_TO_MANAGED, subject, NOW).steps[0].force


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"is_managed": False}, None),
        ({"is_managed": True}, "managed code"),
        ({"is_managed": False, "cannot_delete_unmanaged_access_code": True}, "maker's app"),
        ({"is_managed": False, "status": AccessCodeStatus.REMOVING}, "already being deleted"),
        ({"is_managed": False, "is_offline_access_code": True}, "Offline"),
    ],
)
def test_a_duplicate_is_deleted_only_where_that_is_possible(make_subject, make_code, fields, words) -> None:
    subject = make_subject(neighbours=(make_code(access_code_id="c2", **fields),))
    reason = why_disabled(A.DELETE_DUPLICATE, subject, NOW)
    assert reason is None if words is None else words in (reason or "")
    assert why_disabled(A.SHOW_DUPLICATE, subject, NOW) is None


def test_the_duplicate_that_the_issue_names_goes_before_one_with_the_same_pin(make_subject, make_code) -> None:
    same = make_code(access_code_id="same", is_managed=False)
    named = make_code(access_code_id="named", is_managed=False, pin=None)
    issue = Issue(IssueKind.ERROR, "duplicate_code_on_device", IssueLevel.ACCESS_CODE, "",
                  unmanaged_access_code_id="named")  # fmt: skip
    neighbours = (make_code(access_code_id="managed"), same, named)
    assert make_subject(neighbours=neighbours).duplicate == same
    assert make_subject(neighbours=neighbours, issue=issue).duplicate == named
    assert make_subject(neighbours=neighbours, code=make_code(errors=(issue,))).duplicate == named


# -- whatever Seam may send

times = st.none() | st.datetimes(timezones=st.just(UTC))
pins = st.none() | st.text("0123456789", max_size=12).map(Pin)
issues = st.builds(
    Issue, st.sampled_from(IssueKind), st.sampled_from(["x", "management_transferred", "being_deleted"]),
    st.sampled_from(IssueLevel), st.text(max_size=5), unmanaged_access_code_id=st.none() | st.just("c2"),
    managed_access_code_id=st.none() | st.just("c3"),
)  # fmt: skip
constraints = st.builds(
    CodeConstraint, st.sampled_from(["no_zeros", "cannot_specify_pin_code", "name_length", "start_date_in_future",
                                     "name_must_be_unique", "brand_new"]),
    st.none() | st.integers(0, 9), st.none() | st.integers(0, 9),
)  # fmt: skip
codes = st.builds(
    AccessCode, st.sampled_from(["c1", "c2", "c3"]), st.just("d1"), st.text(max_size=8), pins, st.booleans(),
    st.sampled_from(AccessCodeType), st.sampled_from(AccessCodeStatus), starts_at=times, ends_at=times,
    errors=st.lists(issues, max_size=2).map(tuple), warnings=st.lists(issues, max_size=2).map(tuple),
    pending_mutations=st.lists(st.builds(PendingMutation, st.sampled_from(["deleting", "updating_code", "odd"]),
                                         st.just("")), max_size=2).map(tuple),
    is_backup=st.booleans(), is_offline_access_code=st.booleans(), cannot_be_managed=st.booleans(),
    is_backup_access_code_available=st.booleans(), common_code_key=st.none() | st.just("k"),
)  # fmt: skip
devices = st.builds(
    Device, st.just("d1"), st.text(max_size=5), st.sampled_from(["yale_lock", "ultraloq_lock", "smartthings_lock", ""]),
    online=st.none() | st.booleans(), code_constraints=st.lists(constraints, max_size=3).map(tuple),
    supported_code_lengths=st.lists(st.integers(0, 12), max_size=2).map(tuple),
    can_remotely_lock=st.none() | st.booleans(), can_remotely_unlock=st.none() | st.booleans(),
)  # fmt: skip
subjects = st.builds(
    Subject, st.none() | st.builds(Workspace, st.just("w"), st.just("W"), st.booleans()),
    st.none() | st.just(ConnectedAccount("a1", "")), st.none() | devices, st.none() | codes,
    st.lists(codes, max_size=3).map(tuple), st.none() | issues,
)  # fmt: skip
values = st.builds(
    Values, pins, st.none() | st.text(max_size=5), times, times, st.none() | st.sampled_from(AccessCodeType),
    st.none() | st.booleans(), st.none() | st.sampled_from(["Europe/Berlin", "UTC", "nowhere", ""]),
    st.none() | st.lists(st.integers(0, 25), max_size=3).map(tuple),
)  # fmt: skip


@given(st.sampled_from(ActionId), subjects, values, st.booleans())
def test_no_subject_and_no_values_make_planning_fail(action, subject, typed, read_only) -> None:
    reason = why_disabled(action, subject, NOW, read_only=read_only)
    plan = make_plan(action, subject, NOW, typed, read_only=read_only)
    assert reason is None or (reason.endswith(".") and plan.refusals == (reason,))
    assert bool(plan.steps) != bool(plan.refusals)
    assert not plan.steps or action not in {A.FREE_SLOTS, A.UNDO}
    for step in plan.steps:
        assert step.action_id is action
        target = ACTIONS[action].target
        if target == "access_code" and action not in {A.COPY_IDS, A.OPEN_DOCS}:
            assert step.access_code_id is not None
    if plan.steps and ACTIONS[action].dangerous:
        assert plan.friction > 0


@given(subjects, values)
def test_a_plan_never_shows_digits(subject, typed) -> None:
    digits = Pin("840719362")
    typed = replace(typed, pin=digits)
    code = None if subject.code is None else replace(subject.code, pin=Pin("739164028"))
    for action in ActionId:
        plan = make_plan(action, replace(subject, code=code), NOW, typed)
        assert "840719362" not in f"{plan!r}{plan}"
        assert "739164028" not in f"{plan!r}{plan}"
