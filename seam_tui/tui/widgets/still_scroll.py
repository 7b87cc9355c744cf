"""A scroll view in which nothing glides: every scroll is one frame, so a held key never runs behind."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.widget import Widget


class StillScrollView(ScrollView):
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

    def scroll_top_to(self, line: int) -> None:
        """Make a line the first one in view, as far as there are lines below it."""
        self.scroll_to(y=max(0, line), animate=False, force=True)

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
