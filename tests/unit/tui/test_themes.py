"""The app's own colours, without a screen: severities that everybody tells apart (UX 19)."""

from __future__ import annotations

from itertools import combinations

import pytest
from textual.color import Color
from textual.theme import Theme

from seam_tui.tui.themes import ANSI, HIGH_CONTRAST_LIGHT, OWN_THEMES
from seam_tui.tui.view import SEVERITY_STYLES
from seam_tui.workspace.triage import Severity
from tests.colours import VISIONS, Rgb, contrast, distance, nearest_of_256

LEAST_DISTANCE = 15.0
"""In CIE 1976 colour difference: six times what can just be noticed."""

of_every_theme = pytest.mark.parametrize(
    "theme", [theme for theme in OWN_THEMES if theme is not ANSI], ids=lambda theme: theme.name
)


def severity_colours(theme: Theme) -> dict[Severity, Rgb]:
    """What each severity is painted in; urgent and error share a colour, and one of them is bold."""
    named = theme.to_color_system().generate() | theme.variables
    return {
        severity: Color.parse(named[style.removeprefix("bold ").removeprefix("$")]).rgb
        for severity, style in SEVERITY_STYLES.items()
        if severity is not Severity.URGENT
    }


@of_every_theme
@pytest.mark.parametrize("vision", VISIONS)
def test_the_severities_differ_whatever_colours_an_eye_sees(theme: Theme, vision: str) -> None:
    colours = severity_colours(theme)
    assert len(colours) == len(Severity) - 1
    near = {
        f"{one.name} and {other.name}": distance(colours[one], colours[other], vision)
        for one, other in combinations(colours, 2)
    }
    assert {pair: apart for pair, apart in near.items() if apart < LEAST_DISTANCE} == {}


def test_in_256_colours_the_severities_of_a_light_screen_of_high_contrast_still_differ() -> None:
    colours = {name: nearest_of_256(colour) for name, colour in severity_colours(HIGH_CONTRAST_LIGHT).items()}
    for one, other in combinations(colours.values(), 2):
        assert all(distance(one, other, vision) >= LEAST_DISTANCE for vision in VISIONS)


@of_every_theme
def test_in_256_colours_texts_keep_the_contrast_that_the_theme_promises(theme: Theme) -> None:
    """A terminal without true colours takes the nearest of its 256; WCAG's AA or AAA holds there too."""
    least = 7.0 if theme.name.startswith("high-contrast") else 4.5
    named = theme.to_color_system().generate() | theme.variables
    inks = [name for name in named if name == "text" or name.startswith("text-")]
    papers = ("background", "surface", "panel", "block-cursor-blurred-background")
    assert len(inks) > 8
    faint = {
        (ink, paper): ratio
        for ink in inks
        for paper in papers
        if (ratio := contrast(in_256(named[ink]), in_256(named[paper]))) < least
    }
    assert faint == {}


def in_256(colour: str) -> Rgb:
    return nearest_of_256(Color.parse(colour).rgb)


def test_every_severity_has_a_glyph_and_a_word_of_its_own() -> None:
    assert len({severity.glyph for severity in Severity}) == len(Severity)
    assert len({severity.label for severity in Severity}) == len(Severity)
    assert all(severity.label.startswith(f"{severity.glyph} ") for severity in Severity)


def test_red_and_green_of_the_same_lightness_are_found_alike_by_the_simulation() -> None:
    red, green = (200, 80, 60), (128, 120, 40)
    assert distance(red, green, "normal") > 2 * distance(red, green, "deuteranopia")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [((0, 0, 0), (255, 255, 255), 21.0), ((119, 119, 119), (255, 255, 255), 4.48), ((9, 9, 9), (9, 9, 9), 1.0)],
)
def test_contrast_is_measured_as_wcag_does(one: Rgb, other: Rgb, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
