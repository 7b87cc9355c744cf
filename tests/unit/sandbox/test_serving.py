"""The sandbox over HTTP: a real port, the real protocol, a connection that really breaks."""

import contextlib
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox, serve


@pytest.fixture
def servers() -> list[uvicorn.Server]:
    """The server behind `served`, once it runs."""
    return []


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, servers: list[uvicorn.Server]) -> Iterator[tuple[Sandbox, httpx.Client]]:
    sandbox = create_sandbox("healthy", control=True)
    ports: queue.Queue[int] = queue.Queue()
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


def test_an_answer_is_not_held_back(served: tuple[Sandbox, httpx.Client], servers: list[uvicorn.Server]) -> None:
    """Its second half would wait for the caller's word that the first has come, 40 ms each time."""
    _, http = served
    assert http.get("/devices/list").status_code == 200
    open_now = [protocol.transport.get_extra_info("socket") for protocol in servers[0].server_state.connections]
    assert open_now
    assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in open_now)


_ONE_DELETE = """
import sys, httpx
base, code, key = sys.argv[1:]
httpx.delete(f"{base}/access_codes/delete", params={"access_code_id": code}, headers={"authorization": f"Bearer {key}"})
"""


def test_a_delayed_write_takes_effect_after_its_caller_was_killed(served: tuple[Sandbox, httpx.Client]) -> None:
    sandbox, http = served
    code = next(code for code in sandbox.world.codes.values() if code.managed and code.on_lock and not code.is_backup)
    body = {"kind": "delay", "path": "/access_codes/delete", "seconds": 1.5, "when": "before"}
    assert http.post("/_sandbox/faults", json=body).status_code == 200
    arguments = [sys.executable, "-c", _ONE_DELETE, str(http.base_url), code.access_code_id, SANDBOX_KEY]
    with subprocess.Popen(arguments) as caller:
        _wait_until(lambda: sandbox.faults.rules[0].hits == 1)
        caller.kill()
    assert caller.returncode < 0
    assert not code.pending("deleting")
    _wait_until(lambda: code.pending("deleting"))
    assert dict(sandbox.requests.writes) == {("DELETE", "/access_codes/delete", code.access_code_id): 1}


def test_a_caller_that_ends_in_the_middle_of_a_request_is_no_trouble(
    served: tuple[Sandbox, httpx.Client], capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox, http = served
    head = f"POST /access_codes/create HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SANDBOX_KEY}\r\n"
    with socket.create_connection((http.base_url.host, http.base_url.port)) as caller:
        caller.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    _wait_until(lambda: len(sandbox.requests) == 1)
    assert (sandbox.requests[0].status, sandbox.requests[0].took_effect) == (0, False)
    assert http.get("/workspaces/get").status_code == 200
    assert capfd.readouterr().err == ""


def _wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.01)
