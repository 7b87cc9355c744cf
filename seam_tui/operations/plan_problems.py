"""Why a plan's file is refused: the field, what stands there, and the way out, never with a PIN's digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seam_tui.domain.pin import MASK
from seam_tui.domain.text import plain_text, shorten

if TYPE_CHECKING:
    from pydantic import ValidationError

_TOLD: Final = 10
"""Problems that are told one by one."""
_LONGEST: Final = 60
_PIN_FIELDS: Final = frozenset({"pin", "code_pin", "old", "new"})
_DIGITS: Final = re.compile(r"\d{4,}")
_TIME: Final = "Write it like 2026-11-25T15:00:00+01:00."


class PlanFileError(Exception):
    """A file that is no plan, or no plan of this release.

    Attributes:
        path: The file.
        problems: What is wrong, one sentence or two each.
    """

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        told = list(problems[:_TOLD])
        if len(problems) > _TOLD:
            told.append(f"And {len(problems) - _TOLD} more.")
        lines = [f"{plain_text(path)}: {problem}" for problem in told]
        super().__init__("\n".join([*lines, "Nothing was sent. Mend the file, or make the plan again."]))
        self.path = path
        self.problems = tuple(problems)


def problems_of(error: ValueError) -> tuple[str, ...]:
    """What a validation found, in our words.

    Args:
        error: pydantic's.
    """
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return ("It cannot be read as a plan.",)
    return tuple(_problem(found) for found in _errors(error))


def _errors(error: ValidationError) -> list[Any]:
    return list(error.errors(include_url=False, include_context=True))


def _problem(found: Any) -> str:
    where = _where(found["loc"])
    shown = _shown(found["loc"], found["input"])
    kind: str = found["type"]
    if kind == "missing":
        return f"{where}: It is missing."
    if kind == "unexpected_keyword_argument":
        return f"{where}: There is no such field. Take it out."
    if kind in {"enum", "literal_error"}:
        return f"{where}: {shown} is unknown; there are {plain_text(found['ctx']['expected'])}."
    if kind.startswith("datetime") or kind.startswith("timezone"):
        return f"{where}: {shown} is no time. {_TIME}"
    wanted = plain_text(found["msg"]).removeprefix("Input should be ").rstrip(".")
    return f"{where}: {shown} does not fit: {wanted} is wanted."


def _where(place: tuple[int | str, ...]) -> str:
    """`steps[2].values.name`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{plain_text(part)}"
    return text.lstrip(".") or "The file"


def _shown(place: tuple[int | str, ...], value: object) -> str:
    if any(part in _PIN_FIELDS for part in place):
        return f"“{MASK}”"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    text = shorten(plain_text(value), _LONGEST)
    is_time = bool(place) and str(place[-1]).endswith("_at")
    return f"“{text if is_time else _DIGITS.sub(MASK, text)}”"
