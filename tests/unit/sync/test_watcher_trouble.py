"""The watcher when things go wrong: it says so, rests, keeps what is known, and comes back by itself."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.event import Event
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.issues import code_event
from seam_tui.seam_api.errors import (
    NotSent,
    RateLimited,
    SeamFailure,
    ServerFailure,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from seam_tui.sync import events
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.rests import rest_after, was_reached
from tests.unit.sync.watching import ONLY_EVENTS, Watched

EVENTS = "/events/list"
PACE = WatchPace(requests_per_minute=0)


def watch(work, *args, **options) -> None:
    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        watched.changes.clear()
        watched.forget_requests()
        await work(watched)

    Watched.open(*args, **options).run(after_the_first_looks)


@pytest.mark.parametrize("way", ["is_cut", "is_dead"])
def test_a_cut_network_makes_the_picture_stale_and_its_return_fresh_each_within_one_interval(way) -> None:
    async def work(watched: Watched) -> None:
        known = dict(watched.store.codes)
        cut_at = watched.clock.monotonic()
        setattr(watched.line, way, True)
        ids = watched.rename(watched.managed(30))
        gone = watched.managed(31)[-1]
        watched.world.drop_code(gone)
        code_event(watched.world, gone, "deleted")
        stale = await watched.next(events.Stale)
        # A line that swallows everything is found out by the look that comes next, after its patience.
        allowed = PACE.interval + (PACE.patience if way == "is_dead" else 0.0) + 1.0
        assert watched.clock.monotonic() - cut_at <= allowed
        assert isinstance(stale.failure, Unreachable | TimedOut)
        assert stale.since is not None
        await watched.clock.sleep(cut_at + 60 - watched.clock.monotonic())
        watched.apply()
        assert dict(watched.store.codes) == known
        assert watched.requests == {}
        back_at = watched.clock.monotonic()
        setattr(watched.line, way, False)
        await watched.looks()
        assert watched.clock.monotonic() - back_at <= PACE.interval + (PACE.patience if way == "is_dead" else 0.0) + 1.0
        assert watched.names(ids) == {"New name"}
        assert await watched.differences() == []

    watch(work)


def test_a_network_that_breaks_in_the_middle_of_catching_up_loses_nothing() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(350))
        watched.sandbox.faults.add(FaultRule("cut", "/access_codes/list", count=11))
        assert isinstance((await watched.next(events.Stale)).failure, Unreachable)
        await watched.looks()
        assert watched.names(ids) == {"New name"}

    watch(work, 40, 500)


def test_failures_of_seams_own_are_given_more_and_more_room_and_told_each_time() -> None:
    async def work(watched: Watched) -> None:
        watched.sandbox.faults.add(FaultRule("status", EVENTS, status=500))
        rests = []
        for _ in range(7):
            stale = await watched.next(events.Stale, most=1_000)
            assert isinstance(stale.failure, ServerFailure)
            rests.append(stale.next_in)
        assert rests == sorted(rests)
        assert rests[0] <= PACE.interval
        assert rests[-1] <= PACE.longest_rest
        assert rests[-1] > 10 * rests[0]
        watched.sandbox.faults.clear()
        await watched.looks()
        assert len({stale.since for stale in watched.of(events.Stale)}) == 1

    watch(work)


def test_refused_credentials_are_said_and_asked_with_seldom() -> None:
    async def work(watched: Watched) -> None:
        watched.sandbox.faults.add(FaultRule("status", EVENTS, status=401))
        began = watched.clock.monotonic()
        for _ in range(3):
            assert isinstance((await watched.next(events.Stale, most=1_000)).failure, Unauthorized)
        assert watched.clock.monotonic() - began >= 2 * PACE.refused_rest
        assert watched.requests[EVENTS] == 3
        watched.sandbox.faults.clear()
        watched.watcher.poll_now()
        await watched.looks()

    watch(work)


def test_a_record_that_seam_fails_to_give_does_not_hold_up_the_others_for_ever() -> None:
    async def work(watched: Watched) -> None:
        bad, *good = watched.rename(watched.managed(130))
        watched.line.broken = ("/access_codes/", bad)
        failed = await watched.next(events.RereadFailed)
        assert failed.access_code_id == bad
        await watched.looks()
        assert watched.names(good) == {"New name"}
        assert len(watched.of(events.Stale)) == 2
        watched.line.broken = None
        watched.rename([watched.world.codes[bad]], "Better")
        await watched.looks()
        assert watched.names([bad]) == {"Better"}

    watch(work, 12, 200)


def test_news_that_are_refused_for_now_are_not_read_record_by_record() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(60))
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=429, count=12))
        watched.forget_requests()
        await watched.next(events.Stale)
        await watched.looks()
        assert len(watched.of(events.Stale)) == 4
        assert watched.names(ids) == {"New name"}
        assert watched.requests["/access_codes/get"] == 0

    watch(work, pace=PACE)


def test_a_fault_of_our_own_is_told_without_its_text_and_the_watcher_goes_on(monkeypatch) -> None:
    async def work(watched: Watched) -> None:
        broken = [3]

        def take(news: object, listed: tuple[Event, ...], index: object) -> None:
            if broken[0]:
                broken[0] -= 1
                raise KeyError("PIN 4711")

        monkeypatch.setattr("seam_tui.sync.news.News.take", take)
        stale = await watched.next(events.Stale)
        assert "PIN 4711" not in str(stale.failure)
        assert "KeyError" in str(stale.failure)
        await watched.looks()
        assert [stale.next_in for stale in watched.of(events.Stale)] == [1.0, 5.0, 30.0]

    watch(work)


def test_a_listener_that_fails_does_not_end_the_watcher() -> None:
    watched = Watched.open()
    emit, broken = watched.watcher._emit, [False]

    def listen(event: events.SyncEvent) -> None:
        if broken[0]:
            raise RuntimeError("closed")
        emit(event)

    watched.watcher._emit = listen

    async def work(watched: Watched) -> None:
        await watched.looks(2)
        broken[0] = True
        await watched.clock.sleep(120)
        broken[0] = False
        await watched.looks()

    watched.run(work)


def test_after_the_machine_has_slept_it_is_asked_at_once() -> None:
    async def work(watched: Watched) -> None:
        await watched.clock.sleep(1.0)
        watched.sandbox.faults.add(FaultRule("status", EVENTS, status=500, count=3))
        await watched.next(events.Stale)
        watched.clock.advance(7_200)
        slept_at = watched.clock.monotonic()
        await watched.looks()
        assert watched.clock.monotonic() - slept_at <= 6.0

    watch(work)


def test_sleep_shows_on_the_wall_even_where_the_monotonic_clock_stands_still(monkeypatch) -> None:
    async def work(watched: Watched) -> None:
        watched.sandbox.faults.add(FaultRule("status", EVENTS, status=500, count=9))
        for _ in range(3):
            await watched.next(events.Stale)
        watched.sandbox.faults.clear()
        now = watched.clock.now
        monkeypatch.setattr(watched.clock, "now", lambda: now() + timedelta(hours=8))
        began = watched.clock.monotonic()
        await watched.looks()
        assert watched.clock.monotonic() - began <= 6.0

    watch(work)


def test_paused_nothing_is_asked_until_somebody_says_so() -> None:
    async def work(watched: Watched) -> None:
        watched.watcher.pause()
        await watched.clock.sleep(600)
        assert watched.requests == {}
        assert watched.watcher.is_paused
        ids = watched.rename(watched.managed(3))
        watched.watcher.poll_now()
        await watched.looks()
        assert watched.names(ids) == {"New name"}
        await watched.clock.sleep(600)
        assert watched.requests[EVENTS] == 1
        watched.watcher.resume()
        await watched.looks(3)
        assert watched.requests[EVENTS] == 4

    watch(work)


def test_the_interval_may_be_changed_while_it_runs() -> None:
    async def work(watched: Watched) -> None:
        watched.watcher.set_pace(WatchPace(interval=2.0, requests_per_minute=0))
        await watched.clock.sleep(20.5)
        assert watched.requests[EVENTS] >= 9
        watched.watcher.set_pace(WatchPace(interval=3_600.0, requests_per_minute=0))
        await watched.looks()
        watched.forget_requests()
        await watched.clock.sleep(3_000)
        assert watched.requests == {}

    watch(work)


def test_a_device_is_read_afresh_on_request_and_what_is_missing_is_asked_for_alone() -> None:
    async def work(watched: Watched) -> None:
        device = watched.managed(1)[0].device_id
        gone, *rest = (code for code in watched.world.codes_of(device))
        watched.world.drop_code(gone)
        watched.rename(rest, "Fresh", tell=False)
        await watched.watcher.refresh_device(device)
        watched.apply()
        assert gone.access_code_id not in watched.store.codes
        assert {code.name for code in watched.store.codes_of_device(device)} == {"Fresh"}
        watched.line.is_cut = True
        await watched.watcher.refresh_device(device)
        assert watched.of(events.DeviceFailed)[-1].device_id == device

    watch(work)


def test_cancelling_ends_the_watcher_in_the_middle_of_anything() -> None:
    watched = Watched.open(30, 200)

    async def work(watched: Watched) -> None:
        for seconds in (0.05, 0.15, 0.35, 0.9, 2.0, 9.0):
            task = asyncio.create_task(watched.watcher.run())
            await watched.clock.sleep(seconds)
            task.cancel()
            assert (await asyncio.gather(task, return_exceptions=True))[0].__class__ is asyncio.CancelledError

    watched.run(work)


# -- how long to rest


@given(failures=st.integers(1, 400), chance=st.floats(0, 1), interval=st.floats(1, 3_600))
def test_a_rest_is_never_longer_than_it_may_be_nor_nothing(failures, chance, interval) -> None:
    pace = WatchPace(interval=interval)
    away = rest_after(NotSent("w", "r"), failures, pace, chance)
    assert 0.5 <= away <= interval
    own = rest_after(ServerFailure("w", "r"), failures, pace, chance)
    assert 0.5 <= own <= max(interval, pace.longest_rest)
    assert rest_after(Unauthorized("w", "r"), failures, pace, chance) == pace.refused_rest


def test_a_429_is_obeyed_to_the_second() -> None:
    limited = RateLimited("w", "r")
    limited.retry_after = 120.0
    assert rest_after(limited, 1, ONLY_EVENTS, 1.0) == 120.0


def test_only_failures_of_the_question_itself_leave_the_rest_askable() -> None:
    assert was_reached(SeamFailure("w", "r"))
    assert not was_reached(ServerFailure("w", "r"))
    assert not was_reached(Unauthorized("w", "r"))
