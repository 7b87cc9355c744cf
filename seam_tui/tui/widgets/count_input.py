"""A box for a number that lets every other key pass."""

from __future__ import annotations

from textual import events
from textual.actions import SkipAction
from textual.widgets import Input


class CountInput(Input):
    """A box for a number; letters pass through it to the keys of the screen."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Only digits are typed here."""
        return character is not None and character.isdecimal()

    def action_home(self, select: bool = False) -> None:
        """A number is short: the key is the list's."""
        raise SkipAction

    def action_end(self, select: bool = False) -> None:
        """A number is short: the key is the list's."""
        raise SkipAction

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not (event.character or "").isdecimal():
            event.prevent_default()  # keeps the box from taking it; the screen's keys still get it
