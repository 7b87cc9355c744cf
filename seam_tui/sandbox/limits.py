"""Seam's write limits: so many of a kind per lock in any sixty seconds."""

import math
from collections import deque
from typing import Literal

from seam_tui.sandbox.errors import ApiError

WriteKind = Literal["create", "update", "delete", "lock", "unlock"]

PER_MINUTE: dict[WriteKind, int] = {"create": 10, "update": 10, "delete": 20, "lock": 15, "unlock": 15}
WINDOW_SECONDS = 60.0


class WriteLimits:
    """Counts writes per lock in a sliding window and refuses those beyond the limit.

    Args:
        enabled: Whether anything is refused at all.
        retry_after: Whether a refusal carries a `Retry-After` header.
    """

    def __init__(self, *, enabled: bool = True, retry_after: bool = True) -> None:
        self.enabled = enabled
        self.retry_after = retry_after
        self._sent: dict[tuple[WriteKind, str], deque[float]] = {}

    def spend(self, kind: WriteKind, device_id: str, now: float) -> None:
        """Count one write against a lock.

        Raises:
            ApiError: 429, the lock had its share of this kind within the last minute.
        """
        if not self.enabled:
            return
        sent = self._sent.setdefault((kind, device_id), deque())
        # A clock that was set back leaves entries in the future; they count for nothing.
        while sent and not now - WINDOW_SECONDS < sent[0] <= now:
            sent.popleft()
        limit = PER_MINUTE[kind]
        if len(sent) >= limit:
            wait = max(1, math.ceil(sent[0] + WINDOW_SECONDS - now))
            raise ApiError(
                429,
                "too_many_requests",
                f"Too many {kind} requests for this device: the limit is {limit} per minute",
                headers={"retry-after": str(wait)} if self.retry_after else None,
            )
        sent.append(now)

    def clear(self) -> None:
        """Forget what was sent."""
        self._sent.clear()
