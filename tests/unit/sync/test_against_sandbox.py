from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from seam_tui.domain.clock import ManualClock
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import Unauthorized
from seam_tui.sync import events
from seam_tui.sync.loader import load_once
from seam_tui.sync.rereader import Rereader
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.watchlist import Watchlist

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Sandbox:
    return create_sandbox(devices=12, codes=80, seed=7, clock=SandboxClock(NOW, speed=0), rate_limits=False)


@pytest.fixture
async def connect(sandbox: Sandbox) -> AsyncIterator[Callable[..., SeamClient]]:
    clients = []

    def make(key: str = "seam_test_sandbox_key") -> SeamClient:
        transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
        clients.append(SeamClient(Connection(api_key=key, transport=transport)))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()


async def test_the_store_holds_what_the_sandbox_holds(sandbox, connect, hurried) -> None:
    store = WorkspaceStore()
    assert await load_once(connect(), store, hurried) == ()
    world = sandbox.world
    assert set(store.devices) == set(world.devices)
    assert set(store.codes) == set(world.codes)
    assert set(store.accounts) == set(world.accounts)
    assert store.workspace is not None
    assert store.workspace.is_sandbox


async def test_small_pages_give_the_same_picture(connect, hurried, monkeypatch) -> None:
    whole, paged = WorkspaceStore(), WorkspaceStore()
    await load_once(connect(), whole, hurried)
    client = connect()
    for name in ("list_devices", "list_access_codes", "list_unmanaged_access_codes"):
        listing = getattr(client, name)
        monkeypatch.setattr(client, name, lambda *args, listing=listing: listing(*args, page_size=2))
    await load_once(client, paged, hurried)
    assert dict(paged.codes) == dict(whole.codes)
    assert dict(paged.devices) == dict(whole.devices)
    assert paged.counts == whole.counts


async def test_a_wrong_key_stops_the_load(connect, hurried) -> None:
    with pytest.raises(Unauthorized):
        await load_once(connect("seam_test_wrong_key"), WorkspaceStore(), hurried)


async def test_a_server_that_lacks_a_route_leaves_the_managed_codes(sandbox, connect, hurried) -> None:
    sandbox.faults.add(FaultRule("status", "/access_codes/unmanaged/list", status=404, html=True))
    store = WorkspaceStore()
    unread = await load_once(connect(), store, hurried)
    assert {item.device_id for item in unread} == set(store.devices)
    assert set(store.codes) == {key for key, code in sandbox.world.codes.items() if code.managed}
    assert hurried.slept == []


async def test_a_deleted_code_is_watched_until_it_is_gone(sandbox, connect, hurried) -> None:
    client, store = connect(), WorkspaceStore()
    await load_once(client, store, hurried)
    target = next(
        code.access_code_id
        for code in store.codes.values()
        if code.is_managed and not code.is_offline_access_code and not store.issues_of_code(code)
    )
    await client.delete_access_code(target)
    seen = []
    rereader = Rereader(client, Watchlist(), seen.append, ManualClock(NOW))
    await rereader.read_now([target])
    assert isinstance(seen[-1], events.CodesRead)
    assert seen[-1].codes[0].is_being_deleted
    sandbox.clock.advance(timedelta(hours=1))
    await rereader.read_now([target])
    assert seen[-1] == events.CodeGone(target)
