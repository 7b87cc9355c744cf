"""What somebody asked to see fresh, until it has been read or could not be: each such wish has an end that is said."""

from __future__ import annotations

from dataclasses import dataclass

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events


@dataclass(frozen=True, slots=True)
class Reread:
    """The end of a wish."""

    wish: str
    """What was said when it was asked for."""
    text: str
    """What is said now."""
    failed: bool = False


class Rereads:
    """Keeps what is being read again."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[str, AccessCode | Device | ConnectedAccount]] = {}

    def ask(self, identifier: str, record: AccessCode | Device | ConnectedAccount) -> str:
        """A record is read again from now on.

        Args:
            identifier: Its id.
            record: As it is shown now.

        Returns:
            What to say of it.
        """
        what = f"{record.title} and its codes" if isinstance(record, Device) else record.title
        self._asked[identifier] = (f"Reading {what} again…", record)
        return self._asked[identifier][0]

    def hear(self, event: events.SyncEvent) -> Reread | None:
        """Take one event into account.

        Args:
            event: What was reported.

        Returns:
            The end of a wish, if this is one.
        """
        if not self._asked:
            return None
        match event:
            case events.AccountsRead(accounts):
                return next((self._read(new.connected_account_id, new) for new in accounts if self._is_new(new)), None)
            case events.CodesRead(_, codes):
                found = next((code for code in codes if code.access_code_id in self._asked), None)
                return None if found is None else self._read(found.access_code_id, found)
            case events.DevicesRead(devices):  # its codes follow
                for device in devices:
                    if device.device_id in self._asked:
                        self._asked[device.device_id] = (self._asked[device.device_id][0], device)
            case events.DeviceCodesComplete(device_id) if device_id in self._asked:
                return self._read(device_id, None)
            case events.AccountsFailed(failure, identifier) | events.DeviceFailed(identifier, failure):
                return self._failed(identifier, failure)
            case events.CodeGone(identifier) | events.RereadFailed(identifier) | events.DeviceGone(identifier):
                self._asked.pop(identifier or "", None)  # that is said elsewhere
        return None

    def _is_new(self, account: ConnectedAccount) -> bool:
        return account.connected_account_id in self._asked

    def _read(self, identifier: str, now: AccessCode | ConnectedAccount | None) -> Reread:
        wish, before = self._asked.pop(identifier)
        title = before.title if now is None else now.title
        if isinstance(now, ConnectedAccount) and isinstance(before, ConnectedAccount):
            if now.errors:
                return Reread(wish, f"✖ {title}: read again; it still has {now.errors[0].code}.", failed=True)
            if before.errors:
                return Reread(wish, f"✓ {title}: connected again; its codes recover one by one.")
        return Reread(wish, f"✓ {title}: read again.")

    def _failed(self, identifier: str | None, failure: SeamFailure) -> Reread | None:
        asked = self._asked.pop(identifier or "", None)
        if asked is None:
            return None
        return Reread(asked[0], f"Could not read {asked[1].title} again: {failure}", failed=True)
