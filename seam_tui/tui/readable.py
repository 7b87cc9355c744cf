"""What makes the app readable on any terminal and for anyone: colours and signs that arrive (UX rule 19)."""

from __future__ import annotations

import os
import sys

from textual.app import App, ReturnType
from textual.filter import Monochrome, NoColor

from seam_tui.tui.ascii_signs import AsciiFilter
from seam_tui.tui.crash import CrashSafeApp
from seam_tui.tui.terminal_limits import draws_ascii_only, has_sixteen_colours
from seam_tui.tui.themes import ANSI, DARK, OWN_THEMES


class ReadableApp(CrashSafeApp[ReturnType]):
    """An app that suits its colours and signs to the terminal unless it is told which to take."""

    CSS_PATH = "looks.tcss"

    def suit_terminal(self, theme: str | None, *, ascii_only: bool | None) -> None:
        """Put a theme on, and leave out what the terminal cannot draw; before the first frame.

        NO_COLOR (no-color.org) is taken at its word: not a grey is sent, whatever theme is asked for.

        Args:
            theme: A theme's name; None, or one that does not exist, is the app's own choice.
            ascii_only: Whether to paint ASCII alone; None is wherever nothing else would arrive.
        """
        for own in OWN_THEMES:
            self.register_theme(own)
        if self.no_color:
            self._filters = [NoColor() if isinstance(known, Monochrome) else known for known in self._filters]
            theme = ANSI.name
        elif theme not in self.available_themes:
            theme = ANSI.name if has_sixteen_colours(self.console.color_system) else DARK.name
        self._wear(theme)
        if ascii_only is None:
            ascii_only = not self.is_web and draws_ascii_only(os.environ, getattr(sys.__stderr__, "encoding", "") or "")
        if ascii_only:
            self._filters.append(AsciiFilter())

    def watch_theme(self, theme: str) -> None:
        """Say how a theme that was chosen meanwhile can be kept."""
        self.notify(f'theme = "{theme}" in the config file keeps it; seam-tui config says where that is.', markup=False)

    def _wear(self, theme: str) -> None:
        """What Textual does once the app runs: by then it reads every stylesheet anew, twice the work at each start."""
        self.set_reactive(App.theme, theme)
        worn = self.current_theme
        self.update_classes(
            {f"-theme-{worn.name}": True, "-dark-mode": worn.dark, "-light-mode": not worn.dark}, update=False
        )
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())
