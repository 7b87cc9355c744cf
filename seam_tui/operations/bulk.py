"""One action on many codes: what each gets, and what is left out and why."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.text import plain_text
from seam_tui.operations.checks import UPDATES, PinsOfPlan, pins_of, span_after, wants_unique_names
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values, make_plan
from seam_tui.operations.plan_notes import notes_of
from seam_tui.operations.subject import Subject
from seam_tui.operations.typed_times import TypedTimeError, read_time
from seam_tui.workspace.times import zone_named

BULK_ACTIONS: Final = (
    ActionId.DELETE,
    ActionId.RECREATE,
    ActionId.GENERATE_PIN,
    ActionId.RENAME,
    ActionId.CHANGE_TIMES,
    ActionId.MAKE_ONGOING,
    ActionId.ALLOW_EXTERNAL_MODIFICATION,
    ActionId.FORBID_EXTERNAL_MODIFICATION,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.DELETE_DUPLICATE,
    ActionId.PULL_BACKUP,
    ActionId.LOCK,
    ActionId.SYNC_ACCOUNT,
)
"""What can be done with many codes at once; what is about their locks or accounts, once for each of those.

One PIN for all is no such thing: it would open one lock for many. Nor is opening many doors.
"""
SAME_PIN: Final = "Another of these codes has the same PIN on this lock at these times."
TYPE_COUNT_FROM: Final = 10
"""From this many codes on the count is typed (UX rule 5)."""
TEMPLATE_FIELDS: Final = ("name", "device")


@dataclass(frozen=True, slots=True)
class Edit:
    """What is changed on each of many codes; None leaves it."""

    name_template: str | None = None
    """With `{name}` and `{device}` standing for each code's own."""
    start: str = ""
    """When each starts, as typed: a time of the lock's own, or a shift such as `+2h`; empty leaves it."""
    end: str = ""
    """When each ends, likewise."""

    def problems(self) -> tuple[str, ...]:
        """What is wrong with it whatever the codes are."""
        if self.name_template is None:
            return ()
        try:
            fields = [field for _, field, _, _ in string.Formatter().parse(self.name_template) if field is not None]
        except ValueError:
            return ("A { or } stands alone; write {name} or {device}, or double it.",)
        unknown = [field for field in fields if field not in TEMPLATE_FIELDS]
        return tuple(f"{{{plain_text(field)}}} is unknown; there are {{name}} and {{device}}." for field in unknown)

    def values_for(self, subject: Subject, now: datetime) -> Values:
        """What one code gets.

        Raises:
            TypedTimeError: A typed time is none for this code's lock.
        """
        code = subject.code
        if code is None:
            return Values()
        name = None
        if self.name_template is not None:
            device = subject.device.name if subject.device is not None else ""
            name = plain_text(self.name_template.format(name=code.name, device=device))
        if not (self.start or self.end):
            return Values(name=name)
        zone = zone_named(subject.device.time_zone if subject.device is not None else None)
        zone = zone if isinstance(zone, ZoneInfo) else None
        starts_at = read_time(self.start, zone, code.starts_at or now) if self.start else code.starts_at
        ends_at = read_time(self.end, zone, code.ends_at or now) if self.end else code.ends_at
        to_time_bound = AccessCodeType.TIME_BOUND if not code.is_time_bound else None
        return Values(name=name, starts_at=starts_at, ends_at=ends_at, code_type=to_time_bound)


def make_bulk_plan(
    action_id: ActionId,
    subjects: Sequence[Subject],
    now: datetime,
    edit: Edit | None = None,
    *,
    read_only: bool = False,
) -> Plan:
    """Plan an action on many codes; each is checked as if it were alone, and then against the others.

    Args:
        action_id: One of `BULK_ACTIONS`.
        subjects: The codes, each with its lock and neighbours.
        now: The wall time, aware.
        edit: What is changed; only renaming and changing times need any.
        read_only: Whether writes are refused.
    """
    edit = edit or Edit()
    if problems := edit.problems():
        return Plan(action_id, (), problems)
    wishes: list[tuple[Subject, Values | str]] = []
    for subject in subjects:
        try:
            wishes.append((subject, edit.values_for(subject, now)))
        except TypedTimeError as error:
            wishes.append((subject, str(error)))
    return plan_many(action_id, wishes, now, read_only=read_only)


def plan_many(
    action_id: ActionId, wishes: Iterable[tuple[Subject, Values | str]], now: datetime, *, read_only: bool = False
) -> Plan:
    """Plan an action on many codes that get values of their own.

    Args:
        action_id: What is done with each.
        wishes: Each code with what it gets, or with the reason why it gets nothing.
        now: The wall time, aware.
        read_only: Whether writes are refused.
    """
    steps: list[PlanStep] = []
    left_out: list[Refusal] = []
    notes: dict[str, None] = {}
    others = Others()
    friction = Friction.NONE
    for subject, wish in wishes:
        code = subject.code
        if code is None or others.has_acted_on(_target(action_id, subject)):
            continue
        if isinstance(wish, str):
            left_out.append(Refusal(code.access_code_id, code.true_title, wish))
            continue
        plan = make_plan(action_id, subject, now, wish, read_only=read_only)
        reasons = plan.refusals or tuple(reason for step in plan.steps if (reason := others.refuse(step, subject)))
        if reasons:
            left_out.append(Refusal(code.access_code_id, code.true_title, " ".join(reasons)))
            continue
        steps += plan.steps
        friction = max(friction, plan.friction)
        notes |= dict.fromkeys(
            note.many for step in plan.steps for note in notes_of(action_id, subject, step.values, now)
        )
    if len(steps) >= TYPE_COUNT_FROM and friction is not Friction.NONE:
        friction = Friction.TYPE_COUNT
    return Plan(action_id, tuple(steps), (), tuple(notes), max(friction, Friction.CONFIRM), tuple(left_out))


def _target(action_id: ActionId, subject: Subject) -> str | None:
    """The lock or account that an action is about, so that it is sent once however many of its codes are marked."""
    match ACTIONS[action_id].target:
        case ActionTarget.DEVICE:
            return subject.device.device_id if subject.device is not None else None
        case ActionTarget.CONNECTED_ACCOUNT:
            return subject.account.connected_account_id if subject.account is not None else None
        case _:
            return None


@dataclass(slots=True)
class Others:
    """What the steps before have taken: no two may end with one PIN or name where the lock wants each once."""

    codes: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)
    pins: PinsOfPlan = field(default_factory=PinsOfPlan)

    def has_acted_on(self, target: str | None) -> bool:
        """Whether a lock or account was met before; it is known from now on."""
        if target is None:
            return False
        known = target in self.targets
        self.targets.add(target)
        return known

    def refuse(self, step: PlanStep, subject: Subject) -> str | None:
        """Why a step can't be sent beside the others; None takes it in."""
        code = step.code
        if code is None:
            return None
        if code.access_code_id in self.codes:
            return "The same code stands in the list twice, or is the duplicate of two of these."
        reason = self._name(step, code, subject) or self._pin(step, code)
        if reason is None:
            self.codes.add(code.access_code_id)
        return reason

    def _name(self, step: PlanStep, code: AccessCode, subject: Subject) -> str | None:
        if step.values.name is None or not wants_unique_names(subject.device):
            return None
        taken = (code.device_id, step.values.name)
        if taken in self.names:
            return "Another of these codes gets this name, and the lock wants each name once."
        self.names.add(taken)
        return None

    def _pin(self, step: PlanStep, code: AccessCode) -> str | None:
        if step.action_id not in UPDATES or step.action_id is ActionId.GENERATE_PIN:
            return None
        before = span_after(code, Values()) if step.values.pin is None else None
        after = span_after(code, step.values)
        pins = pins_of(code) if step.values.pin is None else (step.values.pin,)
        if all(self.pins.takes(code.device_id, pin, before, after) for pin in pins):
            return None
        return SAME_PIN
