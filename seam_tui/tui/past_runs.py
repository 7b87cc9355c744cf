"""What was run before: put back with `z`, listed with `H`, and offered at the start when it was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from textual import work

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.clock import Clock
from seam_tui.domain.issue import Issue
from seam_tui.operations.bulk import TYPE_COUNT_FROM
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.plan import Friction, Plan
from seam_tui.operations.subject import Subject
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.messages import PlanFinished
from seam_tui.tui.planning import PlanningScreen
from seam_tui.tui.run_desk import NotConnectedError
from seam_tui.tui.run_view import Run
from seam_tui.tui.widgets.bars import SayLine

if TYPE_CHECKING:
    from seam_tui.operations.journal import Unfinished
    from seam_tui.operations.runs import TakenUp
    from seam_tui.tui.screens.history import HistoryAnswer
    from seam_tui.tui.screens.result import ResultScreen
    from seam_tui.tui.screens.resume import Choice

RELOADING: Final = "Reloading…"
"""What stands in the line until a reload has an end."""
PROBLEMS: Final = (JournalError, SeamFailure, NotConnectedError)
"""Why something about past runs cannot be done; each says the way out."""
_CHANGED: Final = frozenset({Outcome.DONE, Outcome.ASKED, Outcome.UNKNOWN})


class PastRunsScreen(PlanningScreen):
    """A screen that knows the runs of the past.

    Args:
        clock: Time.
    """

    _looked_back = False
    """Whether the runs that were cut off have been asked about."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._own_runs: list[str] = []
        """Ids of this session's runs that can be put back, the last one at the end."""

    @property
    def under_way(self) -> str:
        """Why no other run can be started while there is one."""
        return f"A run is under way; wait for its end, or stop it with {keymap_of(self.app).label('run.stop')}."

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Hold the keys of the panes until something about past runs is done, and say why it can't be."""
        self._is_asking = True
        try:
            yield
        except PROBLEMS as problem:
            self.say(str(problem), error=True)
        finally:
            self._is_asking = False

    # Undo

    def perform(self, action_id: ActionId, issue: Issue | None = None, subject: Subject | None = None) -> None:
        """Perform an action; undo is about the last run, whatever is chosen or marked."""
        if action_id is not ActionId.UNDO:
            super().perform(action_id, issue, subject)
            return
        reason = why_disabled(action_id, self.subject(), self.now(), read_only=self.session.read_only)
        if reason is not None:
            self.say(f"{ACTIONS[action_id].label}: {reason}", error=True)
        elif self.runs_now:
            self.say(self.under_way, error=True)
        elif self.sending:
            self.say("The last change is still being sent: undo it in a moment.")
        else:
            self._undo_last()

    def run_ended(self, message: PlanFinished) -> None:
        """Remember what can be put back."""
        run = self.run_view
        undoes = run.undoes if run is not None and run.plan is message.plan else None
        if undoes is not None:
            self._own_runs = [run_id for run_id in self._own_runs if run_id != undoes]
        elif message.run_id is not None and any(result.outcome in _CHANGED for result in message.results):
            self._own_runs.append(message.run_id)

    def can_be_undone(self, run: Run) -> bool:
        """Whether `z` on the result of a run puts it back."""
        return run.run_id in self._own_runs

    def undo(self, run_id: str) -> None:
        """Plan what puts a run back."""
        self._undo_run(run_id)

    @work(group="dialog", exit_on_error=False)
    async def _undo_last(self) -> None:
        with self.asking():
            run_id = self._own_runs[-1] if self._own_runs else await self._newest_to_undo()
            if run_id is None:
                self.say("There is nothing to undo: no run of this workspace can be put back.")
            else:
                await self._plan_undo(run_id)

    @work(group="dialog", exit_on_error=False)
    async def _undo_run(self, run_id: str) -> None:
        with self.asking():
            await self._plan_undo(run_id)

    async def _newest_to_undo(self) -> str | None:
        """The newest run of this workspace that can be put back and does not put back another."""
        workspace, now = self.board.store.workspace, self.now()
        for run in (await self.session.runs.history()).runs:
            header = run.header
            is_here = workspace is not None and header.workspace_id == workspace.workspace_id
            if is_here and header.undoes is None and run.undo_until is not None and run.undo_until > now:
                return header.run_id
        return None

    async def _plan_undo(self, run_id: str) -> bool:
        """Show what would put a run back, and send exactly that after a yes.

        Returns:
            Whether anything was sent.
        """
        plan = await self.session.runs.undo_plan(run_id)
        answer = await self.ask_plan(plan)
        if answer is None:
            self.say("Nothing was sent.")
            return False
        self.start_run(answer.plan, undoes=run_id)
        return True

    # What was cut off

    def take_load(self, said: str) -> None:
        """Say what a load has found; after the first, forget old runs and ask about one that was cut off."""
        line = self.query_one(SayLine)
        if line.text == RELOADING or not self._looked_back:
            line.say(said)
        else:
            line.add(said)  # what the load took away was said a moment ago
        if not self._looked_back:
            self._looked_back = True
            self._offer_unfinished()

    @work(group="dialog", exit_on_error=False)
    async def _offer_unfinished(self) -> None:
        remark = self.query_one(SayLine).add
        runs = self.session.runs
        try:
            await runs.expire()
            await runs.look_again()
        except PROBLEMS as problem:
            remark(str(problem))
        try:
            unfinished = await runs.unfinished()
        except PROBLEMS as problem:
            remark(str(problem))
            return
        more = len(unfinished.problems) - 1
        troubles = [f"{trouble}{f' {more} more: H lists them.' if more else ''}" for trouble in unfinished.problems[:1]]
        if unfinished.runs:
            await self._ask_about(unfinished, troubles)
        else:
            for trouble in troubles:
                remark(trouble)

    async def _ask_about(self, unfinished: Unfinished, troubles: list[str]) -> None:
        """Ask about each run that was cut off, the newest first, until one of them is gone on with."""
        from seam_tui.tui.run_words import cut_off_words
        from seam_tui.tui.screens.resume import ResumeScreen

        count = len(unfinished.runs)
        if self.session.read_only or self.app.screen is not self:
            why = "Read-only: nothing is sent." if self.session.read_only else "H offers to finish or to stop it."
            words = [cut_off_words(unfinished.runs[0]), *troubles, *_more(count - 1), why]
            self.query_one(SayLine).add(" ".join(words))
            return
        for number, state in enumerate(unfinished.runs, 1):
            lines = [cut_off_words(state), *(troubles if number == 1 else ())]
            if not state.is_fully_planned:
                lines.append("Its plan was not yet written down whole, so nothing of it was sent.")
            question = ResumeScreen(tuple(lines), can_finish=state.is_fully_planned, number=number, count=count)
            choice = cast("Choice | None", await self.app.push_screen_wait(question))
            with self.asking():
                if choice == "all_later":
                    self.say("They stay as they are; H offers to finish or to stop them.")
                    return
                if choice == "finish" and await self._finish(state.run_id):
                    for others in _more(count - number):
                        self.say(others)
                    return
                if choice == "stop":
                    await self._stop(state.run_id)
                elif choice is None:
                    self.say("It stays as it is; H offers to finish or to stop it.")

    async def _stop(self, run_id: str) -> None:
        await self.session.runs.stop(run_id)
        self.say("The run was stopped where it stood; H lists it.")

    async def _finish(self, run_id: str) -> bool:
        """Show what is left of a run, and send exactly that after a yes.

        Returns:
            Whether it was gone on with.
        """
        if self.runs_now:
            self.say(self.under_way, error=True)
            return False
        runs = self.session.runs
        taken = await runs.take_up(run_id)
        if not taken.can_go_on:
            await runs.put_down(taken)
            self.say("Its plan was not written down whole, and nothing of it was sent: stop it, then plan it again.")
            return False
        answer = None
        if taken.plan.steps:
            from seam_tui.tui.run_words import cut_off_words

            answer = await self.ask_plan(self._rest_of(taken), about=cut_off_words(taken.state), is_fixed=True)
            if answer is None:
                await runs.put_down(taken)
                self.say("Nothing was sent; H offers the run again.")
                return False
        self.follow_run(taken.plan, runs.go_on(taken))
        return True

    def _rest_of(self, taken: TakenUp) -> Plan:
        """What is left of a run, with what to know before it is gone on with; as careful as any plan of so many."""
        plan, workspace, now = taken.plan, self.board.store.workspace, self.now()
        notes = list(plan.notes)
        if taken.open:
            which = "One of them" if taken.open == 1 else f"{taken.open} of them"
            notes.insert(0, f"{which} may have been sent already: the code is looked at before anything is sent.")
        is_production = workspace is None or not workspace.is_sandbox
        is_live = is_production and any(step.code is not None and step.code.is_live(now) for step in plan.steps)
        is_grave = is_live or len(plan.steps) >= TYPE_COUNT_FROM
        return replace(plan, notes=tuple(notes), friction=Friction.TYPE_COUNT if is_grave else Friction.CONFIRM)

    # The history

    @work(group="dialog", exit_on_error=False)
    async def action_history(self) -> None:
        """List the past runs, until one of them is acted on or the list is left."""
        with self.asking():
            await self._browse()

    async def _browse(self) -> None:
        from seam_tui.tui.screens.history import HistoryScreen

        at: str | None = None
        said = ""
        while True:
            history = await self.session.runs.history()
            screen = HistoryScreen(
                history.runs,
                self.now(),
                problems=[str(problem) for problem in history.problems],
                workspace=self.board.store.workspace,
                own=self.session.runs.own,
                at=at,
                read_only=self.session.read_only,
                said=said,
                steps=self._steps_of,
                problem_types=PROBLEMS,
            )
            answer = cast("HistoryAnswer | None", await self.app.push_screen_wait(screen))
            if answer is None:
                return
            at, said = answer.run_id, ""
            try:
                if await self._grant_wish(answer):
                    return
            except PROBLEMS as problem:
                said = str(problem)

    async def _grant_wish(self, answer: HistoryAnswer) -> bool:
        """Do what was asked for on the list of the past runs.

        Returns:
            Whether the list is done with.
        """
        match answer.wish:
            case "undo":
                return not self._is_busy() and await self._plan_undo(answer.run_id)
            case "finish":
                return await self._finish(answer.run_id)
            case "stop":
                if await self.ask("Stop this run?", "Its codes stay as they are now; it is not offered again."):
                    await self._stop(answer.run_id)
                return False
            case None:
                if answer.show is not None:
                    self.go_to_code(answer.show)
                return True

    def _is_busy(self) -> bool:
        if self.runs_now:
            self.say(self.under_way, error=True)
        return self.runs_now

    async def _steps_of(self, run_id: str) -> ResultScreen:
        from seam_tui.tui.run_words import action_of, past_rows
        from seam_tui.tui.screens.result import ResultScreen

        state = await self.session.runs.read(run_id)
        store = self.board.store
        action = action_of(state.header) or ActionId.UNDO
        rows = past_rows(state, store.devices)
        return ResultScreen(action, rows, self.now(), workspace=store.workspace, can_retry=False)

    # Leaving

    @work(group="dialog", exit_on_error=False)
    async def action_quit(self) -> None:
        """Leave; a run that is under way is asked about."""
        run = self.run_view
        if run is None or run.is_finished or await self._may_cut_off(run):
            self.app.exit()

    async def _may_cut_off(self, run: Run) -> bool:
        progress = run.progress(self.clock.monotonic())
        what = "What is not sent stays undone" if self.session.runs.is_passing else "The next start offers to finish it"
        return await self.ask("Leave while a run is under way?", f"{progress.words} are done. {what}.")


def _more(count: int) -> list[str]:
    """That so many other runs were cut off; nothing when there are none."""
    return [f"{count} more {'was' if count == 1 else 'were'} cut off: H lists them."] if count else []
