"""Codes out of the picture of the last run: nothing is done with one, or shown of its PIN, before it was read again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.plan import NOT_READ_SINCE, make_plan
from seam_tui.sync.pace import WatchPace
from seam_tui.tui.view import subject_of_code
from tests.flows.driver import RunningApp, running_app, sandbox_of
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown
from tests.flows.test_staying_fresh import CALM
from tests.flows.warm import kept_in, run_once
from tests.flows.wire import about

NEVER = WatchPace(interval=30 * 86_400.0, requests_per_minute=1)
"""One look, and the rest so slowly that no test sees more than its first read."""
HIRO = "Hiro Tanaka"


@asynccontextmanager
async def caught_up(tmp_path: Path, **launch: Any) -> AsyncIterator[RunningApp]:
    """A second start, caught up, with nearly all of its codes still out of the picture."""
    world = sandbox_of()
    options = kept_in(tmp_path / "cache", pace=NEVER, journal_folder=tmp_path / "runs", **launch)
    await run_once(tmp_path / "cache", world)
    async with running_app(world=world, **options) as app:
        yield app


def is_kept(app: RunningApp, name: str) -> bool:
    return app.code(name).access_code_id in app.triage.board.store.kept_ids


async def test_the_detail_says_that_a_pin_is_still_to_come(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.codes.choose(HIRO)
        await app.detail.shows("PIN still to be read from Seam")
        assert "maker does not show" not in app.detail.document


async def test_revealing_a_pin_reads_it_first(tmp_path: Path) -> None:  # UX 12
    async with caught_up(tmp_path) as app:
        await app.codes.choose(HIRO)
        await app.press("v")
        await app.detail.shows(f"PIN {app.code(HIRO).code} REVEALED")
        assert not is_kept(app, HIRO)


async def test_copying_a_pin_reads_it_first(tmp_path: Path) -> None:  # UX 12
    async with caught_up(tmp_path) as app:
        await app.codes.choose(HIRO)
        await app.press("c")
        await app.until(lambda: app.clipboard == app.code(HIRO).code, "the PIN on the clipboard")


async def test_a_pin_that_cannot_be_read_is_said_to_be_and_not_shown(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.codes.choose(HIRO)
        app.wire.is_down = True
        await app.press("v")
        await app.says("Seam could not be reached")
        assert "REVEALED" not in app.detail.document
        assert "shown for 10 s" not in app.said


async def test_a_plan_is_made_of_the_code_as_it_is_now(tmp_path: Path) -> None:  # UX 6
    async with caught_up(tmp_path) as app:
        await app.codes.choose(CALM, on="Lighthouse 2B")
        app.code(CALM, on="Lighthouse 2B").name = "Tess M."
        await app.press("d")
        await app.dialog.says("Tess M.")
        await app.confirm.no()
        assert not is_kept(app, "Tess M.")


async def test_a_code_that_is_gone_by_now_is_not_asked_about(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.codes.choose(CALM, on="Lighthouse 2B")
        app.sandbox.world.drop_code(app.code(CALM, on="Lighthouse 2B"))
        await app.press("d")
        await app.says("the code is gone")
        assert not app.dialog.is_open
        assert app.sent("/access_codes/delete") == 0


async def test_nothing_is_planned_while_the_code_cannot_be_read(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.codes.choose(CALM)
        app.wire.is_down = True
        await app.press("d")
        await app.says("Seam could not be reached")
        assert not app.dialog.is_open
        assert is_kept(app, CALM)


async def test_escape_leaves_a_reading_that_takes_long(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.codes.choose(CALM)
        app.wire.hold(about("/access_codes/*"))
        await app.press("d")
        await app.dialog.says("Reading first", "nothing is done with a code")
        await app.press("escape")
        await app.says("Nothing was done.")
        app.wire.release()
        await app.settle()
        assert not app.dialog.is_open


async def test_what_is_deleted_comes_back_with_the_pin_that_the_picture_did_not_hold(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        before = app.code(CALM, on="Lighthouse 2B")
        await app.codes.choose(CALM, on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.yes()
        await app.says("Gone from the lock.", within=300)
        await app.press("z")
        await plan_is_shown(app)
        await app.press("y")
        await result_is_shown(app, within=300)
        after = app.code(CALM, on="Lighthouse 2B")
        assert (after.access_code_id != before.access_code_id, after.code) == (True, before.code)


async def test_many_are_read_before_they_are_planned(tmp_path: Path) -> None:  # UX 6
    async with caught_up(tmp_path) as app:
        count = await mark_the_crew(app)
        marked = app.codes.table.marked
        await app.press("d")
        plan = (await plan_is_shown(app)).plan
        assert len(plan.steps) + len(plan.left_out) == count
        store = app.triage.board.store
        assert not marked & set(store.kept_ids)
        codes = [step.code for step in plan.steps if step.code is not None]
        assert codes
        true = {code.access_code_id: code.code for code in app.sandbox.world.codes.values()}
        for code in codes:
            assert code.pin is not None
            assert code.pin.equals(Pin(true[code.access_code_id] or ""))


@pytest.mark.parametrize("action", [ActionId.DELETE, ActionId.RECREATE, ActionId.RENAME, ActionId.PULL_BACKUP])
async def test_no_plan_is_ever_made_of_a_code_that_was_not_read_since(tmp_path: Path, action: ActionId) -> None:
    async with caught_up(tmp_path) as app:
        store, now = app.triage.board.store, app.clock.now()
        plans = [make_plan(action, subject_of_code(store, store.codes[key]), now) for key in store.kept_ids]
        assert all(plan.refusals and not plan.steps for plan in plans)
        assert any(NOT_READ_SINCE in plan.refusals for plan in plans)


async def test_a_filter_for_pins_says_which_are_still_to_come(tmp_path: Path) -> None:
    async with caught_up(tmp_path) as app:
        await app.press("slash")
        await app.type("pin:4")
        await app.until(lambda: "PINs are still to be read" in app.codes.note, "that not all PINs are known")
