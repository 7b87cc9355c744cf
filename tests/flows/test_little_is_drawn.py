"""Only what has changed is drawn anew: that is light over a slow line, and leaves the machine to the next key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual._compositor import Compositor
from textual.geometry import Region
from textual.widget import Widget

from seam_tui.sync.pace import WatchPace
from seam_tui.tui.widgets.bars import KeyBar, TopBar
from seam_tui.tui.widgets.pane import Pane
from tests.flows.driver import RunningApp, running_app

FOLLOWED = WatchPace(interval=10.0, requests_per_minute=0)


class Drawn:
    """The cells that were drawn since one began to look."""

    def __init__(self) -> None:
        self.updates = 0
        self.cells: set[tuple[int, int]] = set()

    def note(self, regions: set[Region]) -> None:
        self.updates += 1
        for region in regions:
            self.cells.update((x, y) for y in region.line_range for x in region.column_range)

    def beside(self, *widgets: Widget) -> set[tuple[int, int]]:
        """Those that belong to none of these widgets."""
        return {cell for cell in self.cells if not any(widget.region.contains(*cell) for widget in widgets)}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    seen = Drawn()
    render = Compositor.render_update

    def noted(compositor: Compositor, full: bool = False, *rest: Any, **options: Any) -> Any:
        regions = set(compositor._dirty_regions)
        if regions and not full:
            seen.note(regions)
        return render(compositor, full, *rest, **options)

    monkeypatch.setattr(Compositor, "render_update", noted)
    return seen


@contextmanager
def looking_at(drawn: Drawn) -> Iterator[Drawn]:
    """Forget what was drawn before."""
    drawn.updates, drawn.cells = 0, set()
    yield drawn


def seen(app: RunningApp) -> dict[tuple[int, int], tuple[str, str]]:
    """What belongs into each cell, and how."""
    screen = app.app.screen
    for widget in screen.walk_children(Widget):
        widget._styles_cache.clear()  # it holds what was drawn, not what would be
    frame: Any = screen._compositor.render_update(full=True, screen_stack=app.app._background_screens)
    cells: dict[tuple[int, int], tuple[str, str]] = {}
    for y, pieces in enumerate(frame.strips):
        segments = [segment for strip in pieces for segment in strip]
        look = [
            (char, str(segment.style)) for segment in segments for char in segment.text for _ in range(cell_len(char))
        ]
        cells |= {(x, y): cell for x, cell in enumerate(look)}
    return cells


def drawn_in_vain(drawn: Drawn, app: RunningApp, before: tuple[str, ...]) -> set[int]:
    """Lines of the detail that were drawn again, though they say what they said before."""
    detail = app.triage.detail
    text = {(x, y) for x, y in drawn.cells if detail.region.contains(x, y)}
    text -= {(x, y) for x, y in text if detail.vertical_scrollbar.region.contains(x, y)}
    lines, after = {y - detail.region.y + detail.scroll_offset.y for _, y in text}, detail.layout_lines
    return {line for line in lines if before[line : line + 1] == after[line : line + 1]}


async def test_a_move_of_the_cursor_draws_two_rows_the_detail_and_the_keys(drawn: Drawn) -> None:
    async with running_app() as app:
        await app.press("down", "down")
        rows = app.triage.codes
        with looking_at(drawn):
            await app.press("down")
        assert drawn.cells
        row = (rows.position_of(rows.cursor_id) or 0) - rows.scroll_offset.y
        top = rows.region.y + 1 + row  # below the header
        both = {(x, y) for y in (top - 1, top) for x in rows.region.column_range}
        left = drawn.beside(app.triage.detail, app.triage.query_one(KeyBar)) - both
        assert left == set()


async def test_lines_of_the_detail_that_two_codes_share_are_not_drawn_again(drawn: Drawn) -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        before = app.triage.detail.layout_lines
        with looking_at(drawn):
            await app.press("down")
        assert app.triage.detail.layout_lines != before
        assert drawn_in_vain(drawn, app, before) == set()


async def test_a_tick_in_which_nothing_has_happened_draws_nothing(drawn: Drawn) -> None:
    async with running_app() as app:
        await app.settle()
        with looking_at(drawn):
            app.triage._tick()
            await app.settle()
        assert drawn.updates == 0


async def test_a_look_that_finds_nothing_new_draws_the_times_anew(drawn: Drawn) -> None:
    async with running_app(pace=FOLLOWED) as app:
        await app.look_passes()
        before = app.triage.detail.layout_lines
        with looking_at(drawn):
            await app.look_passes()
            app.triage._tick()
            await app.settle()
        assert drawn.cells
        assert drawn.beside(app.triage.query_one(TopBar), app.triage.detail) == set()
        assert drawn_in_vain(drawn, app, before) == set()


KEYS = (
    *("down", "tab", "down", "tab", "down", "tab", "right", "space", "down", "space", "slash", "a", "enter", "escape"),
    *("z", "tab", "z", "question_mark", "escape", "s", "escape", "n", "f9", "tab", "f9", "f8", "l", "escape", "r"),
)


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)])
async def test_whatever_looks_otherwise_after_a_key_was_drawn(drawn: Drawn, size: tuple[int, int]) -> None:
    """Else it would stand on a terminal as it was: a test that has the whole screen drawn does not see that."""
    async with running_app(size=size) as app:
        for key in KEYS:
            await app.settle()
            before = seen(app)
            with looking_at(drawn):
                await app.press(key)
            after = seen(app)
            changed = {cell for cell in after if after[cell] != before.get(cell)}
            assert changed <= drawn.cells, f"{key}: {sorted(changed - drawn.cells)[:5]}"


async def test_opening_the_filter_and_moving_on_draws_no_whole_screen(drawn: Drawn) -> None:
    async with running_app() as app:
        await app.settle()
        with looking_at(drawn):
            await app.press("slash")
            await app.press("escape")
        assert drawn.cells
        assert drawn.beside(app.triage.query_one("#codes-pane"), app.triage.query_one(KeyBar)) == set()


async def test_other_words_in_a_border_draw_its_line_alone(drawn: Drawn) -> None:
    async with running_app() as app:
        await app.settle()
        pane = app.triage.query_one("#codes-pane", Pane)
        with looking_at(drawn):
            pane.entitle("2 Codes")
            pane.note("a note")
            await app.settle()
        assert drawn.beside(pane) == set()
        assert {y for _, y in drawn.cells} == {pane.region.y, pane.region.bottom - 1}
        edges = app.text.splitlines()[pane.region.y], app.text.splitlines()[pane.region.bottom - 1]
        assert "2 Codes" in edges[0]
        assert "a note" in edges[1]
