"""How the watcher loads, reloads and goes on from a picture that was kept."""

import asyncio
from datetime import timedelta

from seam_tui.sandbox.faults import FaultRule
from seam_tui.sync import events
from seam_tui.sync.event_log import EventMark
from seam_tui.sync.pace import WatchPace
from tests.faults.simulated_time import NOW
from tests.unit.sync.watching import Watched

EVENTS = "/events/list"
PACE = WatchPace(requests_per_minute=0)


def watch(work, *args, **options) -> None:
    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        watched.forget_requests()
        await work(watched)

    Watched.open(*args, **options).run(after_the_first_looks)


def test_a_first_load_that_fails_is_tried_again_by_itself() -> None:
    async def work(watched: Watched) -> None:
        stale = await watched.next(events.Stale)
        assert stale.since is None
        watched.line.is_cut = False
        await watched.looks()
        assert await watched.differences() == []

    watched = Watched.open()
    watched.line.is_cut = True
    watched.run(work)


def test_what_happens_while_everything_is_read_is_not_lost() -> None:
    async def work(watched: Watched) -> None:
        while not watched.store.codes:
            await watched.clock.sleep(0.05)
            watched.apply()
        ids = watched.rename(watched.managed(60))
        assert not watched.index.loads
        await watched.looks()
        assert watched.names(ids) == {"New name"}
        assert await watched.differences() == []

    Watched.open(30, 200).run(work)


def test_a_reload_that_is_asked_for_finds_what_no_event_told_and_one_that_fails_loses_no_event() -> None:
    async def work(watched: Watched) -> None:
        silent = watched.rename(watched.managed(3), "Silent", tell=False)
        watched.watcher.reload()
        await watched.next(events.LoadFinished)
        assert watched.names(silent) == {"Silent"}
        await watched.looks()
        watched.sandbox.faults.add(FaultRule("status", "/devices/list", status=500, count=9))
        watched.watcher.reload()
        await watched.next(events.LoadFailed, most=60)
        ids = watched.rename(watched.managed(5), "Told")
        await watched.looks(2)  # the first may have been asked for before
        assert watched.names(ids) == {"Told"}
        assert watched.of(events.ReloadStarted) == []

    watch(work)


def test_events_that_seam_does_not_keep_any_more_make_everything_be_read_again() -> None:
    async def work(watched: Watched) -> None:
        watched.rename(watched.managed(1))
        await watched.looks()
        await watched.clock.sleep(PACE.reload_rest)
        watched.world.event_rules.set({"kept": 3})
        ids = watched.rename(watched.managed(40), "Lost")
        started = await watched.next(events.ReloadStarted)
        assert "does not keep" in started.reason
        await watched.looks()
        assert watched.names(ids) == {"Lost"}
        assert await watched.differences() == []

    watch(work)


def test_beyond_the_bound_everything_is_read_again_but_not_again_and_again() -> None:
    pace = WatchPace(requests_per_minute=0, most_events=50, reload_rest=120.0)

    async def work(watched: Watched) -> None:
        await watched.clock.sleep(pace.reload_rest)
        for round_ in range(16):
            watched.rename(watched.managed(60), f"Name {round_}")
            await watched.clock.sleep(15)
        assert 2 <= len(watched.of(events.ReloadStarted)) <= 3
        said = {str(stale.failure) for stale in watched.of(events.Stale)}
        assert any("in a while" in words for words in said)
        await watched.clock.sleep(pace.reload_rest)
        await watched.looks()
        assert await watched.differences() == []

    watch(work, 12, 120, pace=pace)


def test_two_who_want_codes_read_during_a_load_are_told_each_what_cannot_be_read() -> None:
    async def work(watched: Watched) -> None:
        ids = [code.access_code_id for code in watched.managed(8)]
        watched.line.slow |= {"/devices/list": 20.0, "/access_codes/get": 2.0}
        watched.watcher.reload()
        while not watched.watcher.is_loading:
            await watched.clock.sleep(0.1)
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/list", status=400))
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/get", status=400, count=1))
        first = asyncio.create_task(watched.watcher.read_again(ids[:6]))
        await watched.clock.sleep(3.0)  # four of the six were answered, one of them with a refusal
        assert watched.requests["/access_codes/get"] == 6
        await asyncio.gather(first, watched.watcher.read_again(ids[6:]))
        assert watched.watcher.is_loading
        watched.sandbox.faults.clear()
        assert len(watched.of(events.RereadFailed)) == 1

    watch(work)


def test_a_picture_that_was_kept_is_caught_up_with_from_its_mark() -> None:
    sandbox = None
    marks = []

    async def first(watched: Watched) -> None:
        nonlocal sandbox
        await watched.looks(2)
        watched.rename(watched.managed(2))
        await watched.looks()
        sandbox = watched.sandbox
        marks.append((watched.told[-1].mark, watched.store))

    Watched.open().run(first)
    mark, store = marks[0]
    assert sandbox is not None
    again = Watched.open(sandbox=sandbox, mark=mark)
    for event in (
        events.AccountsRead(tuple(store.accounts.values())),
        events.DevicesRead(tuple(store.devices.values())),
        events.CodesRead(None, tuple(store.codes.values())),
    ):
        again.watcher._emit(event)

    async def second(watched: Watched) -> None:
        ids = watched.rename(watched.managed(150), "Meanwhile")
        watched.forget_requests()
        await watched.looks()
        assert watched.requests == {EVENTS: 1, "/access_codes/list": -(-len(ids) // 100)}
        assert watched.names(ids) == {"Meanwhile"}

    again.run(second)


def test_the_mark_to_be_kept_is_never_ahead_of_what_was_read() -> None:
    async def work(watched: Watched) -> None:
        before = (await watched.looks()).mark
        assert before is not None
        assert before == watched.watcher.mark
        watched.sandbox.faults.add(FaultRule("status", "/access_codes/*", status=500, count=3))
        watched.rename(watched.managed(1))
        await watched.next(events.Stale)
        assert watched.watcher.mark == before
        after = (await watched.looks()).mark
        assert after is not None
        assert after.at > before.at

    watch(work)


def test_a_kept_mark_that_is_too_old_makes_everything_be_read() -> None:
    async def work(watched: Watched) -> None:
        await watched.next(events.ReloadStarted)
        await watched.looks()
        assert await watched.differences() == []

    Watched.open(mark=EventMark(NOW - timedelta(days=40), "no longer there")).run(work)
