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
_STAYS: Final = 9
"""Weight of a part that is never left out."""


class RunStrip(Static):
    """A line while a run is under way, and no line otherwise. It has no timer: it shows what it is told."""

    DEFAULT_CSS = """
    RunStrip { height: 1; background: $panel; color: $text-accent; padding: 0 1; display: none; }
    RunStrip.-halted { text-style: bold; color: $text-warning; }
    """

    text: str = ""
    """What it says now; nothing while it is hidden."""
    _parts: tuple[tuple[str, int], ...] = ()

    def show(
        self,
        doing: str,
        progress: Progress,
        *,
        rate: float | None = None,
        waits_for: str = "",
        paused: bool = False,
        cancelled: bool = False,
        pause_key: str = PAUSE_KEY,
        stop_key: str = STOP_KEY,
    ) -> None:
        """Say how far a run has come.

        Args:
            doing: What it does, such as `Deleting`.
            progress: How far it has come; its `seconds_left` count from now.
            rate: Codes per minute of late; None while it is too early to say.
            waits_for: What a step waits for, in a sentence.
            paused: Whether nothing more is sent for now.
            cancelled: Whether nothing more is sent at all, and what is under way ends.
            pause_key: The key that pauses and goes on.
            stop_key: The key that stops.
        """
        # Each part with its weight: the lightest goes first where not all of them fit.
        if cancelled:
            parts = [(f"{doing}: stopping", _STAYS), (progress.words, _STAYS), ("what is under way ends", _STAYS)]
        elif paused:
            parts = [
                (f"{doing}: PAUSED", _STAYS),
                (progress.words, _STAYS),
                (f"{pause_key} goes on", _STAYS),
                (f"{stop_key} stop", _STAYS),
            ]
        else:
            left = f"about {duration(progress.seconds_left)} left" if progress.seconds_left >= 1 else ""
            speed = f"{rate:.0f} a minute" if rate is not None and rate >= 1 else ""
            keys = [(f"{pause_key} pause", _STAYS), (f"{stop_key} stop", _STAYS)]
            parts = [(doing, _STAYS), (progress.words, _STAYS), (left, 2), (speed, 1), *keys, (waits_for, 3)]
        self._parts = tuple(part for part in parts if part[0])
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
        while room and cell_len(" · ".join(text for text, _ in parts)) > room:
            lightest = min(parts, key=lambda part: part[1])
            if lightest[1] == _STAYS:
                break
            parts.remove(lightest)
        text = " · ".join(text for text, _ in parts)
        if text != self.text:
            self.text = text
            self.update(Content(text))
