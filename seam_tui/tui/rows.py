"""What the rows of the two lists say, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.device import Device
from seam_tui.domain.pin import MASK
from seam_tui.domain.text import shorten
from seam_tui.tui.flags import Flag
from seam_tui.tui.view import SEVERITY_STYLES
from seam_tui.tui.widgets.cells import FLAG_KEY, NOTE_KEY, Cell, RowCells
from seam_tui.tui.widgets.columns import Column, Layout
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.times import exact, relative
from seam_tui.workspace.triage import Severity, severity_of, severity_of_device, slots_used, status_in_words

ALL_DEVICES: Final = "*"
"""The id of the row that shows every code."""

DEVICE_COLUMNS: Final = (
    Column("state", "", width=1, priority=10),
    Column("name", "Device", min_width=10, priority=10, share=3, note_from=18, cut="middle"),
    Column("errors", "✖", width=3, priority=9, justify="right"),
    Column("warnings", "▲", width=3, priority=8, justify="right"),
    Column("online", "", width=3, priority=7),
    Column("battery", "Batt.", width=5, priority=5, justify="right"),
    Column("slots", "Slots", width=7, priority=4, justify="right"),
    Column("maker", "Maker", width=10, priority=3),
)
_CODE_COLUMNS: Final = (
    Column("severity", "", width=9, priority=10),
    Column("name", "Name", min_width=12, priority=10, share=3, note_from=18),
    Column("issue", "First issue", min_width=20, priority=9, share=4),
    Column("issue_or_status", "Issue or status", min_width=20, priority=9, share=10),
    Column("device", "Device", min_width=12, priority=8, share=2, cut="middle"),
    Column("stay", "Stay", width=17, priority=7, note_from=17),
    Column("starts", "Starts", width=10, priority=7),
    Column("ends", "Ends", width=10, priority=6),
    Column("status", "Status", min_width=12, priority=5, share=2, note_from=12),
    Column("pin", "PIN", width=4, priority=4),
    Column("starts_exact", "Starts at", width=20, priority=2),
    Column("ends_exact", "Ends at", width=20, priority=1),
)
_BELOW: Final = (
    Column("indent", "", width=1, priority=2),
    Column("issue_or_status", "", min_width=34, priority=2, note_from=18),
    Column("stay", "", width=17, priority=1),
)


def _code_columns(*keys: str, noted: bool = True) -> tuple[Column, ...]:
    """Columns of the codes by their keys; with `noted` also the words of a row's note stand in them."""
    columns = (column for column in _CODE_COLUMNS if column.key in keys)
    return tuple(column if noted else replace(column, note_from=None) for column in columns)


CODE_LAYOUTS: Final = (
    Layout(tuple(column for column in _CODE_COLUMNS if column.key not in {"issue_or_status", "stay"}), least=112),
    Layout(_code_columns("severity", "name", "issue_or_status", "device", "stay"), least=70),
    Layout(_code_columns("severity", "name", "device", noted=False), _BELOW),
)
"""What is wrong is shown whole, and on which lock: where they have no room on one line, a code takes two."""
LARGE_CODES: Final = Layout(_code_columns("severity", "name", noted=False), _BELOW[:2])
"""For a projector."""
_BATTERY_STYLES: Final = {"low": "$text-warning", "critical": "bold $text-error"}


def device_cells(
    store: WorkspaceStore, device_id: str, flag: Flag | None = None, *, is_stirred: bool = False
) -> RowCells | None:
    """One row of the devices pane; the "all devices" row counts the whole workspace.

    Args:
        store: The picture.
        device_id: Which device.
        flag: What has become of it of late.
        is_stirred: Whether one of its codes is new or has changed of late.
    """
    if device_id == ALL_DEVICES:
        counts = store.counts
        warned = Severity.WARNING if counts.codes_with_warnings else Severity.OK
        return {
            "state": _state(Severity.ERROR if counts.codes_with_errors else warned),
            "name": Cell("All devices", "bold"),
            "errors": _count(counts.codes_with_errors, Severity.ERROR),
            "warnings": _count(counts.codes_with_warnings, Severity.WARNING),
        }
    device = store.devices.get(device_id)
    if device is None:
        return None
    counts = store.counts_of_device(device_id)
    unread = store.unread_device(device_id) is not None
    return {
        "state": Cell("!", "bold $text-error") if unread else _state(severity_of_device(store, device_id)),
        "name": device.title,
        FLAG_KEY: flag.glyph if flag is not None else "~" if is_stirred else "",
        NOTE_KEY: f"{flag.glyph} {flag.word}" if flag is not None else "",
        "errors": _count(counts.codes_with_errors, Severity.ERROR),
        "warnings": _count(counts.codes_with_warnings, Severity.WARNING),
        "online": _online(device),
        "battery": _battery(device),
        "slots": _slots(store, device),
        "maker": device.manufacturer,
    }


def _state(severity: Severity) -> Cell:
    return Cell(severity.glyph, SEVERITY_STYLES[severity])


def _count(count: int, severity: Severity) -> Cell:
    return Cell(str(count), SEVERITY_STYLES[severity]) if count else Cell("·", ".record-table--dim")


def _online(device: Device) -> Cell:
    if device.online is None:
        return Cell("?", ".record-table--dim")
    return Cell("on", ".record-table--dim") if device.online else Cell("OFF", "bold $text-error")


def _battery(device: Device) -> Cell:
    battery = device.battery
    if battery is None:
        return Cell("")
    text = battery.status or "" if battery.level is None else f"{round(battery.level * 100)}%"
    flag = "!" if battery.status in _BATTERY_STYLES else ""
    return Cell(flag + shorten(text, 4), _BATTERY_STYLES.get(battery.status or "", ".record-table--dim"))


def _slots(store: WorkspaceStore, device: Device) -> Cell:
    if device.max_active_codes_supported is None:
        return Cell("")
    used = slots_used(store, device.device_id)
    full = used >= device.max_active_codes_supported
    return Cell(f"{used}/{device.max_active_codes_supported}", "bold $text-error" if full else ".record-table--dim")


def _pin(store: WorkspaceStore, code: AccessCode) -> str:
    if code.pin is not None:
        return MASK
    return "…" if code.access_code_id in store.awaited_pin_ids else "–"


def _stay(code: AccessCode, now: datetime) -> str:
    """The next end of it that somebody waits for: `starts in 6 h`, `ends in 2 days`, `ended 2 h ago`."""
    if code.starts_at is not None and code.starts_at > now:
        return f"starts {relative(code.starts_at, now)}"
    if code.ends_at is None:
        return ""
    return f"{'ended' if code.has_ended(now) else 'ends'} {relative(code.ends_at, now)}"


def code_cells(
    store: WorkspaceStore, code: AccessCode | None, now: datetime, flag: Flag | None = None
) -> RowCells | None:
    """One row of the codes pane.

    Args:
        store: The picture.
        code: Which code; None gives no row.
        now: The wall time.
        flag: What has become of it of late.
    """
    if code is None:
        return None
    issues = store.issues_of_code(code)
    severity = severity_of(code, issues, now)
    device = store.device_of_code(code)
    zone = device.time_zone if device is not None else None
    more = f" +{len(issues) - 1}" if len(issues) > 1 else ""
    issue = Cell(f"{issues[0].code}{more}", SEVERITY_STYLES[severity]) if issues else Cell("")
    status = Cell(status_in_words(code, now), ".record-table--dim")
    return {
        "severity": Cell(severity.label, SEVERITY_STYLES[severity]),
        "name": Cell(code.title) if code.name else Cell(code.title, ".record-table--dim"),
        FLAG_KEY: flag.glyph if flag is not None else "",
        NOTE_KEY: f"{flag.glyph} {flag.word}" if flag is not None else "",
        "issue": issue,
        "issue_or_status": issue if issues else status,
        "stay": _stay(code, now),
        "starts": relative(code.starts_at, now) if code.starts_at is not None else "",
        "ends": relative(code.ends_at, now) if code.ends_at is not None else "",
        "status": status,
        "device": Cell(device.title if device is not None else "", ".record-table--dim"),
        "pin": Cell(_pin(store, code), ".record-table--dim"),
        "starts_exact": Cell(exact(code.starts_at, zone) if code.starts_at else "", ".record-table--dim"),
        "ends_exact": Cell(exact(code.ends_at, zone) if code.ends_at else "", ".record-table--dim"),
    }
