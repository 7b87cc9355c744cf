"""The picture of the last run: read, put on a board, and on screen."""

from __future__ import annotations

import gc
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeVar

from seam_tui.domain.collecting import uncollected
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.picture import Picture, restore_picture, take_picture
from seam_tui.workspace.picture_file import picture_path, read_picture, write_picture
from seam_tui.workspace.store import WorkspaceStore
from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.records import filled_store
from tests.benchmarks.stage import FIRST_FRAME, Stage

_T = TypeVar("_T")

ON_SCREEN = 1_000.0
"""Milliseconds from the first frame to the picture, 100,000 codes (DESIGN, speed budget)."""
HOLD_UP = 5.0
"""Milliseconds that keeping a picture may hold up the screen (DESIGN, speed budget)."""
CAUGHT_UP = rb"updated \d"
"""What the app says as soon as it knows what has happened since the picture."""
FIRST_ASKED = {"/workspaces/get", "/events/list"}
"""What a warm start asks for before it is caught up, when nothing has happened."""


def measure_board(stage: Stage) -> list[Line]:
    """CPU time until a picture could be drawn; the floor only parses the file and takes its checksum."""
    now = datetime.now(UTC)
    picture = take_picture(filled_store(stage.size.devices, stage.size.codes, now), now, now)
    assert picture is not None
    path = picture_path(stage.folder, "https://seam", "seam_none", None)
    # What else the machine does makes a wait longer, never shorter.
    hold_up = min(_longest_wait_while(lambda: write_picture(path, picture)) for _ in range(stage.size.rounds))
    times: list[tuple[float, float, float]] = []
    for _round in range(stage.size.rounds):
        floor, _ = _cpu(lambda: _parse(path.read_bytes()))
        with uncollected():
            read, found = _cpu(lambda: read_picture(path, now))
            assert isinstance(found, Picture)
            board, _ = _cpu(lambda found=found: _board(found, now))  # type: ignore[misc]
        times.append((floor, read, read + board))
        gc.unfreeze()
        gc.collect()
    floor, read, board = (median([one[place] for one in times]) for place in range(3))
    budget = Budget(ON_SCREEN * stage.size.codes / 100_000).scaled(stage.size.slack)
    longest = Budget(HOLD_UP).scaled(stage.size.slack)
    return [
        Line("picture to records", read, "ms", floor, None, "floor: JSON and checksum"),
        Line("picture to records in order", board, "ms", floor, budget, "CPU time; drawing is not in it"),
        Line("picture written: longest wait of another thread", hold_up, "ms", None, longest),
    ]


def measure_screen(stage: Stage) -> list[Line]:
    """A second start of the app over a slow line: from its first frame to all codes on screen, and to caught up."""
    what = "warm start: picture on screen"
    stage.leave_loaded()
    shown_after, caught_up_after = [], []
    asked: dict[str, int] = {}
    stage.served.set_latency(0.15)
    try:
        for _round in range(stage.size.rounds):
            stage.served.forget_requests()
            with stage.app() as warm:
                first = warm.wait_for(FIRST_FRAME)
                shown = warm.wait_for(f"all devices \\D*{stage.size.codes:,}".encode(), timeout=60)
                shown_after.append((shown - first) * 1000)
                caught_up_after.append((warm.wait_for(CAUGHT_UP, timeout=60) - first) * 1000)
                asked = stage.served.request_counts()
    finally:
        stage.served.set_latency(0)
    loads = sum(count for path, count in asked.items() if path not in FIRST_ASKED)
    budget = Budget(ON_SCREEN * stage.size.codes / 100_000).scaled(stage.size.slack)
    return [
        Line(what, median(shown_after), "ms", None, budget, "from the first frame"),
        Line("warm start: caught up", median(caught_up_after), "ms", None, None, "150 ms a request"),
        Line("warm start: requests until then", sum(asked.values()), "", None, None, f"{loads} of the rolling re-read"),
    ]


def _board(picture: Picture, now: datetime) -> TriageOrder:
    store = WorkspaceStore()
    restore_picture(store, picture)
    return TriageOrder(store, now)


def _parse(data: bytes) -> None:
    blake2b(data).hexdigest()
    for line in data.splitlines()[:-1]:
        json.loads(line)


def _cpu(work: Callable[[], _T]) -> tuple[float, _T]:
    gc.collect()
    started = time.thread_time()
    result = work()
    return (time.thread_time() - started) * 1000, result


def _longest_wait_while(work: Callable[[], object]) -> float:
    """How long, in milliseconds, a thread that sleeps a millisecond at a time is ever kept from going on."""
    longest = 0.0
    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        before = time.perf_counter()
        time.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    return longest * 1000
