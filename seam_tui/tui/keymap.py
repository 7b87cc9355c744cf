"""The keys in force: those of the registry and of the dialogs, or what the user wrote instead (UX rule 23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from textual.app import App

from seam_tui.tui.actions import BY_ID
from seam_tui.tui.key_names import key_label


class Keyed(Protocol):
    """What has a key by default, and an id: a binding of Textual's, or an entry of the registry."""

    @property
    def id(self) -> str | None:
        """Names it in the config file."""

    @property
    def key(self) -> str:
        """Its own key, as Textual names it."""


@dataclass(frozen=True, slots=True)
class Keymap:
    """What the user changed; everything else has its own key."""

    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys as Textual names them, by binding id."""

    def keys(self, bound: Keyed | str) -> tuple[str, ...]:
        """The keys that do it now.

        Args:
            bound: What is done; the id of an entry of the registry will do.
        """
        keyed = BY_ID[bound] if isinstance(bound, str) else bound
        return self.changed.get(keyed.id or "", (keyed.key,))

    def label(self, bound: Keyed | str) -> str:
        """The first of those keys as a person reads it."""
        return key_label(self.keys(bound)[0])

    @property
    def for_textual(self) -> dict[str, str]:
        """What `App.set_keymap` takes."""
        return {binding_id: ",".join(keys) for binding_id, keys in self.changed.items()}


DEFAULT_KEYS: Final = Keymap()
"""Nothing changed."""


def keymap_of(app: App[Any]) -> Keymap:
    """The keys in force in an app; each one's own where the app knows of no others."""
    keymap = getattr(app, "keymap", None)
    return keymap if isinstance(keymap, Keymap) else DEFAULT_KEYS
