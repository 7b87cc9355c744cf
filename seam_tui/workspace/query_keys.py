"""What the terms of a filter look at: folded search keys, kept or not, and answers that many codes share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.store import WorkspaceStore

CODE_END: Final = "\x1e"
"""Stands between the keys of two codes: the gate of plain text lets no such sign through (`domain/text.py`)."""


class Answers(dict[str, bool]):
    """Answers by id, each asked for once and then as cheap as a dict's own look-up."""

    def __init__(self, ask: Callable[[str], bool]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, key: str) -> bool:
        answer = self[key] = self._ask(key)
        return answer


def name_to_search(record: AccessCode | Device | ConnectedAccount) -> str:
    """The name that typed text is compared with: in share mode what is shown, so that no count tells what is not."""
    return record.title if VEIL.is_drawn else record.name


class SearchKeys:
    """What free text is searched in, folded: per device its names, and the names and issue codes of all its codes.

    One text a device: a text of its own for each code would take four times the memory, and most of the time it is
    enough to know that the codes of a device do not match.

    Args:
        store: Whose codes and devices.
        keep: Whether keys are kept; whoever keeps them must `forget` what changed.
    """

    def __init__(self, store: WorkspaceStore, *, keep: bool) -> None:
        self._store = store
        self._keep = keep
        self._codes: dict[str, str] = {}
        """By device, as far as the device was read."""
        self._devices: dict[str, str] = {}
        self._missing: list[str] = []
        """Devices without a text when they were last looked for; some may have one again, or be gone."""

    def of_code(self, code: AccessCode) -> str:
        """Name and issue codes, one a line: a needle has no line breaks, so none spans two of them."""
        return _code_key(code, self._store.issues_of_code(code))

    def of_codes_on(self, device_id: str) -> str:
        """The keys of a device's codes, in the store's order; `CODE_END` parts them."""
        text = self._codes.get(device_id)
        if text is None:
            text = self._codes_text(device_id)
            if self._keep and device_id in self._store.devices:
                self._codes[device_id] = text
        return text

    def of_device(self, device_id: str) -> str:
        """Name, maker and account's name, one a line."""
        key = self._devices.get(device_id)
        if key is None:
            device = self._store.devices.get(device_id)
            account = self._store.account_of_device(device)
            names = [] if device is None else [name_to_search(device), device.manufacturer]
            key = "\n".join([*names, name_to_search(account) if account else ""]).casefold()
            if self._keep:
                self._devices[device_id] = key
        return key

    def fill(self, limit: int) -> bool:
        """Make the keys that are missing for up to so many devices and their codes; True when none is missing."""
        devices = self._store.devices
        if not self._missing and len(self._codes) < len(devices):
            self._missing = [key for key in devices if key not in self._codes]
        now, self._missing = self._missing[:limit], self._missing[limit:]
        for device_id in now:
            if device_id in devices:
                self.of_device(device_id)
                self.of_codes_on(device_id)
        return not self._missing and len(self._codes) >= len(devices)

    def forget(self, devices_of_codes: Collection[str], device_ids: Collection[str]) -> None:
        """Drop the keys of what changed.

        Args:
            devices_of_codes: Devices of which a code came, changed or went, or which say something else of their codes.
            device_ids: Devices that changed themselves.
        """
        for device_id in devices_of_codes:
            if self._codes.pop(device_id, None) is not None:
                self._missing.append(device_id)  # to look for it among all would take longer than to make it
        for device_id in device_ids:
            self._devices.pop(device_id, None)

    def forget_all(self) -> None:
        """Drop every key: names are shown otherwise than before."""
        self._codes.clear()
        self._devices.clear()
        self._missing.clear()

    def _codes_text(self, device_id: str) -> str:
        store, issues_of = self._store, self._store.issues_of_code
        hands_down = bool(store.inherited_errors(device_id))
        return CODE_END.join(
            [
                _code_key(code, issues_of(code))
                if hands_down or code.errors or code.warnings
                else name_to_search(code).casefold()
                for code in store.codes_of_device(device_id)
            ]
        )


def _code_key(code: AccessCode, issues: tuple[Issue, ...]) -> str:
    return "\n".join([name_to_search(code), *dict.fromkeys(issue.code for issue in issues)]).casefold()


class Sight:
    """What terms look at: the store at one moment, its search keys, and answers that codes of a device share."""

    __slots__ = ("_hands_down", "keys", "now", "store")

    def __init__(self, store: WorkspaceStore, keys: SearchKeys, now: datetime) -> None:
        self.store = store
        self.keys = keys
        self.now = now
        self._hands_down = Answers(lambda device_id: bool(store.inherited_errors(device_id)))

    def issues(self, code: AccessCode) -> tuple[Issue, ...]:
        """`WorkspaceStore.issues_of_code`, asked only where there may be some."""
        if code.errors or code.warnings or self._hands_down[code.device_id]:
            return self.store.issues_of_code(code)
        return ()

    def troubled(self) -> list[AccessCode]:
        """The codes of the store that may have issues: few, and found at once."""
        hands_down = self._hands_down
        return [c for c in self.store.codes.values() if c.errors or c.warnings or hands_down[c.device_id]]

    def restless(self, codes: Collection[AccessCode]) -> list[AccessCode]:
        """Those of some codes that are not surely healthy, or may cease to be with time."""
        at_rest, hands_down = AccessCodeStatus.SET, self._hands_down
        return [
            code
            for code in codes
            if code.status is not at_rest
            or code.errors
            or code.warnings
            or code.pending_mutations
            or code.is_waiting_for_code_assignment
            or hands_down[code.device_id]
        ]
