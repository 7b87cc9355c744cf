"""Asks what to do with a run that was cut off: finish it, stop it, or leave it for later."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from seam_tui.tui.screens.dialog import Dialog, words

Choice = Literal["finish", "stop"]


class ResumeScreen(Dialog[Choice | None]):
    """One question; Escape and Enter leave the run as it is.

    Args:
        lines: What is known of the run.
        can_finish: Whether all that was to be done is known; otherwise it can only be stopped.
    """

    AUTO_FOCUS = "#later"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "choose('finish')", "Finish it", show=False, id="resume.finish"),
        Binding("s", "choose('stop')", "Stop it", show=False, id="resume.stop"),
    ]

    def __init__(self, lines: tuple[str, ...], *, can_finish: bool) -> None:
        super().__init__("A run was cut off")
        self._lines = lines
        self._can_finish = can_finish

    def compose_body(self) -> ComposeResult:
        """What is known, what each answer does, and the buttons."""
        for line in self._lines:
            yield words(line, classes="words")
        if self._can_finish:
            yield words("Finish it shows what is left before anything is sent.", classes="words")
        yield words("Stop it leaves its codes as they are now, and does not ask again.", classes="words")
        with Horizontal(id="buttons"):
            yield Button("Later (Esc)", id="later")
            yield Button("Stop it …", id="stop", disabled=True)
            if self._can_finish:
                yield Button("Finish it …", id="finish", variant="primary", disabled=True)

    def on_mount(self) -> None:
        """Let the moment pass in which a key was not meant for this question."""
        self.let_a_moment_pass()

    def _take_a_yes(self) -> None:
        super()._take_a_yes()
        for button in self.query("#stop, #finish").results(Button):
            button.disabled = False
            button.label = (
                f"Stop it ({self.key_label('resume.stop')})"
                if button.id == "stop"
                else f"Finish it ({self.key_label('resume.finish')})"
            )

    def action_choose(self, choice: Choice) -> None:
        """Answer with a letter, once the moment is over."""
        if self.takes_a_yes and (choice == "stop" or self._can_finish):
            self.dismiss(choice)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with a press."""
        event.stop()
        match event.button.id:
            case "finish" | "stop" as choice:
                self.action_choose(choice)
            case _:
                self.dismiss(None)
