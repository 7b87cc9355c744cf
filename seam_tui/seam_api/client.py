"""Typed calls to one Seam workspace over the official SDK: the only place that talks to Seam."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api import decode, decode_codes
from seam_tui.seam_api.calls import WORKSPACES, Route, each, moment, secrets_of
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import ActionFailed, BadAnswer, SeamFailure
from seam_tui.seam_api.failures import failure_from
from seam_tui.seam_api.reading import SeamReading
from seam_tui.seam_api.sdk import AsyncSeamWithoutWorkspace

ATTEMPT_TIMEOUT: Final = 30.0
"""Seconds to wait for an action attempt; locks are slow (seam_facts section 2, lock / unlock)."""
ATTEMPT_INTERVAL: Final = 1.0

_CREATING: Final = Route("/access_codes/create", "access_code", "Creating the code")
_PULLING: Final = Route("/access_codes/pull_backup_access_code", "access_code", "Pulling a backup code")
_CONNECTING: Final = Route("/connect_webviews/create", "connect_webview", "Making a Connect Webview")


@dataclass(frozen=True, slots=True)
class ActionAttempt:
    """How a lock or unlock ended, as far as it is known."""

    is_pending: bool
    """True when the lock had not answered within `ATTEMPT_TIMEOUT`: not a failure, not a success."""
    was_confirmed_by_device: bool | None = None
    """False when the maker accepted it but the lock did not confirm: no proof of a connection."""


class SeamClient(SeamReading):
    """One workspace of Seam: all that is read, and the writes.

    Each write is sent once, and refused here in read-only mode.
    """

    async def create_access_code(
        self,
        device_id: str,
        *,
        name: str | None = None,
        pin: Pin | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        is_external_modification_allowed: bool | None = None,
    ) -> AccessCode:
        """Ask for a new code on a lock (/access_codes/create, asynchronous); Seam chooses a PIN where none is given.

        Args:
            device_id: The lock.
            name: Its name.
            pin: Its PIN.
            starts_at: For a time-bound code, together with `ends_at`.
            ends_at: Likewise.
            is_external_modification_allowed: Whether changes from outside Seam stand.

        Returns:
            The new code as Seam answers it, normally still to be set.
        """
        wanted = {
            "device_id": device_id,
            "name": name,
            "code": None if pin is None else pin.reveal(),
            "starts_at": moment(starts_at),
            "ends_at": moment(ends_at),
            "is_external_modification_allowed": is_external_modification_allowed,
        }
        return await self._post(_CREATING, decode_codes.created_code, wanted, () if pin is None else (pin,))

    async def update_access_code(
        self,
        access_code_id: str,
        *,
        pin: Pin | None = None,
        name: str | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        code_type: AccessCodeType | None = None,
        is_external_modification_allowed: bool | None = None,
    ) -> None:
        """Ask for changes to a managed code; what is None stays (/access_codes/update, asynchronous)."""
        call = self._seam.access_codes.update(
            access_code_id=access_code_id,
            code=None if pin is None else pin.reveal(),
            name=name,
            starts_at=moment(starts_at),
            ends_at=moment(ends_at),
            type=None if code_type is None else code_type.value,
            is_external_modification_allowed=is_external_modification_allowed,
        )
        await self._ask(call, "Updating the code", () if pin is None else (pin,))

    async def delete_access_code(self, access_code_id: str) -> None:
        """Ask for a managed code to be removed (/access_codes/delete, asynchronous: done when it reads as gone)."""
        await self._ask(self._seam.access_codes.delete(access_code_id=access_code_id), "Deleting the code")

    async def pull_backup_access_code(self, access_code_id: str) -> AccessCode:
        """Take a backup code for a time-bound code and give back the backup (/access_codes/pull_backup_access_code).

        No source says which of the answer's two keys is the backup, so an answer that does not name itself one is
        followed through the original's `pulled_backup_access_code_id`.
        """
        trouble: SeamFailure | None = None
        try:
            answer = await self._post(_PULLING, decode_codes.managed_code, {"access_code_id": access_code_id})
            if answer.is_backup:
                return answer
        except BadAnswer as failure:
            if failure.status is not None:
                raise
            trouble = failure
        try:
            original = await self.get_access_code(access_code_id)
            if original.pulled_backup_access_code_id is None:
                raise trouble or BadAnswer(
                    f"{_PULLING.doing} gave no backup code.", "Refresh the code, then try again."
                )
            return await self.get_access_code(original.pulled_backup_access_code_id)
        except SeamFailure as failure:
            failure.outcome_unknown = True  # the pull itself was taken
            raise

    async def convert_to_managed(self, access_code_id: str, *, force: bool = False) -> None:
        """Ask Seam to manage an unmanaged code (/access_codes/unmanaged/convert_to_managed, asynchronous).

        Args:
            access_code_id: The code.
            force: Take it over from another Seam workspace.
        """
        call = self._seam.access_codes.unmanaged.convert_to_managed(
            access_code_id=access_code_id, force=True if force else None
        )
        await self._ask(call, "Converting the code")

    async def delete_unmanaged_access_code(self, access_code_id: str) -> None:
        """Ask for an unmanaged code to be removed (/access_codes/unmanaged/delete, asynchronous)."""
        call = self._seam.access_codes.unmanaged.delete(access_code_id=access_code_id)
        await self._ask(call, "Deleting the unmanaged code")

    async def lock_door(self, device_id: str) -> ActionAttempt:
        """Lock a door and wait for the lock's answer (/locks/lock_door).

        Raises:
            ActionFailed: The lock did not do it.
        """
        return await self._attempt(self._seam.locks.lock_door(device_id=device_id), "Locking the door")

    async def unlock_door(self, device_id: str) -> ActionAttempt:
        """Open a door and wait for the lock's answer (/locks/unlock_door).

        Raises:
            ActionFailed: The lock did not do it.
        """
        return await self._attempt(self._seam.locks.unlock_door(device_id=device_id), "Unlocking the door")

    async def sync_connected_account(self, connected_account_id: str) -> None:
        """Ask Seam to read the maker's account again (/connected_accounts/sync)."""
        call = self._seam.connected_accounts.sync(connected_account_id=connected_account_id)
        await self._ask(call, "Syncing the account")

    async def report_time_zone(self, device_id: str, time_zone: str) -> None:
        """Tell Seam an Ultraloq lock's IANA time zone (/devices/report_provider_metadata)."""
        devices = [{"device_id": device_id, "ultraloq_metadata": {"time_zone": time_zone}}]
        await self._ask(self._seam.devices.report_provider_metadata(devices=devices), "Reporting the time zone")

    async def report_code_lengths(self, device_id: str, lengths: tuple[int, ...]) -> None:
        """Tell Seam how long PINs are on a SmartThings lock (/access_codes/report_device_constraints)."""
        call = self._seam.access_codes.report_device_constraints(
            device_id=device_id, supported_code_lengths=list[float](lengths)
        )
        await self._ask(call, "Reporting the code lengths")

    async def update_access_grant(
        self, access_grant_id: str, *, starts_at: datetime | None = None, ends_at: datetime | None = None
    ) -> None:
        """Ask for other times of a grant and of all codes that it made (/access_grants/update, asynchronous)."""
        call = self._seam.access_grants.update(
            access_grant_id=access_grant_id, starts_at=moment(starts_at), ends_at=moment(ends_at)
        )
        await self._ask(call, "Updating the access grant")

    async def delete_access_grant(self, access_grant_id: str) -> None:
        """Ask for a grant to end, and with it every code that it made (/access_grants/delete, asynchronous)."""
        await self._ask(self._seam.access_grants.delete(access_grant_id=access_grant_id), "Deleting the access grant")

    async def create_connect_webview(self) -> str:
        """Make a Connect Webview and give back its address, for a person's browser (/connect_webviews/create)."""
        return await self._post(_CONNECTING, decode.web_address, {"accepted_capabilities": ["lock"]})

    async def _attempt(self, call: Awaitable[Any], doing: str) -> ActionAttempt:
        attempt = await self._ask(call, doing)
        try:
            return await self._settled(attempt, doing)
        except ActionFailed:
            raise
        except SeamFailure as failure:
            failure.outcome_unknown = True  # the command itself was taken
            raise

    async def _settled(self, attempt: Any, doing: str) -> ActionAttempt:
        deadline = self._clock.monotonic() + ATTEMPT_TIMEOUT
        while _field(attempt, "status") == "pending":
            if self._clock.monotonic() >= deadline:
                return ActionAttempt(is_pending=True)
            await self._clock.sleep(ATTEMPT_INTERVAL)
            identifier = str(_field(attempt, "action_attempt_id"))
            attempt = await self._ask(self._seam.action_attempts.get(action_attempt_id=identifier), doing)
        if _field(attempt, "status") == "error":
            error = _field(attempt, "error")
            raise ActionFailed(
                f"{doing} failed: {plain_text(_field(error, 'message')) or 'no reason given.'}",
                "Check the lock's power and connection, then test again.",
                error_type=plain_text(_field(error, "type")),
            )
        if _field(attempt, "status") != "success":
            raise BadAnswer(f"{doing} gave no word on how it ended.", "Look at the lock, then test again.")
        confirmed = _field(_field(attempt, "result"), "was_confirmed_by_device")
        return ActionAttempt(
            is_pending=False, was_confirmed_by_device=confirmed if isinstance(confirmed, bool) else None
        )


async def list_workspaces(connection: Connection) -> tuple[Workspace, ...]:
    """The workspaces that a personal access token opens, to pick one from (/workspaces/list).

    Raises:
        SeamFailure: The token is refused, or Seam cannot be asked.
    """
    switch = ReadOnlySwitch(read_only=True, endpoint=connection.endpoint)
    try:
        seam = AsyncSeamWithoutWorkspace(
            personal_access_token=connection.personal_access_token, **client_options(connection, switch)
        )
        async with seam:
            return WORKSPACES.many(each(decode.workspace))(await seam.client.get(WORKSPACES.path))
    except Exception as error:
        failure = failure_from(error, WORKSPACES.doing, secrets_of(connection))
    raise failure


def _field(record: object, name: str) -> Any:
    return getattr(record, name, None)
