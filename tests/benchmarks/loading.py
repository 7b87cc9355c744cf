"""The full load over loopback HTTP, beside the SDK alone at the concurrency that suits it best."""

from __future__ import annotations

import subprocess
import sys

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.benchmarks.lines import Budget, Line
from tests.benchmarks.stage import ROOT, Stage

CONCURRENCIES = (1, 4, 8)
"""Without latency the client's CPU is the limit, and more in flight only costs more."""
TRIED_ON = 200
"""Devices that are enough to tell which of them is best."""


def measure(stage: Stage) -> list[Line]:
    """Load one half with the bare script, all with the app, then the other half with the script."""
    stage.forget_loaded()
    devices = stage.size.devices
    choice = CONCURRENCIES if stage.size.is_full else CONCURRENCIES[1:2]
    tried = {_bare(stage, each, 0, min(TRIED_ON, devices)): each for each in choice}
    best = tried[min(tried)]
    before = _bare(stage, best, 0, devices // 2)
    _ = stage.loaded
    after = _bare(stage, best, devices // 2, devices)
    budget = Budget(ratio=1.25).scaled(stage.size.slack)
    note = f"bare script best at {best} in flight"
    return [Line("full load over HTTP", stage.load_seconds, "s", before + after, budget, note)]


def _bare(stage: Stage, concurrency: int, first: int, end: int) -> float:
    """Seconds that the script takes for some of the devices."""
    command = [sys.executable, "-m", "tests.benchmarks.floor_load", stage.served.endpoint, SANDBOX_KEY]
    numbers = [str(number) for number in (concurrency, first, end)]
    done = subprocess.run(
        [*command, *numbers], cwd=ROOT, env=stage.environment(), capture_output=True, text=True, check=True
    )
    return float(done.stdout)
