"""The least that a load could be: the SDK alone asks for everything that the app asks for, and keeps nothing.

`python -m tests.benchmarks.floor_load ENDPOINT KEY CONCURRENCY FIRST END` reads the codes of the devices from FIRST up
to END and prints the seconds from its first line on, for the half with the first device, or from the first request on:
what is loaded in parts imports the SDK once.
"""

from __future__ import annotations

import time

_STARTED = time.perf_counter()

import asyncio  # noqa: E402 - the import of the SDK is a part of what is measured
import sys  # noqa: E402
from typing import Any  # noqa: E402

from seam import AsyncSeam  # noqa: E402

_PAGE = 500


async def load(endpoint: str, key: str, concurrency: int, first: int, end: int) -> int:
    """Read workspace, accounts, devices and their codes; how many codes there are."""
    seam = AsyncSeam(api_key=key, endpoint=endpoint)
    await seam.workspaces.get()
    await _all(seam, seam.connected_accounts.list, {})
    devices = [device.device_id for device in await _all(seam, seam.devices.list, {})][first:end]
    devices.reverse()
    found = 0

    async def read() -> None:
        nonlocal found
        while devices:
            device_id = devices.pop()
            found += len(await _all(seam, seam.access_codes.list, {"device_id": device_id}))
            found += len(await _all(seam, seam.access_codes.unmanaged.list, {"device_id": device_id}))

    await asyncio.gather(*(read() for _ in range(concurrency)))
    return found


async def _all(seam: AsyncSeam, call: Any, params: dict[str, Any]) -> list[Any]:
    """Every record of a list, page by page."""
    return [record async for record in seam.create_paginator(call, {**params, "limit": _PAGE}).flatten()]


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[3:]]
    started = time.perf_counter() if numbers[1] else _STARTED
    asyncio.run(load(sys.argv[1], sys.argv[2], *numbers))
    print(time.perf_counter() - started)
