"""The sandbox over HTTP: a real port, the real protocol, a connection that really breaks."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox, serve


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sandbox, httpx.Client]]:
    sandbox = create_sandbox("healthy", control=True)
    ports: queue.Queue[int] = queue.Queue()
    servers: list[uvicorn.Server] = []
    begin = uvicorn.Server.startup

    async def startup(self: uvicorn.Server, sockets: Any = None) -> None:
        servers.append(self)
        await begin(self, sockets=sockets)

    monkeypatch.setattr(uvicorn.Server, "startup", startup)
    monkeypatch.setattr(uvicorn.Server, "capture_signals", lambda _self: contextlib.nullcontext())
    thread = threading.Thread(target=serve, args=(sandbox,), kwargs={"port": 0, "on_ready": ports.put}, daemon=True)
    thread.start()
    port = ports.get(timeout=20)
    headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
        yield sandbox, http
    servers[0].should_exit = True
    thread.join(timeout=20)


def test_a_served_sandbox_tells_its_port_answers_and_breaks_off(served: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, http = served
    assert http.get("/workspaces/get").json()["workspace"]["is_sandbox"]
    assert http.get("/_sandbox/clock").status_code == 200
    sandbox.faults.add(FaultRule("cut", path="/devices/*"))
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/devices/list")
    sandbox.faults.clear()
    assert http.get("/devices/list").status_code == 200
