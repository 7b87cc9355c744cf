"""What reaches the app's loop from the Seam thread; every message is plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from seam_tui.domain.account import Workspace
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.step_result import StepResult
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.workspace.column_order import ColumnSort

if TYPE_CHECKING:
    from seam_tui.tui.board import Board


@dataclass
class SyncArrived(Message):
    """Events of `sync` are waiting in the session's queue; a later one says the same."""

    def can_replace(self, message: Message) -> bool:
        """One is enough: the handler takes all that wait."""
        return isinstance(message, SyncArrived)


@dataclass
class PictureRead(Message):
    """The picture of the last run, ready to be shown; from now on the board is the screen's."""

    board: Board
    as_of: datetime
    """When Seam last confirmed it."""


@dataclass
class PictureTrouble(Message):
    """A picture cannot be used, or none can be written."""

    said: str
    """For a person."""


@dataclass
class SortsRead(Message):
    """The orders of the lists at the end of the last start."""

    sorts: dict[str, ColumnSort | None]
    """By the list's id."""


@dataclass
class BackgroundFailed(Message):
    """Something of our own failed where no screen is; see `CrashSafeApp.report_failure`."""

    where: str
    name: str
    log: Path | None


@dataclass
class CatalogueRead(Message):
    """The remedies are at hand."""

    catalogue: Catalogue
    problem: str | None = None
    """Why the user's own file was left out."""


@dataclass
class ConnectionFailed(Message):
    """The client could not be made: the credentials cannot work."""

    failure: SeamFailure


@dataclass
class WorkspacesRead(Message):
    """The workspaces that a personal access token opens."""

    workspaces: tuple[Workspace, ...]


@dataclass
class StepReported(Message):
    """What became of one step; an unknown one is reported again once it is known."""

    plan: Plan
    """The plan that it is a step of, the very object that was sent."""
    result: StepResult


@dataclass
class StepWaits(Message):
    """A step is not sent yet, and why."""

    plan: Plan
    step: PlanStep
    said: str
    """One sentence."""


@dataclass
class PlanFinished(Message):
    """A plan was carried out to its end."""

    plan: Plan
    results: tuple[StepResult, ...]
    run_id: str | None
    """Of the run in the journal; None when it holds none, because no step acts on a code."""


@dataclass
class RunBroken(Message):
    """A plan was not carried out to its end, or not begun."""

    plan: Plan
    problem: str
    """What is wrong, and the way out."""
    nothing_sent: bool
    """Whether it is certain that nothing was sent."""
