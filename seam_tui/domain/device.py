"""A lock (or another device that takes access codes) as Seam reports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seam_tui.domain.issue import Issue
from seam_tui.domain.pin import CodeConstraint
from seam_tui.domain.veil import NO_NAME, VEIL


@dataclass(frozen=True, slots=True)
class Battery:
    """`properties.battery`."""

    level: float | None
    """0 to 1; None when the lock does not say."""
    status: str | None
    """`critical`, `low`, `good` or `full`."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device. Field names are those of Seam's API, `properties` flattened."""

    device_id: str
    name: str
    """`display_name`, or `properties.name`; plain text."""
    device_type: str
    connected_account_id: str | None = None
    manufacturer: str = ""
    """The maker as a person reads it, such as `Yale`."""
    model: str = ""
    online: bool | None = None
    battery: Battery | None = None
    locked: bool | None = None
    time_zone: str | None = None
    """IANA name from `location.time_zone`."""
    location_name: str | None = None
    created_at: datetime | None = None
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    code_constraints: tuple[CodeConstraint, ...] = ()
    supported_code_lengths: tuple[int, ...] = ()
    """Digits; empty when the lock names none."""
    max_active_codes_supported: int | None = None
    supports_backup_access_code_pool: bool | None = None
    backup_access_code_pool_enabled: bool | None = None
    can_program_online_access_codes: bool | None = None
    """True = works now, False = the model can but this one cannot now, None = cannot (or not said)."""
    can_program_offline_access_codes: bool | None = None
    can_remotely_lock: bool | None = None
    can_remotely_unlock: bool | None = None
    capabilities_supported: tuple[str, ...] = ()
    is_managed: bool = True

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Errors, then warnings, each in Seam's order."""
        return self.errors + self.warnings

    @property
    def takes_access_codes(self) -> bool:
        """Whether this is a device for access codes (seam_facts section 2, devices)."""
        if self.can_program_online_access_codes or self.can_program_offline_access_codes:
            return True
        if self.capabilities_supported:
            return not {"access_code", "lock"}.isdisjoint(self.capabilities_supported)
        return self.can_program_online_access_codes is not None or self.can_program_offline_access_codes is not None

    @property
    def title(self) -> str:
        """The name as it may be shown, or words that stand for a missing one."""
        return VEIL.text(self.name) or NO_NAME

    @property
    def true_title(self) -> str:
        """The same whoever watches: for what is kept, and shown only through the veil."""
        return self.name or NO_NAME
