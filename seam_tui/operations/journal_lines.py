"""The form of the journal's lines: how a record becomes one, and what is read from one.

No line of a run's file holds a PIN: those stand in the side file, and with them each name in which one stands.
pydantic checks what is read, and is imported only when something is.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from seam_tui.domain.pin import MASK, MAX_LENGTH, MIN_LENGTH, Pin
from seam_tui.operations.journal_records import (
    Ended,
    Header,
    PinKept,
    PinSlot,
    Planned,
    RunRecord,
    TextKept,
)

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class _SideLine:
    __pydantic_config__: ClassVar = {"strict": True, "extra": "forbid"}
    step: int
    slot: PinSlot
    what: Literal["pin", "name", "common_code_key"]
    text: str = field(repr=False)


_NAMES: Final[dict[type, tuple[str, ...]]] = {}
"""The fields of each kind of record: asking for them takes longer than writing one."""
_DIGITS: Final = re.compile(rf"[0-9]{{{MIN_LENGTH},}}")


class KnownPins:
    """The PINs of a run, to mask them in its texts: the work grows with the text, not with the number of PINs."""

    def __init__(self) -> None:
        self._pins: set[Pin] = set()
        self._odd: set[Pin] = set()

    def add(self, pin: Pin) -> None:
        """Take one more PIN."""
        # One that is not 4 to 12 digits is found by itself; locks have none, but a server may send anything.
        (self._odd if pin.check() else self._pins).add(pin)

    def mask(self, text: str) -> str:
        """A text with `••••` in the place of each PIN in it."""
        for pin in self._odd:
            text = pin.scrub(text)
        return _DIGITS.sub(self._masked_digits, text) if self._pins else text

    def _masked_digits(self, found: re.Match[str]) -> str:
        digits, shown, start = found[0], [], 0
        while start < len(digits):
            for length in range(min(MAX_LENGTH, len(digits) - start), MIN_LENGTH - 1, -1):
                if Pin(digits[start : start + length]) in self._pins:
                    shown.append(MASK)
                    start += length
                    break
            else:
                shown.append(digits[start])
                start += 1
        return "".join(shown)


def hide_pins(record: RunRecord, mask: Callable[[str], str]) -> tuple[RunRecord, tuple[TextKept, ...]]:
    """A record as its line may show it, and the texts that the side file keeps whole.

    Args:
        record: Any record of the run's file.
        mask: Masks the run's PINs in a text.
    """
    if isinstance(record, Ended):
        return replace(record, said=mask(record.said)), ()
    if not isinstance(record, Planned):
        return record, ()
    kept: list[TextKept] = []

    def masked(text: str, slot: PinSlot, what: Literal["name", "common_code_key"]) -> str:
        shown = mask(text)
        if shown != text:
            kept.append(TextKept(step=record.step, slot=slot, what=what, text=text))
        return shown

    code, values, title = record.code, record.values, mask(record.title)
    if code is not None:
        name = masked(code.name, PinSlot.BEFORE, "name")
        key = code.common_code_key and masked(code.common_code_key, PinSlot.BEFORE, "common_code_key")
        code = replace(code, name=name, common_code_key=key) if kept else code
    if values.name is not None:
        values = replace(values, name=masked(values.name, PinSlot.SENT, "name"))
    if not kept and title == record.title:
        return record, ()
    return replace(record, title=title, code=code, values=values), tuple(kept)


def show_texts(planned: Planned, kept: Mapping[tuple[PinSlot, str], str]) -> Planned:
    """A planned step with the texts that the side file keeps, by slot and field."""
    code, values = planned.code, planned.values
    if code is not None:
        name = kept.get((PinSlot.BEFORE, "name"), code.name)
        key = kept.get((PinSlot.BEFORE, "common_code_key"), code.common_code_key)
        code = replace(code, name=name, common_code_key=key)
    values = replace(values, name=kept.get((PinSlot.SENT, "name"), values.name))
    return replace(planned, code=code, values=values)


def encode(record: Header | RunRecord) -> bytes:
    """A record as a line of the run's file.

    Raises:
        ValueError: A time has no zone.
    """
    content = _as_json(record)
    return _line({"record": content.pop("record"), **content})


def encode_pin(kept: PinKept) -> bytes:
    """A PIN as a line of the side file: with the wire and the deliberate reveal, where its digits are asked for."""
    return _line({"step": kept.step, "slot": kept.slot, "what": "pin", "text": kept.pin.reveal()})


def encode_text(kept: TextKept) -> bytes:
    """A text as a line of the side file."""
    return _line({"step": kept.step, "slot": kept.slot, "what": kept.what, "text": kept.text})


def decode(line: bytes) -> Header | RunRecord | None:
    """The record of a line of the run's file; None for a line that is damaged."""
    record: Header | RunRecord | None = _validated(_run_lines(), line)
    return record if record is not None and _is_aware(record) else None


def decode_kept(line: bytes) -> PinKept | TextKept | None:
    """What a line of the side file keeps; None for a line that is damaged."""
    found: _SideLine | None = _validated(_side_lines(), line)
    if found is None:
        return None
    if found.what == "pin":
        return PinKept(step=found.step, slot=found.slot, pin=Pin(found.text))
    return TextKept(step=found.step, slot=found.slot, what=found.what, text=found.text)


def version_of(line: bytes) -> int | None:
    """The version that a header line names, whatever else stands in it; None for a line that is no header."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    version = content.get("version") if isinstance(content, dict) and content.get("record") == "header" else None
    return version if type(version) is int else None


def _line(content: Mapping[str, object]) -> bytes:
    # A lone surrogate cannot be written; the gate lets none in, and an error about one would quote the text.
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace") + b"\n"


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("the journal keeps only times with a zone")
        return value.astimezone(UTC).isoformat()
    if dataclasses.is_dataclass(value):
        return {
            name: _as_json(item) if isinstance(item, datetime) or dataclasses.is_dataclass(item) else item
            for name in _field_names(value)
            if (item := getattr(value, name)) is not None
        }
    return value


def _is_aware(value: object) -> bool:
    """Whether every time in a record has a zone."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if dataclasses.is_dataclass(value):
        return all(_is_aware(getattr(value, name)) for name in _field_names(value))
    return True


def _field_names(record: object) -> tuple[str, ...]:
    kind: Any = type(record)
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(item.name for item in dataclasses.fields(kind))
    return names


def _validated(adapter: TypeAdapter[Any], line: bytes) -> Any:
    try:
        return adapter.validate_json(line)
    except ValueError:  # pydantic's own quotes the line, and is let go here
        return None


@functools.cache
def _run_lines() -> TypeAdapter[Any]:
    from pydantic import ConfigDict, Field, TypeAdapter

    lines = Annotated[Header | RunRecord, Field(discriminator="record")]
    return TypeAdapter(lines, config=ConfigDict(strict=True, extra="forbid"))


@functools.cache
def _side_lines() -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(_SideLine)
