"""What a lock holds, and what of it can go so that another code finds room; nothing is sent from here."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.text import shorten
from seam_tui.domain.veil import VEIL
from seam_tui.operations.slots import SlotCandidate, SlotsProposal
from seam_tui.tui.plan_words import codes_in_words
from seam_tui.tui.screens.dialog import words
from seam_tui.tui.screens.listing import ListingDialog, heading, reasons
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.cells import Cell, RowCells, one_line
from seam_tui.tui.widgets.columns import Column
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import MarksChanged, RowHighlighted

_COLUMNS: Final = (
    Column("name", "Name", min_width=10, priority=10, share=2),
    Column("reason", "Why it can go", min_width=20, priority=9, share=4),
    Column("live", "Live?", width=10, priority=10),
)
_SPARES: Final = "Spare backup codes of the lock's pool take slots as well; Seam lists them only once they were pulled."


class SlotsScreen(ListingDialog[tuple[str, ...] | None]):
    """The codes that could go, those that nobody misses on top and chosen; the answer is what was chosen.

    Args:
        device: The lock.
        proposal: What it holds, and what can go.
        workspace: Where it is; None leaves that unsaid.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Choose or not", show=False, id="slots.choose"),
        Binding("d", "plan", "Plan their deletion", show=False, id="slots.plan"),
        Binding("u", "choose_none", "Choose none", show=False, id="slots.none"),
    ]

    def __init__(self, device: Device, proposal: SlotsProposal, *, workspace: Workspace | None = None) -> None:
        super().__init__("")
        self._device = device
        self._proposal = proposal
        self._workspace = workspace
        self._entries = {entry.code.access_code_id: entry for entry in proposal.entries}

    @property
    def listed(self) -> RecordTable:
        """The list of the codes."""
        return self.query_one("#slots", RecordTable)

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the codes that are chosen, in the order of the list."""
        return tuple(code_id for code_id in self._entries if code_id in self.listed.marked)

    def compose_body(self) -> ComposeResult:
        """Slots, list, what cannot go, keys."""
        yield words("", id="counts", classes="words")
        yield RecordTable(
            _COLUMNS, self._cells, id="slots", show_marks=True, empty_text="No code of this lock can be deleted."
        )
        yield words("", id="row")
        yield DetailView(id="facts")
        yield SayLine("", id="said", markup=False)
        with Horizontal(id="buttons"):
            yield Button(f"Plan their deletion ({self.key_label('slots.plan')})", id="plan")
            yield Button("Close", id="close")
        choose, none, plan = (self.key_label(f"slots.{key}") for key in ("choose", "none", "plan"))
        yield words(f"{choose} chooses · {none} none · {plan} plans the deletion · Esc leaves", id="keys")

    def opened(self) -> None:
        """Show the proposal, with what nobody misses chosen."""
        title = f"Free slots on {shorten(one_line(self._device.title), 40)}"
        self.query_one("#title", Static).update(heading(title, self._workspace))
        self.listed.set_rows(self._entries, reset=True)
        self.listed.set_marks(entry.code.access_code_id for entry in self._proposal.entries if entry.chosen)
        self.listed.focus()
        facts: list[Block] = []
        if self._proposal.hides_spares:
            facts.append(Paragraph(Content(_SPARES), lead="▲ ", lead_style="$text-warning"))
        cannot = ((out.reason, out.title) for out in self._proposal.left_out)
        self.show_facts([*facts, *reasons(cannot, "Cannot go: ", "$text-warning")])
        self._show()

    def _show(self) -> None:
        proposal, chosen = self._proposal, self.chosen
        of = f" of {proposal.maximum}" if proposal.maximum is not None else ""
        parts = [f"{proposal.used}{of} slots are taken"]
        parts.append(f"{codes_in_words(len(chosen))} chosen to go" if chosen else "none chosen to go")
        live = sum(self._entries[code_id].is_live for code_id in chosen)
        parts.append(f"{live} live now" if live else "")
        self.query_one("#counts", Static).update(Content(", ".join(part for part in parts if part) + "."))
        self.query_one("#plan", Button).display = bool(chosen)
        entry = self._entries.get(self.listed.cursor_id or "")
        self.query_one("#row", Static).update(Content(one_line(_row_words(entry)) if entry is not None else ""))

    def _cells(self, key: str) -> RowCells | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        name: list[tuple[str, str] | str] = [entry.code.title]
        if not entry.code.is_managed:
            name.append((" (unmanaged)", "$text-muted"))
        return {
            "name": Content.assemble(*name),
            "reason": Cell(VEIL.text(entry.reason), ".record-table--dim"),
            "live": Cell("● live now" if entry.is_live else "", "bold $text-error"),
        }

    # Keys

    def on_record_table_row_highlighted(self, event: RowHighlighted) -> None:
        """Tell all about the code under the cursor."""
        event.stop()
        self._show()

    def on_record_table_marks_changed(self, event: MarksChanged) -> None:
        """Count what is chosen."""
        event.stop()
        self._show()

    def on_record_table_row_selected(self) -> None:
        """Enter goes on with what is chosen: to the plan, which asks."""
        self.action_plan()

    def action_choose(self) -> None:
        """Choose the code under the cursor, or take it out again, and go on to the next."""
        self.listed.toggle_mark()
        self.listed.action_cursor_down()

    def action_choose_none(self) -> None:
        """Choose nothing."""
        self.listed.set_marks(())

    def action_plan(self) -> None:
        """Go on to the plan that deletes what is chosen."""
        if self.chosen:
            self.dismiss(self.chosen)
        else:
            self.say_here("Nothing is chosen: Space chooses the code under the cursor.")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a press."""
        event.stop()
        if event.button.id == "plan":
            self.action_plan()
        else:
            self.dismiss(None)


def _row_words(entry: SlotCandidate) -> str:
    live = " It is live now: whoever uses it will not get in any more." if entry.is_live else ""
    return f"{entry.code.title}: {VEIL.text(entry.reason)}{live}"
