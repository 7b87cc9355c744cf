"""Cursor, scroll and marks stay on the same codes through whatever happens to the list: 1,000 random steps (UX 1, 17).

The board and the table are the app's own, without a screen around them and without a network.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from textual._context import active_app
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.sync import events
from seam_tui.tui.board import Board
from seam_tui.tui.rows import ALL_DEVICES, CODE_LAYOUTS, code_cells
from seam_tui.tui.widgets.cells import RowCells
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import CursorRowGone
from seam_tui.workspace.column_order import ColumnSort
from seam_tui.workspace.query import parse_query
from seam_tui.workspace.triage import order_for_triage, severity_of, status_in_words

NOW: Final = datetime(2026, 11, 22, 15, tzinfo=UTC)
DEVICES: Final = ("d0", "d1", "d2")
ERROR: Final = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "Failed.")
FILTERS: Final = ("", "a", "!a", "severity:error", "1", "/[02468]/", "nobody")


def read_by_a_person(name: str) -> list[tuple[int, str]]:
    """Numbers as numbers, and the case of letters left alone."""
    return [(int(number or -1), letters) for number, letters in re.findall(r"(\d+)|(\D+)", name.lower())]


VALUES: Final[dict[str, Callable[[ListApp, AccessCode], Any]]] = {
    "severity": lambda app, code: severity_of(code, app.board.store.issues_of_code(code), app.at),
    "name": lambda app, code: read_by_a_person(code.name) or None,
    "issue": lambda app, code: code.errors[0].code if code.errors else None,
    "starts": lambda app, code: code.starts_at,
    "ends": lambda app, code: code.ends_at,
    "status": lambda app, code: re.sub(r"starts .*", "", status_in_words(code, app.at)),
    "pin": lambda app, code: code.pin is None,
    "device": lambda app, code: read_by_a_person(app.board.store.devices[code.device_id].name),
}
"""What codes are ordered by, as plainly as it can be said."""
MOVES: Final = ("cursor_up", "cursor_down", "page_up", "page_down", "cursor_first", "cursor_last")
MANY: Final = st.lists(st.integers(0, 10_000), min_size=1, max_size=12)


def make_code(number: int) -> AccessCode:
    """A code that differs from the others in name, times and lock."""
    return AccessCode(
        f"c{number}",
        DEVICES[number % len(DEVICES)],
        f"{'anna' if number % 3 else 'bert'} {number % 17}" if number % 11 else "",
        Pin("1234") if number % 4 else None,
        True,
        AccessCodeType.TIME_BOUND,
        AccessCodeStatus.SET,
        starts_at=NOW + timedelta(hours=8 - number % 40) if number % 7 else None,
        ends_at=NOW + timedelta(hours=number % 29 + 9) if number % 5 else None,
    )


class ListApp(App[None]):
    """The list of codes over a board."""

    def __init__(self) -> None:
        super().__init__()
        self.table = RecordTable(CODE_LAYOUTS[0].columns, self.cells)
        self.begin()

    def begin(self) -> None:
        """Another life: nothing is there yet."""
        self.board = Board(NOW)
        self.at = NOW
        self.gone: list[str] = []

    def cells(self, access_code_id: str) -> RowCells | None:
        return code_cells(self.board.store, self.board.store.codes.get(access_code_id), self.at)

    def compose(self) -> ComposeResult:
        yield self.table

    def on_record_table_cursor_row_gone(self, message: CursorRowGone) -> None:
        self.gone.append(message.old_id)


class Stage:
    """One running app, whose work is done step by step from outside its loop: starting one takes longer than a life."""

    def __init__(self) -> None:
        self.steps = 0
        self._start()

    def _start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = ListApp()
        self._work: asyncio.Queue[tuple[Callable[[Pilot[None]], Awaitable[None]] | None, asyncio.Future[None]]]
        self._work = asyncio.Queue()
        self._task = self.loop.create_task(self._live())

    async def _live(self) -> None:
        async with self.app.run_test(size=(100, 12)) as pilot:
            while True:
                work, done = await self._work.get()
                if work is None:
                    break
                try:
                    await work(pilot)
                    # Not `pause`, which sleeps: no timer runs here, so what was set off is only messages and layout.
                    await pilot._wait_for_screen()
                    await pilot._wait_for_screen()
                    done.set_result(None)
                except Exception as error:
                    done.set_exception(error)
        done.set_result(None)

    def do(self, work: Callable[[Pilot[None]], Awaitable[None]] | None) -> None:
        """Do some work in the app, and wait until all that it set off is done."""
        self.steps += 1
        done: asyncio.Future[None] = self.loop.create_future()
        self._work.put_nowait((work, done))
        # An app that has crashed answers nothing more.
        self.loop.run_until_complete(asyncio.wait({done, self._task}, return_when=asyncio.FIRST_COMPLETED))
        if not done.done():
            self._task.result()
        done.result()

    def begin(self) -> None:
        """An empty list, in an app that lives: what a failure has broken is not used again."""
        if self._task.done():
            self.loop.close()
            self._start()
        self.app.begin()

        async def empty(_pilot: Pilot[None]) -> None:
            self.app.table.set_marks(())
            self.app.table.set_rows((), reset=True)
            self.app.table.refresh_all()

        self.do(empty)

    def close(self) -> None:
        """End the app."""
        if not self._task.done():
            self.do(None)
        self.loop.run_until_complete(self._task)
        self.loop.close()


class ListMachine(RuleBasedStateMachine):
    """A person moves, scrolls and marks; the world changes, is sorted, filtered and taken away."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        stage.begin()
        self.stage = stage
        self.app, self.board, self.table = stage.app, stage.app.board, stage.app.table
        self.sort: ColumnSort | None = None
        self.made = 0

    # What the world does

    @initialize(count=st.integers(0, 60))
    def begin(self, count: int) -> None:
        """Some codes are there already."""
        locks = tuple(Device(key, key, "lock", can_program_online_access_codes=True) for key in DEVICES)
        self.board.apply([events.DevicesRead(locks)], NOW)
        self.arrive(count)

    @rule(count=st.integers(1, 15))
    def arrive(self, count: int) -> None:
        """Codes are made."""
        made = [make_code(self.made + number) for number in range(count)]
        self.made += count
        self.happens([events.CodesRead(code.device_id, (code,)) for code in made])

    @rule(picks=MANY, kind=st.sampled_from(["break", "mend", "rename", "shift", "move"]))
    def change(self, picks: list[int], kind: str) -> None:
        """Codes change, and most of them their place with it."""
        told: list[events.SyncEvent] = []
        for code in self.pick(picks):
            if kind == "break":
                new = replace(code, errors=(ERROR,))
            elif kind == "mend":
                new = replace(code, errors=())
            elif kind == "rename":
                new = replace(code, name=f"zoe {len(code.name)}")
            elif kind == "shift":
                new = replace(code, starts_at=code.ends_at, ends_at=None, status=AccessCodeStatus.UNSET)
            else:
                new = replace(code, device_id=DEVICES[0])
            told.append(events.CodesRead(new.device_id, (new,)))
        self.happens(told)

    @rule(picks=MANY)
    def vanish(self, picks: list[int]) -> None:
        """Codes are deleted, whether marked, under the cursor, or neither."""
        self.happens([events.CodeGone(code.access_code_id) for code in self.pick(picks)])

    @precondition(lambda self: self.table.cursor_id is not None)
    @rule()
    def vanish_under_the_cursor(self) -> None:
        """The very code that one looks at is deleted."""
        assert self.table.cursor_id is not None
        self.happens([events.CodeGone(self.table.cursor_id)])

    @rule(hours=st.integers(1, 12))
    def time_passes(self, hours: int) -> None:
        """Codes begin, end and grow urgent by time alone."""
        self.app.at += timedelta(hours=hours)
        self.board.advance(self.app.at)
        self.table._painter.forget_all()
        self.happens([])

    # What a person does

    @rule(sort=st.none() | st.builds(ColumnSort, st.sampled_from(sorted(VALUES)), st.booleans()))
    def sort_by(self, sort: ColumnSort | None) -> None:
        """Another order: by any column in either direction, or the most urgent first again."""
        self.sort = sort
        self.board.sort(sort, None)
        self.happens([])

    @rule(picks=st.sampled_from(DEVICES), name=st.sampled_from(["lock 2", "lock 10", "Lock 1", "door"]))
    def rename_a_lock(self, picks: str, name: str) -> None:
        """A lock has another name, and its codes another place with it."""
        self.happens([events.DevicesRead((replace(self.board.store.devices[picks], name=name),))])

    @rule(text=st.sampled_from(FILTERS))
    def filter_by(self, text: str) -> None:
        """Some of them only, none of them, or all again."""
        self.board.filter.set(parse_query(text), self.app.at)
        self.happens([])

    @rule(moves=st.lists(st.sampled_from(MOVES), min_size=1, max_size=6))
    def move(self, moves: list[str]) -> None:
        """The cursor goes elsewhere."""

        async def press(_pilot: Pilot[None]) -> None:
            for name in moves:
                getattr(self.table, f"action_{name}")()

        self.stage.do(press)

    @rule(line=st.integers(0, 80))
    def scroll(self, line: int) -> None:
        """The wheel turns; the cursor may be left behind."""

        async def turn(_pilot: Pilot[None]) -> None:
            self.table.scroll_top_to(line)

        self.stage.do(turn)

    @rule(picks=MANY)
    def mark(self, picks: list[int]) -> None:
        """Codes are marked and unmarked, also some that a filter hides."""
        keys = {code.access_code_id for code in self.pick(picks)}

        async def press(_pilot: Pilot[None]) -> None:
            self.table.set_marks(self.table.marked ^ keys)

        self.stage.do(press)

    # What must hold

    def happens(self, told: list[events.SyncEvent]) -> None:
        """Something happens to the list; see that nothing moves that must not."""
        table, old = self.table, list(self.table.ids)
        cursor, top, marks, page = table.cursor_id, int(table.scroll_offset.y), table.marked, table.page
        self.app.gone.clear()
        changes = self.board.apply(told, self.app.at)

        async def draw(_pilot: Pilot[None]) -> None:
            table.set_marks(key for key in marks if key in self.board.store.codes)
            table.set_rows(self.rows())
            table.refresh_rows(changes.codes.touched)

        self.stage.do(draw)
        new = list(table.ids)
        assert new == self.rows()
        assert table.marked == {key for key in marks if key not in changes.codes.removed}
        assert table.cursor_id == heir(cursor, old, new)
        assert self.app.gone == ([cursor] if cursor is not None and cursor not in new else [])
        if cursor is None or not new:
            return
        is_seen = top <= old.index(cursor) < top + page
        kept = cursor if is_seen else old[top]
        line = old.index(kept) - top
        heir_of_kept = heir(kept, old, new)
        assert heir_of_kept is not None
        # Only the ends of the list can keep a row from its line.
        wanted = min(max(new.index(heir_of_kept) - line, 0), max(len(new) - page, 0))
        assert int(table.scroll_offset.y) == wanted

    @invariant()
    def one_code_is_listed_as_all_are(self) -> None:
        """What is said of single codes, without looking through the list, is what the list shows."""
        for device_id in (ALL_DEVICES, *DEVICES):
            rows = set(self.board.code_rows(device_id, self.app.at))
            assert {key for key in self.board.store.codes if self.board.lists(device_id, key)} == rows

    @invariant()
    def the_lines_on_the_screen_are_those_of_the_ids(self) -> None:
        """What is painted is what is kept."""
        codes, painted = self.board.store.codes, self.painted()
        for line, key in enumerate(self.table.visible_ids):
            text = painted[line + 1]
            assert codes[key].title in text
            assert text.startswith("▌") == (key == self.table.cursor_id)
            assert (text[1] == "●") == (key in self.table.marked)

    # Below: shared steps

    def painted(self) -> list[str]:
        """The lines of the table as the running app draws them: only those anew that it knows to have changed."""
        is_current = active_app.set(self.app)
        try:
            return [strip.text for strip in self.table.render_lines(self.table.size.region)]
        finally:
            active_app.reset(is_current)

    def rows(self) -> list[str]:
        """What the list shows, in order: what is to be shown, reckoned as plainly as it can be."""
        board, sort, codes = self.board, self.sort, self.board.store.codes
        rows = list(board.code_rows(ALL_DEVICES, self.app.at))
        shown = [key for key in order_for_triage(board.store, codes.values(), self.app.at) if key in set(rows)]
        if sort is None:
            assert rows == shown
            return rows
        values = {key: VALUES[sort.column](self.app, codes[key]) for key in shown}
        known = [key for key in shown if values[key] is not None]
        known.sort(key=values.__getitem__, reverse=sort.reverse)
        assert rows == known + [key for key in shown if values[key] is None]
        return rows

    def pick(self, picks: Sequence[int]) -> list[AccessCode]:
        """Some codes, each once."""
        codes = self.board.store.codes
        keys = sorted(codes)
        return [codes[key] for key in dict.fromkeys(keys[number % len(keys)] for number in picks)] if keys else []


def heir(key: str | None, old: Sequence[str], new: Sequence[str]) -> str | None:
    """Who takes over from a row: itself, else the nearest that is left, else who stands in its place."""
    if not new:
        return None
    if key is None:
        return new[0]
    here = old.index(key)
    left = [(abs(index - here), index < here, other) for index, other in enumerate(old) if other in set(new)]
    return min(left)[2] if left else new[min(here, len(new) - 1)]


LIVES: Final = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_nothing_moves_under_the_hand_through_1000_steps() -> None:  # UX 1, 17
    stage = Stage()
    try:
        run_state_machine_as_test(lambda: ListMachine(stage), settings=LIVES)  # type: ignore[no-untyped-call]
    finally:
        stage.close()
    assert stage.steps >= 1_000
