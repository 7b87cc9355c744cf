"""A scroll view in which nothing glides: every scroll is one frame, so a held key never runs behind."""

from __future__ import annotations

from math import ceil

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollDown, ScrollTo, ScrollUp
from textual.widget import Widget

from seam_tui.tui.surviving import Guarded


class StillScrollView(Guarded, ScrollView):
    """A line-API view without animation, whose height can change without laying out the screen."""

    def fit_scrollbar(self, lines: int) -> None:
        """Tell the scrollbar how many lines there are.

        The reactive `virtual_size` would lay out and repaint everything for every page of a load; only the appearing
        or vanishing of the scrollbar needs that, and `_scroll_update` sees to it.

        Args:
            lines: The height of everything that could be scrolled to.
        """
        size = Size(0, lines)
        if self.styles.is_auto_height:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
        self._scroll_update(size)

    def _scroll_update(self, virtual_size: Size) -> None:
        """As Textual's; but the scrollbar is drawn anew only if it will look otherwise."""
        self._refresh_scrollbars()
        if self.show_vertical_scrollbar:
            bar, before = self.vertical_scrollbar, self._handle
            bar.set_reactive(ScrollBar.window_virtual_size, virtual_size.height)
            bar.set_reactive(ScrollBar.window_size, self.container_size.height)
            if self._handle != before:
                bar.refresh()
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def scroll_top_to(self, line: int) -> None:
        """Make a line the first one in view, as far as there are lines below it."""
        self.scroll_to(y=max(0, line), animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint at a scroll, and the scrollbar only if its handle is seen to move.

        Drawing the scrollbar costs as much as drawing the rows, and among 100,000 rows a page moves its handle by a
        fiftieth of a cell.
        """
        if self.show_vertical_scrollbar:
            bar, before = self.vertical_scrollbar, self._handle
            bar.set_reactive(ScrollBar.position, new_value)
            if self._handle != before:
                bar.refresh()
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)

    @property
    def _handle(self) -> tuple[int, int] | None:
        """Where the scrollbar's handle begins and ends, in the eighths of a cell that it can show; None for no handle.

        As `ScrollBarRender.render_bar` of textual 8.2.8 reckons it.
        """
        bar = self.vertical_scrollbar
        height, lines, page = bar.size.height, bar.window_virtual_size, bar.window_size
        if not height or page <= 0 or lines <= page:
            return None
        parts = len(bar.renderer.VERTICAL_BARS)
        length = max(1.0, page * height / lines)
        start = int((height - length) * bar.position / (lines - page) * parts)
        return start, start + ceil(length * parts)

    def on_scroll_up(self, event: ScrollUp) -> None:
        """Jump a page at a click above the scrollbar's handle."""
        self.scroll_page_up(animate=False)
        event.prevent_default().stop()

    def on_scroll_down(self, event: ScrollDown) -> None:
        """Jump a page at a click below the scrollbar's handle."""
        self.scroll_page_down(animate=False)
        event.prevent_default().stop()

    def on_scroll_to(self, event: ScrollTo) -> None:
        """Follow the scrollbar's handle at once."""
        self.scroll_to(y=event.y, animate=False)
        event.prevent_default().stop()
