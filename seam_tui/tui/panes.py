"""Which of the three panes is looked at, and which are shown (UX rule 24)."""

from __future__ import annotations

from typing import Final

from textual import events, on
from textual.geometry import Size

from seam_tui.tui.frames import PromptScreen
from seam_tui.tui.surviving import Guarded

PANES: Final = ("devices", "codes", "detail")
"""Ids of the widgets in the panes; a pane's own id ends in `-pane`."""


class PanesScreen(Guarded, PromptScreen[None]):
    """A screen with two lists and a detail; its classes tell the stylesheet what to show.

    `-at-<pane>` names the pane with the focus, `-list-<pane>` the list that was looked at last, `-zoomed` that the
    focused pane has the whole screen.
    """

    looked_at: str = "codes"
    """The list that was looked at last: its row is what is acted on."""

    def pane_entered(self) -> None:
        """Another pane has the focus."""

    @on(events.DescendantFocus)
    def _enter_pane(self, event: events.DescendantFocus) -> None:
        if event.widget.id in PANES:
            self.mark_pane(event.widget.id)
            self.pane_entered()

    def suit(self, size: Size, pane: str) -> None:
        """Have the stylesheet's classes before the first layout, which would be done twice otherwise.

        Args:
            size: Of the terminal.
            pane: The pane that is looked at first.
        """
        widths = self._get_breakpoint_classes(size.width, self.HORIZONTAL_BREAKPOINTS or [])
        heights = self._get_breakpoint_classes(size.height, self.VERTICAL_BREAKPOINTS or [])
        self.add_class(f"-at-{pane}", f"-list-{pane}", *widths, *heights, update=False)

    def mark_pane(self, pane: str) -> None:
        """Tell the stylesheet which pane is looked at."""
        if pane != "detail":
            self.looked_at = pane
        for name in PANES:
            self.set_class(name == pane, f"-at-{name}")
            self.set_class(name == self.looked_at, f"-list-{name}")

    def action_focus_pane(self, pane: str) -> None:
        """Go to a pane; one that the layout hides is shown first."""
        self.mark_pane(pane)
        self.query_one(f"#{pane}").focus()

    def action_back(self) -> None:
        """One level back: from zoomed to panes, from the detail to the list, from the codes to the devices."""
        if self.has_class("-zoomed"):
            self.remove_class("-zoomed")
        elif self.focused is not None and self.focused.id == "detail":
            self.action_focus_pane(self.looked_at)
        elif self.back_in_list():
            pass
        else:
            self.action_focus_pane("devices")

    def back_in_list(self) -> bool:
        """Take back what narrows the list, such as a filter; False when nothing does."""
        return False

    def action_zoom(self) -> None:
        """Give the focused pane the whole screen, or take it back."""
        self.toggle_class("-zoomed")
