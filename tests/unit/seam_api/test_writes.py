"""What the client writes is what the sandbox then holds; locks are waited for on the clock that is handed in."""

from datetime import UTC, datetime, timedelta

import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.pin import Pin
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import Sandbox
from seam_tui.seam_api.client import ATTEMPT_TIMEOUT, ActionAttempt
from seam_tui.seam_api.errors import ActionFailed, BadAnswer, Gone, SeamFailure

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


class SharedClock(ManualClock):
    """The client's clock; each sleep on it moves the sandbox's, too."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        super().__init__(NOW)
        self._sandbox = sandbox
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        if self._sandbox is not None:
            self._sandbox.clock.advance(timedelta(seconds=seconds))


def _plain_code(sandbox: Sandbox, **wanted):
    return next(
        code
        for code in sandbox.world.codes.values()
        if code.managed and not code.is_offline and not code.mutations and not code.issues and not code.is_backup
        if sandbox.world.reachable(sandbox.world.devices[code.device_id])
        if all(getattr(code, name) == value for name, value in wanted.items())
    )


def _lock(sandbox: Sandbox, *, online: bool = True) -> str:
    world = sandbox.world
    return next(
        key
        for key, device in world.devices.items()
        if device.managed and device.has_hub and world.reachable(device) == online and device.maker not in ("keynest",)
    )


async def test_an_update_changes_what_is_given_and_nothing_else(sandbox, connect) -> None:
    code = _plain_code(sandbox)
    starts_at, ends_at = NOW + timedelta(days=1), NOW + timedelta(days=2)
    await connect(sandbox).update_access_code(
        code.access_code_id, pin=Pin("246135"), name="New", starts_at=starts_at, ends_at=ends_at,
        code_type=AccessCodeType.TIME_BOUND,
    )  # fmt: skip
    after = {key: value for mutation in code.mutations for key, value in mutation.after.items()}
    expected = {"code": "246135", "name": "New", "starts_at": starts_at.timestamp(), "ends_at": ends_at.timestamp()}
    assert after == expected
    other = _plain_code(sandbox)
    await connect(sandbox).update_access_code(other.access_code_id, name="Only the name")
    assert [mutation.kind for mutation in other.mutations] == ["updating_name"]


async def test_a_time_bound_code_becomes_ongoing(sandbox, connect) -> None:
    code = _plain_code(sandbox, time_bound=True)
    await connect(sandbox).update_access_code(code.access_code_id, code_type=AccessCodeType.ONGOING)
    assert code.mutations[0].after == {"starts_at": None, "ends_at": None}


@pytest.mark.parametrize("pin", [Pin("246135"), None])
async def test_a_new_code_is_made_as_it_was_asked_for(sandbox, connect, pin) -> None:
    starts_at, ends_at = NOW + timedelta(days=1), NOW + timedelta(days=2)
    lock = sandbox.world.devices[_plain_code(sandbox).device_id]
    lock.lengths, lock.constraints = None, ()
    made = await connect(sandbox).create_access_code(
        lock.device_id, name="Guest [/]", pin=pin, starts_at=starts_at, ends_at=ends_at,
        is_external_modification_allowed=True,
    )  # fmt: skip
    held = sandbox.world.codes[made.access_code_id]
    assert (held.name, held.starts_at, held.ends_at) == ("Guest [/]", starts_at.timestamp(), ends_at.timestamp())
    assert (held.device_id, held.external_allowed, made.is_managed) == (lock.device_id, True, True)
    assert made.pin == Pin(held.code)
    assert pin is None or held.code == "246135"


async def test_an_ongoing_code_is_made_without_times(sandbox, connect) -> None:
    made = await connect(sandbox).create_access_code(_plain_code(sandbox).device_id, name="Cleaner")
    assert not made.is_time_bound
    assert not sandbox.world.codes[made.access_code_id].external_allowed


async def test_a_new_code_whose_answer_says_nothing_may_have_been_made(saying) -> None:
    with pytest.raises(SeamFailure) as caught:
        await saying({"access_code": {"code": "246135"}}).create_access_code("d1", pin=Pin("246135"))
    assert caught.value.outcome_unknown
    assert "246135" not in str(caught.value)


async def test_deleting_ends_in_gone(sandbox, connect) -> None:
    client, code = connect(sandbox), _plain_code(sandbox)
    await client.delete_access_code(code.access_code_id)
    assert (await client.get_access_code(code.access_code_id)).is_being_deleted
    sandbox.clock.advance(timedelta(hours=1))
    with pytest.raises(Gone):
        await client.get_access_code(code.access_code_id)


async def test_unmanaged_codes_are_converted_or_deleted(sandbox, connect) -> None:
    client = connect(sandbox)
    first, second = [
        code for code in sandbox.world.codes.values()
        if not code.managed and not code.cannot_be_managed and not code.cannot_delete
    ][:2]  # fmt: skip
    await client.convert_to_managed(first.access_code_id)
    await client.delete_unmanaged_access_code(second.access_code_id)
    sandbox.clock.advance(timedelta(hours=1))
    assert (await client.get_access_code(first.access_code_id)).is_managed
    assert second.access_code_id not in sandbox.world.codes


def _backed(sandbox: Sandbox):
    world = sandbox.world
    return next(
        code
        for code in world.codes.values()
        if code.managed and code.time_bound and not code.is_backup and world.devices[code.device_id].pool
        if code.pulled_backup_id is None and not code.is_offline
    )


async def test_a_pulled_backup_comes_back_as_the_backup_with_its_pin(sandbox, connect) -> None:
    code = _backed(sandbox)
    backup = await connect(sandbox).pull_backup_access_code(code.access_code_id)
    held = sandbox.world.codes[code.pulled_backup_id]
    assert backup.is_backup
    assert backup.access_code_id == held.access_code_id
    assert backup.pin.equals(Pin(held.code))


async def test_an_answer_that_is_the_original_is_followed_to_its_backup(saying, code_body) -> None:
    original = code_body(pulled_backup_access_code_id="b1")
    backup = code_body(access_code_id="b1", is_backup=True, code="777123")
    client = saying({**original, "backup_access_code": backup["access_code"]}, original, backup)
    assert (await client.pull_backup_access_code("c1")).access_code_id == "b1"


async def test_a_pull_without_a_backup_anywhere_is_a_bad_answer(saying, code_body) -> None:
    with pytest.raises(BadAnswer, match="no backup"):
        await saying(code_body()).pull_backup_access_code("c1")


async def test_trouble_after_the_pull_was_taken_leaves_the_outcome_unknown(saying, code_body, refused) -> None:
    """The backup is in use by then: "it is gone" or "too many requests" would be a lie."""
    for status in (404, 429, 403):
        with pytest.raises(SeamFailure) as caught:
            await saying(code_body(), refused(status)).pull_backup_access_code("c1")
        assert caught.value.outcome_unknown


async def test_a_lock_that_answers_is_waited_for(sandbox, connect) -> None:
    clock = SharedClock(sandbox)
    client = connect(sandbox, clock=clock)
    device_id = _lock(sandbox)
    assert await client.unlock_door(device_id) == ActionAttempt(is_pending=False, was_confirmed_by_device=True)
    assert not sandbox.world.devices[device_id].locked
    assert await client.lock_door(device_id) == ActionAttempt(is_pending=False, was_confirmed_by_device=True)
    assert sandbox.world.devices[device_id].locked
    assert clock.slept


async def test_a_lock_that_is_offline_is_said_to_have_failed(sandbox, connect) -> None:
    with pytest.raises(ActionFailed) as caught:
        await connect(sandbox, clock=SharedClock(sandbox)).lock_door(_lock(sandbox, online=False))
    assert caught.value.error_type == "device_disconnected"
    assert not caught.value.outcome_unknown
    assert "offline" in caught.value.what


async def test_a_lock_that_does_not_answer_in_time_is_neither_failed_nor_done(sandbox, connect) -> None:
    clock = SharedClock()
    attempt = await connect(sandbox, clock=clock).lock_door(_lock(sandbox))
    assert attempt == ActionAttempt(is_pending=True)
    assert sum(clock.slept) == pytest.approx(ATTEMPT_TIMEOUT)


@pytest.mark.parametrize(
    "attempt", [{}, {"status": None}, {"status": "queued"}, {"status": "done", "action_type": "LOCK_DOOR"}]
)
async def test_an_attempt_that_does_not_say_success_is_no_success(saying, attempt) -> None:
    with pytest.raises(BadAnswer) as caught:
        await saying({"action_attempt": {"action_attempt_id": "a1", **attempt}}).lock_door("d1")
    assert caught.value.outcome_unknown


async def test_an_attempt_that_failed_says_why_whatever_its_shape(saying) -> None:
    for error in ({"type": "odd", "message": "It jammed."}, None, {}):
        body = {"action_attempt_id": "a1", "action_type": "LOCK_DOOR", "status": "error", "error": error}
        with pytest.raises(ActionFailed) as caught:
            await saying({"action_attempt": body}).lock_door("d1")
        assert caught.value.what.endswith(".")


@pytest.mark.parametrize("status", [404, 429, 401])
async def test_trouble_while_waiting_for_a_lock_leaves_the_outcome_unknown(sandbox, connect, status) -> None:
    sandbox.faults.add(FaultRule("status", "/action_attempts/get", status=status))
    with pytest.raises(SeamFailure) as caught:
        await connect(sandbox, clock=SharedClock(sandbox)).lock_door(_lock(sandbox))
    assert caught.value.outcome_unknown


async def test_a_time_zone_is_reported_and_an_account_synced_and_reconnected(sandbox, connect) -> None:
    client, world = connect(sandbox), sandbox.world
    device = next(d for d in world.devices.values() if d.managed)
    await client.report_time_zone(device.device_id, "Europe/Lisbon")
    assert world.devices[device.device_id].time_zone == "Europe/Lisbon"
    await client.sync_connected_account(device.account_id)
    url = await client.create_connect_webview()
    assert url.startswith("https://")
    assert len(world.webviews) == 1


async def test_the_code_lengths_of_a_smartthings_lock_are_reported(sandbox, connect) -> None:
    lock = next(d for d in sandbox.world.devices.values() if d.managed)
    lock.maker = "smartthings"
    await connect(sandbox).report_code_lengths(lock.device_id, (5, 8))
    assert lock.lengths == (5, 8)


async def test_the_grant_that_owns_a_code_is_found_by_the_code(sandbox, connect) -> None:
    grant = next(iter(sandbox.world.grants.values()))
    (found,) = await connect(sandbox).find_access_grants(grant.code_ids[0])
    assert (found.access_grant_id, found.starts_at.timestamp()) == (grant.grant_id, grant.starts_at)
    assert found.access_method_count == len(grant.method_ids)
    assert await connect(sandbox).find_access_grants(_plain_code(sandbox).access_code_id) == ()
