"""What a person typed for an action, already read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.pin import Pin


@dataclass(frozen=True, slots=True)
class Values:
    """What is to be set; None means that it was not asked for."""

    pin: Pin | None = None
    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None
    time_zone: str | None = None
    """IANA name."""
    code_lengths: tuple[int, ...] | None = None
    """Digits that PINs may have on a lock."""


NO_VALUES: Final = Values()
