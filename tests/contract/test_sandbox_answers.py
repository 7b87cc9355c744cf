"""The sandbox's every answer is held against Seam's schema, in every scenario."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from seam_tui.sandbox.clock import SandboxClock, iso
from seam_tui.sandbox.server import ENDPOINTS, SANDBOX_KEY, Sandbox, create_sandbox
from tests.contract.schema import paths, validate_error, validate_request, validate_response

SCENARIOS = ["default", "museum", "healthy", "empty"]
START = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
NOBODY = "00000000-0000-4000-8000-000000000000"


class Walker:
    """Sends requests to a sandbox and holds each, and each answer, against the schema."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
        headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://sandbox.example", headers=headers)
        self.walked: set[str] = set()

    async def ask(self, path: str, params: dict[str, Any] | None = None, method: str = "POST") -> dict[str, Any]:
        """Send a request that has to succeed."""
        params = params or {}
        validate_request(path, params, method)
        if method == "GET":
            answer = await self.http.get(path, params=params)
        else:
            answer = await self.http.request(method, path, json=params)
        assert answer.status_code == 200, f"{method} {path} {params}: {answer.status_code} {answer.text}"
        assert answer.headers["seam-request-id"]
        body: dict[str, Any] = answer.json()
        validate_response(path, body)
        self.walked.add(path)
        return body

    async def read(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a read by query string and by body: both have to succeed and to say the same."""
        by_query = await self.ask(path, params, "GET")
        by_body = await self.ask(path, params)
        assert by_query.keys() == by_body.keys()
        return by_query

    def wait(self, **span: float) -> None:
        """Let time pass in the sandbox."""
        self.sandbox.clock.advance(timedelta(**span))


@pytest.fixture
async def walker(request: pytest.FixtureRequest) -> AsyncIterator[Walker]:
    sandbox = create_sandbox(getattr(request, "param", "default"), clock=SandboxClock(START, speed=0))
    walker = Walker(sandbox)
    yield walker
    await walker.http.aclose()


async def _read_everything(walker: Walker) -> None:
    await walker.read("/workspaces/get")
    await walker.read("/workspaces/list")
    since = {"since": iso((START - timedelta(days=400)).timestamp()), "limit": 100_000}
    events = (await walker.read("/events/list", since))["events"]
    if events:
        await walker.read("/events/get", {"event_id": events[0]["event_id"]})
    accounts = (await walker.read("/connected_accounts/list"))["connected_accounts"]
    for account in accounts:
        key = "connected_account_id"
        assert (await walker.ask("/connected_accounts/get", {key: account[key]}))["connected_account"] == account
    await walker.read("/locks/list")
    devices = (await walker.read("/devices/list", {"limit": 1000}))["devices"]
    for device in devices:
        by_id = {"device_id": device["device_id"]}
        assert (await walker.read("/devices/get", by_id))["device"] == device
        assert (await walker.read("/locks/get", by_id))["device"] == device
        for code in (await walker.read("/access_codes/list", by_id))["access_codes"]:
            wanted = {"access_code_id": code["access_code_id"]}
            assert (await walker.ask("/access_codes/get", wanted))["access_code"] == code
        for code in (await walker.read("/access_codes/unmanaged/list", by_id))["access_codes"]:
            wanted = {"access_code_id": code["access_code_id"]}
            assert (await walker.read("/access_codes/unmanaged/get", wanted))["access_code"] == code
    for device in (await walker.read("/devices/unmanaged/list"))["devices"]:
        await walker.read("/devices/unmanaged/get", {"device_id": device["device_id"]})
    for grant in (await walker.read("/access_grants/list"))["access_grants"]:
        await walker.read("/access_grants/get", {"access_grant_id": grant["access_grant_id"]})


@pytest.mark.parametrize("walker", SCENARIOS, indirect=True)
async def test_every_read_of_every_scenario_fits_the_schema(walker: Walker) -> None:
    await _read_everything(walker)


@pytest.mark.parametrize("walker", SCENARIOS, indirect=True)
@pytest.mark.parametrize("minutes", [1, 3, 15, 60 * 30, 60 * 24 * 10])
async def test_every_read_still_fits_after_time_has_passed(walker: Walker, minutes: int) -> None:
    walker.wait(minutes=minutes)
    await _read_everything(walker)


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (12, 120)])
async def test_every_read_of_a_generated_workspace_fits_the_schema(size: tuple[int, int]) -> None:
    sandbox = create_sandbox(devices=size[0], codes=size[1], clock=SandboxClock(START, speed=0))
    await _read_everything(Walker(sandbox))


async def _use_codes(walker: Walker, lock: str, other: str) -> None:
    span = {"starts_at": iso(START.timestamp() + 60), "ends_at": iso(START.timestamp() + 90_000)}
    pin = (await walker.read("/access_codes/generate_code", {"device_id": lock}))["generated_code"]["code"]
    made = await walker.ask(
        "/access_codes/create",
        {"device_id": lock, "code": pin, "name": "Ada", **span, "use_backup_access_code_pool": True},
    )
    code = {"access_code_id": made["access_code"]["access_code_id"]}
    await walker.read("/action_attempts/get", {"action_attempt_id": made["action_attempt"]["action_attempt_id"]})
    walker.wait(seconds=70)
    await walker.read("/action_attempts/get", {"action_attempt_id": made["action_attempt"]["action_attempt_id"]})
    await walker.read("/action_attempts/list", {"device_id": lock})
    await walker.ask("/access_codes/pull_backup_access_code", code)
    for method in ("PATCH", "POST", "PUT"):
        await walker.ask("/access_codes/update", {**code, "name": f"Ada {method}"}, method)
        await walker.read("/access_codes/get", code)
    walker.wait(seconds=10)
    for method, ends in (("PUT", 95_000), ("POST", 96_000)):
        shared = await walker.ask(
            "/access_codes/create_multiple",
            {"device_ids": [lock, other], "name": "Crew", **span, "ends_at": iso(START.timestamp() + ends)},
            method,
        )
        key = {"common_code_key": shared["access_codes"][0]["common_code_key"]}
        await walker.ask("/access_codes/update_multiple", {**key, "name": "Crew of two"}, "PATCH")
    walker.wait(seconds=10)
    await walker.read("/access_codes/list", {"access_code_ids": [code["access_code_id"]]})
    await walker.ask("/access_codes/delete", code)
    await walker.read("/access_codes/get", code)


async def _use_unmanaged(walker: Walker, lock: str) -> None:
    for method, path in (("PATCH", "convert_to_managed"), ("DELETE", "delete"), ("PATCH", "update")):
        made = await walker.ask(
            "/access_codes/simulate/create_unmanaged_access_code",
            {"device_id": lock, "code": f"77{len(path):02d}", "name": f"to {path}"},
        )
        params = {"access_code_id": made["access_code"]["access_code_id"]}
        if path == "update":
            params["is_managed"] = True
        await walker.ask(f"/access_codes/unmanaged/{path}", params, method)
        walker.wait(seconds=10)


async def _use_locks(walker: Walker, devices: list[dict[str, Any]]) -> None:
    august = next(d["device_id"] for d in devices if d["device_type"] == "august_lock" and d["properties"]["online"])
    nuki = next(d["device_id"] for d in devices if d["device_type"] == "nuki_lock")
    smart = [d["device_id"] for d in devices if d["device_type"] == "smartthings_lock"]
    for verb in ("lock_door", "unlock_door"):
        attempt = (await walker.ask(f"/locks/{verb}", {"device_id": august}))["action_attempt"]
        walker.wait(seconds=2)
        await walker.read("/action_attempts/get", {"action_attempt_id": attempt["action_attempt_id"]})
    for step in ("disconnect", "connect", "disconnect_from_hub", "connect_to_hub", "remove"):
        await walker.ask(f"/devices/simulate/{step}", {"device_id": august})
        await walker.read("/devices/get", {"device_id": august})
    await walker.ask("/devices/simulate/paid_subscription", {"device_id": nuki, "is_expired": True})
    walker.wait(seconds=20)
    await walker.ask("/devices/simulate/paid_subscription", {"device_id": nuki, "is_expired": False})
    zone = {"device_id": nuki, "ultraloq_metadata": {"time_zone": "Europe/Berlin"}}
    await walker.ask("/devices/report_provider_metadata", {"devices": [zone]})
    await walker.ask("/locks/simulate/keypad_code_entry", {"device_id": nuki, "code": "999999"})
    await walker.ask("/locks/simulate/manual_lock_via_keypad", {"device_id": nuki})
    for lock in smart[:1]:
        await walker.ask("/access_codes/report_device_constraints", {"device_id": lock, "supported_code_lengths": [6]})


@pytest.mark.parametrize("walker", ["museum"], indirect=True)
async def test_every_endpoint_answers_within_the_schema(walker: Walker) -> None:
    devices = (await walker.read("/devices/list"))["devices"]
    locks = [d for d in devices if d["device_type"] == "schlage_lock" and not d["errors"]]
    await _use_codes(walker, locks[0]["device_id"], locks[3]["device_id"])
    await _use_unmanaged(walker, locks[1]["device_id"])
    await _use_locks(walker, devices)
    account = {"connected_account_id": devices[0]["connected_account_id"]}
    await walker.ask("/connected_accounts/sync", account)
    await walker.ask("/connected_accounts/simulate/disconnect", account)
    made = await walker.ask("/connect_webviews/create", {"accepted_providers": ["schlage"]})
    walker.wait(seconds=30)
    view = {"connect_webview_id": made["connect_webview"]["connect_webview_id"]}
    assert (await walker.read("/connect_webviews/get", view))["connect_webview"]["status"] == "authorized"
    await walker.read("/connect_webviews/list")
    await _read_everything(walker)
    await walker.ask("/workspaces/reset_sandbox")
    await _read_everything(walker)
    # Grants and unmanaged locks stand in the default world only.
    missing = set(paths()) - walker.walked
    elsewhere = {"/access_grants/get", "/access_grants/update", "/access_grants/delete", "/devices/unmanaged/get"}
    assert missing <= elsewhere, f"never asked: {sorted(missing - elsewhere)}"


async def test_grants_and_unmanaged_locks_answer_within_the_schema(walker: Walker) -> None:
    await _read_everything(walker)
    assert {"/access_grants/get", "/devices/unmanaged/get"} <= walker.walked
    grants = (await walker.read("/access_grants/list"))["access_grants"]
    for grant, method in zip(grants, ("PATCH", "POST"), strict=True):
        ends_at = iso(START.timestamp() + 500_000)
        wanted = {"access_grant_id": grant["access_grant_id"]}
        await walker.ask("/access_grants/update", {**wanted, "name": "Later", "ends_at": ends_at}, method)
        await _read_everything(walker)
        walker.wait(seconds=10)
        assert (await walker.read("/access_grants/get", wanted))["access_grant"]["ends_at"] == ends_at
    for grant, method in zip(grants, ("DELETE", "POST"), strict=True):
        await walker.ask("/access_grants/delete", {"access_grant_id": grant["access_grant_id"]}, method)
        await _read_everything(walker)
    walker.wait(seconds=10)
    await _read_everything(walker)


def test_the_sandbox_has_every_path_of_the_schema_with_its_verbs() -> None:
    for path, verbs in paths().items():
        endpoint = ENDPOINTS.get(path)
        if endpoint is not None:
            assert verbs <= endpoint.methods, path
        else:
            assert path in {"/workspaces/list", "/workspaces/reset_sandbox"}


@pytest.mark.parametrize("path", sorted(paths()))
async def test_every_endpoint_refuses_a_stranger_with_the_envelope(walker: Walker, path: str) -> None:
    verb = sorted(paths()[path])[0]
    answer = await walker.http.request(verb, path, headers={"authorization": "Bearer seam_test_wrong"})
    assert answer.status_code == 401
    validate_error(answer.json())
    assert answer.json()["error"]["type"] == "unauthorized"


@pytest.mark.parametrize("path", sorted(paths()))
async def test_every_endpoint_refuses_nonsense_with_the_envelope(walker: Walker, path: str) -> None:
    """Wrong types, unknown ids and empty requests give an envelope or a valid answer: never a bare 500."""
    verb = "POST" if "POST" in paths()[path] else sorted(paths()[path])[0]
    keys = ("device_id", "access_code_id", "connected_account_id", "action_attempt_id", "connect_webview_id",
            "event_id", "access_grant_id")  # fmt: skip
    for value in (NOBODY, "nonsense", 5, None, ["x"], {"a": 1}):
        answer = await walker.http.request(verb, path, json=dict.fromkeys(keys, value))
        assert answer.status_code in {200, 400, 404}, (path, value, answer.text)
        if answer.status_code == 200:
            validate_response(path, answer.json())
        else:
            validate_error(answer.json())
