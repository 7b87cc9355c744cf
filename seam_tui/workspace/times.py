"""Moments as a person reads them: relative to now, and exact in the lock's own time zone (UX rule 26)."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_MONTH: Final = 30.44 * _DAY
_YEAR: Final = 365.25 * _DAY


def relative(moment: datetime, now: datetime) -> str:
    """`in 3 h`, `12 min ago`, `just now`: one unit, rounded down, never two to compare."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 5:
        return "just now"
    span = duration(abs(seconds))
    return f"in {span}" if seconds > 0 else f"{span} ago"


def duration(seconds: float) -> str:
    """A length of time in one unit, rounded down: `45 s`, `12 min`, `47 h`, `3 days`, `4 months`, `2 years`."""
    if seconds < _MINUTE:
        return f"{int(seconds)} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // _HOUR)} h"
    if seconds < 2 * _MONTH:
        return f"{int(seconds // _DAY)} days"
    if seconds < 2 * _YEAR:
        return f"{int(seconds // _MONTH)} months"
    return f"{int(seconds // _YEAR)} years"


def exact(moment: datetime, time_zone: str | None) -> str:
    """Date, time and zone as the lock's own clock shows them, such as `2026-11-22 15:04 CET`.

    Args:
        moment: An aware moment; one without a zone is read as UTC, which is what Seam sends.
        time_zone: The lock's IANA zone. None or an unknown name gives UTC, and the text says so.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    zone = zone_named(time_zone)
    try:
        local = moment.astimezone(zone or UTC)
    except OverflowError:  # the ends of the calendar: a zone may not push a moment past them
        local = moment
    text = f"{local.isoformat(' ')[:16]} {_abbreviation(local)}"
    return text if zone is not None else f"{text} (lock's zone unknown)"


def beside(moment: datetime, time_zone: str | None, local: datetime | None) -> str:
    """The same moment by the clock of whoever looks, such as ` (09:04 EST here)`; empty where it shows the same.

    Args:
        moment: As for `exact`.
        time_zone: As for `exact`.
        local: The moment in the zone of whoever looks; None where nobody's is known.
    """
    if local is None:
        return ""
    try:
        there = moment.astimezone(zone_named(time_zone) or UTC)
    except OverflowError:
        return ""
    if there.utcoffset() == local.utcoffset():
        return ""
    text = local.isoformat(" ")[:16] if local.date() != there.date() else f"{local:%H:%M}"
    return f" ({text} {_abbreviation(local)} here)"


def zone_named(time_zone: str | None) -> tzinfo | None:
    """The zone of an IANA name; None when there is none of that name."""
    if not time_zone:
        return None
    try:
        return ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of the zone database
        return None


def _abbreviation(local: datetime) -> str:
    name = local.tzname() or "UTC"
    # Zones without letters of their own name their offset: "+03" says more as "UTC+03".
    return f"UTC{name}" if name[0] in "+-" else name
