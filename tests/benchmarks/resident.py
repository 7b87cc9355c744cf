"""Resident memory of the whole process, loaded and at rest."""

from __future__ import annotations

from tests.benchmarks.lines import Budget, Line, skipped
from tests.benchmarks.stage import Stage

EMPTY = 90.0
"""MB of the app before anything is loaded: Python, Textual, the SDK, pydantic, the catalogue."""
FULL = 250.0
"""MB of the app with 100,000 codes on 10,000 devices (DESIGN, speed budget)."""

MOST_SLACK = 1.5
"""Bytes are the same on a busy machine."""


def measure(stage: Stage) -> list[Line]:
    """Ask the system how much the loaded app holds; the budget of a smaller workspace is smaller."""
    app, floor = stage.loaded.memory(), stage.floor.memory()
    if app is None:
        return [skipped("resident memory", "this system does not tell it under /proc")]
    budget = Budget(EMPTY + (FULL - EMPTY) * stage.size.codes / 100_000).scaled(min(stage.size.slack, MOST_SLACK))
    return [Line("resident memory", app, "MB", floor, budget)]
