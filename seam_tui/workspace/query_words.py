"""What could be typed next in a filter: fields, and the values that the store holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from seam_tui.domain.veil import VEIL
from seam_tui.workspace.query_fields import CHOICES
from seam_tui.workspace.query_keys import name_to_search
from seam_tui.workspace.query_terms import ANY
from seam_tui.workspace.query_text import FIELDS, MOMENTS, PROBES, Word, words_of
from seam_tui.workspace.store import WorkspaceStore

_MOST: Final = 50
"""Completions offered at once; a workspace may have 10,000 locks."""
_SPANS: Final = {
    "starts": ("1h", "24h", "3d", "1w", "-1h", "-24h"),
    "ends": ("1h", "24h", "3d", "1w", "-1h", "-24h"),
    "created": ("1h", "24h", "3d", "1w"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values of a workspace's own, each tuple sorted and without repeats."""

    errors: tuple[str, ...] = ()
    """Codes of errors that some access code has or inherits."""
    warnings: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @classmethod
    def of(cls, store: WorkspaceStore) -> Vocabulary:
        """What a store holds now."""
        devices, accounts = store.devices.values(), store.accounts.values()
        errors = {issue.code for device in devices for issue in device.errors}
        errors.update(issue.code for account in accounts for issue in account.errors)
        warnings: set[str] = set()
        for code in store.codes.values():
            if code.errors:
                errors.update([issue.code for issue in code.errors])
            if code.warnings:
                warnings.update([issue.code for issue in code.warnings])
        return cls(
            _sorted(errors),
            _sorted(warnings),
            _sorted(name_to_search(device) for device in devices),
            _sorted(device.manufacturer for device in devices),
            _sorted(name_to_search(account) for account in accounts),
        )


NO_WORDS: Final = Vocabulary()


def completion_start(text: str, cursor: int) -> int:
    """Where the word at the cursor starts: a completion takes the place of the text from there to the cursor."""
    word = _word_at(text, cursor)
    return min(max(cursor, 0), len(text)) if word is None else word.start


def completions(text: str, cursor: int, known: Vocabulary = NO_WORDS) -> tuple[str, ...]:
    """Whole words that could stand at the cursor: fields, or behind a field its values; none for a PIN.

    Args:
        text: What was typed.
        cursor: Offset in the text; what stands behind it is not looked at.
        known: The values of the workspace's own.

    Returns:
        Words that take the place of the text from `completion_start` to the cursor, the likeliest first.
    """
    word = _word_at(text, cursor)
    if word is None:
        return tuple(_fields(""))
    if word.name:
        return _values(word, known)
    if word.is_quoted:
        return ()
    return tuple("!" * word.bangs + name for name in _fields(word.value.casefold()))


def _word_at(text: str, cursor: int) -> Word | None:
    """The word that ends at the cursor; None where a new one would start."""
    before = text[: max(cursor, 0)]
    word = None
    for word in words_of(before):  # noqa: B007 the last one is wanted
        pass
    if word is None or (word.is_closed and word.end < len(before)):
        return None
    return word


def _fields(start: str) -> Iterator[str]:
    for name in FIELDS:
        if name.startswith(start) and not (name in PROBES and VEIL.is_fixed):
            yield from (f"{name}<", f"{name}>") if name in MOMENTS else (f"{name}:",)


def _values(word: Word, known: Vocabulary) -> tuple[str, ...]:
    values: tuple[str, ...]
    match word.name:
        case "error":
            values = (ANY, *known.errors)
        case "warning":
            values = (ANY, *known.warnings)
        case "device":
            values = known.devices
        case "maker":
            values = known.makers
        case "account":
            values = known.accounts
        case name if name in MOMENTS:
            values = _SPANS[name]
        case name:
            values = tuple(CHOICES.get(name, ()))
    if (word.op == ":") is (word.name in MOMENTS):
        return ()
    typed = word.value.casefold()
    starting = [value for value in values if value.casefold().startswith(typed)]
    others = [] if word.name in MOMENTS else [value for value in values if typed in value.casefold()[1:]]
    lead = f"{'!' * word.bangs}{word.name}{word.op}"
    found = dict.fromkeys(starting + others)
    return tuple(lead + _quoted(value) for value in found if '"' not in value)[:_MOST]


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
