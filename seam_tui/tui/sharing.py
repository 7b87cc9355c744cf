"""Share mode: one key hides from those who watch the screen whom the codes are for, at once and on every screen."""

from __future__ import annotations

from typing import Final

from textual.app import ReturnType

from seam_tui.domain.veil import VEIL
from seam_tui.tui.crash import CrashSafeApp
from seam_tui.tui.launch import Launch

ON: Final = "Share mode: names, logins and ids are hidden."
OFF: Final = "Share mode is off: names, logins and ids are shown."
KEPT_ON: Final = "Share mode is kept on here: who shares this screen decides (seam-tui serve --no-share)."
_QUESTION: Final = "Leave share mode?"


class SharingApp(CrashSafeApp[ReturnType]):
    """An app whose screen can be shared. There is one veil in a process: the app draws it at its start, if it is to."""

    launch: Launch

    def on_load(self) -> None:
        """Begin as the launch says, whatever an app before has left."""
        VEIL.lift()
        VEIL.is_fixed = self.launch.share_fixed
        VEIL.is_drawn = self.launch.share or self.launch.share_fixed

    def on_unmount(self) -> None:
        """Leave no share mode behind."""
        VEIL.lift()

    def action_toggle_share(self) -> None:
        """Hide at once; show again with a confirmation only, and never where share mode is kept on."""
        # Behind the first frame, as all that comes with the panes.
        from seam_tui.tui.screens.confirm import AskScreen

        if not VEIL.is_drawn:
            VEIL.is_drawn = True
            self._show_anew(ON)
        elif VEIL.is_fixed:
            self._say(KEPT_ON)
        elif not isinstance(self.screen, AskScreen) or self.screen.dialog_title != _QUESTION:
            what = "Names of guests, logins and ids will be shown again, to all who watch."
            self.push_screen(AskScreen(_QUESTION, [what]), self._leave_share)

    def _leave_share(self, answer: bool | None) -> None:
        if answer and not VEIL.is_fixed:
            VEIL.is_drawn = False
            self._show_anew(OFF)

    def _show_anew(self, said: str) -> None:
        """Close what lies above the panes as Escape would, forget what was said, and draw the rest anew."""
        from seam_tui.tui.screens.dialog import Dialog
        from seam_tui.tui.screens.skeleton import FirstScreen
        from seam_tui.tui.shared import SharedScreen

        self.clear_notifications()
        panes = next((screen for screen in self.screen_stack if isinstance(screen, SharedScreen)), None)
        if panes is None:  # before the panes there is nothing to go back to
            for screen in self.screen_stack:
                if isinstance(screen, (Dialog, FirstScreen)):
                    screen.show_anew()
            return
        for screen in reversed(self.screen_stack):
            if screen is panes:
                break
            screen.dismiss(None)
        panes.show_anew(said)

    def _say(self, text: str) -> None:
        from seam_tui.tui.shared import SharedScreen

        if isinstance(self.screen, SharedScreen):
            self.screen.say(text)
        else:
            self.notify(text, markup=False)
