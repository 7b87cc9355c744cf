"""What the tests of the client share: a sandbox whose clock stands, clients, and a server that says anything."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from seam_tui.domain.clock import Clock
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
KEY = "seam_test_sandbox_key"


@pytest.fixture
def sandbox() -> Sandbox:
    return create_sandbox(clock=SandboxClock(NOW, speed=0), rate_limits=False)


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., SeamClient]]:
    """Makes clients over a transport of their own, or over a sandbox's application."""
    clients = []

    def make(
        server: Sandbox | httpx.AsyncBaseTransport,
        *,
        key: str | None = KEY,
        read_only: bool = False,
        clock: Clock | None = None,
        **options: Any,
    ) -> SeamClient:
        transport = httpx.ASGITransport(server.app, raise_app_exceptions=False) if _is_sandbox(server) else server
        connection = Connection(api_key=key, transport=transport, **options)
        clients.append(SeamClient(connection, read_only=read_only, clock=clock))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()


def _is_sandbox(server: object) -> bool:
    return isinstance(server, Sandbox)


@pytest.fixture
def saying(connect: Callable[..., SeamClient]) -> Callable[..., SeamClient]:
    """A client whose server gives these answers: JSON bodies, responses, or exceptions, the last one for ever."""

    def make(*answers: object, key: str = KEY) -> SeamClient:
        left = list(answers)

        def handler(request: httpx.Request) -> httpx.Response:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, httpx.Response):
                # A response may be given out several times: each reader needs one of its own.
                return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
            # json.dumps writes NaN, too, which `json=` refuses.
            return httpx.Response(200, content=json.dumps(answer), headers={"content-type": "application/json"})

        return connect(httpx.MockTransport(handler), key=key)

    return make


@pytest.fixture
def refused() -> Callable[..., httpx.Response]:
    """Seam's error envelope as a response."""

    def make(status: int, type_: str = "some_error", message: str = "Seam's words", **error: Any) -> httpx.Response:
        body = {"error": {"type": type_, "message": message, **error}, "ok": False}
        return httpx.Response(status, json=body, headers={"seam-request-id": "req-7"})

    return make


@pytest.fixture
def code_body() -> Callable[..., dict[str, Any]]:
    """The least that makes an access code, and what a test adds."""

    def make(**fields: Any) -> dict[str, Any]:
        body = {"access_code_id": "c1", "device_id": "d1", "type": "ongoing", "code": "482915", "name": "Guest"}
        return {"access_code": {**body, **fields}}

    return make


@pytest.fixture
def device_body() -> Callable[..., dict[str, Any]]:
    """The least that makes a device, and what a test adds."""

    def make(**fields: Any) -> dict[str, Any]:
        return {"device": {"device_id": "d1", "device_type": "yale_lock", "display_name": "Door", **fields}}

    return make
