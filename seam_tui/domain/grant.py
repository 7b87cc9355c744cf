"""An access grant: what gives a person access, and owns the codes that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seam_tui.domain.veil import VEIL

_UNNAMED: Final = "unnamed grant"


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """A grant that owns a code: the code is changed through it, because it puts its own state back."""

    access_grant_id: str
    name: str
    """Made plain; may be a guest's name, and may be empty."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    access_method_count: int = 0
    """Credentials that it made, on all its doors: all of them end with it."""

    @property
    def title(self) -> str:
        """Its name as it may be shown, or what stands for it."""
        return VEIL.guest(self.name) or _UNNAMED

    @property
    def true_title(self) -> str:
        """The same whoever watches: for what is kept, and shown only through the veil."""
        return self.name or _UNNAMED
