"""Which benchmarks there are, running them, and what came of it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.benchmarks.lines import Line, as_json, table
from tests.benchmarks.stage import FULL, QUICK, Size, Stage

Measure = Callable[[Stage], Sequence[Line]]

BENCHMARKS: Final[Mapping[str, str]] = {
    "start": "starting.measure",
    "first-rows": "first_rows.measure",
    "load": "loading.measure",
    "keys": "keys.measure_idle",
    "keys-loading": "keys.measure_loading",
    "filter": "filtering.measure_found",
    "filter-painted": "filtering.measure_painted",
    "sort": "sorting.measure",
    "table": "table.measure",
    "decode": "decoding.measure",
    "memory": "resident.measure",
    "poll": "poll.measure",
    "changes": "changes.measure",
    "picture": "warm.measure_board",
    "warm-start": "warm.measure_screen",
    "bulk": "bulk.measure",
}
"""Each benchmark's name, and where it stands, in the order in which they run."""


def main(arguments: Sequence[str] | None = None, benchmarks: Mapping[str, str | Measure] = BENCHMARKS) -> int:
    """Run benchmarks and print their table.

    Args:
        arguments: What was typed; the process's own when None.
        benchmarks: What there is to run, by name.

    Returns:
        0 if everything keeps within its budget, 1 if something does not or could not be measured, 2 for a wrong name.
    """
    asked = _parser(benchmarks).parse_args(arguments)
    unknown = [name for name in asked.names if name not in benchmarks]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are {', '.join(benchmarks)}.", file=sys.stderr)
        return 2
    size = _size(asked)
    lines: list[Line] = []
    started = time.perf_counter()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that the stage ends what it has started
    with Stage(size) as stage:
        for name in asked.names or benchmarks:
            try:
                lines += _measured(name, benchmarks[name], stage)
            except SystemExit:
                lines.append(Line(name, note="told to end", broken=True))
                break
    print(f"{size.devices:,} devices, {size.codes:,} codes; budgets x {size.slack:g}")
    print(table(lines))
    print(f"{time.perf_counter() - started:.0f} s")
    if asked.json is not None:
        content = {"devices": size.devices, "codes": size.codes, "lines": [as_json(line) for line in lines]}
        asked.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return int(any(line.is_bad for line in lines))


def _measured(name: str, where: str | Measure, stage: Stage) -> Sequence[Line]:
    """The lines of one benchmark; of those of several tries that went wrong, the last."""
    lines: Sequence[Line] = ()
    for attempt in range(stage.size.tries):
        started = time.perf_counter()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        try:
            lines = _function(where)(stage)
        except Exception as error:  # one that fails must not hide the others
            lines = [Line(name, note=f"{type(error).__name__}: {error}", broken=True)]
        print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
        if not any(line.is_bad for line in lines):
            return (
                [replace(line, note=f"{line.note} at the second try".strip()) for line in lines] if attempt else lines
            )
    return lines


def _parser(benchmarks: Mapping[str, object]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure the speed budget.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(benchmarks)}; all if left out")
    parser.add_argument("--quick", action="store_true", help="a smaller workspace, and generous budgets")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there, too")
    parser.add_argument("--devices", type=int, help="instead of the size's own")
    parser.add_argument("--codes", type=int, help="instead of the size's own")
    return parser


def _size(asked: argparse.Namespace) -> Size:
    size = QUICK if asked.quick else FULL
    given = {name: getattr(asked, name) for name in ("devices", "codes") if getattr(asked, name) is not None}
    return replace(size, **given)


def _function(where: str | Measure) -> Measure:
    if not isinstance(where, str):
        return where
    module, _, name = where.rpartition(".")
    found: Measure = getattr(import_module(f"tests.benchmarks.{module}"), name)
    return found
