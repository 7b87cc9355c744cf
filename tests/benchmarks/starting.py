"""From the start of the process to the first frame, beside the trivial app."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.stage import FIRST_FRAME, Stage
from tests.benchmarks.terminal import Terminal


def measure(stage: Stage) -> list[Line]:
    """Start both by turns; the first time fills the disk's cache and is not counted."""
    _ = stage.served
    times: dict[str, list[float]] = {"app": [], "floor": []}
    for _round in range(stage.size.rounds + 1):
        times["app"].append(_first_frame(stage.app))
        times["floor"].append(_first_frame(stage.floor_app))
    app, floor = (median(own[1:]) for own in times.values())
    return [Line("start to first frame", app, "ms", floor, Budget(ratio=1.5).scaled(stage.size.slack))]


def _first_frame(start: Callable[[], Terminal]) -> float:
    with start() as terminal:
        return (terminal.wait_for(FIRST_FRAME) - terminal.started) * 1000
