"""Lets go of what was drawn for widgets that are no more."""

from __future__ import annotations

from textual._styles_cache import StylesCache


def forget_drawn() -> None:
    """Empty Textual's cache of the colours of boxes: with a box's colours it keeps every line that the box has drawn.

    For as long as the process lives it would keep those of 1,024 boxes, such as of closed dialogs (textual 8.2.8).
    """
    StylesCache.get_inner_outer.cache_clear()
