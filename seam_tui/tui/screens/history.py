"""The runs of the past: what each did, what became of it, and what can still be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal, cast, get_args

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.text import plain_text
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal import RunStatus, RunSummary
from seam_tui.tui.run_words import STATUS_WORDS, counts_in_words, local_time, run_title
from seam_tui.tui.screens.dialog import words
from seam_tui.tui.screens.listing import ListingDialog, heading
from seam_tui.tui.screens.result import ResultAnswer, ResultScreen
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.cells import Cell, RowCells, one_line
from seam_tui.tui.widgets.columns import Column
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import RowHighlighted
from seam_tui.workspace.times import relative

_DIM: Final = ".record-table--dim"
_COLUMNS: Final = (
    Column("when", "When", width=16, priority=10),
    Column("what", "What", min_width=16, priority=10, share=3),
    Column("counts", "What became of it", min_width=16, priority=8, share=3),
    Column("status", "Status", width=19, priority=9),
    Column("undo", "Undo until", width=16, priority=7),
    Column("workspace", "Workspace", min_width=10, priority=5, share=2),
)
_STYLES: Final = {
    RunStatus.RUNNING: "$text-accent",
    RunStatus.UNFINISHED: "bold $text-warning",
    RunStatus.FINISHED: "$text-success",
    RunStatus.STOPPED: "$text-warning",
}
_GLYPHS: Final = {
    RunStatus.RUNNING: "◌",
    RunStatus.UNFINISHED: "?",
    RunStatus.FINISHED: "✓",
    RunStatus.STOPPED: "–",
}

Wish = Literal["undo", "finish", "stop"]
WISHES: Final[tuple[Wish, ...]] = get_args(Wish)


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """What is to be done with a run."""

    wish: Wish | None
    run_id: str
    show: str | None = None
    """Id of a code of the run to go to, in place of a wish."""


StepsOf = Callable[[str], Awaitable[ResultScreen]]
"""Makes the screen that lists the steps of a run, by the run's id."""


class HistoryScreen(ListingDialog[HistoryAnswer | None]):
    """The runs, those of this workspace first, the newest on top.

    Args:
        runs: What the journal has.
        now: The wall time.
        problems: Files that could not be read, each in a sentence.
        workspace: The workspace that is open; only its runs can be acted on.
        own: Ids of runs that this app itself is carrying out.
        at: Id of the run that the cursor stands on at first.
        read_only: Whether nothing may be sent.
        said: Why the last wish could not be granted.
        steps: Makes the screen that lists the steps of a run; raises `problem_types` when they can't be read.
        problem_types: What `steps` may raise; each says the way out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "wish('undo')", "Undo", show=False, id="history.undo"),
        Binding("f", "wish('finish')", "Finish", show=False, id="history.finish"),
        Binding("s", "wish('stop')", "Stop", show=False, id="history.stop"),
    ]

    def __init__(
        self,
        runs: Sequence[RunSummary],
        now: datetime,
        *,
        problems: Sequence[str] = (),
        workspace: Workspace | None = None,
        own: Collection[str] = (),
        at: str | None = None,
        read_only: bool = False,
        said: str = "",
        steps: StepsOf | None = None,
        problem_types: tuple[type[Exception], ...] = (),
    ) -> None:
        super().__init__("")
        self._now = now
        self._problems = tuple(problems)
        self._workspace = workspace
        self._own = own
        self._at = at
        self._read_only = read_only
        self._said = said
        self._steps = steps
        self._problem_types = problem_types
        mine = [run for run in runs if self._is_here(run)]
        others = [run for run in runs if not self._is_here(run)]
        self._runs = {run.header.run_id: run for run in (*mine, *others)}

    @property
    def listed(self) -> RecordTable:
        """The list of the runs."""
        return self.query_one("#runs", RecordTable)

    @property
    def chosen(self) -> RunSummary | None:
        """The run under the cursor."""
        return self._runs.get(self.listed.cursor_id or "")

    def compose_body(self) -> ComposeResult:
        """Counts, list, what is known of the one under the cursor, keys."""
        yield words("", id="counts", classes="words")
        yield RecordTable(_COLUMNS, self._cells, id="runs", empty_text="Nothing was changed from here yet.")
        yield words("", id="row")
        yield DetailView(id="facts")
        yield SayLine("", id="said", markup=False)
        with Horizontal(id="buttons"):
            for wish in WISHES:
                yield Button(f"{wish.capitalize()} ({self.key_label(f'history.{wish}')})", id=wish)
            yield Button("Close", id="close")
        yield words("", id="keys")

    def opened(self) -> None:
        """Show the runs."""
        self.query_one("#title", Static).update(heading("Past runs", self._workspace))
        count = len(self._runs)
        cut_off = sum(run.status is RunStatus.UNFINISHED for run in self._runs.values())
        parts = [f"{count} {'run' if count == 1 else 'runs'}, the newest first"]
        parts.append(f"{cut_off} cut off" if cut_off else "")
        self.query_one("#counts", Static).update(Content(", ".join(part for part in parts if part) + "."))
        self.listed.set_rows(self._runs, reset=True)
        if self._at is not None:
            self.listed.move_to(self._at)
        self.listed.focus()
        facts: list[Block] = [
            Paragraph(Content(line), lead="▲ ", lead_style="$text-warning") for line in self._problems
        ]
        self.show_facts(facts)
        self._show_row()
        if self._said:
            self.say_here(self._said, error=True)

    # What can be done

    def why_not(self, wish: Wish) -> str | None:
        """Why something can't be done with the run under the cursor, or None when it can."""
        run = self.chosen
        if run is None:
            return "There is no run."
        if not self._is_here(run):
            return f"This run is of another workspace, {_workspace_of(run)}: open that one."
        if run.status is RunStatus.RUNNING:
            return "This run is under way." if self._is_own(run) else "Another seam-tui is working on this run."
        if wish == "undo":
            return self._why_not_undo(run)
        if run.status is not RunStatus.UNFINISHED:
            return "This run has come to its end."
        return "Read-only: nothing can be changed." if wish == "finish" and self._read_only else None

    def _why_not_undo(self, run: RunSummary) -> str | None:
        if run.status is RunStatus.UNFINISHED:
            return "This run was cut off: finish or stop it first."
        if run.undo_until is None:
            return "This run was undone already."
        if run.undo_until <= self._now:
            return "This run is too old to be undone."
        return "Read-only: nothing can be changed." if self._read_only else None

    def _is_here(self, run: RunSummary) -> bool:
        return self._workspace is not None and run.header.workspace_id == self._workspace.workspace_id

    def _is_own(self, run: RunSummary) -> bool:
        return run.header.run_id in self._own

    # Showing

    def _cells(self, key: str) -> RowCells | None:
        run = self._runs.get(key)
        if run is None:
            return None
        style = _STYLES[run.status]
        can_undo = run.undo_until is not None and run.undo_until > self._now
        here = self._is_here(run)
        return {
            "when": local_time(run.header.created_at),
            "what": run_title(run.header),
            "counts": Cell(counts_in_words(run), _DIM),
            "status": Cell(f"{_GLYPHS[run.status]} {self._status(run)}", style),
            "undo": Cell(local_time(run.undo_until) if can_undo and run.undo_until is not None else "–", _DIM),
            "workspace": Cell("this one" if here else _workspace_of(run), _DIM if here else ""),
        }

    def _status(self, run: RunSummary) -> str:
        return "running here" if run.status is RunStatus.RUNNING and self._is_own(run) else STATUS_WORDS[run.status]

    def _show_row(self) -> None:
        run = self.chosen
        text = ""
        if run is not None:
            where = "" if self._is_here(run) else f" in {_workspace_of(run)}"
            undone = self._undone(run.header.undoes) if run.header.undoes else ""
            when = relative(run.header.created_at, self._now)
            text = f"{run_title(run.header)}{where}, {when}: {counts_in_words(run)}; {self._status(run)}.{undone}"
        self.query_one("#row", Static).update(Content(one_line(text)))
        keys = ["↑↓ scroll", *(["Enter its steps"] if run is not None else [])]
        for wish in WISHES:
            is_possible = self.why_not(wish) is None
            self.query_one(f"#{wish}", Button).display = is_possible
            keys += [f"{self.key_label(f'history.{wish}')} {wish}"] if is_possible else []
        self.query_one("#keys", Static).update(Content(" · ".join([*keys, "Esc closes"])))

    def _undone(self, run_id: str) -> str:
        other = self._runs.get(run_id)
        if other is None:
            return " It put back a run whose file is gone."
        return f" It put back “{run_title(other.header)}” of {local_time(other.header.created_at)}."

    # Keys

    def on_record_table_row_highlighted(self, event: RowHighlighted) -> None:
        """Say what can be done with the run under the cursor."""
        event.stop()
        self._show_row()

    def on_record_table_row_selected(self) -> None:
        """Enter shows the steps."""
        if self.chosen is not None and self._steps is not None:
            self._show_steps(self.chosen.header.run_id, self._steps)

    @work(group="steps", exclusive=True, exit_on_error=False)
    async def _show_steps(self, run_id: str, steps: StepsOf) -> None:
        try:
            screen = await steps(run_id)
        except self._problem_types as problem:
            self.say_here(str(problem), error=True)
            return
        # Textual types a dialog's result as never None; Escape gives None all the same.
        answer = cast("ResultAnswer | None", await self.app.push_screen_wait(screen))
        if answer is not None and answer.show is not None:
            self.dismiss(HistoryAnswer(None, run_id, show=answer.show))

    def action_wish(self, wish: Wish) -> None:
        """Do something with the run under the cursor, or say why not."""
        reason, run = self.why_not(wish), self.chosen
        if reason is None and run is not None:
            self.dismiss(HistoryAnswer(wish, run.header.run_id))
            return
        self.say_here(reason or "", error=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a press."""
        event.stop()
        match event.button.id:
            case "undo" | "finish" | "stop" as wish:
                self.action_wish(wish)
            case _:
                self.dismiss(None)


def _workspace_of(run: RunSummary) -> str:
    """The name of a run's workspace as it may be shown."""
    return VEIL.text(plain_text(run.header.workspace_name))
