"""One action on many codes: what each gets, and what is left out and why."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.text import plain_text
from seam_tui.operations.plan import LIVE_NOW, OFFLINE, Friction, Plan, PlanStep, Refusal, Values, make_plan
from seam_tui.operations.subject import Subject
from seam_tui.operations.typed_times import TypedTimeError, read_time
from seam_tui.workspace.times import zone_named

BULK_ACTIONS: Final = (
    ActionId.DELETE,
    ActionId.GENERATE_PIN,
    ActionId.RENAME,
    ActionId.CHANGE_TIMES,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.PULL_BACKUP,
)
"""What can be done with many codes at once. One PIN for all is no such thing: it would open one lock for many."""
TYPE_COUNT_FROM: Final = 10
"""From this many codes on the count is typed (UX rule 5)."""
_ABOUT_MANY: Final = {
    LIVE_NOW: "Some of these are live now: their guests will not get in.",
    OFFLINE: "Some of the locks are offline: their changes wait until they are back.",
}
"""What is noted of one code, as it reads of many."""
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
    steps: list[PlanStep] = []
    left_out: list[Refusal] = []
    live = 0
    notes: dict[str, None] = {}
    names: set[tuple[str, str]] = set()
    for subject in subjects:
        code = subject.code
        if code is None:
            continue
        try:
            values = edit.values_for(subject, now)
        except TypedTimeError as error:
            left_out.append(Refusal(code.access_code_id, code.title, str(error)))
            continue
        plan = make_plan(action_id, subject, now, values, read_only=read_only)
        reasons = plan.refusals
        for step in plan.steps:
            taken = step.values.name is not None and (code.device_id, step.values.name) in names
            if taken and _wants_unique_names(subject):
                reasons = ("Another of these codes gets this name, and the lock wants each name once.",)
                continue
            if step.values.name is not None:
                names.add((code.device_id, step.values.name))
            steps.append(step)
            live += plan.friction is Friction.TYPE_COUNT
        if reasons:
            left_out.append(Refusal(code.access_code_id, code.title, " ".join(reasons)))
        else:
            notes |= dict.fromkeys(_ABOUT_MANY.get(note, note) for note in plan.notes)
    friction = Friction.TYPE_COUNT if live or len(steps) >= TYPE_COUNT_FROM else Friction.CONFIRM
    return Plan(action_id, tuple(steps), (), tuple(notes), friction, tuple(left_out))


def _wants_unique_names(subject: Subject) -> bool:
    constraints = subject.device.code_constraints if subject.device is not None else ()
    return any(constraint.constraint_type == "name_must_be_unique" for constraint in constraints)
