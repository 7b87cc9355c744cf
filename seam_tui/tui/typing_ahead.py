"""Keys that come faster than the app acts on them are each taken where the one before has led.

Textual forwards a key to what has the focus as it arrives, but does what a binding says only once the key has gone up
to the app, and moves the focus later still. Of `/anna`, arriving at once (a paste into a terminal, a slow line, quick
fingers), all five keys would reach the list: `/` opens the filter, and the name is taken for commands.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from textual import events
from textual.app import App, ReturnType
from textual.message_pump import MessagePump
from textual.timer import Timer

MOST_SECONDS: Final = 1.0
"""Seconds that a key waits for the one before: what takes longer waits for something other than the app."""


def keys_taken_by(app: App[Any]) -> int:
    """Keys and pastes that an app has taken so far: a screen does not hear of those that one of its fields takes."""
    return app.keys_taken if isinstance(app, TypingAheadApp) else 0


class TypingAheadApp(App[ReturnType]):
    """An app that takes the next key once the last one has opened what it opens, and the focus is there."""

    def __init__(self) -> None:
        super().__init__()
        self._held_keys: deque[events.Key | events.Paste] = deque()
        self._key_under_way = 0
        """The number of the key that is under way; 0 while none is."""
        self.keys_taken = 0
        """Keys and pastes so far, wherever they went."""
        self._patience: Timer | None = None

    async def on_event(self, event: events.Event) -> None:
        """Hold what is typed while a key is under way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._key_under_way:
            self._held_keys.append(event)
            self._be_patient()
        else:
            await self._take(event)

    async def _take(self, event: events.Key | events.Paste) -> None:
        self.keys_taken += 1
        number = self._key_under_way = self.keys_taken
        pump: MessagePump = self.focused or self.screen
        await super().on_event(event)
        self._follow(pump, number)

    def _follow(self, pump: MessagePump | None, number: int) -> None:
        """Go the key's way, behind it: messages of a widget are handled in their order."""
        while pump is not None and pump is not self:
            if pump.call_later(self._follow, pump._parent, number):
                return
            pump = pump._parent  # it is closing, and the key did not go there either
        self._look_behind(number)

    def _look_behind(self, number: int) -> None:
        """Wait for what the key has opened: first for the app's own errands, then for the screen and its focus."""
        self.call_later(lambda: self.screen.call_later(self.call_later, self._arrive, number))

    async def _arrive(self, number: int) -> None:
        if number == self._key_under_way:
            await self._take_next()

    async def _take_next(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        self._key_under_way = 0
        if self._held_keys:
            following = self._held_keys.popleft()
            self._be_patient()
            await self._take(following)

    def _be_patient(self) -> None:
        """Wait for the key that is under way, but not for ever, as long as others are held."""
        if self._held_keys and self._patience is None:
            self._patience = self.set_timer(MOST_SECONDS, self._take_next, name="patience with a key")
