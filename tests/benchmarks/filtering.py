"""The filter, letter by letter: found, and painted."""

from __future__ import annotations

import gc
import time

from seam_tui.workspace.query import CodeFilter, parse_query
from tests.benchmarks.lines import Budget, Line, percentile, skipped
from tests.benchmarks.records import NOW, filled_store
from tests.benchmarks.stage import Stage
from tests.benchmarks.terminal import SilenceError

TYPED = ("andor", "!andor", "house 77", "error:dev", "!error:any", "severity:urgent", "online:no an", "starts<24h")
PAINTED = ("andor", "7142", "bel 3")
"""Nearly each letter finds fewer codes, so that another count is painted."""
COUNT = rb"(?<![\d,])(?!%s of)([\d,]+) of [\d,]+"
"""The count of what was found, if it is another than before: what else is drawn paints the same once more."""
OPENED, CLOSED = rb"name, error", rb"all devices"
"""What is painted once the filter can be typed into, and once it is left."""
FOUND, SHOWN = 80.0, 100.0
"""Milliseconds for 100,000 codes (DESIGN, speed budget)."""


def measure_found(stage: Stage) -> list[Line]:
    """Each letter's search through all codes; the floor is the plainest search through their names."""
    store = filled_store(stage.size.devices, stage.size.codes)
    ids = list(store.codes)
    names = [code.name.casefold() for code in store.codes.values()]
    found_by = CodeFilter(store)
    while not found_by.prepare(2_000):
        pass
    gc.collect()
    gc.freeze()
    times: list[float] = []
    floors: list[float] = []
    for text in TYPED * stage.size.rounds:
        found_by.set(parse_query(""), NOW)
        for end in range(1, len(text) + 1):
            started = time.thread_time()
            found_by.set(parse_query(text[:end]), NOW)
            found_by.ids_in(ids)
            times.append((time.thread_time() - started) * 1000)
            needle, started = text[:end], time.thread_time()
            _ = [name for name in names if needle in name]
            floors.append((time.thread_time() - started) * 1000)
    gc.unfreeze()
    budget = Budget(FOUND * stage.size.codes / 100_000).scaled(stage.size.slack)
    return [Line("filter, a letter, p95", percentile(times, 95), "ms", percentile(floors, 95), budget)]


def measure_painted(stage: Stage) -> list[Line]:
    """Each letter's way to the count of what it found on screen, in the loaded app."""
    what = "filter, a letter to its frame, p95"
    terminal = stage.loaded
    times: list[float] = []
    for text in PAINTED * (stage.size.rounds - 1):
        since = terminal.position
        terminal.press(b"/")
        terminal.wait_for(OPENED, since)
        terminal.quiet(0.1)
        shown = b""
        for letter in text:
            since, pressed = terminal.position, terminal.press(letter.encode())
            try:
                painted = terminal.wait_for(COUNT % shown, since, timeout=0.7)
            except SilenceError:
                continue  # it found as many as before
            times.append((painted - pressed) * 1000)
            shown = terminal.found(COUNT % shown, since)
            terminal.quiet(0.06)
        since = terminal.position
        terminal.press(b"\x1b")
        terminal.wait_for(CLOSED, since)
        terminal.quiet(0.3)
    if len(times) < len(TYPED):
        return [skipped(what, "the count of what was found did not show")]
    floor = 1000 / 60
    budget = Budget(SHOWN * stage.size.codes / 100_000 + floor).scaled(stage.size.slack)
    return [Line(what, percentile(times, 95), "ms", None, budget)]
