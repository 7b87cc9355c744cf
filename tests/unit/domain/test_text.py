"""The plain-text gate (UX 11): whatever Seam sends becomes one line that no terminal can misread."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from seam_tui.domain.text import MAX_LENGTH, plain_text, shorten

# Surrogates included: JSON may carry a lone one.
any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)
nasty_pieces = st.lists(
    st.sampled_from(
        [
            "\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x9b2J", "\x1b", "\x90", "\x07", "\r\n", "\t",
            "\u202e", "\u2066", "\u200d", "\u200b", "\ufe0f", "\u0301", "\u0316", "\u0e34", "\u1161", "\u3164",
            "\ud800", "\U0001f3fd", "\U0001f1e9", "\U0001f1ea", "\U0001f44d", "\u2764", "e", "한", "ก", " ", "[/]",
            "[@click=app.nuke()]", "\u2028", "\u00a0", "\U000e0041", "\ue000",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip
hostile = any_text | nasty_pieces


@given(hostile)
@example("e\u200d\u0301")
@example("\U0001f1ea\u0301")
@example(" \u200d\u0301")
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = plain_text(text)
    assert plain_text(once) == once


@given(hostile)
def test_no_control_format_surrogate_or_private_character_comes_through(text: str) -> None:
    categories = {unicodedata.category(character) for character in plain_text(text)}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Me", "Zl", "Zp"}


@given(hostile)
def test_no_escape_bidi_joiner_or_variation_selector_comes_through(text: str) -> None:
    assert not set(plain_text(text)) & set("\x1b\x9b\x07\u200d\u200c\u200b\u202a\u202e\u2066\u2069\ufeff\ufe0e\ufe0f")


@given(hostile)
def test_the_result_is_one_trimmed_line_with_single_spaces(text: str) -> None:
    result = plain_text(text)
    assert result == " ".join(result.split())
    assert len(result.splitlines()) <= 1


@given(hostile, st.integers(min_value=0, max_value=50))
def test_the_result_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    assert len(plain_text(text, limit=limit)) <= limit


@given(st.lists(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1), max_size=8))
def test_printable_ascii_comes_through_unchanged(words: list[str]) -> None:
    text = " ".join(words)[:MAX_LENGTH].strip()
    assert plain_text(text) == text


def _cells(character: str) -> int:
    """Cells of one character by its own properties: what a terminal without tables of sequences does."""
    if unicodedata.category(character) in {"Mn", "Mc"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@given(hostile)
def test_its_width_is_the_sum_of_its_characters_widths(text: str) -> None:
    result = plain_text(text)
    assert cell_len(result) == sum(map(_cells, result))


def test_every_single_character_has_the_width_that_its_properties_say() -> None:
    assigned = (chr(point) for point in range(0x110000) if unicodedata.category(chr(point)) not in {"Cn", "Co", "Cs"})
    odd = [
        f"{ord(character):x}"
        for character in assigned
        if cell_len(shown := plain_text(f"a{character}b")) != sum(map(_cells, shown))
    ]
    # Jamo of old Hangul beyond the first block: rich counts a lone one as nothing or as one cell by its version.
    assert [point for point in odd if not 0xD7B0 <= int(point, 16) <= 0xD7FB] == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (None, ""),
        (12, "12"),
        ("Guest [/] 12", "Guest [/] 12"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;owned\x07b", "ab"),
        ("a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "alink"),
        ("two\nlines\r\n", "two lines"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("\u2764\ufe0f", "\u2764"),
        ("\U0001f44d\U0001f3fd", "\U0001f44d"),
        ("\U0001f1e9\U0001f1ea", "DE"),
        ("z" + "\u0301" * 50, "\u017a\u0301\u0301"),
        ("ก" + "\u0e34" * 50, "ก" + "\u0e34" * 6),
        ("\u3164\u2800\u3164", ""),
        ("a\ue000b", "a\ufffdb"),
        ("नमस्ते", "नमस्ते"),
        ("Zoë Müller", "Zoë Müller"),
        ("李小龍", "李小龍"),
    ],
)
def test_what_is_sent_and_what_is_shown(sent: object, shown: str) -> None:
    assert plain_text(sent) == shown


def test_a_very_long_name_is_cut_with_an_ellipsis() -> None:
    result = plain_text("x" * 10_000)
    assert len(result) == MAX_LENGTH
    assert result.endswith("…")


def test_a_megabyte_of_escapes_is_dealt_with_at_once() -> None:
    assert plain_text("\x1b]" * 1_000_000) == ""


@given(st.text(), st.integers(min_value=-2, max_value=30))
def test_shorten_keeps_short_text_and_cuts_the_rest_to_the_length(text: str, length: int) -> None:
    result = shorten(text, length)
    assert len(result) <= max(length, 0)
    assert result == text or length <= 0 or result.endswith("…")
