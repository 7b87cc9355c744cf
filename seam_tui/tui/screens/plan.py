"""Shows exactly what would be sent to many codes, and asks for a yes that fits the harm (UX rules 4, 5 and 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ACTIONS
from seam_tui.domain.device import Device
from seam_tui.domain.private_file import brief_path
from seam_tui.domain.text import plain_text
from seam_tui.domain.veil import VEIL
from seam_tui.operations.plan import Friction, Plan, PlanStep
from seam_tui.operations.plan_file import plan_file_name, plans_folder, save_plan
from seam_tui.tui.plan_words import (
    acted_on,
    asked_on,
    counts_words,
    left_undone,
    short_time,
    step_words,
    time_words,
    title_of,
)
from seam_tui.tui.screens.dialog import words
from seam_tui.tui.screens.listing import ListingDialog, heading, reasons
from seam_tui.tui.screens.plan_rows import CALL_COLUMNS, call_rows, plan_columns, step_cells
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.cells import RowCells, one_line
from seam_tui.tui.widgets.count_input import CountInput
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import RowHighlighted


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A yes."""

    plan: Plan
    """Exactly what was on the screen: nothing else is sent."""


class PlanScreen(ListingDialog[PlanAnswer | None]):
    """The plan for many codes: what each gets, what is left out and why, how long it takes, and the question.

    Args:
        plan: What would be sent.
        devices: The locks by id, for their names and time zones.
        hidden_plan: The plan that has the marked codes as well which a filter hides; off until it is asked for.
        now: The wall time, for which codes are live; None leaves that unsaid.
        workspace: Where it would happen; None leaves that unsaid.
        about: What this plan is the rest of; stands above the counts.
        skip_lookup: Ends the look-up of access grants early; until `take_plans` no yes counts. None when there is none.
        endpoint: Seam's address, with which the plan can be written to a file; None when it can't.
        why_no_file: Why it can't, where there is more to say than that.
    """

    YES = "plan.yes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False, id="plan.yes"),
        Binding("n", "refuse", "No", show=False, id="plan.no"),
        Binding("h", "toggle_hidden", "Also the hidden ones", show=False, id="plan.hidden"),
        Binding("t", "toggle_calls", "Show the requests to Seam", show=False, id="plan.calls"),
        Binding("w", "save", "Write to a file", show=False, id="plan.save"),
        Binding("s", "skip", "Go on without the access grants", show=False, id="plan.skip"),
    ]

    def __init__(
        self,
        plan: Plan,
        devices: Mapping[str, Device],
        *,
        hidden_plan: Plan | None = None,
        now: datetime | None = None,
        workspace: Workspace | None = None,
        about: str = "",
        skip_lookup: Callable[[], object] | None = None,
        endpoint: str | None = None,
        why_no_file: str | None = None,
    ) -> None:
        super().__init__("")
        self._without, self._with = plan, hidden_plan
        self._plan = plan
        self._devices = devices
        self._now = now
        self._workspace = workspace
        self._about = about
        self._skip_lookup = skip_lookup
        self._endpoint = endpoint
        self._why_no_file = why_no_file or "This plan cannot be written to a file."
        self._steps: dict[str, PlanStep] = {}
        self._lines: dict[str, RowCells] = {}
        self.set_class(ACTIONS[plan.action_id].dangerous, "-dangerous")

    @property
    def plan(self) -> Plan:
        """The plan that is on the screen: what a yes means."""
        return self._plan

    @property
    def with_hidden(self) -> bool:
        """Whether marked codes that a filter hides are acted on, too."""
        return self._plan is self._with

    @property
    def hidden(self) -> int:
        """How many marked codes a filter hides."""
        return 0 if self._with is None else asked_on(self._with) - asked_on(self._without)

    @property
    def shows_calls(self) -> bool:
        """Whether the calls stand in the place of the codes."""
        return self.query_one("#calls").display

    @property
    def listed(self) -> RecordTable:
        """The list that is shown now."""
        return self.query_one("#calls" if self.shows_calls else "#steps", RecordTable)

    def compose_body(self) -> ComposeResult:
        """Counts, list, facts, and the way to say yes."""
        columns = plan_columns((self._without, self._with or self._without))
        yield words(self._about, id="about", classes="words")
        yield words("", id="counts", classes="words")
        yield RecordTable(columns, self._cells, id="steps", empty_text="Nothing would be sent.")
        calls = RecordTable(CALL_COLUMNS, self._line, id="calls", show_header=False)
        calls.display = False
        yield calls
        yield words("", id="row")
        yield DetailView(id="facts")
        yield SayLine("", id="said", markup=False)
        with Horizontal(id="typing"):
            yield words("", id="prompt")
            yield CountInput(id="count", max_length=6, restrict="[0-9]*")
        with Horizontal(id="buttons"):
            yield Button(f"Cancel ({self.key_label('plan.no')})", id="cancel")
            yes = Button("Yes …", id="yes", variant="error" if ACTIONS[self._plan.action_id].dangerous else "primary")
            yes.can_focus = False  # so that no Enter can land on it; the letter and the mouse remain
            yield yes
        yield words("", id="keys")

    def opened(self) -> None:
        """Show the plan, without what is hidden."""
        self.let_a_moment_pass()
        self.show_lookup(0, acted_on(self._plan))
        self._show(reset=True)

    def _take_a_yes(self) -> None:
        super()._take_a_yes()
        self._fit_yes()

    def _fit_yes(self) -> None:
        """Let the button say whether a yes counts now."""
        may = self.takes_a_yes and not self.is_looking_up
        for yes in self.query("#yes").results(Button):
            yes.disabled = not may
            yes.label = Content(f"Yes ({self.key_label(self.YES)})" if may else "Yes …")

    # Looking up

    @property
    def is_looking_up(self) -> bool:
        """Whether access grants are still being looked up, and no yes counts."""
        return self._skip_lookup is not None

    def show_lookup(self, done: int, total: int) -> None:
        """Say how far the look-up of access grants has come.

        Args:
            done: Codes that were looked up.
            total: Codes that are to be.
        """
        text = self._about
        if self.is_looking_up:
            skip = self.key_label("plan.skip")
            text = f"◌ Looking up access grants: {done:,} of {total:,}. {skip} goes on without the rest."
        for about in self.query("#about").results(Static):  # none before the screen is made
            about.update(Content(text))
            about.display = bool(text)

    def take_plans(self, plan: Plan, hidden_plan: Plan | None) -> None:
        """Take the plans as they are with the access grants; a yes counts from now on.

        Args:
            plan: Without what a filter hides.
            hidden_plan: With it.
        """
        self._skip_lookup = None
        self._plan = hidden_plan if self.with_hidden and hidden_plan is not None else plan
        self._without, self._with = plan, hidden_plan
        if self.is_mounted and self in self.app.screen_stack and self.query("#keys"):  # it comes and goes in pieces
            self.show_lookup(0, 0)
            self._show()

    def action_skip(self) -> None:
        """Go on without the access grants that are not known yet."""
        if self._skip_lookup is not None:
            self._skip_lookup()

    # Showing

    def _show(self, *, reset: bool = False) -> None:
        plan = self._plan
        self._steps = {}
        for index, step in enumerate(plan.steps):
            key = step.access_code_id or f"#{index}"
            self._steps[key if key not in self._steps else f"{key}#{index}"] = step
        steps = self.query_one("#steps", RecordTable)
        steps.refresh_all()
        steps.set_rows(self._steps, reset=reset)
        if self.shows_calls:
            self._list_calls()
        self._show_words()
        self._show_row()
        self.show_facts(self._facts())
        self._show_question()

    def _show_words(self) -> None:
        plan = self._plan
        question = f"{title_of(plan.action_id, acted_on(plan))}?"
        if not plan.steps:
            question = f"{title_of(plan.action_id, asked_on(plan))}: nothing would be sent"
        self.query_one("#title", Static).update(heading(question, self._workspace))
        counts = counts_words(plan, self.hidden, with_hidden=self.with_hidden, now=self._now)
        how_long = f" Takes {short_time(plan)}." if plan.steps and short_time(plan) != "at once" else ""
        self.query_one("#counts", Static).update(Content(counts + how_long))
        listed = "the codes" if self.shows_calls else "the requests to Seam"
        keys = ["↑↓ scroll", f"{self.key_label('plan.calls')} shows {listed}"]
        if self.hidden:
            also = "not" if self.with_hidden else "also"
            keys.append(f"{self.key_label('plan.hidden')} {also} the {self.hidden} hidden")
        if self.is_looking_up:
            keys.append(f"{self.key_label('plan.skip')} skip the look-up")
        elif plan.steps:
            what = "write to a file" if self._can_save else "why it cannot be written to a file"
            keys.append(f"{self.key_label('plan.save')} {what}")
        keys.append("Esc goes back" if self.shows_calls else "Esc leaves")
        self.query_one("#keys", Static).update(Content(" · ".join(keys)))

    def _show_question(self, typed: str = "") -> None:
        """Ask in the way that the plan's harm wants; the focus goes where Enter does no harm."""
        plan = self._plan
        wants_count = bool(plan.steps) and plan.friction is Friction.TYPE_COUNT
        count = acted_on(plan)
        prompt = f"{f'Not {typed}. ' if typed else ''}Type {count} and Enter to go on:"
        if self.is_looking_up:
            prompt = "Wait for the access grants:"
        self.query_one("#prompt", Static).update(Content(prompt))
        self.query_one("#typing").display = wants_count
        box = self.query_one("#count", Input)
        box.value = ""
        yes = self.query_one("#yes", Button)
        yes.display = bool(plan.steps) and not wants_count
        self._fit_yes()
        cancel = self.query_one("#cancel", Button)
        cancel.label = Content(f"Cancel ({self.key_label('plan.no')})" if plan.steps else "Close")
        (box if wants_count else cancel).focus()

    def _show_row(self) -> None:
        step = self._steps.get(self.query_one("#steps", RecordTable).cursor_id or "")
        text = "" if step is None else step_words(step, self._device(step), self._now)
        if self.shows_calls:
            text = "A dry run: these requests would be sent, and nothing is sent by looking. PINs are masked."
        self.query_one("#row", Static).update(Content(one_line(text)))

    def _facts(self) -> list[Block]:
        plan = self._plan
        facts: list[Block] = []
        facts += [Paragraph(Content(VEIL.text(why)), lead="✖ ", lead_style="$text-error") for why in plan.refusals]
        facts += [Paragraph(Content(VEIL.text(note)), lead="▲ ", lead_style="$text-warning") for note in plan.notes]
        facts += reasons(((out.reason, out.title) for out in plan.left_out), "Left out: ", "$text-warning")
        if not plan.steps:
            return facts or [Paragraph(Content("There is nothing in this plan."))]
        facts.append(Paragraph(Content(one_line(time_words(plan, self._devices))), lead="◷ "))
        facts += [Paragraph(Content(line), lead="· ") for line in left_undone(plan)]
        return facts

    def _device(self, step: PlanStep) -> Device | None:
        return self._devices.get(step.device_id or "")

    def _cells(self, key: str) -> RowCells | None:
        step = self._steps.get(key)
        return None if step is None else step_cells(step, self._device(step), self._now)

    def _list_calls(self) -> None:
        self._lines = call_rows(self._steps, self._devices)
        calls = self.query_one("#calls", RecordTable)
        calls.refresh_all()
        calls.set_rows(self._lines, reset=True)

    def _line(self, key: str) -> RowCells | None:
        return self._lines.get(key)

    # Answering

    def on_record_table_row_highlighted(self, event: RowHighlighted) -> None:
        """Tell all about the code under the cursor."""
        event.stop()
        self._show_row()

    def action_toggle_hidden(self) -> None:
        """Take in the marked codes that a filter hides, or leave them out again; everything follows (UX rule 4)."""
        if self._with is None or not self.hidden:
            return
        self._plan = self._without if self.with_hidden else self._with
        self._show()

    def action_toggle_calls(self) -> None:
        """Show which calls would be sent, or the codes again; nothing is sent."""
        if not self._plan.steps:
            return
        shows_calls = not self.shows_calls
        had_focus = self.listed.has_focus
        self.query_one("#calls").display = shows_calls
        self.query_one("#steps").display = not shows_calls
        if shows_calls:
            self._list_calls()
        if had_focus:
            self.listed.focus()
        self._show_words()
        self._show_row()

    @property
    def _can_save(self) -> bool:
        return self._endpoint is not None and self._workspace is not None and bool(self._plan.steps)

    def action_save(self) -> None:
        """Ask where to write the plan, to be applied later."""
        workspace, endpoint, now = self._workspace, self._endpoint, self._now
        if workspace is None or endpoint is None or now is None or not self._plan.steps:
            self.say_here(self._why_no_file, error=True)
            return
        if self.is_looking_up:
            self.say_here("Not yet: access grants are still being looked up.", error=True)
            return
        plan = self._plan
        about = "The file names the guests and holds PINs; only you can read it. seam-tui apply FILE carries it out."
        path = plans_folder() / plan_file_name(plan.action_id, now)
        screen = SaveScreen(
            "Write the plan to a file",
            about,
            path,
            lambda chosen: save_plan(plan, chosen, workspace=workspace, endpoint=endpoint, now=now),
        )
        self.app.push_screen(screen, self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.say_here(f"Written to {plain_text(brief_path(path))}. Nothing was sent.")

    def action_yes(self) -> None:
        """Say yes with the letter, where a letter is enough and the moment is over."""
        may = self.takes_a_yes and not self.is_looking_up
        if may and self._plan.steps and self._plan.friction is not Friction.TYPE_COUNT:
            self.dismiss(PlanAnswer(self._plan))

    def action_refuse(self) -> None:
        """Say no."""
        self.dismiss(None)

    def action_leave(self) -> None:
        """Go back one level: from the calls to the codes, from the codes to where one came from."""
        if self.shows_calls:
            self.action_toggle_calls()
        else:
            self.dismiss(None)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a click, or Enter on Cancel."""
        event.stop()
        if event.button.id == "yes":
            self.action_yes()
        else:
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on when exactly the count was typed; anything else is said to be wrong."""
        event.stop()
        typed = event.value.strip()
        if self.is_looking_up:
            skip = self.key_label("plan.skip")
            said = f"Not yet: access grants are still being looked up. {skip} goes on without the rest."
            self.say_here(said, error=True)
        elif self._plan.steps and typed == str(acted_on(self._plan)):
            self.dismiss(PlanAnswer(self._plan))
        elif typed:
            self._show_question(typed)
