"""What one batch of records did to the picture: ids added, changed and removed, so that widgets repaint only those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.workspace.without_pins import without_pins

REAPPEARED: Final = ("*",)
"""Stands for the changed fields of a record that went and came back within one merged batch: any may differ."""

CODES: Final = "codes"
"""Changed "field" of a device: its codes, and so its counts and its used slots."""
CODES_READ: Final = "codes_read"
"""Changed "field" of a device: whether all its codes were read, or why not."""
INHERITED_ISSUES: Final = "inherited_issues"
"""Changed "field" of a code: errors of its device or account that Seam has not copied onto it."""

PIN_READ: Final = "pin_read"
"""Changed "field" of a code from a picture on disk: its PIN, which the picture does not hold, was read. No news."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to the records of one kind."""

    added: frozenset[str] = frozenset()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Id to the names of the fields that differ."""
    removed: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.added or self.changed or self.removed)

    @property
    def touched(self) -> frozenset[str]:
        """Every id that was added, changed or removed."""
        return self.added | self.changed.keys() | self.removed

    def merge(self, later: Changes) -> Changes:
        """What both did together: a record that came and went is not named at all."""
        if later.is_empty:
            return self
        if self.is_empty:
            return later
        came_back = self.removed & later.added
        changed = {key: names for key, names in self.changed.items() if key not in later.removed}
        for key, names in later.changed.items():
            if key not in self.added:
                changed[key] = join_fields(changed.get(key, ()), names)
        changed |= dict.fromkeys(came_back, REAPPEARED)
        return Changes(
            added=(self.added - later.removed) | (later.added - came_back),
            changed=changed,
            removed=(self.removed - came_back) | (later.removed - self.added),
        )


_NONE: Final = Changes()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one batch did to the whole picture."""

    codes: Changes = _NONE
    devices: Changes = _NONE
    accounts: Changes = _NONE
    workspace: bool = False
    """Whether the workspace itself was read for the first time, or differs."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not self.workspace and self.codes.is_empty and self.devices.is_empty and self.accounts.is_empty

    def merge(self, later: ChangeSet) -> ChangeSet:
        """This batch and a later one as one: several pages repaint the screen once."""
        return ChangeSet(
            codes=self.codes.merge(later.codes),
            devices=self.devices.merge(later.devices),
            accounts=self.accounts.merge(later.accounts),
            workspace=self.workspace or later.workspace,
        )


NOTHING: Final = ChangeSet()
"""The ChangeSet of a batch that changed nothing."""


class ChangesBuilder:
    """Collects what one call does to the records of one kind."""

    __slots__ = ("added", "changed", "removed")

    def __init__(self) -> None:
        self.added: set[str] = set()
        self.changed: dict[str, tuple[str, ...]] = {}
        self.removed: set[str] = set()

    def change(self, key: str, names: tuple[str, ...]) -> None:
        """Name fields of a record that differ; a record that is new needs none."""
        if key not in self.added:
            earlier = self.changed.get(key)
            self.changed[key] = names if earlier is None else join_fields(earlier, names)

    def finish(self) -> Changes:
        """The collected changes, frozen."""
        if not (self.added or self.changed or self.removed):
            return _NONE
        return Changes(frozenset(self.added), self.changed, frozenset(self.removed))


def join_fields(earlier: tuple[str, ...], later: tuple[str, ...]) -> tuple[str, ...]:
    """Field names of two changes, each once, in order of appearance."""
    return earlier + tuple(name for name in later if name not in earlier)


def changed_fields(old: Any, new: Any) -> tuple[str, ...]:
    """Names of the fields in which two records of one type differ."""
    return tuple(f.name for f in fields(old) if getattr(old, f.name) != getattr(new, f.name))


def changed_since_kept(kept: AccessCode, new: AccessCode, had_pin: bool) -> tuple[str, ...]:
    """Names of the fields in which a code differs from what a picture on disk may show of it.

    Args:
        kept: The code out of the picture.
        new: The code as it was read now.
        had_pin: Whether it had a PIN when the picture was taken.
    """
    names = changed_fields(kept, without_pins(new))
    if had_pin != (new.pin is not None):
        return (*names, "pin")
    return (*names, PIN_READ) if new.pin is not None or not names else names
