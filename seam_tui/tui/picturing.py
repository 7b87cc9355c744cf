"""One key saves the screen as a picture, on every screen; a PIN that is shown is covered first."""

from __future__ import annotations

import asyncio
from typing import Final

from textual import work
from textual.app import ReturnType
from textual.widget import Widget

from seam_tui.domain.veil import VEIL
from seam_tui.tui.launch import Launch
from seam_tui.tui.surviving import SurvivingApp

TOLD_FOR: Final = 10.0
"""Seconds that it is said where a picture is."""
NO_FILE: Final = (
    "No picture was saved: it would stand on the machine that serves this page. Take one with your browser."
)


class PicturingApp(SurvivingApp[ReturnType]):
    """An app that saves pictures of itself."""

    launch: Launch

    @work(group="picture", exclusive=True, exit_on_error=False)
    async def action_save_picture(self) -> None:
        """Save what is on the screen, without what is uncovered or said for a moment only, and say where."""
        from seam_tui.domain.private_file import brief_path
        from seam_tui.tui.screen_picture import picture_folder, svg_of, write_picture

        if self.is_web or VEIL.is_fixed:
            self.notify(NO_FILE, severity="warning", timeout=TOLD_FOR, markup=False)
            return
        for screen in self.screen_stack:
            cover = getattr(screen, "cover_secrets", None)
            if cover is not None:
                cover()
        # What was said of the picture before is not part of this one.
        racks = list(self.screen.query("#textual-toastrack").results(Widget))
        for rack in racks:
            rack.display = False
        try:
            await self.screen.wait_for_refresh()
            svg = svg_of(self)
        finally:
            for rack in racks:
                rack.display = True
        try:
            path = await asyncio.to_thread(write_picture, svg, picture_folder(), self.launch.clock.now())
        except OSError as error:
            from seam_tui.tui.screens.notice import NoticeScreen

            why = f"{brief_path(picture_folder())}: {error.strerror or type(error).__name__}."
            lines = [why, "Nothing else is touched by it. Mend that, or set SEAM_TUI_STATE_DIR to another folder."]
            self.push_screen(NoticeScreen("The picture could not be saved", lines))
        else:
            said = f"The picture is saved:\n{path.name}\nin {brief_path(path.parent)}"
            self.notify(said, timeout=TOLD_FOR, markup=False)
