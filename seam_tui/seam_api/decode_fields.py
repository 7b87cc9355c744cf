"""Single values of an answer: whatever Seam sends becomes a value of its type, or none.

Nearly everything here is asked for each of a hundred thousand codes, so the usual value is told first.
"""

from __future__ import annotations

import math
import sys
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from seam_tui.domain.text import plain_text

_FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
_LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
"""A time nearer to the ends of the calendar ("never" is often 9999-12-31) cannot be told in every zone."""
_parsed: Final = datetime.fromisoformat


def field(record: object, name: str) -> Any:
    """A field of an object of an answer; None when it is absent, and of what is no object."""
    return record.get(name) if isinstance(record, dict) else None


def moment(value: object) -> datetime | None:
    """An ISO 8601 time of the API as an aware datetime; None when it is absent or no time."""
    try:
        parsed = _parsed(value)  # type: ignore[arg-type]  # what is no text raises a TypeError
    except (TypeError, ValueError):
        return None
    if 1 < parsed.year < 9999 and parsed.tzinfo is not None:
        return parsed
    parsed = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
    return min(max(parsed, _FIRST_MOMENT), _LAST_MOMENT)


def identifier(value: object) -> str:
    """An id, interned: a device's id stands in each of its codes."""
    return sys.intern(plain_text(value))


known_moment = lru_cache(maxsize=2_048)(moment)
"""`moment` of a text, and one object for equal times: stays start and end on the hour."""
known_text = lru_cache(maxsize=256)(plain_text)
"""`plain_text` of a text, and one object for equal texts: of a handful that stand on every code."""


def optional_identifier(value: object) -> str | None:
    """An id that may be absent, interned."""
    return identifier(value) if isinstance(value, str) and value else None


def finite(value: object) -> int | float | None:
    """A number; Python reads the not-JSON words NaN and Infinity as numbers, too."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def number(value: object) -> int | None:
    """A whole number."""
    found = finite(value)
    return None if found is None else int(found)


def flag(value: object) -> bool | None:
    """True or False; None when Seam does not say."""
    return value if isinstance(value, bool) else None
