"""The screen in ASCII alone, for terminals that can draw nothing else: every other sign becomes one of the same width.

It stands behind everything that is painted, so no widget has to know of it, and no text from Seam gets past it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

SIGNS: Final[Mapping[str, str]] = {
    # What the app says with a glyph; a word stands beside each.
    **{"‼": "!", "✖": "x", "▲": "^", "◌": "o", "✓": "v", "●": "*", "•": "*", "◷": "@", "▌": "#"},
    # Between words.
    **{"…": ".", "·": "-", "–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "»": ">", "×": "x"},
    **{"→": ">", "←": "<", "↑": "^", "↓": "v"},
    # Borders and scrollbars.
    **dict.fromkeys("─━═╍▀▁▂▃▄▔", "-"),
    **dict.fromkeys("│┃║╏▉▊▋▍▎▏▐▕", "|"),
    **dict.fromkeys("┌┏╔╭┐┓╗╮└┗╚╰┘┛╝╯▖▗▘▙▛▜▝▟", "+"),
    **dict.fromkeys("█▅▆▇", "#"),
    # Letters that have no plain one inside.
    **{"ß": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "a", "Æ": "A", "œ": "o", "Œ": "O"},
    "\N{RIGHT-POINTING MAGNIFYING GLASS}": "/ ",
}
"""By sign what stands for it, as wide as it."""
UNKNOWN: Final = "?"
"""What stands for each cell of any other sign."""


@lru_cache(4096)
def in_ascii(text: str) -> str:
    """The same text in ASCII, as many cells wide as it was.

    Args:
        text: What is painted.
    """
    if text.isascii():
        return text
    width = cell_len(text)
    # Signs that only join or decorate others have no width of their own, alone or together.
    return "".join(map(_sign, text))[:width].ljust(width)


def _sign(sign: str) -> str:
    if sign.isascii():
        return sign
    known = SIGNS.get(sign)
    if known is not None:
        return known
    width = cell_len(sign)
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if part.isascii())
    return plain.ljust(width) if plain and len(plain) <= width else UNKNOWN * width


class AsciiFilter(LineFilter):
    """Puts every line that goes to the terminal into ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in ASCII.

        Args:
            segments: A line, or a part of one.
            background: Not looked at.
        """
        return [
            segment if segment.text.isascii() else Segment(in_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]
