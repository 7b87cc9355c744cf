"""What the terms of a filter look at: folded search keys, kept or not, and answers that many codes share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.store import WorkspaceStore


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
    """What free text is searched in, folded: per code its name and issue codes, per device its names.

    Args:
        store: Whose codes and devices.
        keep: Whether keys are kept; whoever keeps them must `forget` what changed.
    """

    def __init__(self, store: WorkspaceStore, *, keep: bool) -> None:
        self._store = store
        self._keep = keep
        self._codes: dict[str, str] = {}
        self._devices: dict[str, str] = {}
        self._missing: list[str] = []
        """Codes without a key when they were last looked for; some may have one again, or be gone."""

    def of_code(self, code: AccessCode) -> str:
        """Name and issue codes, one a line: a needle has no line breaks, so none spans two of them."""
        key = self._codes.get(code.access_code_id)
        if key is None:
            key = _code_key(code, self._store.issues_of_code(code))
            if self._keep:
                self._codes[code.access_code_id] = key
        return key

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

    def of_all_codes(self) -> Mapping[str, str] | None:
        """The key of every code; None where keys are not kept. Quicker to walk than to ask for each."""
        if not self._keep:
            return None
        while not self.fill(self._store.counts.codes + 1):
            pass
        return self._codes

    def fill(self, limit: int) -> bool:
        """Make up to so many keys that are missing, of codes and then of devices; True when none is."""
        codes, keys, issues_of = self._store.codes, self._codes, self._store.issues_of_code
        if not self._missing and len(keys) < len(codes):
            # In the store's order: what is walked together should lie together.
            self._missing = [key for key in codes if key not in keys]
        hands_down = Answers(lambda device_id: bool(self._store.inherited_errors(device_id)))
        now, self._missing = self._missing[:limit], self._missing[limit:]
        for key in now:
            code = codes.get(key)
            if code is not None and key not in keys:
                troubled = code.errors or code.warnings or hands_down[code.device_id]
                keys[key] = _code_key(code, issues_of(code)) if troubled else name_to_search(code).casefold()
        if self._missing or len(keys) < len(codes):
            return False
        devices = self._store.devices
        if len(self._devices) < len(devices):
            for device_id in [key for key in devices if key not in self._devices][:limit]:
                self.of_device(device_id)
        return len(self._devices) >= len(devices)

    def forget(self, code_ids: Collection[str], device_ids: Collection[str]) -> None:
        """Drop the keys of records that changed."""
        if self._codes:
            self._missing += code_ids  # to look for them among all would take longer than to make them
        for key in code_ids:
            self._codes.pop(key, None)
        for key in device_ids:
            self._devices.pop(key, None)

    def forget_all(self) -> None:
        """Drop every key: names are shown otherwise than before."""
        self._codes.clear()
        self._devices.clear()
        self._missing.clear()


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
