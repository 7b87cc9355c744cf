"""What exactly would be sent for one action, with the differences, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.operations.operation import needs_force, why_disabled
from seam_tui.operations.subject import Subject

LIVE_NOW: Final = "This code is live now: its guest will not get in."
OFFLINE: Final = "The lock is offline: the change waits until it is back."


class Friction(IntEnum):
    """How much a person must do before a plan is sent; it grows with the harm (UX rule 5)."""

    NONE = 0
    """Nothing: the action takes nothing away."""
    CONFIRM = 1
    """y or n, with Cancel focused; Enter never confirms."""
    TYPE_COUNT = 2
    """The number of codes is typed."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a person typed, already read: None means that it was not asked for."""

    pin: Pin | None = None
    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None
    time_zone: str | None = None
    code_lengths: tuple[int, ...] | None = None
    """Digits that PINs may have on a lock."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One write, or one read that an action stands for."""

    action_id: ActionId
    title: str
    """The code's, lock's or account's name."""
    code: AccessCode | None = None
    """The record as the person saw it; what differs at the moment of sending is not overwritten."""
    device_id: str | None = None
    connected_account_id: str | None = None
    values: Values = Values()
    changes: tuple[FieldChange, ...] = ()
    """Before and after, for the eye."""
    force: bool = False
    grant: AccessGrant | None = None
    """The access grant that owns the code: the step is carried out through it, for every code that it made."""
    makes_new: bool = False
    """Of an undo: whether the code is created again; otherwise the values are put back."""
    wait_until_gone: str | None = None
    """Of an undo: id of a code that must be gone from the lock before another can take its PIN."""
    asked_on: str | None = None
    """Id of the code that the person looked at, where that is another one than is acted on: its issue may clear."""

    @property
    def access_code_id(self) -> str | None:
        """The id of the code that it acts on."""
        return None if self.code is None else self.code.access_code_id


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code of many that is left out, and why."""

    access_code_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be sent and what would not; frozen, so that exactly what was shown is done (UX rule 6)."""

    action_id: ActionId
    steps: tuple[PlanStep, ...]
    refusals: tuple[str, ...] = ()
    """Why nothing, or less, would be sent."""
    notes: tuple[str, ...] = ()
    """What the person should know before saying yes."""
    friction: Friction = Friction.NONE
    left_out: tuple[Refusal, ...] = ()
    """Of many codes: those that can't be done, each with its reason."""

    @property
    def is_bulk(self) -> bool:
        """Whether it was asked for on more than one code."""
        return len(self.steps) + len(self.left_out) > 1


def make_plan(
    action_id: ActionId, subject: Subject, now: datetime, values: Values | None = None, *, read_only: bool = False
) -> Plan:
    """Plan an action on one subject.

    Args:
        action_id: What is to be done.
        subject: What it is done on.
        now: The wall time, aware.
        values: What was typed; only updates and the time zone need any.
        read_only: Whether writes are refused.

    Returns:
        A plan; without steps when a refusal stands in the way.
    """
    values = values or Values()
    reason = why_disabled(action_id, subject, now, read_only=read_only)
    if reason is not None:
        return Plan(action_id, (), (reason,))
    refusals = check_values(action_id, subject, values, now)
    if refusals:
        return Plan(action_id, (), refusals)
    step = _step(action_id, subject, values)
    notes = (*_notes(action_id, subject, now), *_time_notes(subject, values, now))
    return Plan(action_id, (step,), (), notes, _friction(action_id, subject, now))


def _step(action_id: ActionId, subject: Subject, values: Values) -> PlanStep:
    code = subject.code
    if action_id is ActionId.DELETE_DUPLICATE:
        code = subject.duplicate
    force = False
    if action_id is ActionId.CONVERT_TO_MANAGED and code is not None:
        force = needs_force(code)
        code = code if force or not code.is_managed else subject.duplicate
    target = ACTIONS[action_id].target
    if target == "access_code" and code is not None:
        title = code.title
    elif target == "connected_account" and subject.account is not None:
        title = subject.account.title
    else:
        title = subject.device.title if subject.device is not None else ""
    looked_at = subject.code.access_code_id if subject.code is not None else None
    return PlanStep(
        action_id,
        title,
        code=code if target == "access_code" else None,
        device_id=subject.device.device_id if subject.device is not None else None,
        connected_account_id=subject.account.connected_account_id if subject.account is not None else None,
        values=values,
        changes=changes_of(code, values) if target == "access_code" and code is not None else (),
        force=force,
        asked_on=looked_at if code is not subject.code else None,
    )


def changes_of(code: AccessCode, values: Values) -> tuple[FieldChange, ...]:
    """Before and after of each value that is another than the code has."""
    changes = []
    if values.pin is not None:
        changes.append(FieldChange("code", code.pin, values.pin))
    if values.name is not None:
        changes.append(FieldChange("name", code.name, values.name))
    if values.code_type is not None and values.code_type is not code.type:
        changes.append(FieldChange("type", code.type.value, values.code_type.value))
    if values.starts_at is not None and values.starts_at != code.starts_at:
        changes.append(FieldChange("starts_at", code.starts_at, values.starts_at))
    if values.ends_at is not None and values.ends_at != code.ends_at:
        changes.append(FieldChange("ends_at", code.ends_at, values.ends_at))
    return tuple(changes)


def check_values(action_id: ActionId, subject: Subject, values: Values, now: datetime) -> tuple[str, ...]:
    """What is wrong with typed values, checked here before Seam is asked (seam_facts section 3)."""
    match action_id:
        case ActionId.CHANGE_PIN:
            return _check_pin(subject, values.pin, now)
        case ActionId.RENAME:
            return _check_name(subject, values.name)
        case ActionId.CHANGE_TIMES:
            return _check_times(subject, values, now)
        case ActionId.REPORT_TIME_ZONE:
            return _check_time_zone(values.time_zone)
        case _:
            return ()


def _check_pin(subject: Subject, pin: Pin | None, now: datetime) -> tuple[str, ...]:
    if pin is None or len(pin) == 0:
        return ("Type a PIN.",)
    device = subject.device
    constraints = device.code_constraints if device is not None else ()
    lengths = device.supported_code_lengths if device is not None else ()
    problems = [problem.text for problem in pin.check(constraints, lengths) if problem.blocks]
    if subject.code is not None and subject.code.pin is not None and subject.code.pin.equals(pin):
        problems.append("This is the PIN that the code has now.")
    taken = pin_taken_by(subject, pin)
    if taken is not None:
        kind = "managed" if taken.is_managed else "unmanaged"
        problems.append(f"This PIN is already on the lock: “{taken.title}” ({kind}).")
    return tuple(problems)


def pin_warnings(subject: Subject, pin: Pin) -> tuple[str, ...]:
    """What may still be wrong with a PIN that is not refused here."""
    easy = (CodeConstraint("no_all_same_digits"), CodeConstraint("no_ascending_or_descending_sequence"))
    warnings = ["This PIN is easy to guess."] if pin.check(easy) else []
    if subject.device is not None:
        problems = pin.check(subject.device.code_constraints, subject.device.supported_code_lengths)
        warnings += [problem.text for problem in problems if not problem.blocks]
    return tuple(warnings)


def pin_taken_by(subject: Subject, pin: Pin) -> AccessCode | None:
    """The code on the same lock, managed or unmanaged, that has this PIN while the subject's code is valid."""
    for other in subject.neighbours:
        if other.pin is not None and other.pin.equals(pin) and _overlap(subject.code, other):
            return other
    return None


def _overlap(one: AccessCode | None, other: AccessCode) -> bool:
    if one is None:
        return True
    if one.ends_at is not None and other.starts_at is not None and one.ends_at <= other.starts_at:
        return False
    return not (other.ends_at is not None and one.starts_at is not None and other.ends_at <= one.starts_at)


def _check_name(subject: Subject, name: str | None) -> tuple[str, ...]:
    if not name:
        return ("Type a name.",)
    problems = []
    if subject.code is not None and name == subject.code.name:
        problems.append("This is the name that the code has now.")
    constraints = subject.device.code_constraints if subject.device is not None else ()
    if any(constraint.constraint_type == "name_must_be_unique" for constraint in constraints):
        taken = next((code for code in subject.neighbours if code.name == name), None)
        if taken is not None:
            problems.append("Another code on this lock has this name, and the lock wants each name once.")
    return tuple(problems)


def _check_times(subject: Subject, values: Values, now: datetime) -> tuple[str, ...]:
    if values.code_type is AccessCodeType.ONGOING:
        return () if subject.code is None or subject.code.is_time_bound else ("This code is ongoing already.",)
    starts_at, ends_at = values.starts_at, values.ends_at
    if starts_at is None or ends_at is None:
        return ("Type both the start and the end.",)
    problems = []
    if ends_at <= starts_at:
        problems.append("The end must come after the start.")
    if ends_at <= now:
        problems.append("The end must lie in the future.")
    code = subject.code
    if code is not None and (starts_at, ends_at) == (code.starts_at, code.ends_at):
        problems.append("These are the times that the code has now.")
    constraints = subject.device.code_constraints if subject.device is not None else ()
    wants_future = any(constraint.constraint_type == "start_date_in_future" for constraint in constraints)
    if wants_future and starts_at <= now and (code is None or starts_at != code.starts_at):
        problems.append("On this lock the start must lie in the future.")
    return tuple(problems)


def _check_time_zone(name: str | None) -> tuple[str, ...]:
    from zoneinfo import available_timezones

    if not name:
        return ("Type an IANA time zone, such as Europe/Berlin.",)
    if name not in available_timezones() or "/" not in name:
        return (f"{name} is no IANA time zone; they read like Europe/Berlin or America/New_York.",)
    return ()


def _friction(action_id: ActionId, subject: Subject, now: datetime) -> Friction:
    action = ACTIONS[action_id]
    if not action.writes or action_id in {
        ActionId.LOCK,
        ActionId.SYNC_ACCOUNT,
        ActionId.RECONNECT_ACCOUNT,
        ActionId.REPORT_TIME_ZONE,
    }:
        return Friction.NONE
    takes_away = {ActionId.DELETE, ActionId.CHANGE_PIN, ActionId.GENERATE_PIN, ActionId.CHANGE_TIMES}
    acted_on = subject
    if action_id is ActionId.DELETE_DUPLICATE:
        acted_on, takes_away = replace(subject, code=subject.duplicate), {action_id}
    if action_id in takes_away and acted_on.is_live_in_production(now):
        return Friction.TYPE_COUNT
    return Friction.CONFIRM


def _notes(action_id: ActionId, subject: Subject, now: datetime) -> tuple[str, ...]:
    code, device = subject.code, subject.device
    notes: list[str] = []
    is_update = action_id in {ActionId.CHANGE_PIN, ActionId.GENERATE_PIN, ActionId.CHANGE_TIMES, ActionId.RENAME}
    if code is not None and action_id in {ActionId.CHANGE_PIN, ActionId.GENERATE_PIN}:
        notes.append("The old PIN stops working once the lock has the new one. Tell the guest.")
        if code.common_code_key is not None:
            notes.append("This code shares its PIN with others (common_code_key): it will differ from them.")
    if code is not None and action_id is ActionId.DELETE and code.is_live(now):
        notes.append(LIVE_NOW)
    if action_id is ActionId.PULL_BACKUP:
        notes.append("The guest must be told the new PIN. A backup that was pulled cannot be put back.")
    if action_id is ActionId.UNLOCK:
        notes.append("This opens the door, and leaves it open: lock it again afterwards.")
    if action_id is ActionId.CONVERT_TO_MANAGED and code is not None and code.is_managed and not needs_force(code):
        notes.append(f"Both codes keep the same PIN: “{code.title}” still needs another one, or the other must go.")
    if action_id is ActionId.RENAME and device is not None:
        notes.extend(_name_notes(subject))
    if device is not None and device.online is False and (is_update or action_id is ActionId.DELETE):
        notes.append(OFFLINE)
    return tuple(notes)


def _time_notes(subject: Subject, values: Values, now: datetime) -> list[str]:
    """What new times do to a guest who may be inside."""
    code = subject.code
    if code is None or not code.is_live(now):
        return []
    if values.starts_at is not None and values.starts_at > now:
        return ["This code is live now: it stops working until the new start."]
    return []


def _name_notes(subject: Subject) -> list[str]:
    device = subject.device
    limits = [
        constraint
        for constraint in (device.code_constraints if device is not None else ())
        if constraint.constraint_type == "name_length" and constraint.max_length is not None
    ]
    return [f"This lock shows at most {limit.max_length} characters of a name." for limit in limits]
