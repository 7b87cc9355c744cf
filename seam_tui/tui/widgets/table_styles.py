"""The looks of a table: its component classes, its default styles, and what they come to right now."""

from __future__ import annotations

from typing import Final

from textual.style import Style
from textual.widget import Widget

from seam_tui.tui.widgets.cells import Palette

COMPONENTS: Final = frozenset(
    f"record-table--{part}" for part in ("header", "cursor", "cursor-blurred", "mark", "flag", "dim", "empty")
)
"""The component classes through which a stylesheet reaches the parts of a table."""

TABLE_CSS: Final = """
RecordTable {
    height: 1fr;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-size-vertical: 1;
    color: $foreground;
    & > .record-table--header { color: $text-muted; background: $panel; text-style: bold; }
    & > .record-table--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: $block-cursor-text-style;
    }
    & > .record-table--cursor-blurred {
        color: $block-cursor-blurred-foreground;
        background: $block-cursor-blurred-background;
        text-style: $block-cursor-blurred-text-style;
    }
    & > .record-table--mark { color: $text-accent; text-style: bold; }
    & > .record-table--flag { color: $text-warning; text-style: bold; }
    & > .record-table--dim { color: $text-muted; }
    & > .record-table--empty { color: $text-muted; }
    &:ansi > .record-table--header { color: ansi_default; background: ansi_default; text-style: bold underline; }
    &:ansi > .record-table--dim { text-style: dim; }
    &:ansi > .record-table--cursor { color: ansi_default; background: ansi_default; text-style: bold reverse; }
    &:nocolor > .record-table--header { text-style: bold underline; }
    &:nocolor > .record-table--cursor { color: $foreground; background: transparent; text-style: bold reverse; }
    &:nocolor > .record-table--cursor-blurred { background: transparent; text-style: bold; }
}
"""
"""Where there are no colours, the cursor is told by reverse and its glyph, the header by its underline."""


def palette_of(widget: Widget) -> Palette:
    """Resolve a table's styles as they are now.

    Args:
        widget: A widget that has the component classes of a table.
    """

    def component(name: str, *, partial: bool = False) -> Style:
        style = widget.get_visual_style(name, partial=partial)
        # get_visual_style drops "reverse", the one way to show a cursor without colours.
        return style + Style(reverse=True) if widget.get_component_styles(name).text_style.reverse else style

    def parse(style: str) -> Style:
        return component(style[1:], partial=True) if style.startswith(".") else Style.parse(style)

    return Palette({"": widget.visual_style} | {name: component(name) for name in sorted(COMPONENTS)}, parse)
