"""What a terminal would show: the updates that an app paints, put together into lines of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import get_character_cell_size
from textual._compositor import ChopsUpdate, InlineUpdate, LayoutUpdate
from textual.strip import Strip

FROM_EDGE: Final = 3
"""Blank cells that may stand between text that was wrapped and the edge of its box: padding and a scrollbar."""
_BOXED: Final = re.compile(r"[^─-▟]+")
_TAIL: Final = re.compile(rf"(\w+)\s{{0,{FROM_EDGE}}}\Z")
_HEAD: Final = re.compile(r"\s*(\w+)")

Ends = dict[int, tuple[str, str]]
"""Of the boxes on one line, by the column where each begins: its first word, and its last if it reaches the edge."""


class Glass:
    """The cells of one terminal."""

    def __init__(self) -> None:
        self._cells: list[list[str]] = []
        self.lines: list[str] = []
        """All lines, as they stand now."""
        self._ends: dict[str, Ends] = {}

    def paint(self, update: object) -> set[int]:
        """Take in an update.

        Args:
            update: What Textual's compositor hands to the app to be displayed.

        Returns:
            The lines that it has painted on.

        Raises:
            TypeError: It is of a kind that no app of ours paints.
        """
        if isinstance(update, LayoutUpdate):
            region = update.region
            self._make_room(region.bottom, region.right)
            for y, strips in enumerate(update.strips, region.y):
                x = region.x
                for strip in strips:
                    x = self._write(x, y, strip)
            return self._drawn(set(range(region.y, region.bottom)))
        if isinstance(update, ChopsUpdate):
            return self._drawn(self._paint_chops(update))
        if isinstance(update, InlineUpdate):
            raise TypeError("an inline app paints above its prompt: not read here")
        raise TypeError(f"not read here: {type(update)}")

    def _paint_chops(self, update: ChopsUpdate) -> set[int]:
        """As `ChopsUpdate.render_segments`, which says what of each strip reaches the terminal."""
        self._make_room(len(update.chops), 0)
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x <= last and end > first:
                    is_whole = last > x >= first and end <= last
                    self._write(x, y, strip if is_whole else strip.crop(0, min(end, last) - x))
        return {y for y, _, _ in update.spans}

    def _drawn(self, painted: set[int]) -> set[int]:
        self.lines += [""] * (len(self._cells) - len(self.lines))
        for y in painted:
            self.lines[y] = "".join(self._cells[y])
        return painted

    def _make_room(self, height: int, width: int) -> None:
        if width and self._cells and (len(self._cells) != height or len(self._cells[0]) != width):
            self._cells.clear()  # a terminal of another size is painted whole
            self.lines.clear()
        while len(self._cells) < height:
            self._cells.append([" "] * width)

    def _write(self, x: int, y: int, strip: Strip) -> int:
        """Write a strip; returns the column after it."""
        text, cells = strip.text, self._cells[y]
        after = x + strip.cell_length
        cells += [" "] * (after - len(cells))
        if strip.cell_length == len(text):
            cells[x:after] = text
            return after
        column = x
        for character in text:
            size = get_character_cell_size(character)
            if size == 0 and column > x:
                cells[column - 1] += character
            elif size:
                cells[column : column + size] = [character, *[""] * (size - 1)]
                column += size
        return after

    def over_two_lines(self, painted: set[int]) -> Iterator[str]:
        """Words as they are when what a box has broken at its edge is put together again, around painted lines."""
        for y in sorted({*painted, *(line - 1 for line in painted)}):
            if not 0 <= y < len(self._cells) - 1:
                continue
            above, below = self._ends_of(y), self._ends_of(y + 1)
            for x, (_, tail) in above.items():
                head = below.get(x, ("", ""))[0]
                if tail and head:
                    yield tail + head

    def _ends_of(self, y: int) -> Ends:
        line = self.lines[y]
        if line not in self._ends:
            ends: Ends = {}
            columns = "".join(cell or "\0" for cell in self._cells[y])  # those that a wide sign covers are counted
            for box in _BOXED.finditer(columns):
                head, tail = _HEAD.match(box[0]), _TAIL.search(box[0])
                if head:
                    ends[box.start()] = (head[1], tail[1] if tail else "")
            self._ends[line] = ends
        return self._ends[line]
