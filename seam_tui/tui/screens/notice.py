"""Shows something to read or copy: the address of a Connect Webview, the keys, the way to set a key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button

from seam_tui.tui.actions import BOUND, NAVIGATION
from seam_tui.tui.screens.dialog import Dialog, words


class NoticeScreen(Dialog[None]):
    """A text with one button that closes it, and one that copies what is worth copying.

    Args:
        title: What it is about.
        lines: The text.
        to_copy: What `c` puts on the clipboard; never a secret.
    """

    AUTO_FOCUS = "#close"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", "Copy", show=False, id="notice.copy")]

    def __init__(self, title: str, lines: Iterable[str | Content], to_copy: str = "") -> None:
        super().__init__(title)
        self._lines = tuple(lines)
        self._to_copy = to_copy

    def compose_body(self) -> ComposeResult:
        """The text and its buttons."""
        with VerticalScroll(id="text", can_focus=True):
            for line in self._lines:
                yield words(line, classes="words")
        with Horizontal(id="buttons"):
            if self._to_copy:
                yield Button("Copy (c)", id="copy")
            yield Button("Close", id="close")

    def action_copy(self) -> None:
        """Copy, and say so on the button."""
        if self._to_copy:
            self.app.copy_to_clipboard(self._to_copy)
            self.query_one("#copy", Button).label = "Copied"

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Copy or close."""
        event.stop()
        if event.button.id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)


def help_lines() -> list[Content]:
    """Every key with what it does, from the one registry (UX rule 22)."""
    lines: list[Content] = []
    groups: dict[str, list[tuple[str, str]]] = {}
    for bound in BOUND.values():
        groups.setdefault(bound.group, []).append((bound.key_label, f"{bound.action.label}: {bound.action.summary}"))
    groups["Moving about"] = [
        ("Tab", "Go to the next pane"),
        ("←  →", "In the detail: choose a button; Enter presses it"),
        *((move.key_label, move.description) for move in NAVIGATION),
    ]
    for group, keys in groups.items():
        lines.append(Content.styled(f"\n{group}" if lines else group, "bold"))
        lines.extend(Content.assemble((f"  {key:<8}", "bold $text-primary"), what) for key, what in keys)
    return lines
