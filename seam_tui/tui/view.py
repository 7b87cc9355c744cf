"""What the detail is drawn from: the chosen record with what hangs on it, and the state of the screen around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import VEIL
from seam_tui.operations.grants import Grants
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.tui.actions import BOUND
from seam_tui.tui.keymap import DEFAULT_KEYS, Keymap
from seam_tui.tui.told import Told, names_on
from seam_tui.tui.widgets.document import Button
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import Severity

SEVERITY_STYLES: Final = {
    Severity.URGENT: "bold $text-error",
    Severity.ERROR: "$text-error",
    Severity.WARNING: "$text-warning",
    Severity.PENDING: "$text-accent",
    Severity.OK: "$text-success",
}


def _nowhere(_moment: datetime) -> None:
    """Nobody's time."""


@dataclass(frozen=True, slots=True)
class View:
    """What the detail needs besides the subject."""

    store: WorkspaceStore
    catalogue: Catalogue
    now: datetime
    read_only: bool = False
    revealed: bool = False
    """Whether the subject's PIN is shown just now (UX rule 12)."""
    said: tuple[Told, ...] = field(default=())
    """What became of the actions on this subject, newest first."""
    grants: Grants = field(default_factory=Grants)
    """What is known of the access grants of codes."""
    keymap: Keymap = DEFAULT_KEYS
    """The keys in force, for the buttons."""
    is_large: bool = False
    """Whether it is for a projector: little, and what matters first."""
    local: Callable[[datetime], datetime | None] = _nowhere
    """A moment by the clock of whoever looks (UX rule 26); None where nobody's zone is known."""

    def told(self, text: str, subject: Subject) -> str:
        """A text of Seam's about a subject, as it may be shown."""
        if not VEIL.is_drawn:
            return text  # the names of a lock's codes are not looked for at every drawing
        device_id = subject.device.device_id if subject.device is not None else None
        names = [*names_on(self.store, device_id), subject.account.name if subject.account is not None else ""]
        return VEIL.text(text, names)

    def button(self, action_id: ActionId, subject: Subject, issue: Issue | None = None) -> Button:
        """An action as a button, with the reason why it can't be used."""
        bound = BOUND[action_id]
        about = replace(subject, issue=issue) if issue is not None else subject
        reason = why_disabled(action_id, about, self.now, read_only=self.read_only)
        only_account = subject.account if subject.code is None and subject.device is None else None
        return Button(
            action_id,
            self.keymap.label(bound),
            bound.action.label,
            reason,
            issue,
            None if only_account is None else only_account.connected_account_id,
        )


def subject_of_code(store: WorkspaceStore, code: AccessCode) -> Subject:
    """A code with its lock, its account and its neighbours."""
    device = store.device_of_code(code)
    return Subject(
        is_kept=_is_kept(store, code.device_id),
        awaits_pin=code.access_code_id in store.awaited_pin_ids,
        workspace=store.workspace,
        account=store.account_of_device(device),
        device=device,
        code=code,
        neighbours=tuple(
            other for other in store.codes_of_device(code.device_id) if other.access_code_id != code.access_code_id
        ),
    )


def subject_of_device(store: WorkspaceStore, device: Device) -> Subject:
    """A lock with its account and its codes."""
    return Subject(
        is_kept=_is_kept(store, device.device_id),
        workspace=store.workspace,
        account=store.account_of_device(device),
        device=device,
        neighbours=tuple(store.codes_of_device(device.device_id)),
    )


def _is_kept(store: WorkspaceStore, device_id: str) -> bool:
    """Whether codes of a lock come from the picture of the last run."""
    kept = store.kept_ids
    return bool(kept) and any(key in kept for key in store.code_ids_of_device(device_id))
