"""From a key to its frame, as a terminal sees it: at rest, and while a slow load goes on."""

from __future__ import annotations

import random
import time
from typing import Final

from tests.benchmarks.lines import Budget, Line, percentile, skipped
from tests.benchmarks.stage import FIRST_FRAME, LOADED, Stage
from tests.benchmarks.terminal import DOWN, UP, Move, SilenceError, Terminal, moves_of

LATENCY: Final = 0.15
"""Seconds that each answer takes while keys are pressed during a load."""
SOME_CODES: Final = rb"all devices \D*[1-9][\d,]{2}"
"""The title over a list of codes that is long enough to move about in."""


def measure_idle(stage: Stage) -> list[Line]:
    """Cursor moves in a loaded app and in the trivial one, by turns."""
    floor, app = moves_of([stage.floor, stage.loaded], stage.size.keys)
    slack = stage.size.slack
    return [
        _frames("key to frame, idle, median", app, 50, _frame(floor, 50)),
        _frames("key to frame, idle, p95", app, 95, _frame(floor, 95), Budget(ratio=1.5).scaled(slack)),
        _frames("key to frame, idle, p99", app, 99, _frame(floor, 99), Budget(ratio=2).scaled(slack)),
        Line(
            "key to all that follows, p95", _settled(app, 95), "ms", _settled(floor, 95), note="detail and footer, too"
        ),
    ]


def measure_loading(stage: Stage) -> list[Line]:
    """Cursor moves while everything loads over a slow line, between two halves of those of the trivial app at rest."""
    floor = moves_of([stage.floor], stage.size.keys // 2)[0]
    stage.served.set_latency(LATENCY)
    try:
        with stage.app(SEAM_TUI_CACHE="false") as terminal:
            terminal.wait_for(FIRST_FRAME)
            terminal.wait_for(rb"this code: [^\x1b]+\x1b", timeout=60)
            terminal.wait_for(SOME_CODES, timeout=60)
            since = terminal.position
            moves = _walk(terminal, stage.size.keys)
            still_loading = not _is_loaded(terminal, since)
    finally:
        stage.served.set_latency(0)
    floor += moves_of([stage.floor], stage.size.keys // 2, seed=3)[0]
    if not still_loading:
        return [skipped("key to frame, loading", "the load ended before the keys did")]
    idle, slack = _frame(floor, 99), stage.size.slack
    note = "the floor is the trivial app's idle p99"
    return [
        _frames("key to frame, loading, median", moves, 50, idle),
        _frames("key to frame, loading, p95", moves, 95, idle, Budget(16, 1.5).scaled(slack), note),
        _frames("key to frame, loading, p99", moves, 99, idle, Budget(25, 1.5).scaled(slack), note),
    ]


def _frames(
    what: str, moves: list[Move], percent: float, floor: float, budget: Budget | None = None, note: str = ""
) -> Line:
    return Line(what, _frame(moves, percent), "ms", floor, budget, note)


def _frame(moves: list[Move], percent: float) -> float:
    return percentile([move.frame * 1000 for move in moves], percent)


def _settled(moves: list[Move], percent: float) -> float:
    return percentile([move.settled * 1000 for move in moves], percent)


def _walk(terminal: Terminal, count: int) -> list[Move]:
    """Move down and up so often."""
    pauses = random.Random(2)
    moves: list[Move] = []
    while len(moves) < count:
        moves.append(terminal.move(UP if len(moves) % 40 >= 30 else DOWN))
        time.sleep(pauses.uniform(0.02, 0.08))
    return moves


def _is_loaded(terminal: Terminal, since: int) -> bool:
    try:
        terminal.wait_for(LOADED, since, timeout=0.0)
    except SilenceError:
        return False
    return True
