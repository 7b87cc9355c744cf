"""Simulated time: an event loop that moves a clock on whenever nothing else can happen.

Hours pass in seconds, and the seconds that are measured are those of the clock: however slow the machine is, no time
passes while something is computed or written.
"""

from __future__ import annotations

import asyncio
import heapq
import selectors
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, TypeVar

from seam_tui.domain.clock import ManualClock

_T = TypeVar("_T")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
_SOON = 0.05
"""Real seconds between two looks at threads that work without waking the loop."""


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


class Threads:
    """Counts what works in threads: time must not pass meanwhile."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._working = 0

    @property
    def are_working(self) -> bool:
        """Whether any job has not ended."""
        with self._guard:
            return self._working > 0

    def change(self, by: int) -> None:
        """A job begins (1) or has ended, and whoever waits for it was told (-1)."""
        with self._guard:
            self._working += by


def executor_counted_by(threads: Threads) -> type[ThreadPoolExecutor]:
    """An executor whose jobs are counted until all that wait for them were woken."""

    class Counted(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            answer: Future[Any] = Future()
            answer.set_running_or_notify_cancel()
            threads.change(1)

            def job() -> None:
                try:
                    answer.set_result(fn(*args, **kwargs))
                except BaseException as error:
                    answer.set_exception(error)
                finally:
                    threads.change(-1)

            super().submit(job)
            return answer

    return Counted


class _Selector(selectors.DefaultSelector):
    """Where the loop waits; before it waits in vain, the clock moves on."""

    def __init__(self, clock: SimulatedClock, threads: Threads) -> None:
        super().__init__()
        self._clock = clock
        self._threads = threads

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        if self._threads.are_working:
            return super().select(_SOON if timeout is None else min(timeout, _SOON))
        ready = super().select(0)
        if ready:
            return ready
        if self._clock.skip():
            return super().select(0)
        return super().select(_SOON if timeout is None else min(timeout, _SOON))


def run_simulated(clock: SimulatedClock, work: Coroutine[Any, Any, _T], threads: Threads | None = None) -> _T:
    """Run something to its end on a loop by whose idle moments the clock moves."""
    threads = threads or Threads()

    def loop() -> asyncio.AbstractEventLoop:
        made = asyncio.SelectorEventLoop(_Selector(clock, threads))
        made.set_default_executor(executor_counted_by(threads)())
        return made

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(work)
