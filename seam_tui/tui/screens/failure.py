"""Says that something of the app's own has failed, what that means for one's work, and what to do (UX rule 13)."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from seam_tui.domain.crash_log import log_words
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.screens.dialog import Dialog, words


class FailureScreen(Dialog[None]):
    """A failure that the app goes on after; it comes unasked, so no letter and no early Enter takes it away.

    Args:
        where: What failed, in words of our own code.
        name: The exception's class.
        log: The scrubbed log; None when it could not be written.
        times: How often this has failed by now.
    """

    AUTO_FOCUS = "#close"

    def __init__(self, where: str, name: str, log: Path | None, times: int = 1) -> None:
        super().__init__("Something in seam-tui failed unexpectedly")
        again = f", {times} times by now" if times > 1 else ""
        self._what = f"It goes on. What failed: {where} ({name}){again}."
        self._log = log
        self._more = 0

    def compose_body(self) -> ComposeResult:
        """What failed, what was sent, what to do, where the details are."""
        keymap = keymap_of(self.app)
        history, reload = keymap.label("run.history"), keymap.label("app.reload")
        yield words(self._what, classes="words")
        yield words(
            f"It has sent nothing to Seam. What you had sent before goes on, and stands in the history ({history}).",
            classes="words",
        )
        yield words(
            f"What is shown may be incomplete: {reload} reads everything again. If this comes back, report it with "
            "its details.",
            classes="words",
        )
        yield words(log_words(self._log), classes="words")
        yield words("", id="more", classes="words")
        with Horizontal(id="buttons"):
            yield Button("Leave seam-tui", id="quit")
            yield Button("Close", id="close")

    def on_mount(self) -> None:
        """Let a moment pass before a key counts: it was meant for what lies beneath."""
        self._say_more()
        self.let_a_moment_pass()

    def count_one_more(self) -> None:
        """Another failure, while this one is shown."""
        self._more += 1
        if self.is_mounted:
            self._say_more()

    def _say_more(self) -> None:
        more = "" if not self._more else f"And {self._more} more since: the log folder has the details of each."
        for text in self.query("#more").results(Static):
            text.update(Content(more))
            text.display = bool(more)

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go on, or leave the app in order."""
        event.stop()
        if not self.takes_a_yes:
            return
        if event.button.id == "quit":
            await self.app.action_quit()
        else:
            self.dismiss(None)
