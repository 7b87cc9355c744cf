"""A frame comes as soon as it may: at once after a rest, and a period after the one before, however late that was."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App

from seam_tui.tui import frames
from seam_tui.tui.frames import FrameTimer

PERIOD = 1 / 60


class Beats:
    """Frames that take as long as they are told to, by a clock of their own."""

    def __init__(self, takes: list[float]) -> None:
        self.now = 100.0
        self.begun: list[float] = []
        self.takes = takes
        self.is_over = asyncio.Event()

    def draw(self) -> None:
        self.begun.append(self.now)
        self.now += self.takes.pop(0)
        if not self.takes:
            self.is_over.set()

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds
        await asyncio.sleep(0)


async def frames_of(monkeypatch: pytest.MonkeyPatch, takes: list[float], rest: float = 0.0) -> list[float]:
    """How long each frame came after the one before it began.

    Args:
        monkeypatch: Gives the timer another clock.
        takes: Seconds that each frame takes.
        rest: Seconds of rest before the first one.
    """
    app: App[None] = App()
    async with app.run_test():
        beats = Beats(list(takes))
        monkeypatch.setattr(frames, "sleep", beats.sleep)
        monkeypatch.setattr("textual._time.get_time", lambda: beats.now)
        timer = FrameTimer(app, PERIOD, callback=beats.draw, pause=True)
        timer._start()
        beats.now += rest
        timer.resume()
        await beats.is_over.wait()
        timer.stop()
        return [later - earlier for earlier, later in zip(beats.begun, beats.begun[1:], strict=False)]


async def test_frames_come_a_period_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await frames_of(monkeypatch, [0.001] * 4) == pytest.approx([PERIOD] * 3)


async def test_the_frame_after_one_that_took_long_waits_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await frames_of(monkeypatch, [0.040, 0.001, 0.001]) == pytest.approx([0.040, PERIOD])


async def test_the_second_frame_after_a_rest_comes_a_period_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await frames_of(monkeypatch, [0.001, 0.001], rest=7.777) == pytest.approx([PERIOD])
