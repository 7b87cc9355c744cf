"""From the access codes of an answer to domain records: a load reads a hundred thousand of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.opened import opened
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api.decode_fields import (
    identifier,
    known_moment,
    known_text,
    moment,
    optional_identifier,
)
from seam_tui.seam_api.decode_issues import issues, known_pins, mutation, scrub

_OpenedCode = opened(AccessCode)
_REQUIRED = (
    "access_code_id",
    "device_id",
    "name",
    "code",
    "type",
    "status",
    "created_at",
    "errors",
    "warnings",
)
"""What each code of Seam's has, managed or not: got together they cost half as much."""
_required = itemgetter(*_REQUIRED)
_STATUSES = {status.value: status for status in AccessCodeStatus}
_UNKNOWN = AccessCodeStatus.UNKNOWN
_TIME_BOUND, _ONGOING = AccessCodeType.TIME_BOUND, AccessCodeType.ONGOING


def access_codes(records: Iterable[dict[str, Any]], is_managed: bool) -> tuple[AccessCode, ...]:
    """Managed or unmanaged access codes.

    All in one loop: a call for each code would cost a fifth more.

    Raises:
        Exception: One has another shape than Seam's.
    """
    codes = []
    raw_device_id, device_id = None, ""  # of the code before: a page is of one device, mostly
    for record in records:
        get: Callable[[str], Any] = record.get
        try:
            id_, raw_device, name, digits, kind, status, created_at, errors, warnings = _required(record)
        except KeyError:
            id_, raw_device, name, digits, kind, status, created_at, errors, warnings = map(get, _REQUIRED)
        display_status, mutations = get("display_status"), get("pending_mutations")
        own_pin = Pin(digits) if type(digits) is str and digits else None
        display_status = known_text(display_status) if type(display_status) is str else plain_text(display_status)
        if errors or warnings or mutations:
            pins = known_pins(record)
            errors, warnings = issues(record, IssueLevel.ACCESS_CODE, pins)
            mutations = tuple([mutation(entry, pins) for entry in mutations or ()])
            display_status = scrub(display_status, pins)
        else:  # nearly every code
            errors = warnings = mutations = ()
            if own_pin is not None and digits in display_status:
                display_status = own_pin.scrub(display_status)
        starts_at, ends_at = get("starts_at"), get("ends_at")
        common_code_key, pulled = get("common_code_key"), get("pulled_backup_access_code_id")
        if raw_device != raw_device_id:
            raw_device_id, device_id = raw_device, identifier(raw_device)
        # By position, in the order of the fields: names cost as much again.
        code = _OpenedCode(
            plain_text(id_),
            device_id,
            plain_text(name),
            own_pin,
            is_managed,
            _TIME_BOUND if kind == "time_bound" else _ONGOING,
            _STATUSES.get(status, _UNKNOWN),
            moment(created_at),
            known_moment(starts_at) if type(starts_at) is str else None,
            known_moment(ends_at) if type(ends_at) is str else None,
            errors,
            warnings,
            mutations,
            display_status or None,
            None if common_code_key is None else plain_text(common_code_key) or None,
            None if pulled is None else optional_identifier(pulled),
            get("is_backup") is True,
            get("is_backup_access_code_available") is True,
            get("is_external_modification_allowed") is True,
            get("is_offline_access_code") is True,
            get("is_one_time_use") is True,
            get("is_scheduled_on_device") is True,
            get("is_waiting_for_code_assignment") is True,
            get("cannot_be_managed") is True,
            get("cannot_delete_unmanaged_access_code") is True,
        )
        code.__class__ = AccessCode  # frozen from here on
        codes.append(code)
    return tuple(codes)


def managed_code(record: dict[str, Any]) -> AccessCode:
    """A managed code, whatever it says of itself.

    Raises:
        Exception: It has another shape than Seam's.
    """
    return access_codes((record,), is_managed=True)[0]


def unmanaged_code(record: dict[str, Any]) -> AccessCode:
    """An unmanaged code, whatever it says of itself.

    Raises:
        Exception: It has another shape than Seam's.
    """
    return access_codes((record,), is_managed=False)[0]


def managed_codes(records: list[dict[str, Any]]) -> tuple[AccessCode, ...]:
    """The managed codes of a page; what a server lists there although it is unmanaged is left out.

    Raises:
        Exception: One has another shape than Seam's.
    """
    managed = [record for record in records if record.get("is_managed") is not False]
    return access_codes(managed, is_managed=True)


def unmanaged_codes(records: list[dict[str, Any]]) -> tuple[AccessCode, ...]:
    """The codes of a page of unmanaged ones.

    Raises:
        Exception: One has another shape than Seam's.
    """
    return access_codes(records, is_managed=False)


def created_code(record: dict[str, Any]) -> AccessCode:
    """The code of an answer of /access_codes/create.

    Raises:
        ValueError: It has no id, so that nothing could be done with it.
        Exception: It has another shape than Seam's.
    """
    code = managed_code(record)
    if not code.access_code_id:
        raise ValueError("no id")
    return code
