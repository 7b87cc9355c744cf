"""Following an event log of which neither order nor retention nor the largest limit is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.clock import ManualClock
from seam_tui.domain.event import Event
from seam_tui.seam_api.errors import InvalidInput, ServerFailure
from seam_tui.sync.event_log import EventLog, EventMark, LostTrack, collect
from seam_tui.sync.pace import WatchPace
from tests.faults.simulated_time import NOW, SimulatedClock, run_simulated


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def event(name: str, seconds: float) -> Event:
    return Event(name, "device.connected", at(seconds), device_id=name)


@dataclass
class Log:
    """An event log behind the two requests that ask for it."""

    events: list[Event] = field(default_factory=list)
    newest_first: bool = False
    largest_limit: int = 1_000_000
    refuses_larger: bool = False
    asked: list[tuple[datetime, datetime | None, int]] = field(default_factory=list)
    failure: Exception | None = None
    server_time: datetime | None = None

    async def list_events(self, since: datetime, limit: int = 500) -> tuple[Event, ...]:
        return self._answer(since, None, limit)

    async def list_events_between(self, after: datetime, before: datetime, limit: int = 500) -> tuple[Event, ...]:
        return self._answer(after, before, limit)

    async def ask(self, since: datetime, until: datetime | None, limit: int) -> tuple[Event, ...]:
        return self._answer(since, until, limit)

    def _answer(self, since: datetime, until: datetime | None, limit: int) -> tuple[Event, ...]:
        if self.failure is not None:
            raise self.failure
        self.asked.append((since, until, limit))
        if limit > self.largest_limit and self.refuses_larger:
            raise InvalidInput("limit is too large", "Ask for less.", fields={}, status=400)
        # The two bounds of a span do not belong to it.
        span = [e for e in self.events if (e.created_at >= since if until is None else since < e.created_at < until)]
        span.sort(key=lambda e: e.created_at, reverse=self.newest_first)
        return tuple(span[: min(limit, self.largest_limit)])


def in_time(work, clock: SimulatedClock | None = None):
    return run_simulated(clock or SimulatedClock(NOW), work)


def follow(log: Log, clock: ManualClock, mark: EventMark | None = None, **pace: float) -> EventLog:
    return EventLog(log, clock, WatchPace(**pace), mark)


# -- all pages


@given(
    seconds=st.lists(st.integers(0, 40), max_size=120),
    limit=st.integers(1, 12),
    most=st.integers(1, 200),
    newest_first=st.booleans(),
    is_limited=st.booleans(),
    refuses=st.booleans(),
)
def test_every_event_is_collected_once_or_it_is_said_that_they_cannot_be(
    seconds, limit, most, newest_first, is_limited, refuses
) -> None:
    log = Log([event(f"e{n}", s) for n, s in enumerate(seconds)], newest_first, limit if is_limited else 1_000, refuses)
    wanted = {e.event_id for e in log.events if e.created_at >= at(5)}
    try:
        found = in_time(collect(log.ask, at(5), limit, most))
    except LostTrack:
        busiest = max(seconds.count(second) for second in seconds)
        assert len(wanted) > most or busiest >= limit
    else:
        assert set(found) == wanted
    assert len(log.asked) <= len(wanted) + 3


def test_up_to_a_page_of_events_cost_one_request() -> None:
    log = Log([event(f"e{n}", n) for n in range(499)])
    assert len(in_time(collect(log.ask, at(0), 500, 5_000))) == 499
    assert len(log.asked) == 1


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_thousand_events_are_paged_by_time(newest_first) -> None:
    log = Log([event(f"e{n}", n) for n in range(1_000)], newest_first)
    assert len(in_time(collect(log.ask, at(0), 500, 5_000))) == 1_000
    assert len(log.asked) == 3


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_page_of_one_single_moment_is_asked_for_with_a_larger_limit(newest_first) -> None:
    log = Log([*(event(f"e{n}", 7) for n in range(612)), *(event(f"f{n}", 8) for n in range(40))], newest_first)
    assert len(in_time(collect(log.ask, at(0), 500, 5_000))) == 652


@pytest.mark.parametrize("refuses", [False, True])
def test_more_events_of_one_moment_than_seam_lists_are_not_pretended_to_be_known(refuses) -> None:
    log = Log([event(f"e{n}", 7) for n in range(612)], largest_limit=500, refuses_larger=refuses)
    with pytest.raises(LostTrack, match="at one moment"):
        in_time(collect(log.ask, at(0), 500, 5_000))
    assert len(log.asked) <= 3


def test_full_pages_in_no_order_are_not_followed() -> None:
    shuffled = [event(f"e{n}", n * 7 % 200) for n in range(200)]

    async def ask(since: datetime, until: datetime | None, limit: int) -> Sequence[Event]:
        return tuple(shuffled[: min(limit, 100)])

    with pytest.raises(LostTrack, match="no order"):
        in_time(collect(ask, at(0), 100, 5_000))


def test_beyond_the_bound_events_are_not_followed() -> None:
    log = Log([event(f"e{n}", n) for n in range(3_000)])
    with pytest.raises(LostTrack, match="More has happened"):
        in_time(collect(log.ask, at(0), 500, 2_000))
    assert len(log.asked) <= 6


# -- from look to look


def test_each_event_is_news_once_however_often_it_is_listed() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0), event("b", 1), event("b", 1)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-5)))
        assert [e.event_id for e in await followed.look()] == ["a", "b"]
        log.events.append(event("c", 20))
        assert [e.event_id for e in await followed.look()] == ["c"]
        assert await followed.look() == ()

    in_time(work(), clock)


def test_an_event_that_is_listed_late_is_found_within_the_overlap() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 100)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(90)), overlap=60.0)
        await followed.look()
        log.events += [event("late", 45), event("too late", 35)]
        assert [e.event_id for e in await followed.look()] == ["late"]

    in_time(work(), clock)


def test_what_is_remembered_of_events_does_not_grow() -> None:
    clock = SimulatedClock(NOW)
    log = Log()

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(0)), overlap=60.0)
        for second in range(2_000):
            log.events = [*log.events[-200:], event(f"e{second}", second)]
            assert len(await followed.look()) == 1
            assert len(followed._seen) <= 62

    in_time(work(), clock)


def test_a_log_that_has_forgotten_the_newest_known_event_may_have_forgotten_others() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-1)))
        await followed.look()
        log.events = [event("b", 50)]
        with pytest.raises(LostTrack, match="does not keep"):
            await followed.look()

    in_time(work(), clock)


def test_an_empty_log_that_was_looked_at_just_now_has_lost_nothing() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-1)))
        await followed.look()
        log.events.clear()
        await clock.sleep(15)
        assert await followed.look() == ()
        log.events.append(event("b", 20))
        assert [e.event_id for e in await followed.look()] == ["b"]
        log.events.clear()
        await clock.sleep(3_600)
        with pytest.raises(LostTrack):
            await followed.look()

    in_time(work(), clock)


def test_a_mark_that_was_kept_is_gone_on_from_only_while_its_event_is_listed() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0), event("b", 5)])
    assert len(in_time(follow(log, clock, EventMark(at(0), "a")).look(), clock)) == 2
    with pytest.raises(LostTrack):
        in_time(follow(log, SimulatedClock(NOW), EventMark(at(0), "older")).look())


def test_a_failure_loses_nothing() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-1)))
        log.failure = ServerFailure("It failed.", "Try later.")
        with pytest.raises(ServerFailure):
            await followed.look()
        log.failure = None
        assert [e.event_id for e in await followed.look()] == ["a"]

    in_time(work(), clock)


def test_an_event_of_a_far_future_does_not_hide_those_until_then() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event("a", 0), event("odd", 400 * 86_400)])

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-1)))
        await followed.look()
        log.events.append(event("b", 30))
        assert [e.event_id for e in await followed.look()] == ["b"]

    in_time(work(), clock)


@pytest.mark.parametrize("ahead", [5, 3_600, 86_000])
def test_an_event_ahead_of_seams_own_time_does_not_hide_those_until_then(ahead) -> None:
    clock = SimulatedClock(at(-7_200))
    log = Log([event("a", 0), event("odd", ahead)], server_time=at(2))

    async def work() -> None:
        followed = follow(log, clock, EventMark(at(-1)), overlap=1.0)
        assert [e.event_id for e in await followed.look()] == ["a", "odd"]
        assert followed.mark == EventMark(at(0), "a")
        log.events.append(event("b", 3))
        log.server_time = at(4)
        assert [e.event_id for e in await followed.look()] == ["b"]
        log.server_time = at(ahead + 10)
        assert await followed.look() == ()
        assert followed.mark == EventMark(at(ahead), "odd")

    in_time(work(), clock)


def test_an_event_of_the_second_that_seam_tells_is_gone_by() -> None:
    log = Log([event("a", 0), event("b", 0.9)], server_time=at(0))
    followed = follow(log, SimulatedClock(NOW), EventMark(at(-1)))
    in_time(followed.look())
    assert followed.mark == EventMark(at(0.9), "b")


# -- where the log ends


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("off", [-3_000, 0, 3_000])
def test_the_end_of_the_log_is_found_by_seams_clock_however_wrong_ours_is(newest_first, off) -> None:
    clock = SimulatedClock(at(off))
    log = Log([event("a", -50), event("b", -20)], newest_first)
    assert in_time(follow(log, clock).find_end(), clock) == EventMark(at(-20), "b")
    assert len(log.asked) == 1


def test_the_end_of_a_busy_log_is_looked_for_nearer() -> None:
    clock = SimulatedClock(NOW)
    log = Log([event(f"e{n}", -n * 20) for n in range(2_000)])
    assert in_time(follow(log, clock).find_end(), clock) == EventMark(at(0), "e0")
    assert len(log.asked) == 2


def test_without_an_answer_our_own_clock_says_where_the_log_ends() -> None:
    clock = SimulatedClock(NOW)
    log = Log(failure=ServerFailure("It failed.", "Try later."))
    assert in_time(follow(log, clock, overlap=60.0).find_end(), clock) == EventMark(at(-60))
