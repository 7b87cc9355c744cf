"""What was drawn goes with what it was drawn for, and soon: a day at the desk opens hundreds of dialogs."""

from __future__ import annotations

import gc
import weakref

from textual.strip import Strip
from textual.widget import Widget

from seam_tui.sync.pace import WatchPace
from tests.flows.driver import RunningApp, running_app
from tests.knots import knots


async def test_a_closed_dialog_leaves_nothing_of_what_it_has_drawn() -> None:
    async with running_app() as app:
        drawn: list[weakref.ref[object]] = []
        for _ in range(3):
            await app.press("d")
            await app.confirm.is_ready()
            drawn += [weakref.ref(widget._styles_cache) for widget in app.app.screen.query(Widget)]
            await app.press("escape")
            await app.drawn()
        await app.press("down")
        await app.drawn()
        gc.collect()
        assert drawn
        # The last one may still be held by the loop's last round; those before it may not.
        assert [one for one in drawn[: len(drawn) * 2 // 3] if one() is not None] == []


async def test_moving_about_leaves_no_line_for_the_collector() -> None:
    async with running_app(size=(80, 24)) as app:
        await app.press(*["down"] * 30)
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await app.press(*["down"] * 10, *["up"] * 30)
            gc.collect()
            lines = sum(isinstance(one, Strip) for one in gc.garbage)
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
        assert lines == 0


async def rested(app: RunningApp) -> None:
    """Let nobody press a key until what is made ahead is made."""
    await app.time_passes(app.triage.REST)
    preparing = app.triage._preparing
    assert preparing is not None
    await app.until(lambda: not preparing._active.is_set(), "all being made ahead")


async def test_what_changes_after_the_load_can_be_freed() -> None:
    async with running_app(pace=WatchPace(requests_per_minute=0)) as app:
        await rested(app)
        frozen = gc.get_freeze_count()
        assert frozen > 0
        for name in ("Hiro Tanaka", "Vera Sullivan"):
            app.sandbox.world.drop_code(app.code(name))
            await app.look_passes()
            await rested(app)
        assert gc.get_freeze_count() <= frozen


async def test_a_new_load_is_kept_from_the_collector() -> None:
    async with running_app() as app:
        await rested(app)
        gc.unfreeze()
        await app.press("r")
        await app.is_loaded(within=10)
        await rested(app)
        assert gc.get_freeze_count() > 0


async def test_rubbish_waits_until_nobody_types() -> None:
    gc.set_threshold(700)  # Python's own
    async with running_app() as app:
        await rested(app)
        await app.press("down")
        gc.collect()
        first = knots(6_000)
        app.triage.draw()
        await app.settle()
        assert first() is not None
        await rested(app)
        assert first() is None
