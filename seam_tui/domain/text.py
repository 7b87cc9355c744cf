"""The plain-text gate: whatever Seam sends becomes text that no terminal can misread.

Names come from guests' bookings, so they are untrusted input. Every string of the API passes `plain_text` once, at
the door (`seam_api`), and is shown as `Content` or `Text`, never as markup (UX rule 11).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_LENGTH: Final = 2_000
"""Characters kept of one string; the rest is cut and marked with an ellipsis."""

_ANSI: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC strings
    r"|\x9b[0-?]*[ -/]*[@-~]"  # the one-byte form of CSI
    r"|\x1b[ -/]*[0-~]?"  # two-character escapes, and a lone escape
)
_SPACES: Final = re.compile(r"\s+")
_MAX_COMBINING: Final = 2
"""Combining marks kept on one character: enough for every living script, too few for stacked text."""
_MAX_MARKS: Final = 6
"""Marks of any kind on one character: vowel signs of Indic scripts are marks that combine by other rules."""
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols that show nothing: a name made of them would look like none."""
_IGNORABLE_MARKS: Final = frozenset("\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")
"""Marks that show nothing by themselves: the grapheme joiner, Khmer fillers, Mongolian variation selectors."""
_WIDENED: Final = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D376))
"""Symbols that Unicode 16 made two cells wide; terminals follow one after the other."""


def plain_text(value: object, limit: int = MAX_LENGTH) -> str:
    """Turn any value of the API into one line of printable text.

    Escape sequences, control and format characters (bidi overrides, joiners), variation selectors, skin tones and
    enclosing marks are dropped, because terminals disagree with each other on what they do or how wide they are;
    regional indicators become the letters that they stand for, white space becomes single spaces.

    Args:
        value: What the API sent; None gives an empty string.
        limit: Longest result, in characters.

    Returns:
        Text that has the same width everywhere and cannot act.
    """
    # Printable ASCII and single spaces are nearly all that comes: told without a pattern, half as fast again.
    if (
        type(value) is str
        and value.isascii()
        and value.isprintable()
        and "  " not in value
        and value.strip() is value
        and len(value) <= limit
    ):
        return value
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    # A hostile string may be of any length; nothing past this point could be shown anyway.
    text = unicodedata.normalize("NFC", _ANSI.sub("", text[: limit * 8]))
    kept: list[str] = []
    marks = combining = 0
    for character in text:
        shown = _shown_as(character)
        if not shown:
            continue
        if unicodedata.category(shown[0]).startswith("M"):
            marks += 1
            combining += unicodedata.combining(shown[0]) > 0
            if combining > _MAX_COMBINING or marks > _MAX_MARKS or not kept or kept[-1] == " ":
                continue
        else:
            marks = combining = 0
        kept.append(shown)
    # What was dropped may have stood between a letter and its mark: composed again, a second pass changes nothing.
    result = _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()
    return shorten(result, limit)


def _shown_as(character: str) -> str:
    """The text that stands for one character: itself, a space, other text or nothing."""
    point = ord(character)
    if 0x20 <= point < 0x7F:
        return character
    if 0x1F1E6 <= point <= 0x1F1FF:  # regional indicators: flags are two of them, and of no agreed width
        return chr(ord("A") + point - 0x1F1E6)
    if 0x1F3FB <= point <= 0x1F3FF or 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF:
        return ""
    if character in _IGNORABLE_MARKS:
        return ""
    if character.isspace() or character in _BLANK:
        return " "
    if any(first <= point <= last for first, last in _WIDENED):
        return "\N{REPLACEMENT CHARACTER}"
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Cs", "Me"}:
        return ""
    if category in {"Co", "Cn"}:
        return "\N{REPLACEMENT CHARACTER}"
    return character


def shorten(text: str, length: int) -> str:
    """Cut plain text to at most `length` characters, marking the cut with an ellipsis."""
    if len(text) <= length:
        return text
    return text[: max(length - 1, 0)] + "…" if length > 0 else ""
