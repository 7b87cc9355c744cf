"""The skeleton that is on screen before the panes are."""

from __future__ import annotations

import pytest
from textual import events

from seam_tui.sandbox.server import SANDBOX_KEY
from seam_tui.seam_api.connection import Connection
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.skeleton import SkeletonScreen
from seam_tui.tui.widgets.filter_bar import FilterInput
from tests.flows.driver import QUIET, DrivenClock, RunningApp, running_app, sandbox_of
from tests.flows.wire import Wire


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (70, 24)])
async def test_the_skeletons_panes_stand_where_the_panes_will_stand(size: tuple[int, int]) -> None:
    async with running_app(size=size, load=False) as app:
        await app.settle()
        skeleton = app.app.screen_stack[0]
        assert isinstance(skeleton, SkeletonScreen)
        panes = [f"#{name}-pane" for name in ("devices", "codes", "detail")]
        shown = {pane: app.triage.query_one(pane).region for pane in panes if app.triage.query_one(pane).display}
        assert {pane: skeleton.query_one(pane).region for pane in panes if skeleton.query_one(pane).display} == shown


async def test_the_panes_are_named_from_the_first_frame_on() -> None:
    async with running_app(load=False) as app:
        skeleton = app.app.screen_stack[0]
        for pane in ("devices", "codes", "detail"):
            first, then = (screen.query_one(f"#{pane}-pane").border_title for screen in (skeleton, app.triage))
            assert first
            assert str(then).startswith(str(first))


async def test_a_key_pressed_before_there_are_panes_is_taken_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    opens = SeamTuiApp._open

    async def type_and_open(app: SeamTuiApp) -> None:
        assert isinstance(app.screen, SkeletonScreen)
        event = events.Key("slash", "/")
        event.set_sender(app)
        assert app._driver is not None
        app._driver.send_message(event)
        await opens(app)

    monkeypatch.setattr(SeamTuiApp, "_open", type_and_open)
    sandbox = sandbox_of()
    wire, clock = Wire(sandbox), DrivenClock(sandbox.clock.now())
    connection = Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid")
    made = SeamTuiApp(Launch(connection=connection, transport=lambda: wire, clock=clock, pace=QUIET))
    async with made.run_test(size=(160, 50)) as pilot:
        app = RunningApp(made, pilot, sandbox, wire, clock)
        await app.until(lambda: isinstance(made.focused, FilterInput), "the filter")
