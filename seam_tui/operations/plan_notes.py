"""What a person should know before saying yes: what a step takes away, leaves undone, or cannot bring back.

Each note reads in two ways, of one code and of many, so that the plan of many codes says it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.veil import quoted
from seam_tui.operations.checks import UPDATES, constraints_of, maker_chooses_pin
from seam_tui.operations.operation import needs_force, waits_in_vain
from seam_tui.operations.subject import Subject
from seam_tui.operations.values import Values


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know."""

    one: str
    """As it reads in the plan of one code."""
    many: str
    """As it reads of several codes, of which it need not hold for all."""


def _same(text: str) -> Note:
    return Note(text, text)


LIVE_NOW: Final = Note(
    "This code is live now: its guest will not get in.",
    "Some of these are live now: their guests will not get in.",
)
LIVE_UNTIL_NEW: Final = Note(
    "This code is live now: its guest will not get in until it has been made again.",
    "Some of these are live now: their guests will not get in until they have been made again.",
)
STOPS_UNTIL_START: Final = Note(
    "This code is live now: it stops working until the new start.",
    "Some of these are live now: they stop working until the new start.",
)
STARTS_AT_ONCE: Final = Note(
    "Its start lies in the past: it works as soon as the lock has it.",
    "Some start in the past: they work as soon as their locks have them.",
)
OFFLINE: Final = Note(
    "The lock is offline: the change waits until it is back.",
    "Some of the locks are offline: their changes wait until they are back.",
)
OFFLINE_TWICE: Final = Note(
    "The lock is offline: the code is deleted, and then made again, only once it is back.",
    "Some of the locks are offline: their codes are deleted, and then made again, only once they are back.",
)
ACCOUNT_LOST: Final = Note(
    "Seam has lost its login to the maker's account: the change waits until that is reconnected.",
    "Seam has lost its login to some makers' accounts: their changes wait until those are reconnected.",
)
TAKES_THE_PLACE: Final = Note(
    "The last change of this kind has not reached the lock: this one takes its place.",
    "Some still wait for the last change of this kind: this one takes its place.",
)
ASKED_AGAIN: Final = Note(
    "Its removal was asked for before, and failed: it is asked for again.",
    "The removal of some was asked for before, and failed: it is asked for again.",
)
OLD_PIN_STOPS: Final = Note(
    "The old PIN stops working once the lock has the new one. Tell the guest.",
    "The old PINs stop working once the locks have the new ones. Tell the guests.",
)
SPLITS_FROM_OTHERS: Final = Note(
    "This code shares its PIN with codes on other locks: it will differ from them.",
    "Some share their PIN with codes on other locks: they will differ from them.",
)
OTHERS_KEEP_TIMES: Final = Note(
    "This code shares its PIN with codes on other locks: their times stay as they are.",
    "Some share their PIN with codes on other locks: the times of those stay as they are.",
)
OTHERS_STAY: Final = Note(
    "The codes on other locks that share its PIN stay.",
    "The codes on other locks that share a PIN with some of these stay, unless they stand here themselves.",
)
BACKUP_STAYS: Final = Note(
    "The backup code that was pulled for it is a code of its own, and stays.",
    "The backup codes that were pulled for some are codes of their own, and stay.",
)
STANDS_IN: Final = Note(
    "This is a backup code: it may stand in for another code, whose guest uses its PIN.",
    "Some are backup codes: they may stand in for other codes, whose guests use their PINs.",
)
NO_END: Final = Note(
    "It has no end any more: it works until somebody deletes it.",
    "They have no end any more: they work until somebody deletes them.",
)
NO_START: Final = Note(
    "It has no start any more either: it works as soon as the lock has it.",
    "They have no start any more either: those that were still to start work as soon as their locks have them.",
)
CHANGES_STAND: Final = Note(
    "What is changed outside Seam stands from now on, also a PIN that this app does not know.",
    "What is changed outside Seam stands from now on, also PINs that this app does not know.",
)
CHANGES_UNDONE: Final = Note(
    "Seam puts its own version back: a PIN or time that was set outside it stops working.",
    "Seam puts its own versions back: PINs and times that were set outside it stop working.",
)
NEW_ID: Final = Note(
    "It gets a new id: what refers to the old one, such as a booking system, does not find it any more.",
    "They get new ids: what refers to the old ones, such as a booking system, does not find them any more.",
)
NOT_TIED_TO_OTHERS: Final = Note(
    "It will not be tied any more to the codes on other locks that share its PIN.",
    "Some will not be tied any more to the codes on other locks that share their PIN.",
)
NOT_TIED_TO_BACKUP: Final = Note(
    "It will not be tied to the backup code any more that was pulled for it; that one stays on the lock.",
    "Some will not be tied to the backup codes any more that were pulled for them; those stay on the locks.",
)
SCHEDULING: Final = Note(
    "Whether the lock keeps its times itself is up to Seam again (native scheduling).",
    "Whether the locks keep their times themselves is up to Seam again (native scheduling).",
)
ONE_TIME: Final = Note(
    "It could be used once; it comes back as an ordinary code.",
    "Some could be used once; they come back as ordinary codes.",
)
OTHER_PIN: Final = Note(
    "The maker chooses the PIN for this lock: it will be another one. Tell the guest.",
    "On some locks the maker chooses the PIN: it will be another one there. Tell those guests.",
)
CHANGE_IS_LOST: Final = Note(
    "A change still waits for the lock: it is lost, and the code is made as it is shown.",
    "Changes of some still wait for the lock: they are lost, and those codes are made as they are shown.",
)
SAME_BACKUP: Final = Note(
    "A backup was pulled for this code before: Seam gives the same one again.",
    "Backups were pulled for some of these before: Seam gives the same ones again.",
)
TAKEN_OVER: Final = Note(
    "Another Seam workspace manages it now: it is taken over from there.",
    "Other Seam workspaces manage some of these now: they are taken over from there.",
)
_TELL_BACKUP: Final = _same("The guest must be told the new PIN. A backup that was pulled cannot be put back.")
_OPENS: Final = _same("This opens the door, and leaves it open: lock it again afterwards.")
_SIGN_IN: Final = _same("Seam only makes the address: a person signs in there, with the same login as before.")
_CHANGES_PIN: Final = frozenset({ActionId.CHANGE_PIN, ActionId.GENERATE_PIN})
_DELETES: Final = frozenset({ActionId.DELETE, ActionId.DELETE_DUPLICATE})
_NEEDS_THE_LOCK: Final = UPDATES | _DELETES
_FLAGS: Final = frozenset({ActionId.ALLOW_EXTERNAL_MODIFICATION, ActionId.FORBID_EXTERNAL_MODIFICATION})


def notes_of(action_id: ActionId, subject: Subject, values: Values, now: datetime) -> tuple[Note, ...]:
    """What to know about one step, in the order of its weight.

    Args:
        action_id: What is to be done.
        subject: What the person looks at.
        values: What is to be set.
        now: The wall time, aware.
    """
    code = subject.duplicate if action_id is ActionId.DELETE_DUPLICATE else subject.code
    found: list[Note] = []
    if code is not None:
        found += _of_code(action_id, code, subject, values, now)
    match action_id:
        case ActionId.PULL_BACKUP:
            found.append(_TELL_BACKUP)
        case ActionId.UNLOCK:
            found.append(_OPENS)
        case ActionId.RECONNECT_ACCOUNT:
            found.append(_SIGN_IN)
        case ActionId.REPORT_CODE_LENGTHS:
            found += _of_lengths(subject, values.code_lengths or ())
    return tuple(found + _of_connection(action_id, subject.device))


def _of_code(action_id: ActionId, code: AccessCode, subject: Subject, values: Values, now: datetime) -> Iterator[Note]:
    if action_id in UPDATES:
        yield from _of_update(action_id, code, subject.device, values, now)
    elif action_id in _DELETES:
        yield from _of_deletion(code, now)
    elif action_id is ActionId.RECREATE:
        yield from _of_recreation(code, subject.device, now)
    elif action_id is ActionId.PULL_BACKUP and code.pulled_backup_access_code_id is not None:
        yield SAME_BACKUP
    elif action_id is ActionId.CONVERT_TO_MANAGED and needs_force(code):
        yield TAKEN_OVER
    elif action_id is ActionId.CONVERT_TO_MANAGED and code.is_managed:
        yield Note(
            f"Both codes keep the same PIN: {quoted(code.true_title)} still needs another one, or the other must go.",
            "Some keep a PIN that another code has: one of the two still needs another PIN, or must go.",
        )


def _of_update(
    action_id: ActionId, code: AccessCode, device: Device | None, values: Values, now: datetime
) -> Iterator[Note]:
    if values.pin is not None or action_id in _CHANGES_PIN:
        yield OLD_PIN_STOPS
        if code.common_code_key is not None:
            yield SPLITS_FROM_OTHERS
    if values.starts_at is not None and values.starts_at != code.starts_at:
        if values.starts_at > now and code.is_live(now):
            yield STOPS_UNTIL_START
        elif values.starts_at <= now and not code.is_live(now):
            yield STARTS_AT_ONCE
    if values.code_type is AccessCodeType.ONGOING:
        yield NO_END
        if code.starts_at is not None and code.starts_at > now:
            yield NO_START
    times = (values.starts_at, values.ends_at, values.code_type) != (None, None, None)
    if times and code.common_code_key is not None:
        yield OTHERS_KEEP_TIMES
    if values.name is not None:
        yield from _of_name(device, values.name)
    if action_id is ActionId.ALLOW_EXTERNAL_MODIFICATION:
        yield CHANGES_STAND
    if action_id is ActionId.FORBID_EXTERNAL_MODIFICATION:
        yield CHANGES_UNDONE
    if waits_in_vain(action_id, code):
        yield TAKES_THE_PLACE


def _of_deletion(code: AccessCode, now: datetime) -> Iterator[Note]:
    if code.is_live(now) and not code.is_being_deleted:
        yield LIVE_NOW
    if code.is_being_deleted:
        yield ASKED_AGAIN
    if code.is_backup:
        yield STANDS_IN
    if code.common_code_key is not None:
        yield OTHERS_STAY
    if code.pulled_backup_access_code_id is not None:
        yield BACKUP_STAYS


def _of_recreation(code: AccessCode, device: Device | None, now: datetime) -> Iterator[Note]:
    if code.is_live(now):
        yield LIVE_UNTIL_NEW
    yield NEW_ID
    if maker_chooses_pin(device):
        yield OTHER_PIN
    if any(mutation.mutation_code.startswith("updating") for mutation in code.pending_mutations):
        yield CHANGE_IS_LOST
    if code.starts_at is not None and code.starts_at <= now:
        yield STARTS_AT_ONCE
    if code.common_code_key is not None:
        yield NOT_TIED_TO_OTHERS
    if code.pulled_backup_access_code_id is not None:
        yield NOT_TIED_TO_BACKUP
    if code.is_scheduled_on_device:
        yield SCHEDULING
    if code.is_one_time_use:
        yield ONE_TIME


def _of_name(device: Device | None, name: str) -> Iterator[Note]:
    for rule in constraints_of(device):
        if rule.constraint_type != "name_length":
            continue
        if rule.max_length is not None and len(name) > rule.max_length:
            yield _same(f"This lock shows at most {rule.max_length} characters of a name.")
        if rule.min_length is not None and len(name) < rule.min_length:
            yield _same(f"This lock may refuse a name of fewer than {rule.min_length} characters.")


def _of_lengths(subject: Subject, lengths: tuple[int, ...]) -> list[Note]:
    codes = (*subject.neighbours, *([subject.code] if subject.code is not None else []))
    others = sum(code.pin is not None and len(code.pin) not in lengths for code in codes)
    if others == 0:
        return []
    which = "1 code of this lock has" if others == 1 else f"{others} codes of this lock have"
    return [_same(f"{which} another length; no code that is there is changed.")]


def _of_connection(action_id: ActionId, device: Device | None) -> list[Note]:
    """What stands between Seam and the lock; a flag of Seam's own needs no lock."""
    if device is None or action_id not in _NEEDS_THE_LOCK - _FLAGS | {ActionId.RECREATE}:
        return []
    if any(error.code == "account_disconnected" for error in device.errors):
        return [ACCOUNT_LOST]
    if device.online is False:
        return [OFFLINE_TWICE if action_id is ActionId.RECREATE else OFFLINE]
    return []
