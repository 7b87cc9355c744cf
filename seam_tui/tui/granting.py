"""Access grants of codes: looked up in the background before a write, because a grant puts its own state back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from textual.message import Message

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ACTIONS
from seam_tui.operations.grants import Grants, may_have_grant, with_grants
from seam_tui.operations.plan import Plan
from seam_tui.tui.pins import PinScreen

if TYPE_CHECKING:
    from seam_tui.tui.screens.plan import PlanScreen
    from seam_tui.tui.session import Session

UNSAID: Final = 0.3
"""Seconds of a look-up for one code that are not worth a word."""


@dataclass
class LookupProgress(Message):
    """How far a look-up has come; a later one says the same and more."""

    done: int
    total: int

    def can_replace(self, message: Message) -> bool:
        """The last one is enough."""
        return isinstance(message, LookupProgress)


def grantable(*plans: Plan | None) -> list[AccessCode]:
    """The codes of plans that may belong to a grant, and that a write is planned for."""
    steps = [step for plan in plans if plan is not None and ACTIONS[plan.action_id].writes for step in plan.steps]
    codes = {step.code.access_code_id: step.code for step in steps if step.code is not None and step.grant is None}
    return [code for code in codes.values() if may_have_grant(code)]


class GrantingScreen(PinScreen):
    """A screen that knows which codes belong to access grants."""

    session: Session
    grants: Grants = Grants()
    """What was learned so far, for the detail."""

    async def with_grant_of(self, plan: Plan) -> Plan | None:
        """A plan for one code as it is with the code's grant; None when the person left meanwhile.

        Args:
            plan: What was asked for.
        """
        codes = grantable(plan)
        if not codes:
            return plan
        looking = asyncio.ensure_future(self.session.grants.look_up(codes, lambda done, total: None))
        try:
            await asyncio.wait({looking}, timeout=UNSAID)
            if not looking.done():
                from seam_tui.tui.screens.looking import LookingScreen

                screen = LookingScreen(plan.steps[0].title)
                looking.add_done_callback(lambda _: screen.call_later(screen.found))
                # Textual types a dialog's result as never None; Escape gives None all the same.
                answer = cast("Literal['done', 'skip'] | None", await self.app.push_screen_wait(screen))
                if answer is None:
                    return None
        finally:
            looking.cancel()
        return with_grants(plan, await self._learned(looking), self.clock.now())

    async def _learned(self, looking: asyncio.Future[Grants]) -> Grants:
        """What a look-up has found, also when it was cut short."""
        await asyncio.wait({looking})
        self.grants = await self.session.grants.known() if looking.cancelled() else looking.result()
        return self.grants

    def begin_lookup(self, *plans: Plan | None) -> asyncio.Future[Grants] | None:
        """Start to look up the grants of many codes; None when there is nothing to look up."""
        codes = grantable(*plans)
        if not codes:
            return None

        def tell(done: int, total: int) -> None:
            self.post_message(LookupProgress(done, total))

        return asyncio.ensure_future(self.session.grants.look_up(codes, tell))

    def follow_lookup(
        self, looking: asyncio.Future[Grants], question: PlanScreen, plan: Plan, hidden: Plan | None
    ) -> None:
        """Give a question its plans as they are with the grants, once those are known or skipped."""

        async def follow() -> None:
            grants, now = await self._learned(looking), self.clock.now()
            hidden_plan = None if hidden is None else with_grants(hidden, grants, now)
            question.take_plans(with_grants(plan, grants, now), hidden_plan)

        self.run_worker(follow(), group="grants", exit_on_error=False)

    def on_lookup_progress(self, message: LookupProgress) -> None:
        """Show on the plan how far the look-up has come."""
        from seam_tui.tui.screens.plan import PlanScreen

        if isinstance(self.app.screen, PlanScreen):
            self.app.screen.show_lookup(message.done, message.total)
