"""So many writes at once: of those that wait for a place, the one goes first whose lock has most to do."""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count


class Places:
    """Places that are given by need: a run lasts as long as its largest lock, which may never wait for small ones.

    Args:
        free: How many there are.
    """

    def __init__(self, free: int) -> None:
        self._free = free
        self._order = count()
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def taken(self, need: int | None = None) -> AsyncIterator[None]:
        """Hold a place, after a wait for one if need be.

        Args:
            need: How much there is to do for whoever asks; None goes before all others, as it ends what was begun. Who
                has asked first comes first among equals.
        """
        await self._take(math.inf if need is None else need)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, need: float) -> None:
        if self._free:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-need, next(self._order), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._give_back()  # it came just when nobody wanted it any more
            raise

    def _give_back(self) -> None:
        while self._waiting:
            place = heapq.heappop(self._waiting)[2]
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
