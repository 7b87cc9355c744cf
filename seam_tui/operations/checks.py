"""What is wrong with values before they are sent: PINs, names, times, zones, and a code that is made again.

The rules are those of the lock (`code_constraints`, `supported_code_lengths`) and of Seam's API (seam_facts sections 2
and 3); what only the server can decide is a warning here, and no refusal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.pin import CodeConstraint, Pin
from seam_tui.domain.veil import quoted
from seam_tui.operations.subject import Subject
from seam_tui.operations.values import Values

UPDATES: Final = frozenset(
    {
        ActionId.CHANGE_PIN,
        ActionId.GENERATE_PIN,
        ActionId.RENAME,
        ActionId.CHANGE_TIMES,
        ActionId.MAKE_ONGOING,
        ActionId.ALLOW_EXTERNAL_MODIFICATION,
        ActionId.FORBID_EXTERNAL_MODIFICATION,
    }
)
"""What /access_codes/update carries out; one call may change several things."""
CODE_LENGTHS: Final = range(4, 21)
"""Digits that /access_codes/report_device_constraints takes."""

Span = tuple[datetime | None, datetime | None]
"""Start and end of a code; None is since ever, and for ever."""


def check_values(action_id: ActionId, subject: Subject, values: Values, now: datetime) -> tuple[str, ...]:
    """What is wrong with an action's values, in sentences without a PIN.

    Args:
        action_id: What is to be done; it says which value must be there. Others that are given are checked as well.
        subject: The code with its lock and neighbours.
        values: As typed.
        now: The wall time, aware.
    """
    if action_id in UPDATES:
        return _check_update(action_id, subject, values, now)
    match action_id:
        case ActionId.RECREATE:
            return _check_recreate(subject, now)
        case ActionId.REPORT_TIME_ZONE:
            return _check_time_zone(values.time_zone)
        case ActionId.REPORT_CODE_LENGTHS:
            return _check_lengths(subject.device, values.code_lengths)
        case _:
            return ()


def _check_update(action_id: ActionId, subject: Subject, values: Values, now: datetime) -> tuple[str, ...]:
    problems: list[str] = []
    if values.pin is not None or action_id is ActionId.CHANGE_PIN:
        problems += _check_pin(subject, values)
    if values.name is not None or action_id is ActionId.RENAME:
        problems += _check_name(subject, values.name)
    has_times = values.starts_at is not None or values.ends_at is not None
    if has_times or values.code_type is AccessCodeType.ONGOING or action_id is ActionId.CHANGE_TIMES:
        problems += _check_times(subject, values, now)
    return tuple(problems)


# -- PINs


def _check_pin(subject: Subject, values: Values) -> list[str]:
    pin = values.pin
    if pin is None or len(pin) == 0:
        return ["Type a PIN."]
    problems = _broken_rules(subject.device, pin)
    if subject.code is not None and subject.code.pin is not None and subject.code.pin.equals(pin):
        problems.append("This is the PIN that the code has now.")
    taken = pin_taken_by(subject, pin, span_after(subject.code, values))
    if taken is not None:
        is_there = taken.pin is not None and taken.pin.equals(pin)
        where = "already on the lock" if is_there else "on its way to the lock"
        problems.append(f"This PIN is {where}: {_named(taken)}.")
    return problems


def _broken_rules(device: Device | None, pin: Pin) -> list[str]:
    lengths = device.supported_code_lengths if device is not None else ()
    return [problem.text for problem in pin.check(constraints_of(device), lengths) if problem.blocks]


def pin_warnings(subject: Subject, pin: Pin) -> tuple[str, ...]:
    """What may still be wrong with a PIN that is not refused here."""
    easy = (CodeConstraint("no_all_same_digits"), CodeConstraint("no_ascending_or_descending_sequence"))
    warnings = ["This PIN is easy to guess."] if pin.check(easy) else []
    if subject.device is not None:
        problems = pin.check(subject.device.code_constraints, subject.device.supported_code_lengths)
        warnings += [problem.text for problem in problems if not problem.blocks]
    return tuple(warnings)


def pin_taken_by(subject: Subject, pin: Pin, span: Span | None = None) -> AccessCode | None:
    """The other code on the lock, managed or unmanaged, that has a PIN, or is to get it, at an overlapping time.

    Args:
        subject: The code whose neighbours are looked at.
        pin: The PIN that it would have.
        span: The times that it would have; its own when None.
    """
    mine = span if span is not None else span_after(subject.code, Values())
    for other in subject.neighbours:
        if any(held.equals(pin) for held in pins_of(other)) and overlap(mine, span_after(other, Values())):
            return other
    return None


def pins_of(code: AccessCode) -> tuple[Pin, ...]:
    """The PIN that a code has, and the one that it gets once its lock has confirmed a pending change."""
    changes = (change for mutation in code.pending_mutations for change in mutation.changes)
    pending = (change.new for change in changes if change.field == "code" and isinstance(change.new, Pin))
    return (*(() if code.pin is None else (code.pin,)), *pending)


def span_after(code: AccessCode | None, values: Values) -> Span:
    """The times of a code once values are set; an ongoing code has no end, whatever Seam still shows."""
    if code is None:
        return values.starts_at, values.ends_at
    if values.code_type is AccessCodeType.ONGOING:
        return None, None
    ends_at = code.ends_at if code.is_time_bound else None
    return values.starts_at or code.starts_at, values.ends_at or ends_at


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a moment; the end itself belongs to neither."""
    if one[1] is not None and other[0] is not None and one[1] <= other[0]:
        return False
    return not (other[1] is not None and one[0] is not None and other[1] <= one[0])


class PinsOfPlan:
    """The PINs that the steps of one plan leave on their locks: no two codes get the same at overlapping times."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, Pin], list[tuple[Span | None, Span]]] = {}

    def takes(self, device_id: str, pin: Pin, before: Span | None, after: Span) -> bool:
        """Take a PIN for a code, unless a step before has it.

        Args:
            device_id: The lock.
            pin: The PIN that the code ends with.
            before: The times at which it had that PIN already; None where it had another.
            after: The times at which it has it then.

        Returns:
            Whether it was taken. Codes that shared a PIN before are not brought together by the plan.
        """
        met = self._met.setdefault((device_id, pin), [])
        for earlier, other in met:
            stood_beside = before is not None and earlier is not None and overlap(before, earlier)
            if overlap(after, other) and not stood_beside:
                return False
        met.append((before, after))
        return True


def _named(code: AccessCode) -> str:
    return f"{quoted(code.true_title)} ({'managed' if code.is_managed else 'unmanaged'})"


# -- names


def _check_name(subject: Subject, name: str | None) -> list[str]:
    if not name:
        return ["Type a name."]
    if subject.code is not None and name == subject.code.name:
        return ["This is the name that the code has now."]
    return _name_taken(subject, name)


def _name_taken(subject: Subject, name: str) -> list[str]:
    if name and wants_unique_names(subject.device) and any(code.name == name for code in subject.neighbours):
        return ["Another code on this lock has this name, and the lock wants each name once."]
    return []


def wants_unique_names(device: Device | None) -> bool:
    """Whether a lock takes each name only once."""
    return _has_rule(device, "name_must_be_unique")


# -- times


def _check_times(subject: Subject, values: Values, now: datetime) -> list[str]:
    code = subject.code
    if values.code_type is AccessCodeType.ONGOING:
        if code is not None and not code.is_time_bound:
            return ["This code is ongoing already."]
        return _newly_taken(subject, values)
    starts_at, ends_at = values.starts_at, values.ends_at
    if starts_at is None or ends_at is None:
        return ["Type both the start and the end."]
    problems = []
    if ends_at <= starts_at:
        problems.append("The end must come after the start.")
    if ends_at <= now:
        problems.append("The end must lie in the future.")
    if code is not None and (starts_at, ends_at) == (code.starts_at, code.ends_at) and code.is_time_bound:
        problems.append("These are the times that the code has now.")
    if wants_future_start(subject.device) and starts_at <= now and (code is None or starts_at != code.starts_at):
        problems.append("On this lock the start must lie in the future.")
    return problems or _newly_taken(subject, values)


def _newly_taken(subject: Subject, values: Values) -> list[str]:
    """Whether other times would bring the code together with another one that has its PIN."""
    code = subject.code
    if code is None or code.pin is None or values.pin is not None:
        return []
    others = tuple(
        other for other in subject.neighbours if not overlap(span_after(code, Values()), span_after(other, Values()))
    )
    taken = pin_taken_by(Subject(code=code, neighbours=others), code.pin, span_after(code, values))
    return [] if taken is None else [f"At these times another code has the same PIN: {_named(taken)}."]


def wants_future_start(device: Device | None) -> bool:
    """Whether a lock takes no start that has passed."""
    return _has_rule(device, "start_date_in_future")


# -- a code that is made again


def _check_recreate(subject: Subject, now: datetime) -> tuple[str, ...]:
    """Why the same code would be refused when it is made again: its deletion could not be put right."""
    code = subject.code
    if code is None:
        return ()
    problems: list[str] = []
    if code.pin is not None and not maker_chooses_pin(subject.device):
        problems += [f"Made again, its PIN would be refused: {problem}" for problem in
                     _broken_rules(subject.device, code.pin)]  # fmt: skip
        taken = pin_taken_by(subject, code.pin)
        if taken is not None:
            problems.append(f"Made again, it would be refused as a duplicate: {_named(taken)} has or gets its PIN.")
    if wants_future_start(subject.device) and code.starts_at is not None and code.starts_at <= now:
        problems.append("Made again, it would be refused: on this lock the start must lie in the future.")
    return tuple(problems + _name_taken(subject, code.name))


def maker_chooses_pin(device: Device | None) -> bool:
    """Whether no PIN can be set on a lock, because its maker makes them."""
    return _has_rule(device, "cannot_specify_pin_code")


# -- about the lock


def _check_time_zone(name: str | None) -> tuple[str, ...]:
    from zoneinfo import available_timezones

    if not name:
        return ("Type an IANA time zone, such as Europe/Berlin.",)
    if name not in available_timezones() or "/" not in name:
        return (f"{name} is no IANA time zone; they read like Europe/Berlin or America/New_York.",)
    return ()


def _check_lengths(device: Device | None, lengths: tuple[int, ...] | None) -> tuple[str, ...]:
    if not lengths:
        return ("Type the numbers of digits, such as 4, 6 or 4-8.",)
    if any(length not in CODE_LENGTHS for length in lengths):
        return (f"Seam takes {CODE_LENGTHS[0]} to {CODE_LENGTHS[-1]} digits.",)
    if device is not None and set(lengths) == set(device.supported_code_lengths):
        return ("These are the lengths that Seam has now.",)
    return ()


def constraints_of(device: Device | None) -> tuple[CodeConstraint, ...]:
    """A lock's rules about PINs, names and times; none where the lock is not known."""
    return device.code_constraints if device is not None else ()


def _has_rule(device: Device | None, constraint_type: str) -> bool:
    return any(constraint.constraint_type == constraint_type for constraint in constraints_of(device))
