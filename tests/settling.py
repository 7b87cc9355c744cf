"""When an app under test has done all that a key or a message leads to: what a test waits for before it looks.

Textual's Pilot guesses it from the time that the process has used: that costs 40 ms a key, and on a busy machine, where
the process is not let run, it looks idle too soon. Here the event loop itself is asked.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from textual._context import active_app
from textual.app import App

ROUNDS: Final = 3
"""So often what is due to be drawn is drawn at once; each may lead to something more."""
MOST_TURNS: Final = 20_000
"""Turns of the loop after which something that never rests is no longer waited for."""


async def settled(app: App[Any]) -> None:
    """Wait until the app has nothing left to do by itself.

    Timers that are not due, threads and the network may still bring something: wait for what they bring.
    """
    for _ in range(ROUNDS):
        await loop_at_rest()
        if not app.is_running:
            return
        app.screen._on_timer_update()
    await loop_at_rest()


async def of_the_running_app(*_seconds: float) -> None:
    """The same for the app of the test that waits; stands in for Pilot's guess."""
    await settled(active_app.get())


async def loop_at_rest() -> None:
    """Wait until the loop on which this runs has nothing left to do by itself."""
    loop: Any = asyncio.get_running_loop()
    quiet = 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        # What waits for its turn stands in front of us; in the turn after that, timers that are due have come, too.
        quiet = quiet + 1 if not loop._ready else 0
        if quiet == 2:
            return
