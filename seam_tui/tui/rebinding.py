"""From the config file's `[keys]` to the keys in force: what cannot be is refused, with the way out (UX rule 23).

All screens are known here, since a conflict is one only where both can be pressed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, combinations, product
from typing import Final

from textual.binding import Binding
from textual.dom import DOMNode
from textual.widgets import Input

from seam_tui.settings import SettingsError
from seam_tui.tui.actions import PALETTE, bindings_everywhere
from seam_tui.tui.key_names import KeyNameError, is_typed, key_label, parse_key
from seam_tui.tui.keymap import Keymap
from seam_tui.tui.screens.confirm import AskScreen
from seam_tui.tui.screens.failure import FailureScreen
from seam_tui.tui.screens.form import FormScreen
from seam_tui.tui.screens.history import HistoryScreen
from seam_tui.tui.screens.looking import LookingScreen
from seam_tui.tui.screens.notice import NoticeScreen
from seam_tui.tui.screens.plan import PlanScreen
from seam_tui.tui.screens.reading import ReadingScreen
from seam_tui.tui.screens.result import ResultScreen
from seam_tui.tui.screens.resume import ResumeScreen
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.screens.slots import SlotsScreen
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.screens.welcome import WelcomeScreen, WorkspaceScreen
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.filter_bar import FilterInput
from seam_tui.tui.widgets.record_table import RecordTable

Places = Mapping[type[DOMNode], tuple[type[DOMNode], ...]]

PLACES: Final[Places] = {
    TriageScreen: (RecordTable, DetailView, FilterInput),
    AskScreen: (),
    FormScreen: (),
    FailureScreen: (),
    NoticeScreen: (DetailView,),
    WelcomeScreen: (),
    WorkspaceScreen: (),
    PlanScreen: (RecordTable, DetailView),
    ResultScreen: (RecordTable, DetailView),
    HistoryScreen: (RecordTable, DetailView),
    ResumeScreen: (),
    SlotsScreen: (RecordTable, DetailView),
    SaveScreen: (),
    LookingScreen: (),
    ReadingScreen: (),
}
"""Every screen with its own keys, and the widgets with keys of their own that can have the focus in it."""

RESERVED: Final[Mapping[str, str]] = {
    "escape": "always goes back one level",
    "enter": "always opens or presses what is chosen",
    "tab": "always goes to the next pane",
    "shift+tab": "always goes to the pane before",
    "up": "always moves up",
    "down": "always moves down",
    "left": "always moves to the left",
    "right": "always moves to the right",
    "ctrl+q": "always leaves the app",
    "ctrl+c": "always copies, or says how to leave",
}
"""Keys that nobody loses: what they do may have other keys besides, and nothing else may have them."""


def _bindings_of(node: type[DOMNode]) -> Iterator[Binding]:
    """The bindings with an id that a screen or widget of ours has, its bases' among them."""
    for part in node.__mro__:
        for binding in part.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                yield binding


@cache
def bindings_by_id() -> Mapping[str, Binding]:
    """Everything that has a key which can be changed, by its id; the registry's first."""
    found = {str(binding.id): binding for binding in bindings_everywhere(PALETTE)}
    for node in dict.fromkeys([*PLACES, *(widget for widgets in PLACES.values() for widget in widgets)]):
        for binding in _bindings_of(node):
            found.setdefault(str(binding.id), binding)
    return found


def make_keymap(wanted: Mapping[str, Iterable[str]], source: str) -> tuple[Keymap, list[SettingsError]]:
    """The keys in force, and all that is wrong with what the user wrote.

    Args:
        wanted: By the id of what is done: keys as a person writes them.
        source: Where that stands, such as the config file and `keys`.

    Returns:
        The keymap, of what can be used; and what cannot.
    """
    problems: list[SettingsError] = []
    changed: dict[str, tuple[str, ...]] = {}
    for name, written in wanted.items():
        try:
            keys = _keys_of(name, tuple(written))
        except _RefusedKeyError as refusal:
            problems.append(SettingsError(f"keys.{name}", f"{source}.{name}", refusal.problem, refusal.remedy))
        else:
            if keys != (bindings_by_id()[name].key,):
                changed[name] = keys
    keymap = Keymap(changed)
    problems += [
        SettingsError(f"keys.{name}", f"{source}.{name}", problem, "Give one of them another key.")
        for name, problem in _conflicts(keymap)
    ]
    return keymap, problems


class _RefusedKeyError(Exception):
    """Why a key cannot be what the user wants."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def _keys_of(name: str, written: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of one id, its own reserved one first.

    Raises:
        _RefusedKeyError: No such id, no such key, or a key that it may not have.
    """
    binding = bindings_by_id().get(name)
    if binding is None:
        near = difflib.get_close_matches(name, bindings_by_id(), n=2, cutoff=0.5)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "seam-tui config sample lists them all."
        raise _RefusedKeyError("Nothing has this name.", remedy)
    keys = []
    for text in written:
        try:
            keys.append(parse_key(text))
        except KeyNameError as error:
            raise _RefusedKeyError(f"{text!r} is no key that can be used.", str(error)) from None
    for key in keys:
        if key in RESERVED and key != binding.key:
            raise _RefusedKeyError(f"{key_label(key)} {RESERVED[key]}.", "Choose another key.")
        if binding.priority and (is_typed(key) or key in _EDITING):
            raise _RefusedKeyError(
                f"{key_label(key)} belongs to the text: this key works while somebody types.",
                "Choose one that writes and edits nothing, such as f5 or ctrl+g.",
            )
    own = [binding.key] if binding.key in RESERVED else []
    return tuple(dict.fromkeys([*own, *keys]))


_EDITING: Final = frozenset(
    key.strip() for binding in Input.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")
)
"""Keys with which text is edited."""


def _conflicts(keymap: Keymap) -> list[tuple[str, str]]:
    """Ids of what was changed, each with the other thing that has the same key where both can be pressed."""
    found: dict[tuple[str, str], str] = {}
    everywhere = bindings_everywhere(PALETTE)
    for screen, widgets in PLACES.items():
        own = [*_bindings_of(screen), *everywhere]
        inside = [list(_bindings_of(widget)) for widget in widgets]
        # Two widgets do not have the focus at once; but each shadows the screen's keys.
        pairs: list[Iterable[tuple[Binding, Binding]]] = [combinations(own, 2)]
        pairs += [combinations(part, 2) for part in inside]
        pairs += [product(part, own) for part in inside]
        for one, other in chain.from_iterable(pairs):
            key = _shared(keymap, one, other)
            if key is not None:
                changed, against = (one, other) if one.id in keymap.changed else (other, one)
                words = f"{key_label(key)} is also the key of {against.id} ({against.description})."
                found.setdefault((str(changed.id), key), words)
    return [(name, words) for (name, _), words in found.items()]


def _shared(keymap: Keymap, one: Binding, other: Binding) -> str | None:
    """A key that both have, unless neither was changed, or they are meant to share one: two ways to move down."""
    if one.id == other.id or one.key == other.key or not {one.id, other.id} & keymap.changed.keys():
        return None
    keys = keymap.keys(other)
    return next((key for key in keymap.keys(one) if key in keys), None)
