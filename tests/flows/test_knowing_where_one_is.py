"""Cursor and order: what is under the hand stays there, and what is worst stands first."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from seam_tui.sync.events import CodesRead
from tests.flows.driver import RunningApp, running_app
from tests.flows.test_sorting import sort_by
from tests.flows.test_staying_fresh import CALM, EVENTS_ONLY, fails
from tests.flows.test_staying_fresh import remove as take_out

SEVERITIES = ["urgent", "error", "warning", "waiting", "ok"]


def remove(app: RunningApp, name: str) -> None:
    """Somebody takes a code away elsewhere."""
    app.sandbox.world.drop_code(app.code(name))


def add_most_urgent(app: RunningApp, name: str) -> None:
    """A code turns up elsewhere that comes before every other."""
    first = app.codes.titles[0]
    model = app.code(first)
    assert model.starts_at is not None
    app.sandbox.world.add_code(
        replace(model, access_code_id=app.sandbox.world.seeds.uuid(), name=name, starts_at=model.starts_at - 90_000)
    )


async def test_what_is_worst_stands_first_and_under_the_cursor() -> None:  # UX 19
    async with running_app() as app:
        ranks = [SEVERITIES.index(word) for word in app.codes.words]
        assert ranks == sorted(ranks)
        assert ranks[0] == 0
        assert app.codes.at == app.codes.titles[0]


async def test_once_it_has_loaded_a_more_urgent_code_does_not_take_the_cursor() -> None:  # UX 17
    async with running_app() as app:
        read = app.codes.at
        assert read == app.codes.titles[0]
        add_most_urgent(app, "Even Worse")
        app.triage.action_reload()
        await app.codes.gains("Even Worse")
        assert app.codes.titles[0] == "Even Worse"
        assert app.codes.at == read


async def test_a_reload_leaves_the_cursor_on_its_code() -> None:  # UX 1
    async with running_app() as app:
        await app.codes.choose("Oscar Lund")
        add_most_urgent(app, "Even Worse")
        await app.press("r")
        await app.codes.gains("Even Worse")
        assert app.codes.titles[0] == "Even Worse"
        assert app.codes.at == "Oscar Lund"
        assert app.detail.document.startswith("‼ urgent Oscar Lund")


async def test_a_change_of_order_leaves_the_cursor_on_its_code() -> None:  # UX 1
    async with running_app() as app:
        await app.codes.choose("Oscar Lund")
        code = app.code("Oscar Lund")
        code.issues, code.mutations, code.status, code.on_lock = (), (), "set", True
        await app.press("h")
        await app.until(lambda: "✓" in app.detail.document, "the code well again")
        await app.until(lambda: app.codes.titles.index("Oscar Lund") > 20, "the code further down")
        assert app.codes.at == "Oscar Lund"


async def test_when_the_code_under_the_cursor_goes_its_neighbour_is_next_and_that_is_said() -> None:  # UX 1
    async with running_app() as app:
        await app.codes.choose("Oscar Lund")
        below = app.codes.titles[app.codes.titles.index("Oscar Lund") + 1]
        remove(app, "Oscar Lund")
        await app.press("h")
        await app.codes.loses("Oscar Lund")
        await app.says("is gone; the cursor is on its neighbour")
        assert app.codes.at == below
        await app.detail.shows(below)


async def test_when_the_chosen_lock_goes_all_devices_are_shown_again() -> None:  # UX 1
    async with running_app() as app:
        await app.devices.choose("Boathouse Annex")
        lock = app.device("Boathouse Annex")
        for code in app.sandbox.world.codes_of(lock.device_id):
            app.sandbox.world.drop_code(code)
        del app.sandbox.world.devices[lock.device_id]
        await app.press("r")
        await app.devices.loses("Boathouse Annex")
        await app.says("is gone; the cursor is on its neighbour")
        await app.until(
            lambda: app.devices.at[:8] in app.codes.title or "all devices" in app.codes.title, "a list that fits"
        )


async def test_a_code_that_becomes_live_while_one_looks_is_called_so() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.detail.shows("starts in 30 h")
        app.leap(31 * 3600)
        await app.detail.shows("1 h ago")


async def test_a_code_that_came_a_moment_ago_is_gone_to_before_it_is_drawn() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        model = app.triage.board.store.codes[app.code("Tess Murphy", "Lighthouse 2B").access_code_id]
        new = replace(model, access_code_id="just-made", name="Walk-in Guest")
        app.triage.board.apply([CodesRead(new.device_id, (new,))], app.clock.now())
        app.triage.go_to_code(new.access_code_id)
        await app.settle()
        assert app.codes.at == "Walk-in Guest"


async def test_a_lock_shows_its_own_codes_alone_with_their_count() -> None:  # UX 21
    async with running_app() as app:
        await app.devices.choose("Pier House – Studio")
        await app.until(lambda: "Pier House – St" in app.codes.title, "the lock's name in the border")
        lock = app.device("Pier House – Studio")
        codes = [code for code in app.sandbox.world.codes_of(lock.device_id) if not code.is_backup]
        assert len(app.codes.titles) == len(codes)
        errors = [word for word in app.codes.words if word in {"urgent", "error"}]
        assert f"✖ {len(errors)}" in app.codes.title
        assert f" {len(errors)} " in f" {app.devices.row('Pier House – Studio')} "


async def test_the_footer_names_what_a_key_would_act_on() -> None:  # UX 2
    async with running_app() as app:
        await app.codes.choose("Oscar Lund")
        assert "this code: Oscar Lund" in app.footer
        await app.devices.choose("Fir Cottage")
        await app.until(lambda: "this lock: Fir Cottage" in app.footer, "the lock in the footer")


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24), (60, 20)])
async def test_the_border_tells_the_counts_whole_whatever_the_width(size: tuple[int, int]) -> None:  # UX 21, 24
    async with running_app(size=size) as app:
        for column in ("", "Device"):
            if column:
                await sort_by(app, column)
            edge = next(line for line in app.text.splitlines() if "2 Codes" in line)
            assert re.search(r"93( ·)? ✖ ?27( ·)? ▲ ?14 ─", edge), edge


async def test_a_count_of_changes_elsewhere_says_where_and_goes_when_all_are_listed() -> None:  # UX 17
    async with running_app(pace=EVENTS_ONLY) as app:
        fails(app, CALM)
        await app.look_passes()
        assert "~1 changed (. next)" in app.codes.note
        await app.press("slash")
        await app.type("Rosa")
        await app.until(lambda: app.codes.note == "1 changed but filtered out", "where it changed")
        await app.press("escape")
        await app.until(lambda: app.codes.note == "~1 changed (. next)", "that it is listed again")


async def test_what_is_gone_is_named_where_there_is_room_and_counted_where_there_is_not() -> None:  # UX 18, 24
    async with running_app(pace=EVENTS_ONLY, size=(100, 30)) as app:
        for name in ("Rosa Marin", "Ursula Holm"):
            take_out(app, name)
        await app.look_passes()
        assert "-2 gone" in app.codes.note
        assert app.codes.note in app.text
        fails(app, CALM)
        await app.look_passes()
        await app.until(lambda: app.codes.note.endswith("changed (. next) · -2 gone"), "the short form")
        assert app.codes.note in app.text
        await app.codes.focus()
        await app.press("f")
        await app.until(lambda: "-2 gone: " in app.codes.note, "their names, with the pane alone on the screen")
