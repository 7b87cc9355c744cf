"""What Seam says has happened: one entry of `/events/list`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One event, reduced to what tells which records to read again."""

    event_id: str
    event_type: str
    created_at: datetime
    occurred_at: datetime | None = None
    access_code_id: str | None = None
    device_id: str | None = None
    connected_account_id: str | None = None
