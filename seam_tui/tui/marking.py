"""Marks and the filter: many codes at once, held by id, and never one that is not meant (UX rules 2, 3, 4)."""

from __future__ import annotations

from typing import cast

from textual import on, work

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import VEIL
from seam_tui.operations.bulk import BULK_ACTIONS, Edit, make_bulk_plan
from seam_tui.operations.plan import Plan
from seam_tui.operations.subject import Subject
from seam_tui.tui.board import Board
from seam_tui.tui.past_runs import PastRunsScreen
from seam_tui.tui.view import subject_of_code
from seam_tui.tui.widgets.filter_bar import FilterBar
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_messages import MarksChanged
from seam_tui.workspace.query import EVERYTHING


class MarkingScreen(PastRunsScreen):
    """A screen whose codes can be filtered and marked, and acted on together."""

    board: Board

    @property
    def codes(self) -> RecordTable:
        """The list of access codes."""
        return self.query_one("#codes", RecordTable)

    def draw_codes(self) -> None:
        """Bring the list of codes up to date with filter and device."""
        raise NotImplementedError

    # Marks

    @property
    def acts_on_marks(self) -> bool:
        """Whether an action means the marked codes: some are marked, and the codes are what one looks at."""
        return bool(self.codes.marked) and self.looked_at == "codes"

    def action_mark(self) -> None:
        """Mark or unmark the code under the cursor, and go on to the next."""
        self.codes.toggle_mark()
        self.codes.action_cursor_down()

    def action_mark_range(self, step: int) -> None:
        """Mark the code under the cursor and the next one up or down."""
        codes = self.codes
        before = codes.cursor_id
        if step > 0:
            codes.action_cursor_down()
        else:
            codes.action_cursor_up()
        codes.set_marks(codes.marked | {code for code in (before, codes.cursor_id) if code is not None})

    def action_mark_all(self) -> None:
        """Mark every code that the list shows."""
        self.codes.set_marks(self.codes.marked | set(self.codes.ids))

    def action_mark_invert(self) -> None:
        """Mark what the list shows unmarked, and the other way round."""
        self.codes.set_marks(self.codes.marked ^ set(self.codes.ids))

    def action_mark_clear(self) -> None:
        """Unmark everything, also what is not shown."""
        self.codes.set_marks(())

    @on(MarksChanged)
    def _say_marks(self, message: MarksChanged) -> None:
        message.stop()
        shown = len(message.marked & set(self.codes.ids))
        hidden = len(message.marked) - shown
        if hidden:
            self.say(f"{shown:,} marked; {hidden:,} more are marked but not shown here, and are left alone.")
        self.pane_entered()

    def drop_gone_marks(self) -> None:
        """Forget the marks of codes that are gone, and say so (UX rule 4)."""
        marked = self.codes.marked
        kept = {code for code in marked if code in self.board.store.codes}
        if len(kept) < len(marked):
            self.codes.set_marks(kept)
            gone = len(marked) - len(kept)
            self.say(f"{gone:,} marked {'code is' if gone == 1 else 'codes are'} gone.")

    # The filter

    def action_filter(self) -> None:
        """Ask for some codes only."""
        self.action_focus_pane("codes")
        self.query_one(FilterBar).open()

    def action_clear_filter(self) -> None:
        """Show every code again."""
        self.query_one(FilterBar).clear()
        self.codes.focus()

    def back_in_list(self) -> bool:
        """Escape clears the filter before it leaves the list."""
        if self.looked_at != "codes" or not self.is_filtered:
            return False
        self.action_clear_filter()
        return True

    def action_leave_filter(self) -> None:
        """Go to the codes and keep the filter."""
        self.codes.focus()

    @on(FilterBar.Changed)
    def _follow_filter(self, message: FilterBar.Changed) -> None:
        message.stop()
        self.board.filter.set(message.query, self.now())
        self.draw_codes()

    def ask_filter_anew(self) -> None:
        """Share mode was switched: find what is shown now; a text that would tell a name is taken off."""
        board, bar = self.board, self.query_one(FilterBar)
        if VEIL.is_drawn and board.filter.tells_a_name:
            bar.clear()
            board.filter.set(EVERYTHING, self.now())
            self.say("The filter was taken off: it may be part of a name. name: searches without showing it.")
        board.filter.ask_anew(self.now())
        bar.redraw()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter holds."""
        return self.board.filter.query != EVERYTHING

    # Many at once

    def perform(self, action_id: ActionId, issue: Issue | None = None, subject: Subject | None = None) -> None:
        """Perform an action on what is chosen, or on what is marked; or say why it can't be done."""
        action = ACTIONS[action_id]
        is_for_one = not self.acts_on_marks or subject is not None or issue is not None
        if is_for_one or not action.writes or action_id is ActionId.UNDO:
            super().perform(action_id, issue, subject)
        elif action_id not in BULK_ACTIONS:
            self.say(
                f"{action.label}: works on one at a time; u takes the {len(self.codes.marked):,} marks off.", error=True
            )
        elif self.session.read_only:
            super().perform(action_id)
        elif self.runs_now:
            self.say(self.under_way, error=True)
        else:
            self._perform_on_marked(action_id)

    @work(group="dialog", exit_on_error=False)
    async def _perform_on_marked(self, action_id: ActionId) -> None:
        with self.asking():
            await self._plan_and_send(action_id, self.codes.marked)

    async def _plan_and_send(self, action_id: ActionId, marked: frozenset[str]) -> None:
        """Ask what is changed, show exactly what would be sent, and send exactly that."""
        from seam_tui.tui.bulk_forms import bulk_form_for

        edit = Edit()
        form = bulk_form_for(action_id, len(marked), self.now)
        if form is not None:
            # Textual types a dialog's result as never None; Escape gives None all the same.
            typed = cast("Edit | None", await self.app.push_screen_wait(form))
            if typed is None:
                return
            edit = typed
        shown = [code for code in self.codes.ids if code in marked]
        hidden = marked - set(shown)
        plan = self._bulk_plan(action_id, shown, edit)
        with_hidden = self._bulk_plan(action_id, [*shown, *sorted(hidden)], edit) if hidden else None
        await self.ask_and_run(plan, with_hidden)

    async def ask_and_run(self, plan: Plan, hidden_plan: Plan | None = None) -> None:
        """Show a plan, and send exactly that after a yes.

        Args:
            plan: What would be sent.
            hidden_plan: The same with the marked codes that a filter hides.
        """
        if plan.refusals:
            self.say(f"{ACTIONS[plan.action_id].label}: {' '.join(plan.refusals)}", error=True)
            return
        answer = await self.ask_plan(plan, hidden_plan=hidden_plan)
        if answer is None:
            self.say("Nothing was sent.")
            return
        self.start_run(answer.plan)

    def keep_marked(self, code_ids: frozenset[str]) -> None:
        """Mark exactly the codes that a run has left behind."""
        self.codes.set_marks(code_ids)

    def retry(self, action_id: ActionId, code_ids: frozenset[str]) -> None:
        """Plan an action again for what a run has left behind."""
        self.codes.set_marks(code_ids)
        self._perform_on_marked(action_id)

    def _bulk_plan(self, action_id: ActionId, code_ids: list[str], edit: Edit) -> Plan:
        codes = self.board.store.codes
        subjects = [subject_of_code(self.board.store, codes[code]) for code in code_ids if code in codes]
        return make_bulk_plan(action_id, subjects, self.now(), edit, read_only=self.session.read_only)
