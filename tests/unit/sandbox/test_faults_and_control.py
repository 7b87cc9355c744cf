"""Faults on request, and the control plane that arranges them."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from seam_tui.sandbox.control import allowed
from seam_tui.sandbox.faults import FaultRule, Faults
from seam_tui.sandbox.server import SANDBOX_KEY, create_sandbox


async def control(sandbox: Any, path: str, body: Any = None, method: str | None = None) -> Any:
    verb = method or ("GET" if body is None else "POST")
    answer = await sandbox.http.request(verb, f"/_sandbox/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0)


async def test_the_control_plane_is_off_unless_asked_for(drive: Any) -> None:
    assert (await drive("empty").http.get("/_sandbox/clock")).status_code == 404


@pytest.mark.parametrize(("host", "may"), [("127.0.0.1", True), ("::1", True), (None, True), ("192.0.2.7", False)])
def test_the_control_plane_is_for_loopback_only(host: str | None, may: bool) -> None:
    assert allowed(create_sandbox("empty", control=True), host) is may
    assert not allowed(create_sandbox("empty"), host)


async def test_the_clock_is_read_set_advanced_and_sped_up(drive: Any) -> None:
    sandbox = drive("empty", control=True)
    assert await control(sandbox, "clock") == {"now": "2026-11-22T15:30:00.000Z", "speed": 0, "ok": True}
    assert (await control(sandbox, "clock", {"advance": 90}))["now"] == "2026-11-22T15:31:30.000Z"
    moved = await control(sandbox, "clock", {"set": "2027-01-01T00:00:00Z", "speed": 0.0})
    assert moved["now"] == "2027-01-01T00:00:00.000Z"
    assert (await sandbox.http.post("/_sandbox/clock", json={"speed": -1})).status_code == 400


async def test_a_rule_answers_so_many_requests_and_then_lets_them_through(drive: Any) -> None:
    sandbox = drive("empty", control=True)
    rule = {"kind": "status", "path": "/devices/*", "method": "GET", "status": 429, "retry_after": 7, "count": 2}
    await control(sandbox, "faults", [rule])
    for _ in range(2):
        answer = await sandbox.http.get("/devices/list")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert (await sandbox.http.get("/devices/list")).status_code == 200
    assert (await control(sandbox, "faults"))["faults"][0]["hits"] == 2
    assert (await control(sandbox, "faults", method="DELETE"))["faults"] == []


async def test_a_rule_can_answer_with_a_page_of_html(drive: Any) -> None:
    sandbox = drive("empty")
    sandbox.sandbox.faults.add(FaultRule("status", status=503, html=True))
    answer = await sandbox.http.get("/workspaces/get")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "seam-request-id" in answer.headers


async def test_a_write_can_take_effect_although_its_answer_is_lost(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock()
    sandbox.sandbox.faults.add(
        FaultRule("apply_then_fail", path="/access_codes/create", cut=False, status=502, count=1)
    )
    before = len(sandbox.world.codes)
    answer = await sandbox.http.post("/access_codes/create", json={"device_id": lock})
    assert answer.status_code == 502
    assert len(sandbox.world.codes) == before + 1


async def test_a_cut_in_process_raises_when_asked_to(drive: Any) -> None:
    sandbox = drive("empty")
    sandbox.sandbox.faults.add(FaultRule("cut"))
    transport = httpx.ASGITransport(sandbox.sandbox.app)
    headers = {"authorization": f"Bearer {SANDBOX_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.example", headers=headers) as http:
        with pytest.raises(ConnectionError):
            await http.get("/workspaces/get")
    assert (await sandbox.http.get("/workspaces/get")).status_code == 500
    assert [record.status for record in sandbox.sandbox.requests] == [0, 0]


async def test_chance_is_decided_by_the_seed(drive: Any) -> None:
    async def answers() -> list[int]:
        sandbox = drive("empty")
        sandbox.sandbox.faults.add(FaultRule("status", probability=0.5), seed=9)
        return [(await sandbox.http.get("/workspaces/get")).status_code for _ in range(20)]

    first = await answers()
    assert set(first) == {200, 500}
    assert await answers() == first


def test_rules_with_a_chance_each_have_their_own_share() -> None:
    shares = {429: 0.1, 500: 0.15, 503: 0.05}
    faults = Faults(seed=4)
    faults.add(*(FaultRule("status", status=status, probability=share) for status, share in shares.items()))
    drawn = Counter(rule.status if (rule := faults.pick("GET", "/x")) else None for _ in range(20_000))
    for status, share in shares.items():
        assert drawn[status] / 20_000 == pytest.approx(share, abs=0.01)
    assert drawn[None] / 20_000 == pytest.approx(0.7, abs=0.015)


def test_a_certain_rule_takes_what_the_chances_before_it_leave() -> None:
    faults = Faults(seed=4)
    faults.add(FaultRule("status", status=429, probability=0.5), FaultRule("status", status=500))
    drawn = Counter(rule.status if (rule := faults.pick("GET", "/x")) else None for _ in range(2_000))
    assert drawn[None] == 0
    assert drawn[429] / 2_000 == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(("when", "is_done"), [("before", False), ("after", True)])
async def test_a_delay_stands_before_the_effect_or_after_it(drive: Any, when: Any, is_done: bool) -> None:
    sandbox = drive("healthy", control=True)
    lock = sandbox.lock()
    rule = {"kind": "delay", "path": "/access_codes/create", "seconds": 0.3, "when": when}
    await control(sandbox, "faults", rule)
    before = len(sandbox.world.codes)
    asking = asyncio.create_task(sandbox.http.post("/access_codes/create", json={"device_id": lock}))
    await until(lambda: sandbox.sandbox.faults.rules[0].hits == 1)
    assert (len(sandbox.world.codes) > before) is is_done
    assert (await asking).status_code == 200
    assert len(sandbox.world.codes) == before + 1


async def test_a_delayed_write_takes_effect_although_its_caller_gave_up(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock()
    sandbox.sandbox.faults.add(FaultRule("delay", path="/access_codes/create", seconds=0.2))
    asking = asyncio.create_task(sandbox.http.post("/access_codes/create", json={"device_id": lock}))
    await until(lambda: sandbox.sandbox.faults.rules[0].hits == 1)
    asking.cancel()
    assert not sandbox.sandbox.requests.writes
    await until(lambda: len(sandbox.sandbox.requests.writes) == 1)
    ((method, path, code_id),) = sandbox.sandbox.requests.writes
    assert (method, path) == ("POST", "/access_codes/create")
    assert code_id in sandbox.world.codes


async def test_a_malformed_rule_is_refused(drive: Any) -> None:
    sandbox = drive("empty", control=True)
    for rule in ({"kind": "explode"}, {"kind": "cut", "colour": "red"}, {"kind": "delay", "when": "never"}):
        assert (await sandbox.http.post("/_sandbox/faults", json=rule)).status_code == 400


async def test_the_request_log_tells_what_was_asked_and_how_often(drive: Any) -> None:
    sandbox = drive("healthy", control=True)
    await sandbox.http.get("/devices/list", params={"limit": 3})
    await sandbox.http.get("/devices/get", params={"device_id": "nonsense"})
    log = sandbox.sandbox.requests
    assert [(r.method, r.path, r.params, r.status) for r in log] == [
        ("GET", "/devices/list", {"limit": "3"}, 200),
        ("GET", "/devices/get", {"device_id": "nonsense"}, 400),
    ]
    assert log.counts["GET", "/devices/list"] == 1
    assert log[0].at == sandbox.clock.now()
    body = await control(sandbox, "requests")
    assert {"method": "GET", "path": "/devices/list", "count": 1} in body["counts"]
    assert (await control(sandbox, "requests", method="DELETE"))["requests"] == []


async def test_the_log_counts_the_writes_that_took_effect_by_code(drive: Any) -> None:
    """Whatever their callers got to hear: a write that was sent twice shows, and so does one whose answer was lost."""
    sandbox = drive("healthy", control=True)
    made = await sandbox.ask("/access_codes/create", device_id=sandbox.lock())
    code = {"access_code_id": made["access_code"]["access_code_id"]}
    sandbox.sandbox.faults.add(FaultRule("apply_then_fail", "/access_codes/update", count=1))
    sandbox.sandbox.faults.add(FaultRule("status", "/access_codes/update", status=429, count=1))
    statuses = [
        (await sandbox.http.patch("/access_codes/update", json={**code, "name": name})).status_code
        for name in ("cut after it was done", "refused", "done")
    ]
    assert statuses == [500, 429, 200]
    await sandbox.http.delete("/access_codes/delete", params=code)
    await sandbox.code(code["access_code_id"])
    told = await control(sandbox, "requests")
    assert {(w["method"], w["path"]): w["count"] for w in told["writes"]} == {
        ("POST", "/access_codes/create"): 1,
        ("PATCH", "/access_codes/update"): 2,
        ("DELETE", "/access_codes/delete"): 1,
    }
    assert {w["access_code_id"] for w in told["writes"]} == {code["access_code_id"]}
    updates = [r for r in sandbox.sandbox.requests if r.path == "/access_codes/update"]
    assert [(r.status, r.took_effect) for r in updates] == [(0, True), (429, False), (200, True)]
    assert (await control(sandbox, "requests", method="DELETE"))["writes"] == []


async def test_the_window_of_the_limits_is_chosen_and_outlives_a_reset(drive: Any) -> None:
    sandbox = drive("healthy", control=True)
    assert (await control(sandbox, "settings"))["window"] == "sliding"
    assert (await control(sandbox, "settings", {"window": "fixed"}))["window"] == "fixed"
    assert (await sandbox.http.post("/_sandbox/settings", json={"window": "open"})).status_code == 400
    await control(sandbox, "reset", {})
    assert sandbox.world.limits.window == "fixed"
    sandbox.wait(seconds=59)
    lock = sandbox.lock()
    for _ in range(2):
        for _ in range(10):
            await sandbox.ask("/access_codes/create", device_id=lock)
        assert (await sandbox.refused("/access_codes/create", device_id=lock))[0] == 429
        sandbox.wait(seconds=1)


async def test_switches_and_reset(drive: Any) -> None:
    sandbox = drive("healthy", control=True)
    off = await control(sandbox, "settings", {"refuse_duplicates": False, "rate_limits": False})
    assert (off["refuse_duplicates"], off["rate_limits"]) == (False, False)
    lock = sandbox.lock()
    for _ in range(12):
        await sandbox.ask("/access_codes/create", device_id=lock, code="4831")
    before = (await control(sandbox, "state"))["access_codes"]
    await control(sandbox, "reset", {})
    after = (await control(sandbox, "state"))["access_codes"]
    assert len(before) == len(after) + 12
    assert not sandbox.world.limits.enabled
