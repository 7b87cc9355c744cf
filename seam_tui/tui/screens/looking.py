"""Waits for what one code belongs to, where that takes a while."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from seam_tui.tui.screens.dialog import Dialog, words


class LookingScreen(Dialog[Literal["done", "skip"] | None]):
    """Waits for the access grant of one code, where that takes a while.

    Args:
        title: The code.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "skip", "Go on without it", show=False, id="looking.skip"),
    ]

    def __init__(self, title: str) -> None:
        super().__init__("Looking up the access grant")
        self._about = title

    def compose_body(self) -> ComposeResult:
        """What is looked up and why."""
        why = "A code that belongs to a grant is changed through it: the grant puts its own state back."
        yield words(f"{self._about}: {why}", classes="words")
        yield words(f"{self.key_label('looking.skip')} goes on without it · Esc leaves", id="keys")

    def found(self) -> None:
        """The grant is known."""
        self.dismiss("done")

    def action_skip(self) -> None:
        """Do not wait any longer."""
        self.dismiss("skip")
