"""Following Seam's event log: what is new since the last look, each event once.

Neither order, nor retention, nor the largest limit of `/events/list` is documented (seam_facts, events/list), and it
has no cursor. So pages are followed by time in whichever order they come, and what cannot be followed is said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from seam_tui.domain.clock import Clock
from seam_tui.domain.event import Event
from seam_tui.seam_api.errors import InvalidInput, Refused, SeamFailure
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.reads import PAGE_SIZE, SeamReads
from seam_tui.sync.waiting import within

LOOK_BACKS: Final = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=5))
"""How far to look for the newest event when none is known: far, since this machine's clock may be wrong."""
TRUST: Final = 600.0
"""Seconds after a look within which nothing is taken to have fallen out of a log that is empty."""
FUTURE: Final = timedelta(days=1)
"""How far an event may be ahead of this machine's clock, which may be wrong, where Seam does not tell its own time."""
_SECOND: Final = timedelta(seconds=1)
"""An HTTP date tells whole seconds."""
_ROUND: Final = 100
"""Limits are round numbers: an answer of another length was not cut down."""
_STEP: Final = timedelta(milliseconds=1)
"""Seam's times are in milliseconds; whether a bound belongs to its span is not documented."""

Ask: TypeAlias = Callable[[datetime, datetime | None, int], Awaitable[tuple[Event, ...]]]
"""Asks for events: since when, until when (None: the present), at most how many."""


class LostTrack(Exception):  # noqa: N818  # no error: the way out is to read everything
    """The events since the last look cannot be had whole: what has changed is not known.

    Attributes:
        reason: Why, as a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EventMark:
    """How far the events were followed: what to keep in order to go on from there later."""

    at: datetime
    """Time of the newest known event by Seam's clock, in UTC."""
    event_id: str | None = None
    """That event's id: it must still be listed, otherwise others may have been lost with it."""


async def collect(ask: Ask, since: datetime, limit: int, most: int) -> dict[str, Event]:
    """All events since a moment, by id: page after page in whichever order they are listed.

    Args:
        ask: Asks for one page.
        since: From when on.
        limit: Events a page.
        most: Events beyond which to give up.

    Raises:
        LostTrack: There are more than `most`, or a page cannot be got past.
        SeamFailure: A page could not be read.
    """
    lower, upper = since - _STEP, None
    found: dict[str, Event] = {}
    usual, grown = limit, False
    oldest_first: bool | None = None  # a page of one single moment does not tell
    is_ordered = True
    while True:
        page = await _ask_for(ask, lower, upper, limit, grown=grown)
        found |= {event.event_id: event for event in page if event.created_at >= since}
        if len(found) > most:
            raise LostTrack("More has happened since the last look than can be followed.")
        if len(page) < limit and not (grown and _may_be_cut(len(page), usual)):
            return found
        if len({event.created_at for event in page}) > 1:
            oldest_first = _is_oldest_first(page)
            is_ordered = oldest_first is not None
        if oldest_first is True and page[-1].created_at - _STEP > lower:
            lower = page[-1].created_at - _STEP
        elif oldest_first is False and (upper is None or page[-1].created_at + _STEP < upper):
            upper = page[-1].created_at + _STEP
        elif not grown:
            limit, grown = most + 1, True
        elif not is_ordered:
            raise LostTrack("The events are listed in no order that can be followed.")
        else:
            raise LostTrack("More events at one moment than Seam lists at once.")


def _may_be_cut(length: int, usual: int) -> bool:
    """Whether an answer to a larger limit looks as if the limit had silently been cut down."""
    return length == usual or (length > usual and length % _ROUND == 0)


async def _ask_for(ask: Ask, lower: datetime, upper: datetime | None, limit: int, *, grown: bool) -> tuple[Event, ...]:
    try:
        return await ask(lower, upper, limit)
    except (InvalidInput, Refused):
        if grown:
            raise LostTrack("More events at one moment than Seam lists at once.") from None
        raise


def _is_oldest_first(page: tuple[Event, ...]) -> bool | None:
    """The order of a page; None where it has none."""
    times = [event.created_at for event in page]
    if times == sorted(times):
        return True
    return False if times == sorted(times, reverse=True) else None


class EventLog:
    """How far the events were followed.

    Args:
        client: Where to ask.
        clock: Time, for patience and for the first look.
        pace: Overlap, bounds and patience.
        mark: Where to go on from; None to begin where the log ends.
    """

    def __init__(self, client: SeamReads, clock: Clock, pace: WatchPace, mark: EventMark | None = None) -> None:
        self._client = client
        self._clock = clock
        self.pace = pace
        self._mark = mark
        self._seen: dict[str, datetime] = {}
        self._looked_at: tuple[float, datetime] | None = None

    @property
    def mark(self) -> EventMark | None:
        """How far the events were followed; None before the first look. May be asked from any thread."""
        return self._mark

    async def find_end(self) -> EventMark:
        """Where the log stands now. Asked before everything is read: later events are news then, earlier ones are not.

        Never fails: without an answer, this machine's clock has to do.
        """
        now = self._clock.now()
        mark = EventMark(now - timedelta(seconds=self.pace.overlap))
        try:
            for back in LOOK_BACKS:
                page = await self._ask(now - back, None, PAGE_SIZE)
                mark = self._newest(page) or EventMark(now - back)
                if len(page) < PAGE_SIZE or _is_oldest_first(page) is False:
                    break
        except SeamFailure:
            pass
        return mark

    def start_from(self, mark: EventMark) -> None:
        """Go on from there: everything was read since."""
        self._mark = mark
        self._seen.clear()
        self._note_look()

    async def look(self) -> tuple[Event, ...]:
        """The events that are new since the last look, oldest first.

        Raises:
            LostTrack: They cannot be had whole: find the log's end, read everything, and start from there.
            SeamFailure: They could not be read; nothing is lost by asking again.
        """
        if self._mark is None:
            self.start_from(await self.find_end())
        mark = self._mark
        assert mark is not None
        since = mark.at - timedelta(seconds=self.pace.overlap)
        found = await collect(self._ask, since, PAGE_SIZE, self.pace.most_events + len(self._seen))
        anchor = self._check_anchor(mark, found)
        news = sorted((event for key, event in found.items() if key not in self._seen), key=lambda e: e.created_at)
        newest = self._newest(found.values())
        self._mark = newest if newest is not None and newest.at >= mark.at else anchor
        self._note_look()
        self._seen |= {event.event_id: event.created_at for event in news}
        until = self._mark.at - timedelta(seconds=self.pace.overlap)
        self._seen = {key: at for key, at in self._seen.items() if at >= until}
        return tuple(news)

    def _check_anchor(self, mark: EventMark, found: dict[str, Event]) -> EventMark:
        """See to it that the newest known event is still listed: what is older than the log's end is lost."""
        if mark.event_id is None or mark.event_id in found:
            return mark
        if found or not self._looked_just_now():
            raise LostTrack("Seam does not keep the events since the last look any more.")
        # An empty log that was looked at just now has lost nothing; it is only older than what is kept.
        return EventMark(mark.at)

    def _newest(self, listed: Iterable[Event]) -> EventMark | None:
        """The newest event that is not ahead of Seam's own time: gone by that one, those until then would be missed."""
        told = self._client.server_time
        latest = self._clock.now() + FUTURE if told is None else told + _SECOND
        past = (event for event in listed if event.created_at <= latest)
        newest = max(past, key=lambda event: event.created_at, default=None)
        return None if newest is None else EventMark(newest.created_at, newest.event_id)

    def _note_look(self) -> None:
        self._looked_at = (self._clock.monotonic(), self._clock.now())

    def _looked_just_now(self) -> bool:
        # By both clocks: the monotonic one stands still while a machine sleeps.
        if self._looked_at is None:
            return False
        monotonic, wall = self._looked_at
        return max(self._clock.monotonic() - monotonic, (self._clock.now() - wall).total_seconds()) <= TRUST

    async def _ask(self, since: datetime, until: datetime | None, limit: int) -> tuple[Event, ...]:
        if until is None:
            asked = self._client.list_events(since, limit)
        else:
            asked = self._client.list_events_between(since, until, limit)
        return await within(self._clock, self.pace.patience, asked)
