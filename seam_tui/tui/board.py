"""The picture behind the panes: the store, and which rows stand in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from seam_tui.sync.applier import apply_event
from seam_tui.sync.events import CodeGone, DeviceCodesComplete, SyncEvent
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.workspace.changes import NOTHING, REAPPEARED, Changes, ChangeSet
from seam_tui.workspace.column_order import CodeOrders, ColumnSort
from seam_tui.workspace.column_values import Value, device_value, natural
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.query import CodeFilter
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import order_for_triage, severity_of_device

_DeviceKey: TypeAlias = tuple[int, str, str]
"""Whether anything is wrong with a device, its name, its id: the order of the devices."""
_SEARCHABLE_IN_A_STEP: Final = 40
"""Devices that are made ready for a search, with their codes, in about two milliseconds."""
_NAMES = frozenset({"name", *REAPPEARED})
"""Changed "fields" of a device by which its codes may stand elsewhere."""


class Board:
    """Keeps the order of triage beside the store, so that a page costs as much as the page.

    Args:
        now: The wall time.
        store: What is known already; nothing when None.
    """

    def __init__(self, now: datetime, store: WorkspaceStore | None = None) -> None:
        self.store = store or WorkspaceStore()
        self.filter = CodeFilter(self.store)
        self.left: dict[str, str] = {}
        """Names of the codes that the last batch has taken out, as far as it named them; the veil is asked later."""
        self._order = TriageOrder(self.store, now)
        self._at = now
        self._orders = CodeOrders(self.store, self._order)
        self._device_sort: ColumnSort | None = None
        self._device_values: dict[str, Value | None] = {}
        self._device_rows: list[str] | None = None
        self._device_keys: dict[str, _DeviceKey] = {}
        self._device_ids: list[str] = []
        self._are_devices_sorted = True
        self._place_devices(Changes(added=frozenset(self.store.devices)))

    def apply(self, events: list[SyncEvent], now: datetime) -> ChangeSet:
        """Bring the store up to date with a batch of events, as one ChangeSet."""
        changes = NOTHING
        self.left = {}
        for event in events:
            self.left |= self._leaving(event)
            changes = changes.merge(apply_event(self.store, event))
        self._place_devices(changes.devices)
        self._order.apply(changes, now)
        self._orders.touch(changes.codes.touched | self._codes_of_renamed(changes.devices))
        self._pass_time(now)
        self.filter.apply(changes, now)
        return changes

    def advance(self, now: datetime) -> None:
        """Let time pass: time alone makes codes urgent."""
        self._pass_time(now)
        self.filter.advance(now)

    def _pass_time(self, now: datetime) -> None:
        self._at = now
        self._orders.touch(self._order.advance(now))

    def sort(self, codes: ColumnSort | None, devices: ColumnSort | None) -> None:
        """Choose the orders of both lists; None is the order of triage. The same ones as before cost nothing.

        Raises:
            KeyError: There is no such column.
        """
        if codes != self._orders.chosen:
            self._orders.choose(codes)
        if devices != self._device_sort:
            self._device_sort = devices
            self._device_values = {key: self._device_value(key) for key in self._device_keys}
            self._device_rows = None

    def order_names_anew(self) -> None:
        """Share mode was switched: names are ordered as they are shown."""
        self._orders.forget("name")

    @property
    def is_sorting(self) -> bool:
        """Whether the order that was chosen for the codes is still being made, and another one shown."""
        return self._orders.is_waiting

    def prepare(self, steps: int) -> bool:
        """Make what may be asked for, while nothing else is to do; True when all is made.

        What a first letter is looked for in comes before the orders, unless one of these is waited for.

        Args:
            steps: How many steps, of about two milliseconds each.
        """
        while steps and not self.is_sorting and not self.filter.prepare(_SEARCHABLE_IN_A_STEP):
            steps -= 1
        return self._orders.prepare(self._at, steps)

    def code_rows(self, device_id: str, now: datetime) -> Sequence[str]:
        """Ids of the codes of a device, or of all devices, that the filter shows, in the order that was chosen."""
        if device_id == ALL_DEVICES:
            return self.filter.ids_in(self._orders.ids(self._at))
        own = order_for_triage(self.store, self.store.codes_of_device(device_id), now)
        return self.filter.ids_in(self._orders.arranged(own, self._at))

    def lists(self, device_id: str, code_id: str) -> bool:
        """Whether a code is one of the rows of a device, or of all devices."""
        code = self.store.codes.get(code_id)
        return code is not None and device_id in (ALL_DEVICES, code.device_id) and not self.filter.hidden((code_id,))

    def device_rows(self) -> list[str]:
        """Ids of the devices in the order that was chosen; the row for all of them stays on top."""
        if self._device_rows is None:
            if not self._are_devices_sorted:
                self._device_ids.sort(key=self._device_keys.__getitem__)
                self._are_devices_sorted = True
            self._device_rows = self._arranged_devices()
        return [ALL_DEVICES, *self._device_rows]

    def _arranged_devices(self) -> list[str]:
        sort, ids = self._device_sort, self._device_ids
        if sort is None:
            return ids
        known = {key: value for key in ids if (value := self._device_values[key]) is not None}
        missing = [key for key in ids if key not in known]
        return sorted(known, key=known.__getitem__, reverse=sort.reverse) + missing

    def _device_value(self, device_id: str) -> Value | None:
        return None if self._device_sort is None else device_value(self._device_sort.column, self.store, device_id)

    def _codes_of_renamed(self, devices: Changes) -> set[str]:
        """Ids of the codes whose device has another name than before."""
        renamed = [*devices.added, *(key for key, names in devices.changed.items() if not _NAMES.isdisjoint(names))]
        return {code_id for device_id in renamed for code_id in self.store.code_ids_of_device(device_id)}

    def _place_devices(self, changes: Changes) -> None:
        """Reckon the places of the devices that changed: thousands of others keep theirs."""
        if not changes.is_empty:
            self._device_rows = None
        if changes.removed:
            for device_id in changes.removed:
                self._device_keys.pop(device_id, None)
                self._device_values.pop(device_id, None)
            self._device_ids = list(self._device_keys)
            self._are_devices_sorted = False
        for device_id in (*changes.added, *changes.changed):
            key = self._device_key(device_id)
            self._device_values[device_id] = self._device_value(device_id)
            before = self._device_keys.get(device_id)
            if key != before:
                self._device_keys[device_id] = key
                self._are_devices_sorted = False
                if before is None:
                    self._device_ids.append(device_id)

    def _device_key(self, device_id: str) -> _DeviceKey:
        return severity_of_device(self.store, device_id), natural(self.store.devices[device_id].name), device_id

    def _leaving(self, event: SyncEvent) -> dict[str, str]:
        """The names of the codes that an event is about to take out."""
        gone: Iterable[str] = ()
        match event:
            case CodeGone(access_code_id):
                gone = (access_code_id,)
            case DeviceCodesComplete(device_id, code_ids):
                gone = (key for key in self.store.code_ids_of_device(device_id) if key not in code_ids)
            case _:
                pass
        codes = self.store.codes
        return {key: codes[key].true_title for key in gone if key in codes}
