"""Waiting by a clock that is handed in: for the first of several things, or not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from seam_tui.domain.clock import Clock
from seam_tui.seam_api.errors import TimedOut

_T = TypeVar("_T")


async def first_of(*waits: Awaitable[object]) -> None:
    """Return when the first of some waits ends; the others are cancelled, also when this is cancelled."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def within(clock: Clock, seconds: float, asked: Awaitable[_T]) -> _T:
    """Await an answer for so many seconds of a clock.

    Raises:
        TimedOut: It did not come; it was given up.
    """
    answer = asyncio.ensure_future(asked)
    limit = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((answer, limit), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
    finally:
        for task in (answer, limit):
            task.cancel()
        await asyncio.gather(answer, limit, return_exceptions=True)
    raise TimedOut("Seam did not answer in time.", "It is asked again soon; check the network if it stays.")
