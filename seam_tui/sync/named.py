"""Reads some codes by their ids, each with all that stands on its lock: what a plan for them is checked against."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.seam_api.errors import Gone, InvalidInput, SeamFailure, Unauthorized
from seam_tui.sync.applier import apply_event
from seam_tui.sync.device_codes import DeviceRead, read_codes
from seam_tui.sync.events import DevicesRead, SyncEvent
from seam_tui.sync.reads import SeamReads
from seam_tui.workspace.store import WorkspaceStore

CONCURRENCY: Final = 8
"""Codes looked up at once."""


async def load_named(client: SeamReads, store: WorkspaceStore, access_code_ids: Iterable[str]) -> dict[str, str]:
    """Read codes into a store: the workspace, each code's lock, and every code of those locks.

    One code of a lock is looked up by its id; those that stand on the same lock come with it.

    Args:
        client: Where to read.
        store: What to fill; used from this loop alone.
        access_code_ids: Which codes, managed or unmanaged.

    Returns:
        Why a code could not be read, by its id. A code that is neither there nor in the store does not exist.

    Raises:
        SeamFailure: The workspace could not be read, or the credentials were refused.
    """
    store.apply_workspace(await client.get_workspace())
    return await _Reading(client, store).run(dict.fromkeys(access_code_ids))


class _Reading:
    """One call of `load_named`."""

    def __init__(self, client: SeamReads, store: WorkspaceStore) -> None:
        self._client = client
        self._store = store
        self._locks: dict[str, asyncio.Task[str | None]] = {}
        """The reading of each lock; ends with the reason when it could not be read."""
        self._unread: dict[str, str] = {}

    async def run(self, access_code_ids: Iterable[str]) -> dict[str, str]:
        named = tuple(access_code_ids)
        waiting = iter(named)
        workers = [asyncio.create_task(self._look_up_all(waiting)) for _ in range(CONCURRENCY)]
        try:
            await asyncio.gather(*workers)
        finally:
            for task in (*workers, *self._locks.values()):
                task.cancel()
        for access_code_id in named:
            code = self._store.codes.get(access_code_id)
            reading = self._locks.get(code.device_id) if code is not None else None
            reason = await reading if reading is not None else None
            if reason is not None:
                self._unread[access_code_id] = reason
        return self._unread

    async def _look_up_all(self, waiting: Iterator[str]) -> None:
        for access_code_id in waiting:  # the workers take from one iterator
            if access_code_id not in self._store.codes:
                await self._look_up(access_code_id)

    async def _look_up(self, access_code_id: str) -> None:
        try:
            code = await self._find(access_code_id)
        except Unauthorized:
            raise
        except InvalidInput:
            self._unread[access_code_id] = "Seam takes this for no access_code_id at all."
            return
        except SeamFailure as failure:
            self._unread[access_code_id] = str(failure)
            return
        if code is None:
            return
        if code.device_id not in self._locks:
            self._locks[code.device_id] = asyncio.create_task(self._read_lock(code.device_id))
        await self._locks[code.device_id]
        if access_code_id not in self._store.codes:
            self._store.apply_codes((code,))

    async def _find(self, access_code_id: str) -> AccessCode | None:
        for read in (self._client.get_access_code, self._client.get_unmanaged_access_code):
            try:
                return await read(access_code_id)
            except Gone:
                continue
        return None

    async def _read_lock(self, device_id: str) -> str | None:
        try:
            self._take(DevicesRead((await self._client.get_device(device_id),)))
            await read_codes(self._client, DeviceRead(device_id), self._take)
        except Unauthorized:
            raise
        except SeamFailure as failure:
            return f"Its lock could not be read. {failure}"
        return None

    def _take(self, event: SyncEvent) -> None:
        apply_event(self._store, event)
