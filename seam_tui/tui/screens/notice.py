"""Shows something to read or copy: the address of a Connect Webview, the help, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph


class NoticeScreen(Dialog[None]):
    """A text to read, and an address to open or copy where there is one.

    Args:
        title: What it is about.
        text: What there is to read; strings are plain text.
        address: A web address that `o` opens and `c` copies.
    """

    AUTO_FOCUS = "#text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", show=False, id="notice.copy"),
        Binding("o", "open", "Open", show=False, id="notice.open"),
    ]

    def __init__(self, title: str, text: Iterable[str | Block], address: str = "") -> None:
        super().__init__(title)
        self._blocks = tuple(Paragraph(Content(block)) if isinstance(block, str) else block for block in text)
        self._address = address

    def compose_body(self) -> ComposeResult:
        """The text and its buttons."""
        yield DetailView(id="text")
        said = Static(id="said", classes="words")
        said.display = False
        yield said
        with Horizontal(id="buttons"):
            if self._address:
                yield Button(f"Open ({self.key_label('notice.open')})", id="open")
                yield Button(f"Copy ({self.key_label('notice.copy')})", id="copy")
            yield Button("Close", id="close")

    def on_mount(self) -> None:
        """Show the text, as high as it is."""
        self.query_one(DetailView).show(self._blocks, keep_place=False)

    def on_resize(self) -> None:
        """Give the text the lines that it needs; a longer one scrolls."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        view = self.query_one(DetailView)
        view.styles.height = max(1, min(len(view.layout_lines), self.size.height - 9))

    def action_copy(self) -> None:
        """Copy, and say so."""
        if self._address:
            self.app.copy_to_clipboard(self._address)
            self._say("The address is on the clipboard.")

    def action_open(self) -> None:
        """Open the address in a browser."""
        if self._address:
            self.app.open_url(self._address)
            self._say("The address was handed to the browser; if none opens, copy it.")

    def _say(self, text: str) -> None:
        said = self.query_one("#said", Static)
        said.update(Content(text))
        said.display = True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a press."""
        event.stop()
        match event.button.id:
            case "open":
                self.action_open()
            case "copy":
                self.action_copy()
            case _:
                self.dismiss(None)
