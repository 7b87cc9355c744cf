"""An access code, managed or unmanaged, and the changes that Seam has not yet brought to its lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from seam_tui.domain.issue import FieldChange, Issue
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import NO_NAME, VEIL


class AccessCodeType(StrEnum):
    """`access_code.type`."""

    ONGOING = "ongoing"
    TIME_BOUND = "time_bound"


class AccessCodeStatus(StrEnum):
    """`access_code.status`; anything else that Seam sends reads as unknown."""

    UNSET = "unset"
    SETTING = "setting"
    SET = "set"
    REMOVING = "removing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PendingMutation:
    """A change that was asked for and that the lock has not confirmed: an entry of `pending_mutations`."""

    mutation_code: str
    """`creating`, `deferring_creation`, `deleting`, `updating_code`, `updating_name` or `updating_time_frame`."""
    message: str
    created_at: datetime | None = None
    scheduled_at: datetime | None = None
    """When a deferred creation starts."""
    changes: tuple[FieldChange, ...] = ()
    """Old and new values of an update; PINs stay wrapped."""


@dataclass(frozen=True, slots=True)
class AccessCode:
    """One access code on one device. Field names are those of Seam's API unless a docstring says otherwise."""

    access_code_id: str
    device_id: str
    name: str
    """Plain text; empty when Seam has no name."""
    pin: Pin | None
    """`code`; None when the maker hides it or has not assigned it yet."""
    is_managed: bool
    type: AccessCodeType
    status: AccessCodeStatus
    created_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    pending_mutations: tuple[PendingMutation, ...] = ()
    display_status: str | None = None
    """Free text of Seam's: shown, never decided on."""
    common_code_key: str | None = None
    pulled_backup_access_code_id: str | None = None
    is_backup: bool = False
    is_backup_access_code_available: bool = False
    is_external_modification_allowed: bool = False
    is_offline_access_code: bool = False
    """Made by the maker (algoPIN and the like): Seam can neither update nor delete it."""
    is_one_time_use: bool = False
    is_scheduled_on_device: bool = False
    is_waiting_for_code_assignment: bool = False
    cannot_be_managed: bool = False
    """Only of unmanaged codes: Seam cannot convert it."""
    cannot_delete_unmanaged_access_code: bool = False
    """Only of unmanaged codes: Seam cannot delete it."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Errors, then warnings, each in Seam's order."""
        return self.errors + self.warnings

    @property
    def is_time_bound(self) -> bool:
        """Whether the code has an end."""
        return self.type is AccessCodeType.TIME_BOUND

    @property
    def is_being_deleted(self) -> bool:
        """Whether a removal was asked for and is not confirmed yet."""
        if self.status is AccessCodeStatus.REMOVING:
            return True
        if not self.pending_mutations and not self.warnings:
            return False  # nearly every code, and a list of 100,000 asks each
        return any(mutation.mutation_code == "deleting" for mutation in self.pending_mutations) or any(
            warning.code == "being_deleted" for warning in self.warnings
        )

    @property
    def title(self) -> str:
        """The name as it may be shown, or words that stand for a missing one."""
        return VEIL.guest(self.name) or NO_NAME

    @property
    def true_title(self) -> str:
        """The same whoever watches: for what is kept, and shown only through the veil."""
        return self.name or NO_NAME

    def is_live(self, now: datetime) -> bool:
        """Whether the code should open its lock at `now`, going by its type and times alone."""
        if not self.is_time_bound:
            return True
        has_started = self.starts_at is None or self.starts_at <= now
        return has_started and (self.ends_at is None or now < self.ends_at)

    def has_ended(self, now: datetime) -> bool:
        """Whether the code's end lies behind `now`."""
        return self.is_time_bound and self.ends_at is not None and self.ends_at <= now
