"""What an action is about: a code with its lock and account, or a lock or an account alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue


@dataclass(frozen=True, slots=True)
class Subject:
    """A frozen picture of what a person is looking at when they press a button."""

    workspace: Workspace | None = None
    account: ConnectedAccount | None = None
    device: Device | None = None
    code: AccessCode | None = None
    neighbours: tuple[AccessCode, ...] = ()
    """The other codes on the same lock, managed and unmanaged."""
    is_kept: bool = False
    """Whether its code, or another one on the lock, comes from a picture on disk and was not read since."""
    awaits_pin: bool = False
    """Whether its code has a PIN that is still to be read."""
    issue: Issue | None = None
    """The issue whose card the button stands on; it may name the duplicate."""

    @property
    def duplicate(self) -> AccessCode | None:
        """The other code on the lock that this one collides with, or None.

        The issue's own `unmanaged_access_code_id` or `managed_access_code_id` decides; where Seam names none, the
        code with the same PIN, unmanaged first.
        """
        by_id = {code.access_code_id: code for code in self.neighbours}
        issues = (self.issue,) if self.issue is not None else self.code.issues if self.code is not None else ()
        for issue in issues:
            for identifier in (issue.unmanaged_access_code_id, issue.managed_access_code_id):
                if identifier is not None and identifier in by_id:
                    return by_id[identifier]
        if self.code is None or self.code.pin is None:
            return None
        same = [code for code in self.neighbours if code.pin is not None and code.pin.equals(self.code.pin)]
        return min(same, key=lambda code: code.is_managed, default=None)

    def is_live_in_production(self, now: datetime) -> bool:
        """Whether a guest at a real door may depend on this code right now (UX rule 5)."""
        is_production = self.workspace is None or not self.workspace.is_sandbox
        return is_production and self.code is not None and self.code.is_live(now)
