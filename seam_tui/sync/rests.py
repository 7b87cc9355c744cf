"""How long to rest after a failure before Seam is asked again."""

from __future__ import annotations

from typing import Final

from seam_tui.seam_api.errors import RateLimited, SeamFailure, TimedOut, Unauthorized, Unreachable
from seam_tui.sync.pace import WatchPace

FIRST_REST: Final = 2.0
"""Seconds before the second try when Seam was not reached at all."""
_JITTER: Final = 0.3
"""Share of a rest that is left to chance, so that many apps do not come back at one moment."""
_MOST_DOUBLINGS: Final = 16


def rest_after(failure: SeamFailure, failures: int, pace: WatchPace, chance: float) -> float:
    """Seconds until the next try.

    A network that is down costs Seam nothing, so it is tried at least once an interval: the picture is to be fresh soon
    after it is back. Seam's own failures are given more and more room.

    Args:
        failure: What came instead of an answer.
        failures: How many tries have failed in a row, this one included.
        pace: Interval and longest rests.
        chance: A random number from 0 to 1.
    """
    if isinstance(failure, Unauthorized):
        return pace.refused_rest
    doublings = min(failures - 1, _MOST_DOUBLINGS)
    if isinstance(failure, Unreachable | TimedOut):
        rest = min(pace.interval, FIRST_REST * 2.0**doublings)
    else:
        rest = min(max(pace.interval, pace.longest_rest), pace.interval * 2.0**doublings)
    rest *= 1 - _JITTER * chance
    if isinstance(failure, RateLimited) and failure.retry_after is not None:
        return max(rest, failure.retry_after)
    return rest


def was_reached(failure: SeamFailure) -> bool:
    """Whether a failure is about the question that was asked: others may still be answered."""
    return not (failure.retryable or isinstance(failure, Unauthorized))


def is_of_no_record(failure: SeamFailure) -> bool:
    """Whether a failure says nothing of what was asked for: Seam was not reached, or would not take any request."""
    return isinstance(failure, Unreachable | TimedOut | Unauthorized | RateLimited)
