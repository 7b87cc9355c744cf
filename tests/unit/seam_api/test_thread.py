"""The client's own event loop in a thread: work goes over, results and failures come back, cancelling crosses."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from seam_tui.seam_api.errors import Gone
from seam_tui.seam_api.thread import SeamThread


@pytest.fixture
def thread() -> Iterator[SeamThread]:
    made = SeamThread()
    yield made
    made.stop()


async def test_work_runs_in_another_thread_and_comes_back(thread) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert await thread.run(where()) == "seam"
    assert threading.current_thread().name != "seam"


async def test_a_failure_comes_back_as_itself(thread) -> None:
    async def fails() -> None:
        raise Gone("It is gone.", "Reload.", request_id="req-7")

    with pytest.raises(Gone) as caught:
        await thread.run(fails())
    assert caught.value.request_id == "req-7"


async def test_cancelling_here_cancels_there(thread) -> None:
    started, cancelled = threading.Event(), threading.Event()

    async def waits() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    task = asyncio.ensure_future(thread.run(waits()))
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(cancelled.wait, 10)


def test_stopping_cancels_what_runs_and_ends_the_thread() -> None:
    made, started, cancelled = SeamThread(), threading.Event(), threading.Event()

    async def waits() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    future = made.submit(waits())
    assert started.wait(10)
    made.stop()
    assert cancelled.is_set()
    assert future.cancelled()
    made.stop()


def test_a_thread_that_never_started_can_be_stopped() -> None:
    SeamThread().stop()


def test_a_plain_function_is_called_there(thread) -> None:
    called, done = [], threading.Event()

    def note(word: str) -> None:
        called.append((word, threading.current_thread().name))
        done.set()

    thread.call(note, "hello")
    assert done.wait(10)
    assert called == [("hello", "seam")]
