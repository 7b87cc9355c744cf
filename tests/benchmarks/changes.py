"""One code in a hundred changes: how long the screen is held up while it takes that over."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

from rich.console import RenderableType
from textual.screen import Screen

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import SystemClock
from seam_tui.seam_api.connection import Connection
from seam_tui.sync import events
from seam_tui.sync.events import SyncEvent
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.session import Session
from seam_tui.workspace.store import WorkspaceStore
from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.records import filled_store
from tests.benchmarks.stage import AT_REST, Stage
from tests.benchmarks.terminal import COLUMNS, ROWS

BATCH = 100
"""Codes that one request reads again."""
LATEST = 25.0
"""Milliseconds that a frame may be late (DESIGN, speed budget)."""


class _App(SeamTuiApp):
    """The app without a server, drawing as for a terminal."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        render = getattr(renderable, "render_segments", None)
        if render is not None:
            render(self.console)
        super()._display(screen, renderable)


def measure(stage: Stage) -> list[Line]:
    """Let changes come in batches, as polls read them, and look how late the app's loop ever is."""
    worst, idle = asyncio.run(_measure(stage))
    budget = Budget(LATEST).scaled(stage.size.slack)
    return [Line("1 % changed: latest frame", worst, "ms", idle, budget, "the floor is the same loop at rest")]


async def _measure(stage: Stage) -> tuple[float, float]:
    clock = SystemClock()
    store = filled_store(stage.size.devices, stage.size.codes, clock.now())
    launch = Launch(connection=Connection(api_key="seam_none"), clock=clock)
    with patch.object(Session, "start", lambda session: session.has_looked_back.set()):
        app = _App(launch)
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            while not (isinstance(app.screen, TriageScreen) and app.screen.is_mounted):  # the skeleton is first
                await pilot.pause(0.01)
            screen = app.screen
            assert isinstance(screen, TriageScreen)
            _tell(screen, _everything(store))
            await _rest(screen)
            gc.collect()
            gc.freeze()
            idle = [await _latest(screen, [], 0.5) for _ in range(stage.size.rounds)]
            late = [await _latest(screen, _changes(store, number), 0.5) for number in range(stage.size.rounds)]
            gc.unfreeze()
    return median(late), median(idle)


async def _rest(screen: TriageScreen) -> None:
    """Wait until all is on screen, and all is ready that the app makes ready meanwhile: else it would be measured."""
    used = -1.0
    while screen.session.has_events or screen.is_draw_due or time.process_time() - used > AT_REST:
        used = time.process_time()
        await asyncio.sleep(1.0)


def _tell(screen: TriageScreen, told: Sequence[SyncEvent]) -> None:
    """Hand events over as the Seam thread does."""
    for event in told:
        screen.session._emit(event)


def _everything(store: WorkspaceStore) -> list[SyncEvent]:
    assert store.workspace is not None
    told: list[SyncEvent] = [
        events.WorkspaceRead(store.workspace),
        events.AccountsRead(tuple(store.accounts.values())),
        events.DevicesRead(tuple(store.devices.values())),
    ]
    for device_id in store.devices:
        codes = tuple(store.codes_of_device(device_id))
        told += [
            events.CodesRead(device_id, codes),
            events.DeviceCodesComplete(device_id, frozenset(code.access_code_id for code in codes)),
        ]
    return [*told, events.LoadFinished(())]


def _changes(store: WorkspaceStore, number: int) -> list[list[SyncEvent]]:
    """Batches in which every hundredth code has another name."""
    changed: list[AccessCode] = [
        replace(code, name=f"{code.name} {number}") for code in list(store.codes.values())[number::100]
    ]
    batches: list[list[SyncEvent]] = []
    for start in range(0, len(changed), BATCH):
        of_device: dict[str, list[AccessCode]] = {}
        for code in changed[start : start + BATCH]:
            of_device.setdefault(code.device_id, []).append(code)
        batches.append([events.CodesRead(device_id, tuple(codes)) for device_id, codes in of_device.items()])
    return batches


async def _latest(screen: TriageScreen, batches: list[list[SyncEvent]], seconds: float) -> float:
    """The longest time in milliseconds for which the loop answered nobody."""
    longest = 0.0
    end = time.perf_counter() + seconds
    waiting = list(batches)
    while time.perf_counter() < end or waiting:
        if waiting:
            _tell(screen, waiting.pop(0))
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    return longest * 1000
