"""A driver for sandboxes whose clock stands still until a test moves it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from seam_tui.sandbox.clock import SandboxClock, iso
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox

START = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


class Driver:
    """Speaks to a sandbox in-process and drives its clock."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.clock = SandboxClock(START, speed=0)
        self.sandbox: Sandbox = create_sandbox(*args, **options, clock=self.clock)
        transport = httpx.ASGITransport(self.sandbox.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://sandbox.example", headers=headers)

    @property
    def world(self) -> Any:
        return self.sandbox.world

    async def ask(self, path: str, **params: Any) -> dict[str, Any]:
        answer = await self.http.post(path, json=params)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def refused(self, path: str, **params: Any) -> tuple[int, str]:
        answer = await self.http.post(path, json=params)
        return answer.status_code, answer.json()["error"]["type"]

    async def code(self, code_id: str) -> dict[str, Any]:
        body: dict[str, Any] = (await self.ask("/access_codes/get", access_code_id=code_id))["access_code"]
        return body

    async def device(self, device_id: str) -> dict[str, Any]:
        body: dict[str, Any] = (await self.ask("/devices/get", device_id=device_id))["device"]
        return body

    async def event_types(self, **filters: Any) -> list[str]:
        body = await self.ask("/events/list", since=iso(START.timestamp()), limit=10_000, **filters)
        return [event["event_type"] for event in body["events"]]

    def wait(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def lock(self, maker: str = "schlage") -> str:
        """The id of the first healthy lock of a maker."""
        return next(
            device.device_id
            for device in self.world.devices.values()
            if device.maker == maker and device.managed and not device.issues
        )

    def exhibit(self, scope: str, code: str) -> Any:
        """The museum's record with an issue: a code or a device."""
        records = self.world.codes if scope == "access_code" else self.world.devices
        return next(r for r in records.values() if any(issue.code == code for issue in r.issues))


def at(**span: float) -> str:
    """A moment relative to the start of every test."""
    return iso((START + timedelta(**span)).timestamp())


@pytest.fixture
async def drive() -> AsyncIterator[Callable[..., Driver]]:
    drivers: list[Driver] = []

    def start(*args: Any, **options: Any) -> Driver:
        drivers.append(Driver(*args, **options))
        return drivers[-1]

    yield start
    for driver in drivers:
        await driver.http.aclose()


@pytest.fixture
def moment() -> Callable[..., str]:
    return at
