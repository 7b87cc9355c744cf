"""Columns that fit what is on screen without dancing, and what a click does where."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import Input

from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.columns import Column, fit_columns
from seam_tui.tui.widgets.record_table import RecordTable

COLUMNS = (
    Column("name", "Name", min_width=8, share=2),
    Column("issue", "Issue", min_width=8, share=2),
    Column("age", "Age", width=6),
)
WANTED = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 120))


@given(st.integers(0, 160), WANTED)
def test_room_goes_from_those_with_too_much_to_those_with_too_little(width: int, wanted: dict[str, int]) -> None:
    columns = [Column("a", "A", min_width=4), Column("b", "B", min_width=6, share=3), Column("c", "C", min_width=5)]
    plain, fitted = fit_columns(columns, width), fit_columns(columns, width, wanted=wanted)
    assert [one.column for one in plain] == [one.column for one in fitted]
    assert sum(one.width for one in plain) == sum(one.width for one in fitted)
    before = {one.column.key: one.width for one in plain}
    lacking = [one for one in fitted if one.width < wanted.get(one.column.key, 0)]
    spare = [one for one in fitted if one.width > max(wanted.get(one.column.key, 999), one.column.least)]
    assert not lacking or not spare
    for column, _, cells in fitted:
        if cells < before[column.key]:
            assert cells >= min(max(wanted[column.key], column.least), before[column.key])
        if cells > before[column.key]:
            assert cells <= wanted[column.key]


class FitApp(App[None]):
    """Rows of which the texts are given: a name, an issue."""

    CSS = "Input { dock: bottom; height: 1; border: none; }"

    def __init__(self, rows: Sequence[tuple[str, str]], *, can_mark: bool = False) -> None:
        super().__init__()
        self.rows = list(rows)
        self.heard: list[Message] = []
        self.table = RecordTable(COLUMNS, self.cells, can_mark=can_mark)

    def cells(self, row_id: str) -> RowCells:
        name, issue = self.rows[int(row_id)]
        return {"name": name, "issue": issue, "age": "1 h"}

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    def on_mount(self) -> None:
        self.table.set_rows(map(str, range(len(self.rows))))
        self.table.focus()

    def on_record_table_row_selected(self, message: Message) -> None:
        self.heard.append(message)

    on_record_table_header_selected = on_record_table_row_selected

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        return [strip.text for strip in self.screen._compositor.render_strips()]

    @property
    def starts_of_columns(self) -> tuple[int, ...]:
        """Where the columns stand, as the header shows it."""
        return tuple(self.lines[0].index(column.label) for column in COLUMNS)


async def test_a_long_text_gets_the_room_that_short_ones_leave() -> None:
    app = FitApp([("Anna", "failed_to_set_on_device +2, device_disconnected")])
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert "failed_to_set_on_device +2, device_disconnected" in app.lines[1]
        assert "Anna" in app.lines[1]


async def test_wide_characters_count_as_the_cells_that_they_take() -> None:
    name = "漢字の名前のお客様ホテル東京支店別館"
    app = FitApp([(name, "x"), ("Anna", "y")])
    async with app.run_test(size=(62, 10)) as pilot:
        await pilot.pause()
        assert name in app.lines[1]
        assert app.lines[1].endswith(" 1 h   ") or app.lines[1].rstrip().endswith("1 h")


async def test_columns_only_grow_while_one_scrolls_and_stand_still_on_the_way_back() -> None:
    rows = [(f"Guest {number}", "x" * (number % 37)) for number in range(500)]
    app = FitApp(rows)
    async with app.run_test(size=(60, 12)) as pilot:
        layouts = []
        for _ in range(60):
            app.table.scroll_top_to(int(app.table.scroll_offset.y) + 1)
            await pilot.pause()
            layouts.append(app.starts_of_columns)
        assert len(set(layouts)) < 6  # though the texts grow with every line
        assert [layouts.index(layout) for layout in dict.fromkeys(layouts)] == sorted(
            layouts.index(layout) for layout in set(layouts)
        )
        grown = layouts[-1]
        await pilot.press("home")
        assert app.starts_of_columns == grown
        app.table.refit()
        await pilot.pause()
        assert app.starts_of_columns != grown


async def test_a_row_that_grows_moves_every_line_at_once() -> None:
    app = FitApp([("Anna", "short")] * 6)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.rows[2] = ("Anna", "device_disconnected and more than that")
        app.table.refresh_rows({"2"})
        await pilot.pause()
        await pilot.pause()
        assert "device_disconnected and more than that" in app.lines[3]
        at = app.lines[3].index("device_")
        assert [line.index("short") for line in (app.lines[1], app.lines[2], app.lines[4])] == [at] * 3


async def test_a_click_left_of_the_first_column_marks_and_leaves_the_cursor() -> None:
    app = FitApp([(f"Guest {number}", "x") for number in range(9)], can_mark=True)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(0, 4))
        assert (app.table.marked, app.table.cursor_id) == ({"3"}, "0")
        assert "●" in app.lines[4]
        await pilot.click(app.table, offset=(1, 6))
        assert app.table.marked == {"3", "5"}
        await pilot.click(app.table, offset=(1, 4))
        assert app.table.marked == {"5"}
        await pilot.click(app.table, offset=(12, 4))
        assert (app.table.marked, app.table.cursor_id) == ({"5"}, "3")


async def test_a_double_click_at_the_left_edge_opens_nothing() -> None:
    app = FitApp([(f"Guest {number}", "x") for number in range(9)], can_mark=True)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(0, 4), times=2)
        assert app.heard == []
        assert app.table.marked == frozenset()


async def test_a_list_without_marks_takes_a_click_at_its_left_edge_as_one_on_the_row() -> None:
    app = FitApp([(f"Guest {number}", "x") for number in range(9)])
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(0, 4))
        assert (app.table.marked, app.table.cursor_id) == (frozenset(), "3")


async def test_a_click_below_the_last_row_does_nothing() -> None:
    app = FitApp([("Anna", "x")], can_mark=True)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(app.table, offset=(0, 7))
        await pilot.click(app.table, offset=(9, 7))
        assert (app.table.marked, app.table.cursor_id, app.heard) == (frozenset(), "0", [])
