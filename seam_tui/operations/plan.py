"""What exactly would be sent for one action, with the differences, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.device import Device
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.veil import VEIL
from seam_tui.operations.checks import UPDATES, check_values, pin_taken_by, pin_warnings
from seam_tui.operations.operation import needs_force, why_disabled
from seam_tui.operations.plan_notes import notes_of
from seam_tui.operations.subject import Subject
from seam_tui.operations.values import NO_VALUES, Values

__all__ = [
    "Friction",
    "Plan",
    "PlanStep",
    "Refusal",
    "Values",
    "changes_of",
    "check_values",
    "make_plan",
    "pin_taken_by",
    "pin_warnings",
    "values_of",
]


class Friction(IntEnum):
    """How much a person must do before a plan is sent; it grows with the harm (UX rule 5)."""

    NONE = 0
    """Nothing: the action takes nothing away."""
    CONFIRM = 1
    """y or n, with Cancel focused; Enter never confirms."""
    TYPE_COUNT = 2
    """The number of codes is typed."""


def shown_title(name: str, *, is_code: bool, account_id: str | None = None) -> str:
    """What something that was planned is called, as it may be shown.

    Args:
        name: As it was planned or journaled.
        is_code: Whether it is an access code's name, a guest's.
        account_id: Of the connected account that it is the name of.
    """
    if account_id is not None:
        return VEIL.account(name, "", account_id)
    return VEIL.guest(name) if is_code else VEIL.text(name)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One write, or one read that an action stands for."""

    action_id: ActionId
    name: str
    """What the code, lock, account or grant is called, whoever watches: it is journaled and written to files."""
    code: AccessCode | None = None
    """The record as the person saw it; what differs at the moment of sending is not overwritten."""
    device_id: str | None = None
    connected_account_id: str | None = None
    values: Values = NO_VALUES
    changes: tuple[FieldChange, ...] = ()
    """Before and after, for the eye."""
    force: bool = False
    grant: AccessGrant | None = None
    """The access grant that owns the code: the step is carried out through it, for every code that it made."""
    also: tuple[str, ...] = ()
    """Ids of the other codes of the plan that the grant made: the one step acts on them, too."""
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

    @property
    def title(self) -> str:
        """What it is called, as it may be shown."""
        is_of_account = ACTIONS[self.action_id].target is ActionTarget.CONNECTED_ACCOUNT
        account_id = self.connected_account_id if is_of_account else None
        return shown_title(self.name, is_code=self.code is not None and self.grant is None, account_id=account_id)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of guests that a text about it may hold."""
        told = [self.name, self.values.name, *(code.name for code in (self.code, self.grant) if code is not None)]
        return tuple(name for name in told if name) if self.code is not None or self.grant is not None else ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code of many that is left out, and why."""

    access_code_id: str
    name: str
    """The code's, whoever watches: it is written to files."""
    reason: str

    @property
    def title(self) -> str:
        """What the code is called, as it may be shown."""
        return shown_title(self.name, is_code=True)


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
    undoes: str | None = None
    """Of an undo: id of the run that it puts back, which can be done once."""

    @property
    def is_bulk(self) -> bool:
        """Whether it was asked for on more than one code."""
        return sum(1 + len(step.also) for step in self.steps) + len(self.left_out) > 1


NOT_READ_SINCE: Final = "Codes of this lock come from the last run and were not read since: refresh the device first."
_PLANNED_ELSEWHERE: Final = {
    ActionId.FREE_SLOTS: "Choose the codes that are to go first.",
    ActionId.UNDO: "Choose the run that is to be put back first.",
}
"""What is planned from a choice: `slots.plan_for`, `runs.Runs.undo_plan`."""
_WITHOUT_QUESTION: Final = frozenset(
    {
        ActionId.LOCK,
        ActionId.SYNC_ACCOUNT,
        ActionId.RECONNECT_ACCOUNT,
        ActionId.REPORT_TIME_ZONE,
        ActionId.REPORT_CODE_LENGTHS,
    }
)
"""Writes that take nothing away from anybody."""
_TAKES_AWAY: Final = frozenset(
    {
        ActionId.DELETE,
        ActionId.DELETE_DUPLICATE,
        ActionId.RECREATE,
        ActionId.CHANGE_PIN,
        ActionId.GENERATE_PIN,
        ActionId.CHANGE_TIMES,
        ActionId.FORBID_EXTERNAL_MODIFICATION,
    }
)
"""What can leave a guest outside: for good, for a while, or with a PIN that does not work any more."""


def make_plan(
    action_id: ActionId, subject: Subject, now: datetime, values: Values | None = None, *, read_only: bool = False
) -> Plan:
    """Plan an action on one subject.

    Args:
        action_id: What is to be done.
        subject: What it is done on.
        now: The wall time, aware.
        values: What was typed; only updates, the time zone and the code lengths need any.
        read_only: Whether writes are refused.

    Returns:
        A plan; without steps when a refusal stands in the way.
    """
    reason = why_disabled(action_id, subject, now, read_only=read_only) or _PLANNED_ELSEWHERE.get(action_id)
    if subject.is_kept and subject.code is not None and ACTIONS[action_id].target is ActionTarget.ACCESS_CODE:
        # Without the PINs of the lock neither the plan nor the journal would be right.
        reason = reason or NOT_READ_SINCE
    if reason is not None:
        return Plan(action_id, (), (reason,))
    values = values_of(action_id, values or Values())
    refusals = check_values(action_id, subject, values, now)
    if refusals:
        return Plan(action_id, (), refusals)
    step = _step(action_id, subject, values)
    notes = tuple(note.one for note in notes_of(action_id, subject, values, now))
    return Plan(action_id, (step,), (), notes, _friction(action_id, subject, values, now))


def values_of(action_id: ActionId, values: Values) -> Values:
    """What an action sets: of the given values those that it can carry, and its own where it has one.

    One call of /access_codes/update may change several things, so that they are planned as one step.
    """
    if action_id is ActionId.REPORT_TIME_ZONE:
        return Values(time_zone=values.time_zone)
    if action_id is ActionId.REPORT_CODE_LENGTHS:
        return Values(code_lengths=tuple(sorted(set(values.code_lengths or ()))))
    if action_id not in UPDATES:
        return Values()
    values = replace(values, time_zone=None, code_lengths=None)
    match action_id:
        case ActionId.GENERATE_PIN:
            return replace(values, pin=None)
        case ActionId.MAKE_ONGOING:
            return replace(values, code_type=AccessCodeType.ONGOING, starts_at=None, ends_at=None)
        case ActionId.ALLOW_EXTERNAL_MODIFICATION:
            return replace(values, is_external_modification_allowed=True)
        case ActionId.FORBID_EXTERNAL_MODIFICATION:
            return replace(values, is_external_modification_allowed=False)
        case _:
            return values


def _step(action_id: ActionId, subject: Subject, values: Values) -> PlanStep:
    code = subject.code
    if action_id is ActionId.DELETE_DUPLICATE:
        code = subject.duplicate
    force = False
    if action_id is ActionId.CONVERT_TO_MANAGED and code is not None:
        force = needs_force(code)
        code = code if force or not code.is_managed else subject.duplicate
    target = ACTIONS[action_id].target
    if target is ActionTarget.ACCESS_CODE and code is not None:
        name = code.true_title
    elif target is ActionTarget.CONNECTED_ACCOUNT and subject.account is not None:
        name = subject.account.true_title
    else:
        name = subject.device.true_title if subject.device is not None else ""
    looked_at = subject.code.access_code_id if subject.code is not None else None
    if target is ActionTarget.ACCESS_CODE and code is not None:
        changes = changes_of(code, values)
    else:
        changes = _device_changes(subject.device, values)
    return PlanStep(
        action_id,
        name,
        code=code if target is ActionTarget.ACCESS_CODE else None,
        device_id=subject.device.device_id if subject.device is not None else None,
        connected_account_id=subject.account.connected_account_id if subject.account is not None else None,
        values=values,
        changes=changes,
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
    if values.code_type is AccessCodeType.ONGOING:
        olds = (("starts_at", code.starts_at), ("ends_at", code.ends_at))
        changes += [FieldChange(field, old, None) for field, old in olds if old is not None]
    if values.starts_at is not None and values.starts_at != code.starts_at:
        changes.append(FieldChange("starts_at", code.starts_at, values.starts_at))
    if values.ends_at is not None and values.ends_at != code.ends_at:
        changes.append(FieldChange("ends_at", code.ends_at, values.ends_at))
    allowed = values.is_external_modification_allowed
    if allowed is not None:
        words = [_ALLOWED[flag] for flag in (code.is_external_modification_allowed, allowed)]
        changes.append(FieldChange("is_external_modification_allowed", *words))
    return tuple(changes)


_ALLOWED: Final = {True: "allowed", False: "not allowed"}


def _device_changes(device: Device | None, values: Values) -> tuple[FieldChange, ...]:
    changes = []
    if device is not None and values.time_zone is not None:
        changes.append(FieldChange("time_zone", device.time_zone, values.time_zone))
    if device is not None and values.code_lengths is not None:
        old, new = (", ".join(map(str, sorted(lengths))) or None
                    for lengths in (device.supported_code_lengths, values.code_lengths))  # fmt: skip
        changes.append(FieldChange("supported_code_lengths", old, new))
    return tuple(changes)


def _friction(action_id: ActionId, subject: Subject, values: Values, now: datetime) -> Friction:
    if not ACTIONS[action_id].writes or action_id in _WITHOUT_QUESTION:
        return Friction.NONE
    acted_on = replace(subject, code=subject.duplicate) if action_id is ActionId.DELETE_DUPLICATE else subject
    changes_access = (values.pin, values.starts_at, values.ends_at) != (None, None, None)
    if (action_id in _TAKES_AWAY or changes_access) and acted_on.is_live_in_production(now):
        return Friction.TYPE_COUNT
    return Friction.CONFIRM
