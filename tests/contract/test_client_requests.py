"""Every request that the client sends is one that Seam's schema allows: recorded on the wire, each method and form."""

import inspect
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.pin import Pin
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN, Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient, list_workspaces
from seam_tui.seam_api.connection import READ_PATHS, Connection
from tests.contract.schema import SchemaMismatchError, validate_request

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ARRAYS = {"access_code_ids", "between", "device_ids"}


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Passes requests on to a sandbox and keeps each as it was sent."""

    sandbox: Sandbox
    sent: list[httpx.Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._asgi = httpx.ASGITransport(self.sandbox.app, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return await self._asgi.handle_async_request(request)


class StepClock(ManualClock):
    """Each sleep moves the sandbox on."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(NOW)
        self._sandbox = sandbox

    async def sleep(self, seconds: float) -> None:
        self._sandbox.clock.advance(timedelta(seconds=seconds))


@pytest.fixture
def wire() -> Wire:
    return Wire(create_sandbox(clock=SandboxClock(NOW, speed=0), rate_limits=False))


@pytest.fixture
async def client(wire: Wire) -> AsyncIterator[SeamClient]:
    made = SeamClient(Connection(api_key=SANDBOX_KEY, transport=wire), clock=StepClock(wire.sandbox))
    yield made
    await made.close()


def _params(request: httpx.Request) -> dict[str, Any]:
    if request.content:
        return dict(json.loads(request.content))
    pairs = parse_qsl(request.url.query.decode(), keep_blank_values=True)
    # A query string repeats the name for each item of an array, so one of a single item looks like any other value.
    return {key: [v for k, v in pairs if k == key] if key in ARRAYS else value for key, value in pairs}


def _check(sent: list[httpx.Request]) -> None:
    assert sent
    for request in sent:
        validate_request(request.url.path, _params(request), request.method)


async def _call_everything(client: SeamClient, sandbox: Sandbox) -> set[str]:
    """Call each method in each of its forms; the names that were called."""
    world, called = sandbox.world, set()
    codes = [c for c in world.codes.values() if c.managed and not c.is_offline and not c.is_backup]
    pooled = next(c for c in codes if c.time_bound and world.devices[c.device_id].pool and not c.pulled_backup_id)
    bound = next(c for c in codes if c.time_bound and c is not pooled and not c.mutations and c.ends_at > world.now)
    doomed = next(c for c in codes if c not in (pooled, bound))
    foreign = [c for c in world.codes.values() if not c.managed and not (c.cannot_be_managed or c.cannot_delete)]
    lock = next(d for d in world.devices.values() if d.managed and d.has_hub and world.reachable(d))

    async def call(name: str, /, *arguments: Any, **named: Any) -> None:
        called.add(name)
        result = getattr(client, name)(*arguments, **named)
        if hasattr(result, "__aiter__"):
            async for _ in result:
                pass
        else:
            await result

    await call("get_workspace")
    for page_size in (500, 3):
        await call("list_connected_accounts", page_size)
        await call("list_devices", page_size)
        await call("list_access_codes", lock.device_id, page_size)
        await call("list_unmanaged_access_codes", foreign[0].device_id, page_size)
    await call("get_access_code", bound.access_code_id)
    await call("get_unmanaged_access_code", foreign[0].access_code_id)
    await call("get_device", lock.device_id)
    await call("get_connected_account", lock.account_id)
    await call("list_events", NOW - timedelta(hours=3))
    await call("list_events", NOW - timedelta(hours=3), limit=5)
    await call("list_events_between", NOW - timedelta(hours=3), NOW)
    await call("list_events_between", NOW - timedelta(hours=3), NOW, limit=5)
    await call("list_access_codes_by_ids", [bound.access_code_id, doomed.access_code_id])
    await call("list_devices_by_ids", [lock.device_id])
    await call("generate_pin", lock.device_id)
    await call("update_access_code", bound.access_code_id, pin=Pin("246135"))
    await call("update_access_code", bound.access_code_id, name="New [/] name")
    times = {"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=2)}
    await call("update_access_code", bound.access_code_id, **times, code_type=AccessCodeType.TIME_BOUND)
    await call("update_access_code", bound.access_code_id, code_type=AccessCodeType.ONGOING)
    for allowed in (True, False):
        await call("update_access_code", bound.access_code_id, is_external_modification_allowed=allowed)
    await call("create_access_code", lock.device_id, name="Cleaner")
    await call("create_access_code", pooled.device_id, pin=Pin("9183"), **times, is_external_modification_allowed=True)
    await call("pull_backup_access_code", pooled.access_code_id)
    await call("delete_access_code", doomed.access_code_id)
    await call("convert_to_managed", foreign[0].access_code_id)
    await call("convert_to_managed", foreign[1].access_code_id, force=True)
    await call("delete_unmanaged_access_code", foreign[2].access_code_id)
    await call("lock_door", lock.device_id)
    await call("unlock_door", lock.device_id)
    await call("sync_connected_account", lock.account_id)
    await call("report_time_zone", lock.device_id, "Europe/Berlin")
    lock.maker = "smartthings"
    await call("report_code_lengths", lock.device_id, (4, 6))
    grant = next(iter(world.grants.values()))
    await call("find_access_grants", grant.code_ids[0])
    await call("update_access_grant", grant.grant_id, **times)
    await call("update_access_grant", grant.grant_id, ends_at=times["ends_at"])
    await call("delete_access_grant", grant.grant_id)
    await call("create_connect_webview")
    return called


async def test_every_method_in_every_form_sends_what_the_schema_allows(client, wire) -> None:
    called = await _call_everything(client, wire.sandbox)
    _check(wire.sent)
    public = {name for name, _ in inspect.getmembers(SeamClient) if not name.startswith("_")}
    assert called == public - {"close", "read_only", "refusals", "server_time", "timeout"}
    assert {record.status for record in wire.sandbox.requests} == {200}


async def test_a_token_lists_its_workspaces_as_the_schema_allows(wire) -> None:
    await list_workspaces(Connection(personal_access_token=SANDBOX_TOKEN, transport=wire))
    _check(wire.sent)
    assert [request.url.path for request in wire.sent] == ["/workspaces/list"]


async def test_reads_are_sent_with_get_and_carry_no_body(client, wire) -> None:
    await _call_everything(client, wire.sandbox)
    for request in wire.sent:
        is_read = request.url.path in READ_PATHS
        assert (request.method == "GET") == is_read
        assert not (is_read and request.content)


async def test_no_pin_and_no_key_stand_in_an_address(client, wire) -> None:
    """httpx logs addresses, and so does every proxy on the way."""
    pins = wire.sandbox.world.pins() | {"246135"}
    await _call_everything(client, wire.sandbox)
    for request in wire.sent:
        values = {value for _, value in parse_qsl(request.url.query.decode())}
        assert not values & pins
        assert SANDBOX_KEY not in str(request.url)


async def test_an_update_sends_only_what_is_to_change(client, wire) -> None:
    code = next(key for key, held in wire.sandbox.world.codes.items() if held.managed and not held.is_offline)
    await client.update_access_code(code, name="New")
    assert _params(wire.sent[-1]) == {"access_code_id": code, "name": "New"}


async def test_times_are_sent_with_their_offset(client, wire) -> None:
    code = next(
        key
        for key, held in wire.sandbox.world.codes.items()
        if held.managed and not held.is_offline and held.time_bound
    )
    await client.update_access_code(code, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2))
    sent = _params(wire.sent[-1])
    assert sent["starts_at"] == "2026-11-23T15:00:00+00:00"
    assert datetime.fromisoformat(sent["ends_at"]).tzinfo is not None


def test_the_schema_does_refuse() -> None:
    """So that the tests above can fail."""
    for path, params, method in (
        ("/access_codes/update", {"access_code_id": "x", "colour": "red"}, "PATCH"),
        ("/access_codes/update", {"name": "New"}, "PATCH"),
        ("/access_codes/get", {"access_code_id": 5}, "GET"),
        ("/access_codes/nowhere", {}, "GET"),
        ("/locks/lock_door", {"device_id": "x"}, "DELETE"),
    ):
        with pytest.raises(SchemaMismatchError):
            validate_request(path, params, method)
