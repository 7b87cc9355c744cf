"""A run on many codes: its strip, its keys, and its result, while other work goes on (UX rules 7 and 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual import work

from seam_tui.domain.action import ActionId
from seam_tui.operations.control import Progress, least_time
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.tui.board import Board
from seam_tui.tui.performing import PerformingScreen
from seam_tui.tui.plan_words import doing_words
from seam_tui.tui.screens.result import ResultAnswer, ResultScreen, result_rows
from seam_tui.tui.widgets.run_strip import RunStrip

if TYPE_CHECKING:
    from seam_tui.domain.access_code import AccessCode
    from seam_tui.tui.session import RunHandle

_LEFT_BEHIND = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.SKIPPED})


@dataclass
class Run:
    """A run as the screen sees it."""

    plan: Plan
    handle: RunHandle
    began: float
    """Seconds of the monotonic clock."""
    results: dict[str, StepResult] = field(default_factory=dict)
    """The last word on each code, by its id."""
    is_finished: bool = False

    def progress(self, now: float) -> Progress:
        """How far it has come."""
        failed = sum(result.outcome in {Outcome.FAILED, Outcome.UNKNOWN} for result in self.results.values())
        left = max(least_time(self.plan) - (now - self.began), 0.0)
        return Progress(len(self.results), len(self.plan.steps), failed, left)


class RunningScreen(PerformingScreen):
    """A screen on which one run on many codes may be under way."""

    board: Board
    run_view: Run | None = None
    """The run that is under way, or the last one."""

    def start_run(self, plan: Plan) -> None:
        """Send a plan for many codes, and show how it goes."""
        self.run_view = Run(plan, self.session.run(plan), self.clock.monotonic())
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
        doing = doing_words(run.plan.action_id)
        progress = run.progress(self.clock.monotonic())
        strip.show(doing, progress, paused=run.handle.is_paused, cancelled=run.handle.is_cancelled)

    def _is_of_run(self, result: StepResult) -> bool:
        return self.run_view is not None and any(step is result.step for step in self.run_view.plan.steps)

    def take_step(self, result: StepResult) -> None:
        """Count a step of the run; say any other."""
        if self.run_view is None or not self._is_of_run(result) or result.step.access_code_id is None:
            super().take_step(result)
            return
        self.run_view.results[result.step.access_code_id] = result
        self.acted[result.step.access_code_id] = result.step
        self.draw_strip()

    def take_end(self, plan: Plan, results: tuple[StepResult, ...]) -> None:
        """Show the result of the run; the failed stay marked."""
        run = self.run_view
        if run is None or plan is not run.plan:
            super().take_end(plan, results)
            return
        run.is_finished = True
        self.draw_strip()
        self.keep_marked(
            frozenset(
                code
                for code, result in run.results.items()
                if result.outcome in _LEFT_BEHIND and code in self.board.store.codes
            )
        )
        self._show_result()

    def keep_marked(self, code_ids: frozenset[str]) -> None:
        """Mark exactly the codes that a run has left behind."""
        raise NotImplementedError

    def retry(self, action_id: ActionId, code_ids: frozenset[str]) -> None:
        """Plan an action again for what a run has left behind."""
        raise NotImplementedError

    def tell_settled(self, access_code_id: str, code: AccessCode | None) -> None:
        """Bring the result up to date; a code of a run is not told one by one."""
        run = self.run_view
        if run is None or access_code_id not in run.results:
            super().tell_settled(access_code_id, code)
            return
        self.acted.pop(access_code_id, None)
        if run.results[access_code_id].outcome is Outcome.ASKED and isinstance(self.app.screen, ResultScreen):
            said = "Gone from the lock." if code is None else "Settled; Seam shows nothing pending."
            self.app.screen.update_result(access_code_id, Outcome.DONE, said)

    @work(group="result", exit_on_error=False)
    async def _show_result(self) -> None:
        run = self.run_view
        if run is None:
            return
        store = self.board.store
        rows = result_rows(run.results.values(), store.devices)
        screen = ResultScreen(run.plan.action_id, rows, self.now(), workspace=store.workspace)
        answer: ResultAnswer | None = await self.app.push_screen_wait(screen)
        if answer is not None and answer.retry:
            self.retry(run.plan.action_id, frozenset(answer.retry))

    def action_pause_run(self) -> None:
        """Pause the run, or go on with it."""
        if self.run_view is not None and self.runs_now:
            self.run_view.handle.pause_or_go_on()
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
            self._show_result()
