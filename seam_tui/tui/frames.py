"""When frames are drawn: at most so many a second, but none later than it has to be."""

from __future__ import annotations

from asyncio import Event, sleep
from typing import Final, Self

from textual import _time
from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.timer import EventTargetGone, Timer
from textual.widget import Widget

PERIOD: Final = 1 / 60
"""Least seconds from one frame to the next."""


class FrameTimer(Timer):
    """Ticks at once after a rest, and else as soon as the period since the last tick is over.

    Textual's own (8.2.8) keeps to a grid of periods from its start on. A tick that comes late, or after a rest, makes
    it leave one place of the grid out, so the frame after such a one waits for up to two periods.
    """

    async def _run(self) -> None:
        active: Event = self._active
        while True:
            await active.wait()
            began = _time.get_time()
            try:
                await self._tick(next_timer=began, count=0)
            except EventTargetGone:
                break
            await sleep(max(0.0, began + self._interval - _time.get_time()))


class PromptScreen(Screen[ScreenResultType]):
    """A screen whose frames follow what has happened as soon as they may, and hold no more than that.

    What is on it covers it, so it has nothing to draw itself: a change of focus or of the layout draws the widgets that
    look otherwise by it. Textual (8.2.8) draws the whole screen for either, for a layout even a second time.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    _frames: FrameTimer | None = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As Textual's; a layout draws what changes by it."""
        return super().refresh(*regions, repaint=repaint and not layout, layout=layout, recompose=recompose)

    @property
    def _update_timer(self) -> Timer:
        if self._frames is None:
            self._frames = FrameTimer(self, PERIOD, name="frames", callback=self._on_timer_update, pause=True)
            self._frames._start()
            self._timers.add(self._frames)
        return self._frames
