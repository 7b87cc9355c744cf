"""What is wrong: one entry of `errors` or `warnings` of an access code, a device or a connected account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from seam_tui.domain.pin import Pin


class IssueKind(StrEnum):
    """Whether Seam calls it an error or a warning."""

    ERROR = "error"
    WARNING = "warning"


class IssueLevel(StrEnum):
    """Where the cause sits: fix it there once, and all that it hits recovers."""

    ACCESS_CODE = "access_code"
    DEVICE = "device"
    CONNECTED_ACCOUNT = "connected_account"

    @property
    def label(self) -> str:
        """The word a person reads: code, device or account."""
        return {"access_code": "code", "device": "device", "connected_account": "account"}[self.value]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field with its old and new value: of a pending mutation, or of a change made outside Seam."""

    field: str
    old: str | datetime | Pin | None
    new: str | datetime | Pin | None


@dataclass(frozen=True, slots=True)
class Issue:
    """An error or a warning as Seam reports it, made plain."""

    kind: IssueKind
    code: str
    """`error_code` or `warning_code`."""
    level: IssueLevel
    """From `is_access_code_error`, `is_device_error`, `is_connected_account_error`; warnings are their owner's."""
    message: str
    """Seam's own words, made plain and with known PINs masked."""
    created_at: datetime | None = None
    change_type: str | None = None
    """`modified` or `removed`; only where somebody changed the code outside Seam."""
    modified_fields: tuple[FieldChange, ...] = ()
    managed_access_code_id: str | None = None
    """The managed code that this one duplicates, where Seam names it."""
    unmanaged_access_code_id: str | None = None
    """The unmanaged code that this one duplicates, where Seam names it."""
    active_access_code_count: int | None = None
    max_active_access_code_count: int | None = None

    @property
    def is_error(self) -> bool:
        """Whether Seam reports it among `errors`."""
        return self.kind is IssueKind.ERROR

    @property
    def key(self) -> tuple[IssueLevel, IssueKind, str]:
        """What the remedy catalogue files it under."""
        return (self.level, self.kind, self.code)
