"""What is read from Seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.event import Event
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import Pin
from seam_tui.seam_api import decode
from seam_tui.seam_api.calls import SeamCalls, moment

_T = TypeVar("_T")

PAGE_SIZE: Final = 500
"""Records a page: more would hold up the loop that decodes them."""


class SeamReading(SeamCalls):
    """The calls that change nothing."""

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

    async def list_devices_by_ids(self, device_ids: Sequence[str]) -> tuple[Device, ...]:
        """Those of some managed devices that Seam lists; one that is missing is not thereby gone (/devices/list).

        Args:
            device_ids: At most 100 at once: they stand in the address.
        """
        params = {"device_ids": list(device_ids), "limit": len(device_ids)}
        pages = self._pages(self._seam.devices.list, "Reading the devices again", decode.device, params)
        return await _asked_for(pages, device_ids, lambda device: device.device_id)

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

    async def list_access_codes_by_ids(self, access_code_ids: Sequence[str]) -> tuple[AccessCode, ...]:
        """Those of some managed codes that Seam lists; one that is missing is not thereby gone (/access_codes/list).

        Args:
            access_code_ids: At most 100 at once: they stand in the address.
        """
        params = {"access_code_ids": list(access_code_ids), "limit": len(access_code_ids)}
        pages = self._pages(self._seam.access_codes.list, "Reading the access codes again", _managed, params)
        return await _asked_for(pages, access_code_ids, lambda code: code.access_code_id)

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
        call = self._seam.events.list(since=moment(since), limit=limit)
        events = await self._read(call, "Reading the events", lambda records: [decode.event(r) for r in records])
        return tuple(event for event in events if event is not None)

    async def list_events_between(self, after: datetime, before: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened between two moments, which may or may not belong to the span themselves (/events/list)."""
        call = self._seam.events.list(between=[after.isoformat(), before.isoformat()], limit=limit)
        events = await self._read(call, "Reading the events", lambda records: [decode.event(r) for r in records])
        return tuple(event for event in events if event is not None)

    async def find_access_grants(self, access_code_id: str) -> tuple[AccessGrant, ...]:
        """The grants that own a code, normally one or none: a code itself does not say (/access_grants/list).

        Raises:
            BadAnswer: With status 404, this server knows no access grants.
        """
        call = self._seam.access_grants.list(access_code_id=access_code_id)
        doing = "Looking up access grants"
        return await self._read(call, doing, lambda records: tuple(decode.access_grant(record) for record in records))

    async def generate_pin(self, device_id: str) -> Pin:
        """A PIN that suits the lock; nothing is created (/access_codes/generate_code)."""
        call = self._seam.access_codes.generate_code(device_id=device_id)
        return await self._read(call, "Asking Seam for a PIN", decode.generated_pin)


async def _asked_for(
    pages: AsyncIterator[tuple[_T | None, ...]], ids: Sequence[str], id_of: Callable[[_T], str]
) -> tuple[_T, ...]:
    """The records with these ids; the server's filter is not trusted, nor its pages read on for what it ignores."""
    wanted = set(ids)
    found: dict[str, _T] = {}
    async for page in pages:
        before = len(found)
        found |= {id_of(record): record for record in page if record is not None and id_of(record) in wanted}
        if len(found) in {before, len(wanted)}:
            break
    return tuple(found.values())


def _managed(record: Any) -> AccessCode | None:
    """A managed code; None for one that a server lists here although it is unmanaged."""
    return None if record.is_managed is False else decode.access_code(record, is_managed=True)


def _unmanaged(record: Any) -> AccessCode:
    return decode.access_code(record, is_managed=False)
