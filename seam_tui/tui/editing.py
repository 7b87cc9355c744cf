"""Edit: from one key to every change that a code, or the marked ones, can take."""

from __future__ import annotations

from collections import Counter
from typing import Final, cast

from textual import work

from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import BULK_ACTIONS
from seam_tui.operations.operation import NO_CODE, why_disabled
from seam_tui.operations.subject import Subject
from seam_tui.tui.marking import MarkingScreen
from seam_tui.tui.plan_words import codes_in_words
from seam_tui.tui.view import subject_of_code

EDITS: Final = (
    ActionId.CHANGE_PIN,
    ActionId.GENERATE_PIN,
    ActionId.RENAME,
    ActionId.CHANGE_TIMES,
    ActionId.MAKE_ONGOING,
    ActionId.ALLOW_EXTERNAL_MODIFICATION,
    ActionId.FORBID_EXTERNAL_MODIFICATION,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.RECREATE,
)
"""What changes a code and leaves the guest one."""


class EditingScreen(MarkingScreen):
    """A screen on which a change can be chosen from a list."""

    @work(group="dialog", exit_on_error=False)
    async def action_edit(self) -> None:
        """Offer every change of the code under the cursor, or of the marked ones, and go on as with its own key."""
        subject = None if self.acts_on_marks else self.subject()
        if subject is not None and subject.code is None:
            self.say(f"Edit: {NO_CODE}", error=True)
            return
        from seam_tui.tui.screens.edit import Choice, EditScreen

        if subject is None or subject.code is None:
            target = f"{codes_in_words(len(self.codes.marked))} that {_are(len(self.codes.marked))} marked"
            choices = [Choice(action_id, self._why_not_marked(action_id)) for action_id in EDITS]
        else:
            where = f" on {subject.device.title}" if subject.device is not None else ""
            target = f"{subject.code.title}{where}"
            choices = [Choice(action_id, self._why_not(action_id, subject)) for action_id in EDITS]
        # Textual types a dialog's result as never None; Escape gives None all the same.
        chosen = cast("ActionId | None", await self.app.push_screen_wait(EditScreen(target, choices)))
        if chosen is not None:
            self.perform(chosen, subject=subject)

    def _why_not(self, action_id: ActionId, subject: Subject) -> str | None:
        return why_disabled(action_id, subject, self.now(), read_only=self.session.read_only)

    def _why_not_marked(self, action_id: ActionId) -> str | None:
        """Why a change can be made on none of the marked codes; what is so of most of them."""
        if action_id not in BULK_ACTIONS:
            return "Works on one code at a time."
        if self.runs_now:
            return self.under_way
        codes, reasons = self.board.store.codes, Counter[str]()
        for access_code_id in self.codes.marked & codes.keys():
            reason = self._why_not(action_id, subject_of_code(self.board.store, codes[access_code_id]))
            if reason is None:
                return None
            reasons[reason] += 1
        return reasons.most_common(1)[0][0] if reasons else NO_CODE


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
