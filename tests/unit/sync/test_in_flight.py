"""How many devices a load reads at once: what it learns from the answers' times and from 429s."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.seam_api.errors import RateLimited
from seam_tui.sync import events
from seam_tui.sync.in_flight import MOST, InFlight
from seam_tui.sync.loader import CONCURRENCY, Loader


def after(answers: list[float], start: int = 8) -> int:
    in_flight = InFlight(start)
    for seconds in answers:
        in_flight.answered(seconds)
    return in_flight.limit


def test_slow_answers_allow_more_devices_at_once() -> None:
    assert after([]) == 8
    assert after([0.002] * 20) == 8
    assert after([0.060] * 20) == 15
    assert after([0.150] * 20) == MOST
    assert after([9.0] * 20) == MOST


def test_the_first_slow_answers_do_not_allow_the_most_at_a_stroke() -> None:
    assert [after([0.150] * count, start=4) for count in (0, 1, 4, 12, 14)] == [4, 6, 12, 28, MOST]


def test_answers_that_wait_for_our_own_work_allow_no_more() -> None:
    in_flight = InFlight(8)
    for _ in range(500):
        in_flight.answered(in_flight.limit * 0.007)  # the work of all that is under way stands before each
    assert in_flight.limit == 14


def test_one_slow_lock_does_not_change_the_pace() -> None:
    assert after([0.060] * 20 + [30.0] + [0.060] * 3) == 15


def test_a_429_halves_what_is_under_way_and_good_answers_bring_it_back_one_by_one() -> None:
    in_flight = InFlight(8)
    for _ in range(20):
        in_flight.answered(0.150)
    in_flight.refused()
    assert in_flight.limit == 16
    for _ in range(16):
        in_flight.answered(0.150)
    assert in_flight.limit == 16
    for _ in range(20):
        in_flight.answered(0.150)
    assert in_flight.limit == 18
    for _ in range(800):
        in_flight.answered(0.150)
    assert in_flight.limit == MOST


def test_what_was_under_way_with_a_429_does_not_halve_again() -> None:
    in_flight = InFlight(8)
    for _ in range(8):
        in_flight.refused()
    assert in_flight.limit == 4
    in_flight.refused()
    assert in_flight.limit == 2


@given(st.integers(1, 32), st.lists(st.none() | st.floats(0, 60), max_size=200))
def test_at_least_one_read_is_always_allowed_and_never_more_than_the_most(start, story) -> None:
    in_flight = InFlight(start)
    for seconds in story:
        if seconds is None:
            in_flight.refused()
        else:
            in_flight.answered(seconds)
        assert 1 <= in_flight.limit <= MOST


class Crowd:
    """Reads that take a while, of which Seam bears only so many at once."""

    def __init__(self, reads, clock, bearable: int) -> None:
        self.reads, self.clock, self.bearable = reads, clock, bearable
        self.under_way, self.seen = 0, []
        reads.page = 1000
        reads.on_call = self.called

    async def called(self, call: str) -> None:
        if "codes" not in call and "unmanaged" not in call:
            return
        self.under_way += 1
        self.seen.append(self.under_way)
        try:
            if self.under_way > self.bearable:
                self.reads.refusals += 1
                raise RateLimited("Too many.", "Wait.", status=429)
            await self.clock.sleep(0.15)
        finally:
            self.under_way -= 1


@pytest.fixture
def load(reads, clock, settle: Callable[[], Awaitable[None]]) -> Callable[..., Awaitable[tuple[list[int], list]]]:
    """Loads 300 devices from a Seam that bears so many reads at once; how many were under way, and what was told."""

    async def run(bearable: int) -> tuple[list[int], list[events.SyncEvent]]:
        for number in range(300):
            reads.add_device(f"d{number}", codes=1, unmanaged=0)
        crowd, told = Crowd(reads, clock, bearable), []
        task = asyncio.create_task(Loader(reads, told.append, clock, after_page=None).run())
        while not task.done():
            await settle()
            clock.advance(0.15)
        return crowd.seen, told

    return run


async def test_a_load_follows_the_answer_times_that_it_sees(load) -> None:
    seen, told = await load(1_000)
    assert seen[:CONCURRENCY] == list(range(1, CONCURRENCY + 1))
    assert max(seen) == MOST
    assert told[-1] == events.LoadFinished(())


async def test_a_load_finds_down_to_what_seam_bears(load) -> None:
    seen, told = await load(4)
    refused = sum(count > 4 for count in seen)
    assert told[-1] == events.LoadFinished(())
    assert refused < len(seen) / 10, "most reads keep within it"
    assert max(seen[-100:]) <= 6
