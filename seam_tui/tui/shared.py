"""The panes while others may be watching: drawn anew when share mode is switched, and no PIN is shown without a yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual import work

from seam_tui.domain.veil import VEIL
from seam_tui.tui.next_error import NextErrorScreen
from seam_tui.tui.widgets.bars import SayLine

_OTHERS_WATCH: Final = "Share mode is on: others may be watching this screen."


class SharedScreen(NextErrorScreen):
    """A screen that may be shared."""

    def show_anew(self, said: str) -> None:
        """Draw everything as it may be shown now that share mode was switched; each cursor stays on its row (UX 1).

        Args:
            said: What is said of it.
        """
        self.uncovered.hide()
        self.query_one(SayLine).say("")
        self.board.order_names_anew()
        self.ask_filter_anew()
        for table in (self.codes, self.devices):
            table.refresh_all()
        self.draw_strip()
        self.draw_sorted(self.codes, self.devices)
        self.query_one(SayLine).add(said)

    def reveal_pin(self, access_code_id: str) -> None:
        """Show the PIN; in share mode after a question."""
        if VEIL.is_drawn and not self.uncovered.is_revealed(access_code_id):
            self._ask_first("Show this PIN for 10 s?", super().reveal_pin, access_code_id)
        else:
            super().reveal_pin(access_code_id)

    def copy_pin(self, access_code_id: str) -> None:
        """Copy the PIN; in share mode after a question."""
        if VEIL.is_drawn:
            self._ask_first("Copy this PIN for 30 s?", super().copy_pin, access_code_id)
        else:
            super().copy_pin(access_code_id)

    @work(group="dialog", exit_on_error=False)
    async def _ask_first(self, question: str, uncover: Callable[[str], None], access_code_id: str) -> None:
        if await self.ask(question, _OTHERS_WATCH) and not VEIL.is_fixed:
            uncover(access_code_id)
