"""Which PIN is shown or on the clipboard just now, and until when (UX rule 12)."""

from __future__ import annotations

from typing import Final

from seam_tui.domain.clock import Clock

REVEALED_FOR: Final = 10.0
"""Seconds that a PIN is shown."""
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
        self._clipboard_until: float | None = None

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

    def copied(self) -> None:
        """A PIN was put on the clipboard just now."""
        self._clipboard_until = self._clock.monotonic() + ON_CLIPBOARD_FOR

    def clear_clipboard_overdue(self) -> bool:
        """Whether the clipboard must be cleared now, because its time is up."""
        if self._clipboard_until is None or self._clock.monotonic() < self._clipboard_until:
            return False
        return self.clear_clipboard()

    def clear_clipboard(self) -> bool:
        """Whether a PIN was on the clipboard; from now on none is."""
        was_there = self._clipboard_until is not None
        self._clipboard_until = None
        return was_there
