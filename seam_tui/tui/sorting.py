"""The orders of both lists: chosen by key or by a click on a header, kept true, and remembered."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import ClassVar, Final, cast

from textual import on, work
from textual.timer import Timer

from seam_tui.domain.collecting import collect_if_due, freeze_records
from seam_tui.tui.arriving import ArrivingScreen
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import SortsRead
from seam_tui.tui.sorts import SORTABLE, Sortable, default_file, read_sorts, sortable_of, words_of, write_sorts
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import HeaderSelected
from seam_tui.workspace.column_order import ColumnSort

_QUESTIONS: Final = {"codes": "Sort the codes by", "devices": "Sort the locks by"}


class SortingScreen(ArrivingScreen):
    """A screen whose lists can be ordered by any column.

    Args:
        launch: What the app was started with.
    """

    PREPARE_EVERY: ClassVar[float] = 0.02
    """Seconds between two helpings of work on orders that nobody has asked for yet."""
    REST: ClassVar[float] = 0.5
    """Seconds after a key in which only an order that was asked for is worked on."""
    _IDLE_STEPS: ClassVar[int] = 2
    _WANTED_STEPS: ClassVar[int] = 8

    def __init__(self, launch: Launch) -> None:
        super().__init__(launch)
        self.sorts: dict[str, ColumnSort | None] = dict.fromkeys(SORTABLE)
        self._has_sorted = False
        """Whether a person has chosen an order since the start."""
        self._is_awaited = False
        """Whether a person waits for the order that they have chosen."""
        self._keeping = threading.Lock()
        self._preparing: Timer | None = None

    def draw_sorted(self, *lists: RecordTable) -> None:
        """Draw all anew after a person has changed an order, and bring the cursor's row of these lists into view."""
        self.draw()
        for table in lists:
            if table.cursor_id is not None:
                table.move_to(table.cursor_id)

    # Choosing

    def action_sort(self) -> None:
        """Ask by which column the list that is looked at is to be ordered."""
        self._ask_for_sort(self.looked_at)

    @work(group="dialog", exit_on_error=False)
    async def _ask_for_sort(self, list_id: str) -> None:
        from seam_tui.tui.screens.sort import SortScreen

        dialog = SortScreen(_QUESTIONS[list_id], SORTABLE[list_id], self.sorts[list_id])
        # Textual types a dialog's result as never None; Escape gives None all the same.
        picked = cast("Sortable | None", await self.app.push_screen_wait(dialog))
        if picked is not None:
            self._sort(list_id, picked.turned(self.sorts[list_id]))

    @on(HeaderSelected)
    def sort_by_header(self, message: HeaderSelected) -> None:
        """A click on a header orders by its column; the next turns it round; the third takes it back."""
        message.stop()
        list_id = message.table.id or ""
        sortable = sortable_of(list_id, message.column_key)
        if sortable is not None:
            self._sort(list_id, sortable.clicked(self.sorts[list_id]))

    def _sort(self, list_id: str, sort: ColumnSort | None) -> None:
        """Order a list; what it shows of itself stays where it is (UX rule 1)."""
        self.sorts[list_id] = sort
        self._has_sorted = True
        table = self.query_one(f"#{list_id}", RecordTable)
        table.refit()
        self.draw_sorted(table)
        is_waiting = self._is_awaited = list_id == "codes" and self.board.is_sorting
        self.say(f"{'Sorting' if is_waiting else 'Sorted'} by {words_of(list_id, sort)}{' …' if is_waiting else '.'}")
        if not self.app.is_web:  # a visitor's order is not the one of whoever shares
            self._keep_sorts()

    # Remembering

    @property
    def _sorts_file(self) -> Path | None:
        """Where the orders are kept: a world that ends with the app leaves nothing behind it."""
        if self.launch.sorts_file is not None or self.launch.transport is not None:
            return self.launch.sorts_file
        return default_file()

    def begin_sorting(self) -> None:
        """Look for the orders of the last start, and begin to make those that may be asked for."""
        self._preparing = self.set_interval(self.PREPARE_EVERY, self._prepare)
        self._read_sorts()

    @work(thread=True, group="sorts", exit_on_error=False)
    def _read_sorts(self) -> None:
        path = self._sorts_file
        if path is not None:
            self.post_message(SortsRead(read_sorts(path)))

    def on_sorts_read(self, message: SortsRead) -> None:
        """Order the lists as at the end of the last start, unless a person was quicker."""
        message.stop()
        if not self._has_sorted and any(message.sorts.values()):
            self.sorts |= message.sorts
            self.draw()

    @work(thread=True, group="sorts", exit_on_error=False)
    def _keep_sorts(self) -> None:
        path = self._sorts_file
        if path is not None:
            # One after the other, so that the last one writes what holds in the end. Where it cannot be written, the
            # next start has the orders not; nothing else is lost.
            with self._keeping, contextlib.suppress(OSError):
                write_sorts(path, dict(self.sorts))

    # Making orders ahead

    def apply_sorts(self) -> None:
        """See that the board, which may be a new one, orders both lists as was chosen."""
        self.board.sort(self.sorts["codes"], self.sorts["devices"])
        for table in (self.codes, self.devices):
            sort = self.sorts[table.id or ""]
            table.set_sort(None if sort is None else sort.column, reverse=sort is not None and sort.reverse)
        if self._preparing is not None:
            self._preparing.resume()

    def _prepare(self) -> None:
        """Make orders while nothing else is to do; the one that is waited for first, and faster."""
        assert self._preparing is not None, "it is its timer"
        board = self.board
        if self.telling.is_loading:
            self._preparing.pause()  # the next drawing lets it go on
        elif board.is_sorting:
            self._go_on_sorting()
        elif self.rested_for() < self.REST:
            pass  # while a person types, only what they have asked for is worked on
        elif board.prepare(self._IDLE_STEPS):
            self._preparing.pause()
            self._clear_up()

    def _clear_up(self) -> None:
        """Leave nothing for Python to look through while somebody waits."""
        if self._is_load_new:
            # Once a load: a dialog that is open at that moment would never be freed, as little as all that is frozen.
            self._is_load_new = False
            freeze_records()
        else:
            collect_if_due()

    def _go_on_sorting(self) -> None:
        """Work on the order that is waited for, and show it when it is made."""
        self.board.prepare(self._WANTED_STEPS)
        if not self.board.is_sorting:
            self.codes.refit()
            self.draw_sorted(self.codes)
            if self._is_awaited:
                self.say(f"Sorted by {words_of('codes', self.sorts['codes'])}.")
            self._is_awaited = False
