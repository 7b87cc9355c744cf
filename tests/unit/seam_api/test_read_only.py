"""Read-only holds at the door: every method is walked, and every path not known to be a read is refused."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from seam.seam import AsyncSeam

from seam_tui.domain.pin import Pin
from seam_tui.sandbox.server import Sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import READ_PATHS, ReadOnlySwitch
from seam_tui.seam_api.errors import ReadOnlyRefusal

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
READS = {
    "get_workspace", "list_connected_accounts", "list_devices", "list_access_codes", "list_unmanaged_access_codes",
    "get_access_code", "get_unmanaged_access_code", "get_device", "get_connected_account", "list_events",
    "generate_pin", "find_access_grants", "list_devices_by_ids", "list_access_codes_by_ids", "list_events_between",
}  # fmt: skip
WRITES = {
    "create_access_code", "update_access_code", "delete_access_code", "pull_backup_access_code", "convert_to_managed",
    "delete_unmanaged_access_code", "lock_door", "unlock_door", "sync_connected_account", "report_time_zone",
    "report_code_lengths", "create_connect_webview", "update_access_grant", "delete_access_grant",
}  # fmt: skip
ELSE = {"close", "read_only", "refusals", "server_time", "timeout"}


def _public_names() -> set[str]:
    return {name for name, _ in inspect.getmembers(SeamClient) if not name.startswith("_")}


def _arguments(sandbox: Sandbox, method: Callable[..., Any]) -> dict[str, Any]:
    """Arguments that the sandbox would take, made up from the names of the parameters."""
    world = sandbox.world
    managed = next(c for c in world.codes.values() if c.managed and c.time_bound and not c.is_backup)
    unmanaged = next(c for c in world.codes.values() if not c.managed)
    wants_unmanaged = "unmanaged" in method.__name__ or method.__name__ == "convert_to_managed"
    known: dict[str, Any] = {
        "access_code_id": (unmanaged if wants_unmanaged else managed).access_code_id,
        "device_id": managed.device_id,
        "connected_account_id": next(iter(world.accounts)),
        "access_code_ids": [managed.access_code_id],
        "device_ids": [managed.device_id],
        "since": NOW - timedelta(hours=1),
        "after": NOW - timedelta(hours=1),
        "before": NOW,
        "time_zone": "Europe/Berlin",
        "name": "New name",
        "pin": Pin("1324657"),
        "lengths": (4, 6),
        "access_grant_id": next(iter(world.grants)),
    }
    names = [n for n in inspect.signature(method).parameters if n in known]
    return {name: known[name] for name in names}


async def _run(result: Any) -> None:
    if hasattr(result, "__aiter__"):
        async for _ in result:
            pass
    else:
        await result


def test_every_public_method_is_known_to_be_a_read_or_a_write() -> None:
    assert _public_names() == READS | WRITES | ELSE


@pytest.mark.parametrize("name", sorted(_public_names() - ELSE))
async def test_a_read_goes_out_and_a_write_is_refused_before_it_is_sent(sandbox, connect, name) -> None:
    client = connect(sandbox, read_only=True)
    method = getattr(client, name)
    arguments = _arguments(sandbox, method)
    if name in READS:
        await _run(method(**arguments))
        assert len(sandbox.requests) > 0
    else:
        with pytest.raises(ReadOnlyRefusal) as caught:
            await _run(method(**arguments))
        assert not caught.value.outcome_unknown
        assert not caught.value.retryable
        assert "read-only" in str(caught.value).lower()
        assert len(sandbox.requests) == 0
    assert {record.path for record in sandbox.requests} <= READ_PATHS
    assert not any(code.mutations and code.asked_at > NOW.timestamp() for code in sandbox.world.codes.values())


def _sdk_paths() -> dict[str, str]:
    """Every path of the whole SDK, with its method's name."""
    found: dict[str, str] = {}
    seen: set[int] = set()
    waiting: list[Any] = [AsyncSeam(api_key="seam_x", httpx_options={"transport": httpx.MockTransport(_never)})]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        for name in dir(type(node)):
            if name.startswith("_"):
                continue
            attribute = getattr(node, name, None)
            path = getattr(attribute, "__seam_path__", None)
            if path is not None:
                found[path] = f"{type(node).__name__}.{name}"
            elif "seam.routes" in type(attribute).__module__:
                waiting.append(attribute)
        waiting += [value for value in vars(node).values() if "seam.routes" in type(value).__module__]
    return found


def _never(request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is sent here")


async def test_every_path_of_the_sdk_that_is_not_a_known_read_is_refused() -> None:
    paths = _sdk_paths()
    assert len(paths) > 100
    assert set(paths) >= READ_PATHS
    switch = ReadOnlySwitch(read_only=True)
    refused = set()
    for path in paths:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            try:
                await switch.check(httpx.Request(method, f"https://connect.getseam.com{path}"))
            except ReadOnlyRefusal:
                refused.add(path)
    assert refused == set(paths) - READ_PATHS


def test_what_changes_the_world_outside_is_no_read() -> None:
    for path in READ_PATHS:
        assert path.endswith(("/get", "/list", "/generate_code"))
    writes = {
        "/locks/lock_door", "/locks/unlock_door", "/connected_accounts/sync", "/devices/report_provider_metadata",
        "/access_codes/report_device_constraints", "/connect_webviews/create", "/workspaces/reset_sandbox",
        "/access_codes/simulate/create_unmanaged_access_code", "/devices/simulate/remove",
    }  # fmt: skip
    assert not writes & READ_PATHS
    assert "/access_codes/generate_code" in READ_PATHS


@pytest.mark.parametrize(
    "path", ["/access_codes/list/", "//access_codes/list", "/Access_Codes/list", "/x/devices/list"]
)
async def test_a_path_that_only_looks_like_a_read_is_refused(path) -> None:
    with pytest.raises(ReadOnlyRefusal):
        await ReadOnlySwitch(read_only=True).check(
            httpx.Request("GET", httpx.URL("https://s.invalid").copy_with(path=path))
        )


async def test_read_only_turns_at_run_time_and_holds_from_the_next_request(sandbox, connect) -> None:
    client = connect(sandbox)
    code = next(c for c in sandbox.world.codes.values() if c.managed and not c.is_offline and not c.mutations)
    client.read_only = True
    with pytest.raises(ReadOnlyRefusal):
        await client.update_access_code(code.access_code_id, name="First")
    assert not code.mutations
    client.read_only = False
    await client.update_access_code(code.access_code_id, name="Second")
    assert code.mutations[0].after == {"name": "Second"}
    client.read_only = True
    with pytest.raises(ReadOnlyRefusal):
        await client.delete_access_code(code.access_code_id)
    assert client.read_only
    assert [record.path for record in sandbox.requests] == ["/access_codes/update"]
