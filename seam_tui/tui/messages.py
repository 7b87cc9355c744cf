"""What reaches the app's loop from the Seam thread; every message is plain data."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from seam_tui.domain.account import Workspace
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import StepResult
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.seam_api.errors import SeamFailure


@dataclass
class SyncArrived(Message):
    """Events of `sync` are waiting in the session's queue; a later one says the same."""

    def can_replace(self, message: Message) -> bool:
        """One is enough: the handler takes all that wait."""
        return isinstance(message, SyncArrived)


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

    result: StepResult


@dataclass
class PlanFinished(Message):
    """A plan was carried out to its end."""

    plan: Plan
    results: tuple[StepResult, ...]
