"""What is new, changed or gone since a moment ago, by glyph and word; it fades after a few looks (UX rule 18)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from seam_tui.domain.text import shorten
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.changes import INHERITED_ISSUES, REAPPEARED, Changes

FADES_AFTER: Final = 4
"""Looks at Seam after which a flag goes: the look that found it, and three more."""
_NAMED: Final = 2
"""Titles of what is gone that a note tells."""


@dataclass(frozen=True, slots=True)
class Flag:
    """What became of a record, as it stands in its row."""

    glyph: str
    word: str


NEW: Final = Flag("+", "new")
CODE_WORDS: Final = {
    "errors": "issues",
    INHERITED_ISSUES: "issues",
    "warnings": "issues",
    "status": "status",
    "pending_mutations": "status",
    "display_status": "status",
    "is_scheduled_on_device": "status",
    "pin": "PIN",
    "starts_at": "times",
    "ends_at": "times",
    "type": "times",
    "name": "name",
    "is_managed": "managed",
    "device_id": "lock",
    REAPPEARED[0]: "changed",
}
"""Fields of a code, what weighs most first, and what their change is called; others are not flagged."""
DEVICE_WORDS: Final = {
    "errors": "issues",
    "warnings": "issues",
    "online": "online",
    "name": "name",
    REAPPEARED[0]: "changed",
}
"""The same for a device; its battery and its codes show themselves."""


class Flags:
    """The flags of one list.

    Args:
        words: By name of a field what its change is called, what weighs most first.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._flags: dict[str, tuple[Flag, int]] = {}
        self._gone: dict[str, tuple[str, int]] = {}
        self._look = 0

    @property
    def ids(self) -> Collection[str]:
        """The ids that carry a flag."""
        return self._flags.keys()

    @property
    def gone(self) -> list[str]:
        """Titles of what is gone, as they may be shown; an empty one where it is not known."""
        return [VEIL.guest(name) for name, _ in self._gone.values()]

    def of(self, key: str) -> Flag | None:
        """The flag of a record."""
        found = self._flags.get(key)
        return None if found is None else found[0]

    def take(self, changes: Changes, left: Mapping[str, str], *, known: Collection[str] = ()) -> None:
        """Flag what a batch has changed.

        Args:
            changes: What the batch did.
            left: Names of the codes that it has taken out, as far as they are known.
            known: What it adds that is no news.
        """
        for key in changes.removed:
            self._flags.pop(key, None)
            self._gone[key] = (left.get(key, ""), self._look)
        for key in changes.added:
            self._gone.pop(key, None)
            if key not in known:
                self._flags[key] = (NEW, self._look)
        for key, names in changes.changed.items():
            self._gone.pop(key, None)
            word = next((word for name, word in self._words.items() if name in names), None)
            if word is not None:
                flag = NEW if self.of(key) is NEW else Flag("~", word)
                self._flags[key] = (flag, self._look)

    def look_passed(self) -> list[str]:
        """Count a look at Seam, and let go of what is old; the ids that carry no flag any longer."""
        self._look += 1
        oldest = self._look - FADES_AFTER
        faded = [key for key, (_, look) in self._flags.items() if look <= oldest]
        for key in faded:
            del self._flags[key]
        self._gone = {key: kept for key, kept in self._gone.items() if kept[1] > oldest}
        return faded

    def notes(self, is_shown: Callable[[str], bool], jump_key: str, elsewhere: str) -> tuple[str, ...]:
        """All of it in one line, such as `+1 new · ~7 changed (. next) · -1 gone: Reception`, in ever fewer words.

        Args:
            is_shown: Whether the list has a row of an id: it may be of another lock, or hidden by the filter.
            jump_key: The key that goes from one flag to the next.
            elsewhere: Where those are that the list has not.
        """
        shown = [flag for key, (flag, _) in self._flags.items() if is_shown(key)]
        new = sum(1 for flag in shown if flag is NEW)
        counts = [f"+{new:,} new"] if new else []
        counts += [f"~{len(shown) - new:,} changed"] if len(shown) > new else []
        here = [*counts[:-1], f"{counts[-1]} ({jump_key} next)"] if counts else []
        others = len(self._flags) - len(shown)
        there = [f"{others:,} changed {elsewhere}"] if others else []
        gone = [f"-{len(self._gone):,} gone"] if self._gone else []
        named = [f"{gone[0]}{_names(self.gone)}"] if gone else []
        forms = ([*here, *there, *named], [*here, *there, *gone], [*here, *named], [*here, *gone], [*counts, *gone])
        return tuple(dict.fromkeys(" · ".join(parts) for parts in forms if parts)) or ("",)


def _names(titles: Iterable[str]) -> str:
    named = [shorten(title, 24) for title in titles if title]
    if not named:
        return ""
    return ": " + ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
