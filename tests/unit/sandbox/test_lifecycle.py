"""A code's life on a lock, over a clock that the test drives."""

from typing import Any


def errors(code: dict[str, Any]) -> set[str]:
    return {error["error_code"] for error in code["errors"]}


def warnings(code: dict[str, Any]) -> set[str]:
    return {warning["warning_code"] for warning in code["warnings"]}


def pending(code: dict[str, Any]) -> list[str]:
    return [mutation["mutation_code"] for mutation in code["pending_mutations"]]


async def make(drive: Any, lock: str, **params: Any) -> str:
    created = await drive.ask("/access_codes/create", device_id=lock, **params)
    code_id: str = created["access_code"]["access_code_id"]
    return code_id


async def test_a_new_code_is_pending_until_the_lock_confirms(drive: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), name="Ada")
    before = await sandbox.code(code_id)
    assert (before["status"], pending(before)) == ("setting", ["creating"])
    sandbox.wait(seconds=5)
    after = await sandbox.code(code_id)
    assert (after["status"], pending(after)) == ("set", [])
    types = await sandbox.event_types(access_code_id=code_id)
    assert types == [f"access_code.{name}" for name in ("created", "mutations_requested", "set_on_device", "issued")]


async def test_a_natively_scheduled_code_is_on_the_lock_but_unset_until_its_start(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), starts_at=moment(hours=5), ends_at=moment(hours=9))
    sandbox.wait(seconds=5)
    waiting = await sandbox.code(code_id)
    assert (waiting["status"], waiting["is_scheduled_on_device"]) == ("unset", True)
    sandbox.wait(hours=5)
    valid = await sandbox.code(code_id)
    assert (valid["status"], valid["is_scheduled_on_device"]) == ("set", False)


async def test_a_code_for_next_month_waits_until_72_hours_before_its_start(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), starts_at=moment(days=30), ends_at=moment(days=32))
    code = await sandbox.code(code_id)
    assert pending(code) == ["deferring_creation"]
    assert code["pending_mutations"][0]["scheduled_at"] == moment(days=27)
    sandbox.wait(days=27, seconds=5)
    assert (await sandbox.code(code_id))["is_scheduled_on_device"]


async def test_a_code_without_native_scheduling_is_set_an_hour_before_its_start(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    span = {"starts_at": moment(hours=10), "ends_at": moment(hours=20)}
    code_id = await make(sandbox, sandbox.lock(), prefer_native_scheduling=False, **span)
    assert (await sandbox.code(code_id))["pending_mutations"][0]["scheduled_at"] == moment(hours=9)


async def test_an_ended_code_leaves_the_lock_and_answers_404(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), starts_at=moment(minutes=-5), ends_at=moment(hours=1))
    sandbox.wait(hours=1, seconds=1)
    assert (await sandbox.code(code_id))["status"] == "removing"
    sandbox.wait(seconds=10)
    assert await sandbox.refused("/access_codes/get", access_code_id=code_id) == (404, "access_code_not_found")


async def test_an_update_shows_from_and_to_until_it_is_applied(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), name="Ada", code="4831", starts_at=moment(), ends_at=moment(hours=9))
    sandbox.wait(seconds=5)
    answer = await sandbox.ask(
        "/access_codes/update", access_code_id=code_id, code="5926", name="Ada L", ends_at=moment(hours=11)
    )
    assert answer["action_attempt"]["status"] == "pending"
    code = await sandbox.code(code_id)
    assert pending(code) == ["updating_code", "updating_name", "updating_time_frame"]
    assert [(m["from"], m["to"]) for m in code["pending_mutations"][:2]] == [
        ({"code": "4831"}, {"code": "5926"}),
        ({"name": "Ada"}, {"name": "Ada L"}),
    ]
    assert code["code"] == "4831"
    sandbox.wait(seconds=5)
    code = await sandbox.code(code_id)
    assert (code["code"], code["name"], code["ends_at"], pending(code)) == ("5926", "Ada L", moment(hours=11), [])
    types = set(await sandbox.event_types(access_code_id=code_id))
    assert {f"access_code.{kind}_changed" for kind in ("code", "name", "time_frame")} <= types
    attempt_id = answer["action_attempt"]["action_attempt_id"]
    attempt = await sandbox.ask("/action_attempts/get", action_attempt_id=attempt_id)
    assert attempt["action_attempt"]["status"] == "success"


async def test_a_time_bound_code_becomes_ongoing_when_asked(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock(), starts_at=moment(), ends_at=moment(hours=1))
    sandbox.wait(seconds=5)
    await sandbox.ask("/access_codes/update", access_code_id=code_id, type="ongoing")
    sandbox.wait(hours=3)
    code = await sandbox.code(code_id)
    assert (code["type"], code["status"], "ends_at" in code) == ("ongoing", "set", False)


async def test_a_deleted_code_answers_404_once_the_lock_confirms(drive: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock())
    sandbox.wait(seconds=5)
    await sandbox.ask("/access_codes/delete", access_code_id=code_id)
    leaving = await sandbox.code(code_id)
    assert (leaving["status"], pending(leaving), warnings(leaving)) == ("removing", ["deleting"], {"being_deleted"})
    sandbox.wait(seconds=5)
    assert await sandbox.refused("/access_codes/get", access_code_id=code_id) == (404, "access_code_not_found")
    types = await sandbox.event_types(access_code_id=code_id)
    assert types[-2:] == ["access_code.removed_from_device", "access_code.deleted"]


async def test_an_offline_lock_turns_waiting_into_a_delay_and_then_an_error_and_back(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    code_id = await make(sandbox, lock)
    sandbox.wait(seconds=61)
    assert "delay_in_setting_on_device" in warnings(await sandbox.code(code_id))
    sandbox.wait(minutes=5)
    late = await sandbox.code(code_id)
    assert errors(late) == {"failed_to_set_on_device", "device_disconnected"}
    assert "delay_in_setting_on_device" not in warnings(late)
    await sandbox.ask("/devices/simulate/connect", device_id=lock)
    sandbox.wait(seconds=5)
    code = await sandbox.code(code_id)
    assert (code["status"], code["errors"], code["warnings"]) == ("set", [], [])


async def test_a_code_that_misses_its_start_has_failed_to_issue(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    code_id = await make(sandbox, lock, starts_at=moment(minutes=30), ends_at=moment(hours=5))
    sandbox.wait(minutes=25)
    assert "delay_in_issuing" in warnings(await sandbox.code(code_id))
    sandbox.wait(minutes=6)
    assert "failed_to_issue" in errors(await sandbox.code(code_id))
    assert "access_code.failed_to_issue" in await sandbox.event_types(access_code_id=code_id)


async def test_a_code_that_cannot_be_removed_after_its_end_has_failed_to_delete(drive: Any, moment: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    code_id = await make(sandbox, lock, starts_at=moment(), ends_at=moment(hours=1))
    sandbox.wait(seconds=5)
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    sandbox.wait(hours=1, minutes=10)
    assert "failed_to_delete" in errors(await sandbox.code(code_id))


async def test_an_update_on_an_offline_lock_fails_and_the_old_pin_stays(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    code_id = await make(sandbox, lock, code="4831")
    sandbox.wait(seconds=5)
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    answer = await sandbox.ask("/access_codes/update", access_code_id=code_id, code="5926")
    sandbox.wait(minutes=6)
    code = await sandbox.code(code_id)
    assert (code["code"], "failed_to_update" in errors(code)) == ("4831", True)
    attempt_id = answer["action_attempt"]["action_attempt_id"]
    attempt = await sandbox.ask("/action_attempts/get", action_attempt_id=attempt_id)
    assert attempt["action_attempt"]["error"]["type"] == "failed_to_update"


async def test_an_error_of_the_lock_stands_on_each_of_its_codes_and_goes_with_it(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    codes = (await sandbox.ask("/access_codes/list", device_id=lock))["access_codes"]
    assert codes
    for code in codes:
        (error,) = (error for error in code["errors"] if error["error_code"] == "device_disconnected")
        assert error["is_device_error"] is True
    await sandbox.ask("/devices/simulate/connect", device_id=lock)
    codes = (await sandbox.ask("/access_codes/list", device_id=lock))["access_codes"]
    assert not any(code["errors"] for code in codes)


async def test_an_error_of_the_account_stands_on_its_locks_and_their_codes(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = await sandbox.device(sandbox.lock("schlage"))
    await sandbox.ask("/connected_accounts/simulate/disconnect", connected_account_id=lock["connected_account_id"])
    lock = await sandbox.device(lock["device_id"])
    codes = (await sandbox.ask("/access_codes/list", device_id=lock["device_id"]))["access_codes"]
    for record in (lock, *codes):
        (error,) = record["errors"]
        flags = (error["is_connected_account_error"], error["is_device_error"])
        assert (error["error_code"], flags) == ("account_disconnected", (True, False))
    assert {code["status"] for code in codes} == {"unknown"}


async def test_a_lock_command_succeeds_within_seconds_and_fails_on_an_offline_lock(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    for online, status in ((True, "success"), (False, "error")):
        if not online:
            await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
        attempt = (await sandbox.ask("/locks/unlock_door", device_id=lock))["action_attempt"]
        assert attempt["status"] == "pending"
        sandbox.wait(seconds=2)
        attempt = await sandbox.ask("/action_attempts/get", action_attempt_id=attempt["action_attempt_id"])
        assert attempt["action_attempt"]["status"] == status
    types = await sandbox.event_types(device_id=lock)
    assert "lock.unlocked" in types
    assert "action_attempt.unlock_door.failed" in types


async def test_the_default_world_moves_while_you_look(drive: Any) -> None:
    sandbox = drive()
    lock = next(d for d in sandbox.world.devices.values() if d.name == "Lighthouse 2B").device_id
    slow = next(c for c in sandbox.world.codes.values() if c.name == "Jonas Berg").access_code_id
    assert "delay_in_setting_on_device" in warnings(await sandbox.code(slow))
    sandbox.wait(seconds=35)
    assert (await sandbox.code(slow))["warnings"] == []
    assert (await sandbox.device(lock))["properties"]["online"]
    sandbox.wait(seconds=10)
    assert not (await sandbox.device(lock))["properties"]["online"]
    sandbox.wait(seconds=130)
    assert (await sandbox.device(lock))["errors"] == []


async def test_a_refused_change_of_pin_ends_with_the_wish_for_the_old_one(drive: Any) -> None:
    sandbox = drive("healthy")
    code_id = await make(sandbox, sandbox.lock("ttlock"), code="4631")
    sandbox.wait(seconds=5)
    answer = await sandbox.ask("/access_codes/update", access_code_id=code_id, code="7890")
    sandbox.wait(seconds=5)
    refused = await sandbox.code(code_id)
    assert (refused["code"], errors(refused), pending(refused)) == (
        "4631",
        {"code_constraints_violated"},
        ["updating_code"],
    )
    attempt_id = answer["action_attempt"]["action_attempt_id"]
    attempt = await sandbox.ask("/action_attempts/get", action_attempt_id=attempt_id)
    assert attempt["action_attempt"]["error"]["type"] == "code_constraints_violated"
    await sandbox.ask("/access_codes/update", access_code_id=code_id, code="4631")
    settled = await sandbox.code(code_id)
    assert (settled["errors"], settled["pending_mutations"]) == ([], [])


async def test_what_is_asked_of_an_offline_lock_is_done_when_it_returns(drive: Any) -> None:
    sandbox = drive("healthy")
    lock = sandbox.lock("august")
    leaving = await make(sandbox, lock)
    changing = await make(sandbox, lock, name="Ada")
    sandbox.wait(seconds=5)
    await sandbox.ask("/devices/simulate/disconnect", device_id=lock)
    await sandbox.ask("/access_codes/delete", access_code_id=leaving)
    await sandbox.ask("/access_codes/update", access_code_id=changing, name="Ada L")
    sandbox.wait(hours=1)
    assert "failed_to_remove_from_device" in errors(await sandbox.code(leaving))
    await sandbox.ask("/devices/simulate/connect", device_id=lock)
    sandbox.wait(seconds=5)
    assert (await sandbox.refused("/access_codes/get", access_code_id=leaving))[0] == 404
    changed = await sandbox.code(changing)
    assert (changed["name"], changed["errors"], changed["pending_mutations"]) == ("Ada L", [], [])
