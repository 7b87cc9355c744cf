"""While a load goes on, whoever moves about goes first: the list is drawn when the keys pause."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from seam_tui.tui.arriving import GIVES_WAY
from tests.flows.driver import RunningApp, running_app

Due = list[Callable[[], None]]
"""What timers are to call."""


@asynccontextmanager
async def loading_app(monkeypatch: pytest.MonkeyPatch, due: Due) -> AsyncIterator[RunningApp]:
    """An app with a list longer than its pane, in a load; its timers call nothing by themselves."""
    async with running_app(size=(80, 24)) as app:
        app.triage.telling.restart()
        assert len(app.codes.table.ids) > app.codes.table.size.height
        monkeypatch.setattr(app.triage, "set_timer", lambda _seconds, call: due.append(call))
        yield app


async def test_what_arrives_is_drawn_once_no_key_was_pressed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    due: Due = []
    async with loading_app(monkeypatch, due) as app:
        app.triage.draw_soon()
        await app.press("down")
        due.pop()()
        assert app.triage.is_draw_due
        due.pop()()
        assert not app.triage.is_draw_due
        assert due == []


async def test_a_letter_in_the_filter_goes_first_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    due: Due = []
    async with loading_app(monkeypatch, due) as app:
        await app.press("/")
        app.triage.draw_soon()
        await app.type("e")
        due.pop()()
        assert app.triage.is_draw_due


async def test_keys_without_end_do_not_hold_it_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    due: Due = []
    async with loading_app(monkeypatch, due) as app:
        app.triage.draw_soon()
        for _ in range(GIVES_WAY):
            await app.press("down")
            due.pop()()
            assert app.triage.is_draw_due
        await app.press("down")
        due.pop()()
        assert not app.triage.is_draw_due


async def test_after_the_load_nothing_waits_for_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    due: Due = []
    async with loading_app(monkeypatch, due) as app:
        app.triage.telling.show_picture(app.clock.now())
        app.triage.draw_soon()
        await app.press("down")
        due.pop()()
        assert not app.triage.is_draw_due
