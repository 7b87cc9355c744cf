"""The record table against the least that Textual could do: fill, cursor move, page down, and more.

Times are CPU time of the app's thread from the call to the painted frame (escape sequences included), so the frame
timer's own waiting does not hide the work. The floor is a list copy for what changes all rows, an update of a one-line
`Static` for a cursor move, and a repaint of lines that are drawn already for what paints the whole table.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from itertools import cycle

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.record_table import Cell, Column, RecordTable
from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.stage import Size, Stage

COLUMNS = [
    Column("severity", "Severity", width=9, priority=9),
    Column("name", "Name", min_width=12, priority=9, share=2),
    *(Column(f"c{number}", f"Column {number}", min_width=8, priority=number) for number in range(6)),
]


class BenchApp(App[None]):
    """A table beside a one-line Static, with every frame turned into escape sequences as for a terminal."""

    CSS = "Static { dock: bottom; height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.table = RecordTable(COLUMNS, self.cells)
        self.line = Static("0", markup=False)
        self.painted = asyncio.Event()

    def cells(self, row_id: str) -> RowCells:
        cells: dict[str, Cell] = {f"c{number}": Cell(f"{row_id} {number}", "dim") for number in range(6)}
        return {"severity": Cell("✖ error", "bold red"), "name": f"Guest {row_id}", **cells}

    def compose(self) -> ComposeResult:
        yield self.table
        yield self.line

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if renderable is not None:
            render = getattr(renderable, "render_segments", None)
            if render is not None:
                render(self.console)
            self.painted.set()

    async def frame(self, act: Callable[[], object]) -> float:
        """Milliseconds of CPU from a call to the frame that shows it."""
        await asyncio.sleep(0.03)
        self.painted.clear()
        started = time.thread_time()
        act()
        await asyncio.wait_for(self.painted.wait(), 5)
        return (time.thread_time() - started) * 1000


def _once(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _line(what: str, times: list[float], floor: list[float], budget: Budget | None = None) -> Line:
    return Line(f"table: {what}", median(times), "ms", median(floor), budget)


def measure(stage: Stage) -> list[Line]:
    """Measure the table at 160x50, with a row for each code."""
    return asyncio.run(_measure(stage.size))


async def _measure(size: Size) -> list[Line]:
    rows, repeats, slack = size.codes, 40 if size.is_full else 20, size.slack
    scale = rows / 100_000 * slack
    ids = [f"code-{number}" for number in range(rows)]
    few, backwards = ids[::5], ids[::-1]
    orders: Iterator[list[str]] = cycle([backwards, ids])
    filters: Iterator[list[str]] = cycle([few, ids])
    hundred = frozenset(ids[:100])
    app = BenchApp()
    async with app.run_test(size=(160, 50)) as pilot:
        table = app.table
        first = _once(lambda: table.set_rows(ids))
        await pilot.pause()
        gc.collect()
        gc.freeze()
        copies = [_once(lambda: list(ids)) for _ in range(repeats)]
        fills = [first, *(_once(lambda: table.set_rows(next(orders))) for _ in range(repeats // 4))]
        await pilot.pause()
        static = [await app.frame(lambda n=n: app.line.update(str(n), layout=False)) for n in range(repeats)]  # type: ignore[misc]
        repaints = [await app.frame(table.refresh) for _ in range(repeats)]
        sorts = [await app.frame(lambda: table.set_rows(next(orders))) for _ in range(repeats // 4)]
        filtered = [await app.frame(lambda: table.set_rows(next(filters))) for _ in range(repeats // 4)]
        table.set_rows(ids, reset=True)
        moves = [await app.frame(table.action_cursor_down) for _ in range(repeats)]
        pages = [await app.frame(table.action_page_down) for _ in range(repeats)]
        scrolls = [await app.frame(lambda: table.scroll_relative(y=1, animate=False)) for _ in range(repeats)]
        table.set_rows(ids, reset=True)
        updates = [await app.frame(lambda: table.refresh_rows(hundred)) for _ in range(repeats)]
        gc.unfreeze()
    return [
        _line("fill, call only", fills, copies, Budget(60 * scale)),
        _line("sort, to the frame", sorts, copies, Budget(100 * scale)),
        _line("filter to 20% and back, to the frame", filtered, copies, Budget(100 * scale)),
        _line("cursor move", moves, static),
        _line("page down", pages, repaints, Budget(10, 2.5).scaled(slack)),
        _line("scroll a line", scrolls, repaints),
        _line("update 100 rows, 48 of them seen", updates, repaints),
    ]
