"""Slots of a lock: how many are taken, what can go first, and that nobody's live code goes without a word."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.operations.operation import why_not_deleted
from seam_tui.operations.plan import Friction
from seam_tui.operations.slots import SlotReason, plan_for, proposal_for, propose_slots
from seam_tui.operations.subject import Subject

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
SET, UNSET, SETTING, REMOVING, UNKNOWN = (AccessCodeStatus(name) for name in ("set", "unset", "setting", "removing",
                                                                              "unknown"))  # fmt: skip
BOUND = {"type": AccessCodeType.TIME_BOUND}
ENDED = {**BOUND, "starts_at": NOW - 9 * DAY, "ends_at": NOW - 3 * DAY}
LIVE = {**BOUND, "starts_at": NOW - DAY, "ends_at": NOW + DAY}
LATER = {**BOUND, "starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}
NOT_GONE = Issue(IssueKind.ERROR, "failed_to_delete", IssueLevel.ACCESS_CODE, "")
FULL = Issue(IssueKind.WARNING, "max_access_codes_reached", IssueLevel.DEVICE, "",
             active_access_code_count=7, max_active_access_code_count=8)  # fmt: skip


def _named(proposal) -> list[str]:
    return [entry.code.access_code_id for entry in proposal.entries]


@pytest.mark.parametrize(
    ("fields", "is_held"),
    [
        ({}, True),
        ({"status": UNKNOWN}, True),
        ({"status": REMOVING}, True),
        ({"status": UNSET}, False),
        ({"status": SETTING}, False),
        ({**LATER, "status": UNSET}, False),
        ({**LATER, "status": UNSET, "is_scheduled_on_device": True}, True),
        ({"is_managed": False, "status": UNSET}, True),
        ({"is_backup": True, "status": UNSET}, True),
        ({"is_offline_access_code": True}, False),
        ({**ENDED, "status": UNSET}, True),
    ],
)
def test_a_slot_is_taken_by_what_the_lock_holds(make_code, make_device, fields, is_held) -> None:
    proposal = propose_slots(make_device(max_active_codes_supported=5), [make_code(**fields)], NOW)
    assert (proposal.used, proposal.free) == ((1, 4) if is_held else (0, 5))


@pytest.mark.parametrize(
    ("device", "used", "maximum", "free"),
    [
        ({}, 1, None, None),
        ({"max_active_codes_supported": 1}, 1, 1, 0),
        ({"max_active_codes_supported": 0}, 1, 0, 0),
        ({"warnings": (FULL,)}, 7, 8, 1),
        ({"warnings": (FULL,), "max_active_codes_supported": 20}, 7, 20, 13),
    ],
)
def test_seams_own_count_of_the_lock_goes_before_ours_where_it_is_higher(
    make_code, make_device, device, used, maximum, free
) -> None:
    proposal = propose_slots(make_device(**device), [make_code()], NOW)
    assert (proposal.used, proposal.maximum, proposal.free) == (used, maximum, free)


def test_spare_backups_are_counted_by_nobody_and_that_is_said(make_device) -> None:
    assert propose_slots(make_device(backup_access_code_pool_enabled=True), [], NOW).hides_spares
    assert not propose_slots(make_device(backup_access_code_pool_enabled=None), [], NOW).hides_spares


def test_what_nobody_misses_goes_first_and_what_is_live_stands_last(make_code, make_device) -> None:
    codes = [
        make_code(access_code_id="live", created_at=NOW - 9 * DAY, **LIVE),
        make_code(access_code_id="old", pin=None, created_at=NOW - 8 * DAY, **LATER),
        make_code(access_code_id="older", pin=None, created_at=NOW - 9 * DAY, is_managed=False, **LATER),
        make_code(access_code_id="ageless", pin=None, **LATER),
        make_code(access_code_id="twin", is_managed=False, **LATER),
        make_code(access_code_id="stuck", status=REMOVING, errors=(NOT_GONE,), **ENDED),
        make_code(access_code_id="ended", pin=None, **ENDED),
        make_code(access_code_id="live twin", name="Copy", is_managed=False, created_at=NOW),
    ]
    proposal = propose_slots(make_device(), codes, NOW)
    assert _named(proposal) == ["ended", "stuck", "twin", "older", "old", "ageless", "live twin", "live"]
    assert [entry.kind for entry in proposal.entries] == [
        SlotReason.ENDED, SlotReason.PAST_END, SlotReason.DUPLICATE, SlotReason.OLD, SlotReason.OLD, SlotReason.OLD,
        SlotReason.DUPLICATE, SlotReason.OLD,
    ]  # fmt: skip
    assert [entry.chosen for entry in proposal.entries] == [True] * 3 + [False] * 5
    assert [entry.is_live for entry in proposal.entries] == [False] * 6 + [True] * 2
    reasons = {entry.code.access_code_id: entry.reason for entry in proposal.entries}
    assert reasons == {
        "ended": "It ended 3 days ago.",
        "stuck": "It ended 3 days ago and is still on the lock: its removal failed.",
        "twin": "Unmanaged, with the same PIN as “Guest”.",
        "older": "Unmanaged, made 9 days ago.",
        "old": "Managed, made 8 days ago.",
        "ageless": "Managed; since when is not known.",
        "live twin": "Unmanaged, with the same PIN as “Guest”.",
        "live": "Managed, made 9 days ago.",
    }


def test_of_two_unmanaged_codes_with_one_pin_the_older_is_the_duplicate(make_code, make_device) -> None:
    codes = [
        make_code(access_code_id="new", is_managed=False, created_at=NOW - DAY, **LATER),
        make_code(access_code_id="old", is_managed=False, created_at=NOW - 2 * DAY, **LATER),
    ]
    proposal = propose_slots(make_device(), codes, NOW)
    assert [(entry.code.access_code_id, entry.kind) for entry in proposal.entries] == [
        ("old", SlotReason.DUPLICATE), ("new", SlotReason.OLD)
    ]  # fmt: skip


def test_an_unmanaged_code_in_the_way_of_one_that_waits_is_its_duplicate(make_code, make_device) -> None:
    waiting = make_code(access_code_id="waiting", status=SETTING, **LATER)
    other = make_code(access_code_id="other", is_managed=False, **LATER)
    (entry,) = propose_slots(make_device(), [waiting, other], NOW).entries
    assert (entry.code.access_code_id, entry.kind, entry.chosen) == ("other", SlotReason.DUPLICATE, True)


def test_what_cannot_be_deleted_is_counted_and_told(make_code, make_device) -> None:
    codes = [
        make_code(access_code_id="going", status=REMOVING),
        make_code(access_code_id="kept", is_managed=False, cannot_delete_unmanaged_access_code=True),
    ]
    proposal = propose_slots(make_device(), codes, NOW)
    assert proposal.entries == ()
    assert proposal.used == 2
    reasons = {refusal.access_code_id: refusal.reason for refusal in proposal.left_out}
    assert "already being deleted" in reasons["going"]
    assert "maker's app" in reasons["kept"]


def test_the_code_that_is_looked_at_counts_too(make_subject, make_code) -> None:
    subject = make_subject(code=make_code(**ENDED), neighbours=(make_code(access_code_id="c2"),))
    assert _named(proposal_for(subject, NOW)) == ["c1", "c2"]
    assert proposal_for(Subject(), NOW) is None


# -- the plan


def test_the_plan_deletes_the_chosen_ones_and_no_other(make_subject, make_code) -> None:
    others = (make_code(access_code_id="c2", **ENDED), make_code(access_code_id="c3", is_managed=False))
    plan = plan_for(make_subject(code=None, neighbours=others), ["c3", "c2", "gone"], NOW)
    assert [(step.action_id, step.access_code_id) for step in plan.steps] == [
        (ActionId.DELETE, "c2"), (ActionId.DELETE, "c3")
    ]  # fmt: skip
    assert any("live now" in note for note in plan.notes)


def test_a_live_code_among_them_wants_the_count_typed_in_production(make_subject, make_code) -> None:
    """UX 5."""
    production = Workspace("w", "W", is_sandbox=False)
    codes = (make_code(access_code_id="c2", **ENDED), make_code(access_code_id="c3", **LIVE))
    subject = make_subject(workspace=production, code=None, neighbours=codes)
    assert plan_for(subject, ["c2"], NOW).friction is Friction.CONFIRM
    assert plan_for(subject, ["c2", "c3"], NOW).friction is Friction.TYPE_COUNT


def test_read_only_frees_nothing(make_subject) -> None:
    plan = plan_for(make_subject(), ["c1"], NOW, read_only=True)
    assert plan.steps == ()
    assert "Read-only" in plan.left_out[0].reason


# -- whatever a lock holds

moments = st.none() | st.integers(-3, 3).map(lambda days: NOW + days * DAY)
codes = st.builds(
    AccessCode, st.integers(0, 10**6).map("c{}".format), st.just("d1"), st.sampled_from(["A", ""]),
    st.none() | st.sampled_from([Pin("1357"), Pin("2468")]), st.booleans(), st.sampled_from(AccessCodeType),
    st.sampled_from(AccessCodeStatus), created_at=moments, starts_at=moments, ends_at=moments,
    errors=st.sampled_from([(), (NOT_GONE,)]), is_backup=st.booleans(), is_offline_access_code=st.booleans(),
    is_scheduled_on_device=st.booleans(), cannot_delete_unmanaged_access_code=st.booleans(),
)  # fmt: skip
listed = st.lists(codes, max_size=8, unique_by=lambda code: code.access_code_id)


@given(listed, st.none() | st.integers(0, 9))
def test_no_proposal_takes_a_live_code_unasked_or_names_one_that_cannot_go(listed, maximum) -> None:
    device = Device("d1", "Door", "yale_lock", max_active_codes_supported=maximum)
    proposal = propose_slots(device, listed, NOW)
    assert len(set(_named(proposal))) == len(proposal.entries)
    assert len(proposal.entries) + len(proposal.left_out) == proposal.used <= len(listed)
    for entry in proposal.entries:
        assert why_not_deleted(entry.code) is None
        assert entry.is_live == entry.code.is_live(NOW)
        assert not (entry.chosen and entry.is_live)
        assert entry.reason.endswith(".")
        assert "1357" not in entry.reason
        assert "2468" not in entry.reason
    order = [(entry.is_live, entry.kind) for entry in proposal.entries]
    assert order == sorted(order)
    assert proposal.free is None or 0 <= proposal.free <= (maximum or 0)
    assert propose_slots(device, reversed(listed), NOW).entries == proposal.entries


@given(listed)
def test_letting_all_duplicates_go_leaves_every_pin_on_the_lock(listed) -> None:
    device = Device("d1", "Door", "yale_lock")
    gone = {e.code.access_code_id for e in propose_slots(device, listed, NOW).entries if e.kind is SlotReason.DUPLICATE}
    left = {code.pin for code in listed if code.access_code_id not in gone}
    assert left == {code.pin for code in listed}


@given(listed)
def test_what_is_planned_is_what_was_chosen(listed) -> None:
    subject = Subject(device=Device("d1", "Door", "yale_lock"), neighbours=tuple(listed))
    proposal = proposal_for(subject, NOW)
    plan = plan_for(subject, _named(proposal), NOW)
    assert {step.access_code_id for step in plan.steps} == set(_named(proposal))
    assert plan.left_out == ()
