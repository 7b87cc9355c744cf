"""Which code a create made whose answer was lost: found by what was asked for, or nothing is said of it.

Safe against making a code twice rather than quick: whatever looks like the code, but not surely is it, is a doubt, and
with a doubt nothing is sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.operations.plan import PlanStep

SKEW: Final = timedelta(minutes=10)
"""How far Seam's clock may be behind this machine's.

A code that is the same in every respect, but older than the intent by more than this, is a doubt: it may be another's,
or the clocks may differ more. So a wrong clock never makes a code twice; at worst it makes a result unknown.
"""
_SAME_TIME: Final = timedelta(seconds=1)
"""Seam may keep times without fractions of a second."""
_SHORTEST_NAME: Final = 2
"""Characters to which a lock may shorten a name (seam_facts section 3, Kwikset)."""


@dataclass(frozen=True, slots=True)
class NewCode:
    """What a create asks for; None leaves it to Seam."""

    device_id: str
    name: str | None = None
    pin: Pin | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_external_modification_allowed: bool | None = None

    @classmethod
    def of(cls, step: PlanStep, *, with_pin: bool = True) -> NewCode:
        """The code that a step creates: as its old one was, but for the values that it names.

        Args:
            step: A re-creation, or an undo that makes a code again.
            with_pin: Whether the lock takes a chosen PIN.

        Raises:
            ValueError: It has no code.
        """
        code, values = step.code, step.values
        if code is None:
            raise ValueError(f"{step.action_id} needs an access code")
        allowed = values.is_external_modification_allowed
        if allowed is None:
            allowed = code.is_external_modification_allowed
        return cls(
            device_id=code.device_id,
            name=values.name or code.name or None,
            pin=(values.pin or code.pin) if with_pin else None,
            starts_at=(values.starts_at or code.starts_at) if code.is_time_bound else None,
            ends_at=(values.ends_at or code.ends_at) if code.is_time_bound else None,
            is_external_modification_allowed=allowed or None,
        )


@dataclass(frozen=True, slots=True)
class Match:
    """What a listing says about a create whose answer was lost."""

    same: tuple[AccessCode, ...] = ()
    """Codes that are what was asked for, made since."""
    doubts: tuple[AccessCode, ...] = ()
    """Codes that may be it; where there are any and no `same`, nothing may be sent again."""


def match(wanted: NewCode, codes: Iterable[AccessCode], known: Collection[str], since: datetime) -> Match:
    """Look for the code that a create has made.

    Args:
        wanted: What was asked for.
        codes: All codes of the lock, managed and unmanaged.
        known: Ids of codes that it cannot be: they were there before, or another step made them.
        since: When the first create was about to be sent.
    """
    same: list[AccessCode] = []
    doubts: list[AccessCode] = []
    for code in codes:
        if code.access_code_id in known or code.device_id != wanted.device_id or code.is_backup:
            continue
        is_recent = code.created_at is not None and code.created_at >= since - SKEW
        if _is_same(wanted, code):
            (same if is_recent else doubts).append(code)
        elif (is_recent or code.created_at is None) and _is_similar(wanted, code):
            doubts.append(code)
    return Match(tuple(same), tuple(doubts))


def has_pin_of(wanted: NewCode, code: AccessCode) -> bool:
    """Whether a code stands in the way of a create because it has the PIN."""
    return wanted.pin is not None and code.pin is not None and code.pin.equals(wanted.pin)


def _is_same(wanted: NewCode, code: AccessCode) -> bool:
    may_have_pin = wanted.pin is None or code.pin is None or code.pin.equals(wanted.pin)
    return may_have_pin and _has_name(wanted, code) and _has_times(wanted, code)


def _is_similar(wanted: NewCode, code: AccessCode) -> bool:
    """Whether Seam or a lock may have made this of what was asked for: a PIN tells, and a name where none is shown."""
    if wanted.pin is not None and code.pin is not None:
        return code.pin.equals(wanted.pin)
    return wanted.name is not None and _has_name(wanted, code)


def _has_name(wanted: NewCode, code: AccessCode) -> bool:
    if wanted.name is None:
        return True
    name = plain_text(wanted.name)
    return code.name == name or (len(code.name) >= _SHORTEST_NAME and name.startswith(code.name))


def _has_times(wanted: NewCode, code: AccessCode) -> bool:
    if wanted.ends_at is None:
        return not code.is_time_bound
    return _is_same_time(wanted.starts_at, code.starts_at) and _is_same_time(wanted.ends_at, code.ends_at)


def _is_same_time(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= _SAME_TIME
