"""The question before anything is sent: as careful as on the screen (UX rule 5)."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import TYPE_COUNT_FROM
from seam_tui.operations.plan import Friction

if TYPE_CHECKING:
    from datetime import datetime

    from seam_tui.domain.account import Workspace
    from seam_tui.operations.plan import Plan, PlanStep

NOBODY_TO_ASK: Final = "Nothing was sent: there is no terminal to ask on. Say --yes to send it, or --dry-run to look."
_HARMLESS: Final = frozenset(
    {ActionId.RENAME, ActionId.ALLOW_EXTERNAL_MODIFICATION, ActionId.CONVERT_TO_MANAGED, ActionId.PULL_BACKUP}
)
"""What leaves no guest outside."""


def is_agreed(plan: Plan, workspace: Workspace, now: datetime) -> bool:
    """Ask on the terminal whether a plan is to be sent; Enter alone never says yes.

    Args:
        plan: What was shown.
        workspace: Where it is sent to.
        now: The wall time, aware: codes may have gone live since the plan was made.
    """
    where = workspace.name if workspace.is_sandbox else f"{workspace.name}, which is PRODUCTION"
    count = str(len(plan.steps))
    needs_count = friction_now(plan, workspace, now) is Friction.TYPE_COUNT
    what = f"the number of codes ({count})" if needs_count else "y"
    return _typed(f"Send it to {where}? Type {what}: ") == (count if needs_count else "y")


def friction_now(plan: Plan, workspace: Workspace, now: datetime) -> Friction:
    """How much must be typed: no less than when the plan was made."""
    live = not workspace.is_sandbox and any(_shuts_out(step, now) for step in plan.steps)
    is_large = plan.friction is not Friction.NONE and len(plan.steps) >= TYPE_COUNT_FROM
    return Friction.TYPE_COUNT if live or is_large else max(plan.friction, Friction.CONFIRM)


def is_interactive() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _shuts_out(step: PlanStep, now: datetime) -> bool:
    if step.code is None or step.makes_new or not step.code.is_live(now):
        return False
    values = step.values
    return step.action_id not in _HARMLESS or (values.pin, values.starts_at, values.ends_at) != (None, None, None)


def _typed(question: str) -> str:
    """One line of the person's; empty at the end of input."""
    with _ctrl_c_leaves():
        typer.echo(question, err=True, nl=False)
        return sys.stdin.readline().strip()


@contextmanager
def _ctrl_c_leaves() -> Iterator[None]:
    """Let ctrl+c end a blocking question, which an event loop's own handler would wait out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
