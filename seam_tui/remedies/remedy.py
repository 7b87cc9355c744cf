"""What an error or a warning means and what to do about it, and the answer for codes that nobody filed."""

from __future__ import annotations

from dataclasses import dataclass

from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.text import plain_text

_SHOWN_CODE_LENGTH = 100
"""Characters of an unknown code that an answer repeats: Seam's longest is 48."""


@dataclass(frozen=True, slots=True)
class RemedyStep:
    """One thing to do, in words, with what the app can do of it."""

    text: str
    """One line of plain text."""
    actions: tuple[ActionId, ...] = ()
    """What carries this step out, in the order in which to try it; empty when only a person can."""
    from_runbook: bool = False
    """Whether the user's own remedies file says it."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What one code means and the way out. Where it comes from stands in `source`."""

    level: IssueLevel
    kind: IssueKind
    code: str
    """Seam's `error_code` or `warning_code`."""
    meaning: str
    """Plain words for somebody who does not know Seam."""
    steps: tuple[RemedyStep, ...]
    """Never empty; in the order in which to try them."""
    self_clears: bool | None = None
    """Whether it goes away without a request to Seam; None when Seam does not say."""
    replaced_by: tuple[str, ...] = ()
    """For a legacy code: what Seam reports today for the same trouble."""
    source: str = ""
    """Where the meaning is documented."""
    era: str = "current"
    """`current` or `legacy`."""
    note: str | None = None
    docs_url: str | None = None
    """Seam's page (or the user's own) about it."""
    known: bool = True
    """False for the general answer to a code that neither the catalogue nor the user's file names."""
    from_runbook: bool = False
    """Whether the user's own remedies file wrote or changed any of it."""

    @property
    def key(self) -> tuple[IssueLevel, IssueKind, str]:
        """What it is filed under; the same as `Issue.key`."""
        return (self.level, self.kind, self.code)

    @property
    def actions(self) -> tuple[ActionId, ...]:
        """What the app can do about it: the actions of all steps, each once, in the order of the steps."""
        return tuple(dict.fromkeys(action for step in self.steps for action in step.actions))


def general_remedy(issue: Issue) -> Remedy:
    """The answer for a code that this version does not know: what always helps at the issue's level.

    Seam asks its clients for such a fallback (troubleshooting-access-code-issues.mdx, handling-device-errors.mdx),
    because codes come and go with every version of its API.
    """
    code = plain_text(issue.code, limit=_SHOWN_CODE_LENGTH)
    named = f'the {issue.kind.value} "{code}"' if code else f"this {issue.kind.value}, which has no code"
    return Remedy(
        level=issue.level,
        kind=issue.kind,
        code=code,
        meaning=f"This version of seam-tui does not know {named}: Seam's own message is what counts.",
        steps=(
            RemedyStep("Read Seam's message: it says what is wrong and often what to do."),
            *_general_steps(issue),
            RemedyStep(
                "If it stays and the message does not help, send Seam support the ids and the message.",
                (ActionId.COPY_IDS,),
            ),
        ),
        source="seam-tui's general answer",
        known=False,
    )


def _general_steps(issue: Issue) -> tuple[RemedyStep, ...]:
    """What helps whatever the code is, by the level at which the cause sits."""
    match issue.level:
        case IssueLevel.ACCESS_CODE:
            steps = [RemedyStep("Read the code again: it may have settled.", (ActionId.REFRESH_CODE,))]
            if issue.is_error:
                steps += [
                    RemedyStep(
                        "See whether the lock answers: lock or unlock it through Seam.",
                        (ActionId.LOCK, ActionId.UNLOCK),
                    ),
                    RemedyStep(
                        "If the guest cannot wait and the code is time-bound, pull a backup code.",
                        (ActionId.PULL_BACKUP,),
                    ),
                ]
            return tuple(steps)
        case IssueLevel.DEVICE:
            return (
                RemedyStep("Read the device again: it may have settled.", (ActionId.REFRESH_DEVICE,)),
                RemedyStep("Test the connection: lock or unlock it through Seam.", (ActionId.LOCK, ActionId.UNLOCK)),
                RemedyStep("Check its power, its batteries, and its Wi-Fi, bridge or hub."),
            )
        case IssueLevel.CONNECTED_ACCOUNT:
            steps = [
                RemedyStep("Read the account again: it may have settled.", (ActionId.REFRESH_ACCOUNT,)),
                RemedyStep("Ask Seam to sync the account.", (ActionId.SYNC_ACCOUNT,)),
            ]
            if issue.is_error:
                steps.append(RemedyStep("If that does not help, sign in again.", (ActionId.RECONNECT_ACCOUNT,)))
            return tuple(steps)
