"""From a key to its frame, as a terminal sees it: at rest, and while a slow load goes on."""

from __future__ import annotations

import random
import time

from tests.benchmarks.lines import Budget, Line, percentile
from tests.benchmarks.stage import FIRST_FRAME, LOADED, Stage
from tests.benchmarks.terminal import DOWN, UP, Move, SilenceError, Terminal, moves_of

LATENCY = 0.15
"""Seconds that each answer takes while keys are pressed during a load."""


def measure_idle(stage: Stage) -> list[Line]:
    """Cursor moves in a loaded app and in the trivial one, by turns."""
    floor, app = moves_of([stage.floor, stage.loaded], stage.size.keys)
    stage.floor_moves = floor
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
    """Cursor moves while everything loads over a slow line; the floor is the trivial app at rest."""
    floor = stage.floor_moves or moves_of([stage.floor], stage.size.keys)[0]
    moves: list[Move] = []
    stage.served.set_latency(LATENCY)
    try:
        with stage.app() as terminal:
            terminal.wait_for(FIRST_FRAME)
            terminal.wait_for(rb"this code: [^\x1b]+\x1b", timeout=60)
            since = terminal.position
            _move_until(terminal, moves, stage.size.keys)
            still_loading = not _is_loaded(terminal, since)
    finally:
        stage.served.set_latency(0)
    idle, slack = _frame(floor, 99), stage.size.slack
    note = "the floor is the trivial app's idle p99" if still_loading else "the load ended before the keys did"
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


def _move_until(terminal: Terminal, moves: list[Move], count: int) -> None:
    """Move down and up; pages that arrive meanwhile may not hold the cursor up."""
    pauses = random.Random(2)
    missed = 0
    while len(moves) < count:
        move = terminal.move(UP if len(moves) % 40 >= 30 else DOWN)
        if move is None:
            missed += 1
            if missed > count // 5:
                raise SilenceError("the cursor does not move while the app loads")
        else:
            moves.append(move)
        time.sleep(pauses.uniform(0.02, 0.08))


def _is_loaded(terminal: Terminal, since: int) -> bool:
    try:
        terminal.wait_for(LOADED, since, timeout=0.0)
    except SilenceError:
        return False
    return True
