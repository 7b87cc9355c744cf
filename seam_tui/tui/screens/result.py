"""What became of every code of a run: nothing is lost in a message that the next one overwrites (UX rule 8).

The screen holds rows of text, never the records of the run: there is no PIN in it to show, copy or save.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.private_file import brief_path
from seam_tui.domain.text import plain_text
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.operation import IDS_HIDDEN
from seam_tui.operations.plan import PlanStep
from seam_tui.operations.step_result import StepResult
from seam_tui.reports.run_report import SUFFIXES, ResultRow, save_results
from seam_tui.tui.plan_words import codes_in_words, title_of
from seam_tui.tui.screens.dialog import words
from seam_tui.tui.screens.listing import ListingDialog, heading, reasons
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.cells import Cell, RowCells, one_line
from seam_tui.tui.widgets.columns import Column
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import RowHighlighted


@dataclass(frozen=True, slots=True)
class _Look:
    """How an outcome is told: a glyph, a word and a colour (UX rule 19)."""

    glyph: str
    word: str
    counted: str
    """As it follows a number."""
    style: str


LOOKS: Final = {
    Outcome.FAILED: _Look("✖", "failed", "failed", "$text-error"),
    Outcome.UNKNOWN: _Look("?", "unknown", "unknown", "bold $text-warning"),
    Outcome.SKIPPED: _Look("–", "skipped", "skipped", "$text-warning"),
    Outcome.ASKED: _Look("◌", "asked", "asked, waiting for the lock", "$text-accent"),
    Outcome.DONE: _Look("✓", "done", "done", "$text-success"),
}
"""In the order of the list: what a person must see to comes first."""
_COUNTED: Final = (Outcome.DONE, Outcome.ASKED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED)
_TO_RETRY: Final = frozenset({Outcome.FAILED, Outcome.UNKNOWN})
_COLUMNS: Final = (
    Column("outcome", "", width=9, priority=10),
    Column("name", "Name", min_width=10, priority=10, share=2),
    Column("device", "Lock", min_width=10, priority=7, share=2),
    Column("said", "What was said", min_width=30, priority=10, share=4),
    Column("request", "Request id", width=36, priority=1),
)


@dataclass(frozen=True, slots=True)
class ResultAnswer:
    """What is to happen next."""

    retry: tuple[str, ...] = ()
    """Ids of the codes to plan the same action for again."""
    undo: bool = False
    """Whether the run is to be taken back."""
    show: str | None = None
    """Id of the code to go to."""


def result_rows(
    results: Iterable[StepResult],
    devices: Mapping[str, Device],
    names_about: Callable[[PlanStep], Iterable[str]] = lambda step: step.names,
) -> tuple[ResultRow, ...]:
    """The results of a run as text that may be shown, without the records and their PINs.

    Args:
        results: The last word on every step.
        devices: The locks by id, for their names.
        names_about: The names of guests that may stand in what was said of a step.
    """
    rows = []
    for result in results:
        step, said = result.step, result.said
        for pin in (
            step.values.pin,
            step.code.pin if step.code else None,
            result.backup.pin if result.backup else None,
            result.created.pin if result.created else None,
        ):
            said = said if pin is None else pin.scrub(said)
        said = VEIL.text(said, names_about(step)) if VEIL.is_drawn else said
        device = devices.get(step.device_id or "")
        where = device.title if device is not None else ""
        code_id = step.access_code_id or ""
        anew = result.created.access_code_id if result.created is not None else None
        rows.append(ResultRow(step.title, code_id, where, result.outcome.value, said, result.request_id, anew))
    return tuple(rows)


class ResultScreen(ListingDialog[ResultAnswer | None]):
    """The result of a run; codes that settle while it is open are brought up to date.

    Args:
        action_id: What was done.
        rows: What became of every code, as text.
        now: The wall time, for the name of a saved file.
        workspace: Where it happened; None leaves that unsaid.
        can_undo: Whether `z` takes the run back.
        can_retry: Whether what was not done can be planned again; not for a run of the past, whose history offers it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "retry", "Retry the failed", show=False, id="result.retry"),
        Binding("s", "retry_all", "Retry the skipped, too", show=False, id="result.retry_skipped"),
        Binding("z", "undo", "Undo", show=False, id="result.undo"),
        Binding("g", "show", "Show the code", show=False, id="result.show"),
        Binding("x", "save", "Save", show=False, id="result.save"),
        Binding("c", "copy", "Copy the failed ids", show=False, id="result.copy"),
    ]

    def __init__(
        self,
        action_id: ActionId,
        rows: Sequence[ResultRow],
        now: datetime,
        *,
        workspace: Workspace | None = None,
        can_undo: bool = False,
        can_retry: bool = True,
    ) -> None:
        super().__init__("")
        self._action_id = action_id
        order = list(LOOKS)
        in_order = sorted(rows, key=lambda row: order.index(Outcome(row.outcome)))
        self._rows = {row.access_code_id or f"#{index}": row for index, row in enumerate(in_order)}
        self._now = now
        self._workspace = workspace
        self._can_undo = can_undo
        self._can_retry = can_retry

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        """What became of every code, as it is known now."""
        return tuple(self._rows.values())

    @property
    def listed(self) -> RecordTable:
        """The list of the codes."""
        return self.query_one("#results", RecordTable)

    def compose_body(self) -> ComposeResult:
        """Counts, list, reasons, keys."""
        yield words("", id="counts", classes="words")
        yield RecordTable(_COLUMNS, self._cells, id="results", empty_text="Nothing was done.")
        yield words("", id="row")
        yield DetailView(id="facts")
        yield SayLine("", id="said", markup=False)
        with Horizontal(id="buttons"):
            yield Button("", id="retry")
            yield Button(f"Save ({self.key_label('result.save')})", id="save")
            yield Button("Close", id="close")
        yield words("", id="keys")

    def opened(self) -> None:
        """Show the result."""
        title = f"Result: {title_of(self._action_id, len(self._rows)).lower()}"
        self.query_one("#title", Static).update(heading(title, self._workspace))
        self.listed.set_rows(self._rows, reset=True)
        self.listed.focus()
        self._show()

    def update_result(self, access_code_id: str, outcome: Outcome, said: str) -> None:
        """A code has settled: say so where it stands, and move nothing under the hand (UX rules 9 and 17).

        Args:
            access_code_id: The code; one that is not of this run is passed over.
            outcome: How it ended.
            said: One sentence without a PIN.
        """
        row = self._rows.get(access_code_id)
        if row is None:
            return
        self._rows[access_code_id] = replace(row, outcome=outcome.value, said=said)
        if self.is_mounted:
            self.listed.refresh_rows({access_code_id})
            self._show()

    # Showing

    def _show(self) -> None:
        counts = Counter(row.outcome for row in self._rows.values())
        parts: list[tuple[str, str] | str] = []
        for outcome in _COUNTED:
            if counts[outcome]:
                look = LOOKS[outcome]
                parts += [" · ", (f"{look.glyph} {counts[outcome]} {look.counted}", look.style)]
        self.query_one("#counts", Static).update(Content.assemble(*parts[1:]))
        self.show_facts(self._facts())
        may = self._can_retry
        self._show_keys(len(self._ids(_TO_RETRY)) if may else 0, counts[Outcome.SKIPPED] if may else 0)
        self._show_row()

    def _facts(self) -> list[Block]:
        blocks: list[Block] = []
        for outcome in (Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED):
            look = LOOKS[outcome]
            group = [(row.said, row.title) for row in self._rows.values() if row.outcome == outcome]
            blocks += reasons(group, f"{look.glyph} {look.word} ", look.style)
        return blocks

    def _show_keys(self, to_retry: int, skipped: int) -> None:
        keys = ["↑↓ scroll"]
        if to_retry:
            keys += [f"{self.key_label('result.retry')} retry {to_retry}", f"{self.key_label('result.copy')} copy ids"]
        if skipped:
            also = "also the" if to_retry else "retry the"
            keys.append(f"{self.key_label('result.retry_skipped')} {also} {skipped} skipped")
        if self._can_undo:
            keys.append(f"{self.key_label('result.undo')} undo")
        keys += [f"{self.key_label('result.show')} show it", f"{self.key_label('result.save')} save", "Esc closes"]
        self.query_one("#keys", Static).update(Content(" · ".join(keys)))
        for retry in self.query("#retry").results(Button):  # none while the app is on its way out
            retry.display = bool(to_retry)
            retry.label = Content(f"Retry {to_retry} ({self.key_label('result.retry')})")

    def _show_row(self) -> None:
        row = self._rows.get(self.listed.cursor_id or "")
        if row is None:
            return
        where = f" on {row.device_title}" if row.device_title else ""
        request = f" Request {row.request_id}." if row.request_id else ""
        request = (
            f"{request} A new code was made: {self.key_label('result.show')} shows it."
            if row.new_access_code_id
            else request
        )
        self.query_one("#row", Static).update(Content(one_line(f"{row.title}{where}: {row.said}{request}")))

    def _cells(self, key: str) -> RowCells | None:
        row = self._rows.get(key)
        if row is None:
            return None
        look = LOOKS[Outcome(row.outcome)]
        return {
            "outcome": Cell(f"{look.glyph} {look.word}", look.style),
            "name": row.title,
            "device": Cell(row.device_title, ".record-table--dim"),
            "said": row.said,
            "request": Cell(row.request_id or "", ".record-table--dim"),
        }

    def _ids(self, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
        return tuple(
            row.access_code_id for row in self._rows.values() if row.access_code_id and Outcome(row.outcome) in outcomes
        )

    # Keys

    def on_record_table_row_highlighted(self, event: RowHighlighted) -> None:
        """Tell all about the code under the cursor."""
        event.stop()
        self._show_row()

    def on_record_table_row_selected(self) -> None:
        """Enter closes."""
        self.dismiss(None)

    def action_retry(self) -> None:
        """Plan again what failed, and what left no trace."""
        self._retry(_TO_RETRY, "Nothing failed.")

    def action_retry_all(self) -> None:
        """Plan again everything that was not done: what was skipped as well, such as after a stop."""
        self._retry(_TO_RETRY | {Outcome.SKIPPED}, "Nothing failed or was skipped.")

    def _retry(self, outcomes: Iterable[Outcome], otherwise: str) -> None:
        ids = self._ids(outcomes)
        if not self._can_retry:
            self.say_here("This run is past: mark the codes in the list to act on them again.")
        elif ids:
            self.dismiss(ResultAnswer(retry=ids))
        else:
            self.say_here(otherwise)

    def action_undo(self) -> None:
        """Take the run back, where that can be done."""
        if self._can_undo:
            self.dismiss(ResultAnswer(undo=True))
        else:
            self.say_here("This run cannot be undone.")

    def action_show(self) -> None:
        """Go to the code under the cursor: to the new one where one was made in its place."""
        row = self._rows.get(self.listed.cursor_id or "")
        if row is not None and (code := row.new_access_code_id or row.access_code_id):
            self.dismiss(ResultAnswer(show=code))

    def action_copy(self) -> None:
        """Copy the ids of what failed, a line each."""
        ids = self._ids(_TO_RETRY)
        if VEIL.is_drawn:
            self.say_here(IDS_HIDDEN)
        elif ids:
            self.app.copy_to_clipboard("\n".join(ids))
            self.say_here(f"Copied the ids of {codes_in_words(len(ids))}.")
        else:
            self.say_here("Nothing failed.")

    def action_save(self) -> None:
        """Ask where to save the result."""
        rows = self.rows
        of_guests = "has pseudonyms for the guests" if VEIL.is_drawn else "names the guests"
        about = f"The file {of_guests}; no PIN is in it. Its name ends in {', '.join(SUFFIXES)}."
        path = Path.cwd() / f"seam-tui-result-{self._now.astimezone():%Y%m%d-%H%M%S}.csv"
        screen = SaveScreen("Save the result", about, path, lambda chosen: save_results(chosen, rows))
        self.app.push_screen(screen, self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.say_here(f"Saved {codes_in_words(len(self._rows))} to {plain_text(brief_path(path))}")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a press."""
        event.stop()
        match event.button.id:
            case "retry":
                self.action_retry()
            case "save":
                self.action_save()
            case _:
                self.dismiss(None)
