"""A code as a picture on disk may show it: no PIN, and no text in which one of its own PINs stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from seam_tui.domain.access_code import AccessCode, PendingMutation
from seam_tui.domain.issue import FieldChange, Issue
from seam_tui.domain.pin import MASK, Pin

_Changing = TypeVar("_Changing", Issue, PendingMutation)
_Value = str | datetime | Pin | None


def without_pins(code: AccessCode) -> AccessCode:
    """The code as a picture gives it back: `mask_own_pins`, and no PIN of its own."""
    return replace(mask_own_pins(code), pin=None)


def mask_own_pins(code: AccessCode) -> AccessCode:
    """The code with all PINs that it tells of masked in its texts, and taken out of its changes; `pin` stays.

    Only the code's own PINs are looked for: among 100,000 codes every number of four digits is somebody's PIN.
    """
    pins = tuple(pins_of(code))
    if not pins:
        return code
    name = _masked(code.name, pins)
    display_status = code.display_status and _masked(code.display_status, pins)
    common_code_key = code.common_code_key and _masked(code.common_code_key, pins)
    has_more = code.errors or code.warnings or code.pending_mutations
    if not has_more and (name, display_status, common_code_key) == (
        code.name,
        code.display_status,
        code.common_code_key,
    ):
        return code  # nearly every one
    return replace(
        code,
        name=name,
        display_status=display_status,
        common_code_key=common_code_key,
        errors=tuple(_without(issue, issue.modified_fields, pins) for issue in code.errors),
        warnings=tuple(_without(issue, issue.modified_fields, pins) for issue in code.warnings),
        pending_mutations=tuple(_without(mutation, mutation.changes, pins) for mutation in code.pending_mutations),
    )


def pins_of(code: AccessCode) -> Iterator[Pin]:
    """Every PIN that a code tells of: its own, and those that it had or is to have."""
    if code.pin is not None:
        yield code.pin
    if code.errors or code.warnings or code.pending_mutations:
        changes = [change for issue in code.issues for change in issue.modified_fields]
        changes += [change for mutation in code.pending_mutations for change in mutation.changes]
        yield from (value for change in changes for value in (change.old, change.new) if isinstance(value, Pin))


def _without(holder: _Changing, changes: tuple[FieldChange, ...], pins: tuple[Pin, ...]) -> _Changing:
    masked = tuple(
        FieldChange(_masked(change.field, pins), _value(change.old, pins), _value(change.new, pins))
        for change in changes
    )
    message = _masked(holder.message, pins)
    if isinstance(holder, Issue):
        return replace(holder, message=message, modified_fields=masked)
    return replace(holder, message=message, changes=masked)


def _value(value: _Value, pins: tuple[Pin, ...]) -> _Value:
    # A PIN of which only the mask is left reads on screen as one that is not revealed.
    if isinstance(value, Pin):
        return MASK
    return _masked(value, pins) if isinstance(value, str) else value


def _masked(text: str, pins: tuple[Pin, ...]) -> str:
    for pin in pins:
        text = pin.scrub(text)
    return text
