"""Seam's client on an event loop of its own, in a thread: decoding pages never holds up the screen."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from seam_tui.domain.crash_log import guard_loop

_T = TypeVar("_T")


class SeamThread:
    """An event loop in a daemon thread, started on first use (DESIGN, measured facts: 16-19 ms p99 against 53)."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="seam", daemon=True)
        self._started = False
        self._guard = threading.Lock()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        guard_loop(self._loop)
        self._loop.run_forever()

    def _start(self) -> None:
        with self._guard:
            if not self._started:
                self._started = True
                self._thread.start()

    def submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine there; the future tells the calling thread how it ended."""
        self._start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine there and await it here; cancelling here cancels there."""
        return await asyncio.wrap_future(self.submit(work))

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Call a plain function on that loop, soon."""
        self._start()
        self._loop.call_soon_threadsafe(function, *args)

    def stop(self, timeout: float = 5.0) -> None:
        """Cancel what runs there and end the thread, waiting at most `timeout` seconds."""
        with self._guard:
            if not self._started or not self._thread.is_alive():
                if not self._loop.is_closed() and not self._started:
                    self._loop.close()
                return
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop)
        self._thread.join(timeout)
        if not self._thread.is_alive():
            self._loop.close()

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop.stop()
