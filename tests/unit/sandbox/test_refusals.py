"""What the sandbox refuses, and how."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"code": "12a4"}, "code"),
        ({"code": "123"}, "code"),
        ({"code": "1234567890123"}, "code"),
        ({"code": 1234}, "code"),
        ({"starts_at": "tomorrow", "ends_at": "2027-01-01T00:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-11-02T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2027-01-02T00:00:00Z", "ends_at": "2027-01-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2027-01-02T00:00:00Z"}, "ends_at"),
    ],
)
async def test_a_malformed_create_names_its_field(drive: Any, params: dict[str, Any], field: str) -> None:
    sandbox = drive("healthy")
    answer = await sandbox.http.post("/access_codes/create", json={"device_id": sandbox.lock(), **params})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_input"
    assert error["validation_errors"][field]["_errors"]
    assert error["request_id"] == answer.headers["seam-request-id"]


async def test_a_pin_against_the_locks_rules_is_taken_and_then_fails(drive: Any) -> None:
    sandbox = drive("healthy")
    made = await sandbox.ask("/access_codes/create", device_id=sandbox.lock("ttlock"), code="7890")
    sandbox.wait(seconds=5)
    code = await sandbox.code(made["access_code"]["access_code_id"])
    assert [error["error_code"] for error in code["errors"]] == ["code_constraints_violated"]


async def test_the_same_pin_at_the_same_time_on_the_same_lock_is_409(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock()
    first = {"device_id": lock, "code": "4831", "starts_at": moment(), "ends_at": moment(hours=5)}
    await sandbox.ask("/access_codes/create", **first)
    assert await sandbox.refused("/access_codes/create", **first) == (409, "duplicate_access_code")
    later = {**first, "starts_at": moment(hours=6), "ends_at": moment(hours=9)}
    await sandbox.ask("/access_codes/create", **later)
    other = next(d for d in sandbox.world.devices.values() if d.maker == "schlage" and d.device_id != lock)
    await sandbox.ask("/access_codes/create", **{**first, "device_id": other.device_id})


async def test_an_update_to_a_taken_pin_is_409(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock()
    await sandbox.ask("/access_codes/create", device_id=lock, code="4831")
    mine = await sandbox.ask("/access_codes/create", device_id=lock, code="5926")
    code_id = mine["access_code"]["access_code_id"]
    refused = await sandbox.refused("/access_codes/update", access_code_id=code_id, code="4831")
    assert refused == (409, "duplicate_access_code")


async def test_a_duplicate_is_found_by_the_lock_when_the_api_lets_it_through(drive: Any) -> None:
    sandbox = drive("healthy")
    sandbox.world.refuse_duplicates = False
    lock = sandbox.lock()
    await sandbox.ask("/access_codes/simulate/create_unmanaged_access_code", device_id=lock, code="4831", name="old")
    made = await sandbox.ask("/access_codes/create", device_id=lock, code="4831")
    sandbox.wait(seconds=5)
    (error,) = (await sandbox.code(made["access_code"]["access_code_id"]))["errors"]
    assert error["error_code"] == "duplicate_code_on_device"
    assert error["unmanaged_access_code_id"] in sandbox.world.codes


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/access_codes/create", 10), ("/locks/lock_door", 15), ("/locks/unlock_door", 15)],
)
async def test_writes_beyond_the_limit_of_a_lock_are_429_for_a_minute(drive: Any, path: str, limit: int) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    for _ in range(limit):
        await sandbox.ask(path, device_id=lock)
    answer = await sandbox.http.post(path, json={"device_id": lock})
    assert answer.status_code == 429
    assert answer.json()["error"]["type"] == "too_many_requests"
    assert answer.headers["retry-after"] == "60"
    sandbox.wait(seconds=60)
    await sandbox.ask(path, device_id=lock)


async def test_updates_and_deletes_have_limits_of_their_own(drive: Any) -> None:
    sandbox = drive(devices=1, codes=60)
    managed = [code_id for code_id, code in sandbox.world.codes.items() if code.managed]
    for code_id in managed[:10]:
        await sandbox.ask("/access_codes/update", access_code_id=code_id, name="New")
    assert (await sandbox.refused("/access_codes/update", access_code_id=managed[10], name="New"))[0] == 429
    for code_id in managed[:20]:
        await sandbox.ask("/access_codes/delete", access_code_id=code_id)
    assert (await sandbox.refused("/access_codes/delete", access_code_id=managed[20]))[0] == 429


async def test_the_limits_can_be_off(drive: Any) -> None:
    sandbox = drive("healthy", rate_limits=False)
    for _ in range(30):
        await sandbox.ask("/locks/lock_door", device_id=sandbox.lock("august"))


async def test_offline_codes_are_neither_updated_nor_deleted(drive: Any) -> None:
    sandbox = drive()
    code_id = next(c.access_code_id for c in sandbox.world.codes.values() if c.is_offline)
    for path in ("/access_codes/update", "/access_codes/delete"):
        status, kind = await sandbox.refused(path, access_code_id=code_id, name="x")
        assert (status, kind.endswith("offline_access_code")) == (400, True)


async def test_unmanaged_codes_say_what_cannot_be_done_with_them_and_mean_it(drive: Any) -> None:
    sandbox = drive()
    fixed = next(c for c in sandbox.world.codes.values() if c.cannot_be_managed)
    kept = next(c for c in sandbox.world.codes.values() if c.cannot_delete)
    path = "/access_codes/unmanaged/"
    assert (await sandbox.refused(f"{path}convert_to_managed", access_code_id=fixed.access_code_id))[0] == 400
    assert (await sandbox.refused(f"{path}delete", access_code_id=kept.access_code_id))[0] == 400


async def test_a_list_needs_a_filter_and_limit_is_none(drive: Any) -> None:
    sandbox = drive("healthy")
    assert (await sandbox.http.get("/access_codes/list", params={"limit": 5})).status_code == 400
    assert (await sandbox.http.get("/access_codes/list?access_code_ids=&_strict=true")).json()["access_codes"] == []


async def test_lists_keep_managed_and_unmanaged_codes_apart(drive: Any) -> None:
    sandbox = drive()
    for lock in sandbox.world.devices:
        managed = (await sandbox.ask("/access_codes/list", device_id=lock))["access_codes"]
        unmanaged = (await sandbox.ask("/access_codes/unmanaged/list", device_id=lock))["access_codes"]
        assert all(code["is_managed"] for code in managed)
        assert not any(code["is_managed"] for code in unmanaged)


async def test_an_unknown_path_is_a_plain_404_and_a_wrong_verb_405(drive: Any) -> None:
    sandbox = drive("empty")
    unknown = await sandbox.http.get("/access_codes/get_timeline")
    assert (unknown.status_code, unknown.text) == (404, "Not Found")
    wrong = await sandbox.http.get("/access_codes/create")
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (405, "method_not_allowed")


async def test_a_backup_is_pulled_once_and_only_for_time_bound_codes(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("ttlock")
    path = "/access_codes/pull_backup_access_code"
    ongoing = await sandbox.ask("/access_codes/create", device_id=lock, use_backup_access_code_pool=True)
    sandbox.wait(minutes=1)
    ongoing_id = ongoing["access_code"]["access_code_id"]
    assert await sandbox.refused(path, access_code_id=ongoing_id) == (400, "access_code_not_time_bound")
    stay = await sandbox.ask("/access_codes/create", device_id=lock, starts_at=moment(), ends_at=moment(hours=9))
    code_id = stay["access_code"]["access_code_id"]
    first = await sandbox.ask(path, access_code_id=code_id)
    assert first["access_code"] == first["backup_access_code"]
    assert (first["access_code"]["is_backup"], first["access_code"]["ends_at"]) == (True, moment(hours=9))
    assert (await sandbox.ask(path, access_code_id=code_id))["access_code"] == first["access_code"]
    code = await sandbox.code(code_id)
    assert code["pulled_backup_access_code_id"] == first["access_code"]["access_code_id"]
    assert [warning["warning_code"] for warning in code["warnings"]] == ["using_backup_access_code"]


async def test_a_lock_without_a_pool_has_no_backup_to_pull(drive: Any) -> None:
    sandbox = drive("healthy")
    stay = next(
        code
        for code in sandbox.world.codes.values()
        if code.ends_at and sandbox.world.devices[code.device_id].maker == "salto_ks"
    )
    status, kind = await sandbox.refused("/access_codes/pull_backup_access_code", access_code_id=stay.access_code_id)
    assert (status, kind) == (400, "backup_access_code_pool_not_supported")
