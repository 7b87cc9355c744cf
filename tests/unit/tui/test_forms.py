"""What is typed into forms, as it is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.operations.checks import CODE_LENGTHS
from seam_tui.tui.forms import read_lengths


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("4, 6", (4, 6)),
        ("4-8", (4, 5, 6, 7, 8)),
        ("6,4 , 6", (4, 6)),
        ("4–5, 8", (4, 5, 8)),
        (" 4 - 6 ,", (4, 5, 6)),
        ("20", (20,)),
    ],
)
def test_lengths_are_numbers_and_spans(text: str, lengths: tuple[int, ...]) -> None:
    assert read_lengths(text) == (lengths, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type the numbers of digits"),
        (" , ,", "Type the numbers of digits"),
        ("four", "four is no number of digits"),
        ("8-4", "8-4 runs backwards"),
        ("3", "Seam takes 4 to 20 digits"),
        ("4-21", "Seam takes 4 to 20 digits"),
        ("4;6", "4;6 is no number of digits"),
    ],
)
def test_what_are_no_lengths_is_said(text: str, words: str) -> None:
    lengths, problems = read_lengths(text)
    assert lengths == ()
    assert words in problems[0]


@given(st.sets(st.sampled_from(list(CODE_LENGTHS)), min_size=1))
def test_lengths_that_are_written_out_read_the_same(lengths: set[int]) -> None:
    assert read_lengths(", ".join(map(str, sorted(lengths)))) == (tuple(sorted(lengths)), ())


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    lengths, problems = read_lengths(text)
    assert bool(lengths) != bool(problems)
    assert set(lengths) <= set(CODE_LENGTHS)
