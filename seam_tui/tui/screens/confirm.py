"""Asks before something is done, and grows with the harm (UX rules 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.widgets import Button, Input

from seam_tui.domain.action import ACTIONS
from seam_tui.domain.veil import VEIL
from seam_tui.operations.plan import Friction, Plan
from seam_tui.tui.detail import change_words
from seam_tui.tui.screens.dialog import Dialog, words
from seam_tui.tui.screens.form import NAMES_HIDDEN


class AskScreen(Dialog[bool]):
    """A question: y or n, with Cancel focused; Enter never says yes.

    A y counts only after a moment, and any other letter takes the question back: somebody who types a guest's name over
    the list must not delete a code with it ("Andy").

    Args:
        title: The question.
        lines: What to know before answering.
        is_dangerous: Whether it takes something away.
        count: What must be typed instead of y; None where a letter is enough.
    """

    AUTO_FOCUS = "#count, #cancel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False, id="confirm.yes"),
        Binding("n", "leave", "No", show=False, id="confirm.no"),
    ]

    def __init__(
        self, title: str, lines: Iterable[str], *, is_dangerous: bool = False, count: str | None = None
    ) -> None:
        super().__init__(title)
        self.lines = tuple(lines)
        self._count = count
        self._is_dangerous = is_dangerous
        self.set_class(is_dangerous, "-dangerous")

    def compose_body(self) -> ComposeResult:
        """What to know, and the way to say yes."""
        for line in self.lines:
            yield words(line, classes="words")
        if self._count is not None:
            yield words(f"Production, and live now. Type {self._count} and Enter to go on:", classes="words")
            yield Input(id="count", max_length=5)
        with Horizontal(id="buttons"):
            yield Button(f"Cancel ({self.key_label('confirm.no')})", id="cancel")
            if self._count is None:
                label = f"Yes ({self.key_label(self.YES)})"
                yes = Button(label, id="yes", variant="error" if self._is_dangerous else "primary")
                yes.can_focus = False  # so that no Enter can land on it; the letter and the mouse remain
                yield yes

    def on_mount(self) -> None:
        """Let the moment pass in which a key was not meant for this question."""
        self.let_a_moment_pass()

    def on_key(self, event: Key) -> None:
        """Take the question back at any letter that is no answer."""
        answers = {*self.keys_of("confirm.yes"), *self.keys_of("confirm.no"), "space"}
        if self._count is None and event.is_printable and event.key not in answers:
            event.stop()
            self.dismiss(None)

    def action_yes(self) -> None:
        """Say yes with the letter, where a letter is enough and the moment is over."""
        if self._count is None and self.takes_a_yes:
            self.dismiss(True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a click, or Enter on Cancel."""
        event.stop()
        self.dismiss(event.button.id == "yes")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on when the count was typed, and only then."""
        event.stop()
        if event.value.strip() == self._count:
            self.dismiss(True)


def ask_for_plan(plan: Plan, device_title: str, time_zone: str | None) -> AskScreen:
    """The question about one plan: what exactly would be sent.

    Args:
        plan: What was decided; nothing else is sent after a yes.
        device_title: The lock, in words.
        time_zone: The lock's IANA zone, for the times in the differences.
    """
    action = ACTIONS[plan.action_id]
    return AskScreen(
        f"{action.label}?",
        _plan_lines(plan, device_title, time_zone),
        is_dangerous=action.dangerous,
        count=str(len(plan.steps)) if plan.friction is Friction.TYPE_COUNT else None,
    )


def _plan_lines(plan: Plan, device_title: str, time_zone: str | None) -> Iterable[str]:
    for step in plan.steps:
        where = f" on {device_title}" if device_title and device_title != step.title else ""
        managed = " (unmanaged)" if step.code is not None and not step.code.is_managed else ""
        yield f"{step.title}{managed}{where}"
        yield from (f"  {change_words(change, time_zone)}" for change in step.changes)
    names = [name for step in plan.steps for name in step.names]
    if VEIL.is_drawn and any(change.field == "name" for step in plan.steps for change in step.changes):
        yield NAMES_HIDDEN
    yield from (VEIL.text(note, names) for note in plan.notes)
