"""Reading again by the hundred: codes and devices by their ids, a device's codes by listing them.

What a batch leaves out is not thereby gone: it is named to the caller, who asks for it alone. Only a 404 means gone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import Clock
from seam_tui.seam_api.errors import BadAnswer, Gone, SeamFailure
from seam_tui.sync import events
from seam_tui.sync.events import Emit
from seam_tui.sync.finding import find_code
from seam_tui.sync.index import Index
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.reads import SeamReads, worth_retrying
from seam_tui.sync.rereader import Rereader
from seam_tui.sync.rests import is_of_no_record
from seam_tui.sync.waiting import within

_T = TypeVar("_T")


class BatchReader:
    """Reads records again and reports them. Every call raises `SeamFailure` when Seam cannot be asked.

    Args:
        client: Where to read.
        emit: Takes each event; the index must learn through it.
        clock: Time, for patience.
        rereader: Is told of the codes that it watches too.
        index: What is known.
        pace: For its patience.
    """

    def __init__(
        self, client: SeamReads, emit: Emit, clock: Clock, rereader: Rereader, index: Index, pace: WatchPace
    ) -> None:
        self._client = client
        self._emit = emit
        self._clock = clock
        self._rereader = rereader
        self._index = index
        self.pace = pace
        self.requests = 0
        """How many requests were made; an answer in pages counts each page."""

    async def codes(self, access_code_ids: Sequence[str], *, is_careful: bool = False) -> list[str]:
        """Read up to 100 managed codes.

        Args:
            access_code_ids: The codes.
            is_careful: Whether no answer at all counts as one that leaves all out: one record may spoil it.

        Returns:
            Those that the answer leaves out.
        """
        asked_at = self._rereader.expect(access_code_ids)
        found = await self._batch(self._client.list_access_codes_by_ids, access_code_ids, is_careful=is_careful)
        if current := self._rereader.not_overtaken(found, asked_at):
            self._emit(events.CodesRead(None, current))
        for code in current:
            self._rereader.heard(code.access_code_id, code, asked_at)
        seen = {code.access_code_id for code in found}
        return [key for key in access_code_ids if key not in seen]

    async def code(self, access_code_id: str, *, is_managed: bool, either_kind: bool = True) -> None:
        """Read one code, and say if it is gone.

        Args:
            access_code_id: The code.
            is_managed: As what it is expected to be found.
            either_kind: Whether to look for the other kind too before it counts as gone.
        """
        asked_at = self._rereader.expect((access_code_id,))
        self.requests += 1
        code = await self._within(
            find_code(self._client, access_code_id, is_managed=is_managed, either_kind=either_kind)
        )
        if either_kind and (code is None or code.is_managed != is_managed):
            self.requests += 1
        if self._rereader.is_overtaken(access_code_id, asked_at):
            return
        self._emit(events.CodeGone(access_code_id) if code is None else events.CodesRead(code.device_id, (code,)))
        self._rereader.heard(access_code_id, code, asked_at)

    async def devices(self, device_ids: Sequence[str], *, is_careful: bool = False) -> list[str]:
        """Read up to 100 devices; one that does not take access codes any more goes.

        Args:
            device_ids: The devices.
            is_careful: As for `codes`.

        Returns:
            Those that the answer leaves out.
        """
        found = await self._batch(self._client.list_devices_by_ids, device_ids, is_careful=is_careful)
        taking = tuple(device for device in found if device.takes_access_codes)
        if taking:
            self._emit(events.DevicesRead(taking))
        for device in found:
            if not device.takes_access_codes and self._index.has_device(device.device_id):
                self._emit(events.DeviceGone(device.device_id))
        seen = {device.device_id for device in found}
        return [key for key in device_ids if key not in seen]

    async def all_devices(self) -> tuple[list[str], list[str]]:
        """List all devices.

        Returns:
            Those that are new, and those that were known and are not listed: they stay until each was asked for alone.
        """
        seen: set[str] = set()
        new: list[str] = []
        pages = self._client.list_devices()
        while (page := await self._next(pages)) is not None:
            taking = tuple(device for device in page if device.takes_access_codes)
            new += [device.device_id for device in taking if not self._index.has_device(device.device_id)]
            seen.update(device.device_id for device in taking)
            self._emit(events.DevicesRead(taking))
        missing = [key for key in self._index.device_ids if key not in seen]
        self._emit(events.DevicesComplete(frozenset((*seen, *missing))))
        return new, missing

    async def device(self, device_id: str) -> None:
        """Read one device, and say if it is gone or takes no access codes any more."""
        self.requests += 1
        try:
            device = await self._within(self._client.get_device(device_id))
        except Gone:
            # One that was never shown needs no word of its end.
            if self._index.has_device(device_id):
                self._emit(events.DeviceGone(device_id))
            return
        if device.takes_access_codes:
            self._emit(events.DevicesRead((device,)))
        elif self._index.has_device(device_id):
            self._emit(events.DeviceGone(device_id))

    async def device_codes(self, device_id: str) -> list[str]:
        """List all codes of a device, managed and unmanaged.

        Returns:
            Codes that were known there and are not listed: they stay until each was asked for alone.
        """
        self._rereader.expect(self._index.codes_on(device_id))
        try:
            seen = await self._pages(self._client.list_access_codes(device_id))
            seen |= await self._pages(self._client.list_unmanaged_access_codes(device_id))
        except Gone:
            await self.device(device_id)
            return []
        missing = [key for key in self._index.codes_on(device_id) if key not in seen]
        self._emit(events.DeviceCodesComplete(device_id, frozenset((*seen, *missing))))
        return missing

    async def unmanaged_codes(self, device_id: str) -> list[str]:
        """List the unmanaged codes of a device.

        Returns:
            Codes that were known as unmanaged there and are not listed.
        """
        self._rereader.expect(self._index.unmanaged_on(device_id))
        try:
            seen = await self._pages(self._client.list_unmanaged_access_codes(device_id))
        except Gone:
            await self.device(device_id)
            return []
        return [key for key in self._index.unmanaged_on(device_id) if key not in seen]

    async def account(self, connected_account_id: str) -> None:
        """Read one connected account; if it is gone, list those that are left."""
        self.requests += 1
        try:
            account = await self._within(self._client.get_connected_account(connected_account_id))
        except Gone:
            await self.accounts()
        else:
            self._emit(events.AccountsRead((account,)))

    async def accounts(self) -> None:
        """List all connected accounts."""
        seen: set[str] = set()
        pages = self._client.list_connected_accounts()
        while (page := await self._next(pages)) is not None:
            seen.update(account.connected_account_id for account in page)
            self._emit(events.AccountsRead(page))
        self._emit(events.AccountsComplete(frozenset(seen)))

    async def workspace(self) -> None:
        """Read the workspace itself."""
        self.requests += 1
        self._emit(events.WorkspaceRead(await self._within(self._client.get_workspace())))

    async def _batch(
        self, read: Callable[[Sequence[str]], Awaitable[tuple[_T, ...]]], ids: Sequence[str], *, is_careful: bool
    ) -> tuple[_T, ...]:
        """One request for many; refused or unreadable as a whole it counts as an answer that leaves all out."""
        self.requests += 1
        try:
            return await self._within(read(ids))
        except SeamFailure as failure:
            if is_passing(failure, is_careful=is_careful):
                raise
            return ()

    async def _pages(self, pages: AsyncIterator[tuple[AccessCode, ...]]) -> set[str]:
        seen: set[str] = set()
        asked_at = self._clock.monotonic()
        while (page := await self._next(pages)) is not None:
            seen.update(code.access_code_id for code in page)
            current = self._rereader.not_overtaken(page, asked_at)
            if current:
                self._emit(events.CodesRead(current[0].device_id, current))
            for code in current:
                self._rereader.heard(code.access_code_id, code, asked_at)
            asked_at = self._clock.monotonic()
        return seen

    async def _next(self, pages: AsyncIterator[tuple[_T, ...]]) -> tuple[_T, ...] | None:
        """The next page of a listing; None after the last. One that fails was asked for as well."""
        try:
            page = await self._within(anext(pages, None))
        except SeamFailure:
            self.requests += 1
            raise
        self.requests += page is not None
        return page

    async def _within(self, asked: Awaitable[_T]) -> _T:
        return await within(self._clock, self.pace.patience, asked)


def is_passing(failure: SeamFailure, *, is_careful: bool = False) -> bool:
    """Whether a failure is not about this very record: asked again later, the same may go well.

    Args:
        failure: What came instead of an answer.
        is_careful: Whether this was tried before, so that only what is of no record excuses it.
    """
    may_pass = worth_retrying(failure) and not isinstance(failure, BadAnswer)
    return is_of_no_record(failure) or (may_pass and not is_careful)
