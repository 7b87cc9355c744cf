"""How the event log answers: what Seam does not document is set here, so that a client can be tried against each way.

Order, retention and the largest limit of `/events/list` are unknown; events may come late, twice or never.
"""

import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from seam_tui.sandbox.clock import parse_time
from seam_tui.sandbox.records import Json


@dataclass(slots=True)
class EventRules:
    """How `/events/list` behaves. Which events are late, lost or repeated is decided by their ids: always the same."""

    newest_first: bool = False
    kept: int | None = None
    """How many of the newest events are kept; None for all."""
    kept_seconds: float | None = None
    """How long an event is kept."""
    late_share: float = 0.0
    """Share of the events that are listed only some time after they happened, 0 to 1."""
    late_seconds: float = 20.0
    """How long a late event takes."""
    repeated_share: float = 0.0
    """Share of the events that each answer holds twice."""
    lost_share: float = 0.0
    """Share of the events that are never listed."""
    largest_limit: int | None = None
    """A larger limit is cut down to this; None for no largest."""

    def listed(self, events: Sequence[Json], log: Sequence[Json], now: float) -> list[Json]:
        """What an answer shows of some events.

        Args:
            events: The events that were asked for, oldest first.
            log: All events, oldest first.
            now: The present, in seconds since 1970.

        Returns:
            The events that are shown, in the order of this log.
        """
        oldest = None if self.kept is None or len(log) <= self.kept else log[-self.kept]["created_at"]
        shown = []
        for event in events:
            if oldest is not None and event["created_at"] < oldest:
                continue
            if self._is_plain or self._is_shown(event, now):
                shown.append(event)
                if _share(event, "twice") < self.repeated_share:
                    shown.append(event)
        return shown[::-1] if self.newest_first else shown

    def limit(self, asked: int) -> int:
        """The limit that holds where this one is asked for."""
        return asked if self.largest_limit is None else min(asked, self.largest_limit)

    @property
    def _is_plain(self) -> bool:
        return self.kept_seconds is None and not self.late_share and not self.lost_share

    def _is_shown(self, event: Json, now: float) -> bool:
        age = now - parse_time(event["created_at"])
        if self.kept_seconds is not None and age > self.kept_seconds:
            return False
        if _share(event, "lost") < self.lost_share:
            return False
        return age >= self.late_seconds or _share(event, "late") >= self.late_share

    def to_json(self) -> Json:
        """The rules as the control plane shows them."""
        return asdict(self)

    def set(self, body: dict[str, Any]) -> None:
        """Take over the rules that a request of the control plane names.

        Raises:
            ValueError: There is no such rule.
        """
        known = {field.name for field in fields(self)}
        if not body.keys() <= known:
            raise ValueError(f"Event rules are {', '.join(sorted(known))}")
        for name, value in body.items():
            setattr(self, name, value)


def _share(event: Json, salt: str) -> float:
    """A number from 0 to 1 that belongs to an event."""
    return zlib.crc32(f"{salt} {event['event_id']}".encode()) / 2**32
