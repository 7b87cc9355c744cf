"""Writes are sent once, reads three times: counted where they arrive, over HTTP and in-process, for all trouble.

The SDK's own policy re-sends DELETE and PUT after a timeout; a write that is sent twice may act twice.
"""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from seam_tui.domain.pin import Pin
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox, serve
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import NotSent, RateLimited, SeamFailure, ServerFailure, TimedOut, Unreachable

READ_TRIES, WRITE_TRIES = 3, 1
SHORT = 0.1
"""Seconds until the client gives up; the delayed answer takes far longer than three tries of that."""
TROUBLES = {
    "429": (lambda: FaultRule("status", status=429), RateLimited),
    "429 with Retry-After": (lambda: FaultRule("status", status=429, retry_after=60), RateLimited),
    "500": (lambda: FaultRule("status", status=500), ServerFailure),
    "503 page": (lambda: FaultRule("status", status=503, html=True), ServerFailure),
    "cut": (lambda: FaultRule("cut"), Unreachable),
    "cut after it was done": (lambda: FaultRule("apply_then_fail"), Unreachable),
    "500 after it was done": (lambda: FaultRule("apply_then_fail", cut=False), ServerFailure),
    "timeout": (lambda: FaultRule("delay", seconds=30.0), TimedOut),
}
Call = Callable[[SeamClient, Sandbox], Awaitable[object]]


def _code(sandbox: Sandbox, *, managed: bool = True) -> str:
    """A code on a lock that answers; a managed one has an end and a spare to stand in for it."""
    world = sandbox.world
    return next(
        key
        for key, code in world.codes.items()
        if code.managed == managed and not (code.is_offline or code.is_backup or code.cannot_delete)
        if not managed or (code.time_bound and world.devices[code.device_id].pool)
        if world.reachable(world.devices[code.device_id])
    )


def _device(sandbox: Sandbox) -> str:
    return next(key for key, device in sandbox.world.devices.items() if device.managed)


async def _put(client: SeamClient, sandbox: Sandbox) -> None:
    """No method of ours puts; the policy must hold for the next one that does."""
    call = client._seam.access_codes.create_multiple(device_ids=[_device(sandbox)], name="Put")
    await client._ask(call, "Putting")


CALLS: dict[str, tuple[str, Call]] = {
    "get a code": ("GET", lambda client, sandbox: client.get_access_code(_code(sandbox))),
    "list events": ("GET", lambda client, sandbox: client.list_events(datetime(2026, 11, 22, tzinfo=UTC))),
    "generate a PIN": ("GET", lambda client, sandbox: client.generate_pin(_device(sandbox))),
    "update": ("PATCH", lambda client, sandbox: client.update_access_code(_code(sandbox), pin=Pin("135246"))),
    "delete": ("DELETE", lambda client, sandbox: client.delete_access_code(_code(sandbox))),
    "delete unmanaged": (
        "DELETE",
        lambda client, sandbox: client.delete_unmanaged_access_code(_code(sandbox, managed=False)),
    ),
    "convert": ("PATCH", lambda client, sandbox: client.convert_to_managed(_code(sandbox, managed=False))),
    "pull a backup": ("POST", lambda client, sandbox: client.pull_backup_access_code(_code(sandbox))),
    "lock": ("POST", lambda client, sandbox: client.lock_door(_device(sandbox))),
    "sync": ("POST", lambda client, sandbox: client.sync_connected_account(next(iter(sandbox.world.accounts)))),
    "put": ("PUT", _put),
}
"""What is called, and the verb that it goes out with."""


@pytest.fixture(autouse=True)
def no_waiting_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_args: object) -> None:
        """Try again without the pause."""

    monkeypatch.setattr("httpx_retries.Retry.asleep", at_once)


def _new_sandbox() -> Sandbox:
    clock = SandboxClock(datetime(2026, 11, 22, 15, tzinfo=UTC), speed=0)
    return create_sandbox(clock=clock, rate_limits=False)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sandbox, str]]:
    sandbox, ports, ready = _new_sandbox(), [], threading.Event()

    def tell(port: int) -> None:
        ports.append(port)
        ready.set()

    threading.Thread(target=serve, args=(sandbox,), kwargs={"port": 0, "on_ready": tell}, daemon=True).start()
    assert ready.wait(30)
    yield sandbox, f"http://127.0.0.1:{ports[0]}"
    sandbox.faults.clear()


@pytest.fixture
async def over_http(served: tuple[Sandbox, str]) -> AsyncIterator[tuple[Sandbox, SeamClient]]:
    sandbox, endpoint = served
    sandbox.faults.clear()
    sandbox.reset()
    client = SeamClient(Connection(api_key=SANDBOX_KEY, endpoint=endpoint, timeout=SHORT))
    yield sandbox, client
    await client.close()


@pytest.fixture
async def in_process() -> AsyncIterator[tuple[Sandbox, SeamClient]]:
    sandbox = _new_sandbox()
    transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
    client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=transport))
    yield sandbox, client
    await client.close()


def _tries(verb: str) -> int:
    return READ_TRIES if verb == "GET" else WRITE_TRIES


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("name", CALLS)
async def test_over_http_a_read_arrives_three_times_and_a_write_once(over_http, trouble, name) -> None:
    sandbox, client = over_http
    make_rule, kind = TROUBLES[trouble]
    verb, call = CALLS[name]
    arrivals = make_rule()
    arrivals.method = verb
    sandbox.faults.add(arrivals)
    with pytest.raises(SeamFailure) as caught:
        await call(client, sandbox)
    assert type(caught.value) is kind
    assert arrivals.hits == _tries(verb)


@pytest.mark.parametrize("trouble", [name for name in TROUBLES if name != "timeout"])
@pytest.mark.parametrize("name", CALLS)
async def test_in_process_a_read_arrives_three_times_and_a_write_once(in_process, trouble, name) -> None:
    sandbox, client = in_process
    verb, call = CALLS[name]
    sandbox.faults.add(TROUBLES[trouble][0]())
    with pytest.raises(SeamFailure):
        await call(client, sandbox)
    assert {method for method, _ in sandbox.requests.counts} == {verb}
    assert len(sandbox.requests) == _tries(verb)


@pytest.mark.parametrize("name", [name for name, (verb, _) in CALLS.items() if verb != "GET"])
@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.RemoteProtocolError])
async def test_whatever_a_transport_raises_a_write_goes_out_once(name, error) -> None:
    sent = []

    def broken(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        raise error("broken", request=request)

    client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=httpx.MockTransport(broken)))
    verb, call = CALLS[name]
    with pytest.raises(SeamFailure) as caught:
        await call(client, _new_sandbox())
    assert sent == [verb]
    assert caught.value.outcome_unknown
    await client.close()


async def test_a_read_that_works_at_the_third_try_is_no_failure(in_process) -> None:
    sandbox, client = in_process
    sandbox.faults.add(FaultRule("status", status=503, count=2))
    code = await client.get_access_code(_code(sandbox))
    assert code.access_code_id == _code(sandbox)
    assert len(sandbox.requests) == READ_TRIES


async def test_a_server_that_is_not_there_means_that_nothing_was_sent(served) -> None:
    client = SeamClient(Connection(api_key=SANDBOX_KEY, endpoint="http://127.0.0.1:1", timeout=SHORT))
    with pytest.raises(NotSent) as caught:
        await client.delete_access_code("c1")
    assert not caught.value.outcome_unknown
    await client.close()


async def test_a_write_whose_answer_was_lost_did_act_once(over_http) -> None:
    sandbox, client = over_http
    sandbox.faults.add(FaultRule("apply_then_fail"))
    target = _code(sandbox)
    with pytest.raises(Unreachable) as caught:
        await client.delete_access_code(target)
    assert caught.value.outcome_unknown
    deletes = [mutation for mutation in sandbox.world.codes[target].mutations if mutation.kind == "deleting"]
    assert len(deletes) == 1
