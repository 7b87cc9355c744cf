"""Which records to read again next, so that what no event tells is found all the same.

Its lanes share a budget of requests fairly: none is held up by more than the equal shares of the others, so every
device is read within a bounded time (`Rolling.longest_round`), and what is on screen soon, however much is in trouble.
Pure: it plans, the watcher reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from seam_tui.sync.index import Index
from seam_tui.sync.pace import BATCH, WatchPace, batches

LISTED_WHEN_SEEN: Final = 3
"""So few devices on screen are listed anew; of more, only the known codes are read."""
FOREIGN_WHEN_SEEN: Final = 5
"""Of more devices on screen, so many a round have their unmanaged codes listed: each is a request of its own."""


class JobKind(StrEnum):
    """How some records are read."""

    CODES = "codes"
    """Managed codes by their ids, in one request."""
    CODE = "code"
    """One code that a listing left out, alone."""
    DEVICES = "devices"
    """Devices by their ids, in one request."""
    DEVICE = "device"
    """One device that a list left out, alone."""
    ALL_DEVICES = "all devices"
    """All devices, in pages: the only way to find one that no event told of."""
    UNMANAGED = "unmanaged"
    """The unmanaged codes of a device: there is no asking for them by their ids."""
    LISTING = "listing"
    """All codes of a device, managed and unmanaged."""
    ACCOUNTS = "accounts"
    """All connected accounts."""
    WORKSPACE = "workspace"


class RoundEnd(StrEnum):
    """Which round a job ends."""

    NONE = "none"
    KNOWN = "known"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Job:
    """What to read next."""

    kind: JobKind
    ids: tuple[str, ...] = ()


class Lane:
    """One way around the workspace, again and again.

    Args:
        plan: Plans a round.
        every: Least seconds between the starts of two rounds, as it is set at the moment.
    """

    def __init__(self, plan: Callable[[], Iterator[Job]], every: Callable[[], float]) -> None:
        self._plan = plan
        self._every = every
        self._round: Iterator[Job] | None = None
        self._started = float("-inf")
        self._head: Job | None = None
        self.spent = 0.0
        """Requests by which the lanes are compared."""

    def restart(self, now: float) -> None:
        """Everything was read just now: the next round is a whole `every` away."""
        self._round = self._head = None
        self._started = now

    @property
    def starts_at(self) -> float:
        """When the next round may start."""
        return self._started + self._every()

    def peek(self, now: float) -> Job | None:
        """The next job; None when there is none at the moment."""
        if self._head is None:
            if self._round is None and now >= self.starts_at:
                self._round, self._started = self._plan(), now
            if self._round is not None:
                self._head = next(self._round, None)
                if self._head is None:
                    self._round = None
        return self._head

    def take(self) -> tuple[Job, bool]:
        """Take the job that was just seen, and tell whether it was the last of its round."""
        job = self._head
        assert job is not None
        assert self._round is not None
        self._head = next(self._round, None)
        if self._head is None:
            self._round = None
        return job, self._round is None


class Rolling:
    """The rolling re-read's plan.

    Args:
        index: What there is to read.
        pace: Budget and intervals.
        is_watched: Whether a code is being read until it settles anyway.
    """

    def __init__(self, index: Index, pace: WatchPace, is_watched: Callable[[str], bool]) -> None:
        self.pace = pace
        self._index = index
        self._is_watched = is_watched
        self._seen: tuple[str, ...] = ()
        self._foreign_read = 0
        self._soon: dict[JobKind, dict[str, None]] = {
            kind: {}
            for kind in (
                JobKind.CODE, JobKind.DEVICE, JobKind.LISTING, JobKind.DEVICES, JobKind.CODES, JobKind.UNMANAGED,
            )
        }  # fmt: skip
        self._known = Lane(self._plan_known, lambda: self.pace.known_every)
        self._full = Lane(self._plan_full, lambda: self.pace.full_every)
        self._lanes = (
            Lane(self._plan_soon, lambda: 0.0),
            Lane(self._plan_seen, lambda: self.pace.hot_every),
            Lane(self._plan_troubled, lambda: self.pace.hot_every),
            self._known,
            self._full,
        )
        self._busy: list[Lane] = []
        self._served = self._lanes[0]
        self._level = 0.0
        self._free_at = float("-inf")

    def look_at(self, device_ids: Iterable[str]) -> None:
        """Say which devices a person looks at: they are read more often. May be called from any thread."""
        self._seen = tuple(device_ids)

    def add(self, kind: JobKind, ids: Iterable[str]) -> None:
        """Read something soon, before its turn; what comes round by itself, such as all accounts, is left to that."""
        if kind in self._soon:
            self._soon[kind] |= dict.fromkeys(ids)

    def restart(self, now: float) -> None:
        """Everything was read just now, at this second of the monotonic clock."""
        for queue in self._soon.values():
            queue.clear()
        for lane in self._lanes[1:]:
            lane.restart(now)

    def put_off_rounds(self, now: float) -> None:
        """Give what is on screen and in trouble a head start before the rounds: nothing was read yet."""
        for lane, every in ((self._known, self.pace.known_every), (self._full, self.pace.full_every)):
            lane.restart(now + self.pace.hot_every - every)

    def next(self, now: float) -> tuple[Job, RoundEnd] | None:
        """The next job, and which round ends with it; None while there is none or the budget rests.

        Tell `spend` what it cost before asking for another one.
        """
        if self.pace.requests_per_minute <= 0 or now < self._free_at:
            return None
        ready = [lane for lane in self._lanes if lane.peek(now) is not None]
        if not ready:
            self._busy = []
            return None
        for lane in ready:
            if lane not in self._busy:
                # A lane that had nothing to do has saved nothing up.
                lane.spent = max(lane.spent, self._level)
        self._busy = ready
        self._served = min(ready, key=lambda lane: lane.spent)
        self._level = self._served.spent
        job, is_last = self._served.take()
        ended = RoundEnd.NONE
        if is_last and self._served is self._known:
            ended = RoundEnd.KNOWN
        elif is_last and self._served is self._full:
            ended = RoundEnd.FULL
        return job, ended

    def spend(self, requests: int, started: float) -> None:
        """Charge the job that `next` gave.

        Args:
            requests: What it cost.
            started: When it began, in seconds of the monotonic clock.
        """
        self._served.spent += requests
        if self.pace.requests_per_minute > 0:
            self._free_at = started + requests * 60.0 / self.pace.requests_per_minute

    def rest_until(self, moment: float) -> None:
        """Read nothing before a moment."""
        self._free_at = max(self._free_at, moment)

    def next_at(self, now: float) -> float:
        """When to ask for a job again, in seconds of the monotonic clock."""
        if self.pace.requests_per_minute <= 0:
            return float("inf")
        if any(lane.peek(now) is not None for lane in self._lanes):
            return self._free_at
        return max(self._free_at, min(lane.starts_at for lane in self._lanes[1:]))

    def longest_round(self, requests: int, biggest: int, every: float) -> float:
        """Seconds within which a round of so many requests comes around again, whatever the other lanes have to do.

        Args:
            requests: Requests of the round.
            biggest: Requests of the biggest single job.
            every: The round's own least seconds.
        """
        lanes = len(self._lanes)
        return every + (lanes * requests + 2 * lanes * biggest) * 60.0 / self.pace.requests_per_minute

    # The lanes

    def _plan_soon(self) -> Iterator[Job]:
        """What is in doubt or has just been stirred up."""
        codes = self._soon[JobKind.CODES]
        for device_id in self._index.take_stirred():
            codes |= dict.fromkeys(self._index.codes_on(device_id, managed_only=True))
            if self._index.unmanaged_on(device_id):
                self._soon[JobKind.UNMANAGED][device_id] = None
        codes |= dict.fromkeys(self._index.take_backups())
        for kind, queue in self._soon.items():
            size = BATCH if kind in {JobKind.CODES, JobKind.DEVICES} else 1
            while queue:
                ids = tuple(islice(queue, size))
                for key in ids:
                    del queue[key]
                yield Job(kind, ids)

    def _on_screen(self) -> list[str]:
        return [key for key in self._seen if self._index.has_device(key)]

    def _plan_seen(self) -> Iterator[Job]:
        """What is on screen."""
        index, seen = self._index, self._on_screen()
        for batch in batches(seen):
            yield Job(JobKind.DEVICES, batch)
        if len(seen) <= LISTED_WHEN_SEEN:
            for device_id in seen:
                yield Job(JobKind.LISTING, (device_id,))
            return
        yield from self._codes(key for device_id in seen for key in index.codes_on(device_id, managed_only=True))
        foreign = [device_id for device_id in seen if index.unmanaged_on(device_id)]
        if self._foreign_read >= len(foreign):
            self._foreign_read = 0
        for device_id in foreign[self._foreign_read : self._foreign_read + FOREIGN_WHEN_SEEN]:
            self._foreign_read += 1
            yield Job(JobKind.UNMANAGED, (device_id,))

    def _plan_troubled(self) -> Iterator[Job]:
        """What is in trouble, what is on its way, and what could not be read, but for what is read as on screen."""
        index, seen = self._index, dict.fromkeys(self._on_screen())
        listed = seen if len(seen) <= LISTED_WHEN_SEEN else {}
        for batch in batches(key for key in index.troubled_devices if key not in seen):
            yield Job(JobKind.DEVICES, batch)
        unread, foreign = [key for key in index.unread if key not in listed], dict[str, None]()
        managed: list[str] = []
        for key in index.restless:
            device_id = index.device_of(key)
            if device_id is None or device_id in index.unread or device_id in listed:
                continue
            if index.is_unmanaged(key):
                foreign[device_id] = None
            elif device_id not in seen:
                managed.append(key)
        yield from self._codes(managed)
        for device_id in unread:
            yield Job(JobKind.LISTING, (device_id,))
        for device_id in foreign:
            yield Job(JobKind.UNMANAGED, (device_id,))

    def _codes(self, access_code_ids: Iterable[str]) -> Iterator[Job]:
        """Managed codes, but those that are being read until they settle anyway."""
        for batch in batches([key for key in access_code_ids if not self._is_watched(key)]):
            yield Job(JobKind.CODES, batch)

    def _plan_known(self) -> Iterator[Job]:
        """The workspace, the accounts, all devices and every managed code that is known."""
        yield Job(JobKind.WORKSPACE)
        yield Job(JobKind.ACCOUNTS)
        yield Job(JobKind.ALL_DEVICES)
        devices = list(self._index.device_ids)
        for batch in batches(
            key for device_id in devices for key in self._index.codes_on(device_id, managed_only=True)
        ):
            yield Job(JobKind.CODES, batch)

    def _plan_full(self) -> Iterator[Job]:
        """Every device's codes, listed anew."""
        for device_id in list(self._index.device_ids):
            yield Job(JobKind.LISTING, (device_id,))
