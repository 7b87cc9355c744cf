"""One line that says which work is under way, how far it has come, and how to pause or stop it (UX rule 7)."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seam_tui.operations.control import Progress
from seam_tui.workspace.times import duration

PAUSE_KEY: Final = "P"
STOP_KEY: Final = "X"


class RunStrip(Static):
    """A line while a run is under way, and no line otherwise. It has no timer: it shows what it is told."""

    DEFAULT_CSS = """
    RunStrip { height: 1; background: $panel; color: $text-accent; padding: 0 1; display: none; }
    RunStrip.-halted { text-style: bold; color: $text-warning; }
    """

    text: str = ""
    """What it says now; nothing while it is hidden."""
    _parts: tuple[str, ...] = ()

    def show(
        self,
        doing: str,
        progress: Progress,
        *,
        paused: bool = False,
        cancelled: bool = False,
        pause_key: str = PAUSE_KEY,
        stop_key: str = STOP_KEY,
    ) -> None:
        """Say how far a run has come.

        Args:
            doing: What it does, such as `Deleting`.
            progress: How far it has come; its `seconds_left` count from now.
            paused: Whether nothing more is sent for now.
            cancelled: Whether nothing more is sent at all, and what is under way ends.
            pause_key: The key that pauses and goes on.
            stop_key: The key that stops.
        """
        if cancelled:
            parts = [f"{doing}: stopping", progress.words, "what is under way ends"]
        elif paused:
            parts = [f"{doing}: PAUSED", progress.words, f"{pause_key} goes on", f"{stop_key} stop"]
        else:
            left = f"about {duration(progress.seconds_left)} left" if progress.seconds_left >= 1 else ""
            parts = [doing, progress.words, left, f"{pause_key} pause", f"{stop_key} stop"]
        self._parts = tuple(part for part in parts if part)
        self.set_class(paused or cancelled, "-halted")
        self.display = True
        self._draw()

    def hide(self) -> None:
        """Take no line: nothing is under way."""
        self._parts, self.text = (), ""
        self.display = False

    def on_resize(self) -> None:
        """Say what fits."""
        self._draw()

    def _draw(self) -> None:
        if not self._parts:
            return
        parts, room = list(self._parts), self.content_size.width
        # The time left can be missed, the keys can't.
        while room and len(parts) > 3 and cell_len(" · ".join(parts)) > room:
            del parts[2]
        text = " · ".join(parts)
        if text != self.text:
            self.text = text
            self.update(Content(text))
