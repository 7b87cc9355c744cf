"""Lines are divided as Textual divides them, but none holds itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from textual.strip import Strip

from seam_tui.tui.drawn import _divide, _textual_divide

texts = st.lists(st.text("ab 字", max_size=5), max_size=4)
cuts = st.lists(st.integers(1, 30), max_size=4, unique=True).map(sorted)


def strip_of(pieces: list[str]) -> Strip:
    return Strip([Segment(piece) for piece in pieces])


@given(pieces=texts, cuts=cuts, is_whole=st.booleans())
def test_a_line_is_divided_as_by_textual(pieces: list[str], cuts: list[int], *, is_whole: bool) -> None:
    line = strip_of(pieces)
    if is_whole:
        cuts = [line.cell_length]
    assert [piece.text for piece in _divide(line, cuts)] == [
        piece.text for piece in _textual_divide(strip_of(pieces), cuts)
    ]


def test_a_line_that_is_not_cut_holds_nothing() -> None:
    line = strip_of(["Guest 12", "  set"])
    assert list(_divide(line, [line.cell_length, line.cell_length + 5])) == [line]
    assert len(line._divide_cache) == 0


def test_a_line_that_is_cut_is_cut_once() -> None:
    line = strip_of(["Guest 12", "  set"])
    assert _divide(line, [4, 8]) is _divide(line, [4, 8])


def test_textual_still_ties_a_line_to_itself() -> None:
    line = strip_of(["Guest 12"])
    _textual_divide(line, [line.cell_length])
    assert len(line._divide_cache) == 1, "`untie_lines` can go"
