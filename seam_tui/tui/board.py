"""The picture behind the panes: the store, and which rows stand in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from seam_tui.sync.applier import apply_event
from seam_tui.sync.events import SyncEvent
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.workspace.changes import NOTHING, ChangeSet
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.query import CodeFilter
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import order_for_triage

_NUMBERS: Final = re.compile(r"([0-9]{1,18})")


class Board:
    """Keeps the order of triage beside the store, so that a page costs as much as the page.

    Args:
        now: The wall time.
    """

    def __init__(self, now: datetime) -> None:
        self.store = WorkspaceStore()
        self.filter = CodeFilter(self.store)
        self._order = TriageOrder(self.store, now)

    def apply(self, events: list[SyncEvent], now: datetime) -> ChangeSet:
        """Bring the store up to date with a batch of events, as one ChangeSet."""
        changes = NOTHING
        for event in events:
            changes = changes.merge(apply_event(self.store, event))
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

        def order(device_id: str) -> tuple[int, list[tuple[int, str]], str]:
            device = self.store.devices[device_id]
            counts = self.store.counts_of_device(device_id)
            has_errors = counts.codes_with_errors or device.errors or self.store.unread_device(device_id) is not None
            has_warnings = counts.codes_with_warnings or device.warnings
            rank = 0 if has_errors else 1 if has_warnings else 2
            return rank, natural(device.name), device_id

        return [ALL_DEVICES, *sorted(self.store.devices, key=order)]


def natural(name: str) -> list[tuple[int, str]]:
    """A sort key by which Room 2 comes before Room 10."""
    parts = _NUMBERS.split(name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]
