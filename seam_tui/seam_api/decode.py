"""From the SDK's objects to domain records: text made plain, PINs wrapped, levels decided.

The SDK hands out dataclasses for what it knows, dicts that answer to attributes for what it does not, and plain dicts
in lists inside those; an absent field raises on the first two, so every field is read through `_get`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, cast

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.event import Event
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.opened import opened
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.domain.text import plain_text

_FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
"""A time nearer to the ends of the calendar ("never" is often 9999-12-31) cannot be told in every zone."""
_STATUSES = {status.value: status for status in AccessCodeStatus}
_OpenedCode = opened(AccessCode)
_PIN_FIELDS = frozenset({"code", "pin", "pin_code"})
_TIME_FIELDS = frozenset({"starts_at", "ends_at"})
_LEVEL_FLAGS = (
    ("is_access_code_error", IssueLevel.ACCESS_CODE),
    ("is_connected_account_error", IssueLevel.CONNECTED_ACCOUNT),
    ("is_bridge_error", IssueLevel.CONNECTED_ACCOUNT),
    ("is_device_error", IssueLevel.DEVICE),
)


def _get(record: object, field: str) -> Any:
    """A field of an SDK object or of a dict; None when it is absent."""
    # A dict is asked by key: its own methods would answer for fields such as `items`.
    return record.get(field) if isinstance(record, dict) else getattr(record, field, None)


def moment(value: object) -> datetime | None:
    """An ISO 8601 time of the API as an aware datetime; None when it is absent or no time."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    parsed = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
    return min(max(parsed, _FIRST_MOMENT), _LAST_MOMENT)


_known_moment = lru_cache(maxsize=2_048)(moment)
_known_text = lru_cache(maxsize=256)(plain_text)


def _shared_moment(value: object) -> datetime | None:
    """`moment`, and one object for equal times: stays start and end on the hour."""
    return _known_moment(value) if isinstance(value, str) else None


def _shared_text(value: object) -> str:
    """`plain_text`, and one object for equal texts: of a handful that stand on every code."""
    return _known_text(value) if isinstance(value, str) else plain_text(value)


def _pin(value: object) -> Pin | None:
    return Pin(value) if isinstance(value, str) and value else None


def _identifier(value: object) -> str:
    """An id, interned: a device's id stands in each of its codes."""
    return sys.intern(plain_text(value))


def _optional_identifier(value: object) -> str | None:
    return _identifier(value) if isinstance(value, str) and value else None


def _finite(value: object) -> int | float | None:
    """A number; Python reads the not-JSON words NaN and Infinity as numbers, too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _number(value: object) -> int | None:
    number = _finite(value)
    return None if number is None else int(number)


def _change_value(field: str, value: object) -> str | datetime | Pin | None:
    if value is None:
        return None
    if field in _PIN_FIELDS:
        return Pin(str(value))
    if field in _TIME_FIELDS:
        return moment(value) or plain_text(value)
    return plain_text(value)


def _modified_fields(entries: object) -> tuple[FieldChange, ...]:
    changes = []
    for entry in entries if isinstance(entries, list) else ():
        field = plain_text(_get(entry, "field"))
        old = _get(entry, "from_") if _get(entry, "from_") is not None else _get(entry, "from")
        changes.append(FieldChange(field, _change_value(field, old), _change_value(field, _get(entry, "to"))))
    return tuple(changes)


def _scrub(text: str, pins: Iterable[Pin]) -> str:
    for pin in pins:
        text = pin.scrub(text)
    return text


def _pins_in(changes: Iterable[FieldChange]) -> list[Pin]:
    return [value for change in changes for value in (change.old, change.new) if isinstance(value, Pin)]


def _known_pins(record: Any) -> list[Pin]:
    """Every PIN that an access code tells of, wherever it stands: any message of the code may quote any of them."""
    pin = _pin(record.code)
    pins = [] if pin is None else [pin]
    for entry in (*(record.errors or ()), *(record.warnings or ())):
        pins += _pins_in(_modified_fields(_get(entry, "modified_fields")))
    for mutation in _get(record, "pending_mutations") or ():
        pins += _pins_in(_changes(mutation))
    return pins


def _issue(entry: Any, kind: IssueKind, owner: IssueLevel, pins: list[Pin]) -> Issue:
    code = plain_text(_get(entry, "error_code") or _get(entry, "warning_code")) or "unknown"
    level = owner
    if kind is IssueKind.ERROR:
        level = next((level for flag, level in _LEVEL_FLAGS if _get(entry, flag) is True), owner)
        if (
            level is IssueLevel.ACCESS_CODE
            and code == "bridge_disconnected"
            and not _get(entry, "is_access_code_error")
        ):
            level = IssueLevel.CONNECTED_ACCOUNT  # neither flag is required on it: the bridge serves the account
    return Issue(
        kind=kind,
        code=sys.intern(code),
        level=level,
        message=_scrub(plain_text(_get(entry, "message")), pins),
        created_at=moment(_get(entry, "created_at")),
        change_type=plain_text(_get(entry, "change_type")) or None,
        modified_fields=_modified_fields(_get(entry, "modified_fields")),
        managed_access_code_id=_optional_identifier(_get(entry, "managed_access_code_id")),
        unmanaged_access_code_id=_optional_identifier(_get(entry, "unmanaged_access_code_id")),
        active_access_code_count=_number(_get(entry, "active_access_code_count")),
        max_active_access_code_count=_number(_get(entry, "max_active_access_code_count")),
    )


def _issues(
    record: Any, owner: IssueLevel, pins: list[Pin] | None = None
) -> tuple[tuple[Issue, ...], tuple[Issue, ...]]:
    known = pins or []
    return (
        tuple(_issue(entry, IssueKind.ERROR, owner, known) for entry in record.errors or ()),
        tuple(_issue(entry, IssueKind.WARNING, owner, known) for entry in record.warnings or ()),
    )


def _fields(record: Any) -> Iterable[str]:
    return record.keys() if hasattr(record, "keys") else ()


def _changes(mutation: Any) -> tuple[FieldChange, ...]:
    """Old and new values of a pending change."""
    old, new = _get(mutation, "from_") or _get(mutation, "from"), _get(mutation, "to")
    return tuple(
        FieldChange(plain_text(field), _change_value(field, _get(old, field)), _change_value(field, _get(new, field)))
        for field in dict.fromkeys([*_fields(old), *_fields(new)])
    )


def _mutation(entry: Any, pins: list[Pin]) -> PendingMutation:
    return PendingMutation(
        mutation_code=sys.intern(plain_text(_get(entry, "mutation_code"))),
        message=_scrub(plain_text(_get(entry, "message")), pins),
        created_at=moment(_get(entry, "created_at")),
        scheduled_at=moment(_get(entry, "scheduled_at")),
        changes=_changes(entry),
    )


def access_code(record: Any, is_managed: bool) -> AccessCode:
    """A managed or unmanaged access code of the SDK as a domain record."""
    # One dict for the fields that may be absent: a hundred thousand codes are asked for a dozen of them.
    given = record if isinstance(record, dict) else vars(record)
    get = given.get
    mutations = get("pending_mutations") or ()
    pin = _pin(record.code)
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    if record.errors or record.warnings or mutations:
        pins = _known_pins(record)
        errors, warnings = _issues(record, IssueLevel.ACCESS_CODE, pins)
    else:
        pins = [] if pin is None else [pin]
    made = _OpenedCode(
        access_code_id=plain_text(record.access_code_id),
        device_id=_identifier(record.device_id),
        name=plain_text(record.name),
        pin=pin,
        is_managed=is_managed,
        type=AccessCodeType.TIME_BOUND if record.type == "time_bound" else AccessCodeType.ONGOING,
        status=_STATUSES.get(record.status, AccessCodeStatus.UNKNOWN),
        created_at=moment(record.created_at),
        starts_at=_shared_moment(record.starts_at),
        ends_at=_shared_moment(record.ends_at),
        errors=errors,
        warnings=warnings,
        pending_mutations=tuple(_mutation(entry, pins) for entry in mutations) if mutations else (),
        display_status=_scrub(_shared_text(get("display_status")), pins) or None,
        common_code_key=plain_text(get("common_code_key")) or None,
        pulled_backup_access_code_id=_optional_identifier(get("pulled_backup_access_code_id")),
        is_backup=get("is_backup") is True,
        is_backup_access_code_available=get("is_backup_access_code_available") is True,
        is_external_modification_allowed=get("is_external_modification_allowed") is True,
        is_offline_access_code=get("is_offline_access_code") is True,
        is_one_time_use=get("is_one_time_use") is True,
        is_scheduled_on_device=get("is_scheduled_on_device") is True,
        is_waiting_for_code_assignment=get("is_waiting_for_code_assignment") is True,
        cannot_be_managed=get("cannot_be_managed") is True,
        cannot_delete_unmanaged_access_code=get("cannot_delete_unmanaged_access_code") is True,
    )
    made.__class__ = AccessCode  # frozen from here on
    return cast(AccessCode, made)


def created_code(record: Any) -> AccessCode:
    """The code of an answer of /access_codes/create.

    Raises:
        ValueError: It has no id, so that nothing could be done with it.
    """
    code = access_code(record, is_managed=True)
    if not code.access_code_id:
        raise ValueError("no id")
    return code


def _battery(properties: Any) -> Battery | None:
    battery = _get(properties, "battery")
    level = _finite(_get(battery, "level") if battery is not None else _get(properties, "battery_level"))
    status = plain_text(_get(battery, "status")) or None
    return None if level is None and status is None else Battery(level, status)


def _constraint(entry: Any) -> CodeConstraint:
    return CodeConstraint(
        constraint_type=plain_text(_get(entry, "constraint_type")),
        min_length=_number(_get(entry, "min_length")),
        max_length=_number(_get(entry, "max_length")),
    )


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def device(record: Any) -> Device:
    """A device of the SDK as a domain record, its `properties` flattened."""
    properties = _get(record, "properties")
    model = _get(properties, "model")
    location = _get(record, "location")
    manufacturer = (
        _get(model, "manufacturer_display_name")
        or _get(_get(record, "device_manufacturer"), "display_name")
        or str(_get(properties, "manufacturer") or "").replace("_", " ").title()
    )
    lengths = _get(properties, "supported_code_lengths") or ()
    errors, warnings = _issues(record, IssueLevel.DEVICE)
    return Device(
        device_id=_identifier(record.device_id),
        name=plain_text(record.display_name or _get(properties, "name")),
        device_type=plain_text(record.device_type),
        connected_account_id=_optional_identifier(record.connected_account_id),
        manufacturer=sys.intern(plain_text(manufacturer)),
        model=sys.intern(plain_text(_get(model, "display_name"))),
        online=_flag(_get(properties, "online")),
        battery=_battery(properties),
        locked=_flag(_get(properties, "locked")),
        time_zone=plain_text(_get(location, "time_zone") or _get(location, "timezone")) or None,
        location_name=plain_text(_get(location, "location_name")) or None,
        created_at=moment(record.created_at),
        errors=errors,
        warnings=warnings,
        code_constraints=tuple(_constraint(entry) for entry in _get(properties, "code_constraints") or ()),
        supported_code_lengths=tuple(number for length in lengths if (number := _number(length)) is not None),
        max_active_codes_supported=_number(_get(properties, "max_active_codes_supported")),
        supports_backup_access_code_pool=_flag(_get(properties, "supports_backup_access_code_pool")),
        backup_access_code_pool_enabled=_flag(_get(properties, "backup_access_code_pool_enabled")),
        can_program_online_access_codes=_flag(record.can_program_online_access_codes),
        can_program_offline_access_codes=_flag(record.can_program_offline_access_codes),
        can_remotely_lock=_flag(record.can_remotely_lock),
        can_remotely_unlock=_flag(record.can_remotely_unlock),
        capabilities_supported=tuple(plain_text(name) for name in record.capabilities_supported or ()),
        is_managed=record.is_managed is not False,
    )


def connected_account(record: Any) -> ConnectedAccount:
    """A connected account of the SDK as a domain record."""
    errors, warnings = _issues(record, IssueLevel.CONNECTED_ACCOUNT)
    return ConnectedAccount(
        connected_account_id=_identifier(record.connected_account_id),
        name=plain_text(record.display_name or record.account_type_display_name),
        account_type=plain_text(record.account_type),
        created_at=moment(record.created_at),
        errors=errors,
        warnings=warnings,
    )


def workspace(record: Any) -> Workspace:
    """A workspace of the SDK as a domain record. One that does not say counts as production, the careful guess."""
    return Workspace(
        workspace_id=plain_text(record.workspace_id),
        name=plain_text(record.name) or "(no name)",
        is_sandbox=record.is_sandbox is True,
        is_suspended=record.is_suspended is True,
    )


def event(record: Any) -> Event | None:
    """An event of the SDK as a domain record; None when it has no time to order it by."""
    created_at = moment(_get(record, "created_at"))
    if created_at is None:
        return None
    return Event(
        event_id=plain_text(_get(record, "event_id")),
        event_type=sys.intern(plain_text(_get(record, "event_type"))),
        created_at=created_at,
        occurred_at=moment(_get(record, "occurred_at")),
        access_code_id=_optional_identifier(_get(record, "access_code_id")),
        device_id=_optional_identifier(_get(record, "device_id")),
        connected_account_id=_optional_identifier(_get(record, "connected_account_id")),
    )


def next_cursor(page: Any) -> str | None:
    """Where the next page begins; None at the end. A page that says it badly is not taken for the last one.

    Raises:
        Exception: Its `pagination` has another shape.
    """
    pagination = _get(page, "pagination")
    if pagination is None or not pagination.get("has_next_page"):
        return None
    cursor = pagination["next_page_cursor"]
    if not isinstance(cursor, str) or not cursor:
        raise TypeError("no cursor")
    return cursor


def generated_pin(record: Any) -> Pin:
    """The PIN of an answer of /access_codes/generate_code.

    Raises:
        TypeError: It holds none.
    """
    digits = record.code
    if not isinstance(digits, str) or not digits.isdecimal():
        raise TypeError("no PIN")
    return Pin(digits)


def access_grant(record: Any) -> AccessGrant:
    """An access grant."""
    return AccessGrant(
        access_grant_id=_identifier(_get(record, "access_grant_id")),
        name=plain_text(_get(record, "name") or ""),
        starts_at=moment(_get(record, "starts_at")),
        ends_at=moment(_get(record, "ends_at")),
        access_method_count=len(_get(record, "access_method_ids") or ()),
    )


def web_address(record: Any) -> str:
    """The address of a Connect Webview.

    Raises:
        ValueError: It holds none that a browser may open.
    """
    url = plain_text(record.url)
    if not url.startswith(("https://", "http://")):
        raise ValueError("no address")
    return url
