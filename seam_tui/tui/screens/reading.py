"""Waits for codes that are read again before something is done with them, where that takes a while."""

from __future__ import annotations

from typing import Literal

from textual.app import ComposeResult

from seam_tui.tui.screens.dialog import Dialog, words


class ReadingScreen(Dialog[Literal["done"] | None]):
    """Waits for codes that come from the picture of the last run.

    Args:
        count: How many are read.
    """

    def __init__(self, count: int) -> None:
        super().__init__("Reading first")
        self._count = count

    def compose_body(self) -> ComposeResult:
        """What is read and why."""
        which = "This code" if self._count == 1 else f"{self._count:,} codes on these locks"
        comes = "comes" if self._count == 1 else "come"
        why = "nothing is done with a code, or shown of its PIN, before it was read again."
        yield words(f"{which} {comes} from the last run, and {why}", classes="words")
        yield words("Esc leaves", id="keys")

    def finished(self) -> None:
        """All is read that can be."""
        self.dismiss("done")
