"""The detail pane: one document with buttons, drawn line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content, Span
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.style import Style

from seam_tui.tui.widgets.document import Block, Button, Layout, lay_out
from seam_tui.tui.widgets.still_scroll import StillScrollView

LINES_CACHED: Final = 256
"""Lines kept drawn: documents of one kind share headings, steps and buttons."""


class DetailView(StillScrollView, can_focus=True, inherit_bindings=False):
    """Shows a document; left and right choose a button, Enter or a click presses it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_lines(-1)", "Up", show=False, id="detail.up"),
        Binding("down", "scroll_lines(1)", "Down", show=False, id="detail.down"),
        Binding("pageup", "scroll_pages(-1)", "Page up", show=False, id="detail.page_up"),
        Binding("pagedown", "scroll_pages(1)", "Page down", show=False, id="detail.page_down"),
        Binding("home", "scroll_to_top", "First", show=False, id="detail.first"),
        Binding("end", "scroll_to_bottom", "Last", show=False, id="detail.last"),
        Binding("left", "choose(-1)", "Previous button", show=False, id="detail.previous_button"),
        Binding("right", "choose(1)", "Next button", show=False, id="detail.next_button"),
        Binding("enter", "press", "Press the button", show=False, id="detail.press"),
    ]

    DEFAULT_CSS = """
    DetailView { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class ButtonPressed(Message):
        """A button of the document was pressed; a disabled one too, so that its reason can be said."""

        view: DetailView
        button: Button

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's own name for it
        super().__init__(id=id)
        self._blocks: tuple[Block, ...] = ()
        self._layout: Layout = Layout((), ())
        self._layout_width = 0
        self._chosen: int | None = None
        self._reveal_when_shown = False
        self._strips: LRUCache[tuple[int, str, tuple[Span, ...]], Strip] = LRUCache(LINES_CACHED)
        self._base: tuple[Style, RichStyle] | None = None
        """The styles under all text, looked up once for the lines that are drawn together."""

    @property
    def layout_lines(self) -> tuple[str, ...]:
        """The document's lines as plain text, laid out to the width that it has now."""
        self._ensure_layout()
        return tuple(line.plain for line in self._layout.lines)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Every button of the document, from top to bottom."""
        self._ensure_layout()
        return tuple(spot.button for spot in self._layout.spots)

    @property
    def chosen_button(self) -> Button | None:
        """The button that Enter presses."""
        self._ensure_layout()
        if self._chosen is None or self._chosen >= len(self._layout.spots):
            return None
        return self._layout.spots[self._chosen].button

    def show(self, blocks: tuple[Block, ...], *, keep_place: bool) -> None:
        """Show a document.

        Args:
            blocks: The document.
            keep_place: It is a newer version of the one shown: scroll position and chosen button stay.
        """
        if keep_place and blocks == self._blocks:
            return
        chosen = self.chosen_button if keep_place else None
        self._blocks = blocks
        self._chosen = None
        self._lay_out()
        if chosen is not None:
            same = [
                index
                for index, button in enumerate(self.buttons)
                if (button.action_id, button.issue) == (chosen.action_id, chosen.issue)
            ]
            if same:
                self._chosen = same[0]
                self._lay_out()
        if not keep_place:
            self.scroll_top_to(0)

    def _ensure_layout(self) -> None:
        if self._layout_width != self.scrollable_content_region.width:
            self._lay_out()

    def _lay_out(self) -> None:
        self._layout_width = self.scrollable_content_region.width
        before = self._layout.lines
        self._layout = lay_out(self._blocks, self._layout_width - 1, self._chosen if self.has_focus else None)
        self.fit_scrollbar(len(self._layout.lines))
        self._repaint_changed(before)

    def _repaint_changed(self, before: tuple[Content, ...]) -> None:
        """Repaint those lines in view that say something else than before; a scroll repaints all of them itself."""
        top, after = self.scroll_offset.y, self._layout.lines
        for y in range(self.size.height):
            old, new = (lines[top + y] if top + y < len(lines) else None for lines in (before, after))
            same = old is new if old is None or new is None else old.is_same(new)
            if not same:
                self.refresh(Region(0, y, self.size.width, 1))

    def notify_style_update(self) -> None:
        """Draw anew in the new styles."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        """Wrap the text anew; a pane that the focus brought out of hiding has its button in view."""
        self._lay_out()
        if self._reveal_when_shown and self._chosen is not None and self._chosen < len(self._layout.spots):
            self._reveal(self._layout.spots[self._chosen].line)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show which button Enter presses, or none when Enter goes elsewhere."""
        super().watch_has_focus(has_focus)
        if has_focus and self._chosen is None and self.buttons:
            self._chosen = self._first_remedy()
        self._lay_out()
        if has_focus:
            # A pane that was hidden until now gets its width only with the next layout.
            self.call_after_refresh(self._reveal_chosen)

    def _first_remedy(self) -> int:
        """Index of the button that a person most likely came for: the first usable one on an issue's card."""
        remedies = [i for i, button in enumerate(self.buttons) if button.issue is not None and not button.why_disabled]
        return remedies[0] if remedies else 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines, after looking once at what holds for all of them."""
        self._ensure_layout()
        self._base = None
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if self._base is None:
            self._base = self.visual_style, self.rich_style
        style, blank = self._base
        width, line = self._layout_width, y + self.scroll_offset.y
        if line >= len(self._layout.lines):
            return Strip.blank(width, blank)
        content = self._layout.lines[line]
        key = width, content.plain, tuple(content.spans)
        strip = self._strips.get(key)
        if strip is None:
            pieces = content.render(style, end="", parse_style=self._get_style)
            segments = [Segment(text, piece.rich_style) for text, piece in pieces]
            strip = self._strips[key] = Strip(segments).adjust_cell_length(width, blank).apply_style(blank)
        return strip

    def action_scroll_lines(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_top_to(self.scroll_offset.y + lines)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by screens, keeping one line in sight."""
        self.scroll_top_to(self.scroll_offset.y + pages * max(self.scrollable_content_region.height - 1, 1))

    def action_scroll_to_top(self) -> None:
        """Go to the first line."""
        self.scroll_top_to(0)

    def action_scroll_to_bottom(self) -> None:
        """Go to the last line."""
        self.scroll_top_to(len(self._layout.lines))

    def action_choose(self, step: int) -> None:
        """Choose the next or the previous button, and bring it into view."""
        spots = self._layout.spots
        if not spots:
            return
        self._chosen = 0 if self._chosen is None else (self._chosen + step) % len(spots)
        self._lay_out()
        self._reveal(self._layout.spots[self._chosen].line)

    def _reveal_chosen(self) -> None:
        self._ensure_layout()
        if self._chosen is not None and self._chosen < len(self._layout.spots):
            self._reveal(self._layout.spots[self._chosen].line)

    def _reveal(self, line: int) -> None:
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= line < self.scroll_offset.y + height:
            self.scroll_top_to(line - height // 2)

    def action_press(self) -> None:
        """Press the chosen button."""
        if (button := self.chosen_button) is not None:
            self.post_message(self.ButtonPressed(self, button))

    def on_click(self, event: events.Click) -> None:
        """Press the button under the mouse."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        line, column = offset.y + self.scroll_offset.y, offset.x
        for index, spot in enumerate(self._layout.spots):
            if spot.line == line and spot.start <= column < spot.end:
                self._chosen = index
                self._lay_out()
                self.post_message(self.ButtonPressed(self, spot.button))
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without gliding."""
        self.action_scroll_lines(3)
        event.prevent_default().stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll without gliding."""
        self.action_scroll_lines(-3)
        event.prevent_default().stop()
