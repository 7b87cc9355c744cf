"""The picture behind the panes: the store, and which rows stand in which order."""

from __future__ import annotations

from datetime import datetime

from seam_tui.sync.applier import apply_event
from seam_tui.sync.events import SyncEvent
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.workspace.changes import NOTHING, ChangeSet
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import id_of_key, triage_key


class Board:
    """Keeps the sort keys of all codes beside the store, so that a page costs as much as the page."""

    def __init__(self) -> None:
        self.store = WorkspaceStore()
        self._keys: dict[str, str] = {}

    def apply(self, events: list[SyncEvent], now: datetime) -> ChangeSet:
        """Bring the store up to date with a batch of events, as one ChangeSet."""
        changes = NOTHING
        for event in events:
            changes = changes.merge(apply_event(self.store, event))
        for key in changes.codes.removed:
            self._keys.pop(key, None)
        for key in changes.codes.added | changes.codes.changed.keys():
            self._keys[key] = triage_key(self.store, self.store.codes[key], now)
        return changes

    def turn(self, now: datetime) -> None:
        """Reckon every code's place anew: time alone makes codes urgent."""
        self._keys = {key: triage_key(self.store, code, now) for key, code in self.store.codes.items()}

    def code_rows(self, device_id: str) -> list[str]:
        """Ids of the codes of a device, or of all devices, what is most urgent first."""
        if device_id == ALL_DEVICES:
            return [id_of_key(key) for key in sorted(self._keys.values())]
        keys = [self._keys[key] for key in self.store.code_ids_of_device(device_id)]
        return [id_of_key(key) for key in sorted(keys)]

    def device_rows(self) -> list[str]:
        """Ids of the devices, those with errors first, then by name; the row for all of them on top."""

        def order(device_id: str) -> tuple[int, str, str]:
            device = self.store.devices[device_id]
            counts = self.store.counts_of_device(device_id)
            has_errors = counts.codes_with_errors or device.errors or self.store.unread_device(device_id) is not None
            has_warnings = counts.codes_with_warnings or device.warnings
            rank = 0 if has_errors else 1 if has_warnings else 2
            return rank, device.name.casefold(), device_id

        return [ALL_DEVICES, *sorted(self.store.devices, key=order)]
