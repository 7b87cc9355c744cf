from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.store import Unread, WorkspaceStore
from seam_tui.workspace.triage import (
    Moment,
    Severity,
    error_test,
    is_on_lock,
    order_for_triage,
    severity_of,
    severity_of_device,
    slots_used,
    status_in_words,
)

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def error(code: str, level: IssueLevel = IssueLevel.ACCESS_CODE) -> Issue:
    return Issue(IssueKind.ERROR, code, level, "m")


def warning(code: str) -> Issue:
    return Issue(IssueKind.WARNING, code, IssueLevel.ACCESS_CODE, "m")


def pending(mutation_code: str) -> PendingMutation:
    return PendingMutation(mutation_code, "m")


def ongoing(**fields: object) -> AccessCode:
    base = AccessCode("c1", "d1", "Guest", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return replace(base, **fields)


def stay(starts: timedelta, ends: timedelta, **fields: object) -> AccessCode:
    return ongoing(**{"type": AccessCodeType.TIME_BOUND, "starts_at": NOW + starts, "ends_at": NOW + ends} | fields)


def severity(code: AccessCode) -> Severity:
    return severity_of(code, code.issues, NOW)


UNSET, SETTING, SET = AccessCodeStatus.UNSET, AccessCodeStatus.SETTING, AccessCodeStatus.SET
OFFLINE = error("device_disconnected", IssueLevel.DEVICE)


class TestSeverity:
    def test_a_live_code_with_an_error_of_its_own_is_urgent(self) -> None:
        assert severity(ongoing(errors=(error("failed_to_issue"),))) is Severity.URGENT
        assert severity(stay(-HOUR, DAY, errors=(error("never_heard_of"),))) is Severity.URGENT

    def test_a_code_with_an_error_is_urgent_from_24_hours_before_its_start(self) -> None:
        wrong = (error("failed_to_set_on_device"),)
        assert severity(stay(24 * HOUR, 3 * DAY, status=UNSET, errors=wrong)) is Severity.URGENT
        assert severity(stay(25 * HOUR, 3 * DAY, status=UNSET, errors=wrong)) is Severity.ERROR

    def test_a_code_that_still_opens_after_its_end_is_urgent(self) -> None:
        assert severity(stay(-DAY, -HOUR, errors=(error("failed_to_delete"),))) is Severity.URGENT
        assert severity(stay(-DAY, -HOUR, errors=(error("failed_to_remove_from_device"),))) is Severity.URGENT
        assert severity(stay(-DAY, -HOUR, errors=(error("failed_to_issue"),))) is Severity.ERROR

    def test_a_code_that_is_on_a_lock_that_is_offline_still_opens_it_and_is_not_urgent(self) -> None:
        assert severity(ongoing(errors=(OFFLINE,))) is Severity.ERROR
        assert severity(ongoing(errors=(OFFLINE,), is_managed=False)) is Severity.ERROR

    def test_a_live_code_that_is_not_on_its_offline_lock_is_urgent(self) -> None:
        assert severity(ongoing(errors=(OFFLINE,), status=UNSET)) is Severity.URGENT
        assert severity(ongoing(errors=(OFFLINE,), status=SETTING)) is Severity.URGENT

    def test_a_live_code_that_could_not_be_removed_is_an_error_and_not_urgent(self) -> None:
        assert severity(ongoing(errors=(error("failed_to_remove_from_device"),))) is Severity.ERROR

    def test_a_code_that_is_being_removed_is_never_urgent_before_its_end(self) -> None:
        code = ongoing(errors=(error("failed_to_set_on_device"),), warnings=(warning("being_deleted"),))
        assert severity(code) is Severity.ERROR

    def test_a_code_with_warnings_only_is_a_warning(self) -> None:
        assert severity(ongoing(warnings=(warning("delay_in_issuing"),))) is Severity.WARNING

    def test_inherited_errors_decide_too(self) -> None:
        assert severity_of(ongoing(status=UNSET), (OFFLINE,), NOW) is Severity.URGENT

    @pytest.mark.parametrize(
        "code",
        [
            ongoing(status=SETTING),
            ongoing(status=AccessCodeStatus.REMOVING),
            ongoing(pending_mutations=(pending("updating_code"),)),
            ongoing(is_waiting_for_code_assignment=True),
            stay(HOUR, DAY, status=UNSET, pending_mutations=(pending("creating"),)),
            stay(-HOUR, DAY, status=UNSET),
        ],
    )
    def test_a_code_that_waits_for_its_lock_is_pending(self, code: AccessCode) -> None:
        assert severity(code) is Severity.PENDING

    @pytest.mark.parametrize(
        "code",
        [
            ongoing(),
            stay(4 * DAY, 5 * DAY, status=UNSET),
            stay(4 * DAY, 5 * DAY, status=UNSET, pending_mutations=(pending("creating"),)),
            stay(HOUR, DAY, status=UNSET, pending_mutations=(pending("deferring_creation"),)),
            stay(HOUR, DAY, status=UNSET, is_scheduled_on_device=True),
            stay(-2 * DAY, -DAY, status=UNSET),
            ongoing(status=UNSET, is_offline_access_code=True),
        ],
    )
    def test_a_code_that_is_where_it_should_be_is_ok(self, code: AccessCode) -> None:
        assert severity(code) is Severity.OK

    def test_severities_read_right_without_colour(self) -> None:
        assert [level.label for level in sorted(Severity)] == [
            "‼ urgent", "✖ error", "▲ warning", "◌ waiting", "✓ ok",
        ]  # UX 19  # fmt: skip


class TestWords:
    @pytest.mark.parametrize(
        ("code", "words"),
        [
            (ongoing(), "on the lock"),
            (ongoing(status=SETTING), "waiting for the lock"),
            (ongoing(status=UNSET), "waiting for the lock"),
            (ongoing(status=AccessCodeStatus.REMOVING), "removing"),
            (ongoing(pending_mutations=(pending("deleting"),)), "removing"),
            (ongoing(pending_mutations=(pending("updating_code"),)), "changing PIN"),
            (
                ongoing(pending_mutations=(pending("updating_code"), pending("updating_time_frame"))),
                "changing PIN and times",
            ),
            (stay(3 * DAY, 4 * DAY, status=UNSET), "not on the lock yet (starts in 3 days; that is normal)"),
            (
                stay(3 * DAY, 4 * DAY, status=UNSET, errors=(error("failed_to_set_on_device"),)),
                "not on the lock yet (starts in 3 days)",
            ),
            (
                stay(HOUR, DAY, status=UNSET, warnings=(warning("delay_in_issuing"),)),
                "not on the lock yet (starts in 1 h)",
            ),
            (stay(3 * DAY, 4 * DAY), "on the lock (starts in 3 days)"),
            (
                stay(3 * DAY, 4 * DAY, status=UNSET, is_scheduled_on_device=True),
                "scheduled on the lock (starts in 3 days)",
            ),
            (stay(-3 * DAY, -DAY, status=UNSET), "ended"),
            (stay(-3 * DAY, -DAY), "ended, still on the lock"),
            (ongoing(is_offline_access_code=True, status=UNSET), "works without a connection"),
            (ongoing(is_waiting_for_code_assignment=True, status=SETTING), "waiting for a PIN from the maker"),
            (ongoing(errors=(error("access_code_inactive"),)), "switched off on the lock"),
            (ongoing(status=AccessCodeStatus.UNKNOWN), "unknown: Seam cannot see the lock"),
        ],
    )
    def test_status_says_where_a_code_stands(self, code: AccessCode, words: str) -> None:
        assert status_in_words(code, NOW) == words

    def test_seams_own_free_text_decides_nothing(self) -> None:
        assert status_in_words(ongoing(display_status="removing"), NOW) == "on the lock"


class TestSlots:
    def test_managed_on_the_lock_unmanaged_and_backup_codes_use_slots(self) -> None:
        store = WorkspaceStore()
        store.apply_codes(
            [
                ongoing(access_code_id="set"),
                ongoing(access_code_id="unmanaged", is_managed=False),
                ongoing(access_code_id="backup", is_backup=True, status=UNSET),
                ongoing(access_code_id="scheduled", is_scheduled_on_device=True, status=UNSET),
                ongoing(access_code_id="unseen", status=AccessCodeStatus.UNKNOWN),
                ongoing(access_code_id="not yet", status=UNSET),
                ongoing(access_code_id="computed", is_offline_access_code=True),
            ]
        )
        assert slots_used(store, "d1") == 5

    def test_seams_own_count_wins_when_it_is_higher(self) -> None:
        store = WorkspaceStore()
        full = replace(warning("max_access_codes_reached"), level=IssueLevel.DEVICE, active_access_code_count=30)
        store.apply_devices([Device("d1", "D", "lock", warnings=(full,))])
        store.apply_codes([ongoing()])
        assert slots_used(store, "d1") == 30

    def test_a_change_in_flight_does_not_take_a_code_off_the_lock(self) -> None:
        assert is_on_lock(ongoing(status=SETTING, pending_mutations=(pending("updating_name"),)))
        assert not is_on_lock(ongoing(status=SETTING, pending_mutations=(pending("creating"),)))


class TestOrder:
    def test_what_is_urgent_comes_first_then_by_start_then_by_name(self) -> None:
        wrong = (error("failed_to_issue"),)
        codes = [
            ongoing(access_code_id="ok b", name="b"),
            ongoing(access_code_id="ok a", name="A"),
            stay(-3 * DAY, -DAY, access_code_id="ended"),
            stay(3 * DAY, 4 * DAY, access_code_id="later"),
            stay(2 * DAY, 4 * DAY, access_code_id="sooner"),
            ongoing(access_code_id="warned", warnings=(warning("w"),)),
            stay(5 * HOUR, DAY, access_code_id="urgent, coming", errors=wrong, status=UNSET),
            stay(-3 * DAY, -DAY, access_code_id="urgent, still opens", errors=(error("failed_to_delete"),)),
            stay(-DAY, DAY, access_code_id="urgent, live", errors=wrong),
            ongoing(access_code_id="waits", status=SETTING),
            stay(-3 * DAY, -DAY, access_code_id="wrong, ended", errors=wrong),
            stay(5 * DAY, 6 * DAY, access_code_id="wrong, coming", errors=wrong, status=UNSET),
        ]
        assert order_for_triage(WorkspaceStore(), codes, NOW) == [
            "urgent, live", "urgent, still opens", "urgent, coming", "wrong, coming", "wrong, ended", "warned",
            "waits", "ok a", "ok b", "sooner", "later", "ended",
        ]  # fmt: skip

    def test_an_id_is_told_whole_whatever_signs_it_has(self) -> None:
        codes = [ongoing(access_code_id="a\0b", name="b"), ongoing(access_code_id="\0", name="a")]
        assert order_for_triage(WorkspaceStore(), codes, NOW) == ["\0", "a\0b"]

    def test_rows_with_errors_are_exactly_the_codes_that_are_counted(self) -> None:
        store = WorkspaceStore()
        store.apply_devices([Device("d1", "D", "lock", errors=(OFFLINE,)), Device("d2", "E", "lock")])
        computed = ongoing(access_code_id="c", is_offline_access_code=True)
        store.apply_codes([ongoing(access_code_id="a"), ongoing(access_code_id="b", device_id="d2"), computed])
        wrong = [c for c in store.codes.values() if severity_of(c, store.issues_of_code(c), NOW) <= Severity.ERROR]
        assert store.counts.codes_with_errors == len(wrong) == 1
        assert list(filter(error_test(store), store.codes.values())) == wrong

    def test_a_lock_is_as_bad_as_the_worst_of_itself_and_its_codes_and_bad_when_it_could_not_be_read(self) -> None:
        store = WorkspaceStore()
        store.apply_devices(
            [
                Device("codes", "A", "lock"),
                Device("itself", "B", "lock", errors=(OFFLINE,)),
                Device("warned", "C", "lock", warnings=(warning("w"),)),
                Device("unread", "D", "lock"),
                Device("well", "E", "lock"),
            ]
        )
        store.apply_codes([ongoing(device_id="codes", errors=(error("failed_to_issue"),))])
        store.mark_unread(Unread("unread", "Seam did not answer."))
        found = {key: severity_of_device(store, key).word for key in store.devices}
        assert found == {"codes": "error", "itself": "error", "warned": "warning", "unread": "error", "well": "ok"}


moments = st.integers(-200, 200).map(lambda hours: NOW + hours * HOUR)
issues = st.sampled_from([(), (error("failed_to_issue"),), (error("failed_to_delete"),), (OFFLINE,)])
codes = st.builds(
    ongoing,
    access_code_id=st.sampled_from([f"c{number}" for number in range(40)]),
    name=st.sampled_from(["Ann", "bea", "Ćiro", ""]),
    type=st.sampled_from(AccessCodeType),
    status=st.sampled_from(AccessCodeStatus),
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    errors=issues,
    pending_mutations=st.sampled_from([(), (pending("creating"),), (pending("updating_code"),)]),
)


@given(codes, moments, st.integers(0, 300))
def test_between_two_turns_time_changes_neither_severity_nor_place(code: AccessCode, now: datetime, hours: int) -> None:
    key, turn = Moment(now).place(code, code.issues)
    later = now + hours * HOUR
    if later.timestamp() < turn:
        assert Moment(later).place(code, code.issues)[0] == key


@given(st.lists(st.tuples(st.lists(codes, max_size=30), st.lists(st.integers(0, 39), max_size=3), st.integers(0, 30))))
def test_an_order_kept_up_to_date_equals_one_made_anew(
    rounds: list[tuple[list[AccessCode], list[int], int]],
) -> None:
    store, now = WorkspaceStore(), NOW - 100 * HOUR
    order = TriageOrder(store, now)
    for page, gone, hours in rounds:
        order.apply(store.apply_codes(page), now)
        for number in gone:
            order.apply(store.remove_code(f"c{number}"), now)
        assert list(order.ids) == order_for_triage(store, store.codes.values(), now)
        now += hours * HOUR
        order.advance(now)
        assert list(order.ids) == order_for_triage(store, store.codes.values(), now)


def test_an_error_of_the_device_moves_its_codes_up() -> None:
    store = WorkspaceStore()
    store.apply_codes([ongoing(access_code_id=f"c{n:03}", device_id=f"d{n % 5}") for n in range(500)])
    order = TriageOrder(store, NOW)
    assert order.apply(store.apply_devices([Device("d3", "D", "lock", errors=(OFFLINE,))]), NOW)
    assert set(order.ids[:100]) == set(store.code_ids_of_device("d3"))
    assert not order.apply(store.apply_devices([Device("d3", "renamed", "lock", errors=(OFFLINE,))]), NOW)


def test_keys_of_one_severity_sort_by_start() -> None:
    starts = [stay(hours * HOUR, 30 * DAY) for hours in (30, 10, 20)]
    keys = sorted(Moment(NOW).place(code, ())[0] for code in starts)
    assert all(first < second for first, second in pairwise(keys))
