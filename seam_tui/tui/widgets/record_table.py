"""The one list of the app: a table over ids that draws only the lines that are seen.

It serves the devices and the codes alike and holds up to 100,000 rows, because it keeps nothing per row but the id.
Cursor, scroll position and marks belong to ids, never to row numbers (UX rule 1).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from seam_tui.tui.widgets.cells import Cell, CursorState, RowCells
from seam_tui.tui.widgets.columns import Column, Layout
from seam_tui.tui.widgets.row_order import RowOrder
from seam_tui.tui.widgets.row_painter import RowPainter
from seam_tui.tui.widgets.table_messages import (
    CursorRowGone,
    HeaderSelected,
    MarksChanged,
    RowHighlighted,
    RowSelected,
)
from seam_tui.tui.widgets.table_moves import CursorView
from seam_tui.tui.widgets.table_spot import NOWHERE, Spot
from seam_tui.tui.widgets.table_styles import COMPONENTS, TABLE_CSS

__all__ = ["Cell", "Column", "RecordTable"]


class RecordTable(CursorView, can_focus=True):
    """A list of records, one line each, under a header that stays.

    Args:
        columns: The columns, in order.
        render_row: Gives the cells of an id. Called only for rows that are seen, and not again until they are
            refreshed; None is an empty row.
        empty_text: What to say when there are no rows.
        show_header: Whether there is a header line.
        show_marks: Whether marks have their column even when nothing is marked.
        can_mark: Whether a click left of a row's first column marks it, also while marks have no column.
        name: The widget's name.
        id: The widget's id.
        classes: The widget's CSS classes.
    """

    ALLOW_SELECT = False
    """A double click opens a row, so it cannot select text as well."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)

    DEFAULT_CSS = TABLE_CSS

    RowHighlighted = RowHighlighted
    RowSelected = RowSelected
    CursorRowGone = CursorRowGone
    HeaderSelected = HeaderSelected
    MarksChanged = MarksChanged

    def __init__(
        self,
        columns: Sequence[Column],
        render_row: Callable[[str], RowCells | None],
        *,
        empty_text: Content | str = "Nothing here.",
        show_header: bool = True,
        show_marks: bool = False,
        can_mark: bool = False,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._painter = RowPainter(columns, render_row)
        self._restyle = True
        self._empty_text = empty_text
        self._header = int(show_header)
        self._show_marks = show_marks
        self._can_mark = can_mark or show_marks
        self._pressed = NOWHERE
        self._sort: tuple[str | None, bool] = (None, False)
        self._order = RowOrder()
        self._cursor: str | None = None
        self._marked: frozenset[str] = frozenset()
        self._shown_height = 0

    # What is in it

    def __len__(self) -> int:
        return len(self._order)

    def __bool__(self) -> bool:
        # A widget without rows is still a widget; `if table:` must not be False for it.
        return True

    @property
    def ids(self) -> Sequence[str]:
        """The ids in the order in which they are shown."""
        return self._order.ids

    @property
    def cursor_id(self) -> str | None:
        """The id under the cursor; None only while there are no rows. `move_to` sets it."""
        return self._cursor

    def position_of(self, row_id: str | None) -> int | None:
        """Where an id stands among the rows; None if it does not."""
        return self._order.position(row_id)

    @property
    def visible_ids(self) -> Sequence[str]:
        """The ids of the rows that are on screen."""
        top = self.scroll_offset.y
        return self._order.ids[top : top + self.page]

    @property
    def marked(self) -> frozenset[str]:
        """The marked ids, also those that are not in the list now (a filter may hide them)."""
        return self._marked

    @property
    def empty_text(self) -> Content | str:
        """What the table says when it has no rows; a string is plain text."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: Content | str) -> None:
        self._empty_text = text
        if not self._order.ids:
            self.refresh()

    # Changing it

    def set_rows(self, ids: Iterable[str], *, reset: bool = False) -> None:
        """Replace the ordered ids; what the rows look like is not asked again (see `refresh_rows`).

        The cursor stays on its id, and that row on its line of the screen; with the cursor scrolled out of view, the
        first visible row stays. An id that is gone hands over to its nearest neighbour, and `CursorRowGone` says so.

        Args:
            ids: The ids in their new order.
            reset: These are other records than before: start at the top, and nothing is said to be gone.
        """
        listed = list(ids)
        if listed == self._order.ids and not reset:
            return
        old, new = self._order, RowOrder(listed)
        before, had_rows = self.visible_ids, bool(old.ids)
        anchor = None if reset else self._anchor(old, new)
        if reset:
            self._painter.refit()
        old_cursor = self._cursor
        if old_cursor is None or reset:
            self._cursor = new.ids[0] if new.ids else None
        else:
            self._cursor = old.heir(old_cursor, new)
        self._order = new
        self._fit_rows()
        if anchor is not None:
            row_id, line = anchor
            self.scroll_top_to((new.position(row_id) or 0) - line)
        elif reset:
            self.scroll_top_to(0)
        self._repaint_changed(before, had_rows, old_cursor)
        if old_cursor is not None and not reset and old_cursor not in new:
            self.post_message(self.CursorRowGone(self, old_cursor, self._cursor))
        if self._cursor is not None and self._cursor != old_cursor:
            self.post_message(self.RowHighlighted(self, self._cursor))

    def refresh_rows(self, ids: Collection[str]) -> None:
        """Ask again for these rows, and repaint those of their lines that are on screen."""
        changed = ids if isinstance(ids, (set, frozenset)) else frozenset(ids)
        self._painter.forget(changed)
        for line, row_id in enumerate(self.visible_ids):
            if row_id in changed:
                self._repaint_line(line)

    def refresh_all(self) -> None:
        """Ask again for every row that is seen from now on."""
        self._painter.forget_all()
        self.refresh()

    def refit(self) -> None:
        """Fit the columns anew to what is on screen; while the rows stay the same, columns only grow."""
        self._painter.refit()
        self.refresh()

    def use_layouts(self, *layouts: Layout, show_header: bool = True) -> None:
        """Draw in other columns from now on: those of the first layout for which there is room, else of the last."""
        self._painter.use(layouts, self.size.width)
        self._header = int(show_header)
        self._fit_rows()
        self.refresh()

    def set_sort(self, column_key: str | None, *, reverse: bool = False) -> None:
        """Draw the sort arrow at a column; the sorting itself is done outside, with `set_rows`."""
        if self._sort != (column_key, reverse):
            self._sort = (column_key, reverse)
            self.refresh(Region(0, 0, self._line_width, self._header))

    def move_to(self, row_id: str) -> bool:
        """Put the cursor on an id and bring it into view.

        Returns:
            Whether the id is in the list; if not, nothing happens.
        """
        position = self._order.position(row_id)
        if position is None:
            return False
        self._move(position)
        return True

    def toggle_mark(self, row_id: str | None = None) -> None:
        """Mark or unmark a row; without an id, the cursor's."""
        target = self._cursor if row_id is None else row_id
        if target is not None:
            self.set_marks(self._marked ^ {target})

    def set_marks(self, ids: Iterable[str]) -> None:
        """Mark exactly these ids, whether or not they are in the list."""
        old, self._marked = self._marked, frozenset(ids)
        changed = old ^ self._marked
        if not changed:
            return
        if bool(old) != bool(self._marked) and not self._show_marks:
            self.refresh()
        for line, row_id in enumerate(self.visible_ids):
            if row_id in changed:
                self._repaint_line(line)
        self.post_message(self.MarksChanged(self, self._marked))

    # Moving about

    @property
    def page(self) -> int:
        """How many rows have room."""
        return max(0, self.size.height - self._header) // self._painter.row_height

    def _fit_rows(self) -> None:
        """Let the scrollbar count rows, whatever lines they take."""
        self.fit_scrollbar(len(self._order) + max(self._header, self.size.height - self.page))

    @property
    def _line_width(self) -> int:
        """Cells of a line; unlike `size.width` without the scrollbar."""
        return self.scrollable_content_region.width

    def _anchor(self, old: RowOrder, new: RowOrder) -> tuple[str, int] | None:
        """The id that keeps its line when the rows change, and that line."""
        if self._cursor is None or not new.ids or not self.page:
            return None
        top = self.scroll_offset.y
        line = (old.position(self._cursor) or 0) - top
        kept, line = (self._cursor, line) if 0 <= line < self.page else (old.ids[top], 0)
        heir = old.heir(kept, new)
        return None if heir is None else (heir, line)

    def _move(self, position: int) -> None:
        """Put the cursor on the row at a position, which is in range."""
        old, self._cursor = self._cursor, self._order.at(position)
        self._reveal(position)
        if old != self._cursor:
            for moved in (self._order.position(old), position):
                if moved is not None:
                    self._repaint_line(moved - self.scroll_offset.y)
            self.post_message(self.RowHighlighted(self, self._cursor))

    def step(self, by: int, *, page: bool = False) -> None:
        """Move the cursor by some rows, as far as there are rows; with `page`, the list moves along under it."""
        position = self._order.position(self._cursor)
        if position is None:
            return
        target = min(max(position + by, 0), len(self._order) - 1)
        if page:
            self.scroll_top_to(self.scroll_offset.y + target - position)
        self._move(target)

    def _reveal(self, position: int) -> None:
        """Scroll as little as it takes to show a row."""
        top, page = self.scroll_offset.y, self.page
        if position < top:
            self.scroll_top_to(position)
        elif page and position >= top + page:
            self.scroll_top_to(position - page + 1)

    def action_select(self) -> None:
        """Say that the cursor's row was chosen."""
        if self._cursor is not None:
            self.post_message(self.RowSelected(self, self._cursor))

    def on_resize(self) -> None:
        """Keep the cursor in view if it was; a user who had scrolled away stays where they are."""
        position = self._order.position(self._cursor)
        line = -1 if position is None else position - self.scroll_offset.y
        was_seen = not self._shown_height or 0 <= line < self._shown_height
        if self._painter.suit(self.size.width):
            self.refresh()  # it may have been painted at its new size, in its old columns
        self._shown_height = self.page
        self._fit_rows()
        if position is not None and was_seen:
            self._reveal(position)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remember what was pressed: with the focus the layout may change, and something else come under the mouse."""
        self._pressed = self._spot(event)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row that was clicked, mark it at its left edge, or say which header was clicked."""
        spot, self._pressed = self._pressed, NOWHERE
        if event.button != 1:
            return
        event.stop()
        position = self._order.position(spot.row_id)
        if spot.column is not None:
            self.post_message(self.HeaderSelected(self, spot.column))
        elif position is None:
            return
        elif spot.is_gutter and self._can_mark:
            self.toggle_mark(spot.row_id)
        else:
            self._move(position)
            if event.chain == 2:
                self.action_select()

    def _spot(self, event: events.MouseEvent) -> Spot:
        offset = event.get_content_offset(self)
        if offset is None:
            return NOWHERE
        if offset.y < self._header:
            return Spot(column=self._painter.column_at(offset.x))
        position = (offset.y - self._header) // self._painter.row_height + self.scroll_offset.y
        if position >= len(self._order):
            return NOWHERE
        return Spot(self._order.ids[position], is_gutter=offset.x < self._painter.gutter)

    # Painting

    def notify_style_update(self) -> None:
        """Look at the styles again before the next line is drawn."""
        super().notify_style_update()
        self._restyle = True

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines of the widget, after looking once at what holds for all of them."""
        marks_shown = self._show_marks or bool(self._marked)
        self._painter.prepare(self, width=self._line_width, marks_shown=marks_shown, restyle=self._restyle)
        self._restyle = False
        if self._painter.measure(self.visible_ids):
            if crop.height < self.size.height:
                self.call_later(self.refresh)  # no line may stand in other columns than the one above
            else:
                self._painter.fit()
                self._styles_cache.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw a line of the content: the header is the first of them, wherever the rows are scrolled to."""
        if y < self._header:
            return self._painter.header(self._sort[0], reverse=self._sort[1])
        ids = self._order.ids
        if not ids:
            return self._painter.empty(self._empty_text, self.size.height - self._header)[y - self._header]
        line, part = divmod(y - self._header, self._painter.row_height)
        position = line + self.scroll_offset.y
        if position >= len(ids):
            return Strip.blank(self._line_width, self._painter.palette.rich(CursorState.NONE))
        row_id = ids[position]
        state = CursorState.NONE
        if row_id == self._cursor:
            state = CursorState.FOCUSED if self.has_focus else CursorState.BLURRED
        return self._painter.row(row_id, state, marked=row_id in self._marked, line=part)

    def _repaint_line(self, line: int) -> None:
        """Repaint one line of rows, counted from the first that is in view."""
        if 0 <= line < self.page:
            height = self._painter.row_height
            self.refresh(Region(0, line * height + self._header, self._line_width, height))

    def _repaint_changed(self, before: Sequence[str], had_rows: bool, old_cursor: str | None) -> None:
        """After a change of rows, repaint the lines that now show another row or another cursor."""
        if had_rows != bool(self._order.ids):
            self.refresh()
            return
        after = self.visible_ids
        for line in range(max(len(before), len(after))):
            shown = after[line] if line < len(after) else None
            same = line < len(before) and before[line] == shown
            if not same or (old_cursor != self._cursor and shown in (old_cursor, self._cursor)):
                self._repaint_line(line)
