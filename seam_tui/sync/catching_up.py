"""Reading what events named, in as few requests as may be: P + ceil(k/100) + … (DESIGN, speed budget)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.batches import BatchReader, is_passing
from seam_tui.sync.events import Emit
from seam_tui.sync.index import Index
from seam_tui.sync.news import News
from seam_tui.sync.pace import batches

CONCURRENCY: Final = 4
"""Requests at once."""
CAREFUL_AFTER: Final = 2
"""Tries after which one record is no longer allowed to hold up all the others."""
_DOUBT: Final = 3
"""When so many single records cannot be read and none can, it is not the records."""


@dataclass(slots=True)
class Tally:
    """How much was read again, or found gone."""

    codes: int = 0
    devices: int = 0


class CatchingUp:
    """Reads news, also several at once. What was read leaves them; what could not be read stays for the next time.

    Args:
        reader: Where to read.
        index: What is known.
        emit: Takes failures of single records.
    """

    def __init__(self, reader: BatchReader, index: Index, emit: Emit) -> None:
        self._reader = reader
        self._index = index
        self._emit = emit
        self._slots = asyncio.Semaphore(CONCURRENCY)

    async def read(self, news: News) -> Tally:
        """Read all that is named.

        Raises:
            SeamFailure: Seam cannot be asked at the moment.
        """
        reading = _Reading(self._reader, self._index, self._slots, news, is_careful=news.tries >= CAREFUL_AFTER)
        try:
            await reading.read()
        except SeamFailure:
            news.tries += 1
            raise
        for failure, drop, tell in reading.unreadable:
            drop()
            self._emit(tell(failure))
        news.tries = 0
        return reading.tally


@dataclass(slots=True)
class _Reading:
    """One time through some news."""

    _reader: BatchReader
    _index: Index
    _slots: asyncio.Semaphore
    _news: News
    is_careful: bool
    """Whether one record is no longer allowed to hold up all the others."""
    tally: Tally = field(default_factory=Tally)
    unreadable: list[tuple[SeamFailure, Callable[[], object], Callable[[SeamFailure], events.SyncEvent]]] = field(
        default_factory=list
    )
    """What cannot be read because of itself: why, how to drop it, and what to tell."""
    _read_alone: int = 0

    async def read(self) -> None:
        """Read all that is named.

        Raises:
            SeamFailure: Seam cannot be asked at the moment.
        """
        news = self._news
        await self._all(self._account(key) for key in list(news.accounts))
        left_out: dict[str, None] = {}
        await self._all(self._devices(batch, left_out) for batch in batches(list(news.devices)))
        await self._all(self._device(key) for key in left_out)
        await self._all(self._listing(key) for key in list(news.listings))
        missing: dict[str, bool] = {}
        await self._all(self._codes(batch, missing) for batch in batches(list(news.codes)))
        await self._all(self._codes(batch, missing) for batch in batches(self._index.take_backups()))
        await self._all(self._unmanaged(key, missing) for key in list(news.unmanaged_on))
        await self._all(self._code(key, is_managed=managed) for key, managed in missing.items())
        # Two say so, the event and the 404: nobody need look whether it lives on as the other kind.
        deleted = list(news.deleted.items())
        await self._all(self._code(key, is_managed=managed, either_kind=False) for key, managed in deleted)
        self.tally.codes += len(deleted)
        if len(self.unreadable) >= _DOUBT and len(self.unreadable) == self._read_alone:
            raise self.unreadable[0][0]

    async def _all(self, reads: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Some reads side by side; each is finished before a failure of one is raised."""

        async def in_turn(read: Coroutine[Any, Any, None]) -> None:
            async with self._slots:
                await read

        outcomes = await asyncio.gather(*(in_turn(read) for read in reads), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _account(self, key: str) -> None:
        await self._alone(
            self._reader.account(key),
            lambda: self._news.accounts.pop(key, None),
            lambda failure: events.AccountsFailed(failure, key),
        )

    async def _devices(self, batch: tuple[str, ...], left_out: dict[str, None]) -> None:
        new = [key for key in batch if not self._index.has_device(key)]
        missing = await self._reader.devices(batch, is_careful=self.is_careful)
        left_out |= dict.fromkeys(missing)
        for key in batch:
            if key not in left_out:
                self._news.devices.pop(key, None)
        self._news.listings |= dict.fromkeys(key for key in new if self._index.has_device(key))
        self.tally.devices += len(batch)

    async def _device(self, key: str) -> None:
        is_new = not self._index.has_device(key)
        await self._alone(
            self._reader.device(key),
            lambda: self._news.devices.pop(key, None),
            lambda failure: events.DeviceFailed(key, failure, 1, None),
        )
        if is_new and self._index.has_device(key):
            self._news.listings[key] = None

    async def _listing(self, device_id: str) -> None:
        await self._reader.device_codes(device_id)
        self._news.listings.pop(device_id, None)
        self._news.unmanaged_on.pop(device_id, None)
        for key in self._index.codes_on(device_id):
            self._news.forget(key)
            self.tally.codes += 1

    async def _codes(self, batch: tuple[str, ...], missing: dict[str, bool]) -> None:
        left_out = await self._reader.codes(batch, is_careful=self.is_careful)
        missing |= dict.fromkeys(left_out, True)
        for key in batch:
            if key not in missing:
                self._news.forget(key)
        self.tally.codes += len(batch)

    async def _unmanaged(self, device_id: str, missing: dict[str, bool]) -> None:
        named = list(self._news.unmanaged_on[device_id])
        left_out = await self._reader.unmanaged_codes(device_id)
        for key in dict.fromkeys((*named, *left_out)):
            if key in self._news.deleted:
                continue  # it is asked for as one that is gone
            if key in left_out or not self._index.is_unmanaged(key):
                missing[key] = False
            else:
                self._news.forget(key)
            self.tally.codes += 1

    async def _code(self, key: str, *, is_managed: bool, either_kind: bool = True) -> None:
        await self._alone(
            self._reader.code(key, is_managed=is_managed, either_kind=either_kind),
            lambda: self._news.forget(key),
            lambda failure: events.RereadFailed(key, failure),
        )

    async def _alone(
        self,
        read: Coroutine[Any, Any, None],
        drop: Callable[[], object],
        tell: Callable[[SeamFailure], events.SyncEvent],
    ) -> None:
        """Read one record; what cannot be read because of itself is put aside, told and dropped."""
        self._read_alone += 1
        try:
            await read
        except SeamFailure as failure:
            if is_passing(failure, is_careful=self.is_careful):
                raise
            self.unreadable.append((failure, drop, tell))
        else:
            drop()
