"""How one row of a table becomes one line of the terminal.

Everything here treats text as text: names come from guests' bookings, so nothing is parsed as markup, and whatever
could break the line (control characters, joiners whose width terminals disagree on) is dropped again even though the
door has already done so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeAlias

from rich.cells import cell_len, split_text
from rich.segment import Segment
from rich.style import Style as RichStyle
from rich.text import Text
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from seam_tui.tui.widgets.columns import Column, Cut, Justify, Placed

ELLIPSIS: Final = "…"
FLAG_KEY: Final = "flag"
"""The key under which a row may carry a one-cell glyph for the gutter ("+" new, "~" changed)."""

NOTE_KEY: Final = "note"
"""The key under which a row may carry a word or two for the flag; they stand in a column with `note_from`."""
LEAST_HEAD: Final = 8
"""Cells of a text that must be left for a note to stand behind it; otherwise it stands before it."""

FOCUSED_GLYPH: Final = "▌"
BLURRED_GLYPH: Final = ">"
MARK_GLYPH: Final = "●"
GUTTER: Final = 3
"""Cells before the first column: the cursor's glyph, the flag, a space."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: plain text in one style."""

    text: str
    """Shown letter by letter; never parsed."""

    style: str | Style = ""
    """A Textual style ("bold $error"), or the name of a component class with a dot (".record-table--dim")."""


CellLike: TypeAlias = Cell | Content | Text | str
"""What a row may hold for a column; `Content` and `Text` are for cells in several styles."""

RowCells: TypeAlias = Mapping[str, CellLike]
"""A row: cells by column key, a glyph for the gutter under "flag", and its meaning under "note". A key that is missing
is an empty cell."""

Span: TypeAlias = tuple[str, str | Style]


class CursorState(IntEnum):
    """Whether a row has the cursor, and whether the table has the focus."""

    NONE = 0
    FOCUSED = 1
    BLURRED = 2


@dataclass(slots=True)
class Row:
    """A row as the provider gave it, made plain once, with the lines that were drawn from it."""

    cells: dict[str, tuple[Span, ...]]
    flag: tuple[Span, ...]
    note: tuple[Span, ...] = ()
    strips: dict[tuple[CursorState, bool, int], Strip] = field(default_factory=dict)


def one_line(text: str) -> str:
    """Text without anything that has no width, breaks the line or joins its neighbours."""
    if text.isprintable() and (text.isascii() or "\ufe0f" not in text):
        return text
    kept = (
        character if character.isprintable() else " " if character.isspace() else ""
        for character in text
        if character != "\ufe0f"
    )
    return "".join(kept)


def make_row(given: RowCells | None, parse_style: Callable[[str | Style], Style]) -> Row:
    """Turn what a provider gave into a row that can be drawn in any width.

    Args:
        given: The provider's answer; None (the record has gone meanwhile) is an empty row.
        parse_style: Turns the style strings of `Content` into styles.
    """
    cells = {key: _spans(cell, parse_style) for key, cell in (given or {}).items()}
    note = tuple(span for span in cells.pop(NOTE_KEY, ()) if span[0])
    return Row(cells, cells.pop(FLAG_KEY, ()), note)


def _spans(cell: CellLike, parse_style: Callable[[str | Style], Style]) -> tuple[Span, ...]:
    if isinstance(cell, str):
        return ((one_line(cell), ""),)
    if isinstance(cell, Cell):
        return ((one_line(cell.text), cell.style),)
    content = Content.from_rich_text(cell) if isinstance(cell, Text) else cell
    rendered = content.render(Style(), end="", parse_style=parse_style)
    return tuple((one_line(text), style) for text, style in rendered)


def fit_spans(spans: Sequence[Span], width: int, justify: Justify = "left", cut: Cut = "end") -> list[Span]:
    """Cut or pad spans to a width, counted in cells of the terminal.

    Args:
        spans: Pieces of text with their styles.
        width: Cells to fill.
        justify: Where shorter text stands.
        cut: Where longer text is cut; several spans lose their end.

    Returns:
        Spans that take exactly `width` cells, with an ellipsis where something was cut; no wide character is halved.
    """
    if width <= 0:
        return []
    free = width - sum(cell_len(text) for text, _ in spans)
    if free >= 0:
        left = {"left": 0, "center": free // 2, "right": free}[justify]
        return _pad(list(spans), left, free - left)
    if cut == "middle" and len(spans) == 1 and width >= LEAST_HEAD:
        return [(_cut_middle(spans[0][0], width), spans[0][1])]
    room = width - 1
    kept: list[Span] = []
    for text, style in spans:
        length = cell_len(text)
        if length <= room:
            kept.append((text, style))
            room -= length
            continue
        # A wide character that straddles the edge comes back as a space; the space goes behind the ellipsis.
        head = split_text(text, room)[0].rstrip(" ") if room > 0 else ""
        kept.append((head + ELLIPSIS, style))
        return _pad(kept, 0, room - cell_len(head))
    return kept


def _cut_middle(text: str, width: int) -> str:
    """The beginning and the end of a text that takes more cells than there are: `Pier H…Studio`."""
    # A wide character that straddles an edge comes back as a space.
    head = split_text(text, width // 2)[0].rstrip(" ")
    tail = split_text(text, cell_len(text) - (width - 1 - cell_len(head)))[1].lstrip(" ")
    return head + ELLIPSIS + tail + " " * (width - 1 - cell_len(head) - cell_len(tail))


def _pad(spans: list[Span], left: int, right: int) -> list[Span]:
    if right:
        if spans:
            spans[-1] = (spans[-1][0] + " " * right, spans[-1][1])
        else:
            spans.append((" " * right, ""))
    if left:
        spans.insert(0, (" " * left, ""))
    return spans


def fit_text(text: str, width: int, justify: Justify = "left") -> str:
    """Cut or pad one piece of plain text to a width in cells."""
    return "".join(piece for piece, _ in fit_spans(((one_line(text), ""),), width, justify))


class Palette:
    """The styles of a table as they are right now, resolved once and looked up per cell.

    Args:
        named: The table's own styles by component class; "" is the widget's.
        parse: Turns a cell's style string into a style.
    """

    def __init__(self, named: Mapping[str, Style], parse: Callable[[str], Style]) -> None:
        self.named = dict(named)
        self._parse = parse
        self._parsed: dict[str, Style] = {}
        self._cache: dict[tuple[CursorState, str | Style], RichStyle] = {}
        self._drawn: dict[RichStyle, RichStyle] = {}
        self._rows = {
            CursorState.NONE: self.named[""],
            CursorState.FOCUSED: self.named["record-table--cursor"],
            CursorState.BLURRED: self.named["record-table--cursor-blurred"],
        }

    def parse(self, style: str | Style) -> Style:
        """The style that a cell asks for, without the row beneath it."""
        if not isinstance(style, str):
            return style
        parsed = self._parsed.get(style)
        if parsed is None:
            parsed = self._parsed[style] = self._parse(style) if style else Style()
        return parsed

    def rich(self, state: CursorState, style: str | Style = "") -> RichStyle:
        """The style that the terminal gets for a cell in a row.

        Under the focused cursor only weight and slant of the cell remain: its colours were chosen for the table's
        background and may be unreadable on the cursor's. Severity is told by glyph and word as well.
        """
        found = self._cache.get((state, style))
        if found is None:
            own = self.parse(style)
            if state is not CursorState.NONE:
                own = Style(
                    foreground=own.foreground if state is CursorState.BLURRED else None,
                    bold=own.bold,
                    italic=own.italic,
                    underline=own.underline,
                    strike=own.strike,
                )
            drawn = (self._rows[state] + own).rich_style
            found = self._cache[state, style] = self._drawn.setdefault(drawn, drawn)
        return found


def draw(spans: Iterable[tuple[str, RichStyle]], width: int) -> Strip:
    """A line from spans that take exactly `width` cells; neighbours in one style become one segment.

    Every later step of a frame (filters, crops, escape sequences) costs by the segment.
    """
    segments: list[Segment] = []
    run = ""
    current: RichStyle | None = None
    for text, style in spans:
        # Palettes hand out one object per style, so identity nearly always answers; equality would hash both.
        if style is current:
            run += text
        elif text:
            if run:
                segments.append(Segment(run, current))
            run, current = text, style
    if run:
        segments.append(Segment(run, current))
    return Strip(segments, width)


def _note_column(columns: Sequence[Placed]) -> Column | None:
    """The column in which notes stand in this layout."""
    wide = (column for column, _, cells in columns if column.note_from is not None and cells >= column.note_from)
    return next(wide, None)


def _with_note(cell: Sequence[Span], note: Sequence[Span], width: int) -> list[Span]:
    """A cell with a note that stays whole: at its right end, or before the text where little of that can be seen."""
    words = "".join(text for text, _ in note)
    noted = [(text, style or ".record-table--flag") for text, style in note]
    head = width - 1 - cell_len(words)
    if head >= LEAST_HEAD:
        return [*fit_spans(cell, head), (" ", ""), *noted]
    return fit_spans([*noted, (" · ", ""), *cell], width)


def draw_row(
    row: Row,
    columns: Sequence[Placed],
    palette: Palette,
    *,
    state: CursorState,
    marked: bool,
    marks_shown: bool,
    gutter: int,
    width: int,
) -> Strip:
    """Draw a row: the gutter, then every column that fits.

    Args:
        row: What to draw.
        columns: Where the columns stand, counted from the end of the gutter.
        palette: The styles of the moment.
        state: Whether this row has the cursor.
        marked: Whether this row is marked.
        marks_shown: Whether the gutter has a column for marks.
        gutter: Cells of the gutter.
        width: Cells of the whole line.
    """
    glyph = {CursorState.NONE: " ", CursorState.FOCUSED: FOCUSED_GLYPH, CursorState.BLURRED: BLURRED_GLYPH}[state]
    blank = palette.rich(state)
    spans: list[tuple[str, RichStyle]] = [(glyph, blank)]
    if marks_shown:
        spans.append((MARK_GLYPH, palette.rich(state, ".record-table--mark")) if marked else (" ", blank))
    for text, style in fit_spans(row.flag, 1):
        spans.append((text, palette.rich(state, style or ".record-table--flag") if text != " " else blank))
    spans.append((" ", blank))
    host = _note_column(columns) if row.note else None
    end = 0
    for column, x, cells in columns:
        if x > end:
            spans.append((" " * (x - end), blank))
        cell = row.cells.get(column.key, ())
        fitted = (
            _with_note(cell, row.note, cells) if column is host else fit_spans(cell, cells, column.justify, column.cut)
        )
        for text, style in fitted:
            spans.append((text, palette.rich(state, style)))
        end = x + cells
    if width > gutter + end:
        spans.append((" " * (width - gutter - end), blank))
    return draw(spans, width)
