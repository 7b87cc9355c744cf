"""The records: what follows from their fields."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

ERROR = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "No answer.")
WARNING = Issue(IssueKind.WARNING, "being_deleted", IssueLevel.ACCESS_CODE, "Going.")

CODE = AccessCode("code-1", "device-1", "Ada", Pin("83517"), True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
offsets = st.none() | st.integers(min_value=-1000, max_value=1000).map(lambda hours: NOW + timedelta(hours=hours))


def test_errors_come_before_warnings_in_the_order_that_seam_gave() -> None:
    other = dataclasses.replace(ERROR, code="failed_to_issue")
    code = dataclasses.replace(CODE, errors=(other, ERROR), warnings=(WARNING,))
    assert code.issues == (other, ERROR, WARNING)


@pytest.mark.parametrize(
    "change",
    [
        {"status": AccessCodeStatus.REMOVING},
        {"pending_mutations": (PendingMutation("deleting", "Going."),)},
        {"warnings": (WARNING,)},
    ],
)
def test_a_code_is_being_deleted_if_status_mutation_or_warning_says_so(change: dict[str, object]) -> None:
    assert not CODE.is_being_deleted
    assert dataclasses.replace(CODE, **change).is_being_deleted  # type: ignore[arg-type]


@pytest.mark.parametrize("mutation", ["creating", "deferring_creation", "updating_code", "updating_time_frame"])
def test_other_mutations_do_not_delete(mutation: str) -> None:
    code = dataclasses.replace(CODE, pending_mutations=(PendingMutation(mutation, "Wait."),))
    assert not code.is_being_deleted


@given(offsets, offsets)
def test_an_ongoing_code_is_live_at_any_time_and_never_ends(
    starts_at: datetime | None, ends_at: datetime | None
) -> None:
    code = dataclasses.replace(CODE, starts_at=starts_at, ends_at=ends_at)
    assert code.is_live(NOW)
    assert not code.has_ended(NOW)


@given(offsets, offsets)
def test_a_time_bound_code_is_live_from_its_start_until_before_its_end(
    starts_at: datetime | None, ends_at: datetime | None
) -> None:
    code = dataclasses.replace(CODE, type=AccessCodeType.TIME_BOUND, starts_at=starts_at, ends_at=ends_at)
    started = starts_at is None or starts_at <= NOW
    assert code.is_live(NOW) is (started and not code.has_ended(NOW))
    assert not (code.is_live(NOW) and code.has_ended(NOW))


def test_the_end_itself_is_no_longer_live_and_the_start_itself_is() -> None:
    code = dataclasses.replace(CODE, type=AccessCodeType.TIME_BOUND, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    assert code.is_live(NOW)
    assert not code.is_live(NOW + timedelta(hours=1))
    assert code.has_ended(NOW + timedelta(hours=1))


def test_a_nameless_record_has_words_for_a_title() -> None:
    assert dataclasses.replace(CODE, name="").title == "(no name)"
    assert CODE.title == "Ada"
    assert Device("device-1", "", "august_lock").title == "(no name)"
    assert ConnectedAccount("account-1", "").title == "(no name)"


def test_records_are_frozen_and_slotted_because_there_are_a_hundred_thousand() -> None:
    for record in (CODE, ERROR, Device("device-1", "Door", "august_lock"), ConnectedAccount("account-1", "Yale")):
        assert not hasattr(record, "__dict__")
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, dataclasses.fields(record)[0].name, "x")


def test_the_repr_of_a_code_does_not_show_its_pin() -> None:
    assert "83517" not in repr(CODE)


def test_an_issue_is_filed_under_level_kind_and_code() -> None:
    assert ERROR.key == (IssueLevel.ACCESS_CODE, IssueKind.ERROR, "failed_to_set_on_device")
    assert ERROR.is_error
    assert not WARNING.is_error
    assert [level.label for level in IssueLevel] == ["code", "device", "account"]


@pytest.mark.parametrize(
    ("change", "takes"),
    [
        ({}, False),
        ({"can_program_online_access_codes": False}, True),
        ({"can_program_offline_access_codes": True}, True),
        ({"capabilities_supported": ("access_code",)}, True),
        ({"capabilities_supported": ("lock",)}, True),
        ({"capabilities_supported": ("thermostat",)}, False),
    ],
)
def test_a_device_takes_codes_if_it_could_program_them_at_all(change: dict[str, object], takes: bool) -> None:
    device = dataclasses.replace(Device("device-1", "Door", "august_lock"), **change)  # type: ignore[arg-type]
    assert device.takes_access_codes is takes


def test_devices_and_accounts_list_errors_before_warnings_too() -> None:
    device = Device("device-1", "Door", "august_lock", errors=(ERROR,), warnings=(WARNING,))
    account = ConnectedAccount("account-1", "Yale", errors=(ERROR,), warnings=(WARNING,))
    assert device.issues == account.issues == (ERROR, WARNING)
