"""Asks by which column a list is to be ordered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from seam_tui.tui.screens.dialog import Dialog, words
from seam_tui.tui.sorts import Sortable
from seam_tui.workspace.column_order import ColumnSort

_NAME_WIDTH: Final = 22


class SortScreen(Dialog[Sortable]):
    """One line for each column; gives back the one that was picked.

    Args:
        title: The question.
        sortables: The columns.
        sort: The order of now.
    """

    def __init__(self, title: str, sortables: Sequence[Sortable], sort: ColumnSort | None) -> None:
        super().__init__(title)
        self._sortables = sortables
        self._sort = sort

    def compose_body(self) -> ComposeResult:
        """The columns, the cursor on the one of now, and the keys."""
        yield OptionList(*(Option(self._line(one), id=one.column) for one in self._sortables))
        yield words("Enter picks · Esc leaves", id="keys")

    def on_mount(self) -> None:
        """Put the cursor on the order of now, so that Enter turns it round."""
        at = next((index for index, one in enumerate(self._sortables) if one.is_order(self._sort)), 0)
        self.query_one(OptionList).highlighted = at

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        self.dismiss(self._sortables[event.option_index])

    def _line(self, one: Sortable) -> Content:
        name = f"{one.name:<{_NAME_WIDTH}}"
        if not one.is_order(self._sort):
            return Content.assemble("  ", (name, "bold"), one.ways[0])
        return Content.assemble("● ", (name, "bold"), one.in_words(self._sort), " · Enter turns it round")
