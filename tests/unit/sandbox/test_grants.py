"""Access grants own their codes: what is done through a grant stays, what is done past it is put back."""

from typing import Any

import pytest

from seam_tui.sandbox.clock import iso, parse_time


async def the_grant(sandbox: Any, doors: int) -> dict[str, Any]:
    grants = (await sandbox.ask("/access_grants/list"))["access_grants"]
    found: dict[str, Any] = next(grant for grant in grants if len(grant["access_method_ids"]) == doors)
    return found


async def codes_of(sandbox: Any, grant: dict[str, Any]) -> list[dict[str, Any]]:
    found = await sandbox.ask("/access_codes/list", access_grant_id=grant["access_grant_id"])
    codes: list[dict[str, Any]] = found["access_codes"]
    return codes


def kept(code: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(code.get(key) for key in ("code", "name", "starts_at", "ends_at"))


async def test_a_grant_has_a_code_on_each_of_its_doors_for_the_same_time(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=2)
    codes = await codes_of(sandbox, grant)
    assert len({code["device_id"] for code in codes}) == 2
    assert {(code["starts_at"], code["ends_at"]) for code in codes} == {(grant["starts_at"], grant["ends_at"])}
    for code in codes:
        (owner,) = (await sandbox.ask("/access_grants/list", access_code_id=code["access_code_id"]))["access_grants"]
        assert owner["access_grant_id"] == grant["access_grant_id"]


async def test_new_times_of_a_grant_reach_all_its_codes_and_leave_their_pins(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=2)
    before = await codes_of(sandbox, grant)
    later = iso(parse_time(grant["ends_at"]) + 3600)
    wanted = {"access_grant_id": grant["access_grant_id"], "ends_at": later}
    answer = await sandbox.http.patch("/access_grants/update", json=wanted)
    assert answer.status_code == 200
    for code in await codes_of(sandbox, grant):
        (mutation,) = code["pending_mutations"]
        assert (mutation["mutation_code"], mutation["to"]["ends_at"]) == ("updating_time_frame", later)
    sandbox.wait(seconds=30)
    after = await codes_of(sandbox, grant)
    assert all(not code["pending_mutations"] for code in after)
    assert [(code["access_code_id"], code["code"]) for code in after] == [
        (code["access_code_id"], code["code"]) for code in before
    ]
    assert {(code["starts_at"], code["ends_at"]) for code in after} == {(grant["starts_at"], later)}
    assert "access_grant.access_times_changed" in await sandbox.event_types()


async def test_a_grant_that_is_deleted_takes_all_its_codes_with_it(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=2)
    codes = await codes_of(sandbox, grant)
    answer = await sandbox.http.delete("/access_grants/delete", params={"access_grant_id": grant["access_grant_id"]})
    assert answer.status_code == 200
    for code in codes:
        shown = await sandbox.code(code["access_code_id"])
        assert [mutation["mutation_code"] for mutation in shown["pending_mutations"]] == ["deleting"]
    sandbox.wait(minutes=2)
    for code in codes:
        assert (await sandbox.refused("/access_codes/get", access_code_id=code["access_code_id"]))[0] == 404
    gone = {"access_grant_id": grant["access_grant_id"]}
    for path in ("get", "update", "delete"):
        assert (await sandbox.refused(f"/access_grants/{path}", **gone))[0] == 404
    assert "access_grant.deleted" in await sandbox.event_types()


@pytest.mark.parametrize("change", ["code", "name", "times", "type"])
async def test_a_code_that_is_changed_past_its_grant_gets_its_old_values_back(drive: Any, change: str) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=1)
    (code,) = await codes_of(sandbox, grant)
    until = iso(parse_time(grant["ends_at"]) + 3600)
    values = {"code": {"code": "536142"}, "name": {"name": "Somebody"}, "times": {"ends_at": until},
              "type": {"type": "ongoing"}}[change]  # fmt: skip
    await sandbox.ask("/access_codes/update", access_code_id=code["access_code_id"], **values)
    sandbox.wait(seconds=5)
    assert kept(await sandbox.code(code["access_code_id"])) != kept(code)
    sandbox.wait(seconds=30)
    assert kept(await sandbox.code(code["access_code_id"])) == kept(code)


async def test_a_code_that_is_deleted_past_its_grant_comes_back_as_another(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=1)
    (code,) = await codes_of(sandbox, grant)
    await sandbox.ask("/access_codes/delete", access_code_id=code["access_code_id"])
    sandbox.wait(seconds=5)
    assert await codes_of(sandbox, grant) == []
    sandbox.wait(seconds=30)
    (successor,) = await codes_of(sandbox, grant)
    assert successor["status"] == "set"
    assert kept(successor)[1:] == kept(code)[1:]
    assert successor["access_code_id"] != code["access_code_id"]
    assert successor["code"] != code["code"]


async def test_a_code_whose_grant_has_ended_stays_gone(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=1)
    sandbox.wait(seconds=parse_time(grant["ends_at"]) - sandbox.world.now + 60)
    assert await codes_of(sandbox, grant) == []


async def test_the_times_of_a_grant_are_checked(drive: Any) -> None:
    sandbox = drive()
    grant = await the_grant(sandbox, doors=1)
    wanted = {"access_grant_id": grant["access_grant_id"]}
    for times in ({"ends_at": "2020-01-01T00:00:00Z"}, {"starts_at": grant["ends_at"]}, {"ends_at": "soon"}):
        assert await sandbox.refused("/access_grants/update", **wanted, **times) == (400, "invalid_input")
    assert await the_grant(sandbox, doors=1) == grant
