"""Shows exactly what would be sent to many codes, and asks for a yes that fits the harm (UX rules 4, 5 and 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ACTIONS
from seam_tui.domain.device import Device
from seam_tui.operations.plan import Friction, Plan, PlanStep
from seam_tui.tui.plan_calls import calls_of
from seam_tui.tui.plan_words import (
    asked_on,
    counts_words,
    left_undone,
    live_words,
    short_time,
    step_words,
    time_words,
    title_of,
    what_changes,
)
from seam_tui.tui.screens.dialog import words
from seam_tui.tui.screens.listing import ListingDialog, heading, reasons
from seam_tui.tui.widgets.cells import Cell, RowCells, one_line
from seam_tui.tui.widgets.columns import Column
from seam_tui.tui.widgets.detail_view import DetailView
from seam_tui.tui.widgets.document import Block, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import RowHighlighted
from seam_tui.workspace.times import exact

_DIM: Final = ".record-table--dim"
_NAME: Final = Column("name", "Name", min_width=10, priority=10, share=3)
_LIVE: Final = Column("live", "Live?", width=18, priority=9)
_REMOVAL_COLUMNS: Final = (
    _NAME,
    _LIVE,
    Column("device", "Lock", min_width=10, priority=8, share=2),
    Column("starts", "Starts", width=20, priority=6),
    Column("ends", "Ends", width=20, priority=7),
)
_CHANGE_COLUMNS: Final = (
    _NAME,
    Column("device", "Lock", min_width=10, priority=7, share=2),
    Column("changes", "What changes", min_width=20, priority=9, share=6),
    Column("live", "Live?", width=18, priority=6),
)


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A yes."""

    plan: Plan
    """Exactly what was on the screen: nothing else is sent."""


class CountInput(Input):
    """A box for a number; letters pass through it to the keys of the screen."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Only digits are typed here."""
        return character is not None and character.isdecimal()

    def action_home(self, select: bool = False) -> None:
        """A number is short: the key is the list's."""
        raise SkipAction

    def action_end(self, select: bool = False) -> None:
        """A number is short: the key is the list's."""
        raise SkipAction

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not (event.character or "").isdecimal():
            event.prevent_default()  # keeps the box from taking it; the screen's keys still get it


class PlanScreen(ListingDialog[PlanAnswer | None]):
    """The plan for many codes: what each gets, what is left out and why, how long it takes, and the question.

    Args:
        plan: What would be sent.
        devices: The locks by id, for their names and time zones.
        hidden_plan: The plan that has the marked codes as well which a filter hides; off until it is asked for.
        now: The wall time, for which codes are live; None leaves that unsaid.
        workspace: Where it would happen; None leaves that unsaid.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False, id="plan.yes"),
        Binding("n", "refuse", "No", show=False, id="plan.no"),
        Binding("h", "toggle_hidden", "Also the hidden ones", show=False, id="plan.hidden"),
        Binding("t", "toggle_calls", "Show the calls", show=False, id="plan.calls"),
    ]

    def __init__(
        self,
        plan: Plan,
        devices: Mapping[str, Device],
        *,
        hidden_plan: Plan | None = None,
        now: datetime | None = None,
        workspace: Workspace | None = None,
    ) -> None:
        super().__init__("")
        self._without, self._with = plan, hidden_plan
        self._plan = plan
        self._devices = devices
        self._now = now
        self._workspace = workspace
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
        columns = _CHANGE_COLUMNS if self._changes_something() else _REMOVAL_COLUMNS
        yield words("", id="counts", classes="words")
        yield RecordTable(columns, self._cells, id="steps", empty_text="Nothing would be sent.")
        calls = RecordTable((Column("call", "Call"),), self._lines.get, id="calls", show_header=False)
        calls.display = False
        yield calls
        yield words("", id="row")
        yield DetailView(id="facts")
        with Horizontal(id="typing"):
            yield words("", id="prompt")
            yield CountInput(id="count", max_length=6, restrict="[0-9]*")
        with Horizontal(id="buttons"):
            yield Button("Cancel (n)", id="cancel")
            yes = Button("Yes (y)", id="yes", variant="error" if ACTIONS[self._plan.action_id].dangerous else "primary")
            yes.can_focus = False  # so that no Enter can land on it; the letter and the mouse remain
            yield yes
        yield words("", id="keys")

    def _changes_something(self) -> bool:
        plans = (self._without, self._with or self._without)
        return any(what_changes(step, None) for plan in plans for step in plan.steps[:1])

    def on_mount(self) -> None:
        """Show the plan, without what is hidden."""
        self._show(reset=True)
        self.let_a_moment_pass()

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
        question = f"{title_of(plan.action_id, len(plan.steps))}?"
        if not plan.steps:
            question = f"{title_of(plan.action_id, asked_on(plan))}: nothing would be sent"
        self.query_one("#title", Static).update(heading(question, self._workspace))
        counts = counts_words(plan, self.hidden, with_hidden=self.with_hidden, now=self._now)
        how_long = f" Takes {short_time(plan)}." if plan.steps and short_time(plan) != "at once" else ""
        self.query_one("#counts", Static).update(Content(counts + how_long))
        keys = ["↑↓ scroll", "t codes" if self.shows_calls else "t calls"]
        if self.hidden:
            keys.append(f"h {'not the' if self.with_hidden else 'also the'} {self.hidden} hidden")
        keys.append("Esc goes back" if self.shows_calls else "Esc leaves")
        self.query_one("#keys", Static).update(Content(" · ".join(keys)))

    def _show_question(self, typed: str = "") -> None:
        """Ask in the way that the plan's harm wants; the focus goes where Enter does no harm."""
        plan = self._plan
        wants_count = bool(plan.steps) and plan.friction is Friction.TYPE_COUNT
        count = len(plan.steps)
        wrong = f"Not {typed}. " if typed else ""
        self.query_one("#prompt", Static).update(Content(f"{wrong}Type {count} and Enter to go on:"))
        self.query_one("#typing").display = wants_count
        box = self.query_one("#count", Input)
        box.value = ""
        yes = self.query_one("#yes", Button)
        yes.display = bool(plan.steps) and not wants_count
        cancel = self.query_one("#cancel", Button)
        cancel.label = Content("Cancel (n)" if plan.steps else "Close")
        (box if wants_count else cancel).focus()

    def _show_row(self) -> None:
        step = self._steps.get(self.query_one("#steps", RecordTable).cursor_id or "")
        text = "" if step is None else step_words(step, self._device(step), self._now)
        if self.shows_calls:
            text = "A dry run: these calls would be sent, and nothing is sent by looking. PINs are masked."
        self.query_one("#row", Static).update(Content(one_line(text)))

    def _facts(self) -> list[Block]:
        plan = self._plan
        blocks = [Paragraph(Content(refusal), lead="✖ ", lead_style="$text-error") for refusal in plan.refusals]
        facts: list[Block] = [*blocks]
        facts += reasons(((out.reason, out.title) for out in plan.left_out), "Left out: ", "$text-warning")
        if not plan.steps:
            return facts or [Paragraph(Content("There is nothing in this plan."))]
        facts += [Paragraph(Content(note), lead="▲ ", lead_style="$text-warning") for note in plan.notes]
        facts.append(Paragraph(Content(one_line(time_words(plan, self._devices))), lead="◷ "))
        facts += [Paragraph(Content(line), lead="· ") for line in left_undone(plan)]
        return facts

    def _device(self, step: PlanStep) -> Device | None:
        return self._devices.get(step.device_id or "")

    def _cells(self, key: str) -> RowCells | None:
        step = self._steps.get(key)
        if step is None:
            return None
        device, code = self._device(step), step.code
        zone = device.time_zone if device is not None else None
        live = live_words(code, self._now)
        name: list[tuple[str, str] | str] = [step.title]
        if code is not None and not code.is_managed:
            name.append((" (unmanaged)", "$text-muted"))
        starts, ends = (None, None) if code is None else (code.starts_at, code.ends_at)
        return {
            "name": Content.assemble(*name),
            "live": Cell(live, "bold $text-error" if live.startswith("●") else _DIM),
            "device": Cell(device.title if device is not None else "", _DIM),
            "changes": what_changes(step, zone),
            "starts": Cell(_moment(starts, zone), _DIM),
            "ends": Cell(_moment(ends, zone), _DIM),
        }

    def _list_calls(self) -> None:
        """List every call with its fields, a line each; what is drawn is only what is seen."""
        self._lines.clear()
        for number, (key, step) in enumerate(self._steps.items(), start=1):
            device = self._device(step)
            where = f" on {device.title}" if device is not None else ""
            self._lines[key] = {"call": Cell(f"{number}  {step.title}{where}", "bold")}
            for place, call in enumerate(calls_of(step)):
                why = f"  {call.why}" if call.why else ""
                self._lines[f"{key}/{place}"] = {"call": Content.assemble("→ ", call.path, (why, "$text-muted"))}
                for name, value in call.fields:
                    line = Content.assemble(" ", (name, "$text-muted"), f" {value}")
                    self._lines[f"{key}/{place}/{name}"] = {"call": line}
        calls = self.query_one("#calls", RecordTable)
        calls.refresh_all()
        calls.set_rows(self._lines, reset=True)

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

    def action_yes(self) -> None:
        """Say yes with the letter, where a letter is enough and the moment is over."""
        if self.takes_a_yes and self._plan.steps and self._plan.friction is not Friction.TYPE_COUNT:
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
        if self._plan.steps and typed == str(len(self._plan.steps)):
            self.dismiss(PlanAnswer(self._plan))
        elif typed:
            self._show_question(typed)


def _moment(moment: datetime | None, zone: str | None) -> str:
    """A time for a narrow cell; that a zone is not known is said in the line below the list."""
    return "–" if moment is None else exact(moment, zone).partition(" (")[0]
