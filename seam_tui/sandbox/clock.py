"""The sandbox's clock: real time by default, or a time that a test or a person drives.

Everything that moves in the sandbox moves by this clock, so a test can cross a whole stay in a microsecond and a demo
can run a day in a minute.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """A clock that can be read, set, advanced and run at another speed.

    Args:
        start: The moment at which the clock starts; the present if left out.
        speed: Simulated seconds per real second; 0 stands still, and only `set` and `advance` move it.
        source: Where real seconds come from; tests replace it.
    """

    def __init__(
        self,
        start: datetime | None = None,
        *,
        speed: float = 1.0,
        source: Callable[[], float] = time.time,
    ) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("The sandbox's clock needs a time zone: pass an aware datetime.")
        self._source = source
        self._real_mark = source()
        self._mark = start.timestamp() if start is not None else self._real_mark
        self._speed = speed

    def timestamp(self) -> float:
        """The present as seconds since 1970; what the simulation calculates with."""
        return self._mark + (self._source() - self._real_mark) * self._speed

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def set(self, moment: datetime) -> None:
        """Jump to a moment. What already happened does not unhappen when it lies in the past."""
        if moment.tzinfo is None:
            raise ValueError("The sandbox's clock needs a time zone: pass an aware datetime.")
        self._real_mark = self._source()
        self._mark = moment.timestamp()

    def advance(self, delta: timedelta) -> None:
        """Jump forward by a span."""
        self.set(self.now() + delta)

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        if value < 0:
            raise ValueError("The sandbox's clock cannot run backwards.")
        # Keep the present where it is: only what comes from now on runs at the new speed.
        present = self.timestamp()
        self._real_mark = self._source()
        self._mark = present
        self._speed = value


def iso(timestamp: float) -> str:
    """Write a moment as the API does: UTC, milliseconds, a Z."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_time(text: str) -> float:
    """Read a moment in any ISO 8601 form with a time zone.

    Raises:
        ValueError: The text is no such moment.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        # The API takes a time without a zone as UTC.
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
