"""The least that an app like ours could be: three panes, a list that is drawn line by line, a cursor, and nothing else.

The floor for the start and for keys: `python -m tests.benchmarks.floor_app ROWS`.
"""

from __future__ import annotations

import gc
import sys
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

_PLAIN, _CURSOR = Style(), Style(reverse=True)


class Rows(ScrollView, can_focus=True):
    """A list of so many rows with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, count: int, widget_id: str) -> None:
        super().__init__(id=widget_id)
        self.count, self.cursor = count, 0

    def on_mount(self) -> None:
        self.virtual_size = Size(60, self.count)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        text = f"guest {row:<20} waiting for the lock      in 3 days" if row < self.count else ""
        strip = Strip([Segment(text, _CURSOR if row == self.cursor else _PLAIN)])
        return strip.adjust_cell_length(self.size.width)

    def action_move(self, step: int) -> None:
        before, self.cursor = self.cursor, max(0, min(self.count - 1, self.cursor + step))
        for row in (before, self.cursor):
            self.refresh(Region(0, row - self.scroll_offset.y, self.size.width, 1))
        top = self.scroll_offset.y
        if not top <= self.cursor < top + self.size.height:
            self.scroll_relative(y=step, animate=False)
        app = self.app
        assert isinstance(app, FloorApp)
        app.tell(self.cursor)


class FloorApp(App[None]):
    """Devices, codes, detail, and a line at the bottom."""

    CSS = """
    Horizontal { height: 1fr; }
    Rows, #detail { border: round white; width: 1fr; height: 1fr; }
    #bottom { height: 1; }
    """
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Rows(100, "devices")
            yield Rows(self.count, "codes")
            yield Static(id="detail", markup=False)
        yield Static("this code: none", id="bottom", markup=False)

    def on_mount(self) -> None:
        for widget_id in ("devices", "codes", "detail"):
            self.query_one(f"#{widget_id}").border_title = widget_id.title()
        self.query_one("#codes").focus()
        gc.collect()
        gc.freeze()  # as ours does: no collection falls between a key and its frame

    def tell(self, row: int) -> None:
        """Show what the cursor stands on."""
        detail = "\n".join(f"Field {number} of guest {row}" for number in range(12))
        self.query_one("#detail", Static).update(detail, layout=False)
        self.query_one("#bottom", Static).update(f"this code: guest {row}", layout=False)


if __name__ == "__main__":
    FloorApp(int(sys.argv[1])).run()
