"""Runs of plans: journaled, gone on with after a kill, stopped where they stand, and put back.

The one way in for the screen and the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seam_tui.domain.account import Workspace
from seam_tui.domain.clock import Clock
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal import History, Journal, Unfinished
from seam_tui.operations.journal_records import Header
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.journal_writer import JournalWriter
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.runner import Emit, ReadsAgain, StepResult

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

Tell = Callable[[PlanStep, str], object]
"""Told one sentence while a step waits: "Seam asks to wait 30 s; it is sent again then."."""


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended."""

    results: tuple[StepResult, ...]
    """The last word on every step, in the plan's order."""
    run_id: str | None
    """None when nothing was journaled: no step acts on a code."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A run of an earlier process that this one holds now: `Runs.go_on` or `Runs.put_down` must follow."""

    run_id: str
    header: Header
    plan: Plan
    """The steps that are not settled, in their order, as they were planned."""
    open: int
    """How many of them may have been sent without an answer; each is found out before anything else is sent."""
    settled: int
    """Steps of which nothing is left to do."""
    state: RunState = field(repr=False)
    writer: JournalWriter = field(repr=False)

    @property
    def can_go_on(self) -> bool:
        """Whether all that was to be done is known; if not, nothing was sent, and it can only be stopped."""
        return self.state.is_fully_planned


class Runs:
    """Carries out plans over one client, with a journal. Lives on the client's event loop.

    Args:
        client: The door to Seam; refuses writes in read-only mode.
        rereader: Told of every code that was acted on.
        clock: Time.
        journal: Where runs are kept.
        endpoint: Seam's address, for the journal.
    """

    workspace: Workspace | None
    """The client's workspace; asked for once when nobody has set it."""

    def __init__(
        self, client: SeamClient, rereader: ReadsAgain, clock: Clock, journal: Journal, *, endpoint: str
    ) -> None:
        raise NotImplementedError

    async def run(
        self,
        plan: Plan,
        emit: Emit,
        control: RunControl | None = None,
        *,
        undoes: str | None = None,
        tell: Tell | None = None,
    ) -> RunEnd:
        """Carry out a plan.

        Args:
            plan: What was shown and said yes to.
            emit: Told each result as it comes; an unknown one is told again once it is known.
            control: Pauses and cancels.
            undoes: The run that this one puts back; its undo is closed once all of this one is planned on disk.
            tell: Told what a step waits for.

        Raises:
            JournalError: The journal could not be begun; nothing was sent.
            SeamFailure: Which workspace this is could not be learnt; nothing was sent.
        """
        raise NotImplementedError

    async def unfinished(self) -> Unfinished:
        """The runs of this workspace that nobody holds and that have not come to their end, the newest first.

        Raises:
            JournalError: The folder cannot be read.
            SeamFailure: Which workspace this is could not be learnt.
        """
        raise NotImplementedError

    async def take_up(self, run_id: str) -> TakenUp:
        """Hold a run that nobody holds and that has not come to its end; nothing is sent yet.

        Raises:
            RunIsHeldError: Somebody works on it.
            JournalError: It is finished, damaged, unknown, or cannot be written.
        """
        raise NotImplementedError

    async def go_on(
        self, taken: TakenUp, emit: Emit, control: RunControl | None = None, *, tell: Tell | None = None
    ) -> RunEnd:
        """Find out how open steps ended, and carry out the rest of a run; it is let go of at the end.

        Returns:
            The last word on the steps of `taken.plan`.
        """
        raise NotImplementedError

    async def put_down(self, taken: TakenUp) -> None:
        """Let go of a run untouched: it is offered again."""
        raise NotImplementedError

    async def stop(self, run_id: str) -> None:
        """End a run where it stands: it is not offered again.

        Raises:
            JournalError: As `take_up`.
        """
        raise NotImplementedError

    async def undo_plan(self, run_id: str) -> Plan:
        """What would put a run back (`ActionId.UNDO`): send it with `run(…, undoes=run_id)`.

        Returns:
            A plan of what is sent; `left_out` has what cannot be put back, with the reason.

        Raises:
            JournalError: The run is damaged, unknown, or cannot be read.
        """
        raise NotImplementedError

    async def history(self, limit: int = 50) -> History:
        """The newest runs of all workspaces.

        Raises:
            JournalError: The folder cannot be read.
        """
        raise NotImplementedError

    async def expire(self) -> None:
        """Delete the PINs of runs that are too old to be undone, and the files of those twice as old.

        Raises:
            JournalError: The folder cannot be read.
        """
        raise NotImplementedError
