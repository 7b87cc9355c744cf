"""Typed calls to one Seam workspace over the official SDK: the only place that talks to Seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from seam.seam import AsyncSeam
from seam.seam_without_workspace import AsyncSeamWithoutWorkspace

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.clock import Clock, SystemClock
from seam_tui.domain.device import Device
from seam_tui.domain.event import Event
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api import decode
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import ActionFailed, BadAnswer, RateLimited, SeamFailure
from seam_tui.seam_api.failures import failure_from

PAGE_SIZE: Final = 500
"""Records a page: more would hold up the loop that decodes them."""
ATTEMPT_TIMEOUT: Final = 30.0
"""Seconds to wait for an action attempt; locks are slow (seam_facts section 2, lock / unlock)."""
ATTEMPT_INTERVAL: Final = 1.0

_S = TypeVar("_S")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ActionAttempt:
    """How a lock or unlock ended, as far as it is known."""

    is_pending: bool
    """True when the lock had not answered within `ATTEMPT_TIMEOUT`: not a failure, not a success."""
    was_confirmed_by_device: bool | None = None
    """False when the maker accepted it but the lock did not confirm: no proof of a connection."""


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


class SeamClient:
    """One workspace of Seam. Lives on one event loop; every failure is a `SeamFailure`.

    Args:
        connection: Credentials and address.
        read_only: Whether writes are refused before they are sent.
        clock: Time, for the wait on action attempts.
    """

    def __init__(self, connection: Connection, *, read_only: bool = False, clock: Clock | None = None) -> None:
        self._switch = ReadOnlySwitch(read_only, connection.endpoint)
        self._clock = clock or SystemClock()
        self._secrets = _secrets(connection)
        self._seam = _decoded(
            lambda given: AsyncSeam(
                api_key=given.api_key,
                personal_access_token=given.personal_access_token,
                workspace_id=given.workspace_id,
                wait_for_action_attempt=False,
                **client_options(given, self._switch),
            ),
            connection,
            "Connecting",
        )

    @property
    def read_only(self) -> bool:
        """Whether writes are refused here, whatever the screen offers (UX rule 14)."""
        return self._switch.read_only

    @read_only.setter
    def read_only(self, value: bool) -> None:
        self._switch.read_only = value

    async def close(self) -> None:
        """Release the connections."""
        await self._seam.close()

    async def _ask(self, call: Awaitable[_T], doing: str, pins: Iterable[Pin] = ()) -> _T:
        try:
            return await call
        except Exception as error:
            failure = failure_from(error, doing, (*pins, *self._secrets))
            if isinstance(failure, RateLimited):
                failure.retry_after = self._switch.rests.get(failure.request_id or "")
        # Raised out here, so that the original, which may hold a request's body, is not even its context.
        raise failure

    async def _read(self, call: Awaitable[Any], doing: str, decoder: Callable[[Any], _T]) -> _T:
        """Await a call and decode its answer; an answer that cannot be decoded is a `BadAnswer`."""
        return _decoded(decoder, await self._ask(call, doing), doing)

    async def _pages(
        self, call: Callable[..., Awaitable[Any]], doing: str, decoder: Callable[[Any], _T], params: dict[str, Any]
    ) -> AsyncIterator[tuple[_T, ...]]:
        """Follow `page_cursor` to the end; a server without pagination gives one page."""
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            page = await self._ask(call(**params, page_cursor=cursor), doing)
            yield _decoded(lambda records: tuple(decoder(record) for record in records), page, doing)
            cursor = _decoded(decode.next_cursor, page, doing)
            if cursor is None:
                return
            if cursor in seen:
                raise BadAnswer(f"{doing} gave the same page twice.", "Reload; tell Seam's support if it stays.")
            seen.add(cursor)

    # Reads

    async def get_workspace(self) -> Workspace:
        """The workspace that the credentials open (/workspaces/get)."""
        return await self._read(self._seam.workspaces.get(), "Reading the workspace", decode.workspace)

    def list_connected_accounts(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[ConnectedAccount, ...]]:
        """Every connected account, in pages (/connected_accounts/list)."""
        call, doing = self._seam.connected_accounts.list, "Reading the connected accounts"
        return self._pages(call, doing, decode.connected_account, {"limit": page_size})

    def list_devices(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[Device, ...]]:
        """Every managed device, in pages (/devices/list: /locks/list has no pagination)."""
        return self._pages(self._seam.devices.list, "Reading the devices", decode.device, {"limit": page_size})

    async def list_access_codes(
        self, device_id: str, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        """The managed codes of one device, in pages; the server's filter is not trusted (/access_codes/list)."""
        pages = self._pages(
            self._seam.access_codes.list,
            "Reading the access codes",
            _managed,
            {"device_id": device_id, "limit": page_size},
        )
        async for page in pages:
            yield tuple(code for code in page if code is not None and code.device_id == device_id)

    async def list_unmanaged_access_codes(
        self, device_id: str, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        """The unmanaged codes of one device, in pages (/access_codes/unmanaged/list)."""
        pages = self._pages(
            self._seam.access_codes.unmanaged.list,
            "Reading the unmanaged access codes",
            _unmanaged,
            {"device_id": device_id, "limit": page_size},
        )
        async for page in pages:
            yield tuple(code for code in page if code.device_id == device_id)

    async def get_access_code(self, access_code_id: str) -> AccessCode:
        """One managed code (/access_codes/get).

        Raises:
            Gone: It was removed from its lock, deleted, or is not managed any more.
        """
        call = self._seam.access_codes.get(access_code_id=access_code_id)
        return await self._read(call, "Reading the code", lambda record: decode.access_code(record, is_managed=True))

    async def get_unmanaged_access_code(self, access_code_id: str) -> AccessCode:
        """One unmanaged code (/access_codes/unmanaged/get).

        Raises:
            Gone: It is not on its lock any more, or is managed now.
        """
        call = self._seam.access_codes.unmanaged.get(access_code_id=access_code_id)
        return await self._read(call, "Reading the unmanaged code", _unmanaged)

    async def get_device(self, device_id: str) -> Device:
        """One device (/devices/get)."""
        return await self._read(self._seam.devices.get(device_id=device_id), "Reading the device", decode.device)

    async def get_connected_account(self, connected_account_id: str) -> ConnectedAccount:
        """One connected account (/connected_accounts/get)."""
        call = self._seam.connected_accounts.get(connected_account_id=connected_account_id)
        return await self._read(call, "Reading the connected account", decode.connected_account)

    async def list_events(self, since: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened since a moment, one page (/events/list has no cursor)."""
        call = self._seam.events.list(since=_moment(since), limit=limit)
        events = await self._read(call, "Reading the events", lambda records: [decode.event(r) for r in records])
        return tuple(event for event in events if event is not None)

    async def generate_pin(self, device_id: str) -> Pin:
        """A PIN that suits the lock; nothing is created (/access_codes/generate_code)."""
        call = self._seam.access_codes.generate_code(device_id=device_id)
        return await self._read(call, "Asking Seam for a PIN", decode.generated_pin)

    # Writes: each is sent once, and refused here in read-only mode

    async def update_access_code(
        self,
        access_code_id: str,
        *,
        pin: Pin | None = None,
        name: str | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        code_type: AccessCodeType | None = None,
    ) -> None:
        """Ask for changes to a managed code; what is None stays (/access_codes/update, asynchronous)."""
        call = self._seam.access_codes.update(
            access_code_id=access_code_id,
            code=None if pin is None else pin.reveal(),
            name=name,
            starts_at=_moment(starts_at),
            ends_at=_moment(ends_at),
            type=None if code_type is None else code_type.value,
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
        doing = "Pulling a backup code"
        trouble: SeamFailure | None = None
        try:
            call = self._seam.access_codes.pull_backup_access_code(access_code_id=access_code_id)
            answer = await self._read(call, doing, lambda record: decode.access_code(record, is_managed=True))
            if answer.is_backup:
                return answer
        except BadAnswer as failure:
            if failure.status is not None:
                raise
            trouble = failure
        try:
            original = await self.get_access_code(access_code_id)
            if original.pulled_backup_access_code_id is None:
                raise trouble or BadAnswer(f"{doing} gave no backup code.", "Refresh the code, then try again.")
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

    async def create_connect_webview(self) -> str:
        """Make a Connect Webview and give back its address, for a person's browser (/connect_webviews/create)."""
        call = self._seam.connect_webviews.create(accepted_capabilities=["lock"])
        return await self._read(call, "Making a Connect Webview", decode.web_address)

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
    doing = "Reading the workspaces"
    switch = ReadOnlySwitch(read_only=True, endpoint=connection.endpoint)
    try:
        seam = AsyncSeamWithoutWorkspace(
            personal_access_token=connection.personal_access_token, **client_options(connection, switch)
        )
        async with seam:
            records = await seam.workspaces.list()  # type: ignore[no-untyped-call]  # the SDK's proxy has no types
            return tuple(decode.workspace(record) for record in records)
    except Exception as error:
        failure = failure_from(error, doing, _secrets(connection))
    raise failure


def _decoded(decoder: Callable[[_S], _T], record: _S, doing: str) -> _T:
    """Apply a decoder; what it cannot read becomes a failure that holds nothing of the record."""
    try:
        return decoder(record)
    except Exception as error:
        failure = failure_from(error, doing)
    raise failure


def _secrets(connection: Connection) -> tuple[Pin, ...]:
    """The credentials, wrapped as PINs are, so that a server's echo of them is masked the same way."""
    given = (connection.api_key, connection.personal_access_token)
    return tuple(Pin(secret) for secret in given if secret)


def _field(record: object, name: str) -> Any:
    return getattr(record, name, None)


def _managed(record: Any) -> AccessCode | None:
    """A managed code; None for one that a server lists here although it is unmanaged."""
    return None if record.is_managed is False else decode.access_code(record, is_managed=True)


def _unmanaged(record: Any) -> AccessCode:
    return decode.access_code(record, is_managed=False)
