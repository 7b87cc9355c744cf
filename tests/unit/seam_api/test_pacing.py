"""Writes keep within Seam's limits and lose no time doing so."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seam_tui.domain.clock import ManualClock
from seam_tui.seam_api.pacing import LIMITS, WINDOW, Pacer, SentAt, WriteKind, least_seconds

START = datetime(2026, 6, 12, 9, 30, tzinfo=UTC)


async def drive(clock: ManualClock, work: Coroutine[Any, Any, None], step: float = 0.25, limit: float = 3_600) -> float:
    """Run work to its end on a clock that moves only when nothing else can; the seconds that it took."""
    task = asyncio.ensure_future(work)
    began = clock.monotonic()
    while not task.done():
        for _ in range(20):
            await asyncio.sleep(0)
        if not task.done():
            clock.advance(step)
        assert clock.monotonic() - began < limit, "it does not end"
    await task
    return clock.monotonic() - began


async def write(pacer: Pacer, clock: ManualClock, kind: WriteKind, sent: list[float], latency: float) -> None:
    await pacer.take("lock", kind)
    sent.append(clock.monotonic())
    await clock.sleep(latency)
    pacer.answered("lock", kind)


async def many(pacer: Pacer, clock: ManualClock, kind: WriteKind, count: int, latency: float) -> list[float]:
    sent: list[float] = []
    await drive(clock, _gather([write(pacer, clock, kind, sent, latency) for _ in range(count)]))
    return sent


async def _gather(jobs: list[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*jobs)


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(WriteKind), count=st.integers(1, 45), latency=st.floats(0.0, 4.0).map(lambda x: round(x, 2))
)
def test_no_window_of_sixty_seconds_holds_more_than_the_limit(kind: WriteKind, count: int, latency: float) -> None:
    clock = ManualClock(START)
    sent = asyncio.run(many(Pacer(clock), clock, kind, count, latency))
    for first in sent:
        # The server may take a write at any time until its answer.
        assert sum(first <= other < first + WINDOW - latency for other in sent) <= LIMITS[kind]
        assert sum(first // WINDOW == other // WINDOW for other in sent) <= LIMITS[kind]


def test_three_hundred_deletes_on_one_lock_take_little_more_than_the_least_time() -> None:
    clock = ManualClock(START)
    asyncio.run(many(Pacer(clock), clock, WriteKind.DELETE, 300, 0.25))
    least = least_seconds({("lock", WriteKind.DELETE): 300})
    assert least == 14 * WINDOW
    assert least <= clock.monotonic() <= least * 1.1


def test_locks_go_side_by_side() -> None:
    async def go(pacer: Pacer, clock: ManualClock) -> float:
        async def one(device: str) -> None:
            await pacer.take(device, WriteKind.UPDATE)
            pacer.answered(device, WriteKind.UPDATE)

        return await drive(clock, _gather([one(f"lock {number % 10}") for number in range(100)]))

    clock = ManualClock(START)
    assert asyncio.run(go(Pacer(clock), clock)) == 0


def test_after_a_refusal_the_lane_rests_as_long_as_seam_asks() -> None:
    async def go(pacer: Pacer, clock: ManualClock) -> float:
        await pacer.take("lock", WriteKind.UPDATE)
        assert pacer.refused("lock", WriteKind.UPDATE, 7.0) == 7.0
        return await drive(clock, pacer.take("lock", WriteKind.UPDATE))

    clock = ManualClock(START)
    assert asyncio.run(go(Pacer(clock), clock)) == 7.0


def test_refusals_in_a_row_without_a_word_rest_longer_each_time() -> None:
    async def go(pacer: Pacer, clock: ManualClock) -> list[float]:
        pauses = []
        for _ in range(6):
            await drive(clock, pacer.take("lock", WriteKind.UPDATE))
            pauses.append(pacer.refused("lock", WriteKind.UPDATE, None))
        return pauses

    clock = ManualClock(START)
    assert asyncio.run(go(Pacer(clock), clock)) == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


def test_what_an_earlier_process_sent_counts() -> None:
    async def go(pacer: Pacer, clock: ManualClock) -> float:
        pacer.remember(SentAt("lock", WriteKind.UPDATE, START - timedelta(seconds=40)) for _ in range(10))
        return await drive(clock, pacer.take("lock", WriteKind.UPDATE))

    clock = ManualClock(START)
    assert asyncio.run(go(Pacer(clock), clock)) == 20.0


def test_a_turn_in_which_nothing_was_sent_is_given_back() -> None:
    async def go(pacer: Pacer, clock: ManualClock) -> float:
        for _ in range(50):
            await drive(clock, pacer.take("lock", WriteKind.UPDATE))
            pacer.not_sent("lock", WriteKind.UPDATE)
        return clock.monotonic()

    clock = ManualClock(START)
    assert asyncio.run(go(Pacer(clock), clock)) == 0
