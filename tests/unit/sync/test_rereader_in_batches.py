"""The many codes of a large run are read by the hundred until they settle, counted at the server."""

from __future__ import annotations

from collections.abc import Iterable

from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.records import Code, Mutation
from seam_tui.sync import events
from tests.unit.sync.watching import Watched

CODES, CODE = "/access_codes/list", "/access_codes/get"


def watch(work, *args) -> None:
    """Run a test's part with a watcher that asks nothing, so that all that is asked is the re-reader's."""

    async def alone(watched: Watched) -> None:
        await watched.looks(2)
        watched.watcher.pause()
        await watched.clock.sleep(1.0)
        watched.forget_requests()
        await work(watched)

    Watched.open(*args).run(alone)


def at_rest(watched: Watched, number: int) -> list[Code]:
    """Some managed codes of which nothing is to be expected soon."""
    return [code for code in watched.managed(10_000) if code.status == "set" and not code.mutations][:number]


def ask_for_names(watched: Watched, codes: Iterable[Code]) -> None:
    """A run asks for other names; the locks have not taken them yet."""
    for code in codes:
        code.mutations = (Mutation("updating_name", watched.world.now, {"name": code.name}, {"name": "New"}),)
        watched.rereader.watch(code.access_code_id, True, "changing name")


def take(codes: Iterable[Code]) -> None:
    """The locks take what was asked."""
    for code in codes:
        code.mutations, code.name = (), "New"


def settled(watched: Watched) -> set[str]:
    return {event.access_code_id for event in watched.of(events.CodeSettled)}


def test_the_codes_of_a_large_run_cost_a_request_for_each_hundred() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 250)
        assert len(codes) == 250
        ask_for_names(watched, codes)
        await watched.clock.sleep(4.0)
        assert watched.requests == {CODES: 2 * 3}  # after one second, and two more
        assert settled(watched) == set()
        take(codes)
        await watched.clock.sleep(60.0)
        watched.apply()
        assert watched.requests == {CODES: 3 * 3}
        assert settled(watched) == {code.access_code_id for code in codes}
        assert watched.names(settled(watched)) == {"New"}

    watch(work, 40, 800)


def test_those_of_a_large_run_that_are_gone_are_each_asked_for_once() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 40)
        for code in codes:
            watched.rereader.watch(code.access_code_id, True, "removing", until_gone=True)
        for code in codes[:30]:
            watched.world.drop_code(code)
        await watched.clock.sleep(2.0)
        watched.apply()
        gone = {code.access_code_id for code in codes[:30]}
        assert settled(watched) == gone
        assert not gone & watched.store.codes.keys()
        assert (watched.requests[CODES], watched.requests[CODE]) == (1, 30)

    watch(work, 12, 80)


def test_a_few_are_read_one_by_one() -> None:
    async def work(watched: Watched) -> None:
        ask_for_names(watched, at_rest(watched, 3))
        await watched.clock.sleep(2.0)
        assert watched.requests == {CODE: 3}

    watch(work)


def test_a_batch_that_fails_is_told_once_and_tried_again() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 50)
        ask_for_names(watched, codes)
        take(codes)
        watched.line.is_cut = True
        await watched.clock.sleep(2.5)
        assert len(watched.of(events.RereadFailed)) == 1
        watched.line.is_cut = False
        await watched.clock.sleep(60.0)
        assert settled(watched) == {code.access_code_id for code in codes}
        assert watched.requests[CODE] == 0

    watch(work)


def test_one_code_that_cannot_be_read_does_not_hold_up_those_of_its_batch() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 50)
        ask_for_names(watched, codes)
        take(codes)
        bad = codes[7].access_code_id
        watched.line.broken = ("/access_codes/", bad)
        await watched.clock.sleep(10.0)
        assert settled(watched) == {code.access_code_id for code in codes} - {bad}
        watched.line.broken = None
        await watched.clock.sleep(60.0)
        assert bad in settled(watched)

    watch(work)


def test_only_those_of_its_batch_are_read_one_by_one() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 250)
        ask_for_names(watched, codes)
        watched.line.broken = ("/access_codes/", codes[7].access_code_id)
        await watched.clock.sleep(10.0)
        assert 0 < watched.requests[CODE] <= 2 * 100

    watch(work, 40, 800)


def test_a_batch_that_is_refused_for_now_is_not_read_one_by_one() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 50)
        ask_for_names(watched, codes)
        take(codes)
        watched.sandbox.faults.add(FaultRule("status", CODES, status=429, count=3))
        await watched.clock.sleep(60.0)
        assert len(watched.of(events.RereadFailed)) == 1
        assert settled(watched) == {code.access_code_id for code in codes}
        assert watched.requests[CODE] == 0

    watch(work)


def test_what_is_asked_anew_while_a_batch_is_under_way_is_watched_on() -> None:
    async def work(watched: Watched) -> None:
        codes = at_rest(watched, 20)
        ask_for_names(watched, codes)
        take(codes)
        await watched.clock.sleep(1.05)  # the batch is on its way
        ask_for_names(watched, codes[:1])
        await watched.clock.sleep(0.5)
        assert settled(watched) == {code.access_code_id for code in codes[1:]}
        take(codes)
        await watched.clock.sleep(60.0)
        assert codes[0].access_code_id in settled(watched)

    watch(work)
