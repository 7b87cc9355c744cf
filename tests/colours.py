"""Measures colours as eyes see them: contrast, colour blindness, and what a frame paints where."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.app import App

Rgb = tuple[int, int, int]
Matrix = tuple[tuple[float, float, float], ...]

VISIONS: Final[dict[str, Matrix]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What becomes of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1.0)."""
DRAWN: Final = range(0x2500, 0x25A0)
"""Box drawing and block elements: borders and scrollbars are no text."""


class Painted(NamedTuple):
    """A run of text in one style, as it reaches the terminal."""

    x: int
    y: int
    text: str
    style: Style

    @property
    def words(self) -> str:
        """What of it is text: neither space nor line."""
        return "".join(sign for sign in self.text if not sign.isspace() and ord(sign) not in DRAWN)

    @property
    def colours(self) -> tuple[Rgb, Rgb]:
        """Of the text and of what lies under it."""
        assert self.style.color is not None, f"{self.text!r} has no colour"
        assert self.style.bgcolor is not None, f"{self.text!r} has no background"
        text, under = self.style.color.triplet, self.style.bgcolor.triplet
        assert text is not None, f"{self.text!r} has a colour of the terminal's"
        assert under is not None, f"{self.text!r} has a background of the terminal's"
        return (under, text) if self.style.reverse else (text, under)


def painted(app: App[Any]) -> Iterator[Painted]:
    """Everything of the frame, after all filters, line by line."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    for y, line in enumerate(update.strips):  # type: ignore[attr-defined]  # a full update is a layout's
        x = 0
        for strip in line:
            for text, style, _ in strip:
                yield Painted(x, y, text, style or Style())
                x += cell_len(text)


def is_behind(app: App[Any], run: Painted) -> bool:
    """Whether a run belongs to a screen behind a dialog, where nothing is to be read (WCAG: inactive)."""
    return len(app.screen_stack) > 1 and app.screen.get_widget_at(run.x, run.y)[0] is app.screen


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    return sum(weight * _linear(part) for weight, part in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def nearest_of_256(colour: Rgb) -> Rgb:
    """What rich sends in the place of a colour to a terminal that has 256."""
    nearest = Color.from_triplet(ColorTriplet(*colour)).downgrade(ColorSystem.EIGHT_BIT)
    return tuple(nearest.get_truecolor())  # type: ignore[return-value]


def distance(one: Rgb, other: Rgb, vision: str = "normal") -> float:
    """How far apart two colours look, in CIE 1976 colour difference; 2.3 can just be noticed.

    Args:
        one: A colour.
        other: Another.
        vision: A key of `VISIONS`.
    """
    pairs = zip(_lab(_seen(one, vision)), _lab(_seen(other, vision)), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def not_ascii(text: str) -> list[str]:
    """Names of the signs of a text that ASCII has not."""
    return sorted({unicodedata.name(sign, hex(ord(sign))) for sign in text if not sign.isascii()})


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _seen(colour: Rgb, vision: str) -> list[float]:
    linear = [_linear(part) for part in colour]
    rows = VISIONS[vision]
    return [min(1.0, max(0.0, sum(k * part for k, part in zip(row, linear, strict=True)))) for row in rows]


def _lab(linear: list[float]) -> tuple[float, float, float]:
    red, green, blue = linear
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
