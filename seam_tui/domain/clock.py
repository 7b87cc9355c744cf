"""Time as something that is handed in: wall time, monotonic time and sleep."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol


class Clock(Protocol):
    """What every part that needs time is given."""

    def now(self) -> datetime:
        """The wall time, aware and in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    def local(self, moment: datetime) -> datetime | None:
        """A moment as the clock on the wall of whoever looks shows it; None where that is nobody in particular."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of this clock."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The wall time, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of `time.monotonic`."""
        return time.monotonic()

    def local(self, moment: datetime) -> datetime | None:
        """A moment in the machine's own zone; None for one at the ends of the calendar."""
        try:
            return moment.astimezone()
        except (OverflowError, ValueError, OSError):
            return None

    async def sleep(self, seconds: float) -> None:
        """`asyncio.sleep`."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only when told to, for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self.zone: tzinfo | None = None
        """The zone of whoever looks."""
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, asyncio.Event, asyncio.AbstractEventLoop]] = []

    def now(self) -> datetime:
        """The start plus all that was advanced."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Seconds advanced since the start."""
        return self._elapsed

    def local(self, moment: datetime) -> datetime | None:
        """A moment in the zone that was set."""
        return None if self.zone is None else moment.astimezone(self.zone)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was advanced by that many seconds."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wake = asyncio.Event()
        sleeper = (self._elapsed + seconds, wake, asyncio.get_running_loop())
        self._sleepers.append(sleeper)
        if sleeper[0] <= self._elapsed:
            wake.set()  # another thread has moved the clock on just before it could see this sleeper
        try:
            await wake.wait()
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    def advance(self, seconds: float) -> None:
        """Move on and wake those whose time has come, on whichever loop they wait."""
        self._elapsed += seconds
        for due, wake, loop in list(self._sleepers):
            if due <= self._elapsed:
                loop.call_soon_threadsafe(wake.set)
