"""From the lines of a CSV to one plan: each code gets its own changes, held to the same rules as on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import TYPE_COUNT_FROM, Others, make_bulk_plan
from seam_tui.operations.checks import pin_warnings
from seam_tui.operations.csv_rows import CsvRow, Mistake
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, make_plan
from seam_tui.operations.plan_notes import Note, notes_of
from seam_tui.operations.subject import Subject
from seam_tui.operations.typed_times import TypedTimeError, read_time
from seam_tui.operations.values import Values
from seam_tui.workspace.times import zone_named

CSV_ACTIONS: Final = (
    ActionId.DELETE,
    ActionId.GENERATE_PIN,
    ActionId.RECREATE,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.PULL_BACKUP,
)
"""What can be done with codes of which a file only has the ids."""
NO_SUCH_CODE: Final = "This workspace has no such code: it is gone, or it is another workspace's."
UNCHANGED: Final = "Nothing to change: the code has these values already, or the line has none."
_BY_WEIGHT: Final = (
    ActionId.CHANGE_PIN,
    ActionId.CHANGE_TIMES,
    ActionId.MAKE_ONGOING,
    ActionId.RENAME,
    ActionId.FORBID_EXTERNAL_MODIFICATION,
    ActionId.ALLOW_EXTERNAL_MODIFICATION,
)
"""One line may change several things in one call; it is named after the weightiest."""
_EASY_PINS: Final = Note("This PIN is easy to guess.", "Some of these PINs are easy to guess.")
_READ_AS_UTC: Final = Note(
    "The lock's time zone is not known: times without an offset are read as UTC.",
    "The time zones of some locks are not known: there, times without an offset are read as UTC.",
)
_ELSEWHERE: Final = ZoneInfo("Etc/GMT+12")
"""Twelve hours from UTC, and no clock change: a time that reads otherwise there has no offset of its own."""


@dataclass(frozen=True, slots=True)
class CsvPlan:
    """What a file comes to."""

    plan: Plan
    mistakes: tuple[Mistake, ...]
    """Times that are none on their lock's clock."""


@dataclass(slots=True)
class _Sum:
    """What the lines come to so far."""

    steps: list[PlanStep] = field(default_factory=list)
    left_out: list[Refusal] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    notes: dict[Note, None] = field(default_factory=dict)
    friction: Friction = Friction.CONFIRM
    others: Others = field(default_factory=Others)


def make_csv_plan(
    rows: tuple[CsvRow, ...],
    subjects: Mapping[str, Subject],
    now: datetime,
    unread: Mapping[str, str] | None = None,
) -> CsvPlan:
    """Plan what the lines of a file ask for.

    Args:
        rows: The lines.
        subjects: The codes that were read, each with its lock and neighbours, by access_code_id.
        now: The wall time, aware.
        unread: Why a code could not be read, by access_code_id; one that is in neither does not exist.

    Returns:
        A plan named after its weightiest change, with each line that cannot be done left out with the reason.
    """
    done = _Sum()
    for row in rows:
        subject = subjects.get(row.access_code_id)
        if subject is None or subject.code is None:
            reason = (unread or {}).get(row.access_code_id, NO_SUCH_CODE)
            done.left_out.append(Refusal(row.access_code_id, row.name or row.access_code_id, reason))
        else:
            _take(row, subject, subject.code, now, done)
    actions = {step.action_id for step in done.steps}
    action_id = next((action for action in _BY_WEIGHT if action in actions), ActionId.RENAME)
    is_heavy = len(done.steps) >= TYPE_COUNT_FROM or done.friction is Friction.TYPE_COUNT
    notes = tuple(dict.fromkeys(note.one if len(done.steps) == 1 else note.many for note in done.notes))
    friction = Friction.TYPE_COUNT if is_heavy else Friction.CONFIRM
    plan = Plan(action_id, tuple(done.steps), (), notes, friction, tuple(done.left_out))
    return CsvPlan(plan, tuple(done.mistakes))


def make_csv_bulk_plan(
    action_id: ActionId,
    rows: tuple[CsvRow, ...],
    subjects: Mapping[str, Subject],
    now: datetime,
    unread: Mapping[str, str] | None = None,
) -> Plan:
    """Plan one of `CSV_ACTIONS` on all codes that a file names; arguments as those of `make_csv_plan`."""
    found = [subjects[row.access_code_id] for row in rows if row.access_code_id in subjects]
    plan = make_bulk_plan(action_id, found, now)
    missing = tuple(
        Refusal(row.access_code_id, row.access_code_id, (unread or {}).get(row.access_code_id, NO_SUCH_CODE))
        for row in rows
        if row.access_code_id not in subjects
    )
    return replace(plan, left_out=(*plan.left_out, *missing))


def _take(row: CsvRow, subject: Subject, code: AccessCode, now: datetime, done: _Sum) -> None:
    starts_at = _time(row, "starts_at", row.starts_at, subject, code.starts_at or now, done)
    ends_at = _time(row, "ends_at", row.ends_at, subject, code.ends_at or now, done)
    values = _values(row, code, starts_at, ends_at)
    aspects = _aspects(values)
    if not aspects:
        done.left_out.append(Refusal(code.access_code_id, code.true_title, UNCHANGED))
        return
    # Making it ongoing sets nothing else; changing times may set everything.
    is_more = aspects[0] is ActionId.MAKE_ONGOING and len(aspects) > 1
    plan = make_plan(ActionId.CHANGE_TIMES if is_more else aspects[0], subject, now, values)
    disabled = (why_disabled(aspect, subject, now) for aspect in aspects)
    reasons = dict.fromkeys([*plan.refusals, *(reason for reason in disabled if reason is not None)])
    if not reasons:
        beside_others = (done.others.refuse(step, subject) for step in plan.steps)
        reasons = dict.fromkeys(reason for reason in beside_others if reason is not None)
    if reasons:
        done.left_out.append(Refusal(code.access_code_id, code.true_title, " ".join(reasons)))
        return
    done.steps += plan.steps
    done.friction = max(done.friction, plan.friction)
    for aspect in aspects:
        done.notes |= dict.fromkeys(notes_of(aspect, subject, values, now))
    if values.pin is not None:
        warnings = pin_warnings(subject, values.pin)
        done.notes |= dict.fromkeys(_EASY_PINS if said == _EASY_PINS.one else Note(said, said) for said in warnings)


def _time(row: CsvRow, column: str, typed: str, subject: Subject, base: datetime, done: _Sum) -> datetime | None:
    """A typed time on the clock of the code's lock (UX rule 26)."""
    if not typed:
        return None
    named = zone_named(subject.device.time_zone if subject.device is not None else None)
    zone = named if isinstance(named, ZoneInfo) else None
    try:
        moment = read_time(typed, zone, base)
    except TypedTimeError as problem:
        done.mistakes.append(Mistake(str(problem), row.line, column, typed))
        return None
    if zone is None and read_time(typed, _ELSEWHERE, base) != moment:
        done.notes[_READ_AS_UTC] = None
    return moment


def _values(row: CsvRow, code: AccessCode, starts_at: datetime | None, ends_at: datetime | None) -> Values:
    """What a line changes; what the code has already is left alone."""
    values = Values(
        pin=row.pin if code.pin is None or row.pin is None or not code.pin.equals(row.pin) else None,
        name=row.name if row.name != code.name else None,
        code_type=row.code_type if row.code_type is not code.type else None,
        is_external_modification_allowed=(
            row.is_external_modification_allowed
            if row.is_external_modification_allowed is not code.is_external_modification_allowed
            else None
        ),
    )
    starts_at, ends_at = starts_at or code.starts_at, ends_at or code.ends_at
    asks_for_times = bool(row.starts_at or row.ends_at) or values.code_type is AccessCodeType.TIME_BOUND
    if not asks_for_times or (code.is_time_bound and (starts_at, ends_at) == (code.starts_at, code.ends_at)):
        return values
    code_type = None if code.is_time_bound else AccessCodeType.TIME_BOUND
    return replace(values, starts_at=starts_at, ends_at=ends_at, code_type=code_type)


def _aspects(values: Values) -> tuple[ActionId, ...]:
    """What changes, as the actions that would change it one by one; the weightiest first."""
    allowed = values.is_external_modification_allowed
    is_ongoing = values.code_type is AccessCodeType.ONGOING
    times = (values.starts_at, values.ends_at, values.code_type) != (None, None, None)
    asked = {
        ActionId.CHANGE_PIN: values.pin is not None,
        ActionId.CHANGE_TIMES: times and not is_ongoing,
        ActionId.MAKE_ONGOING: is_ongoing,
        ActionId.FORBID_EXTERNAL_MODIFICATION: allowed is False,
        ActionId.ALLOW_EXTERNAL_MODIFICATION: allowed is True,
        ActionId.RENAME: values.name is not None,
    }
    return tuple(action for action in _BY_WEIGHT if asked[action])
