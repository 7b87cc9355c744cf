"""What keeping up costs: CPU while nothing happens, and the requests of a poll, counted at the server."""

from __future__ import annotations

import json
import math
import time
import urllib.request
from typing import Any
from urllib.parse import urlencode

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.benchmarks.lines import Budget, Line, skipped
from tests.benchmarks.stage import POLL, Served, Stage

REST = 5.0
"""Seconds for which the app is left alone."""
BUSY = 5.0
"""Percent of a core that it may use between polls (DESIGN, speed budget)."""
CHANGED = 150
"""Codes that change between two polls, each on a device of its own."""
PAGE = 500
"""Events that one request gives."""
SETTLED = 1_200.0
"""Seconds of the sandbox after which its locks have taken a change."""


def measure(stage: Stage) -> list[Line]:
    """Leave the loaded app alone, then change some codes and count what it asks for."""
    terminal = stage.loaded
    terminal.quiet(0.5)
    before, started = terminal.cpu_seconds(), time.perf_counter()
    if before is None:
        rest = skipped("CPU at rest", "this system does not tell it under /proc")
    else:
        time.sleep(REST)
        after, seconds = terminal.cpu_seconds(), time.perf_counter() - started
        assert after is not None
        busy = (after - before) / seconds * 100
        rest = Line("CPU at rest", busy, "%", None, Budget(BUSY).scaled(stage.size.slack))
    return [rest, *_polls(stage.served)]


def _polls(served: Served) -> list[Line]:
    served.forget_requests()
    if not _wait_for_polls(served, 1):
        return [skipped("requests of a poll", "the app does not ask for events")]
    served.forget_requests()
    _wait_for_polls(served, 2)
    idle = sum(served.request_counts().values()) / 2
    begun = served.control("clock", method="GET")["now"]
    _change(served, CHANGED)
    told = _ask(served, "GET", f"/events/list?{urlencode({'since': begun, 'limit': 10 * PAGE})}")["events"]
    served.forget_requests()  # our own
    _wait_for_polls(served, 1)
    time.sleep(POLL / 2)
    counts = served.request_counts()
    asked = ", ".join(f"{count} {path}" for path, count in sorted(counts.items()))
    # The locks tell more than what was renamed: with the sandbox's time their own troubles come and go.
    most = allowed_for(told)
    return [
        Line("requests of a poll, nothing changed", idle, "", 1.0, Budget(1.0)),
        Line("requests of a poll", float(sum(counts.values())), "", float(most), Budget(most), asked),
    ]


def allowed_for(events: list[dict[str, Any]]) -> int:
    """The requests of a poll to which these events are new, in the words of DESIGN's budget.

    P pages of events, the k changed codes and the d changed devices by the hundred, and a listing for each device with
    unmanaged changes. A page that is full does not tell that it was the last.
    """
    codes, listings, devices = set(), set(), set()
    for event in events:
        kind = event["event_type"]
        if kind.startswith("access_code.unmanaged."):
            listings.add(event["device_id"])
        elif kind.startswith("access_code."):
            codes.add(event["access_code_id"])
        elif kind.startswith("device."):
            devices.add(event["device_id"])
    return 1 + len(events) // PAGE + math.ceil(len(codes) / 100) + len(listings) + math.ceil(len(devices) / 100)


def _wait_for_polls(served: Served, count: int) -> bool:
    """Wait until events were asked for so often since requests were last forgotten."""
    end = time.perf_counter() + POLL * (count + 1) + 5
    while served.request_counts().get("/events/list", 0) < count:
        if time.perf_counter() > end:
            return False
        time.sleep(0.2)
    return True


def _change(served: Served, count: int) -> None:
    """Rename one code on each of so many devices, and let the locks take it."""
    renamed = 0
    for device in _ask(served, "GET", "/devices/list?limit=500")["devices"]:
        codes = _ask(served, "GET", f"/access_codes/list?device_id={device['device_id']}")["access_codes"]
        calm = [code for code in codes if not code["errors"] and not code["pending_mutations"]]
        if calm and device["properties"]["online"] and renamed < count:
            body = {"access_code_id": calm[0]["access_code_id"], "name": f"{calm[0]['name']} again"}
            _ask(served, "PATCH", "/access_codes/update", body)
            renamed += 1
    served.control("clock", {"advance": SETTLED})


def _ask(served: Served, method: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {SANDBOX_KEY}", "content-type": "application/json"}
    request = urllib.request.Request(served.endpoint + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)
