"""The clocks: the machine's own, and the one that moves only when told to."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.clock import ManualClock, SystemClock

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
PATIENCE = 30.0
"""Real seconds until something that does not come is a failure."""


@given(st.lists(st.integers(min_value=0, max_value=100_000), max_size=10))
def test_a_manual_clock_shows_its_start_plus_all_that_was_advanced(steps: list[int]) -> None:
    clock = ManualClock(START)
    for step in steps:
        clock.advance(step)
    assert clock.monotonic() == sum(steps)
    assert clock.now() == START + timedelta(seconds=sum(steps))


async def test_a_sleeper_wakes_when_its_time_has_come_and_not_before() -> None:
    clock = ManualClock(START)
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0.01)
    assert not sleeper.done()
    clock.advance(1)
    await asyncio.wait_for(sleeper, PATIENCE)


async def test_one_advance_wakes_all_that_are_due() -> None:
    clock = ManualClock(START)
    early, late = asyncio.create_task(clock.sleep(1)), asyncio.create_task(clock.sleep(5))
    await asyncio.sleep(0)
    clock.advance(3)
    await asyncio.wait_for(early, PATIENCE)
    assert not late.done()
    clock.advance(2)
    await asyncio.wait_for(late, PATIENCE)


@pytest.mark.parametrize("seconds", [0, -1])
async def test_sleeping_no_time_only_gives_way(seconds: float) -> None:
    await asyncio.wait_for(ManualClock(START).sleep(seconds), PATIENCE)


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock(START)
    sleeper = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    assert clock._sleepers == []
    clock.advance(10)


def test_a_sleeper_on_another_loop_is_woken_on_its_own() -> None:
    clock = ManualClock(START)
    asleep, woken = threading.Event(), threading.Event()

    async def nap() -> None:
        asyncio.get_running_loop().call_soon(asleep.set)
        await clock.sleep(5)
        woken.set()

    thread = threading.Thread(target=lambda: asyncio.run(nap()))
    thread.start()
    assert asleep.wait(5)
    clock.advance(5)
    assert woken.wait(5)
    thread.join(5)


async def test_the_system_clock_is_aware_and_its_monotonic_time_grows() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.001)
    assert clock.monotonic() > before
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
