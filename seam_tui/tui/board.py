"""The picture behind the panes: the store, and which rows stand in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from seam_tui.sync.applier import apply_event
from seam_tui.sync.events import CodeGone, DeviceCodesComplete, SyncEvent
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.workspace.changes import NOTHING, Changes, ChangeSet
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.query import CodeFilter
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import order_for_triage

_NUMBERS: Final = re.compile(r"([0-9]{1,18})")
_DeviceKey: TypeAlias = tuple[int, list[tuple[int, str]], str]
"""Whether anything is wrong with a device, its name, its id: the order of the devices."""


class Board:
    """Keeps the order of triage beside the store, so that a page costs as much as the page.

    Args:
        now: The wall time.
    """

    def __init__(self, now: datetime) -> None:
        self.store = WorkspaceStore()
        self.filter = CodeFilter(self.store)
        self.left: dict[str, str] = {}
        """Titles of the codes that the last batch has taken out, as far as it named them."""
        self._order = TriageOrder(self.store, now)
        self._device_keys: dict[str, _DeviceKey] = {}
        self._device_ids: list[str] = []
        self._are_devices_sorted = True

    def apply(self, events: list[SyncEvent], now: datetime) -> ChangeSet:
        """Bring the store up to date with a batch of events, as one ChangeSet."""
        changes = NOTHING
        self.left = {}
        for event in events:
            self.left |= self._leaving(event)
            changes = changes.merge(apply_event(self.store, event))
        self._place_devices(changes.devices)
        self._order.apply(changes, now)
        self.filter.apply(changes, now)
        return changes

    def advance(self, now: datetime) -> None:
        """Let time pass: time alone makes codes urgent."""
        self._order.advance(now)
        self.filter.advance(now)

    def code_rows(self, device_id: str, now: datetime) -> Sequence[str]:
        """Ids of the codes of a device, or of all devices, that the filter shows; what is most urgent first."""
        if device_id == ALL_DEVICES:
            return self.filter.ids_in(self._order.ids)
        return self.filter.ids_in(order_for_triage(self.store, self.store.codes_of_device(device_id), now))

    def device_rows(self) -> list[str]:
        """Ids of the devices, those with errors first, then by name; the row for all of them on top."""
        if not self._are_devices_sorted:
            self._device_ids.sort(key=self._device_keys.__getitem__)
            self._are_devices_sorted = True
        return [ALL_DEVICES, *self._device_ids]

    def _place_devices(self, changes: Changes) -> None:
        """Reckon the places of the devices that changed: thousands of others keep theirs."""
        if changes.removed:
            for device_id in changes.removed:
                self._device_keys.pop(device_id, None)
            self._device_ids = list(self._device_keys)
            self._are_devices_sorted = False
        for device_id in (*changes.added, *changes.changed):
            key = self._device_key(device_id)
            before = self._device_keys.get(device_id)
            if key != before:
                self._device_keys[device_id] = key
                self._are_devices_sorted = False
                if before is None:
                    self._device_ids.append(device_id)

    def _device_key(self, device_id: str) -> _DeviceKey:
        device = self.store.devices[device_id]
        counts = self.store.counts_of_device(device_id)
        has_errors = counts.codes_with_errors or device.errors or self.store.unread_device(device_id) is not None
        has_warnings = counts.codes_with_warnings or device.warnings
        rank = 0 if has_errors else 1 if has_warnings else 2
        return rank, natural(device.name), device_id

    def _leaving(self, event: SyncEvent) -> dict[str, str]:
        """The titles of the codes that an event is about to take out."""
        gone: Iterable[str] = ()
        match event:
            case CodeGone(access_code_id):
                gone = (access_code_id,)
            case DeviceCodesComplete(device_id, code_ids):
                gone = (key for key in self.store.code_ids_of_device(device_id) if key not in code_ids)
            case _:
                pass
        codes = self.store.codes
        return {key: codes[key].title for key in gone if key in codes}


def natural(name: str) -> list[tuple[int, str]]:
    """A sort key by which Room 2 comes before Room 10."""
    parts = _NUMBERS.split(name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
