"""A poll with some codes changed: requests counted at the server."""

from __future__ import annotations

from tests.benchmarks.lines import Line, skipped
from tests.benchmarks.stage import Stage


def measure(_stage: Stage) -> list[Line]:
    """Not yet: the app has no watcher to poll with."""
    return [skipped("requests of a poll", "the app does not watch events yet")]
