"""The command palette's entries, from the one registry (UX rule 22)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import SystemCommand

from seam_tui.operations.operation import why_disabled
from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.performing import PerformingScreen


def commands(screen: PerformingScreen) -> Iterable[SystemCommand]:
    """Every action and every move, with the key, and with the reason where it can't be used now."""
    subject, now, keymap = screen.subject(), screen.now(), keymap_of(screen.app)
    for action_id, bound in BOUND.items():
        reason = why_disabled(action_id, subject, now, read_only=screen.session.read_only)
        told = bound.action.summary if reason is None else f"Not now: {reason}"
        title = f"{bound.action.label} ({keymap.label(bound)})"
        yield SystemCommand(title, told, partial(screen.perform, action_id))
    for move in (*NAVIGATION, *EVERYWHERE):
        run = partial(screen.run_action, move.action)
        yield SystemCommand(f"{move.description} ({keymap.label(move)})", move.group, run)
