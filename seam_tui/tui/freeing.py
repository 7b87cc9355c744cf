"""Free slots on a lock: from its key to the plan that deletes what was chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from textual import work

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import Issue
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.subject import Subject
from seam_tui.tui.editing import EditingScreen


class FreeingScreen(EditingScreen):
    """A screen on which slots of a lock can be freed."""

    def perform(self, action_id: ActionId, issue: Issue | None = None, subject: Subject | None = None) -> None:
        """Perform an action; freeing slots opens its list first."""
        if action_id is not ActionId.FREE_SLOTS or self.acts_on_marks:
            super().perform(action_id, issue, subject)
            return
        subject = replace(subject or self.subject(), issue=issue)
        reason = why_disabled(action_id, subject, self.now(), read_only=self.session.read_only)
        if reason is not None:
            self.say(f"{ACTIONS[action_id].label}: {reason}", error=True)
        elif self.runs_now:
            self.say(self.under_way, error=True)
        else:
            self._free_slots(subject)

    @work(group="dialog", exit_on_error=False)
    async def _free_slots(self, subject: Subject) -> None:
        with self.asking():
            await self._choose_and_plan(subject)

    async def _choose_and_plan(self, subject: Subject) -> None:
        from seam_tui.operations.slots import plan_for, proposal_for
        from seam_tui.tui.screens.slots import SlotsScreen

        proposal = proposal_for(subject, self.now())
        if proposal is None or subject.device is None:
            return
        screen = SlotsScreen(subject.device, proposal, workspace=subject.workspace)
        # Textual types a dialog's result as never None; Escape gives None all the same.
        chosen = cast("tuple[str, ...] | None", await self.app.push_screen_wait(screen))
        if chosen is None:
            self.say("Nothing was sent.")
            return
        plan = plan_for(subject, chosen, self.now(), read_only=self.session.read_only)
        await self.ask_and_run(plan)
