"""Lets go of what was drawn and is not on screen any more: by itself, Textual 8.2.8 holds on to it.

What stays is not only memory: a list of 44 lines that scrolls by one leaves some 600 objects that hold each other
(counted), so that Python's collector looks through all that is new, lists of 100,000 ids among it, while a key waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual._styles_cache import StylesCache
from textual.strip import Strip

_textual_divide = Strip.divide


def _divide(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """As Textual divides a line, but what is not cut is not kept in the line's own cache: it would hold itself."""
    within = [cut for cut in cuts if cut <= self.cell_length]
    return [self] if within == [self.cell_length] else _textual_divide(self, within)


def untie_lines() -> None:
    """Let every line go once the next is drawn in its place; left to Textual, the collector alone can free it."""
    Strip.divide = _divide  # type: ignore[method-assign]  # it is the compositor that divides, and it cannot be replaced


def forget_drawn() -> None:
    """Empty Textual's cache of the colours of boxes: with a box's colours it keeps every line that the box has drawn.

    For as long as the process lives it would keep those of 1,024 boxes, such as of closed dialogs.
    """
    StylesCache.get_inner_outer.cache_clear()
