"""Simulated time: an event loop that moves a clock on whenever nothing else can happen.

Hours pass in seconds, the seconds that are measured are those of the clock, and the same seed gives the same run:
nothing depends on how fast the machine is, and what works in a thread elsewhere works on the loop here.
"""

from __future__ import annotations

import asyncio
import heapq
import os
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from seam_tui.domain.clock import ManualClock
from seam_tui.operations import journal_writer

_T = TypeVar("_T")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


class SimulatedClock(ManualClock):
    """A clock that knows when its next sleeper is due."""

    def __init__(self, start: datetime = NOW) -> None:
        super().__init__(start)
        self._due: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds have passed."""
        if seconds > 0:
            heapq.heappush(self._due, self.monotonic() + seconds)
        await super().sleep(seconds)

    def skip(self) -> bool:
        """Move on to the next sleeper; False if nobody sleeps."""
        while self._due and self._due[0] <= self.monotonic():
            heapq.heappop(self._due)
        if not self._due:
            return False
        due = heapq.heappop(self._due)
        self.advance(due - self.monotonic())
        while self.monotonic() < due:  # rounding may leave a hair's breadth
            self.advance(1e-9)
        return True


class _OnTheLoop(ThreadPoolExecutor):
    """An executor without threads: a job is done in the loop's next turn."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it soon."""
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()

        def work() -> None:
            try:
                answer.set_result(fn(*args, **kwargs))
            except BaseException as error:
                answer.set_exception(error)

        asyncio.get_running_loop().call_soon(work)
        return answer


class _Selector(selectors.DefaultSelector):
    """Where the loop waits; before it waits in vain, the clock moves on."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready, at once or after the next sleeper was woken."""
        ready = super().select(0)
        is_idle = timeout is None or timeout > 0
        if ready or not is_idle:
            return ready
        if self._clock.skip():
            return super().select(0)
        return super().select(timeout)


def run_simulated(clock: SimulatedClock, work: Coroutine[Any, Any, _T]) -> _T:
    """Run something to its end on a loop by whose idle moments the clock moves."""

    def loop() -> asyncio.AbstractEventLoop:
        made = asyncio.SelectorEventLoop(_Selector(clock))
        made.set_default_executor(_OnTheLoop())
        return made

    with pytest.MonkeyPatch.context() as patch, asyncio.Runner(loop_factory=loop) as runner:
        patch.setattr(journal_writer, "ThreadPoolExecutor", _OnTheLoop)
        # Thousands of waits for a disk would make up most of the real time; no power fails here.
        patch.setattr(os, "fsync", lambda descriptor: None)
        return runner.run(work)
