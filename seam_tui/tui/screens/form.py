"""Asks for values: a few fields, checked while they are typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from seam_tui.domain.veil import VEIL
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.dialog import Dialog, words
from seam_tui.tui.uncovered import REVEALED, Uncovered

T = TypeVar("T")
STAYS_HIDDEN: Final = "What is typed stays hidden in share mode."
_TICK: Final = 0.25
"""Seconds between looks whether the time to show a secret is up."""
NAMES_HIDDEN: Final = "Names are hidden in share mode; the typed name is what is sent."


@dataclass(frozen=True, slots=True)
class Field:
    """One box to type in."""

    key: str
    label: str
    value: str = ""
    placeholder: str = ""
    is_secret: bool = False
    """Dots, by Ctrl+T for 10 s text: for PINs, and for names of guests in share mode, which keeps the dots."""


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What became of the typed text."""

    values: T
    problems: tuple[str, ...] = ()
    """Why it can't be sent."""
    warnings: tuple[str, ...] = ()
    """What may still go wrong."""


Check = Callable[[dict[str, str]], Checked[T]]


class FormScreen(Dialog[T], Generic[T]):
    """Fields with a check; Enter in the last field goes on when nothing is wrong.

    Args:
        title: What is changed.
        about: Sentences about the rules that apply.
        fields: What is typed.
        check: Reads the fields; called at every change.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "toggle_secret", "Show or hide", show=False, priority=True, id="form.toggle_secret"),
        Binding("ctrl+s", "submit", "Go on", show=False, priority=True, id="form.submit"),
    ]

    def __init__(self, title: str, about: tuple[str, ...], fields: tuple[Field, ...], check: Check[T]) -> None:
        super().__init__(title)
        self._about = about
        self._fields = fields
        self._check = check
        self._touched = False
        self._hiding: Timer | None = None
        """Looks whether the time is up to show what is secret; None while that is hidden."""

    def compose_body(self) -> ComposeResult:
        """Rules, fields, problems, keys."""
        for sentence in self._about:
            yield words(sentence, classes="words")
        for field in self._fields:
            yield words(field.label, classes="label", id=f"label-{field.key}")
            yield Input(field.value, placeholder=field.placeholder, password=field.is_secret, id=f"field-{field.key}")
        yield words("", id="problems")
        has_secret = any(field.is_secret for field in self._fields) and not VEIL.is_drawn
        shows = f" · {self.key_label('form.toggle_secret')} shows it for 10 s, or hides it" if has_secret else ""
        yield words(f"Enter goes on · Esc leaves{shows}", id="keys")

    @property
    def checked(self) -> Checked[T]:
        """The fields as they are now, checked."""
        return self._check({field.key: self._input(field).value for field in self._fields})

    def _input(self, field: Field) -> Input:
        return self.query_one(f"#field-{field.key}", Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check while typing, once something was typed."""
        event.stop()
        typed = any(self._input(field).value != field.value for field in self._fields)
        self._touched = self._touched or typed
        if self._touched:
            self._show(self.checked)

    def _show(self, checked: Checked[T]) -> None:
        text = Content("\n").join(
            [
                *(Content(f"✖ {problem}") for problem in checked.problems),
                *(Content.styled(f"▲ {warning}", "$text-warning") for warning in checked.warnings),
            ]
        )
        self.query_one("#problems", Static).update(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the next field, or on."""
        event.stop()
        inputs = [self._input(field) for field in self._fields]
        index = inputs.index(event.input)
        if index + 1 < len(inputs):
            inputs[index + 1].focus()
        else:
            self.action_submit()

    def action_submit(self) -> None:
        """Go on with what was typed, unless something is wrong with it."""
        checked = self.checked
        self._touched = True
        self._show(checked)
        if not checked.problems:
            self.dismiss(checked.values)

    def cover_secrets(self) -> None:
        """Show dots for what is secret: the time to show it is up, or a picture of the screen is taken."""
        self._show_secrets(shown=False)

    def action_toggle_secret(self) -> None:
        """Show what is typed into secret fields for 10 s, or hide it; in share mode it stays hidden."""
        if VEIL.is_drawn:
            self.query_one("#problems", Static).update(Content(STAYS_HIDDEN))
            return
        self._show_secrets(shown=self._hiding is None)

    def _show_secrets(self, *, shown: bool) -> None:
        """Show or hide what is secret; while it is shown, a badge says so and its time runs (UX rule 12)."""
        secrets = [field for field in self._fields if field.is_secret]
        for field in secrets:
            self._input(field).password = not shown
            badge = Content.assemble("  ", REVEALED) if shown else Content("")
            self.query_one(f"#label-{field.key}", Static).update(Content(field.label) + badge)
        if self._hiding is not None:
            self._hiding.stop()
            self._hiding = None
        if shown and secrets:
            launch: Launch = self.app.launch  # type: ignore[attr-defined]  # forms are opened by our own app alone
            uncovered = Uncovered(launch.clock)
            uncovered.reveal("what is typed")
            self._hiding = self.set_interval(_TICK, partial(self._hide_overdue, uncovered))

    def _hide_overdue(self, uncovered: Uncovered) -> None:
        if uncovered.hide_overdue():
            self.cover_secrets()
