"""Showing and copying a PIN on purpose, for a while (UX rule 12)."""

from __future__ import annotations

from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import Clock
from seam_tui.tui.large import LargeScreen
from seam_tui.tui.uncovered import Uncovered
from seam_tui.tui.widgets.bars import SayLine

_SHOWN: Final = "The PIN is shown for 10 s."


class PinScreen(LargeScreen):
    """A screen that may show one PIN at a time.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.uncovered = Uncovered(clock)

    def code_of(self, access_code_id: str) -> AccessCode | None:
        """The code of an id, as far as it is loaded."""
        raise NotImplementedError

    def say(self, text: str, *, error: bool = False) -> None:
        """Say one sentence on the line above the keys."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Draw the detail anew."""
        raise NotImplementedError

    def reveal_pin(self, access_code_id: str) -> None:
        """Show the PIN in the detail, with a badge, for 10 seconds; the key again hides it."""
        if self.uncovered.is_revealed(access_code_id):
            self.cover_secrets()
            return
        self.uncovered.reveal(access_code_id)
        self.say(_SHOWN)
        self.show_detail()

    def copy_pin(self, access_code_id: str) -> None:
        """Put the PIN on the clipboard for 30 seconds."""
        code = self.code_of(access_code_id)
        if code is None or code.pin is None:
            return
        self.app.copy_to_clipboard(code.pin.reveal())
        self.uncovered.copied(code.pin)
        self.say("The PIN is on the clipboard for 30 s.")

    def cover_overdue(self) -> None:
        """Hide a PIN, and clear the clipboard of one, when its time is up."""
        if self.uncovered.hide_overdue():
            self._say_no_more()
        if self.uncovered.clear_clipboard_overdue(self.app.clipboard):
            self.app.copy_to_clipboard("")
            self.say("The clipboard was cleared.")

    def cover_secrets(self) -> None:
        """Show no PIN, and do not say that one is shown: a picture of the screen is taken."""
        self.uncovered.hide()
        self._say_no_more()
        self.show_detail()

    def _say_no_more(self) -> None:
        for line in self.query(SayLine):
            if line.text == _SHOWN:
                line.say("")

    def uncover_nothing(self) -> None:
        """Leave no PIN behind on the clipboard."""
        if self.uncovered.clear_clipboard(self.app.clipboard):
            self.app.copy_to_clipboard("")
