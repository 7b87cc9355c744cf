"""What the watcher has to know of the picture: ids only, learnt from the events on their way to the screen.

The records themselves are kept once, in the store, which lives on another thread.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueLevel
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.events import Emit, SyncEvent
from seam_tui.sync.rereader import is_settled


class Index:
    """Which codes stand on which device and as what, and which of all these are in trouble."""

    def __init__(self) -> None:
        self._device_of: dict[str, str] = {}
        # Lists, not sets: a device has a dozen codes, and there are ten thousand devices.
        self._codes_on: dict[str, list[str]] = {}
        self._unmanaged: set[str] = set()
        self._restless: set[str] = set()
        self._account_of: dict[str, str | None] = {}
        self._accounts: set[str] = set()
        self._errors: dict[str, tuple[str, ...]] = {}
        self._unread: set[str] = set()
        self._stirred: dict[str, None] = {}
        self._backups: set[str] = set()
        self._odd: set[str] = set()
        self.loads = 0
        """How many loads went through."""
        self.load_failure: SeamFailure | None = None
        """Why the last load stopped; None when it went through."""

    def tap(self, emit: Emit) -> Emit:
        """A way to report through which everything is learnt: give it to the loader, the re-reader and the watcher."""

        def report(event: SyncEvent) -> None:
            self.hear(event)
            emit(event)

        return report

    # What is known

    @property
    def device_ids(self) -> Collection[str]:
        """Devices that take access codes, in the order in which they became known."""
        return self._account_of.keys()

    @property
    def code_count(self) -> int:
        """How many codes are known."""
        return len(self._device_of)

    @property
    def unread(self) -> Collection[str]:
        """Devices whose codes could not be read at the last try."""
        return self._unread

    @property
    def troubled_devices(self) -> list[str]:
        """Devices with an error, and those of which a code shows an error that they do not."""
        odd = (self._device_of[key] for key in self._odd)
        return [key for key in dict.fromkeys((*self._errors, *odd)) if key in self._account_of]

    @property
    def restless(self) -> Collection[str]:
        """Codes with an error of their own, a change on its way, or an error of their device that it does not show."""
        return self._restless

    def has_device(self, device_id: str) -> bool:
        """Whether a device is known that takes access codes."""
        return device_id in self._account_of

    def has_code(self, access_code_id: str) -> bool:
        """Whether a code is known."""
        return access_code_id in self._device_of

    def device_of(self, access_code_id: str) -> str | None:
        """The device a code stands on; None for a code that is not known."""
        return self._device_of.get(access_code_id)

    def is_unmanaged(self, access_code_id: str) -> bool:
        """Whether a code is known as unmanaged."""
        return access_code_id in self._unmanaged

    def codes_on(self, device_id: str, *, managed_only: bool = False) -> list[str]:
        """The codes of a device."""
        codes = self._codes_on.get(device_id, ())
        return [key for key in codes if not (managed_only and key in self._unmanaged)]

    def unmanaged_on(self, device_id: str) -> list[str]:
        """The unmanaged codes of a device."""
        return [key for key in self._codes_on.get(device_id, ()) if key in self._unmanaged]

    def take_stirred(self) -> list[str]:
        """Devices whose errors, or whose account's, changed since this was last asked: so did what their codes show."""
        stirred = [key for key in self._stirred if key in self._account_of]
        self._stirred.clear()
        return stirred

    def take_backups(self) -> list[str]:
        """Backup codes that were pulled and are not known: no event names them, only the code they stand in for."""
        backups = sorted(self._backups)
        self._backups.clear()
        return backups

    # What is learnt

    def hear(self, event: SyncEvent) -> None:
        """Learn from one event."""
        match event:
            case events.CodesRead(codes=codes):
                for code in codes:
                    self._learn_code(code)
            case events.DeviceCodesComplete(device_id=device_id, code_ids=code_ids):
                self._unread.discard(device_id)
                self._forget_codes([key for key in self._codes_on.get(device_id, ()) if key not in code_ids])
            case events.CodeGone(access_code_id=access_code_id):
                self._forget_codes((access_code_id,))
            case events.DevicesRead(devices=devices):
                for device in devices:
                    self._learn_device(device)
            case events.DevicesComplete(device_ids=device_ids):
                for device_id in (self._account_of.keys() | self._codes_on.keys()) - device_ids:
                    self._forget_device(device_id)
            case events.DeviceGone(device_id=device_id):
                self._forget_device(device_id)
            case events.DeviceFailed(device_id=device_id, retry_in_seconds=None):
                self._unread.add(device_id)
            case events.AccountsRead(accounts=accounts):
                for account in accounts:
                    self._learn_account(account)
            case events.AccountsComplete(account_ids=account_ids):
                for key in self._accounts - account_ids:
                    self._errors.pop(key, None)
                self._accounts &= account_ids
            case events.LoadFinished():
                self.loads += 1
                self.load_failure = None
                self._stirred.clear()
                self._backups.clear()
            case events.LoadFailed(failure=failure):
                self.load_failure = failure
            case _:
                pass

    def _learn_code(self, code: AccessCode) -> None:
        key = code.access_code_id
        device_id = sys.intern(code.device_id)
        before = self._device_of.get(key)
        if before != device_id:
            if before is not None:
                self._codes_on[before].remove(key)
            self._device_of[key] = device_id
            self._codes_on.setdefault(device_id, []).append(key)
        self._backups.discard(key)
        backup = code.pulled_backup_access_code_id
        if backup is not None and backup not in self._device_of:
            self._backups.add(backup)
        _keep(self._unmanaged, key, wanted=not code.is_managed)
        of_device = self._errors.get(device_id, ())
        own_error = any(issue.level is IssueLevel.ACCESS_CODE for issue in code.errors)
        odd = any(issue.level is IssueLevel.DEVICE and issue.code not in of_device for issue in code.errors)
        _keep(self._odd, key, wanted=odd)
        _keep(self._restless, key, wanted=own_error or odd or not is_settled(code))

    def _learn_device(self, device: Device) -> None:
        key = sys.intern(device.device_id)
        self._account_of[key] = device.connected_account_id
        if self._errors_changed(key, device.errors):
            self._stirred[key] = None

    def _learn_account(self, account: ConnectedAccount) -> None:
        key = account.connected_account_id
        self._accounts.add(key)
        if self._errors_changed(key, account.errors):
            self._stirred |= dict.fromkeys(device for device, owner in self._account_of.items() if owner == key)

    def _errors_changed(self, key: str, errors: tuple[Issue, ...]) -> bool:
        now = tuple(sorted(issue.code for issue in errors))
        before = self._errors.get(key, ())
        if now:
            self._errors[key] = now
        else:
            self._errors.pop(key, None)
        return now != before

    def _forget_codes(self, access_code_ids: Iterable[str]) -> None:
        for key in access_code_ids:
            device_id = self._device_of.pop(key, None)
            self._unmanaged.discard(key)
            self._restless.discard(key)
            self._odd.discard(key)
            if device_id is not None:
                left = self._codes_on[device_id]
                left.remove(key)
                if not left:
                    del self._codes_on[device_id]

    def _forget_device(self, device_id: str) -> None:
        self._forget_codes(list(self._codes_on.get(device_id, ())))
        self._account_of.pop(device_id, None)
        self._errors.pop(device_id, None)
        self._unread.discard(device_id)


def _keep(keys: set[str], key: str, *, wanted: bool) -> None:
    if wanted:
        keys.add(key)
    else:
        keys.discard(key)
