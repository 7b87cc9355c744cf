"""What was drawn for a dialog goes with it: a day at the desk opens hundreds."""

from __future__ import annotations

import gc
import weakref

from textual.widget import Widget

from tests.flows.driver import running_app


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
