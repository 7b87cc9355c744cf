"""Draws the lines of a table and remembers them: rows by id, the header, the words of an empty table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.style import Style as RichStyle
from textual.cache import LRUCache
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from seam_tui.tui.widgets.cells import (
    GUTTER,
    CursorState,
    Palette,
    Row,
    RowCells,
    draw,
    draw_row,
    fit_text,
    make_row,
    one_line,
)
from seam_tui.tui.widgets.columns import Column, Layout, Placed, fit_columns
from seam_tui.tui.widgets.table_styles import palette_of

ROWS_CACHED: Final = 256
"""Rows kept drawn: some screens' worth, so that paging back and forth draws nothing anew."""

SORTED_UP: Final = "↑"
SORTED_DOWN: Final = "↓"
"""Marks of the column by which the rows are sorted; the triangles mean warnings."""

_GROWS_BY: Final = 4
"""Columns grow by several cells at once: texts that are each a little longer would move them at every line."""

_WIDE: Final = 100
"""From this width on columns stand two cells apart."""


class RowPainter:
    """Turns ids into lines, and never draws one twice.

    Args:
        columns: The columns, in order.
        render_row: Gives the cells of an id; None is an empty row.
    """

    def __init__(self, columns: Sequence[Column], render_row: Callable[[str], RowCells | None]) -> None:
        self._layouts: Sequence[Layout] = (Layout(columns),)
        self._layout = self._layouts[0]
        self._render_row = render_row
        self._rows: LRUCache[str, Row] = LRUCache(ROWS_CACHED)
        self._palette: Palette | None = None
        self._theme = ""
        self._width = 0
        self._marks_shown = False
        self._placed: tuple[Placed, ...] = ()
        self._flex = [column for column in columns if column.width is None]
        self._wanted: dict[str, int] = {}
        self._measured: set[str] = set()
        self._has_outgrown = False
        self._header: tuple[object, Strip] | None = None
        self._empty: tuple[object, list[Strip]] | None = None

    @property
    def row_height(self) -> int:
        """Lines of a row."""
        return 1 + bool(self._layout.below)

    def use(self, layouts: Sequence[Layout], width: int) -> None:
        """Draw in other columns from now on.

        Args:
            layouts: The columns by width, the widest first; the last one is for whatever the others are too wide for.
            width: Cells of the table.
        """
        self._layouts = layouts
        self.suit(width)

    def suit(self, width: int) -> bool:
        """Draw in the columns that are meant for a width; whether they are others than before."""
        layout = next((one for one in self._layouts if one.least <= width), self._layouts[-1])
        if layout is self._layout:
            return False
        self._layout = layout
        self._flex = [column for column in layout.columns if column.width is None]
        self.refit()
        self.fit()
        return True

    @property
    def palette(self) -> Palette:
        """The styles to draw with; `prepare` sets them."""
        assert self._palette is not None, "prepare() comes before drawing"
        return self._palette

    @property
    def gutter(self) -> int:
        """Cells before the first column."""
        return GUTTER + self._marks_shown

    def prepare(self, widget: Widget, *, width: int, marks_shown: bool, restyle: bool) -> None:
        """Make ready to draw in a width; what was drawn for another width or in other styles is forgotten.

        Args:
            widget: The table, for its styles.
            width: Cells of a line.
            marks_shown: Whether the gutter has a column for marks.
            restyle: Whether the styles may have changed since the last time.
        """
        if (width, marks_shown) != (self._width, self._marks_shown):
            if width != self._width:
                self.refit()
            self._width, self._marks_shown = width, marks_shown
            self._empty = None
            self.fit()
        if restyle or self._palette is None:
            palette, theme = palette_of(widget), widget.app.theme
            # A change of focus announces new styles as well; most of the time they are the same.
            if self._palette is None or theme != self._theme or palette.named != self._palette.named:
                self._palette, self._theme = palette, theme
                self._header = self._empty = None
                self._rows.clear()

    def refit(self) -> None:
        """Fit the columns to the rows that are measured from now on."""
        self._wanted = {column.key: cell_len(one_line(column.label)) for column in self._flex}
        self._measured.clear()

    def measure(self, ids: Iterable[str]) -> bool:
        """Look how much room the texts of some rows take.

        Only what is longer than anything before counts: columns that grew stay as they are while one scrolls.

        Returns:
            Whether the columns would stand elsewhere if they were fitted now.
        """
        for row_id in ids:
            if row_id in self._measured:
                continue
            self._measured.add(row_id)
            cells = self._row(row_id).cells
            for column in self._flex:
                length = sum(cell_len(text) for text, _ in cells.get(column.key, ()))
                if length > self._wanted[column.key]:
                    self._wanted[column.key] = -(-length // _GROWS_BY) * _GROWS_BY
                    self._has_outgrown = True
        self._has_outgrown = self._has_outgrown and self._fitted() != self._placed
        return self._has_outgrown

    def fit(self) -> None:
        """Let the columns stand where the texts that were measured need them."""
        self._placed = self._fitted()
        self._has_outgrown = False
        self._header = None
        for row_id in self._rows.keys():  # noqa: SIM118 - a cache, not a dict
            self._rows[row_id].strips.clear()

    def _fitted(self) -> tuple[Placed, ...]:
        room, gap = max(0, self._width - self.gutter), 2 if self._width >= _WIDE else 1
        return fit_columns(self._layout.columns, room, gap, self._wanted)

    def forget(self, ids: Collection[str]) -> None:
        """Ask for these rows again when they are next seen."""
        for row_id in [known for known in self._rows.keys() if known in ids]:  # noqa: SIM118 - a cache, not a dict
            self._rows.discard(row_id)
        self._measured.difference_update(ids)

    def forget_all(self) -> None:
        """Ask for every row again when it is next seen."""
        self._rows.clear()
        self._measured.clear()

    def column_at(self, x: int) -> str | None:
        """The key of the column at a cell of the line, or None beside the columns."""
        for column, start, width in self._placed:
            if 0 <= x - self.gutter - start < width:
                return column.key
        return None

    def row(self, row_id: str, state: CursorState, *, marked: bool, line: int = 0) -> Strip:
        """One line of a row."""
        row = self._row(row_id)
        strip = row.strips.get((state, marked, line))
        if strip is None:
            strip = row.strips[state, marked, line] = draw_row(
                row,
                fit_columns(self._layout.below, max(0, self._width - self.gutter)) if line else self._placed,
                self.palette,
                state=state,
                marked=marked,
                marks_shown=self._marks_shown,
                gutter=self.gutter,
                width=self._width,
            )
        return strip

    def _row(self, row_id: str) -> Row:
        row = self._rows.get(row_id)
        if row is None:
            row = self._rows[row_id] = make_row(self._render_row(row_id), self.palette.parse)
        return row

    def header(self, sort_column: str | None, *, reverse: bool) -> Strip:
        """The header line, with an arrow at the column by which the rows are sorted."""
        key = (sort_column, reverse)
        if self._header is not None and self._header[0] == key:
            return self._header[1]
        style = self.palette.named["record-table--header"].rich_style
        spans: list[tuple[str, RichStyle]] = [(" " * self.gutter, style)]
        end = 0
        for column, x, width in self._placed:
            label = one_line(column.label)
            if column.key == sort_column:
                arrow = SORTED_DOWN if reverse else SORTED_UP
                room = min(cell_len(label), width - 2)
                label = f"{fit_text(label, room)} {arrow}" if room > 0 else arrow
            spans.append((" " * (x - end) + fit_text(label, width, column.justify), style))
            end = x + width
        spans.append((" " * (self._width - self.gutter - end), style))
        strip = draw(spans, self._width)
        self._header = (key, strip)
        return strip

    def empty(self, text: Content | str, height: int) -> Sequence[Strip]:
        """The lines of a table without rows: words in the middle."""
        key = (text if isinstance(text, str) else id(text), height)
        if self._empty is not None and self._empty[0] == key:
            return self._empty[1]
        style = self.palette.named["record-table--empty"]
        content = Content(text) if isinstance(text, str) else text
        lines = content.wrap(max(1, self._width - 4)) if self._width > 4 and height else []
        strips = [Strip.blank(self._width, style.rich_style)] * max(0, (height - len(lines)) // 2)
        for line in lines[:height]:
            pieces = list(line.render(style, end="", parse_style=self.palette.parse))
            free = max(0, self._width - sum(cell_len(piece) for piece, _ in pieces))
            left, right = " " * (free // 2), " " * (free - free // 2)
            spans = [(left, style.rich_style), *((piece, own.rich_style) for piece, own in pieces)]
            strips.append(draw([*spans, (right, style.rich_style)], self._width))
        strips += [Strip.blank(self._width, style.rich_style)] * (height - len(strips))
        self._empty = (key, strips)
        return strips
