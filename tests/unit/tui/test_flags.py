"""Flags: what a change is called, when it fades, and where the words stand in a row."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.style import Style

from seam_tui.tui.flags import CODE_WORDS, FADES_AFTER, NEW, Flag, Flags
from seam_tui.tui.widgets.cells import CursorState, Palette, RowCells, draw_row, make_row
from seam_tui.tui.widgets.columns import Column, fit_columns
from seam_tui.workspace.changes import INHERITED_ISSUES, PIN_READ, REAPPEARED, Changes


def changed(**fields: tuple[str, ...]) -> Changes:
    return Changes(changed=fields)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        (("name",), "name"),
        (("status", "name"), "status"),
        (("name", "status", "warnings"), "issues"),
        ((INHERITED_ISSUES,), "issues"),
        (("starts_at", "ends_at"), "times"),
        (("pin",), "PIN"),
        (REAPPEARED, "changed"),
    ],
)
def test_a_change_is_called_by_what_weighs_most(fields: tuple[str, ...], word: str) -> None:  # UX 18
    flags = Flags(CODE_WORDS)
    flags.take(changed(a=fields), {})
    assert flags.of("a") == Flag("~", word)


@pytest.mark.parametrize("field", [PIN_READ, "created_at", "common_code_key"])
def test_what_is_no_news_is_not_flagged(field: str) -> None:  # UX 18
    flags = Flags(CODE_WORDS)
    flags.take(changed(a=(field,)), {})
    assert flags.of("a") is None


def test_what_is_new_stays_new_when_it_changes_and_is_gone_when_it_goes() -> None:
    flags = Flags(CODE_WORDS)
    flags.take(Changes(added=frozenset({"a", "b"})), {}, known={"b"})
    flags.take(changed(a=("status",)), {})
    assert flags.of("a") is NEW
    assert flags.of("b") is None
    flags.take(Changes(removed=frozenset({"a"})), {"a": "Anna"})
    assert flags.of("a") is None
    assert flags.gone == ["Anna"]
    flags.take(Changes(added=frozenset({"a"})), {})
    assert flags.gone == []


def test_a_flag_fades_after_some_looks_and_a_newer_change_keeps_it() -> None:  # UX 18
    flags = Flags(CODE_WORDS)
    flags.take(changed(a=("name",), b=("name",)), {})
    flags.take(Changes(removed=frozenset({"c"})), {})
    for _ in range(FADES_AFTER - 1):
        assert flags.look_passed() == []
    flags.take(changed(b=("status",)), {})
    assert flags.look_passed() == ["a"]
    assert set(flags.ids) == {"b"}
    assert flags.gone == []


def test_the_note_counts_what_the_list_shows_and_names_what_is_gone() -> None:  # UX 17, 18
    flags = Flags(CODE_WORDS)
    assert flags.notes(lambda _: True, ".", "on other locks") == ("",)
    flags.take(Changes(added=frozenset({"a"}), changed={"b": ("name",), "c": ("pin",)}), {})
    flags.take(Changes(removed=frozenset("wxyz")), {"w": "Will", "x": "Xenia", "y": "Yann"})
    notes = flags.notes(lambda key: key != "c", ".", "on other locks")
    named = [title for title in flags.gone if title]  # one of them had no name that anybody knows
    assert set(named) == {"Will", "Xenia", "Yann"}
    assert notes[0] == (f"+1 new · ~1 changed (. next) · 1 changed on other locks · -4 gone: {named[0]}, {named[1]}, …")
    assert notes[-1] == "+1 new · ~1 changed · -4 gone"
    assert notes[-2] == "+1 new · ~1 changed (. next) · -4 gone"


COLUMNS = (
    Column("name", "Name", min_width=10, priority=9, share=3, note_from=18),
    Column("issue", "Issue", min_width=12, priority=8, share=4),
    Column("status", "Status", min_width=12, priority=6, share=2, note_from=12),
)


def line(width: int, cells: RowCells) -> str:
    """A row as it is drawn in a width."""
    palette = Palette(
        {"": Style(), "record-table--cursor": Style(), "record-table--cursor-blurred": Style()}, lambda _: Style()
    )
    row = make_row(cells, palette.parse)
    strip = draw_row(
        row,
        fit_columns(COLUMNS, width - 3),
        palette,
        state=CursorState.NONE,
        marked=False,
        marks_shown=False,
        gutter=3,
        width=width,
    )
    return strip.text


ROW = {"name": "Anna Müller-Lüdenscheid", "issue": "device_disconnected", "status": "on the lock", "flag": "~"}


def test_a_note_stands_behind_the_name_where_there_is_room() -> None:  # UX 18, 24
    assert line(25, ROW | {"note": "~ status"}) == " ~ Anna Müller-… ~ status"


def test_a_note_stands_before_the_status_where_the_name_is_narrow() -> None:  # UX 18
    drawn = line(46, ROW | {"note": "~ status"})
    assert "~ status · " in drawn
    assert drawn.index("~ status") > drawn.index("device_")


@pytest.mark.parametrize("width", range(5, 130, 3))
def test_a_note_never_moves_a_column(width: int) -> None:  # UX 17
    with_note, without = line(width, ROW | {"note": "~ status"}), line(width, ROW)
    assert cell_len(with_note) == cell_len(without) == width
    at = without.find("device")
    assert with_note.find("device") == at
