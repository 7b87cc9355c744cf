"""A hotel served over HTTP whose time runs fast, and which knows when nothing is under way any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import Sandbox, serve
from tests.faults.hotel import open_hotel
from tests.faults.simulated_time import NOW

PATIENCE: Final = 30.0
"""Real seconds until something that does not come is a failure."""


class Counted:
    """An application that counts its requests, as they come and as they are dealt with."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.arrived = self.answered = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass it on."""
        is_request = scope["type"] == "http"
        self.arrived += is_request
        try:
            await self._app(scope, receive, send)
        finally:
            self.answered += is_request


class FastHotel:
    """A hotel in a thread of its own.

    Args:
        codes_on_locks: How many codes each lock has.
        speed: Simulated seconds per real second.
    """

    def __init__(self, codes_on_locks: Sequence[int], speed: float, **options: int) -> None:
        self.speed = speed
        self.began = time.time()
        self.sandbox: Sandbox = open_hotel(codes_on_locks, SandboxClock(NOW, speed=speed), **options)
        self.counted = Counted(self.sandbox.app)
        self.sandbox.app = self.counted
        ports: list[int] = []
        ready = threading.Event()

        def tell(port: int) -> None:
            ports.append(port)
            ready.set()

        server = {"port": 0, "on_ready": tell}
        threading.Thread(target=serve, args=(self.sandbox,), kwargs=server, daemon=True).start()
        assert ready.wait(PATIENCE)
        self.endpoint = f"http://127.0.0.1:{ports[0]}"

    @property
    def arrived(self) -> int:
        """Requests so far, also those that are not answered yet."""
        return self.counted.arrived

    def reset(self) -> None:
        """All as in the beginning, with nothing wrong."""
        self.sandbox.faults.clear()
        self.sandbox.reset()
        self.sandbox.requests.clear()

    def settle(self) -> None:
        """Wait until nothing is on its way, neither to the sandbox nor to a lock."""
        until(lambda: self.counted.arrived == self.counted.answered)

        def is_quiet() -> bool:
            world = self.sandbox.world
            world.catch_up()
            return not any(code.mutations for code in world.codes.values())

        until(is_quiet)


def until(state: Callable[[], bool]) -> None:
    """Wait for a state."""
    deadline = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.002)
