"""Shows something to read or copy: the address of a Connect Webview, the keys, the way to set a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION, PALETTE
from seam_tui.tui.key_names import key_label
from seam_tui.tui.keymap import DEFAULT_KEYS, Keyed, Keymap
from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Heading, Paragraph


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
        """Copy, and say so on the button."""
        if self._address:
            self.app.copy_to_clipboard(self._address)
            self.query_one("#copy", Button).label = "Copied"

    def action_open(self) -> None:
        """Open the address in a browser."""
        if self._address:
            self.app.open_url(self._address)

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


def help_text(keymap: Keymap = DEFAULT_KEYS) -> list[Block]:
    """Every key with what it does, from the one registry (UX rule 22).

    Args:
        keymap: The keys in force.
    """
    groups: dict[str, list[tuple[str, Content]]] = {}
    for bound in BOUND.values():
        meaning = Content.assemble((bound.action.label, "bold"), f". {bound.action.summary}")
        groups.setdefault(bound.group, []).append((_keys(bound, keymap), meaning))
    groups["Moving about"] = [
        ("Tab", Content("Go to the next pane")),
        ("Enter", Content("Go one level deeper: from a lock to its codes, from a code to its buttons")),
        (_keys(PALETTE, keymap), Content(PALETTE.description)),
        ("← →", Content("In the detail: choose a button; Enter presses it")),
        *((_keys(move, keymap), Content(move.description)) for move in (*NAVIGATION, *EVERYWHERE)),
    ]
    text: list[Block] = []
    for group, keys in groups.items():
        text.append(Heading(Content.styled(group, "bold $text-accent")))
        text.extend(Paragraph(what, indent=1, lead=f"{key:<8}", lead_style="bold $text-primary") for key, what in keys)
    text.append(Paragraph(Content("Any key can be another one: seam-tui config sample shows how.")))
    return text


def _keys(bound: Keyed, keymap: Keymap) -> str:
    return " ".join(key_label(key) for key in keymap.keys(bound))
