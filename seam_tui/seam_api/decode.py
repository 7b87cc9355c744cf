"""From the objects of Seam's answers to domain records: text made plain, PINs wrapped, levels decided.

A record is decoded once, out of the dict that the SDK's HTTP client gives: the SDK's own classes would cost as much
again, and are let go at once.
"""

from __future__ import annotations

import sys
from typing import Any

from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.event import Event
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api.decode_fields import field, finite, flag, identifier, moment, number, optional_identifier
from seam_tui.seam_api.decode_issues import issues


def _battery(properties: Any) -> Battery | None:
    battery = field(properties, "battery")
    level = finite(field(battery, "level") if battery is not None else field(properties, "battery_level"))
    status = plain_text(field(battery, "status")) or None
    return None if level is None and status is None else Battery(level, status)


def _constraint(entry: Any) -> CodeConstraint:
    return CodeConstraint(
        constraint_type=plain_text(field(entry, "constraint_type")),
        min_length=number(field(entry, "min_length")),
        max_length=number(field(entry, "max_length")),
    )


def device(record: dict[str, Any]) -> Device:
    """A device as a domain record, its `properties` flattened."""
    properties = record.get("properties")
    model = field(properties, "model")
    location = record.get("location")
    manufacturer = (
        field(model, "manufacturer_display_name")
        or field(record.get("device_manufacturer"), "display_name")
        or str(field(properties, "manufacturer") or "").replace("_", " ").title()
    )
    lengths = field(properties, "supported_code_lengths") or ()
    errors, warnings = issues(record, IssueLevel.DEVICE)
    return Device(
        device_id=identifier(record.get("device_id")),
        name=plain_text(record.get("display_name") or field(properties, "name")),
        device_type=plain_text(record.get("device_type")),
        connected_account_id=optional_identifier(record.get("connected_account_id")),
        manufacturer=sys.intern(plain_text(manufacturer)),
        model=sys.intern(plain_text(field(model, "display_name"))),
        online=flag(field(properties, "online")),
        battery=_battery(properties),
        locked=flag(field(properties, "locked")),
        time_zone=plain_text(field(location, "time_zone") or field(location, "timezone")) or None,
        location_name=plain_text(field(location, "location_name")) or None,
        created_at=moment(record.get("created_at")),
        errors=errors,
        warnings=warnings,
        code_constraints=tuple(_constraint(entry) for entry in field(properties, "code_constraints") or ()),
        supported_code_lengths=tuple(digits for length in lengths if (digits := number(length)) is not None),
        max_active_codes_supported=number(field(properties, "max_active_codes_supported")),
        supports_backup_access_code_pool=flag(field(properties, "supports_backup_access_code_pool")),
        backup_access_code_pool_enabled=flag(field(properties, "backup_access_code_pool_enabled")),
        can_program_online_access_codes=flag(record.get("can_program_online_access_codes")),
        can_program_offline_access_codes=flag(record.get("can_program_offline_access_codes")),
        can_remotely_lock=flag(record.get("can_remotely_lock")),
        can_remotely_unlock=flag(record.get("can_remotely_unlock")),
        capabilities_supported=tuple(plain_text(name) for name in record.get("capabilities_supported") or ()),
        is_managed=record.get("is_managed") is not False,
    )


def connected_account(record: dict[str, Any]) -> ConnectedAccount:
    """A connected account as a domain record."""
    errors, warnings = issues(record, IssueLevel.CONNECTED_ACCOUNT)
    return ConnectedAccount(
        connected_account_id=identifier(record.get("connected_account_id")),
        name=plain_text(record.get("display_name") or record.get("account_type_display_name")),
        account_type=plain_text(record.get("account_type")),
        created_at=moment(record.get("created_at")),
        errors=errors,
        warnings=warnings,
    )


def workspace(record: dict[str, Any]) -> Workspace:
    """A workspace as a domain record. One that does not say counts as production, the careful guess."""
    return Workspace(
        workspace_id=plain_text(record.get("workspace_id")),
        name=plain_text(record.get("name")) or "(no name)",
        is_sandbox=record.get("is_sandbox") is True,
        is_suspended=record.get("is_suspended") is True,
    )


def event(record: dict[str, Any]) -> Event | None:
    """An event as a domain record; None when it has no time to order it by."""
    created_at = moment(record.get("created_at"))
    if created_at is None:
        return None
    return Event(
        event_id=plain_text(record.get("event_id")),
        event_type=sys.intern(plain_text(record.get("event_type"))),
        created_at=created_at,
        occurred_at=moment(record.get("occurred_at")),
        access_code_id=optional_identifier(record.get("access_code_id")),
        device_id=optional_identifier(record.get("device_id")),
        connected_account_id=optional_identifier(record.get("connected_account_id")),
    )


def events(records: list[dict[str, Any]]) -> tuple[Event, ...]:
    """The events of a page that have a time.

    Raises:
        Exception: One has another shape than Seam's.
    """
    return tuple([found for record in records if (found := event(record)) is not None])


def next_cursor(page: Any) -> str | None:
    """Where the next page begins; None at the end. A page that says it badly is not taken for the last one.

    Raises:
        Exception: Its `pagination` has another shape.
    """
    pagination = field(page, "pagination")
    if pagination is None or not pagination.get("has_next_page"):
        return None
    cursor = pagination["next_page_cursor"]
    if not isinstance(cursor, str) or not cursor:
        raise TypeError("no cursor")
    return cursor


def generated_pin(record: dict[str, Any]) -> Pin:
    """The PIN of an answer of /access_codes/generate_code.

    Raises:
        TypeError: It holds none.
    """
    digits = record.get("code")
    if not isinstance(digits, str) or not digits.isdecimal():
        raise TypeError("no PIN")
    return Pin(digits)


def access_grant(record: dict[str, Any]) -> AccessGrant:
    """An access grant."""
    return AccessGrant(
        access_grant_id=identifier(record.get("access_grant_id")),
        name=plain_text(record.get("name") or ""),
        starts_at=moment(record.get("starts_at")),
        ends_at=moment(record.get("ends_at")),
        access_method_count=len(record.get("access_method_ids") or ()),
    )


def web_address(record: dict[str, Any]) -> str:
    """The address of a Connect Webview.

    Raises:
        ValueError: It holds none that a browser may open.
    """
    url = plain_text(record.get("url"))
    if not url.startswith(("https://", "http://")):
        raise ValueError("no address")
    return url
