"""Runs the benchmarks: `python -m tests.benchmarks [--quick] [--json FILE] [NAME...]`; exit code 1 if one fails."""

from __future__ import annotations

from tests.benchmarks.running import main

if __name__ == "__main__":
    raise SystemExit(main())
