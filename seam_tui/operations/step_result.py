"""What became of one step of a run, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from seam_tui.domain.access_code import AccessCode
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import PlanStep


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of one step."""

    step: PlanStep
    outcome: Outcome
    said: str
    """One sentence for a person, without a PIN."""
    request_id: str | None = None
    backup: AccessCode | None = None
    """The backup code that was pulled."""
    url: str | None = None
    """The address of a Connect Webview."""
    refused_for: float | None = None
    """After a 429: seconds that Seam asks to wait, 0 where it does not say; None otherwise."""
    created: AccessCode | None = None
    """The code that was made, under its new id."""
    can_go_on: bool = False
    """Whether something is left to do for it: a code is missing, or was not looked at. Its run stays unfinished."""
    sent_twice_since: datetime | None = None
    """When the first of two creates was about to be sent: it may take effect even later. None where one was sent."""
    errors_before: frozenset[str] | None = None
    """The code's own errors right before the write; None where it was not read then."""


Emit = Callable[[StepResult], object]
"""Told each result as it comes; an unknown one is told again once it is known."""
Tell = Callable[[PlanStep, str], object]
"""Told one sentence while a step waits: "Seam asks to wait 30 s; it is sent again then."."""


class ReadsAgain(Protocol):
    """The one re-reader (`sync`): it keeps a code under watch until it settles."""

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Read a code again soon, and until it settles.

        Args:
            access_code_id: The code.
            is_managed: Which of the two kinds it was.
            reason: What was asked for, as it ends "still …".
            until_gone: Whether only its end settles it.
        """
