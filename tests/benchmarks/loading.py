"""The full load over loopback HTTP, beside the SDK alone at the concurrency that suits it best."""

from __future__ import annotations

import subprocess
import sys

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.benchmarks.lines import Budget, Line
from tests.benchmarks.stage import FIRST_FRAME, LOADED, ROOT, Stage

CONCURRENCIES = (1, 4, 8)
"""Without latency the client's CPU is the limit, and more in flight only costs more."""


def measure(stage: Stage) -> list[Line]:
    """Load by turns with the app and with the bare script, and take the best of each."""
    rounds = 1 if stage.size.is_full else 2
    floors = {concurrency: float("inf") for concurrency in CONCURRENCIES}
    loads = []
    for _round in range(rounds):
        loads.append(_load(stage))
        for concurrency in CONCURRENCIES:
            floors[concurrency] = min(floors[concurrency], _bare(stage, concurrency))
    best = min(floors, key=lambda concurrency: floors[concurrency])
    budget = Budget(ratio=1.25).scaled(stage.size.slack)
    return [Line("full load over HTTP", min(loads), "s", floors[best], budget, f"bare script best at {best} in flight")]


def _load(stage: Stage) -> float:
    """Seconds from the first frame until the app says that it has loaded."""
    with stage.app() as terminal:
        shown = terminal.wait_for(FIRST_FRAME)
        return terminal.wait_for(LOADED, timeout=1_200) - shown


def _bare(stage: Stage, concurrency: int) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.floor_load", stage.served.endpoint, SANDBOX_KEY]
    done = subprocess.run(
        [*command, str(concurrency)], cwd=ROOT, env=stage.environment(), capture_output=True, text=True, check=True
    )
    return float(done.stdout)
