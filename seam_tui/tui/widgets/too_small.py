"""Says that the terminal is too small, over everything else, while it is."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from seam_tui.tui.terminal_limits import LEAST_SIZE


class TooSmall(Widget):
    """Covers the screen in a window in which nothing could be read; the stylesheet of the screen shows it."""

    DEFAULT_CSS = """
    TooSmall { layer: cover; width: 100%; height: 100%; background: $background; padding: 0 1; display: none; }
    """

    def render(self) -> RenderResult:
        """What there is, what is needed, and the way there."""
        columns, lines = LEAST_SIZE
        return Content(
            f"Too small: {self.app.size.width} columns, {self.app.size.height} lines. "
            f"Make the window at least {columns} by {lines}, or its letters smaller. q leaves."
        )
