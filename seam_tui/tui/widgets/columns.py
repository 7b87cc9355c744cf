"""Which columns of a table fit, and how wide each is: pure arithmetic, so that it can be tested without a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Justify = Literal["left", "center", "right"]
"""Where a cell's text stands when the column is wider than the text."""

Cut = Literal["end", "middle"]
"""Where a text that is too long loses what does not fit."""

NOTHING_ASKED: Final[Mapping[str, int]] = {}
"""No column asks for more or less than its share."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """Names the column in rows, in `HeaderSelected` and in `set_sort`."""

    label: str
    """The words in the header."""

    width: int | None = None
    """Cells that the column takes, or None for a flex column, which shares what the fixed ones leave."""

    min_width: int = 4
    """A flex column is dropped rather than made narrower than this."""

    priority: int = 0
    """Columns with the lowest priority vanish first; those with the highest of a table never do, they only shrink."""

    justify: Justify = "left"
    """Where the text stands in the column."""

    share: int = 1
    """How much of the free space a flex column takes, relative to the other flex columns."""

    cut: Cut = "end"
    """Where a text that is too long is cut: in the middle where its end tells it from others."""

    note_from: int | None = None
    """Cells from which on a row's note may stand in this column; the first column that is wide enough has it."""

    @property
    def least(self) -> int:
        """The cells below which the column is rather dropped."""
        return max(1, self.min_width if self.width is None else self.width)


class Layout(NamedTuple):
    """The columns of a table that is at least so wide."""

    columns: Sequence[Column]
    """In the order in which they are shown."""

    below: Sequence[Column] = ()
    """Those of a second line; none of them makes rows of one line."""

    least: int = 0
    """Cells of the table, its scrollbar included, from which on this is its layout."""


class Placed(NamedTuple):
    """A column that fits, and where it stands."""

    column: Column
    x: int
    """Cells from the first column's left edge."""

    width: int
    """Cells that the column takes, without the gap after it."""


def fit_columns(
    columns: Sequence[Column], width: int, gap: int = 1, wanted: Mapping[str, int] = NOTHING_ASKED
) -> tuple[Placed, ...]:
    """Choose the columns that fit and share out the width.

    Columns vanish from the lowest priority up, the rightmost first among equals. The columns of the highest priority
    stay and shrink, flex columns before fixed ones; only a width that cannot give each of them a cell drops them too.

    Args:
        columns: The columns, in the order in which they are shown.
        width: Cells to fill.
        gap: Empty cells between two columns.
        wanted: By key of a flex column the cells that its longest text takes. What one column has too many goes to
            those that have too few; one that is not named keeps its share.

    Returns:
        The columns that are shown. They never need more than `width` cells, gaps included, and fill it when one of
        them is flex.
    """
    kept = list(columns)
    if not kept:
        return ()
    highest = max(column.priority for column in kept)
    while _needed([column.least for column in kept], gap) > width:
        candidates = [index for index, column in enumerate(kept) if column.priority < highest]
        if not candidates:
            break
        del kept[min(candidates, key=lambda index: (kept[index].priority, -index))]
    while kept and _needed([1] * len(kept), gap) > width:
        kept.pop()
    widths = _shrink(kept, width, gap)
    _grow(kept, widths, width - _needed(widths, gap))
    _even_out(kept, widths, wanted)
    placed: list[Placed] = []
    x = 0
    for column, cells in zip(kept, widths, strict=True):
        placed.append(Placed(column, x, cells))
        x += cells + gap
    return tuple(placed)


def _needed(widths: Sequence[int], gap: int) -> int:
    """The cells that columns of these widths take with the gaps between them."""
    return sum(widths) + gap * max(0, len(widths) - 1)


def _shrink(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """The least widths, taken back where even they are too much: flex columns first, then fixed ones."""
    widths = [column.least for column in columns]
    order = sorted(range(len(columns)), key=lambda index: (columns[index].width is not None, -index))
    for index in order:
        excess = _needed(widths, gap) - width
        if excess <= 0:
            break
        widths[index] -= min(excess, widths[index] - 1)
    return widths


def _grow(columns: Sequence[Column], widths: list[int], free: int) -> None:
    """Give the free cells to the flex columns, by their shares; what does not divide goes to the first ones."""
    flex = [index for index, column in enumerate(columns) if column.width is None]
    shares = sum(max(1, columns[index].share) for index in flex)
    if free <= 0 or not flex:
        return
    left = free
    for index in flex:
        part = free * max(1, columns[index].share) // shares
        widths[index] += part
        left -= part
    for index in flex[:left]:
        widths[index] += 1


def _even_out(columns: Sequence[Column], widths: list[int], wanted: Mapping[str, int]) -> None:
    """Move cells, one by one, from the flex column with the most to spare to the one with the least for its share."""
    flex = [index for index, column in enumerate(columns) if column.width is None and column.key in wanted]
    while True:
        too_wide = [i for i in flex if widths[i] > max(wanted[columns[i].key], columns[i].least)]
        too_narrow = [i for i in flex if widths[i] < wanted[columns[i].key]]
        if not too_wide or not too_narrow:
            return
        widths[max(too_wide, key=lambda i: widths[i] - wanted[columns[i].key])] -= 1
        widths[min(too_narrow, key=lambda i: widths[i] / max(1, columns[i].share))] += 1
