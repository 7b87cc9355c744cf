"""A big dialog around a list of codes: what the plan and the result of a run share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Button, Input

from seam_tui.domain.account import Workspace
from seam_tui.domain.text import shorten
from seam_tui.domain.veil import VEIL
from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.cells import one_line
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable

SHORT_BELOW: Final = 36
"""Lines of a terminal below which buttons and boxes lose their borders."""
TINY_BELOW: Final = 18
"""Lines of a terminal below which only what is asked, the list, the warnings and the answer have room."""
LEAST_ROWS: Final = 4
"""Lines of a list, its header among them, below which it is not made shorter for what stands under it."""
_NAMES_SHOWN: Final = 100
"""Names that stand under one reason; the list above has them all."""


class ListingDialog(Dialog[ScreenResultType]):
    """A box around a list that the arrow keys move in, wherever the focus is."""

    CSS_PATH: ClassVar = ["dialog.tcss", "listing.tcss"]  # type: ignore[assignment]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move('cursor_up')", "Up", show=False, id="listing.up"),
        Binding("down", "move('cursor_down')", "Down", show=False, id="listing.down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="listing.page_up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="listing.page_down"),
        Binding("home", "move('cursor_first')", "First", show=False, id="listing.first"),
        Binding("end", "move('cursor_last')", "Last", show=False, id="listing.last"),
    ]

    @property
    def listed(self) -> RecordTable:
        """The list that is shown now."""
        raise NotImplementedError

    def action_move(self, movement: str) -> None:
        """Move in the list.

        Args:
            movement: One of the list's own actions.
        """
        getattr(self.listed, f"action_{movement}")()

    def on_mount(self) -> None:
        """Show what there is; nothing is left to show it on when the app is on its way out."""
        if self.query("#keys"):
            self.opened()

    def opened(self) -> None:
        """All parts are there: fill them."""
        raise NotImplementedError

    def say_here(self, text: str, *, error: bool = False) -> None:
        """Say one sentence in the dialog itself; for those with a SayLine.

        Args:
            text: Plain text.
            error: Whether it says why something can't be done.
        """
        line = self.query_one(SayLine)
        line.display = True
        line.say(text, error=error)

    def on_resize(self) -> None:
        """Save lines where there are few."""
        is_short = self.size.height < SHORT_BELOW
        self.set_class(is_short, "-short")
        self.set_class(self.size.height < TINY_BELOW, "-tiny")
        for button in self.query(Button):
            button.compact = is_short
        for box in self.query(Input):
            box.compact = is_short
        self.call_after_refresh(self._fit)

    def show_facts(self, blocks: Iterable[Block]) -> None:
        """Show what there is to know below the list.

        Args:
            blocks: The text; nothing takes no room.
        """
        document = tuple(blocks)
        facts = self.query_one("#facts", DetailView)
        facts.show(document, keep_place=True)
        facts.display = bool(document)
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Give the facts the lines that they need, up to a third of the screen and all that the list leaves free."""
        for facts in self.query("#facts").results(DetailView):  # none while the app is on its way out
            room = self.listed.size.height + facts.size.height
            most = max(2, (self.size.height - 13) // 3, room - max(len(self.listed) + 1, LEAST_ROWS))
            facts.styles.height = max(1, min(len(facts.layout_lines), most))


def heading(title: str, workspace: Workspace | None) -> Content:
    """The question, and where it would happen (UX rule 15).

    Args:
        title: The question.
        workspace: Where; None says nothing.
    """
    parts: list[tuple[str, str] | str] = [(title, "bold")]
    if workspace is not None:
        kind = ("  SANDBOX ", "$text-success") if workspace.is_sandbox else (" PRODUCTION ", "bold reverse")
        parts.extend(["  ", kind, "  ", shorten(one_line(VEIL.text(workspace.name)), 30)])
    return Content.assemble(*parts)


def reasons(groups: Iterable[tuple[str, str]], lead: str, style: str) -> list[Block]:
    """Codes grouped by what was said of them, the largest group first.

    Args:
        groups: Pairs of a reason and a code's name.
        lead: Stands before each group.
        style: Of the lead.
    """
    names: dict[str, list[str]] = {}
    for reason, title in groups:
        names.setdefault(VEIL.text(reason), []).append(title)
    blocks: list[Block] = []
    for reason, titles in sorted(names.items(), key=lambda group: -len(group[1])):
        shown = ", ".join(titles[:_NAMES_SHOWN])
        more = f" and {len(titles) - _NAMES_SHOWN} more" if len(titles) > _NAMES_SHOWN else ""
        text = Content.assemble((f"{len(titles)}× {one_line(reason)}", "bold"), f" — {one_line(shown)}{more}")
        blocks.append(Paragraph(text, lead=lead, lead_style=style))
    return blocks
