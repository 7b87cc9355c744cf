"""How often what is asked: the numbers by which the watcher goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

BATCH: Final = 100
"""Codes or devices named in one request: their ids stand in the address, some 5 kB of it."""

_T = TypeVar("_T")


def batches(wanted: Iterable[_T]) -> Iterator[tuple[_T, ...]]:
    """Codes or devices in groups for one request each."""
    left = iter(wanted)
    while batch := tuple(islice(left, BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class WatchPace:
    """Seconds and numbers; each may be changed while the watcher runs."""

    interval: float = 15.0
    """Seconds from one look at the events to the next."""
    overlap: float = 60.0
    """Seconds before the newest known event that are asked for again: events may be listed late."""
    most_events: int = 5_000
    """New events in one look beyond which reading everything is cheaper and surer than following them."""
    requests_per_minute: int = 60
    """Requests that the rolling re-read may make, those that fail and are sent again with them; 0 turns it off.

    Looks at the events are not counted, nor what a person or a run waits for."""
    hot_every: float = 60.0
    """Least seconds between two re-reads of what is on screen, in trouble or on its way."""
    known_every: float = 300.0
    """Least seconds between two re-reads of all devices and of all managed codes that are known."""
    full_every: float = 900.0
    """Least seconds between two full listings of a device's codes, which also find codes that no event told of."""
    longest_rest: float = 300.0
    """Most seconds to rest while Seam answers with failures; while it is not reached at all, `interval` is the most."""
    refused_rest: float = 300.0
    """Seconds to rest after the credentials were refused."""
    reload_rest: float = 900.0
    """Least seconds between two reloads that nobody asked for."""

    @property
    def patience(self) -> float:
        """Seconds to wait for one answer: a line that has gone dead is told within about one interval."""
        return min(30.0, max(5.0, self.interval))
