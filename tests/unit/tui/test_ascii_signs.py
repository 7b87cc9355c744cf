"""Signs put into ASCII: none is left, and nothing moves."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from seam_tui.tui.ascii_signs import SIGNS, AsciiFilter, in_ascii
from seam_tui.tui.widgets.cells import one_line


@given(st.text())
@example("\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL} family")
@example("e\u0301a\u0308")
@example("日本語 ﷽")
def test_every_text_comes_out_in_ascii_and_as_wide_as_it_was(text: str) -> None:
    shown = one_line(text)
    assert in_ascii(shown).isascii()
    assert len(in_ascii(shown)) == cell_len(shown)


def test_letters_lose_their_marks_and_what_has_no_likeness_is_a_question_mark() -> None:
    assert in_ascii("Zoë Müller, Łódź, Weiß") == "Zoe Muller, Lodz, Weis"
    assert in_ascii("日本") == "????"
    assert in_ascii("“Hiro” → 12 · name… — ••••") == '"Hiro" > 12 - name. - ****'


def test_each_sign_of_the_table_is_as_wide_as_what_stands_for_it() -> None:
    assert {sign for sign, plain in SIGNS.items() if cell_len(sign) != len(plain) or not plain.isascii()} == set()


def test_styles_stay_and_plain_segments_are_handed_on_as_they_are() -> None:
    bold = Style(bold=True)
    plain, glyph = Segment("urgent", bold), Segment("‼", bold)
    assert AsciiFilter().apply([plain, glyph], Color(0, 0, 0)) == [plain, Segment("!", bold)]
