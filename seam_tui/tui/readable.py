"""What makes the app readable on any terminal and for anyone: themes from the first frame on (UX rule 19)."""

from __future__ import annotations

from textual.app import App, ReturnType

from seam_tui.tui.crash import CrashSafeApp
from seam_tui.tui.themes import DARK, OWN_THEMES


class ReadableApp(CrashSafeApp[ReturnType]):
    """An app with the themes of its own, one of which it wears unless another is asked for."""

    CSS_PATH = "looks.tcss"

    def wear(self, theme: str | None) -> None:
        """Put a theme on before the first frame; one that does not exist leaves the app's own.

        Args:
            theme: A theme's name; None is the app's own.
        """
        for own in OWN_THEMES:
            self.register_theme(own)
        # Textual would set the classes and read every stylesheet anew once the app runs: twice the work at each start.
        self.set_reactive(App.theme, theme if theme in self.available_themes else DARK.name)
        worn = self.current_theme
        self.update_classes(
            {f"-theme-{worn.name}": True, "-dark-mode": worn.dark, "-light-mode": not worn.dark}, update=False
        )
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())
