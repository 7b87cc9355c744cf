"""What of a session goes into the log: where it stands, what failed with which request, and runs by their counts."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from seam_tui import __version__
from seam_tui.domain.app_log import LOG, Word
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events

if TYPE_CHECKING:
    from seam_tui.operations.plan import Plan
    from seam_tui.operations.step_result import StepResult
    from seam_tui.tui.launch import Launch


class SessionLog:
    """Listens to what is reported of loads and looks; says what changes, not every look."""

    def __init__(self) -> None:
        self._stale = ""

    def opened(self, launch: Launch) -> None:
        """A session begins."""
        where = Word("the sandbox in this process" if launch.transport is not None else "Seam")
        LOG.info(
            "seam-tui %s, Python %s, %s: opens %s; read-only: %s, share mode: %s",
            Word(__version__),
            Word(platform.python_version()),
            Word(platform.system()),
            where,
            launch.read_only,
            launch.share or launch.share_fixed,
        )

    def hear(self, event: events.SyncEvent) -> None:
        """Take an event into account; called in the thread of the client."""
        match event:
            case events.WorkspaceRead(workspace):
                LOG.info("%s, sandbox: %s, suspended: %s", workspace, workspace.is_sandbox, workspace.is_suspended)
            case events.LoadFinished(failed):
                self._stale = ""
                LOG.info("all is read, but for %s locks", len(failed))
            case events.LoadFailed(failure):
                _tell("the load stopped", failure)
            case events.ReloadStarted():
                LOG.info("everything is read again")
            case events.Stale(failure):
                told = f"{type(failure).__name__} {failure.status}"
                if told != self._stale:
                    self._stale = told
                    _tell("stale", failure)
            case events.PollSucceeded() if self._stale:
                self._stale = ""
                LOG.info("fresh again")
            case events.AccountsFailed(failure):
                _tell("accounts were not read", failure)
            case events.DeviceFailed(device_id, failure, attempt):
                _tell(f"try {attempt}: codes of lock {device_id} were not read", failure)
            case events.RereadFailed(access_code_id, failure):
                _tell(f"code {access_code_id} was not read again", failure)
            case _:
                pass


def log_read_only(*, read_only: bool) -> None:
    """Read-only came on or went."""
    LOG.info("read-only: %s", read_only)


def log_run(plan: Plan, results: Iterable[StepResult], run_id: str | None) -> None:
    """A plan was carried out to its end."""
    listed = tuple(results)
    counts = Counter(result.outcome.value for result in listed)
    told = Word(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    LOG.info(
        "%s, run %s: %s of %s steps: %s", plan.action_id, Word(run_id or "none"), len(listed), len(plan.steps), told
    )
    for result in listed:
        if result.request_id is not None and result.outcome.value in {"failed", "unknown"}:
            LOG.warning("%s: request %s", result.outcome, Word(result.request_id))


def log_break(plan: Plan, *, nothing_sent: bool) -> None:
    """A plan was not carried out to its end, or not begun."""
    LOG.warning("%s broke off; nothing was sent: %s", plan.action_id, nothing_sent)


def _tell(what: str, failure: SeamFailure) -> None:
    """A failure by its class, its status and its request: its words may be Seam's."""
    LOG.warning(
        "%s: %s, status %s, request %s", Word(what), failure, failure.status, Word(failure.request_id or "none")
    )
