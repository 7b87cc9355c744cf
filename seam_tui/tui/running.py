"""A run on many codes: its strip, its keys, and its result, while other work goes on (UX rules 7 and 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work

from seam_tui.domain.action import ActionId
from seam_tui.domain.veil import VEIL
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan
from seam_tui.operations.step_result import StepResult
from seam_tui.tui.board import Board
from seam_tui.tui.messages import PlanFinished, RunBroken, StepWaits
from seam_tui.tui.performing import PerformingScreen, concerned
from seam_tui.tui.plan_words import doing_words
from seam_tui.tui.run_view import Run
from seam_tui.tui.told import names_about
from seam_tui.tui.widgets.run_strip import RunStrip

if TYPE_CHECKING:
    from seam_tui.domain.access_code import AccessCode
    from seam_tui.tui.run_desk import RunHandle
    from seam_tui.tui.screens.result import ResultAnswer


class RunningScreen(PerformingScreen):
    """A screen on which one run on many codes may be under way."""

    board: Board
    run_view: Run | None = None
    """The run that is under way, or the last one."""

    def start_run(self, plan: Plan, *, undoes: str | None = None) -> None:
        """Send a plan, and show how it goes.

        Args:
            plan: What was said yes to.
            undoes: The run that it puts back.
        """
        self.follow_run(plan, self.session.runs.start(plan, undoes=undoes), undoes=undoes)

    def follow_run(self, plan: Plan, handle: RunHandle, *, undoes: str | None = None) -> None:
        """Show how a run goes that has been started."""
        self.run_view = Run(plan, handle, self.clock.monotonic(), undoes)
        self.draw_strip()

    @property
    def runs_now(self) -> bool:
        """Whether a run is under way."""
        return self.run_view is not None and not self.run_view.is_finished

    def draw_strip(self) -> None:
        """Draw how far the run has come."""
        strip, run = self.query_one(RunStrip), self.run_view
        if run is None or run.is_finished:
            strip.hide()
            return
        now = self.clock.monotonic()
        strip.show(
            doing_words(run.plan.action_id),
            run.progress(now),
            rate=run.rate(now),
            waits_for=VEIL.text(run.waits_for),
            paused=run.handle.is_paused,
            cancelled=run.handle.is_cancelled,
        )

    def take_step(self, plan: Plan, result: StepResult) -> None:
        """Count a step of the run; say any other."""
        run = self.run_view
        if run is None or plan is not run.plan:
            super().take_step(plan, result)
            return
        if run.is_finished:
            super().take_step(plan, result)  # news of a step, long after: nobody looks at the strip any more
        run.take(result, self.clock.monotonic())
        self.wait_for_lock(plan, result)
        self._keep_anew(self.kind_of(plan, result.step), result)
        self.draw_strip()

    def on_step_waits(self, message: StepWaits) -> None:
        """Say what a step waits for: in the strip for one of the run, else on the line above the keys."""
        run = self.run_view
        if run is not None and message.plan is run.plan:
            run.wait(message.step, message.said)
            self.draw_strip()
        else:
            self.say(f"{message.step.title}: {VEIL.text(message.said, names_about(self.board.store, message.step))}")

    def take_end(self, message: PlanFinished) -> None:
        """Show the result of the run; the failed stay marked."""
        run = self.run_view
        if run is None or message.plan is not run.plan:
            super().take_end(message)
            return
        run.is_finished = True
        run.run_id = message.run_id
        self.draw_strip()
        self.keep_marked(frozenset(code for code in run.left_behind if code in self.board.store.codes))
        self.note_end(message)
        if run.must_be_finished:
            self.say("Not everything of the run could be done: H lists it, and f finishes it there.", error=True)
        for result in message.results:
            if result.step.code is None:
                self.after_step(result)
        self.show_result()

    def take_break(self, message: RunBroken) -> None:
        """Say that a run did not come to its end, and what of it was sent."""
        run = self.run_view
        if run is not None and message.plan is run.plan:
            run.is_finished = True
            self.draw_strip()
        super().take_break(message)

    def keep_marked(self, code_ids: frozenset[str]) -> None:
        """Mark exactly the codes that a run has left behind."""
        raise NotImplementedError

    def retry(self, action_id: ActionId, code_ids: frozenset[str]) -> None:
        """Plan an action again for what a run has left behind."""
        raise NotImplementedError

    def can_be_undone(self, run: Run) -> bool:
        """Whether `z` on the result of a run puts it back."""
        raise NotImplementedError

    def undo(self, run_id: str) -> None:
        """Plan what puts a run back."""
        raise NotImplementedError

    def tell_end(self, access_code_id: str, kind: ActionId, result: StepResult, code: AccessCode | None) -> None:
        """Bring the result up to date; a code of a run is not told one by one."""
        run = self.run_view
        of_run = run.result_of(access_code_id) if run is not None else None
        if run is None or of_run is None or of_run.step != result.step:
            super().tell_end(access_code_id, kind, result, code)
            return
        from seam_tui.operations.settling import how_it_ended

        is_new = result.created is not None
        outcome, said = how_it_ended(result.step, code, is_new=is_new, errors_before=result.errors_before)
        key = run.settle(access_code_id, outcome, said)
        if key is not None:
            self._update_result(key, outcome, said)
        self._keep_anew(kind, replace(result, outcome=outcome, said=said))

    def _keep_anew(self, kind: ActionId, result: StepResult) -> None:
        """Put what a run did in the place of what stands in a detail; of the other codes, its result tells."""
        keys = concerned(result)
        if not self.said.keys().isdisjoint(keys):
            line = self.line_of(kind, result.step, result.outcome, result.said)
            for key in keys:
                self.keep(key, line)

    def tell_waiting(self, access_code_id: str, words: str) -> None:
        """Say in the result, too, that a code still waits."""
        super().tell_waiting(access_code_id, words)
        key = self.run_view.still_waits(access_code_id, words) if self.run_view is not None else None
        if key is not None:
            self._update_result(key, Outcome.ASKED, words)

    def _update_result(self, key: str, outcome: Outcome, said: str) -> None:
        from seam_tui.tui.screens.result import ResultScreen

        if isinstance(self.app.screen, ResultScreen):
            self.app.screen.update_result(key, outcome, VEIL.text(said))

    @work(group="result", exit_on_error=False)
    async def show_result(self) -> None:
        """Show what became of each code of the last run, and do what is asked for there."""
        run = self.run_view
        if run is None:
            return
        from seam_tui.tui.screens.result import ResultScreen, result_rows

        store = self.board.store
        rows = result_rows(run.results, store.devices, lambda step: names_about(store, step))
        screen = ResultScreen(
            run.plan.action_id,
            rows,
            self.now(),
            workspace=store.workspace,
            can_undo=self.can_be_undone(run),
            can_retry=run.plan.action_id is not ActionId.UNDO,
        )
        answer: ResultAnswer | None = await self.app.push_screen_wait(screen)
        if answer is None:
            return
        if answer.show is not None:
            self.go_to_code(answer.show)
        elif answer.undo and run.run_id is not None:
            self.undo(run.run_id)
        elif answer.retry:
            self.retry(run.plan.action_id, run.asked_for(answer.retry))

    def go_to_code(self, access_code_id: str) -> None:
        """Put the cursor on a code that a result names; one that was just made may still have to be read."""
        if not self.show_code(access_code_id):
            self.expect_code(access_code_id)
            self.say("Seam does not list that code now; the cursor goes there if it comes.")

    def action_pause_run(self) -> None:
        """Pause the run, or go on with it."""
        if self.run_view is not None and self.runs_now:
            self.run_view.handle.pause_or_go_on()
            self.run_view.set_paused(self.run_view.handle.is_paused, self.clock.monotonic())
            self.draw_strip()
        else:
            self.say("No run is under way.")

    def action_stop_run(self) -> None:
        """Send nothing more; what is under way ends."""
        if self.run_view is not None and self.runs_now:
            self.run_view.handle.cancel()
            self.draw_strip()
        else:
            self.say("No run is under way.")

    def action_last_result(self) -> None:
        """Show the result of the last run again."""
        if self.run_view is None or not self.run_view.is_finished:
            self.say("No run has come to its end yet.")
        else:
            self.show_result()
