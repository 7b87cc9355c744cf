"""What was said and is kept: as it is, so that share mode hides in it what it must, whenever it begins or ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import PlanStep
from seam_tui.workspace.store import WorkspaceStore


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that may be shown again."""

    text: str
    """Plain text, whoever watches."""
    names: tuple[str, ...] = ()
    """Names of guests that may stand in it."""
    kind: ActionId | None = None
    """What was done, or undone: a newer sentence of the same kind takes its place."""

    @property
    def shown(self) -> str:
        """As it may be shown now."""
        return VEIL.text(self.text, self.names)


def deed_words(kind: ActionId, step: PlanStep, outcome: Outcome) -> str:
    """What was done, in the words of its key: `Rename`, or `Rename undone`.

    Args:
        kind: What the step does, or what it puts back.
        step: The step.
        outcome: What became of it.
    """
    label = ACTIONS[kind].label
    if step.action_id is not ActionId.UNDO or kind is ActionId.UNDO:
        return label
    return f"{label} undone" if outcome is Outcome.DONE else f"Undo of {label}"


def names_on(store: WorkspaceStore, device_id: str | None) -> tuple[str, ...]:
    """Names of guests that a text about a lock may hold: those of its codes, as they are and as they are to be.

    Args:
        store: The picture.
        device_id: The lock; None has no names.
    """
    if device_id is None:
        return ()
    codes = store.codes_of_device(device_id)
    changes = (change for code in codes for mutation in code.pending_mutations for change in mutation.changes)
    others = (change for code in codes for issue in code.issues for change in issue.modified_fields)
    names = dict.fromkeys([code.name for code in codes])
    return tuple(name for name in (*names, *_named_in(changes), *_named_in(others)) if name)


def _named_in(changes: Iterable[FieldChange]) -> Iterable[str]:
    found = (value for change in changes if change.field == "name" for value in (change.old, change.new))
    return (value for value in found if isinstance(value, str))


def names_about(store: WorkspaceStore, step: PlanStep) -> tuple[str, ...]:
    """Names of guests that a text about a step of a plan may hold.

    Args:
        store: The picture.
        step: What was sent, or would be.
    """
    return (*step.names, *names_on(store, step.device_id))
