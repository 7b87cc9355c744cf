"""Seam's write limits: so many of a kind per lock and minute."""

import math
from collections import deque
from typing import Literal

from seam_tui.sandbox.errors import ApiError

WriteKind = Literal["create", "update", "delete", "lock", "unlock"]
Window = Literal["sliding", "fixed"]
"""What a minute is: the last sixty seconds, or the one on the clock. Seam does not say which it counts by."""
WINDOWS: tuple[Window, ...] = ("sliding", "fixed")

PER_MINUTE: dict[WriteKind, int] = {"create": 10, "update": 10, "delete": 20, "lock": 15, "unlock": 15}
WINDOW_SECONDS = 60.0


class WriteLimits:
    """Counts writes per lock and minute, and refuses those beyond the limit.

    Args:
        enabled: Whether anything is refused at all.
        retry_after: Whether a refusal carries a `Retry-After` header.
        window: What a minute is.
    """

    def __init__(self, *, enabled: bool = True, retry_after: bool = True, window: Window = "sliding") -> None:
        self.enabled = enabled
        self.retry_after = retry_after
        self.window: Window = window
        self._sent: dict[tuple[WriteKind, str], deque[float]] = {}

    def spend(self, kind: WriteKind, device_id: str, now: float) -> None:
        """Count one write against a lock.

        Raises:
            ApiError: 429, the lock had its share of this kind within the minute.
        """
        if not self.enabled:
            return
        sent = self._sent.setdefault((kind, device_id), deque())
        # A clock that was set back leaves entries in the future; they count for nothing.
        while sent and not (sent[0] <= now < self._forgotten_at(sent[0])):
            sent.popleft()
        limit = PER_MINUTE[kind]
        if len(sent) >= limit:
            wait = max(1, math.ceil(self._forgotten_at(sent[0]) - now))
            raise ApiError(
                429,
                "too_many_requests",
                f"Too many {kind} requests for this device: the limit is {limit} per minute",
                headers={"retry-after": str(wait)} if self.retry_after else None,
            )
        sent.append(now)

    def _forgotten_at(self, sent: float) -> float:
        """When a write counts no more."""
        start = sent if self.window == "sliding" else sent - sent % WINDOW_SECONDS
        return start + WINDOW_SECONDS

    def clear(self) -> None:
        """Forget what was sent."""
        self._sent.clear()
