"""Times as a person types them: the lock's own unless an offset stands with them (UX rule 26)."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_RELATIVE: Final = re.compile(r"([+-])\s*(\d{1,4})\s*([mhdw])", re.IGNORECASE)
_DATE_ALONE: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXAMPLE: Final = "2026-11-25 15:00"


class TypedTimeError(ValueError):
    """A time that cannot be read, with a sentence that says why and what would do."""


def read_time(text: str, zone: ZoneInfo | None, base: datetime) -> datetime:
    """Read a typed time.

    Args:
        text: `2026-11-25 15:00` in the lock's zone, the same with an offset (`+01:00`, `Z`), or a shift of `base`
            such as `+2h`, `-1d`, `+30m`.
        zone: The lock's time zone; None reads as UTC.
        base: What a shift starts from, aware.

    Returns:
        An aware time.

    Raises:
        TypedTimeError: It is no time, an hour that a clock change skips or repeats, or beyond the calendar.
    """
    text = text.strip()
    try:
        moment = _read(text, zone, base)
    except OverflowError:
        moment = None
    # At the very ends of the calendar a time cannot be told in every zone.
    if moment is None or not MINYEAR < moment.year < MAXYEAR:
        raise TypedTimeError(f"“{text}” lies beyond the calendar. Type it like {EXAMPLE}.")
    return moment


def _read(text: str, zone: ZoneInfo | None, base: datetime) -> datetime:
    shift = _RELATIVE.fullmatch(text)
    if shift is not None:
        sign = -1 if shift[1] == "-" else 1
        return base + sign * timedelta(**{_UNITS[shift[3].lower()]: int(shift[2])})
    if _DATE_ALONE.fullmatch(text):
        raise TypedTimeError(f"“{text}” has no hour, and midnight is seldom meant. Type it like {EXAMPLE}.")
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        raise TypedTimeError(f"“{text}” is no time. Type it like {EXAMPLE}, or shift it like +2h.") from None
    if typed.tzinfo is not None:
        return typed
    return _in_zone(typed, zone)


def _in_zone(typed: datetime, zone: ZoneInfo | None) -> datetime:
    if zone is None:
        return typed.replace(tzinfo=UTC)
    first, second = typed.replace(tzinfo=zone, fold=0), typed.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed:
        raise TypedTimeError(f"The clocks skip {typed:%H:%M} on {typed:%Y-%m-%d} in {zone.key}. Type another time.")
    offsets = " or ".join(f"{moment:%H:%M%z}" for moment in (first, second))
    raise TypedTimeError(f"The clocks show {typed:%H:%M} twice on {typed:%Y-%m-%d} in {zone.key}. Type {offsets}.")


def show_time(moment: datetime, zone: ZoneInfo | None) -> str:
    """A time as it would be typed: in the lock's zone, to the minute."""
    return f"{moment.astimezone(zone or UTC):%Y-%m-%d %H:%M}"
