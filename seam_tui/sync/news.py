"""What events name: which codes, devices and accounts are to be read again, until they were."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from seam_tui.domain.event import Event
from seam_tui.sync.index import Index

_DELETED: Final = frozenset({"deleted", "deleted_external_to_seam", "unmanaged.removed"})
"""What an event says after `access_code.` of a code that is gone: then a single 404 proves it."""
_CONVERTED: Final = "unmanaged.converted_to_managed"
_BEGINS: Final = frozenset({"created", "unmanaged.created", _CONVERTED})


@dataclass(slots=True)
class News:
    """What is to be read again. Stays here until it was read: a failure loses nothing.

    Dicts stand for ordered sets.
    """

    codes: dict[str, None] = field(default_factory=dict)
    """Managed codes, and codes of which it is not known."""
    deleted: dict[str, bool] = field(default_factory=dict)
    """Codes that an event calls deleted, and whether they were managed."""
    unmanaged_on: dict[str, dict[str, None]] = field(default_factory=dict)
    """Unmanaged codes by the device whose unmanaged codes are to be listed."""
    devices: dict[str, None] = field(default_factory=dict)
    listings: dict[str, None] = field(default_factory=dict)
    """Devices that are new here: all their codes are to be listed."""
    accounts: dict[str, None] = field(default_factory=dict)
    tries: int = 0
    """How often in a row reading them came to nothing."""

    def take(self, listed: Iterable[Event], index: Index) -> None:
        """Add what some events name.

        Args:
            listed: The events, oldest first.
            index: What is known so far.
        """
        for event in listed:
            kind, _, what = event.event_type.partition(".")
            if kind == "access_code" and event.access_code_id is not None:
                self._take_code(event.access_code_id, what, event.device_id, index)
            elif kind == "device" and event.device_id is not None:
                # Other devices that Seam does not manage for this workspace are not shown.
                if not what.startswith("unmanaged.") or what == _CONVERTED:
                    self.devices[event.device_id] = None
            elif kind == "lock" and event.device_id is not None and index.has_device(event.device_id):
                self.devices[event.device_id] = None
            elif kind == "connected_account" and event.connected_account_id is not None:
                self.accounts[event.connected_account_id] = None

    def _take_code(self, access_code_id: str, what: str, device_id: str | None, index: Index) -> None:
        if access_code_id in self.deleted and what not in _BEGINS:
            return  # events of one moment may come in any order
        self.forget(access_code_id)
        device_id = index.device_of(access_code_id) or device_id
        is_unmanaged = what.startswith("unmanaged.") or index.is_unmanaged(access_code_id)
        if what in _DELETED:
            self.deleted[access_code_id] = not is_unmanaged
        elif what == _CONVERTED or not is_unmanaged or device_id is None:
            self.codes[access_code_id] = None
        else:
            self.unmanaged_on.setdefault(device_id, {})[access_code_id] = None
        if device_id is not None and not index.has_device(device_id) and what not in _DELETED:
            self.devices[device_id] = None

    def forget(self, access_code_id: str) -> None:
        """Take a code out: it was read, or a later event says more."""
        self.codes.pop(access_code_id, None)
        self.deleted.pop(access_code_id, None)
        for device_id, codes in list(self.unmanaged_on.items()):
            if access_code_id in codes:
                del codes[access_code_id]
                if not codes:
                    del self.unmanaged_on[device_id]

    def clear(self) -> None:
        """Forget all of it: everything was read."""
        self.codes.clear()
        self.deleted.clear()
        self.unmanaged_on.clear()
        self.devices.clear()
        self.listings.clear()
        self.accounts.clear()
        self.tries = 0
