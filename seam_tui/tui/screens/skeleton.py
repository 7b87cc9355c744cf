"""What stands on screen first: the triage screen's frame, while what fills it is still being imported."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from seam_tui.domain.veil import SHARED, VEIL

BREAKPOINTS = [(0, "-narrow"), (80, "-medium"), (120, "-wide")]
"""Columns from which on there are one, two or three panes, by the class that the stylesheet knows."""
FIRST_WORDS: Final = {"devices": "Loading the devices…", "codes": "Loading the access codes…", "detail": ""}
"""What the panes say while nothing has come."""
FIRST_TITLES: Final = {"devices": "1 Devices", "codes": "2 Codes", "detail": "3 Detail"}
"""What stands over the panes while nothing has come."""


class FirstScreen(Screen[None]):
    """A screen with nothing on it yet but the bar on top, which says from the first frame on what it says later."""

    # The places are those of triage.tcss.
    DEFAULT_CSS = """
    FirstScreen .bar { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    FirstScreen #words { padding: 1; color: $text-muted; }
    """
    AUTO_FOCUS = None

    def bar(self) -> Static:
        """The bar on top."""
        return Static(_bar_words(), id="top", classes="bar", markup=False)

    def show_anew(self) -> None:
        """Share mode was switched."""
        self.query_one("#top", Static).update(_bar_words())


class ListingScreen(FirstScreen):
    """What stands on screen while Seam is asked which workspaces a token opens."""

    def compose(self) -> ComposeResult:
        """The bar, and what is waited for."""
        yield self.bar()
        yield Static("Reading which workspaces this token opens…", id="words", markup=False)


class SkeletonScreen(FirstScreen):
    """Three empty panes and two bars, at the places where the triage screen has them.

    It knows nothing of the workspace and takes no keys: what is typed reaches the screen that follows.

    Args:
        width: Columns of the terminal, so that the first frame is right already.
    """

    DEFAULT_CSS = """
    SkeletonScreen .pane Static { color: $text-muted; }
    SkeletonScreen #said { height: 1; }
    """
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    def __init__(self, width: int) -> None:
        layout = [name for least, name in BREAKPOINTS if width >= least][-1]
        super().__init__(classes=f"-at-codes -list-codes {layout}")

    def compose(self) -> ComposeResult:
        """The bar, the panes, a line of nothing, the bar of keys."""
        yield self.bar()
        with Horizontal(id="panes"):
            for pane, title in FIRST_TITLES.items():
                with Container(id=f"{pane}-pane", classes="pane") as container:
                    container.border_title = Content(title)
                    words = FIRST_WORDS[pane]
                    yield Static(Content(f"\n{words}" if words else ""))
        yield Static(id="said", markup=False)
        yield Static(classes="bar", markup=False)


def _bar_words() -> Content:
    badge: list[tuple[str, str] | str] = ["  ", (SHARED, "bold reverse")] if VEIL.is_drawn else []
    return Content.assemble(("seam-tui", "bold $text-primary"), *badge)
