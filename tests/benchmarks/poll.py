"""What keeping up costs: CPU of the loaded app while nothing happens, and the requests of a poll."""

from __future__ import annotations

import time

from tests.benchmarks.lines import Budget, Line, skipped
from tests.benchmarks.stage import Stage

REST = 5.0
"""Seconds for which the app is left alone."""
BUSY = 5.0
"""Percent of a core that it may use between polls (DESIGN, speed budget)."""


def measure(stage: Stage) -> list[Line]:
    """Leave the loaded app alone for some seconds; see whether it asks for events meanwhile."""
    terminal = stage.loaded
    terminal.quiet(0.5)
    stage.served.forget_requests()
    before, started = terminal.cpu_seconds(), time.perf_counter()
    if before is None:
        return [skipped("CPU at rest", "this system does not tell it under /proc")]
    time.sleep(REST)
    after, seconds = terminal.cpu_seconds(), time.perf_counter() - started
    assert after is not None
    asked = sum(stage.served.request_counts().values())
    busy = (after - before) / seconds * 100
    budget = Budget(BUSY).scaled(stage.size.slack)
    return [
        Line("CPU at rest", busy, "%", None, budget, f"{asked} requests in {seconds:.0f} s"),
        skipped("requests of a poll", "counted at the server once the app watches events"),
    ]
