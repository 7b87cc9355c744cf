"""Errors, warnings and pending changes: levels decided, and the PINs that they tell of wrapped or masked."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from seam_tui.domain.access_code import PendingMutation
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api.decode_fields import field, moment, number, optional_identifier

_PIN_FIELDS = frozenset({"code", "pin", "pin_code"})
_TIME_FIELDS = frozenset({"starts_at", "ends_at"})
_LEVEL_FLAGS = (
    ("is_access_code_error", IssueLevel.ACCESS_CODE),
    ("is_connected_account_error", IssueLevel.CONNECTED_ACCOUNT),
    ("is_bridge_error", IssueLevel.CONNECTED_ACCOUNT),
    ("is_device_error", IssueLevel.DEVICE),
)


def issues(
    record: dict[str, Any], owner: IssueLevel, pins: Iterable[Pin] = ()
) -> tuple[tuple[Issue, ...], tuple[Issue, ...]]:
    """The errors and the warnings of a record.

    Args:
        record: An access code, a device or a connected account.
        owner: Which of them: the level of what does not say another one.
        pins: PINs that its messages may quote.

    Raises:
        Exception: They have another shape than Seam's.
    """
    return (
        tuple([_issue(entry, IssueKind.ERROR, owner, pins) for entry in record.get("errors") or ()]),
        tuple([_issue(entry, IssueKind.WARNING, owner, pins) for entry in record.get("warnings") or ()]),
    )


def known_pins(record: dict[str, Any]) -> list[Pin]:
    """Every PIN that an access code tells of, wherever it stands: any message of the code may quote any of them."""
    own = record.get("code")
    pins = [Pin(own)] if isinstance(own, str) and own else []
    for entry in (*(record.get("errors") or ()), *(record.get("warnings") or ())):
        pins += _pins_in(_modified_fields(entry.get("modified_fields")))
    for entry in record.get("pending_mutations") or ():
        pins += _pins_in(_changes(entry))
    return pins


def scrub(text: str, pins: Iterable[Pin]) -> str:
    """A text without any of these PINs."""
    for each in pins:
        text = each.scrub(text)
    return text


def mutation(entry: dict[str, Any], pins: Iterable[Pin]) -> PendingMutation:
    """A change that the lock has not confirmed.

    Raises:
        Exception: It has another shape than Seam's.
    """
    return PendingMutation(
        mutation_code=sys.intern(plain_text(entry.get("mutation_code"))),
        message=scrub(plain_text(entry.get("message")), pins),
        created_at=moment(entry.get("created_at")),
        scheduled_at=moment(entry.get("scheduled_at")),
        changes=_changes(entry),
    )


def _issue(entry: dict[str, Any], kind: IssueKind, owner: IssueLevel, pins: Iterable[Pin]) -> Issue:
    code = plain_text(entry.get("error_code") or entry.get("warning_code")) or "unknown"
    level = owner
    if kind is IssueKind.ERROR:
        level = next((level for flag, level in _LEVEL_FLAGS if entry.get(flag) is True), owner)
        if level is IssueLevel.ACCESS_CODE and code == "bridge_disconnected" and not entry.get("is_access_code_error"):
            level = IssueLevel.CONNECTED_ACCOUNT  # neither flag is required on it: the bridge serves the account
    return Issue(
        kind=kind,
        code=sys.intern(code),
        level=level,
        message=scrub(plain_text(entry.get("message")), pins),
        created_at=moment(entry.get("created_at")),
        change_type=plain_text(entry.get("change_type")) or None,
        modified_fields=_modified_fields(entry.get("modified_fields")),
        managed_access_code_id=optional_identifier(entry.get("managed_access_code_id")),
        unmanaged_access_code_id=optional_identifier(entry.get("unmanaged_access_code_id")),
        active_access_code_count=number(entry.get("active_access_code_count")),
        max_active_access_code_count=number(entry.get("max_active_access_code_count")),
    )


def _modified_fields(entries: object) -> tuple[FieldChange, ...]:
    changes = []
    for entry in entries if isinstance(entries, list) else ():
        name = plain_text(field(entry, "field"))
        changes.append(
            FieldChange(name, _change_value(name, field(entry, "from")), _change_value(name, field(entry, "to")))
        )
    return tuple(changes)


def _changes(entry: dict[str, Any]) -> tuple[FieldChange, ...]:
    """Old and new values of a pending change."""
    old, new = entry.get("from"), entry.get("to")
    names = [*(old if isinstance(old, dict) else ()), *(new if isinstance(new, dict) else ())]
    return tuple(
        FieldChange(plain_text(name), _change_value(name, field(old, name)), _change_value(name, field(new, name)))
        for name in dict.fromkeys(names)
    )


def _change_value(name: str, value: object) -> str | datetime | Pin | None:
    if value is None:
        return None
    if name in _PIN_FIELDS:
        return Pin(str(value))
    if name in _TIME_FIELDS:
        return moment(value) or plain_text(value)
    return plain_text(value)


def _pins_in(changes: Iterable[FieldChange]) -> list[Pin]:
    return [value for change in changes for value in (change.old, change.new) if isinstance(value, Pin)]
