"""Records as tables of JSON and back: one column for each field, and each value once where many records share it.

Columns make a picture quick to read: the values of a column are made in one go, and equal ones once. PINs are not
written.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter
from string import ascii_letters
from typing import Any, Final, TypeVar

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.opened import opened
from seam_tui.domain.pin import CodeConstraint, Pin

_Record = TypeVar("_Record", AccessCode, ConnectedAccount, Device, Workspace)

_MANY: Final = 2
"""Where more than one value in this many is another one, a list of places saves nothing."""
_LETTERS: Final = ascii_letters.encode()
_TO_LETTERS: Final = _LETTERS.ljust(256)
_FROM_LETTERS: Final = bytes.maketrans(_LETTERS, bytes(range(len(_LETTERS))))
_ONE: Final = "one"
"""The form of a column in which all values are equal."""
_SECRET: Final = "pin"
"""The field that is never written."""

_OPENED: Final = {kind: opened(kind) for kind in (AccessCode, ConnectedAccount, Device, Workspace)}
_SET_CLASS: Final[Any] = vars(object)["__class__"].__set__

Json = Any
"""What `json` takes and gives."""
Pause = Callable[[], object]
"""Lets others go on for a moment."""


def shape() -> str:
    """Names the form of the records: it is another one as soon as a field comes, goes or is moved."""
    kinds = (
        AccessCode,
        PendingMutation,
        FieldChange,
        Issue,
        Device,
        Battery,
        CodeConstraint,
        ConnectedAccount,
        Workspace,
    )
    told = "\n".join(f"{kind.__name__} {' '.join(field.name for field in fields(kind))}" for kind in kinds)
    return blake2b(told.encode(), digest_size=6).hexdigest()


def encode_table(kind: type[_Record], records: Sequence[_Record], pause: Pause = lambda: None) -> Json:
    """Records of one kind as a table; the PINs of codes are left out.

    Args:
        kind: Of which kind.
        records: Of that kind.
        pause: Called after each column that took a while.

    Raises:
        TypeError: A PIN stands in a change: codes come here through `mask_own_pins`.
    """
    columns: dict[str, Json] = {}
    for name in _names(kind):
        if name != _SECRET:
            column = columns[name] = encode_column(list(map(attrgetter(name), records)), _ENCODERS.get((kind, name)))
            if column[0] != _ONE:
                pause()
    return {"count": len(records), "columns": columns}


def decode_table(kind: type[_Record], table: Json) -> list[_Record]:
    """The records of a table; the PINs of codes are None.

    Raises:
        ValueError, TypeError, LookupError, AttributeError, OverflowError: It is none.
    """
    count: int = table["count"]
    columns: dict[str, Json] = table["columns"]
    values = [
        repeat(None, count) if name == _SECRET else decode_column(columns[name], count, _DECODERS.get((kind, name)))
        for name in _names(kind)
    ]
    closed: Any = kind
    records: list[Any] = list(map(_OPENED[closed], *values))
    # From here on they are frozen, for all who see them.
    deque(map(_SET_CLASS, records, repeat(closed)), maxlen=0)
    return records


def encode_time(moment: datetime | None) -> str | None:
    """A time as ISO 8601 text: read again in a fifth of the time that a number takes."""
    return None if moment is None else moment.isoformat()


def decode_time(text: str | None) -> datetime | None:
    """A time of such a text."""
    return None if text is None else datetime.fromisoformat(text)


_shared_time: Final = lru_cache(maxsize=4_096)(decode_time)
"""As `decode_time`, one object for equal times of thousands of codes: what is reckoned by time finds it at once."""


def forget_shared() -> None:
    """Let go of what was kept to be shared by the tables of one picture."""
    _shared_time.cache_clear()


def encode_column(values: list[Any], encode: Callable[[Any], Json] | None = None) -> Json:
    """Values as `["one", [value]]` if all are equal, `["of", values, places]` if many are, else `["each", values]`.

    Places in a short list are a text of one letter each, which is read in half the time of so many numbers.
    """
    distinct = dict.fromkeys(values)
    if len(distinct) == 1:
        return [_ONE, _encoded(distinct, encode)]
    if len(distinct) * _MANY > len(values):
        return ["each", _encoded(values, encode)]
    place = dict(zip(distinct, range(len(distinct)), strict=True))
    places = list(map(place.__getitem__, values))
    as_letters = len(distinct) <= len(_LETTERS)
    return ["of", _encoded(distinct, encode), bytes(places).translate(_TO_LETTERS).decode() if as_letters else places]


def decode_column(column: Json, count: int, decode: Callable[[Json], Any] | None = None) -> Iterable[Any]:
    """So many values of a column, equal ones as one object.

    Raises:
        ValueError, TypeError, LookupError: They are not so many, or no column.
    """
    form, written, *places = column
    values: list[Any] = written if decode is None else list(map(decode, written))
    if form == _ONE:
        return repeat(values[0], count)
    if form == "of":
        (found,) = places
        numbers = found.encode().translate(_FROM_LETTERS) if isinstance(found, str) else found
        values = list(map(values.__getitem__, numbers))
    if len(values) != count:
        raise ValueError("a column of another length")
    return iter(values)


def _encoded(values: Iterable[Any], encode: Callable[[Any], Json] | None) -> list[Json]:
    return list(values if encode is None else map(encode, values))


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


# Values that JSON does not have


def _encode_change(change: FieldChange) -> Json:
    return [change.field, *(_encode_value(value) for value in (change.old, change.new))]


def _encode_value(value: str | datetime | Pin | None) -> Json:
    if isinstance(value, Pin):
        raise TypeError("a PIN is not written")
    return [value.isoformat()] if isinstance(value, datetime) else value


def _decode_value(value: Json) -> Any:
    return datetime.fromisoformat(value[0]) if isinstance(value, list) else value


def _decode_changes(changes: Json) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(field, _decode_value(old), _decode_value(new)) for field, old, new in changes)


def _encode_issues(issues: tuple[Issue, ...]) -> Json:
    return [
        [
            issue.kind.value,
            issue.code,
            issue.level.value,
            issue.message,
            encode_time(issue.created_at),
            issue.change_type,
            [_encode_change(change) for change in issue.modified_fields],
            issue.managed_access_code_id,
            issue.unmanaged_access_code_id,
            issue.active_access_code_count,
            issue.max_active_access_code_count,
        ]
        for issue in issues
    ]


def _decode_issues(issues: Json) -> tuple[Issue, ...]:
    return tuple(
        Issue(
            IssueKind(kind),
            sys.intern(code),
            IssueLevel(level),
            # The same few sentences stand on thousands of codes.
            sys.intern(message),
            decode_time(created_at),
            change_type,
            _decode_changes(modified_fields),
            *others,
        )
        for kind, code, level, message, created_at, change_type, modified_fields, *others in issues
    )


def _encode_mutations(mutations: tuple[PendingMutation, ...]) -> Json:
    return [
        [
            mutation.mutation_code,
            mutation.message,
            encode_time(mutation.created_at),
            encode_time(mutation.scheduled_at),
            [_encode_change(change) for change in mutation.changes],
        ]
        for mutation in mutations
    ]


def _decode_mutations(mutations: Json) -> tuple[PendingMutation, ...]:
    return tuple(
        PendingMutation(
            sys.intern(code),
            sys.intern(message),
            decode_time(created_at),
            decode_time(scheduled_at),
            _decode_changes(changes),
        )
        for code, message, created_at, scheduled_at, changes in mutations
    )


def _encode_battery(battery: Battery | None) -> Json:
    return None if battery is None else [battery.level, battery.status]


def _decode_battery(battery: Json) -> Battery | None:
    return None if battery is None else Battery(*battery)


def _encode_constraints(constraints: tuple[CodeConstraint, ...]) -> Json:
    return [[rule.constraint_type, rule.min_length, rule.max_length] for rule in constraints]


def _decode_constraints(constraints: Json) -> tuple[CodeConstraint, ...]:
    return tuple(CodeConstraint(*rule) for rule in constraints)


def _interned(text: str | None) -> str | None:
    return None if text is None else sys.intern(text)


_KINDS: Final = (AccessCode, Device, ConnectedAccount)
_ENCODERS: Final[dict[tuple[type, str], Callable[[Any], Json]]] = {
    **{(AccessCode, name): attrgetter("value") for name in ("type", "status")},
    **{(AccessCode, name): encode_time for name in ("created_at", "starts_at", "ends_at")},
    **{(kind, "created_at"): encode_time for kind in _KINDS},
    **{(kind, name): _encode_issues for kind in _KINDS for name in ("errors", "warnings")},
    (AccessCode, "pending_mutations"): _encode_mutations,
    (Device, "battery"): _encode_battery,
    (Device, "code_constraints"): _encode_constraints,
}
"""How the values of a column are written, where JSON does not have them."""
_DECODERS: Final[dict[tuple[type, str], Callable[[Json], Any]]] = {
    **dict.fromkeys(((AccessCode, "device_id"), (Device, "device_id"), (Device, "connected_account_id")), _interned),
    (AccessCode, "type"): AccessCodeType,
    (AccessCode, "status"): AccessCodeStatus,
    **{(AccessCode, name): _shared_time for name in ("starts_at", "ends_at")},
    **{(kind, "created_at"): decode_time for kind in _KINDS},
    **{(kind, name): _decode_issues for kind in _KINDS for name in ("errors", "warnings")},
    (AccessCode, "pending_mutations"): _decode_mutations,
    (Device, "battery"): _decode_battery,
    (Device, "code_constraints"): _decode_constraints,
    **dict.fromkeys(((Device, "supported_code_lengths"), (Device, "capabilities_supported")), tuple),
}
"""How they are read again."""
