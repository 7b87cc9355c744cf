"""The picture of one workspace: records by id, which codes stand on which device, and what each batch changed.

Owned by one thread and without locks: the screen applies what the loader's thread posts, a headless run applies it
directly. Every `apply_…`, `finish_…` and `remove_…` gives back one `ChangeSet`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue
from seam_tui.workspace.changes import (
    CODES,
    CODES_READ,
    NOTHING,
    ChangesBuilder,
    ChangeSet,
    changed_fields,
    changed_since_kept,
)
from seam_tui.workspace.tally import NO_CODES, Counts, DeviceTally, missing_on_code, total_of
from seam_tui.workspace.update import Update


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read, and why."""

    device_id: str | None
    """None for the list of connected accounts."""
    reason: str
    """What happened and what to do, in words."""
    request_id: str | None = None
    """Seam's, for its support."""


_Record = TypeVar("_Record", AccessCode, ConnectedAccount, Device)


class WorkspaceStore:
    """All that is known of one workspace."""

    def __init__(self) -> None:
        self._workspace: Workspace | None = None
        self._accounts: dict[str, ConnectedAccount] = {}
        self._devices: dict[str, Device] = {}
        self._codes: dict[str, AccessCode] = {}
        # Dicts, not sets: a device's codes keep the order in which they arrived.
        self._codes_of: dict[str, dict[str, None]] = {}
        self._devices_of: dict[str, dict[str, None]] = {}
        self._tallies: dict[str, DeviceTally] = {}
        self._counts: dict[str, Counts] = {}
        self._total = NO_CODES
        self._read: set[str] = set()
        self._unread: dict[str | None, Unread] = {}
        self._kept: set[str] = set()
        self._awaited: set[str] = set()

    # What is known

    @property
    def workspace(self) -> Workspace | None:
        """The workspace itself; None until it was read."""
        return self._workspace

    @property
    def accounts(self) -> Mapping[str, ConnectedAccount]:
        """Connected accounts by id."""
        return MappingProxyType(self._accounts)

    @property
    def devices(self) -> Mapping[str, Device]:
        """Devices that take access codes, by id."""
        return MappingProxyType(self._devices)

    @property
    def codes(self) -> Mapping[str, AccessCode]:
        """Access codes, managed and unmanaged, by id."""
        return MappingProxyType(self._codes)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read at the last try, in the order in which it failed."""
        return tuple(self._unread.values())

    def unread_device(self, device_id: str) -> Unread | None:
        """Why a device's codes could not be read at the last try; None when they could, or were not asked for yet."""
        return self._unread.get(device_id)

    def is_device_read(self, device_id: str) -> bool:
        """Whether all codes of a device were read at least once: tells "no codes" from "not read yet"."""
        return device_id in self._read

    def code_ids_of_device(self, device_id: str) -> Collection[str]:
        """Ids of a device's codes, in the order in which they arrived."""
        return self._codes_of.get(device_id, {})  # a set takes over its hashes; it would look up those of its keys

    @property
    def device_ids_of_codes(self) -> Collection[str]:
        """Ids of the devices that codes stand on or stood on, also of such as were not read yet."""
        return self._codes_of.keys()

    def codes_of_device(self, device_id: str) -> list[AccessCode]:
        """A device's codes, in the order in which they arrived."""
        return [self._codes[key] for key in self._codes_of.get(device_id, ())]

    def device_ids_of_account(self, connected_account_id: str) -> Collection[str]:
        """Ids of an account's devices."""
        return self._devices_of.get(connected_account_id, {}).keys()

    def device_of_code(self, code: AccessCode) -> Device | None:
        """The device a code stands on."""
        return self._devices.get(code.device_id)

    def account_of_device(self, device: Device | None) -> ConnectedAccount | None:
        """The account a device came with."""
        if device is None or device.connected_account_id is None:
            return None
        return self._accounts.get(device.connected_account_id)

    def inherited_errors(self, device_id: str) -> tuple[Issue, ...]:
        """The errors that a device and its account hand down to the device's codes, each key once."""
        device = self._devices.get(device_id)
        if device is None:
            return ()
        account = self._accounts.get(device.connected_account_id or "")
        if account is None or not account.errors:
            return device.errors
        known = {issue.key for issue in device.errors}
        return device.errors + tuple(issue for issue in account.errors if issue.key not in known)

    def issues_of_code(self, code: AccessCode) -> tuple[Issue, ...]:
        """All that is wrong with a code: its own errors, errors inherited and not copied onto it, its own warnings."""
        inherited = self.inherited_errors(code.device_id)
        missing = missing_on_code(code, inherited) if inherited else ()
        return code.errors + missing + code.warnings

    def counts_of_device(self, device_id: str) -> Counts:
        """The counts of one device, kept up to date with every batch."""
        return self._counts.get(device_id, NO_CODES)

    @property
    def counts(self) -> Counts:
        """The counts of the whole workspace, kept up to date with every batch."""
        return self._total

    @property
    def kept_ids(self) -> Collection[str]:
        """Ids of the codes that come from a picture on disk and were not read since."""
        return self._kept

    @property
    def awaited_pin_ids(self) -> Collection[str]:
        """Ids of those among them of which Seam shows the PIN, which is still to be read."""
        return self._awaited

    # What arrives

    def apply_workspace(self, workspace: Workspace) -> ChangeSet:
        """Take over the workspace itself."""
        if workspace == self._workspace:
            return NOTHING
        self._workspace = workspace
        return ChangeSet(workspace=True)

    def apply_accounts(self, accounts: Iterable[ConnectedAccount]) -> ChangeSet:
        """Take over a page of connected accounts; those that it does not name stay."""
        update = Update(self)
        for account in accounts:
            key = account.connected_account_id
            if self._accounts.get(key) == account:
                continue
            handed_down = update.watch_inherited(self._devices_of.get(key, ()))
            _upsert(self._accounts, key, account, update.accounts)
            update.report_inherited(handed_down)
        return self._commit(update)

    def finish_accounts(self, seen_ids: Collection[str]) -> ChangeSet:
        """End a whole read of the accounts: those not seen are gone."""
        update = Update(self)
        for key in self._accounts.keys() - seen_ids:
            handed_down = update.watch_inherited(self._devices_of.get(key, ()))
            del self._accounts[key]
            update.accounts.removed.add(key)
            update.report_inherited(handed_down)
        self._unread.pop(None, None)
        return self._commit(update)

    def apply_devices(self, devices: Iterable[Device]) -> ChangeSet:
        """Take over a page of devices; those that it does not name stay."""
        update = Update(self)
        for device in devices:
            key = sys.intern(device.device_id)
            old = self._devices.get(key)
            if old == device:
                continue
            handed_down = update.watch_inherited((key,))
            if old is not None and old.connected_account_id != device.connected_account_id:
                self._forget_account_of(old)
            if device.connected_account_id is not None:
                self._devices_of.setdefault(device.connected_account_id, {})[key] = None
            _upsert(self._devices, key, device, update.devices)
            update.report_inherited(handed_down)
        return self._commit(update)

    def finish_devices(self, seen_ids: Collection[str]) -> ChangeSet:
        """End a whole read of the devices: those not seen are gone, and their codes with them."""
        return self._remove_devices((self._devices.keys() | self._codes_of.keys()) - set(seen_ids))

    def remove_device(self, device_id: str) -> ChangeSet:
        """Take a device out, and its codes with it."""
        return self._remove_devices((device_id,))

    def apply_codes(self, codes: Iterable[AccessCode]) -> ChangeSet:
        """Take over a page of codes; those that it does not name stay. A converted code replaces itself."""
        update = Update(self)
        known, added, touched = self._codes, update.codes.added, update.touched
        device_id: str | None = None  # of the code before: a page is of one device, mostly
        for code in codes:
            key = code.access_code_id
            old = known.get(key)
            if old is None:
                added.add(key)
            elif self._is_news(old, code, update):
                # The id that the dicts hold already, not a second one for every code that ever changed.
                object.__setattr__(code, "access_code_id", old.access_code_id)
            else:
                continue
            if device_id is None or code.device_id is not device_id:
                # Equal text, one object for all codes of a device: 85 bytes less per code.
                device_id = sys.intern(code.device_id)
                tally, own = self._place_of(device_id)
                object.__setattr__(code, "device_id", device_id)
                touched.add(device_id)
            known[key] = code
            own[key] = None
            if code.errors or code.warnings or code.is_offline_access_code:
                tally.add(code)
            else:
                tally.codes += 1  # as `add` does for nearly every code; the call would take a seventh of the time
        return self._commit(update)

    def finish_device(self, device_id: str, seen_ids: Collection[str]) -> ChangeSet:
        """End a whole read of a device's codes: those not seen are gone."""
        update = Update(self)
        seen = set(seen_ids)
        for key in [key for key in self._codes_of.get(device_id, ()) if key not in seen]:
            self._remove_code(key, update)
        failed_before = self._unread.pop(device_id, None) is not None
        if device_id in self._devices and (failed_before or device_id not in self._read):
            self._read.add(device_id)
            update.devices.change(device_id, (CODES_READ,))
        return self._commit(update)

    def remove_code(self, access_code_id: str) -> ChangeSet:
        """Take a code out: Seam says that it is gone."""
        update = Update(self)
        self._remove_code(access_code_id, update)
        return self._commit(update)

    def mark_unread(self, unread: Unread) -> ChangeSet:
        """Keep that something could not be read; what was read of it before stays."""
        update = Update(self)
        if self._unread.get(unread.device_id) != unread:
            self._unread[unread.device_id] = unread
            if unread.device_id is not None and unread.device_id in self._devices:
                update.devices.change(unread.device_id, (CODES_READ,))
        return self._commit(update)

    def fill_from_picture(
        self, codes: Iterable[AccessCode], read_device_ids: Iterable[str], awaited_pin_ids: Iterable[str]
    ) -> None:
        """Take over all codes of a picture on disk, in half the time that so many pages take.

        Args:
            codes: Each once; the store has none, and knows their devices.
            read_device_ids: Devices of which all codes were read when it was taken.
            awaited_pin_ids: Codes of which Seam shows a PIN that the picture does not hold.
        """
        self._codes = {code.access_code_id: code for code in codes}
        together: dict[str, list[AccessCode]] = {}
        for code in self._codes.values():
            together.setdefault(code.device_id, []).append(code)
        for device_id, own in together.items():
            tally, shelf = self._place_of(device_id)
            shelf |= dict.fromkeys([code.access_code_id for code in own])
            tally.add_all(own)
            self._counts[device_id] = tally.counts(inherits_errors=bool(self.inherited_errors(device_id)))
        self._total = total_of(self._counts.values())
        self._read.update(key for key in read_device_ids if key in self._devices)
        self._kept = set(self._codes)
        self._awaited = set(awaited_pin_ids)

    # Below: shared steps

    def _is_news(self, old: AccessCode, code: AccessCode, update: Update) -> bool:
        """Whether a code that is known says anything new; if so, it is counted out where it stood."""
        key = code.access_code_id
        was_kept, had_pin = key in self._kept, key in self._awaited
        self._is_current(key)
        if old == code and not had_pin:
            return False
        names = changed_since_kept(old, code, had_pin) if was_kept else changed_fields(old, code)
        update.codes.change(key, names)
        update.touched.add(old.device_id)
        self._tallies[old.device_id].add(old, -1)
        if old.device_id != code.device_id:
            self._codes_of[old.device_id].pop(key)
        return True

    def _place_of(self, device_id: str) -> tuple[DeviceTally, dict[str, None]]:
        """Where the codes of a device are counted and listed."""
        tally = self._tallies.get(device_id)
        if tally is None:
            tally = self._tallies[device_id] = DeviceTally()
            self._codes_of[device_id] = {}
        return tally, self._codes_of[device_id]

    def _is_current(self, key: str) -> None:
        """A code was read, or is gone: the picture on disk counts no more."""
        self._kept.discard(key)
        self._awaited.discard(key)

    def _remove_code(self, key: str, update: Update) -> None:
        code = self._codes.pop(key, None)
        if code is None:
            return
        self._is_current(key)
        update.codes.removed.add(key)
        update.touched.add(code.device_id)
        self._tallies[code.device_id].add(code, -1)
        self._codes_of[code.device_id].pop(key)

    def _forget_account_of(self, device: Device) -> None:
        if device.connected_account_id is not None:
            self._devices_of.get(device.connected_account_id, {}).pop(device.device_id, None)

    def _remove_devices(self, device_ids: Iterable[str]) -> ChangeSet:
        update = Update(self)
        for device_id in device_ids:
            for key in list(self._codes_of.get(device_id, ())):
                self._remove_code(key, update)
            device = self._devices.pop(device_id, None)
            if device is not None:
                update.devices.removed.add(device_id)
                self._forget_account_of(device)
            self._codes_of.pop(device_id, None)
            self._read.discard(device_id)
            self._unread.pop(device_id, None)
        return self._commit(update)

    def _commit(self, update: Update) -> ChangeSet:
        """Bring the counts of the touched devices up to date and name what changed."""
        for device_id in update.touched:
            tally = self._tallies.get(device_id)
            counts = NO_CODES
            if tally is not None and tally.codes:
                counts = tally.counts(inherits_errors=bool(self.inherited_errors(device_id)))
            before = self._counts.get(device_id, NO_CODES)
            if counts != before:
                self._total += counts - before
                self._counts[device_id] = counts
            if not counts.codes:
                self._counts.pop(device_id, None)
                self._tallies.pop(device_id, None)
                self._codes_of.pop(device_id, None)
            if device_id in self._devices:
                update.devices.change(device_id, (CODES,))
        return update.finish()


def _upsert(records: dict[str, _Record], key: str, record: _Record, changes: ChangesBuilder) -> None:
    old = records.get(key)
    if old is None:
        changes.added.add(key)
    else:
        changes.change(key, changed_fields(old, record))
    records[key] = record
