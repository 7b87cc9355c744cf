"""A pytest plugin that says how long each suite took, against its budget on two cores."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import pytest

BUDGETS: Final = {
    "unit": 1.0,
    "flows": 3.0,
    "contract": 1.0,
    "vendor": 2.0,
    "faults": 3.0,
    "snapshots": 1.0,
    "terminal": 1.0,
    "browser": 2.0,
}
"""Minutes, from the design's table of suites."""
CORES: Final = 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add up the seconds of every phase of every test by the folder below `tests/`."""
    seconds: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if not isinstance(report, pytest.TestReport):
                continue
            parts = report.nodeid.split("/")
            suite = parts[1] if len(parts) > 2 else parts[0]
            seconds[suite] += report.duration
            counts[suite] += report.when == "call"
    if len(seconds) < 2:
        return
    terminalreporter.write_sep("-", f"minutes per suite on {CORES} cores")
    for suite in sorted(seconds):
        minutes = seconds[suite] / 60 / CORES
        budget = BUDGETS.get(suite)
        told = "" if budget is None else f"of {budget:.0f}" + ("  OVER BUDGET" if minutes > budget else "")
        terminalreporter.write_line(f"{suite:<10} {counts[suite]:>5} tests  {minutes:5.2f} min {told}")
