"""How keys are written: by Textual, by a person in the config file, and on the screen."""

from __future__ import annotations

import difflib
import re
import string
from typing import Final

from textual.keys import _character_to_key, format_key

_ARROWS: Final = {"up": "↑", "down": "↓", "left": "←", "right": "→"}
_NAMED: Final = (
    *_ARROWS, "escape", "enter", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown",
)  # fmt: skip
_FUNCTION: Final = re.compile(r"f(?:[1-9]|1[0-2])\Z")
_ALIASES: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "control": "ctrl",
} | {arrow: name for name, arrow in _ARROWS.items()}
_LABELS: Final = _ARROWS | {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
_MODIFIERS: Final = ("ctrl", "alt", "shift")
_LOST: Final = {
    "ctrl+h": "Backspace",
    "ctrl+i": "Tab",
    "ctrl+j": "Enter",
    "ctrl+m": "Enter",
    "ctrl+space": "nothing",
    "shift+space": "Space",
    "shift+enter": "Enter",
    "shift+escape": "Esc",
    "shift+backspace": "Backspace",
}
"""Chords that most terminals send as something else, or not at all (tried)."""


class KeyNameError(ValueError):
    """No key, or one that a terminal cannot be relied on to send. Its text says why, and the way out."""


def key_label(key: str) -> str:
    """A key as a person reads it: `F1`, `?`, `Ctrl+R`, `Shift+↓`.

    Args:
        key: As Textual names it.
    """
    *modifiers, name = key.split("+")
    character = _character(name)
    if character is not None:
        shown = character.upper() if modifiers else character
    else:
        shown = _LABELS.get(name, name.capitalize())
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def is_typed(key: str) -> bool:
    """Whether a key writes a character, so that it belongs to the text while somebody types."""
    return key == "space" or _character(key) is not None


def parse_key(text: str) -> str:
    """A key as Textual names it.

    Args:
        text: As a person writes it: `D`, `?`, `F5`, `Ctrl+D`, `shift+down`, `PgUp`.

    Raises:
        KeyNameError: There is no such key, or terminals do not send it.
    """
    if len(text) == 1 and text.isprintable():
        if text in _ALIASES:
            return _ALIASES[text]
        return _character_to_key(text)
    *before, last = text.lower().replace(" ", "").split("+")
    modifiers, name = [_ALIASES.get(word, word) for word in before], _ALIASES.get(last, last)
    if not _is_name(name) or any(word not in _MODIFIERS for word in modifiers) or len(set(modifiers)) < len(modifiers):
        raise KeyNameError(_unknown(name, modifiers))
    key = "+".join([*(word for word in _MODIFIERS if word in modifiers), name])
    _refuse_lost(key, modifiers, name)
    return key if modifiers or len(name) > 1 else text  # a letter keeps its case


def _is_name(name: str) -> bool:
    """Whether it names a key; Textual's names of characters, such as `question_mark`, do too."""
    return name in _NAMED or bool(_FUNCTION.match(name)) or (name.isascii() and _character(name) is not None)


def _character(name: str) -> str | None:
    """What a key without modifiers writes, Space left out."""
    shown = format_key(name)
    return shown if name not in _NAMED and len(shown) == 1 else None


def _unknown(name: str, modifiers: list[str]) -> str:
    strange = [word for word in modifiers if word not in _MODIFIERS]
    if strange:
        return "Only Ctrl, Alt and Shift go before a +."
    known = [*_NAMED, *_ALIASES, *(f"f{number}" for number in range(1, 13)), "question_mark", "slash", "full_stop"]
    near = difflib.get_close_matches(name, known, n=1)
    examples = "Write a character such as D or ?, or a name such as f5, delete, ctrl+d, shift+down."
    return f"Did you mean {near[0]}?" if near else examples


def _refuse_lost(key: str, modifiers: list[str], name: str) -> None:
    """Refuse what reaches the app on some terminals only.

    Raises:
        KeyNameError: It would work for some and not for others.
    """
    is_character = _character(name) is not None
    if key in _LOST:
        raise KeyNameError(f"Most terminals send {_LOST[key]} for it. Choose another.")
    if is_character and modifiers == ["shift"] and name in string.ascii_lowercase:
        raise KeyNameError(f'Write "{name.upper()}" for it.')
    if is_character and "shift" in modifiers:
        raise KeyNameError("Terminals send it without Shift. Choose another.")
    if is_character and modifiers and name not in string.ascii_lowercase:
        raise KeyNameError("Terminals do not send Ctrl or Alt with that character. Choose a letter.")
