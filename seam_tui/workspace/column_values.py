"""What codes and devices are ordered by when a person orders a list by one of its columns.

A value is a number or a text that sorts as the column reads; None stands for nothing to show, and comes last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias
from unicodedata import combining, normalize

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.device import Device
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import severity_of, severity_of_device, slots_used, status_without_time

Value: TypeAlias = str | float
"""Values of one column are all texts or all numbers."""
ValueOf: TypeAlias = Callable[[AccessCode], "Value | None"]

_DIGITS: Final = re.compile(r"[0-9]+")
_has_digit: Final = re.compile(r"[0-9]").search
_LONGEST: Final = 1_000
"""Digits from which on numbers count as equally long: nobody counts that far."""
_BATTERY_LEVELS: Final = {"critical": 0.05, "low": 0.2, "good": 0.7, "full": 1.0}
"""What a battery of which only a word is known stands for among those with a level."""


def natural(name: str) -> str:
    """A text that sorts as a person expects: Room 2 before Room 10, Zoë beside Zoe, whatever the case."""
    folded = name.casefold()
    if not folded.isascii():
        folded = "".join(letter for letter in normalize("NFKD", folded) if not combining(letter))
    return _DIGITS.sub(_by_length, folded) if _has_digit(folded) else folded


def _by_length(number: re.Match[str]) -> str:
    """A number behind its length, which decides first; as a digit still, so that it sorts where numbers do."""
    digits = number[0].lstrip("0") or "0"
    return f"0{chr(min(len(digits), _LONGEST))}{digits}"


def code_values(column: str, store: WorkspaceStore, now: datetime) -> ValueOf:
    """What codes are ordered by.

    Args:
        column: Key of a column of the codes.
        store: Whose codes.
        now: The wall time.

    Raises:
        KeyError: There is no such column.
    """
    return _CODE_VALUES[column](store, now)


def _severity(store: WorkspaceStore, now: datetime) -> ValueOf:
    issues_of = store.issues_of_code
    return lambda code: severity_of(code, issues_of(code), now)


def _name(store: WorkspaceStore, now: datetime) -> ValueOf:
    """As it is shown: where a code stands would tell about its name in share mode."""
    if VEIL.is_drawn:
        return lambda code: natural(VEIL.guest(code.name)) or None
    return lambda code: natural(code.name) or None


def _issue(store: WorkspaceStore, now: datetime) -> ValueOf:
    issues_of = store.issues_of_code

    def first(code: AccessCode) -> str | None:
        issues = issues_of(code)
        return issues[0].code if issues else None

    return first


def _starts(store: WorkspaceStore, now: datetime) -> ValueOf:
    return lambda code: None if code.starts_at is None else code.starts_at.timestamp()


def _ends(store: WorkspaceStore, now: datetime) -> ValueOf:
    return lambda code: None if code.ends_at is None else code.ends_at.timestamp()


def _status(store: WorkspaceStore, now: datetime) -> ValueOf:
    return lambda code: status_without_time(code, now)


def _pin(store: WorkspaceStore, now: datetime) -> ValueOf:
    """Whether there is one. The digits order nothing: where a code stands would tell about them."""
    return lambda code: float(code.pin is None)


def _device(store: WorkspaceStore, now: datetime) -> ValueOf:
    names: dict[str, str | None] = {}
    devices = store.devices

    def name(code: AccessCode) -> str | None:
        key = code.device_id
        if key not in names:
            device = devices.get(key)
            names[key] = natural(device.name) or None if device is not None else None
        return names[key]

    return name


_CODE_VALUES: Final[Mapping[str, Callable[[WorkspaceStore, datetime], ValueOf]]] = {
    "severity": _severity,
    "name": _name,
    "issue": _issue,
    "starts": _starts,
    "ends": _ends,
    "status": _status,
    "pin": _pin,
    "device": _device,
}
CODE_COLUMN_KEYS: Final = tuple(_CODE_VALUES)
"""Columns by which codes can be ordered."""


def device_value(column: str, store: WorkspaceStore, device_id: str) -> Value | None:
    """What a device is ordered by.

    Args:
        column: Key of a column of the devices.
        store: The picture.
        device_id: Which device; it is in the store.

    Raises:
        KeyError: There is no such column, or no such device.
    """
    return _DEVICE_VALUES[column](store, store.devices[device_id])


def _battery(store: WorkspaceStore, device: Device) -> float | None:
    battery = device.battery
    if battery is None:
        return None
    return _BATTERY_LEVELS.get(battery.status or "") if battery.level is None else battery.level


def _slots(store: WorkspaceStore, device: Device) -> float | None:
    """The part of the slots that is taken."""
    if device.max_active_codes_supported is None:
        return None
    return slots_used(store, device.device_id) / max(device.max_active_codes_supported, 1)


_DEVICE_VALUES: Final[Mapping[str, Callable[[WorkspaceStore, Device], Value | None]]] = {
    "state": lambda store, device: severity_of_device(store, device.device_id),
    "name": lambda store, device: natural(device.name) or None,
    "errors": lambda store, device: store.counts_of_device(device.device_id).codes_with_errors or None,
    "warnings": lambda store, device: store.counts_of_device(device.device_id).codes_with_warnings or None,
    "online": lambda store, device: device.online,
    "battery": _battery,
    "slots": _slots,
    "maker": lambda store, device: natural(device.manufacturer) or None,
}
DEVICE_COLUMN_KEYS: Final = tuple(_DEVICE_VALUES)
"""Columns by which devices can be ordered."""
