"""How many devices are read at once: more where each answer takes long, fewer where Seam answers 429."""

from __future__ import annotations

from typing import Final

MOST: Final = 32
"""Devices read at once at most, when each answer takes long (DESIGN, measured facts)."""
_WORK_PER_REQUEST: Final = 0.004
"""Seconds of our own work that one request costs, roughly: more requests than fit into the wait only queue up."""
_WEIGHT: Final = 1 / 8
"""What one answer counts for: one slow lock does not change the pace."""
_FIRST_STEPS: Final = 2.0
"""Reads more at once for each that went through, until the first refusal: three times as many each round."""


class InFlight:
    """The number of reads under way at once, adapted to what came of those before.

    What Seam and the way there take is the quickest that answers have been on average: whatever comes on top of that is
    the wait for our own work, and more reads at once would only make it longer.

    Args:
        start: Reads at once to begin with; long answers allow more step by step, and only refusals fewer.
    """

    def __init__(self, start: int) -> None:
        self._start = start
        self._average: float | None = None
        self._quickest: float | None = None
        self._allowed = float(start)
        """What Seam was seen to bear, and a little more: how long answers take says nothing of that."""
        self._was_refused = False
        self._under_way_at_cut = 0

    @property
    def limit(self) -> int:
        """How many reads may be under way now; at least one."""
        wanted = 0 if self._quickest is None else min(round(self._quickest / _WORK_PER_REQUEST), MOST)
        return max(1, min(max(self._start, wanted), int(self._allowed)))

    def answered(self, seconds: float) -> None:
        """A read went through without a 429.

        Args:
            seconds: What each of its requests took.
        """
        self._average = seconds if self._average is None else self._average + (seconds - self._average) * _WEIGHT
        self._quickest = self._average if self._quickest is None else min(self._quickest, self._average)
        self._under_way_at_cut = max(self._under_way_at_cut - 1, 0)
        # Once refused, one more at once for as many good answers as there are reads: carefully up, quickly down.
        step = 1 / self._allowed if self._was_refused else _FIRST_STEPS
        self._allowed = min(self._allowed + step, float(max(self._start, MOST)))

    def refused(self) -> None:
        """A read met a 429, whether or not it went through at last: half as many from now on.

        Those that were under way with it were sent at the old pace, and say nothing against the new one.
        """
        if self._under_way_at_cut:
            self._under_way_at_cut -= 1
            return
        limit = self.limit
        self._was_refused = True
        self._under_way_at_cut = limit - 1
        self._allowed = max(limit / 2, 1.0)
