"""What can be changed on a code, or on the marked ones, in one short list; each leads to where its own key leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.tui.actions import BOUND
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.screens.dialog import Dialog, words
from seam_tui.tui.widgets.cells import one_line


@dataclass(frozen=True, slots=True)
class Choice:
    """One change."""

    action_id: ActionId
    why_not: str | None
    """Why it can't be made now; None when it can."""


class EditScreen(Dialog[ActionId | None]):
    """A list of changes, to choose from by Enter or by key; what can't be made stays, with the reason (UX rule 22).

    Args:
        target: What would be changed, in words.
        choices: The changes, in their order.
    """

    def __init__(self, target: str, choices: Sequence[Choice]) -> None:
        super().__init__("Edit")
        self._target = target
        self._choices = {choice.action_id: choice for choice in choices}

    def compose_body(self) -> ComposeResult:
        """The target, one line or two for each change, and the keys."""
        reasons = {choice.why_not for choice in self._choices.values()}
        common = next(iter(reasons)) if len(reasons) == 1 else None
        yield words(one_line(self._target), classes="words")
        if common is not None:
            yield words(f"Nothing of it can be changed now: {common}", classes="words")
        yield OptionList(*(self._option(choice, says_why=common is None) for choice in self._choices.values()))
        yield words("", id="problems")
        yield words("Enter or its key chooses · Esc leaves", id="keys")

    def _option(self, choice: Choice, *, says_why: bool) -> Option:
        key, label = keymap_of(self.app).label(BOUND[choice.action_id]), ACTIONS[choice.action_id].label
        if choice.why_not is None:
            return Option(Content.assemble((f"{key:>5}  ", "bold"), label), id=choice.action_id.value)
        why = f"\n       {choice.why_not}" if says_why else ""
        return Option(Content(f"{key:>5}  {label}{why}"), id=choice.action_id.value, disabled=True)

    def on_key(self, event: Key) -> None:
        """Choose a change by its own key, or say why it can't be made."""
        for choice in self._choices.values():
            if event.key in keymap_of(self.app).keys(BOUND[choice.action_id]):
                event.stop()
                self._choose(choice)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        self._choose(self._choices[ActionId(event.option.id or "")])

    def _choose(self, choice: Choice) -> None:
        if choice.why_not is None:
            self.dismiss(choice.action_id)
        else:
            said = f"✖ {ACTIONS[choice.action_id].label}: {choice.why_not}"
            self.query_one("#problems", Static).update(Content(said))
