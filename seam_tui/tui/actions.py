"""Keys and groups of the one action registry: footer, buttons, palette, help and README read them from here.

`domain.action` says what an action is, `operations` what must hold before it; this adds how a person reaches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.binding import Binding

from seam_tui.domain.action import ACTIONS, Action, ActionId
from seam_tui.tui.key_names import key_label


@dataclass(frozen=True, slots=True)
class BoundAction:
    """An action with its key."""

    action: Action
    key: str
    """As Textual names it; the user can rebind it by the action's id."""
    group: str
    short: str
    """One or two words for the footer."""

    @property
    def id(self) -> str:
        """Names it in the config file's table of keys; the same as in the user's own remedies."""
        return self.action.id.value

    @property
    def key_label(self) -> str:
        """The key as a person reads it, while the user has set no other."""
        return key_label(self.key)


CODE_GROUP: Final = "Access code"
DEVICE_GROUP: Final = "Lock"
ACCOUNT_GROUP: Final = "Connected account"
SCREEN_GROUP: Final = "Screen"

_KEYS: Final[tuple[tuple[ActionId, str, str, str], ...]] = (
    (ActionId.PULL_BACKUP, "b", CODE_GROUP, "Backup"),
    (ActionId.CHANGE_PIN, "p", CODE_GROUP, "PIN"),
    (ActionId.GENERATE_PIN, "g", CODE_GROUP, "New PIN"),
    (ActionId.RENAME, "f2", CODE_GROUP, "Rename"),
    (ActionId.CHANGE_TIMES, "t", CODE_GROUP, "Times"),
    (ActionId.DELETE, "d", CODE_GROUP, "Delete"),
    (ActionId.RECREATE, "M", CODE_GROUP, "Re-create"),
    (ActionId.MAKE_ONGOING, "O", CODE_GROUP, "Ongoing"),
    (ActionId.ALLOW_EXTERNAL_MODIFICATION, "E", CODE_GROUP, "Allow ext."),
    (ActionId.FORBID_EXTERNAL_MODIFICATION, "F", CODE_GROUP, "Forbid ext."),
    (ActionId.UNDO, "z", CODE_GROUP, "Undo"),
    (ActionId.SHOW_DUPLICATE, "o", CODE_GROUP, "Duplicate"),
    (ActionId.DELETE_DUPLICATE, "x", CODE_GROUP, "Delete dup."),
    (ActionId.CONVERT_TO_MANAGED, "m", CODE_GROUP, "Manage"),
    (ActionId.REFRESH_CODE, "h", CODE_GROUP, "Refresh"),
    (ActionId.REVEAL_PIN, "v", CODE_GROUP, "Reveal"),
    (ActionId.COPY_PIN, "c", CODE_GROUP, "Copy PIN"),
    (ActionId.COPY_IDS, "C", CODE_GROUP, "Copy ids"),
    (ActionId.OPEN_DOCS, "f1", CODE_GROUP, "Docs"),
    (ActionId.LOCK, "l", DEVICE_GROUP, "Test lock"),
    (ActionId.UNLOCK, "k", DEVICE_GROUP, "Unlock"),
    (ActionId.SHOW_DEVICE_CODES, "s", DEVICE_GROUP, "Its codes"),
    (ActionId.REFRESH_DEVICE, "R", DEVICE_GROUP, "Refresh lock"),
    (ActionId.FREE_SLOTS, "D", DEVICE_GROUP, "Free slots"),
    (ActionId.REPORT_CODE_LENGTHS, "G", DEVICE_GROUP, "Lengths"),
    (ActionId.REPORT_TIME_ZONE, "Z", DEVICE_GROUP, "Time zone"),
    (ActionId.SYNC_ACCOUNT, "Y", ACCOUNT_GROUP, "Sync"),
    (ActionId.RECONNECT_ACCOUNT, "w", ACCOUNT_GROUP, "Reconnect"),
    (ActionId.REFRESH_ACCOUNT, "A", ACCOUNT_GROUP, "Refresh acct"),
)

BOUND: Final[dict[ActionId, BoundAction]] = {
    action_id: BoundAction(ACTIONS[action_id], key, group, short) for action_id, key, group, short in _KEYS
}
"""Every action with its key, in the order in which help and palette list them."""

FOOTER: Final = (
    ActionId.CHANGE_PIN,
    ActionId.DELETE,
    ActionId.PULL_BACKUP,
    ActionId.CHANGE_TIMES,
    ActionId.LOCK,
    ActionId.REVEAL_PIN,
)
"""What the footer names first; help lists the rest."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """A key that moves about or changes what is shown, and sends nothing."""

    key: str
    action: str
    """The Textual action it runs."""
    description: str
    id: str
    group: str = "Moving about"
    """Under which heading help and palette list it."""

    @property
    def key_label(self) -> str:
        """The key as a person reads it, while the user has set no other."""
        return key_label(self.key)


NAVIGATION: Final = (
    Navigation("slash", "filter", "Filter the codes: name, error:code, level:device, starts<24h, !word", "list.filter"),
    Navigation("n", "next_error(1)", "Go to the next code, or lock, with an error", "list.next_error"),
    Navigation("N", "next_error(-1)", "Go to the code, or lock, with an error before this one", "list.previous_error"),
    Navigation("S", "sort", "Sort the list by another column, or turn its order round", "list.sort"),
    Navigation("full_stop", "next_change", "Go to the next code that is new or has just changed", "list.next_change"),
    Navigation("space", "mark", "Mark or unmark this code", "list.mark"),
    Navigation("shift+down", "mark_range(1)", "Mark this code and the next", "list.mark_down"),
    Navigation("shift+up", "mark_range(-1)", "Mark this code and the one before", "list.mark_up"),
    Navigation("a", "mark_all", "Mark every code that the list shows", "list.mark_all"),
    Navigation("i", "mark_invert", "Mark what is unmarked, and the other way round", "list.mark_invert"),
    Navigation("u", "mark_clear", "Take all marks off", "list.mark_clear"),
    Navigation("e", "edit", "Edit: choose what to change on this code, or on the marked ones", "list.edit"),
    Navigation("P", "pause_run", "Pause a run on many codes, or go on with it", "run.pause"),
    Navigation("X", "stop_run", "Stop a run: what is under way ends, nothing more is sent", "run.stop"),
    Navigation("L", "last_result", "Show the last run's result", "run.result"),
    Navigation("H", "history", "Show past runs: undo one, or finish one that was cut off", "run.history"),
    Navigation("r", "reload", "Reload everything from Seam", "app.reload"),
    Navigation("f", "zoom", "Give the focused pane the whole screen, or take it back", "pane.zoom"),
    Navigation("f9", "toggle_large", "Large print for a projector, on or off", "large.toggle", SCREEN_GROUP),
    Navigation("1", "focus_pane('devices')", "Go to the devices", "pane.devices"),
    Navigation("2", "focus_pane('codes')", "Go to the access codes", "pane.codes"),
    Navigation("3", "focus_pane('detail')", "Go to the detail and its buttons", "pane.detail"),
    Navigation("ctrl+r", "toggle_read_only", "Read-only on or off", "app.read_only", SCREEN_GROUP),
    Navigation("escape", "back", "Go back one level", "pane.back"),
    Navigation("question_mark", "help", "Show every key", "app.help"),
    Navigation("q", "quit", "Leave", "app.quit"),
)


PALETTE: Final = Navigation("ctrl+p", "app.command_palette", "Find any of these by its name", "app.palette")
"""The key of the command palette, which Textual binds by itself."""

EVERYWHERE: Final = (
    Navigation(
        "f8", "app.toggle_share", "Share mode on or off: names, logins and ids hidden", "share.toggle", SCREEN_GROUP
    ),
    Navigation(
        "f7", "app.save_picture", "Save the screen as a picture (SVG), and say where", "picture.save", SCREEN_GROUP
    ),
)
"""Keys of the app itself: they work on every screen, above a dialog and while somebody types."""

BY_ID: Final[dict[str, BoundAction | Navigation]] = {
    **{bound.id: bound for bound in BOUND.values()},
    **{move.id: move for move in (*NAVIGATION, PALETTE, *EVERYWHERE)},
}
"""Everything above by the id that the config file uses."""


def bindings() -> list[Binding]:
    """Every key as a Textual binding; each has an id, so that a user can rebind it (UX rule 23)."""
    actions = [
        Binding(
            bound.key,
            f"perform('{bound.action.id.value}')",
            bound.action.label,
            show=False,
            id=bound.id,
            tooltip=bound.action.summary,
        )
        for bound in BOUND.values()
    ]
    moves = [Binding(move.key, move.action, move.description, show=False, id=move.id) for move in NAVIGATION]
    return actions + moves


def bindings_everywhere(*others: Navigation) -> list[Binding]:
    """The keys of the app itself as Textual bindings, each of which goes before those of screens and boxes.

    Args:
        others: Bound elsewhere, and of the same kind.
    """
    keys = (*others, *EVERYWHERE)
    return [Binding(key.key, key.action, key.description, show=False, priority=True, id=key.id) for key in keys]
