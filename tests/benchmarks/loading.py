"""The full load over loopback HTTP, beside the SDK alone at the concurrency that suits it best."""

from __future__ import annotations

import subprocess
import sys

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.benchmarks.lines import Budget, Line
from tests.benchmarks.stage import ROOT, Stage

CONCURRENCIES = (1, 4, 8)
"""Without latency the client's CPU is the limit, and more in flight only costs more."""


def measure(stage: Stage) -> list[Line]:
    """Load with the app, then with the bare script in several ways."""
    _ = stage.loaded
    tried = CONCURRENCIES if stage.size.is_full else CONCURRENCIES[1:2]
    floors = {_bare(stage, concurrency): concurrency for concurrency in tried}
    floor = min(floors)
    budget = Budget(ratio=1.25).scaled(stage.size.slack)
    note = f"bare script best at {floors[floor]} in flight"
    return [Line("full load over HTTP", stage.load_seconds, "s", floor, budget, note)]


def _bare(stage: Stage, concurrency: int) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.floor_load", stage.served.endpoint, SANDBOX_KEY]
    done = subprocess.run(
        [*command, str(concurrency)], cwd=ROOT, env=stage.environment(), capture_output=True, text=True, check=True
    )
    return float(done.stdout)
