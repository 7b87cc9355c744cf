"""The line of a run that is under way: how far, how fast, how long still, and the keys."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from seam_tui.operations.control import Progress
from seam_tui.tui.widgets.run_strip import RunStrip


class StripApp(App[None]):
    def compose(self) -> ComposeResult:
        yield RunStrip()


async def test_the_strip_says_how_far_a_run_is_and_takes_no_line_without_one() -> None:
    """UX 7."""
    app = StripApp()
    async with app.run_test(size=(100, 10)) as pilot:
        strip = app.query_one(RunStrip)
        assert strip.outer_size.height == 0 or not strip.display
        strip.show("Deleting", Progress(12, 300, 1, 130.0))
        await pilot.pause()
        assert strip.text == "Deleting · 12 of 300, 1 failed · about 2 min left · P pause · X stop"
        assert strip.region.height == 1
        strip.show("Deleting", Progress(12, 300, 0, 130.0), paused=True)
        assert strip.text == "Deleting: PAUSED · 12 of 300 · P goes on · X stop"
        strip.show("Deleting", Progress(12, 300, 0, 130.0), cancelled=True)
        assert strip.text == "Deleting: stopping · 12 of 300 · what is under way ends"
        strip.hide()
        assert not strip.display


async def test_it_says_how_fast_it_goes_and_what_it_waits_for() -> None:
    app = StripApp()
    async with app.run_test(size=(120, 10)) as pilot:
        strip = app.query_one(RunStrip)
        strip.show("Deleting", Progress(12, 300, 0, 130.0), rate=19.6, waits_for="Seam asks to wait 30 s.")
        await pilot.pause()
        assert strip.text == (
            "Deleting · 12 of 300 · about 2 min left · 20 a minute · P pause · X stop · Seam asks to wait 30 s."
        )
        strip.show("Deleting", Progress(12, 300, 0, 0.4), rate=0.2)
        assert strip.text == "Deleting · 12 of 300 · P pause · X stop"


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (40, "Deleting · 12 of 300 · P pause · X stop"),
        (70, "Deleting · 12 of 300 · P pause · X stop · Seam asks to wait 30 s."),
        (90, "Deleting · 12 of 300 · about 2 min left · P pause · X stop · Seam asks to wait 30 s."),
    ],
)
async def test_a_narrow_strip_leaves_out_what_can_be_missed_and_never_the_keys(width: int, text: str) -> None:
    app = StripApp()
    async with app.run_test(size=(width, 10)) as pilot:
        strip = app.query_one(RunStrip)
        strip.show("Deleting", Progress(12, 300, 0, 130.0), rate=20.0, waits_for="Seam asks to wait 30 s.")
        await pilot.pause()
        assert strip.text == text
