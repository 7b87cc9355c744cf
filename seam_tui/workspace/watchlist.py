"""Codes to read again soon: which, why, and how often, until they settle or an hour has passed (UX rule 9).

Pure data over seconds of a monotonic clock, owned by one thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

BACK_OFF: Final = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0)
"""Seconds between the first reads: most locks answer within a minute."""
STEADY: Final = 30.0
"""Seconds between reads after those."""
OVERDUE_AFTER: Final = 600.0
"""Seconds after which an unsettled code is called late: "still removing after 10 min"."""
OVERDUE_STEP: Final = 60.0
"""Seconds between reads of a late code."""
GIVE_UP_AFTER: Final = 3_600.0
"""Seconds after which a code is let go; a reload still shows what became of it."""


class WatchKind(StrEnum):
    """As what a code is expected to be found."""

    MANAGED = "managed"
    UNMANAGED = "unmanaged"


@dataclass(frozen=True, slots=True)
class Watch:
    """One code that is being watched."""

    id: str
    kind: WatchKind
    reason: str
    """What was asked for, as it ends the sentence "still …": `removing`, `changing PIN`."""
    since: float
    """When it was asked for, in seconds of the monotonic clock."""
    next_at: float
    """When to read it next."""
    reads: int = 0
    """How often it was read."""
    until_gone: bool = False
    """Whether only its disappearance settles it: a removal that Seam does not show yet looks like a settled code."""
    minutes_told: int = 0
    """The last wait that was reported, in minutes."""


class Watchlist:
    """The watched codes by id. Adding an id again starts over: something new was asked of it."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}

    def __len__(self) -> int:
        return len(self._watches)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._watches

    def get(self, id_: str) -> Watch | None:
        """The watch on an id; None when it is not watched."""
        return self._watches.get(id_)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every watched id."""
        return tuple(self._watches)

    def add(self, id_: str, kind: WatchKind, reason: str, now: float, *, until_gone: bool = False) -> None:
        """Watch an id from now on; its first read is due after the first step of the back-off."""
        self._watches[id_] = Watch(id_, kind, reason, now, now + BACK_OFF[0], until_gone=until_gone)

    def due(self, now: float) -> tuple[str, ...]:
        """Ids to read now, the longest due first."""
        due = [watch for watch in self._watches.values() if watch.next_at <= now]
        return tuple(watch.id for watch in sorted(due, key=lambda watch: watch.next_at))

    def next_due(self) -> float | None:
        """When the next read is due; None when nothing is watched."""
        return min((watch.next_at for watch in self._watches.values()), default=None)

    def was_read(self, id_: str, now: float) -> None:
        """Note that an id was read, or that reading it was tried, and has not settled: the next read comes later."""
        watch = self._watches.get(id_)
        if watch is not None:
            self._watches[id_] = replace(watch, reads=watch.reads + 1, next_at=now + _step(watch, now))

    def settle(self, id_: str) -> None:
        """Stop watching an id; one that is not watched is no error."""
        self._watches.pop(id_, None)

    def overdue(self, now: float) -> tuple[Watch, ...]:
        """What has not settled within 10 minutes."""
        return tuple(watch for watch in self._watches.values() if now - watch.since >= OVERDUE_AFTER)

    def newly_late(self, now: float) -> tuple[Watch, ...]:
        """Those of `overdue` whose wait passed another ten minutes since this was last asked."""
        late = []
        for watch in self.overdue(now):
            minutes = int((now - watch.since) // OVERDUE_AFTER) * 10
            if minutes > watch.minutes_told:
                told = replace(watch, minutes_told=minutes)
                self._watches[watch.id] = told
                late.append(told)
        return tuple(late)

    def give_up(self, now: float) -> tuple[Watch, ...]:
        """Let go of what has not settled within the hour, and name it."""
        lost = tuple(watch for watch in self._watches.values() if now - watch.since >= GIVE_UP_AFTER)
        for watch in lost:
            del self._watches[watch.id]
        return lost


def _step(watch: Watch, now: float) -> float:
    """Seconds from the read just made to the next one; `reads` counts those before it."""
    if now - watch.since >= OVERDUE_AFTER:
        return OVERDUE_STEP
    following = watch.reads + 1
    return BACK_OFF[following] if following < len(BACK_OFF) else STEADY
