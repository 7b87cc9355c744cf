"""Seam's documented write limits, per device and minute, and the waits that keep within them.

A write counts from the moment at which its answer arrived: the server took it before that, so sixty seconds later it
has left the server's window for certain, whether that slides or is cut at fixed minutes.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from seam_tui.domain.clock import Clock

WINDOW: Final = 60.0
"""Seconds of the documented limits (rate-limits-and-guardrails.mdx)."""
REFUSED_PAUSES: Final = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds to wait after a 429 that names no Retry-After, longer each time in a row: another client writes as well."""


class WriteKind(StrEnum):
    """What the limits tell apart."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    LOCK = "lock"
    UNLOCK = "unlock"


LIMITS: Final[Mapping[WriteKind, int]] = {
    WriteKind.CREATE: 10,
    WriteKind.UPDATE: 10,
    WriteKind.DELETE: 20,
    WriteKind.LOCK: 15,
    WriteKind.UNLOCK: 15,
}
"""Writes of one kind on one device in any sixty seconds."""


@dataclass(frozen=True, slots=True)
class SentAt:
    """A write that was sent, for the journal: a resumed run keeps within the limits as well."""

    device_id: str
    kind: WriteKind
    at: datetime


@dataclass(slots=True)
class _Lane:
    """The writes of one kind on one device."""

    limit: int
    answered: deque[float] = field(default_factory=deque)
    under_way: int = 0
    closed_until: float = 0.0
    refusals: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wait(self, now: float) -> float | None:
        """Seconds until the next write may go; None when that depends on one that is under way."""
        while self.answered and self.answered[0] + WINDOW <= now:
            self.answered.popleft()
        closed = max(self.closed_until - now, 0.0)
        if len(self.answered) + self.under_way < self.limit:
            return closed
        if not self.answered:
            return None
        return max(self.answered[0] + WINDOW - now, closed)


class Pacer:
    """Lets writes go as fast as the limits allow and no faster. Lives on one event loop.

    Args:
        clock: Time.
        limits: Writes of each kind on one device in any sixty seconds.
    """

    def __init__(self, clock: Clock, limits: Mapping[WriteKind, int] = LIMITS) -> None:
        self._clock = clock
        self._limits = limits
        self._lanes: dict[tuple[str, WriteKind], _Lane] = {}

    def _lane(self, device_id: str, kind: WriteKind) -> _Lane:
        lane = self._lanes.get((device_id, kind))
        if lane is None:
            lane = self._lanes[device_id, kind] = _Lane(self._limits[kind])
        return lane

    async def take(self, device_id: str, kind: WriteKind) -> None:
        """Wait until a write may go, in the order of asking; `answered` or `refused` must follow."""
        lane = self._lane(device_id, kind)
        async with lane.turn:
            while True:
                seconds = lane.wait(self._clock.monotonic())
                if seconds == 0.0:
                    break
                lane.changed.clear()
                if seconds is None:
                    await lane.changed.wait()
                else:
                    await self._clock.sleep(seconds)
            lane.under_way += 1

    def answered(self, device_id: str, kind: WriteKind) -> SentAt:
        """A write was answered, or its answer was lost: it counts from now on."""
        lane = self._lane(device_id, kind)
        lane.under_way -= 1
        lane.refusals = 0
        lane.answered.append(self._clock.monotonic())
        lane.changed.set()
        return SentAt(device_id, kind, self._clock.now())

    def refused(self, device_id: str, kind: WriteKind, retry_after: float | None) -> float:
        """A write was refused with 429 and did not take effect: the lane rests.

        Args:
            device_id: The device.
            kind: What was asked for.
            retry_after: Seconds that Seam asks to wait, if it says so.

        Returns:
            Seconds of the rest.
        """
        lane = self._lane(device_id, kind)
        lane.under_way -= 1
        pause = REFUSED_PAUSES[min(lane.refusals, len(REFUSED_PAUSES) - 1)] if retry_after is None else retry_after
        lane.refusals += 1
        lane.closed_until = max(lane.closed_until, self._clock.monotonic() + pause)
        lane.changed.set()
        return pause

    def not_sent(self, device_id: str, kind: WriteKind) -> None:
        """A turn was taken, and nothing was sent in it."""
        lane = self._lane(device_id, kind)
        lane.under_way -= 1
        lane.changed.set()

    def remember(self, sent: Iterable[SentAt]) -> None:
        """Take writes into account that an earlier process sent."""
        now, mono = self._clock.now(), self._clock.monotonic()
        for write in sorted(sent, key=lambda write: write.at):
            age = max((now - write.at).total_seconds(), 0.0)
            if age < WINDOW:
                self._lane(write.device_id, write.kind).answered.append(mono - age)


def least_seconds(writes: Mapping[tuple[str, WriteKind], int], limits: Mapping[WriteKind, int] = LIMITS) -> float:
    """The least time in which so many writes on each device can go, in seconds; devices go side by side."""
    return max(
        ((math.ceil(count / limits[kind]) - 1) * WINDOW for (_, kind), count in writes.items() if count > 0),
        default=0.0,
    )
