"""Which PIN is shown or on the clipboard just now, and until when (UX rule 12)."""

from __future__ import annotations

from typing import Final

from seam_tui.domain.clock import Clock
from seam_tui.domain.pin import Pin

REVEALED_FOR: Final = 10.0
"""Seconds that a PIN is shown."""
REVEALED: Final = (" REVEALED ", "bold reverse")
"""The badge beside it, and how it is drawn."""
ON_CLIPBOARD_FOR: Final = 30.0
"""Seconds that a PIN stays on the clipboard, where the terminal lets us clear it."""


class Uncovered:
    """One revealed code at most, and whether a PIN is on the clipboard.

    Args:
        clock: Time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._revealed: tuple[str, float] | None = None
        self._copied: tuple[Pin, float] | None = None

    def reveal(self, access_code_id: str) -> None:
        """Show this code's PIN, and no other's."""
        self._revealed = (access_code_id, self._clock.monotonic() + REVEALED_FOR)

    def hide(self) -> None:
        """Show no PIN."""
        self._revealed = None

    def is_revealed(self, access_code_id: str) -> bool:
        """Whether this code's PIN is shown now."""
        if self._revealed is None:
            return False
        shown, until = self._revealed
        return shown == access_code_id and self._clock.monotonic() < until

    def hide_overdue(self) -> bool:
        """Hide a PIN whose time is up; whether there was one."""
        if self._revealed is None or self._clock.monotonic() < self._revealed[1]:
            return False
        self._revealed = None
        return True

    def copied(self, pin: Pin) -> None:
        """A PIN was put on the clipboard just now."""
        self._copied = (pin, self._clock.monotonic() + ON_CLIPBOARD_FOR)

    def clear_clipboard_overdue(self, clipboard: str) -> bool:
        """Whether the clipboard must be cleared now, because its time is up.

        Args:
            clipboard: What the app put there last.
        """
        if self._copied is None or self._clock.monotonic() < self._copied[1]:
            return False
        return self.clear_clipboard(clipboard)

    def clear_clipboard(self, clipboard: str) -> bool:
        """Whether a PIN is on the clipboard that must be cleared; what was copied after it is left alone."""
        copied, self._copied = self._copied, None
        return copied is not None and copied[0].equals(Pin(clipboard))
