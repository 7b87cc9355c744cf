"""Another order of the codes: from the choice to the painted frame, and what it costs to have it stand ready."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from dataclasses import replace

from seam_tui.sync import events
from seam_tui.tui.board import Board
from seam_tui.tui.rows import ALL_DEVICES, CODE_LAYOUTS, code_cells
from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.workspace.column_order import ColumnSort
from seam_tui.workspace.column_values import CODE_COLUMN_KEYS
from tests.benchmarks.lines import Budget, Line, percentile
from tests.benchmarks.records import NOW, filled_store
from tests.benchmarks.stage import Stage
from tests.benchmarks.table import BenchApp

SHOWN, STEP = 100.0, 16.0
"""Milliseconds for 100,000 codes: an order to its frame (DESIGN, speed budget); one step of work ahead."""
CHANGED = 100
"""Codes that change at once while the list is in that order."""


class SortApp(BenchApp):
    """The list of codes over a board."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self.table = RecordTable(CODE_LAYOUTS[0].columns, self.cells)

    def cells(self, row_id: str) -> RowCells:
        return code_cells(self.board.store, self.board.store.codes.get(row_id), NOW) or {}

    def show(self, sort: ColumnSort | None) -> None:
        """Bring the list into an order."""
        self.board.sort(sort, None)
        self.table.set_sort(None if sort is None else sort.column, reverse=sort is not None and sort.reverse)
        self.table.refit()
        self.draw()

    def draw(self) -> None:
        """Bring the list up to date with the board."""
        self.table.set_rows(self.board.code_rows(ALL_DEVICES, NOW))


def measure(stage: Stage) -> list[Line]:
    """Every column in both directions, as CPU time; the floor is a plain sort by name."""
    return asyncio.run(_measure(stage))


async def _measure(stage: Stage) -> list[Line]:
    store = filled_store(stage.size.devices, stage.size.codes)
    board = Board(NOW, store)
    app = SortApp(board)
    scale = stage.size.codes / 100_000 * stage.size.slack
    async with app.run_test(size=(160, 50)) as pilot:
        app.show(None)
        await pilot.pause()
        gc.collect()
        gc.freeze()
        steps: list[float] = []
        is_ready = False
        while not is_ready:
            started = time.thread_time()
            is_ready = board.prepare(1)
            steps.append((time.thread_time() - started) * 1000)
        gc.freeze()
        frames: list[float] = []
        floors: list[float] = []
        names = [code.name for code in store.codes.values()]
        for _round in range(stage.size.rounds):
            for column in CODE_COLUMN_KEYS:
                for reverse in (False, True):
                    sort = ColumnSort(column, reverse)
                    frames.append(await app.frame(lambda sort=sort: app.show(sort)))  # type: ignore[misc]
            started = time.thread_time()
            sorted(names, key=str.casefold)
            floors.append((time.thread_time() - started) * 1000)
        app.show(ColumnSort("name"))
        chance = random.Random(1)
        changes = [await app.frame(lambda: _change(app, chance)) for _ in range(stage.size.rounds * 4)]
        gc.unfreeze()
    floor = percentile(floors, 50)
    return [
        Line("sort by another column, to the frame, p95", percentile(frames, 95), "ms", floor, Budget(SHOWN * scale)),
        Line("orders ahead: longest step", max(steps), "ms", None, Budget(STEP * stage.size.slack)),
        Line("orders ahead: all of them", sum(steps), "ms", None, None, f"{len(steps):,} steps while nothing is to do"),
        Line(f"{CHANGED} codes change in a sorted list, p95", percentile(changes, 95), "ms", floor),
    ]


def _change(app: SortApp, chance: random.Random) -> None:
    store = app.board.store
    told = [replace(store.codes[key], name=f"{key[:4]} new") for key in chance.sample(app.table.ids, CHANGED)]
    changes = app.board.apply([events.CodesRead(code.device_id, (code,)) for code in told], NOW)
    app.draw()
    app.table.refresh_rows(changes.codes.touched)
