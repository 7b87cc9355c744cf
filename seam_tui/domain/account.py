"""Connected accounts (logins to a lock maker) and the workspace that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seam_tui.domain.issue import Issue
from seam_tui.domain.veil import NO_NAME, VEIL


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """One login to a lock maker's service."""

    connected_account_id: str
    name: str
    """`display_name`, else `account_type_display_name`; plain text."""
    account_type: str = ""
    created_at: datetime | None = None
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Errors, then warnings, each in Seam's order."""
        return self.errors + self.warnings

    @property
    def title(self) -> str:
        """The name, or words that stand for a missing one; in share mode the maker, for a name is mostly a login."""
        return VEIL.account(self.true_title, self.account_type, self.connected_account_id)

    @property
    def true_title(self) -> str:
        """The same whoever watches: for what is kept, and shown only through the veil."""
        return self.name or NO_NAME


@dataclass(frozen=True, slots=True)
class Workspace:
    """The Seam workspace that the credentials open."""

    workspace_id: str
    name: str
    is_sandbox: bool
    """The authority on whether real doors are at stake (UX rule 15)."""
    is_suspended: bool = False
