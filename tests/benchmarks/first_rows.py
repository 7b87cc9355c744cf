"""A device that a person chooses while everything loads: its codes come next, whatever else is waiting."""

from __future__ import annotations

import asyncio
import time

from seam_tui.domain.clock import SystemClock
from seam_tui.sandbox.server import SANDBOX_KEY
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.sync import events
from seam_tui.sync.events import SyncEvent
from seam_tui.sync.loader import Loader
from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.stage import Stage

LATENCY = 0.15
UNDER_WAY = 30
"""Devices that were read before the second one is chosen."""


def measure(stage: Stage) -> list[Line]:
    """Choose devices at the end of the first page, at once and in mid-load; the floor is one request."""
    stage.served.set_latency(LATENCY)
    try:
        times = [asyncio.run(_first_rows(stage.served.endpoint)) for _ in range(stage.size.rounds)]
    finally:
        stage.served.set_latency(0)
    at_once, later, floor = (median([one[place] for one in times]) for place in range(3))
    slack = stage.size.slack
    return [
        Line("first rows, chosen with the first page", at_once, "ms", floor, Budget(ratio=1.5).scaled(slack)),
        Line("first rows, chosen in mid-load", later, "ms", floor, Budget(ratio=2).scaled(slack)),
    ]


async def _first_rows(endpoint: str) -> tuple[float, float, float]:
    """Milliseconds until the codes of the device that is chosen come: at once, later, and with nothing else."""
    client = SeamClient(Connection(api_key=SANDBOX_KEY, endpoint=endpoint))
    chosen: dict[str, float] = {}
    came: dict[str, float] = {}
    devices: list[str] = []
    under_way, shown = asyncio.Event(), asyncio.Event()

    def hear(event: SyncEvent) -> None:
        if isinstance(event, events.DevicesRead) and not devices:
            # The last one of a page has unmanaged codes only in these worlds, which come second.
            devices.extend(device.device_id for device in event.devices)
            choose(devices[-3])
        elif isinstance(event, events.CodesRead):
            came.setdefault(event.device_id, time.perf_counter())
            if len(came) == UNDER_WAY:
                under_way.set()
            if devices[-3] in came and devices[-2] in came:
                shown.set()

    def choose(device_id: str) -> None:
        chosen[device_id] = time.perf_counter()
        loader.prioritise(device_id)

    loader = Loader(client, hear, SystemClock(), after_page=None)
    load = asyncio.create_task(loader.run())
    try:
        await asyncio.wait_for(under_way.wait(), 60)
        choose(devices[-2])
        await asyncio.wait_for(shown.wait(), 60)
    finally:
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
    started = time.perf_counter()
    _ = [page async for page in client.list_access_codes(devices[0])]
    floor = time.perf_counter() - started
    await client.close()
    at_once, later = (came[device_id] - chosen[device_id] for device_id in (devices[-3], devices[-2]))
    return at_once * 1000, later * 1000, floor * 1000
