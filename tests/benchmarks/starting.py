"""From the start of the process to the first frame, beside the trivial app."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.stage import FIRST_FRAME, Stage
from tests.benchmarks.terminal import Terminal

WHOLE: Final = "loading…".encode()
"""What the bar of the triage screen says first; the skeleton, which is there before it, says nothing of the kind."""


def measure(stage: Stage) -> list[Line]:
    """Start both by turns; the first time fills the disk's cache and is not counted."""
    _ = stage.served
    times: dict[str, list[float]] = {"app": [], "whole": [], "floor": []}
    for _round in range(stage.size.rounds + 1):
        with stage.app(SEAM_TUI_CACHE="false") as terminal:
            times["app"].append(_since_start(terminal, FIRST_FRAME))
            times["whole"].append(_since_start(terminal, WHOLE))
        with stage.floor_app() as terminal:
            times["floor"].append(_since_start(terminal, FIRST_FRAME))
    app, whole, floor = (median(own[1:]) for own in times.values())
    return [
        Line("start to first frame", app, "ms", floor, Budget(ratio=1.5).scaled(stage.size.slack)),
        Line("start to the whole screen", whole, "ms", floor, note="the skeleton gives place to what takes keys"),
    ]


def _since_start(terminal: Terminal, shown: bytes) -> float:
    return (terminal.wait_for(shown) - terminal.started) * 1000
