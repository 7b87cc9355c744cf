"""The command palette's entries, from the one registry (UX rule 22)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider

from seam_tui.operations.operation import why_disabled
from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.performing import PerformingScreen

_NOT_NOW: Final = "Not now: "
_LEAST_SCORE: Final = 0.001
"""Below the score of anything that Textual's matcher finds."""


def commands(screen: PerformingScreen) -> Iterable[SystemCommand]:
    """Every action and every move with its key: first what can be done now, then the rest with the reason why not."""
    subject, now, keymap = screen.subject(), screen.now(), keymap_of(screen.app)
    refused: list[SystemCommand] = []
    for action_id, bound in BOUND.items():
        reason = why_disabled(action_id, subject, now, read_only=screen.session.read_only)
        title = f"{bound.action.label} ({keymap.label(bound)})"
        run = partial(screen.perform, action_id)
        if reason is None:
            yield SystemCommand(title, bound.action.summary, run)
        else:
            refused.append(SystemCommand(title, f"{_NOT_NOW}{reason}", run))
    for move in (*NAVIGATION, *EVERYWHERE):
        yield SystemCommand(
            f"{move.description} ({keymap.label(move)})", move.group, partial(screen.run_action, move.action)
        )
    yield from refused


class PaletteCommands(Provider):
    """Offers what there is in its own order; what can be done now comes before what cannot, also among what is found.

    Textual's own provider orders by the alphabet.
    """

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for title, told, run, _ in self._in_order():
            yield DiscoveryHit(title, run, help=told)

    async def search(self, query: str) -> Hits:
        """Offer what matches, what cannot be done now with a score below all that can."""
        matcher = self.matcher(query)
        for title, told, run, _ in self._in_order():
            score = matcher.match(title)
            if score > 0:
                found = score if not told.startswith(_NOT_NOW) else score / (score + 1) * _LEAST_SCORE
                yield Hit(found, matcher.highlight(title), run, help=told)

    def _in_order(self) -> list[SystemCommand]:
        offered = self.app.get_system_commands(self.screen)
        return sorted(offered, key=lambda command: command.help.startswith(_NOT_NOW))
