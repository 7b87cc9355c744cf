"""What one call changes in a store, until it is a `ChangeSet`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from seam_tui.domain.issue import Issue
from seam_tui.workspace.changes import INHERITED_ISSUES, NOTHING, ChangesBuilder, ChangeSet
from seam_tui.workspace.tally import missing_on_code

if TYPE_CHECKING:
    from seam_tui.workspace.store import WorkspaceStore


class Update:
    """One call's changes, before they are a `ChangeSet`."""

    __slots__ = ("accounts", "codes", "devices", "store", "touched")

    def __init__(self, store: WorkspaceStore) -> None:
        self.store = store
        self.codes = ChangesBuilder()
        self.devices = ChangesBuilder()
        self.accounts = ChangesBuilder()
        self.touched: set[str] = set()
        """Devices whose codes, or what they hand down to their codes, changed."""

    def watch_inherited(self, device_ids: Iterable[str]) -> dict[str, tuple[Issue, ...]]:
        """What these devices hand down now, to compare with what they hand down afterwards."""
        return {device_id: self.store.inherited_errors(device_id) for device_id in device_ids}

    def report_inherited(self, before: dict[str, tuple[Issue, ...]]) -> None:
        """Name the codes that inherit something else than before: their severity may differ now."""
        for device_id, earlier in before.items():
            now = self.store.inherited_errors(device_id)
            if now == earlier:
                continue
            codes = self.store.codes_of_device(device_id)
            if codes:
                self.touched.add(device_id)
            for code in codes:
                if missing_on_code(code, earlier) != missing_on_code(code, now):
                    self.codes.change(code.access_code_id, (INHERITED_ISSUES,))

    def finish(self) -> ChangeSet:
        """What changed."""
        changes = ChangeSet(self.codes.finish(), self.devices.finish(), self.accounts.finish())
        return NOTHING if changes.is_empty else changes
