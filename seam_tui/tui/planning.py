"""Shows a plan of many codes with all that is known of it, and brings back a yes to exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from seam_tui.domain.veil import VEIL
from seam_tui.operations.plan import Plan
from seam_tui.tui.launch import Launch
from seam_tui.tui.running import RunningScreen

if TYPE_CHECKING:
    from seam_tui.tui.screens.plan import PlanAnswer

_FROM_THE_JOURNAL: Final = (
    "The rest of a run cannot be written to a file: its journal knows what may have been sent already. "
    "seam-tui history resume finishes it without a screen."
)
_SHARED: Final = "A plan's file holds true names and PINs: none is written in share mode. Leave it first."


class PlanningScreen(RunningScreen):
    """A screen that can ask for a yes to a plan."""

    launch: Launch

    async def ask_plan(
        self, plan: Plan, *, hidden_plan: Plan | None = None, about: str = "", is_fixed: bool = False
    ) -> PlanAnswer | None:
        """Show a plan, look up the access grants of its codes meanwhile, and wait for an answer.

        Args:
            plan: What would be sent.
            hidden_plan: The same with the marked codes that a filter hides.
            about: What this plan is the rest of.
            is_fixed: Whether it was planned by an earlier run: it is sent as it is or not at all.

        Returns:
            A yes with the plan that was on the screen, or None.
        """
        from seam_tui.tui.screens.plan import PlanScreen

        store, connection = self.board.store, self.launch.connection
        may_save = connection is not None and not is_fixed and not VEIL.is_drawn
        looking = None if is_fixed else self.begin_lookup(plan, hidden_plan)
        question = PlanScreen(
            plan,
            store.devices,
            hidden_plan=hidden_plan,
            now=self.now(),
            workspace=store.workspace,
            about=about,
            skip_lookup=None if looking is None else looking.cancel,
            endpoint=connection.endpoint if connection is not None and may_save else None,
            why_no_file=_FROM_THE_JOURNAL if is_fixed else _SHARED if VEIL.is_drawn else None,
        )
        if looking is not None:
            self.follow_lookup(looking, question, plan, hidden_plan)
        try:
            # Textual types a dialog's result as never None; Escape gives None all the same.
            return cast("PlanAnswer | None", await self.app.push_screen_wait(question))
        finally:
            if looking is not None:
                looking.cancel()
