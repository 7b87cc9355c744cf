"""Staying true by itself: what happens at Seam shows without a key, and nothing moves under the hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from seam_tui.sandbox.issues import code_event, put_issue, trouble_event
from seam_tui.sandbox.records import Code
from seam_tui.sync.pace import WatchPace
from tests.flows.driver import RunningApp, running_app
from tests.flows.panes import lines_of_widget

EVENTS_ONLY: Final = WatchPace(requests_per_minute=0)
"""A look at the events every 15 s, and nothing besides."""
CALM: Final = "Tess Murphy"
"""A code with which nothing is wrong."""


def fails(app: RunningApp, name: str) -> None:
    """A lock refuses a code."""
    code = app.code(name)
    put_issue(app.sandbox.world, code, "error", "failed_to_set_on_device", "Failed to set code on device.")
    trouble_event(app.sandbox.world, code, "failed_to_set_on_device")


def add(app: RunningApp, name: str, like: str = CALM) -> Code:
    """Somebody makes a code elsewhere."""
    world = app.sandbox.world
    code = world.add_code(replace(app.code(like), access_code_id=world.seeds.uuid(), name=name, issues=[]))
    code_event(world, code, "created")
    return code


def remove(app: RunningApp, name: str) -> None:
    """Somebody deletes a code elsewhere."""
    code = app.code(name)
    code_event(app.sandbox.world, code, "deleted")
    app.sandbox.world.drop_code(code)


def line_of(app: RunningApp, row_id: str) -> int:
    """On which line of the screen a row stands."""
    return list(app.codes.table.visible_ids).index(row_id)


async def test_an_error_shows_without_a_key_by_glyph_and_word() -> None:  # UX 18
    async with running_app(pace=EVENTS_ONLY) as app:
        await app.codes.choose(CALM)
        fails(app, CALM)
        await app.look_passes()
        row = app.codes.row(CALM)
        assert "~ issues" in row
        assert "failed_to_set" in row
        assert app.codes.at == CALM
        await app.detail.shows("failed_to_set_on_device")


async def test_a_change_fades_after_a_few_looks() -> None:  # UX 18
    async with running_app(pace=EVENTS_ONLY) as app:
        await app.codes.choose(CALM)
        fails(app, CALM)
        await app.look_passes(2)
        assert "~ issues" in app.codes.row(CALM)
        await app.look_passes(3)
        assert "~" not in app.codes.row(CALM)


async def test_a_new_code_appears_and_a_deleted_one_goes_and_the_pane_says_so() -> None:  # UX 18
    async with running_app(pace=EVENTS_ONLY) as app:
        add(app, "Walk-in Guest")
        remove(app, "Hiro Tanaka")
        await app.look_passes()
        assert app.codes.has("Walk-in Guest")
        assert not app.codes.has("Hiro Tanaka")
        assert "+1 new (. next)" in app.codes.note
        assert "-1 gone: Hiro Tanaka" in app.codes.note
        await app.press("full_stop")
        assert app.codes.at == "Walk-in Guest"
        assert "+ new" in app.codes.row("Walk-in Guest")


async def test_cursor_line_and_marks_stay_on_their_codes_while_others_change_around_them() -> None:  # UX 1, 17
    async with running_app(pace=EVENTS_ONLY) as app:
        await app.codes.focus()
        await app.press("pagedown", "space", "space")
        ids = list(app.codes.table.ids)
        cursor, marked = app.codes.table.cursor_id, app.codes.table.marked
        assert cursor is not None
        line, below = line_of(app, cursor), [app.sandbox.world.codes[key] for key in ids[ids.index(cursor) + 1 :]]
        for code in [code for code in below if code.managed and not code.is_offline and not code.issues][:3]:
            put_issue(app.sandbox.world, code, "error", "failed_to_set_on_device", "Failed to set code on device.")
            trouble_event(app.sandbox.world, code, "failed_to_set_on_device")
        await app.look_passes()
        assert "~3 changed" in app.codes.note
        assert list(app.codes.table.ids) != ids, "the changed codes are more urgent now, and stand above the cursor"
        assert (app.codes.table.cursor_id, line_of(app, cursor)) == (cursor, line)
        assert app.codes.table.marked == marked


async def test_before_any_key_a_code_that_grows_urgent_does_not_take_the_cursor() -> None:  # UX 17
    async with running_app(pace=EVENTS_ONLY) as app:
        first = app.codes.at
        for name in ("Tess Murphy", "Nora Lind"):
            if app.codes.has(name):
                fails(app, name)
        add(app, "Walk-in Guest", like=first)
        await app.look_passes()
        assert app.codes.has("Walk-in Guest")
        assert app.codes.at == first


async def test_the_code_under_the_cursor_goes_and_the_neighbour_has_it() -> None:  # UX 1, 4
    async with running_app(pace=EVENTS_ONLY) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("space", "up")
        remove(app, "Hiro Tanaka")
        await app.look_passes()
        assert not app.codes.has("Hiro Tanaka")
        assert "1 marked code is gone." in app.said
        assert "the cursor is on its neighbour" in app.said


async def test_the_bar_says_how_fresh_the_picture_is_and_when_seam_is_asked_again() -> None:  # UX 16
    async with running_app(pace=EVENTS_ONLY) as app:
        assert "updated 0 s ago · next in 15 s" in app.top
        await app.time_passes(5)
        await app.until(lambda: "updated 5 s ago · next in 10 s" in app.top, "five seconds on")
        await app.look_passes()
        assert "updated 0 s ago" in app.top


async def test_a_short_form_stands_where_the_long_one_does_not_fit() -> None:  # UX 16, 24
    async with running_app(pace=EVENTS_ONLY, size=(80, 24)) as app:
        assert app.top.endswith("updated 0 s ago · next in 15 s")
    async with running_app(pace=EVENTS_ONLY, size=(60, 20), read_only=True) as app:
        assert app.top.endswith("0 s ago")
        app.wire.is_down = True
        await app.look_passes()
        assert "STALE: Seam could" in app.top


async def test_without_a_network_it_is_stale_with_the_reason_and_recovers_by_itself() -> None:  # UX 16
    async with running_app(pace=EVENTS_ONLY) as app:
        app.wire.is_down = True
        remove(app, "Hiro Tanaka")
        await app.look_passes()
        assert "STALE: Reading the events: Seam could not be reached · as of" in app.top
        assert "next try in" in app.top
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows("duplicate_code_on_device")
        app.wire.is_down = False
        await app.codes.loses("Hiro Tanaka", within=60)
        await app.until(lambda: "STALE" not in app.top and "updated" in app.top, "a fresh picture")


async def test_what_no_event_tells_is_found_by_reading_around() -> None:
    async with running_app(pace=replace(EVENTS_ONLY, requests_per_minute=60)) as app:
        await app.codes.choose(CALM)
        app.code(CALM).name = "Tess M."
        await app.codes.gains("Tess M.", within=120)
        await app.drawn()
        assert app.codes.at == "Tess M."
        assert "~ name" in app.codes.row("Tess M.")


async def test_a_lock_with_a_changed_code_is_flagged_among_the_devices() -> None:  # UX 18
    async with running_app(pace=EVENTS_ONLY) as app:
        fails(app, CALM)
        await app.look_passes()
        lock = app.sandbox.world.devices[app.code(CALM).device_id].name
        assert "~" in next(line for line in lines_of_widget(app, "#devices") if lock[:10] in line)[:3]


async def test_the_choice_to_be_read_only_outlives_reading_the_workspace_again() -> None:  # UX 14
    async with running_app(read_only_workspaces=frozenset({"another"})) as app:
        await app.press("ctrl+r")
        await app.until(lambda: "READ-ONLY" in app.top, "the badge")
        add(app, "Walk-in Guest")
        await app.press("r")
        await app.codes.gains("Walk-in Guest")
        await app.is_loaded()
        assert "READ-ONLY" in app.top
