"""Pause, go on and cancel a run, and how far it has come."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seam_tui.domain.action import ActionId
from seam_tui.operations.journal_records import SendKind
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.seam_api.pacing import WriteKind, least_seconds

WRITE_KINDS: Final[Mapping[ActionId, WriteKind]] = {
    ActionId.CHANGE_PIN: WriteKind.UPDATE,
    ActionId.GENERATE_PIN: WriteKind.UPDATE,
    ActionId.RENAME: WriteKind.UPDATE,
    ActionId.CHANGE_TIMES: WriteKind.UPDATE,
    ActionId.MAKE_ONGOING: WriteKind.UPDATE,
    ActionId.ALLOW_EXTERNAL_MODIFICATION: WriteKind.UPDATE,
    ActionId.FORBID_EXTERNAL_MODIFICATION: WriteKind.UPDATE,
    ActionId.CONVERT_TO_MANAGED: WriteKind.UPDATE,
    ActionId.DELETE: WriteKind.DELETE,
    ActionId.DELETE_DUPLICATE: WriteKind.DELETE,
    ActionId.LOCK: WriteKind.LOCK,
    ActionId.UNLOCK: WriteKind.UNLOCK,
}
"""Which of Seam's limits an action counts against; the others have none that is documented."""
_SEND_KINDS: Final[Mapping[ActionId, SendKind]] = {
    ActionId.CONVERT_TO_MANAGED: SendKind.CONVERT,
    ActionId.PULL_BACKUP: SendKind.PULL_BACKUP,
}


def kinds_of(step: PlanStep) -> tuple[WriteKind, ...]:
    """The limits that a step counts against, in the order of its sends."""
    if step.grant is not None:
        return ()
    if step.action_id is ActionId.RECREATE:
        return (WriteKind.DELETE, WriteKind.CREATE)
    if step.action_id is ActionId.UNDO:
        return (WriteKind.CREATE,) if step.makes_new else (WriteKind.UPDATE,)
    kind = WRITE_KINDS.get(step.action_id)
    return () if kind is None else (kind,)


def first_kind_of(step: PlanStep) -> WriteKind | None:
    """The limit that a step's first send counts against; None when none is documented."""
    return next(iter(kinds_of(step)), None)


def send_kind_of(step: PlanStep) -> SendKind:
    """What the journal calls a step's first send."""
    kind = first_kind_of(step)
    if step.action_id in _SEND_KINDS and step.grant is None:
        return _SEND_KINDS[step.action_id]
    return SendKind.OTHER if kind is None else SendKind(kind.value)


def lane_of(step: PlanStep) -> str:
    """Steps of one lane go one after the other: those on one device, else on one account."""
    return step.device_id or step.connected_account_id or ""


def least_time(plan: Plan) -> float:
    """The least seconds in which a plan can be sent at Seam's limits; locks go side by side."""
    return least_seconds(Counter((lane_of(step), kind) for step in plan.steps for kind in kinds_of(step)))


class RunControl:
    """The person's hand on a run. Lives on the run's event loop."""

    def __init__(self) -> None:
        self._may_go = asyncio.Event()
        self._may_go.set()
        self._cancelled = asyncio.Event()

    @property
    def is_paused(self) -> bool:
        """Whether nothing more is sent for now."""
        return not self._may_go.is_set() and not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing more is sent at all; what is under way ends."""
        return self._cancelled.is_set()

    def pause(self) -> None:
        """Send nothing more until `go_on`."""
        self._may_go.clear()

    def go_on(self) -> None:
        """Send again."""
        self._may_go.set()

    def cancel(self) -> None:
        """Send nothing more; a pause ends with it."""
        self._cancelled.set()
        self._may_go.set()

    async def gate(self) -> bool:
        """Wait while the run is paused; whether the next step may be sent."""
        await self._may_go.wait()
        return not self.is_cancelled

    async def until_cancelled(self) -> None:
        """Wait for the person to cancel, if ever."""
        await self._cancelled.wait()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    """Steps that have a result, whatever it is."""
    total: int
    failed: int
    """Steps that failed, or whose end is not known."""
    seconds_left: float
    """The least that the limits leave for the rest, from the moment at which the run started."""

    @property
    def words(self) -> str:
        """`12 of 300, 1 failed`."""
        failed = f", {self.failed} failed" if self.failed else ""
        return f"{self.done} of {self.total}{failed}"
