"""The record table: identity, what is repainted, hostile names, keys, mouse, narrow panes."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import MouseScrollDown
from textual.message import Message
from textual.widgets import Input

from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.record_table import Cell, Column, RecordTable

COLUMNS = [
    Column("severity", "Severity", width=9, priority=9),
    Column("name", "Name", min_width=10, priority=9, share=2),
    Column("device", "Device", min_width=10, priority=5),
    Column("age", "Age", width=7, priority=1, justify="right"),
]
HOSTILE = [
    "Guest [/] 12",
    "[@click=app.nuke()]x[/]",
    "A" * 300,
    "漢字の名前のお客様ホテル東京支店別館",
    "Anna 😀 Müller",
    "\x1b[31mred\nline\u202e",
]


def ids(*numbers: int) -> list[str]:
    return [f"r{number}" for number in numbers]


class TableApp(App[None]):
    """A table of rows r0, r1, ... beside another widget that can take the focus."""

    CSS = "Input { dock: bottom; height: 1; border: none; }"

    def __init__(self, rows: Iterable[str] = (), *, names: list[str] | None = None) -> None:
        super().__init__()
        self.names = names
        self.first = list(rows)
        self.asked: list[str] = []
        self.heard: list[Message] = []
        self.suffix = ""
        self.nuked = False
        self.table = RecordTable(COLUMNS, self.cells, empty_text="No codes on this device.")

    def cells(self, row_id: str) -> RowCells:
        self.asked.append(row_id)
        number = int(row_id[1:])
        name = self.names[number % len(self.names)] if self.names else f"Name {number}{self.suffix}"
        return {
            "severity": Cell("✖ error", "bold $text-error"),
            "name": name,
            "device": Content.assemble("Door ", (str(number), "bold")),
            "age": Cell(f"{number} min", ".record-table--dim"),
            "flag": "+" if number == 1 else "",
        }

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    def on_mount(self) -> None:
        self.table.set_rows(self.first)
        self.table.focus()

    def action_nuke(self) -> None:
        self.nuked = True

    def hear(self, message: Message) -> None:
        self.heard.append(message)

    on_record_table_row_highlighted = hear
    on_record_table_row_selected = hear
    on_record_table_cursor_row_gone = hear
    on_record_table_header_selected = hear
    on_record_table_marks_changed = hear

    def heard_of(self, kind: type[Message]) -> list[Message]:
        return [message for message in self.heard if isinstance(message, kind)]

    @property
    def lines(self) -> list[str]:
        """What is on the screen, from the same caches that the terminal is painted from."""
        strips = self.screen._compositor.render_strips()
        return [strip.text for strip in strips[: self.table.size.height]]

    def line_of(self, row_id: str) -> int:
        return next(y for y, line in enumerate(self.lines) if f"Name {row_id[1:]} " in line)


async def test_the_cursor_stays_on_its_id_through_sort_filter_and_delete() -> None:  # UX 1
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.move_to("r7")
        for rows in (ids(*range(99, -1, -1)), ids(*range(1, 100, 2)), ids(*range(5, 50)), ids(7), ids(*range(300))):
            app.table.set_rows(rows)
            await pilot.pause()
            assert app.table.cursor_id == "r7"
            assert "▌" in app.lines[app.line_of("r7")]
        assert app.heard_of(RecordTable.CursorRowGone) == []


async def test_a_cursor_whose_row_is_gone_goes_to_the_nearest_and_says_so() -> None:  # UX 1
    app = TableApp(ids(*range(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.move_to("r4")
        await pilot.pause()
        app.heard.clear()
        app.table.set_rows(ids(0, 1, 6, 7))
        await pilot.pause()
        assert app.table.cursor_id == "r6"
        assert app.heard == [
            RecordTable.CursorRowGone(app.table, "r4", "r6"),
            RecordTable.RowHighlighted(app.table, "r6"),
        ]
        app.table.set_rows([])
        await pilot.pause()
        assert not app.table.cursor_id
        assert app.heard[-1] == RecordTable.CursorRowGone(app.table, "r6", None)


async def test_other_records_start_at_the_top_and_nothing_is_said_to_be_gone() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        app.table.set_rows(ids(*range(200, 300)), reset=True)
        await pilot.pause()
        assert (app.table.cursor_id, app.table.scroll_offset.y) == ("r200", 0)
        assert app.heard_of(RecordTable.CursorRowGone) == []
        assert app.heard[-1] == RecordTable.RowHighlighted(app.table, "r200")


async def test_rows_inserted_above_do_not_move_the_cursors_line() -> None:  # UX 1, 17
    app = TableApp(ids(*range(50, 150)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.move_to("r90")
        await pilot.press("up", "up")
        line = app.line_of("r88")
        app.table.set_rows(ids(*range(20, 150)))
        await pilot.pause()
        assert app.line_of("r88") == line
        app.table.set_rows(ids(*range(60, 150)))
        await pilot.pause()
        assert app.line_of("r88") == line


async def test_with_the_cursor_out_of_view_the_first_visible_row_stays() -> None:  # UX 17
    app = TableApp(ids(*range(50, 250)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.scroll_to(y=100, animate=False)
        await pilot.pause()
        first = app.lines[1]
        app.table.set_rows(ids(*range(250)))
        await pilot.pause()
        assert app.lines[1] == first
        assert app.table.cursor_id == "r50"


async def test_hostile_names_are_plain_text_and_columns_stay_aligned() -> None:  # UX 11
    app = TableApp(ids(*range(len(HOSTILE))), names=HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        lines = app.lines[1 : 1 + len(HOSTILE)]
        assert "Guest [/] 12" in lines[0]
        assert "[@click=app.nuke()]x[/]" in lines[1]
        assert "AAA…" in lines[2]
        assert all(cell_len(line) == 80 for line in lines)
        assert len({cell_len(line[: line.index("Door")]) for line in lines}) == 1
        assert all(line.isprintable() for line in lines)
        await pilot.click(app.table, offset=(14, 2))
        await pilot.pause()
        assert not app.nuked


async def test_a_narrow_pane_drops_columns_of_low_priority_first() -> None:  # UX 24
    app = TableApp(ids(1, 2, 3))
    async with app.run_test(size=(80, 24)) as pilot:
        for width, shown in ((80, 4), (40, 3), (30, 2), (20, 2)):
            await pilot.resize_terminal(width, 24)
            while app.table.size.width != width:  # Textual lets a moment pass, in which more may come
                await pilot.pause(0.01)
            assert app.table.max_scroll_x == 0
            assert app.lines[1].startswith("▌+ ✖ error")
            labels = [column.label[:4] for column in COLUMNS]
            assert [label in app.lines[0] for label in labels] == [index < shown for index in range(4)]


async def test_the_header_stays_on_top_while_rows_scroll() -> None:
    app = TableApp(ids(*range(1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        header = app.lines[0][:-1]  # without the scrollbar
        await pilot.press("end")
        assert app.lines[0][:-1] == header
        assert "Name 999 " in app.lines[22]
        assert app.lines[22][:-1].endswith("999 min")  # the scrollbar covers no cell
        await pilot.press("home", "pagedown", "down")
        assert app.lines[0][:-1] == header
        assert "▌" in app.lines[app.line_of(app.table.cursor_id or "")]


async def test_the_keys_move_the_cursor_and_keep_it_in_view() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        for key, there in (
            ("up", "r0"),
            ("down", "r1"),
            ("end", "r99"),
            ("down", "r99"),
            ("pageup", "r78"),
            ("home", "r0"),
            ("pagedown", "r21"),
            ("pageup", "r0"),
        ):
            await pilot.press(key)
            assert app.table.cursor_id == there
            assert there in app.table.visible_ids
        await pilot.press("enter")
        await pilot.pause()
        assert app.heard[-1] == RecordTable.RowSelected(app.table, "r0")


async def test_a_burst_of_moves_is_told_once() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.heard.clear()
        for _ in range(20):
            app.table.action_cursor_down()
        await pilot.pause()
        assert app.heard == [RecordTable.RowHighlighted(app.table, "r20")]


async def test_a_click_moves_the_cursor_and_focuses_and_a_double_click_opens() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        app.query_one(Input).focus()
        app.table.scroll_to(y=10, animate=False)
        await pilot.pause()
        await pilot.click(app.table, offset=(20, 5))
        assert app.table.cursor_id == "r14"
        assert app.table.has_focus
        assert app.heard_of(RecordTable.RowSelected) == []
        await pilot.click(app.table, offset=(20, 7), times=2)
        assert app.heard[-1] == RecordTable.RowSelected(app.table, "r16")


async def test_a_click_on_a_header_names_its_column_and_moves_nothing() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        await pilot.click(app.table, offset=(app.lines[0].index("Device") + 1, 0))
        assert app.heard[-1] == RecordTable.HeaderSelected(app.table, "device")
        assert app.table.cursor_id == "r1"


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = TableApp(ids(*range(100)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot._post_mouse_events([MouseScrollDown], app.table, offset=(5, 5))
        await pilot.pause()
        assert app.table.scroll_offset.y > 0
        assert app.table.cursor_id == "r0"


async def test_the_sorted_column_carries_an_arrow() -> None:
    app = TableApp(ids(1, 2))
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.set_sort("name")
        await pilot.pause()
        assert "Name ↑" in app.lines[0]
        app.table.set_sort("age", reverse=True)
        await pilot.pause()
        assert "Age ↓" in app.lines[0]
        assert "↑" not in app.lines[0]


async def test_an_empty_table_says_so_in_words() -> None:
    app = TableApp([])
    async with app.run_test(size=(40, 12)) as pilot:
        assert "No codes on this device." in app.lines[5]
        app.table.empty_text = "Nothing matches [b]x[/b]: press esc to clear the filter and see all of the codes."
        await pilot.pause()
        words = " ".join("".join(app.lines[1:]).split())
        assert "Nothing matches [b]x[/b]: press esc to clear the filter and see all of the codes." in words
        app.table.set_rows(ids(3))
        await pilot.pause()
        assert "Nothing" not in "".join(app.lines)
        assert app.line_of("r3") == 1


async def test_only_changed_rows_are_asked_for_and_repainted() -> None:
    app = TableApp(ids(*range(1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.asked == ids(*range(22))  # 24 lines less the header and the input: none that is not seen
        app.asked.clear()
        app.suffix = "!"
        painted = spy(app.table)
        app.table.refresh_rows({"r3", "r700"})
        await pilot.pause()
        assert app.asked == ["r3"]
        assert painted == [4]
        assert "Name 3!" in app.lines[4]
        assert "Name 4 " in app.lines[5]


async def test_a_cursor_move_paints_two_lines() -> None:
    app = TableApp(ids(*range(1000)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        painted = spy(app.table)
        await pilot.press("down")
        assert sorted(painted) == [2, 3]


def spy(table: RecordTable) -> list[int]:
    """Note which lines of a table are drawn from now on."""
    painted: list[int] = []
    draw = table.render_line
    table.render_line = lambda y: (painted.append(y), draw(y))[1]  # type: ignore[method-assign,func-returns-value]
    return painted


async def test_the_screen_never_shows_a_stale_line() -> None:
    app = TableApp(ids(*range(60)))
    chance = random.Random(7)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(30):
            rows = chance.sample(range(60), chance.choice([0, 1, 10, 22, 23, 40, 60]))
            app.table.set_rows(ids(*(sorted(rows) if chance.random() < 0.7 else rows)))
            await pilot.press(chance.choice(["up", "down", "pagedown", "end", "home"]))
            app.table.set_marks(ids(*chance.sample(range(60), chance.choice([0, 0, 5]))))
            await pilot.pause()
            seen = app.lines
            app.table.refresh_all()
            await pilot.pause()
            assert seen == app.lines


async def test_marks_show_as_a_glyph_and_their_column_only_when_needed() -> None:  # UX 2
    app = TableApp(ids(*range(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        start = app.lines[0].index("Severity")
        app.table.move_to("r2")
        app.table.toggle_mark()
        await pilot.pause()
        assert app.table.marked == {"r2"}
        assert app.lines[0].index("Severity") == start + 1
        assert [y for y, line in enumerate(app.lines) if "●" in line] == [3]
        app.table.set_rows(ids(0, 1))
        await pilot.pause()
        assert app.table.marked == {"r2"}  # a filter may hide it; who is gone, the screen knows
        app.table.set_marks([])
        await pilot.pause()
        assert app.lines[0].index("Severity") == start
        assert app.heard_of(RecordTable.MarksChanged)[-1] == RecordTable.MarksChanged(app.table, frozenset())


async def test_focused_and_blurred_cursor_differ_by_glyph() -> None:  # UX 19
    app = TableApp(ids(*range(10)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.lines[1][0] == "▌"
        app.query_one(Input).focus()
        await pilot.pause()
        assert app.lines[1][0] == ">"


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
async def test_the_cursor_is_seen_without_colours(monkeypatch: pytest.MonkeyPatch, theme: str) -> None:  # UX 19
    monkeypatch.setenv("NO_COLOR", "1")
    app = TableApp(ids(*range(10)))
    app.theme = theme
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        reversed_ = [all(segment.style and segment.style.reverse for segment in strip) for strip in strips[1:4]]
        assert reversed_ == [True, False, False]
        assert app.lines[1][0] == "▌"


async def test_a_record_that_vanished_before_it_was_painted_is_an_empty_row() -> None:
    app = TableApp(ids(1, 2))
    app.table._painter._render_row = lambda row_id: None
    async with app.run_test(size=(80, 24)):
        assert app.lines[2].strip() == ""
