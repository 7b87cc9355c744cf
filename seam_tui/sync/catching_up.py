"""Reading what events named, in as few requests as may be: P + ceil(k/100) + … (DESIGN, speed budget)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
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
    """Reads news. What was read leaves them; what could not be read stays in them for the next time.

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
        self._tally = Tally()
        self._read_alone = 0
        self._unreadable: list[tuple[SeamFailure, Callable[[], object], Callable[[SeamFailure], events.SyncEvent]]] = []

    async def read(self, news: News) -> Tally:
        """Read all that is named.

        Raises:
            SeamFailure: Seam cannot be asked at the moment.
        """
        self._tally = Tally()
        self._read_alone = 0
        self._unreadable.clear()
        self._reader.is_careful = news.tries >= CAREFUL_AFTER
        try:
            await self._read(news)
        except SeamFailure:
            news.tries += 1
            raise
        finally:
            self._reader.is_careful = False
        news.tries = 0
        return self._tally

    async def _read(self, news: News) -> None:
        await self._all(self._account(key, news) for key in list(news.accounts))
        left_out: dict[str, None] = {}
        await self._all(self._devices(batch, news, left_out) for batch in batches(list(news.devices)))
        await self._all(self._device(key, news) for key in left_out)
        await self._all(self._listing(key, news) for key in list(news.listings))
        missing: dict[str, bool] = {}
        await self._all(self._codes(batch, news, missing) for batch in batches(list(news.codes)))
        await self._all(self._codes(batch, news, missing) for batch in batches(self._index.take_backups()))
        await self._all(self._unmanaged(key, news, missing) for key in list(news.unmanaged_on))
        await self._all(self._code(key, news, is_managed=managed) for key, managed in missing.items())
        # Two say so, the event and the 404: nobody need look whether it lives on as the other kind.
        deleted = list(news.deleted.items())
        await self._all(self._code(key, news, is_managed=managed, either_kind=False) for key, managed in deleted)
        self._tally.codes += len(deleted)
        self._tell_unreadable()

    async def _all(self, reads: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Some reads side by side; each is finished before a failure of one is raised."""

        async def in_turn(read: Coroutine[Any, Any, None]) -> None:
            async with self._slots:
                await read

        outcomes = await asyncio.gather(*(in_turn(read) for read in reads), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _account(self, key: str, news: News) -> None:
        await self._alone(
            self._reader.account(key),
            lambda: news.accounts.pop(key, None),
            lambda failure: events.AccountsFailed(failure, key),
        )

    async def _devices(self, batch: tuple[str, ...], news: News, left_out: dict[str, None]) -> None:
        new = [key for key in batch if not self._index.has_device(key)]
        missing = await self._reader.devices(batch)
        left_out |= dict.fromkeys(missing)
        for key in batch:
            if key not in left_out:
                news.devices.pop(key, None)
        news.listings |= dict.fromkeys(key for key in new if self._index.has_device(key))
        self._tally.devices += len(batch)

    async def _device(self, key: str, news: News) -> None:
        is_new = not self._index.has_device(key)
        await self._alone(
            self._reader.device(key),
            lambda: news.devices.pop(key, None),
            lambda failure: events.DeviceFailed(key, failure, 1, None),
        )
        if is_new and self._index.has_device(key):
            news.listings[key] = None

    async def _listing(self, device_id: str, news: News) -> None:
        await self._reader.device_codes(device_id)
        news.listings.pop(device_id, None)
        news.unmanaged_on.pop(device_id, None)
        for key in self._index.codes_on(device_id):
            news.forget(key)
            self._tally.codes += 1

    async def _codes(self, batch: tuple[str, ...], news: News, missing: dict[str, bool]) -> None:
        left_out = await self._reader.codes(batch)
        missing |= dict.fromkeys(left_out, True)
        for key in batch:
            if key not in missing:
                news.forget(key)
        self._tally.codes += len(batch)

    async def _unmanaged(self, device_id: str, news: News, missing: dict[str, bool]) -> None:
        named = list(news.unmanaged_on[device_id])
        left_out = await self._reader.unmanaged_codes(device_id)
        for key in dict.fromkeys((*named, *left_out)):
            if key in news.deleted:
                continue  # it is asked for as one that is gone
            if key in left_out or not self._index.is_unmanaged(key):
                missing[key] = False
            else:
                news.forget(key)
            self._tally.codes += 1

    async def _code(self, key: str, news: News, *, is_managed: bool, either_kind: bool = True) -> None:
        await self._alone(
            self._reader.code(key, is_managed=is_managed, either_kind=either_kind),
            lambda: news.forget(key),
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
            if is_passing(failure, is_careful=self._reader.is_careful):
                raise
            self._unreadable.append((failure, drop, tell))
        else:
            drop()

    def _tell_unreadable(self) -> None:
        if len(self._unreadable) >= _DOUBT and len(self._unreadable) == self._read_alone:
            raise self._unreadable[0][0]
        for failure, drop, tell in self._unreadable:
            drop()
            self._emit(tell(failure))
