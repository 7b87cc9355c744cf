"""The keys that move the cursor of a table."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from seam_tui.tui.widgets.still_scroll import StillScrollView


class CursorView(StillScrollView, inherit_bindings=False):
    """A list with a cursor that moves by a row, by a page, and to the ends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", "Up", show=False, id="table.cursor_up"),
        Binding("down", "cursor_down", "Down", show=False, id="table.cursor_down"),
        Binding("pageup", "page_up", "Page up", show=False, id="table.page_up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="table.page_down"),
        Binding("home", "cursor_first", "First", show=False, id="table.cursor_first"),
        Binding("end", "cursor_last", "Last", show=False, id="table.cursor_last"),
        Binding("enter", "select", "Open", show=False, id="table.select"),
    ]

    def __len__(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Lines for rows."""
        raise NotImplementedError

    def step(self, by: int, *, page: bool = False) -> None:
        """Move the cursor by some rows, as far as there are rows; with `page`, the list moves along under it."""
        raise NotImplementedError

    def action_cursor_up(self) -> None:
        """Move the cursor up a row."""
        self.step(-1)

    def action_cursor_down(self) -> None:
        """Move the cursor down a row."""
        self.step(1)

    def action_page_up(self) -> None:
        """Move the cursor up a page; it keeps its line, and one row of the old page stays in view."""
        self.step(-max(1, self.page - 1), page=True)

    def action_page_down(self) -> None:
        """Move the cursor down a page; it keeps its line, and one row of the old page stays in view."""
        self.step(max(1, self.page - 1), page=True)

    def action_cursor_first(self) -> None:
        """Move the cursor to the first row."""
        self.step(-len(self))

    def action_cursor_last(self) -> None:
        """Move the cursor to the last row."""
        self.step(len(self))
