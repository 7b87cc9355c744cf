"""What may stand in the config file's table of keys, and what is refused in which words (UX 23)."""

from __future__ import annotations

import string
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import Keys
from textual.widgets import Input

from seam_tui.tui import screens
from seam_tui.tui.key_names import KeyNameError, is_typed, key_label, parse_key
from seam_tui.tui.rebinding import PLACES, RESERVED, bindings_by_id, make_keymap
from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.screens.listing import ListingDialog
from seam_tui.tui.screens.plan import PlanScreen

SOURCE = "config.toml, keys"
PRINTABLE = [character for character in string.printable if character.isprintable() and not character.isspace()]
CHORDS = [f"{modifier}+{name}" for modifier in ("ctrl", "alt") for name in string.ascii_lowercase]
NAMED = ["f1", "f12", "delete", "insert", "home", "end", "pageup", "pagedown", "space", "shift+f3", "ctrl+delete"]


def refusals(**wanted: str) -> list[str]:
    """What is said of these keys; a double underscore stands for a dot."""
    written = {name.replace("__", "."): [key] for name, key in wanted.items()}
    return [str(problem) for problem in make_keymap(written, SOURCE)[1]]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("D", "D"),
        ("?", "question_mark"),
        ("/", "slash"),
        (",", "comma"),
        ("question_mark", "question_mark"),
        ("F5", "f5"),
        ("Ctrl+D", "ctrl+d"),
        ("ctrl + d", "ctrl+d"),
        ("Control+D", "ctrl+d"),
        ("Shift+↓", "shift+down"),
        ("PgUp", "pageup"),
        ("Del", "delete"),
        ("Esc", "escape"),
        (" ", "space"),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, key: str) -> None:
    assert parse_key(written) == key


@given(st.sampled_from([*PRINTABLE, *CHORDS, *NAMED]))
def test_a_key_as_it_is_shown_can_be_written_back(written: str) -> None:
    try:
        key = parse_key(written)
    except KeyNameError:
        assert written in {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"}
        return
    assert parse_key(key_label(key)) == key


def test_every_key_of_ours_as_it_is_shown_can_be_written_back() -> None:
    for binding in bindings_by_id().values():
        assert parse_key(key_label(binding.key)) == binding.key


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_refused_with_the_way_out(text: str) -> None:
    said = ""
    try:
        key = parse_key(text)
    except KeyNameError as error:
        key, said = "", str(error)
    assert bool(key) != said.endswith((".", "?"))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("ctrl+i", "Most terminals send Tab for it."),
        ("ctrl+m", "Most terminals send Enter for it."),
        ("ctrl+h", "Most terminals send Backspace for it."),
        ("ctrl+space", "Most terminals send nothing for it."),
        ("shift+d", 'Write "D" for it.'),
        ("ctrl+shift+d", "without Shift"),
        ("ctrl+?", "Choose a letter."),
        ("delte", "Did you mean delete?"),
        ("spce", "Did you mean space?"),
        ("hyper+d", "Only Ctrl, Alt and Shift go before a +."),
        ("f99", "Did you mean f9?"),
        ("", "Write a character such as D"),
    ],
)
def test_a_key_that_does_not_reach_every_terminal_or_is_none_is_refused(written: str, words: str) -> None:
    with pytest.raises(KeyNameError) as caught:
        parse_key(written)
    assert words in str(caught.value)
    assert refusals(delete=written) == [f"{SOURCE}.delete: {written!r} is no key that can be used. {caught.value}"]


def test_which_keys_write_something_is_known() -> None:
    assert all(is_typed(parse_key(character)) for character in PRINTABLE)
    assert is_typed("space")
    assert not any(is_typed(key) for key in ("f5", "ctrl+d", "delete", "down", "shift+down", Keys.Escape))


def test_an_unknown_name_is_refused_with_a_near_one() -> None:
    assert refusals(delet="f5") == [f"{SOURCE}.delet: Nothing has this name. Did you mean delete?"]
    assert refusals(app__reloaded="f5")[0].startswith(
        f"{SOURCE}.app.reloaded: Nothing has this name. Did you mean app."
    )
    assert "seam-tui config sample lists them all." in refusals(qqqqqq="f5")[0]


def test_two_things_on_one_key_are_both_named() -> None:
    assert refusals(delete="b") == [
        f"{SOURCE}.delete: b is also the key of pull_backup (Pull a backup code). Give one of them another key."
    ]
    both = refusals(delete="f10", unlock="f10")
    assert len(both) == 1
    assert "delete" in both[0]
    assert "unlock" in both[0]


def test_what_is_pressed_on_different_screens_may_share_a_key() -> None:
    assert refusals(plan__save="b", result__save="b") == []


def test_a_key_of_a_list_would_hide_that_of_the_screen_around_it() -> None:
    assert "k is also the key of unlock" in refusals(table__cursor_up="k")[0]
    assert "F10 is also the key of app.help" in refusals(detail__first="f10", app__help="f10")[0]


def test_ways_to_move_down_may_share_their_other_key_as_they_share_the_arrow() -> None:
    assert refusals(listing__down="j", table__cursor_down="j", detail__down="j") == []


@pytest.mark.parametrize("key", RESERVED)
def test_nobody_takes_a_reserved_key_away(key: str) -> None:
    assert refusals(delete=key) == [f"{SOURCE}.delete: {key_label(key)} {RESERVED[key]}. Choose another key."]


def test_what_has_a_reserved_key_keeps_it_and_shows_it() -> None:
    for name, binding in bindings_by_id().items():
        if binding.key in RESERVED:
            keymap, problems = make_keymap({name: ["f11"]}, SOURCE)
            assert not problems
            assert keymap.keys(binding) == (binding.key, "f11")
            assert keymap.label(binding) == key_label(binding.key)


def test_what_works_while_somebody_types_gets_no_key_that_writes_or_edits() -> None:
    editing = chain.from_iterable(binding.key.split(",") for binding in Input.BINDINGS)  # type: ignore[union-attr]
    for key in ["g", "space", "?", *({*editing} & {"home", "end", "delete", "backspace", "ctrl+u", "ctrl+w"})]:
        for name in ("form.submit", "form.toggle_secret", "app.palette"):
            assert "belongs to the text" in make_keymap({name: [key]}, SOURCE)[1][0].problem
    assert refusals(form__submit="f5") == []


def test_a_key_that_is_its_own_changes_nothing() -> None:
    keymap, problems = make_keymap({"delete": ["d"], "pane.back": ["Esc"]}, SOURCE)
    assert (keymap.changed, problems) == ({}, [])


def test_the_keys_of_the_app_do_not_conflict_among_themselves() -> None:
    every = {name: [key_label(binding.key), "f11"] for name, binding in bindings_by_id().items()}
    _, problems = make_keymap(every, SOURCE)
    assert {problem.problem.partition(" is also")[0] for problem in problems} == {"F11"}


def test_all_dialogs_with_keys_of_their_own_are_known() -> None:
    for module in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    waiting, found = [Dialog], set()
    while waiting:
        dialog = waiting.pop()
        waiting += dialog.__subclasses__()
        if dialog.__module__.startswith("seam_tui.tui.screens.") and "BINDINGS" in dialog.__dict__:
            found.add(dialog)
    assert found - {Dialog, ListingDialog} <= set(PLACES)
    assert PlanScreen in found
