"""The lists in another order: by key, by a click on a header, kept true by what arrives, and remembered."""

from __future__ import annotations

import os
import stat
from itertools import pairwise
from pathlib import Path

import pytest

from seam_tui.tui.screens.sort import SortScreen
from seam_tui.tui.sorting import SortingScreen
from seam_tui.workspace import column_order
from seam_tui.workspace.column_values import natural
from tests.flows.driver import RunningApp, running_app, sandbox_of
from tests.flows.shared import share, stop_sharing
from tests.flows.test_staying_fresh import CALM, EVENTS_ONLY, add, fails, line_of, remove


async def sort_by(app: RunningApp, column: str) -> None:
    """Pick a column in the dialog."""
    await app.press("S")
    await app.dialog.says("Sort the")
    screen = app.app.screen
    assert isinstance(screen, SortScreen)
    names = [one.name for one in screen._sortables]
    await app.press("home", *["down"] * names.index(column), "enter")
    await app.until(lambda: not app.dialog.is_open, "the order picked")


def header(app: RunningApp, pane: str) -> str:
    """The line above the rows."""
    table = app.triage.query_one(f"#{pane}")
    line = app.text.splitlines()[table.region.y]
    return line[table.region.x : table.region.right]


async def click_header(app: RunningApp, pane: str, label: str) -> None:
    """Click on a column's header."""
    await app.pilot.click(f"#{pane}", offset=(header(app, pane).index(label), 0))
    await app.settle()


async def test_s_orders_the_codes_by_a_column_and_again_the_other_way_round() -> None:
    async with running_app() as app:
        urgent_first = app.codes.titles
        at = app.codes.at
        await sort_by(app, "Name")
        await app.says("Sorted by name, A to Z.")
        titles = [title for title in app.codes.titles if title != "(no name)"]
        assert titles == sorted(titles, key=natural)
        assert app.codes.titles[len(titles) :] == ["(no name)"] * (93 - len(titles))
        assert "Name ↑" in header(app, "codes")
        assert app.codes.at == at  # UX 1
        await app.press("S")
        await app.shows("● Name                  A to Z · Enter turns it round")
        await app.press("enter")
        await app.says("Sorted by name, Z to A.")
        assert "Name ↓" in header(app, "codes")
        assert app.codes.titles[: len(titles)] != titles
        assert app.codes.titles[len(titles) :] == ["(no name)"] * (93 - len(titles))
        await sort_by(app, "Severity")
        await app.says("Sorted by severity, most urgent first.")
        assert app.codes.titles == urgent_first
        assert not {"↑", "↓"} & set(header(app, "codes"))


@pytest.mark.parametrize("size", [(160, 50), (80, 24), (60, 20)])
async def test_the_pane_names_an_order_whose_column_may_not_be_on_screen(size: tuple[int, int]) -> None:  # UX 24
    async with running_app(size=size) as app:
        assert app.codes.title.startswith("2 Codes · ")
        await sort_by(app, "PIN")
        assert "PIN" not in header(app, "codes")
        assert "2 Codes ↑ PIN · " in app.text
        await app.codes.focus()
        await sort_by(app, "Severity")
        assert app.codes.title.startswith("2 Codes · ")


async def test_an_order_that_was_asked_for_shows_the_cursors_row_also_when_it_was_out_of_view() -> None:  # UX 1
    async with running_app(size=(100, 30)) as app:
        table = app.codes.table
        for change in (lambda: sort_by(app, "Name"), lambda: share(app), lambda: stop_sharing(app)):
            at = table.cursor_id
            table.scroll_top_to(0 if table.scroll_offset.y else 40)
            await app.until(lambda: table.cursor_id not in table.visible_ids, "the cursor out of view")
            await change()
            await app.until(lambda: table.cursor_id in table.visible_ids, "the cursor's row in view")
            assert table.cursor_id == at


async def test_an_order_that_takes_a_while_is_made_beside_the_work_and_the_old_one_stays_till_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(column_order, "_AT_ONCE", 10)
    monkeypatch.setattr(column_order, "_STEP", 3)
    monkeypatch.setattr(SortingScreen, "_WANTED_STEPS", 0)
    async with running_app() as app:
        before = list(app.codes.table.ids)
        await sort_by(app, "Name")
        await app.says("Sorting by name, A to Z …")
        assert list(app.codes.table.ids) == before
        await app.press("down")
        at = app.codes.table.cursor_id
        assert at == before[1]
        monkeypatch.setattr(SortingScreen, "_WANTED_STEPS", 2)
        await app.says("Sorted by name, A to Z.")
        titles = [title for title in app.codes.titles if title != "(no name)"]
        assert titles == sorted(titles, key=natural)
        assert app.codes.table.cursor_id == at


async def test_equal_rows_stay_in_the_order_of_urgency_both_ways() -> None:
    async with running_app() as app:
        places = {code: place for place, code in enumerate(app.codes.table.ids)}
        device_of = {key: code.device_id for key, code in app.triage.board.store.codes.items()}
        for _ in range(2):
            await sort_by(app, "Device")
            ids = list(app.codes.table.ids)
            assert ids != list(places)
            for one, other in pairwise(ids):
                assert device_of[one] != device_of[other] or places[one] < places[other]


async def test_the_locks_have_orders_of_their_own_and_all_devices_stays_on_top() -> None:
    async with running_app() as app:
        await app.devices.focus()
        store = app.triage.board.store
        await sort_by(app, "Codes with errors")
        await app.says("Sorted by codes with errors, most first.")
        ids = list(app.devices.table.ids)
        assert app.devices.titles[0] == "All devices"
        counts = [store.counts_of_device(key).codes_with_errors for key in ids[1:]]
        assert counts == sorted(counts, reverse=True)
        await sort_by(app, "Battery")
        batteries = [store.devices[key].battery for key in app.devices.table.ids[1:]]
        levels = [battery.level for battery in batteries if battery is not None and battery.level is not None]
        assert levels == sorted(levels)
        assert batteries[-1] is None or len(levels) == len(batteries)
        assert app.triage.sorts["codes"] is None


async def test_a_click_on_a_header_orders_then_turns_round_then_takes_it_back() -> None:
    async with running_app(size=(230, 50)) as app:
        urgent_first = app.codes.titles
        await click_header(app, "codes", "Ends")
        await app.says("Sorted by end, earliest first.")
        store = app.triage.board.store
        ends = [store.codes[key].ends_at for key in app.codes.table.ids]
        known = [end for end in ends if end is not None]
        assert known == sorted(known)
        assert ends == [*known, *[None] * (len(ends) - len(known))]
        await click_header(app, "codes", "Ends")
        await app.says("Sorted by end, latest first.")
        assert [store.codes[key].ends_at for key in app.codes.table.ids][: len(known)] == sorted(known, reverse=True)
        await click_header(app, "codes", "Ends")
        await app.says("Sorted by severity, most urgent first.")
        assert app.codes.titles == urgent_first


async def test_the_header_that_was_pressed_counts_though_the_pane_grows_under_the_mouse() -> None:
    async with running_app() as app:
        assert app.codes.has_focus
        await click_header(app, "devices", "✖")
        await app.says("Sorted by codes with errors, most first.")
        assert app.devices.has_focus


async def test_what_arrives_takes_its_place_in_the_order_and_nothing_else_moves() -> None:  # UX 1, 17
    async with running_app(pace=EVENTS_ONLY) as app:
        await sort_by(app, "Name")
        await app.codes.choose(CALM)
        await app.press("space", "up")
        before = list(app.codes.table.ids)
        at, marked = app.codes.table.cursor_id, app.codes.table.marked
        line = line_of(app, at or "")
        add(app, "Aaron First")
        add(app, "Zz Last")
        remove(app, "Hiro Tanaka")
        fails(app, CALM)
        await app.look_passes()
        assert app.codes.titles[0] == "Aaron First"
        assert app.codes.titles.index("Zz Last") == app.codes.titles.index("Zoe Reyes") + 1
        assert (app.codes.table.cursor_id, app.codes.table.marked) == (at, marked)
        assert line_of(app, at or "") == line
        assert [key for key in app.codes.table.ids if key in before] == [
            key for key in before if key in app.codes.table.ids
        ]


async def test_one_lock_s_codes_and_what_a_filter_leaves_are_in_the_same_order() -> None:
    async with running_app() as app:
        await sort_by(app, "Name")
        await app.devices.choose("Lighthouse 2B")
        assert len(app.codes.titles) > 2
        assert app.codes.titles == sorted(app.codes.titles, key=natural)
        await app.press("escape", "1", "home")
        await app.press("/")
        await app.type("an")
        await app.until(lambda: 2 < len(app.codes.titles) < 93, "some codes")
        assert app.codes.titles == sorted(app.codes.titles, key=natural)


async def test_the_next_start_remembers_both_orders_in_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "state" / "lists.json"
    world = sandbox_of()
    async with running_app(world=world, sorts_file=file) as app:
        await sort_by(app, "Name")
        await app.devices.focus()
        await sort_by(app, "Battery")
        await app.until(lambda: file.exists() and "battery" in file.read_text(), "the file")
        names = app.codes.titles
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with running_app(world=world, sorts_file=file) as app:
        await app.until(lambda: app.codes.titles == names, "the order of the last time")
        assert "Name ↑" in header(app, "codes")
        assert app.triage.sorts["devices"] is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"\xff\xfe", b'{"codes": {"column": "nobody"}}', b'{"codes": 7, "devices": {}}', b"[" * 9_999],
)
async def test_a_broken_file_is_passed_over(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "lists.json"
    file.write_bytes(content)
    async with running_app(sorts_file=file) as app:
        assert app.codes.words[0] == "urgent"
        await sort_by(app, "Name")
        await app.until(lambda: b"name" in file.read_bytes(), "the file written anew")


async def test_a_demo_leaves_nothing_behind() -> None:
    async with running_app() as app:
        await sort_by(app, "Name")
        assert app.triage._sorts_file is None


async def test_escape_leaves_the_order_as_it_is() -> None:  # UX 23
    async with running_app() as app:
        before = app.codes.titles
        await app.press("S")
        await app.dialog.says("Sort the codes by")
        await app.press("escape")
        await app.until(lambda: not app.dialog.is_open, "the dialog gone")
        assert app.codes.titles == before


async def test_a_click_at_the_left_edge_of_a_code_marks_it_and_the_footer_says_so() -> None:  # UX 2
    async with running_app() as app:
        at, third = app.codes.table.cursor_id, app.codes.table.visible_ids[2]
        await app.pilot.click("#codes", offset=(0, 3))
        await app.until(lambda: "1 marked" in app.footer, "the mark in the footer")
        assert app.codes.table.marked == {third}
        assert app.codes.table.cursor_id == at
        await app.pilot.click("#codes", offset=(20, 3))
        await app.until(lambda: app.codes.table.cursor_id == third, "the cursor where the click was")
        await app.pilot.click("#codes", offset=(20, 5), times=2)
        await app.until(lambda: app.detail.has_focus, "one level deeper")
