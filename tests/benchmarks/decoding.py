"""Decoding codes and keeping them, beside the SDK's own decoding of the same pages."""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections.abc import Callable

from seam.resources.access_code import AccessCode as SdkCode

from seam_tui.domain.collecting import freeze_records
from seam_tui.sandbox.server import create_sandbox
from seam_tui.sandbox.wire import code_json
from seam_tui.seam_api import decode_codes
from seam_tui.sync.loader import FREEZE_EVERY
from seam_tui.workspace.store import WorkspaceStore
from tests.benchmarks.lines import Budget, Line, median
from tests.benchmarks.stage import Stage

PAGE = 500
PAGES = 20
ROUNDS = 4
"""Times as many as of what takes seconds: another program that takes the cache away is evened out."""
BYTES = 1_000
"""What one code may hold (DESIGN, speed budget)."""


def measure(stage: Stage) -> list[Line]:
    """Decode the same pages by turns, and let the collector rest as often as the loader does."""
    bodies = _bodies()
    ours: list[float] = []
    sdk: list[float] = []
    for _round in range(ROUNDS * stage.size.rounds):
        sdk.append(_microseconds_per_code(bodies, _sdk))
        store = WorkspaceStore()
        ours.append(_microseconds_per_code(bodies, lambda body, store=store: _keep(store, body)))  # type: ignore[misc]
        gc.unfreeze()
    slack = stage.size.slack
    return [
        Line(
            "decode and keep a code", median(ours), "us", median(sdk), Budget(ratio=1.3).scaled(slack), "floor: the SDK"
        ),
        Line("memory of a code", _bytes_per_code(bodies), "B", None, Budget(BYTES).scaled(slack)),
    ]


def _bodies() -> list[bytes]:
    world = create_sandbox(devices=PAGE * PAGES // 10, codes=PAGE * PAGES).world
    # Device by device, as they are read.
    held = sorted((code for code in world.codes.values() if code.managed), key=lambda code: code.device_id)
    codes = [code_json(world, code) for code in held]
    pages = [codes[start : start + PAGE] for start in range(0, len(codes), PAGE)]
    return [json.dumps({"access_codes": page}).encode() for page in pages]


def _microseconds_per_code(bodies: list[bytes], take: Callable[[bytes], int]) -> float:
    gc.collect()
    spent = 0.0
    codes = 0
    fresh = 0
    for body in bodies:
        started = time.thread_time()
        fresh += take(body)
        if fresh >= FREEZE_EVERY:
            codes, fresh = codes + fresh, 0
            freeze_records()
        spent += time.thread_time() - started
    codes += fresh
    return spent / codes * 1e6


def _sdk(body: bytes) -> int:
    return len([SdkCode.from_dict(record) for record in json.loads(body)["access_codes"]])


def _keep(store: WorkspaceStore, body: bytes) -> int:
    codes = decode_codes.managed_codes(json.loads(body)["access_codes"])
    store.apply_codes(codes)
    return len(codes)


def _bytes_per_code(bodies: list[bytes]) -> float:
    """What is left of each code when its page is gone, its places in the store's indexes among it."""
    store = WorkspaceStore()
    for body in bodies[:2]:
        _keep(store, body)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = sum(_keep(store, body) for body in bodies[2:])
        gc.collect()
        return (tracemalloc.get_traced_memory()[0] - before) / kept
    finally:
        tracemalloc.stop()
