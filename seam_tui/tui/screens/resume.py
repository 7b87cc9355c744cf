"""Asks what to do with a run that was cut off: finish it, stop it, or leave it for later."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button

from seam_tui.tui.screens.dialog import Dialog, words

Choice = Literal["finish", "stop", "all_later"]


class ResumeScreen(Dialog[Choice | None]):
    """One question; Escape and Enter leave the run as it is.

    Args:
        lines: What is known of the run.
        can_finish: Whether all that was to be done is known; otherwise it can only be stopped.
        number: Which of the runs that were cut off it is, from 1.
        count: How many there are.
    """

    AUTO_FOCUS = "#later"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "choose('finish')", "Finish it", show=False, id="resume.finish"),
        Binding("s", "choose('stop')", "Stop it", show=False, id="resume.stop"),
        Binding("l", "choose('all_later')", "Leave all for later", show=False, id="resume.all_later"),
    ]

    def __init__(self, lines: tuple[str, ...], *, can_finish: bool, number: int = 1, count: int = 1) -> None:
        super().__init__(f"A run was cut off ({number} of {count})" if count > 1 else "A run was cut off")
        self._has_next = number < count
        self._lines = lines
        self._can_finish = can_finish

    def compose_body(self) -> ComposeResult:
        """What is known, what each answer does, and the buttons."""
        for line in self._lines:
            yield words(line, classes="words")
        if self._can_finish:
            yield words("Finish it shows what is left before anything is sent.", classes="words")
        yield words("Stop it leaves its codes as they are now, and does not ask again.", classes="words")
        if self._has_next:
            yield words("Esc leaves it for later, and goes on to the next one.", classes="words")
        with Horizontal(id="buttons"):
            if self._has_next:
                yield Button(f"All later ({self.key_label('resume.all_later')})", id="all_later")
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
        match choice:
            case "all_later":
                may = self._has_next
            case "stop":
                may = self.takes_a_yes
            case "finish":
                may = self.takes_a_yes and self._can_finish
        if may:
            self.dismiss(choice)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Answer with a press."""
        event.stop()
        match event.button.id:
            case "finish" | "stop" | "all_later" as choice:
                self.action_choose(choice)
            case _:
                self.dismiss(None)
