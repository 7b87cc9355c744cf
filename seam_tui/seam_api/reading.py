"""What is read from Seam."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.event import Event
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import Pin
from seam_tui.seam_api import decode, decode_codes
from seam_tui.seam_api.calls import WORKSPACE, Route, SeamCalls, each, moment

_T = TypeVar("_T")

PAGE_SIZE: Final = 500
"""Records a page: more would hold up the loop that decodes them."""

_ACCOUNTS: Final = Route("/connected_accounts/list", "connected_accounts", "Reading the connected accounts")
_ACCOUNT: Final = Route("/connected_accounts/get", "connected_account", "Reading the connected account")
_DEVICES: Final = Route("/devices/list", "devices", "Reading the devices")
_SOME_DEVICES: Final = Route("/devices/list", "devices", "Reading the devices again")
_DEVICE: Final = Route("/devices/get", "device", "Reading the device")
_CODES: Final = Route("/access_codes/list", "access_codes", "Reading the access codes")
_SOME_CODES: Final = Route("/access_codes/list", "access_codes", "Reading the access codes again")
_CODE: Final = Route("/access_codes/get", "access_code", "Reading the code")
_UNMANAGED_CODES: Final = Route("/access_codes/unmanaged/list", "access_codes", "Reading the unmanaged access codes")
_UNMANAGED_CODE: Final = Route("/access_codes/unmanaged/get", "access_code", "Reading the unmanaged code")
_EVENTS: Final = Route("/events/list", "events", "Reading the events")
_GRANTS: Final = Route("/access_grants/list", "access_grants", "Looking up access grants")
_PIN: Final = Route("/access_codes/generate_code", "generated_code", "Asking Seam for a PIN")


class SeamReading(SeamCalls):
    """The calls that change nothing."""

    async def get_workspace(self) -> Workspace:
        """The workspace that the credentials open (/workspaces/get)."""
        return await self._get(WORKSPACE, decode.workspace, {})

    def list_connected_accounts(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[ConnectedAccount, ...]]:
        """Every connected account, in pages (/connected_accounts/list)."""
        return self._pages(_ACCOUNTS, each(decode.connected_account), {"limit": page_size})

    def list_devices(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[Device, ...]]:
        """Every managed device, in pages (/devices/list: /locks/list has no pagination)."""
        return self._pages(_DEVICES, each(decode.device), {"limit": page_size})

    async def list_devices_by_ids(self, device_ids: Sequence[str]) -> tuple[Device, ...]:
        """Those of some managed devices that Seam lists; one that is missing is not thereby gone (/devices/list).

        Args:
            device_ids: At most 100 at once: they stand in the address.
        """
        params = {"device_ids": list(device_ids), "limit": len(device_ids)}
        pages = self._pages(_SOME_DEVICES, each(decode.device), params)
        return await _asked_for(pages, device_ids, lambda device: device.device_id)

    async def list_access_codes(
        self, device_id: str, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        """The managed codes of one device, in pages; the server's filter is not trusted (/access_codes/list)."""
        params = {"device_id": device_id, "limit": page_size}
        async for page in self._pages(_CODES, decode_codes.managed_codes, params):
            yield tuple([code for code in page if code.device_id == device_id])

    async def list_access_codes_by_ids(self, access_code_ids: Sequence[str]) -> tuple[AccessCode, ...]:
        """Those of some managed codes that Seam lists; one that is missing is not thereby gone (/access_codes/list).

        Args:
            access_code_ids: At most 100 at once: they stand in the address.
        """
        params = {"access_code_ids": list(access_code_ids), "limit": len(access_code_ids)}
        pages = self._pages(_SOME_CODES, decode_codes.managed_codes, params)
        return await _asked_for(pages, access_code_ids, lambda code: code.access_code_id)

    async def list_unmanaged_access_codes(
        self, device_id: str, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        """The unmanaged codes of one device, in pages (/access_codes/unmanaged/list)."""
        params = {"device_id": device_id, "limit": page_size}
        async for page in self._pages(_UNMANAGED_CODES, decode_codes.unmanaged_codes, params):
            yield tuple([code for code in page if code.device_id == device_id])

    async def get_access_code(self, access_code_id: str) -> AccessCode:
        """One managed code (/access_codes/get).

        Raises:
            Gone: It was removed from its lock, deleted, or is not managed any more.
        """
        return await self._get(_CODE, decode_codes.managed_code, {"access_code_id": access_code_id})

    async def get_unmanaged_access_code(self, access_code_id: str) -> AccessCode:
        """One unmanaged code (/access_codes/unmanaged/get).

        Raises:
            Gone: It is not on its lock any more, or is managed now.
        """
        return await self._get(_UNMANAGED_CODE, decode_codes.unmanaged_code, {"access_code_id": access_code_id})

    async def get_device(self, device_id: str) -> Device:
        """One device (/devices/get)."""
        return await self._get(_DEVICE, decode.device, {"device_id": device_id})

    async def get_connected_account(self, connected_account_id: str) -> ConnectedAccount:
        """One connected account (/connected_accounts/get)."""
        return await self._get(_ACCOUNT, decode.connected_account, {"connected_account_id": connected_account_id})

    async def list_events(self, since: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened since a moment, one page (/events/list has no cursor)."""
        return await self._list(_EVENTS, decode.events, {"since": moment(since), "limit": limit})

    async def list_events_between(self, after: datetime, before: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened between two moments, which may or may not belong to the span themselves (/events/list)."""
        span = [after.isoformat(), before.isoformat()]
        return await self._list(_EVENTS, decode.events, {"between": span, "limit": limit})

    async def find_access_grants(self, access_code_id: str) -> tuple[AccessGrant, ...]:
        """The grants that own a code, normally one or none: a code itself does not say (/access_grants/list).

        Raises:
            BadAnswer: With status 404, this server knows no access grants.
        """
        return await self._list(_GRANTS, each(decode.access_grant), {"access_code_id": access_code_id})

    async def generate_pin(self, device_id: str) -> Pin:
        """A PIN that suits the lock; nothing is created (/access_codes/generate_code)."""
        return await self._get(_PIN, decode.generated_pin, {"device_id": device_id})


async def _asked_for(
    pages: AsyncIterator[tuple[_T, ...]], ids: Sequence[str], id_of: Callable[[_T], str]
) -> tuple[_T, ...]:
    """The records with these ids; the server's filter is not trusted, nor its pages read on for what it ignores."""
    wanted = set(ids)
    found: dict[str, _T] = {}
    async for page in pages:
        before = len(found)
        found |= {id_of(record): record for record in page if id_of(record) in wanted}
        if len(found) in {before, len(wanted)}:
            break
    return tuple(found.values())
