"""The kinds of operations: what must hold before each can be done, said in words.

One function answers for buttons, keys, palette and the command line alike, so a reason reads the same everywhere
(UX rule 22). The rules are those of Seam's API (seam_facts section 2).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.veil import VEIL
from seam_tui.operations.checks import maker_chooses_pin
from seam_tui.operations.subject import Subject

Precondition = Callable[[Subject, datetime], str | None]

NO_CODE: Final = "Choose an access code first."
NO_DEVICE: Final = "No lock is chosen."
NO_ACCOUNT: Final = "This lock has no connected account."
READ_ONLY: Final = "Read-only: nothing can be changed."
IDS_HIDDEN: Final = "Ids are hidden in share mode: leave it first to copy them."
NO_PINS: Final = "Share mode is kept on here: no PIN is shown or copied."
_OF_PINS: Final = frozenset({ActionId.REVEAL_PIN, ActionId.COPY_PIN})

_UPDATE_MUTATIONS: Final[dict[ActionId, str | None]] = {
    ActionId.CHANGE_PIN: "updating_code",
    ActionId.GENERATE_PIN: "updating_code",
    ActionId.RENAME: "updating_name",
    ActionId.CHANGE_TIMES: "updating_time_frame",
    ActionId.MAKE_ONGOING: "updating_time_frame",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: None,
    ActionId.FORBID_EXTERNAL_MODIFICATION: None,
}


def why_disabled(action_id: ActionId, subject: Subject, now: datetime, *, read_only: bool = False) -> str | None:
    """Why an action cannot be done on a subject, or None when it can.

    Args:
        action_id: The action.
        subject: What it would be done on.
        now: The wall time, aware.
        read_only: Whether the client refuses writes.

    Returns:
        One sentence for a person, or None.
    """
    if read_only and ACTIONS[action_id].writes:
        return READ_ONLY
    if VEIL.is_drawn and action_id is ActionId.COPY_IDS:
        return IDS_HIDDEN
    if VEIL.is_fixed and action_id in _OF_PINS:
        return NO_PINS
    return OPERATIONS[action_id](subject, now)


def _need_code(subject: Subject, now: datetime) -> str | None:
    return NO_CODE if subject.code is None else None


def _need_device(subject: Subject, now: datetime) -> str | None:
    return NO_DEVICE if subject.device is None else None


def _need_account(subject: Subject, now: datetime) -> str | None:
    if subject.account is not None:
        return None
    return NO_ACCOUNT if subject.device is not None else NO_DEVICE


def _need_pin(subject: Subject, now: datetime) -> str | None:
    if subject.code is None:
        return NO_CODE
    if subject.code.pin is None and not subject.awaits_pin:
        return "The maker does not show this code's PIN."
    return None


def _updatable(action_id: ActionId) -> Precondition:
    """The rules for /access_codes/update: managed, online, not ended, not already changing."""

    def why(subject: Subject, now: datetime) -> str | None:
        code = subject.code
        if code is None:
            return NO_CODE
        if not code.is_managed:
            return "This code is unmanaged: convert it to managed first."
        if code.is_offline_access_code:
            return "Offline codes are made by the lock's maker: Seam cannot change them."
        if code.is_being_deleted:
            return "This code is being deleted."
        if code.is_backup:
            return "This is a backup code; Seam keeps its PIN, name and times."
        if _is_pending(action_id, code) and not waits_in_vain(action_id, code):
            return "The last change of this kind is still waiting for the lock."
        if action_id is not ActionId.CHANGE_TIMES and code.has_ended(now):
            return "This code has ended; only active and upcoming codes can be changed."
        if action_id in {ActionId.CHANGE_PIN, ActionId.GENERATE_PIN} and maker_chooses_pin(subject.device):
            return "The maker chooses the PIN for this lock; none can be set."
        if action_id is ActionId.MAKE_ONGOING and not code.is_time_bound:
            return "This code is ongoing already."
        if action_id is ActionId.ALLOW_EXTERNAL_MODIFICATION and code.is_external_modification_allowed:
            return "External modification is allowed already."
        if action_id is ActionId.FORBID_EXTERNAL_MODIFICATION and not code.is_external_modification_allowed:
            return "External modification is not allowed as it is."
        return None

    return why


def _is_pending(action_id: ActionId, code: AccessCode) -> bool:
    kind = _UPDATE_MUTATIONS[action_id]
    return kind is not None and any(mutation.mutation_code == kind for mutation in code.pending_mutations)


def waits_in_vain(action_id: ActionId, code: AccessCode) -> bool:
    """Whether the last change of this kind is pending, and an error of the code itself says that it got stuck.

    What merely waits is not sent again (seam_facts section 4); what the lock refused waits until another value comes.
    """
    return action_id in _UPDATE_MUTATIONS and _is_pending(action_id, code) and _has_own_error(code)


def _has_own_error(code: AccessCode) -> bool:
    return any(error.level is IssueLevel.ACCESS_CODE for error in code.errors)


def _deletable(subject: Subject, now: datetime) -> str | None:
    return NO_CODE if subject.code is None else why_not_deleted(subject.code)


def why_not_deleted(code: AccessCode) -> str | None:
    """Why a code cannot be deleted, or None; one whose removal failed can be asked to go once more."""
    if code.is_offline_access_code:
        return "Offline codes are made by the lock's maker: Seam cannot delete them."
    if code.is_being_deleted and not _has_own_error(code):
        return "This code is already being deleted."
    if not code.is_managed and code.cannot_delete_unmanaged_access_code:
        return "Seam cannot delete unmanaged codes on this lock; delete it in the maker's app."
    return None


def _recreatable(subject: Subject, now: datetime) -> str | None:
    code = subject.code
    if code is None:
        return NO_CODE
    if not code.is_managed:
        return "This code is unmanaged: convert it to managed first."
    if code.is_offline_access_code:
        return "Offline codes are made by the lock's maker: Seam can neither delete them nor make the same again."
    if code.is_being_deleted:
        return "This code is being deleted."
    if code.is_backup:
        return "This is a backup code; Seam makes its own."
    if code.has_ended(now):
        return "This code has ended: Seam takes no code that has ended."
    if code.pin is None and not subject.awaits_pin and not maker_chooses_pin(subject.device):
        return "The maker does not show this code's PIN, so the same code cannot be made again."
    return None


def _slots_freeable(subject: Subject, now: datetime) -> str | None:
    if subject.device is None:
        return NO_DEVICE
    codes = (*subject.neighbours, *(() if subject.code is None else (subject.code,)))
    if not codes:
        return "No code of this lock is loaded, so nothing can be freed."
    held = [code for code in codes if takes_slot(code, now)]
    if not held:
        return "None of the codes that are loaded is on this lock, so nothing can be freed."
    if all(why_not_deleted(code) is not None for code in held):
        return "Seam can delete none of the codes on this lock, or is deleting them already."
    return None


def takes_slot(code: AccessCode, now: datetime) -> bool:
    """Whether a lock holds a code, as far as Seam tells: one whose end has passed may still be there."""
    if code.is_offline_access_code:
        return False  # computed by the maker: the lock does not store it
    if not code.is_managed or code.is_backup or code.has_ended(now):
        return True
    return code.is_scheduled_on_device or code.status not in {AccessCodeStatus.UNSET, AccessCodeStatus.SETTING}


def _lengths_reportable(subject: Subject, now: datetime) -> str | None:
    if subject.device is None:
        return NO_DEVICE
    if "smartthings" not in subject.device.device_type.lower():
        return "Seam takes code lengths for SmartThings locks only."
    return None


def _duplicate_shown(subject: Subject, now: datetime) -> str | None:
    if subject.code is None:
        return NO_CODE
    if subject.duplicate is None and not subject.is_kept:
        return "No other loaded code on this lock has this PIN; look in the maker's app."
    return None


def _duplicate_deletable(subject: Subject, now: datetime) -> str | None:
    reason = _duplicate_shown(subject, now)
    duplicate = subject.duplicate
    if reason is not None or duplicate is None:
        return reason
    if duplicate.is_managed:
        return "The duplicate is a managed code: show it, and decide there which one goes."
    return why_not_deleted(duplicate)


def _convertible(subject: Subject, now: datetime) -> str | None:
    code = subject.code
    if code is None:
        return NO_CODE
    if needs_force(code):
        return None
    candidate = code if not code.is_managed else subject.duplicate
    if candidate is None or candidate.is_managed:
        return "This code is managed already."
    if candidate.cannot_be_managed:
        return "Seam cannot manage codes that were made outside it on this lock."
    if candidate.is_being_deleted:
        return "It is being deleted."
    return None


def needs_force(code: AccessCode) -> bool:
    """Whether another Seam workspace holds the code, so that taking it back needs `force`."""
    return any(issue.code == "management_transferred" for issue in code.issues)


def _backup_pullable(subject: Subject, now: datetime) -> str | None:
    code, device = subject.code, subject.device
    if code is None:
        return NO_CODE
    if not code.is_managed:
        return "Only codes that Seam manages have backups."
    if code.is_offline_access_code:
        return "Offline codes are made by the lock's maker: they have no backup."
    if code.is_backup:
        return "This is a backup code itself."
    if not code.is_time_bound:
        return "Backup codes are for time-bound codes only; this one is ongoing."
    if code.has_ended(now):
        return "This code has ended."
    if code.is_being_deleted:
        return "This code is being deleted."
    if code.pulled_backup_access_code_id is not None:
        return None  # Seam gives the same one again, whatever became of the pool
    if device is not None and device.supports_backup_access_code_pool is False:
        return "This lock has no backup codes."
    if device is not None and device.backup_access_code_pool_enabled is False:
        return "The backup pool of this lock is off."
    if not code.is_backup_access_code_available:
        return "No backup code is available on this lock now."
    return None


def _remote(flag: str, verb: str) -> Precondition:
    def why(subject: Subject, now: datetime) -> str | None:
        if subject.device is None:
            return NO_DEVICE
        can = getattr(subject.device, flag)
        if can is False:
            return f"This lock cannot be {verb} remotely now: a bridge or a setting is missing."
        if can is None:
            return f"This lock cannot be {verb} remotely."
        return None

    return why


def _time_zone_reportable(subject: Subject, now: datetime) -> str | None:
    if subject.device is None:
        return NO_DEVICE
    if "ultraloq" not in subject.device.device_type.lower():
        return "Seam takes a time zone for Ultraloq locks only; set it in the maker's app."
    return None


OPERATIONS: Final[dict[ActionId, Precondition]] = {
    ActionId.REFRESH_CODE: _need_code,
    ActionId.REFRESH_DEVICE: _need_device,
    ActionId.REFRESH_ACCOUNT: _need_account,
    ActionId.SHOW_DEVICE_CODES: _need_device,
    ActionId.SHOW_DUPLICATE: _duplicate_shown,
    ActionId.CHANGE_PIN: _updatable(ActionId.CHANGE_PIN),
    ActionId.GENERATE_PIN: _updatable(ActionId.GENERATE_PIN),
    ActionId.RENAME: _updatable(ActionId.RENAME),
    ActionId.CHANGE_TIMES: _updatable(ActionId.CHANGE_TIMES),
    ActionId.MAKE_ONGOING: _updatable(ActionId.MAKE_ONGOING),
    ActionId.ALLOW_EXTERNAL_MODIFICATION: _updatable(ActionId.ALLOW_EXTERNAL_MODIFICATION),
    ActionId.FORBID_EXTERNAL_MODIFICATION: _updatable(ActionId.FORBID_EXTERNAL_MODIFICATION),
    ActionId.RECREATE: _recreatable,
    ActionId.FREE_SLOTS: _slots_freeable,
    ActionId.REPORT_CODE_LENGTHS: _lengths_reportable,
    ActionId.UNDO: lambda subject, now: None,
    ActionId.DELETE: _deletable,
    ActionId.PULL_BACKUP: _backup_pullable,
    ActionId.CONVERT_TO_MANAGED: _convertible,
    ActionId.DELETE_DUPLICATE: _duplicate_deletable,
    ActionId.LOCK: _remote("can_remotely_lock", "locked"),
    ActionId.UNLOCK: _remote("can_remotely_unlock", "unlocked"),
    ActionId.SYNC_ACCOUNT: _need_account,
    ActionId.RECONNECT_ACCOUNT: _need_account,
    ActionId.REPORT_TIME_ZONE: _time_zone_reportable,
    ActionId.REVEAL_PIN: _need_pin,
    ActionId.COPY_PIN: _need_pin,
    ActionId.COPY_IDS: lambda subject, now: (
        "Nothing is chosen." if subject.code is None and subject.device is None and subject.account is None else None
    ),
    ActionId.OPEN_DOCS: lambda subject, now: None,
}
"""Every action with its precondition; a test holds it against the catalogue and the registry."""
