"""What the client reads is what the sandbox holds: each record against the world's own, field by field."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.issue import FieldChange, Issue, IssueKind
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.sandbox import records
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.makers import MAKERS
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.sandbox.world import World
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.errors import BadAnswer, Gone, RateLimited

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SCENARIOS = {"default": {}, "museum": {"scenario": "museum"}, "generated": {"devices": 9, "codes": 90, "seed": 5}}


@pytest.fixture(params=SCENARIOS)
def world_of_any_kind(request: pytest.FixtureRequest) -> Sandbox:
    return create_sandbox(**SCENARIOS[request.param], clock=SandboxClock(NOW, speed=0))


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)


def _close(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < timedelta(milliseconds=2)


def _keys(issues: tuple[Issue, ...]) -> list[tuple[str, str]]:
    return sorted((issue.level.value, issue.code) for issue in issues)


def _expected_errors(world: World, code: records.Code) -> list[tuple[str, str]]:
    """The errors that a code must show, each at the level where its cause sits."""
    own = [("access_code", issue.code) for issue in code.issues if issue.kind == "error"]
    if code.is_offline:
        return sorted(own)
    device = world.devices[code.device_id]
    of_device = [("device", issue.code) for issue in device.issues if issue.kind == "error"]
    of_account = [("connected_account", issue.code) for issue in world.account_issues(device) if issue.kind == "error"]
    return sorted(own + of_device + of_account)


def _same_pin(pin: Pin | None, digits: str | None) -> bool:
    return pin is None if digits is None else pin is not None and pin.equals(Pin(digits))


async def _all(pages: Any) -> list[Any]:
    return [record async for page in pages for record in page]


async def _codes(client: SeamClient, sandbox: Sandbox, page_size: int = 500) -> dict[str, AccessCode]:
    found: list[AccessCode] = []
    for device_id in sandbox.world.devices:
        found += await _all(client.list_access_codes(device_id, page_size))
        found += await _all(client.list_unmanaged_access_codes(device_id, page_size))
    assert len({code.access_code_id for code in found}) == len(found)
    return {code.access_code_id: code for code in found}


async def test_every_code_reads_as_the_world_holds_it(world_of_any_kind, connect) -> None:
    world = world_of_any_kind.world
    codes = await _codes(connect(world_of_any_kind), world_of_any_kind)
    spares = {key for key, code in world.codes.items() if code.managed and code.is_backup and code.ends_at is None}
    assert set(codes) == set(world.codes) - spares
    for key, code in codes.items():
        held = world.codes[key]
        assert code.device_id == held.device_id
        assert code.name == plain_text(held.name)
        assert _same_pin(code.pin, held.code)
        assert code.is_managed == held.managed
        assert code.type is (AccessCodeType.TIME_BOUND if held.time_bound else AccessCodeType.ONGOING)
        assert _close(code.created_at, _time(held.created_at))
        assert _close(code.ends_at, _time(held.ends_at))
        assert code.is_backup == (held.managed and held.is_backup)
        assert code.pulled_backup_access_code_id == (held.pulled_backup_id if held.managed else None)
        assert code.cannot_be_managed == (not held.managed and held.cannot_be_managed)
        assert code.cannot_delete_unmanaged_access_code == (not held.managed and held.cannot_delete)


async def test_errors_stand_at_the_level_of_their_cause_and_warnings_at_their_owner(world_of_any_kind, connect) -> None:
    world = world_of_any_kind.world
    for key, code in (await _codes(connect(world_of_any_kind), world_of_any_kind)).items():
        held = world.codes[key]
        assert _keys(code.errors) == _expected_errors(world, held)
        warnings = sorted(("access_code", issue.code) for issue in held.issues if issue.kind == "warning")
        assert _keys(code.warnings) == warnings
        assert {issue.kind for issue in code.errors} <= {IssueKind.ERROR}


async def test_a_code_read_alone_equals_the_code_read_in_a_list(sandbox, connect) -> None:
    client = connect(sandbox)
    for key, listed in (await _codes(client, sandbox)).items():
        read = client.get_access_code if listed.is_managed else client.get_unmanaged_access_code
        assert await read(key) == listed


async def test_pending_changes_carry_old_and_new_values_with_their_pins_wrapped(world_of_any_kind, connect) -> None:
    world = world_of_any_kind.world
    seen = set()
    for key, code in (await _codes(connect(world_of_any_kind), world_of_any_kind)).items():
        held = world.codes[key]
        expected = [mutation.kind for mutation in held.mutations] if held.managed else []
        assert [mutation.mutation_code for mutation in code.pending_mutations] == expected
        for mutation, wanted in zip(code.pending_mutations, held.mutations, strict=False):
            seen.add(mutation.mutation_code)
            assert _close(mutation.scheduled_at, _time(wanted.scheduled_at))
            for change in mutation.changes:
                old, new = (wanted.before or {})[change.field], (wanted.after or {})[change.field]
                if change.field == "code":
                    assert isinstance(change.old, Pin)
                    assert isinstance(change.new, Pin)
                    assert _same_pin(change.old, old)
                    assert _same_pin(change.new, new)
                elif change.field == "name":
                    assert (change.old, change.new) == (plain_text(old), plain_text(new))
                else:
                    assert _close(change.old, _time(old))
                    assert _close(change.new, _time(new))
            assert {change.field for change in mutation.changes} == set(wanted.after or {})
    assert seen


async def test_devices_read_as_the_world_holds_them(world_of_any_kind, connect) -> None:
    client, world = connect(world_of_any_kind), world_of_any_kind.world
    devices = {device.device_id: device for device in await _all(client.list_devices(page_size=3))}
    assert set(devices) == {key for key, held in world.devices.items() if held.managed}
    for key, device in devices.items():
        held, maker = world.devices[key], MAKERS[world.devices[key].maker]
        assert device == await client.get_device(key)
        assert device.name == plain_text(held.name)
        assert device.manufacturer == maker.name
        assert device.device_type == maker.device_type
        assert device.connected_account_id == held.account_id
        assert device.online == held.online
        assert device.locked == (held.locked if held.online else None)
        assert (device.battery is not None) == (held.online and held.battery is not None)
        assert device.battery is None or device.battery.level == held.battery
        assert device.time_zone == held.time_zone
        assert device.supported_code_lengths == (held.lengths or ())
        assert device.max_active_codes_supported == held.max_codes
        assert [c.constraint_type for c in device.code_constraints] == [c["constraint_type"] for c in held.constraints]
        assert device.can_remotely_lock == (held.has_hub if maker.remote else None)
        assert device.takes_access_codes
        own = [("device", issue.code) for issue in held.issues if issue.kind == "error"]
        inherited = [("connected_account", i.code) for i in world.account_issues(held) if i.kind == "error"]
        assert _keys(device.errors) == sorted(own + inherited)
        warnings = sorted(("device", issue.code) for issue in held.issues if issue.kind == "warning")
        assert _keys(device.warnings) == warnings


async def test_accounts_and_the_workspace_read_as_the_world_holds_them(world_of_any_kind, connect) -> None:
    client, world = connect(world_of_any_kind), world_of_any_kind.world
    workspace = await client.get_workspace()
    assert (workspace.workspace_id, workspace.name) == (world.workspace.workspace_id, world.workspace.name)
    assert workspace.is_sandbox
    accounts = {account.connected_account_id: account for account in await _all(client.list_connected_accounts(2))}
    assert set(accounts) == set(world.accounts)
    for key, account in accounts.items():
        held = world.accounts[key]
        assert account == await client.get_connected_account(key)
        assert account.name == plain_text(held.display_name)
        expected = sorted(("connected_account", issue.code) for issue in held.issues)
        assert _keys(account.issues) == expected


async def test_events_read_as_the_world_holds_them(sandbox, connect) -> None:
    since = NOW - timedelta(hours=6)
    events = await connect(sandbox).list_events(since)
    held = sandbox.world.events_between(since.timestamp(), None)
    assert [event.event_id for event in events] == [event["event_id"] for event in held][:500]
    assert [event.event_type for event in events] == [event["event_type"] for event in held][:500]
    assert [event.access_code_id for event in events] == [event.get("access_code_id") for event in held][:500]
    assert events


async def test_small_pages_give_every_record_once(connect) -> None:
    sandbox = create_sandbox(devices=5, codes=60, seed=3, clock=SandboxClock(NOW, speed=0))
    client = connect(sandbox)
    assert await _codes(client, sandbox, page_size=1) == await _codes(client, sandbox)
    sizes = [len(page) async for page in client.list_devices(page_size=2)]
    assert sizes == [2, 2, 1]


async def test_a_code_of_the_other_kind_reads_as_gone(sandbox, connect) -> None:
    client = connect(sandbox)
    unmanaged = next(key for key, code in sandbox.world.codes.items() if not code.managed)
    with pytest.raises(Gone):
        await client.get_access_code(unmanaged)
    managed = next(key for key, code in sandbox.world.codes.items() if code.managed)
    with pytest.raises(Gone):
        await client.get_unmanaged_access_code(managed)


async def test_a_generated_pin_suits_the_lock_and_creates_nothing(sandbox, connect) -> None:
    client = connect(sandbox)
    before = set(sandbox.world.codes)
    for device_id in (key for key, held in sandbox.world.devices.items() if held.managed):
        device, pin = await client.get_device(device_id), await client.generate_pin(device_id)
        rules = [c for c in device.code_constraints if c.constraint_type != "cannot_specify_pin_code"]
        assert not [p for p in pin.check(tuple(rules), device.supported_code_lengths) if p.blocks]
    assert set(sandbox.world.codes) == before


# -- answers that the sandbox does not give


def _page(codes: list[dict[str, Any]], cursor: str | None = None) -> dict[str, Any]:
    return {"access_codes": codes, "pagination": {"has_next_page": cursor is not None, "next_page_cursor": cursor}}


async def test_a_server_that_gives_the_same_page_twice_is_a_bad_answer(saying, code_body) -> None:
    client = saying(_page([code_body()["access_code"]], "next"))
    with pytest.raises(BadAnswer, match="same page twice"):
        await _all(client.list_access_codes("d1"))


async def test_the_servers_filter_is_not_trusted(saying, code_body) -> None:
    codes = [
        code_body(access_code_id="mine")["access_code"],
        code_body(access_code_id="elsewhere", device_id="d2")["access_code"],
        code_body(access_code_id="unmanaged", is_managed=False)["access_code"],
    ]
    assert [code.access_code_id for code in await _all(saying(_page(codes)).list_access_codes("d1"))] == ["mine"]
    unmanaged = await _all(saying(_page(codes)).list_unmanaged_access_codes("d1"))
    assert [code.access_code_id for code in unmanaged] == ["mine", "unmanaged"]
    assert not any(code.is_managed for code in unmanaged)


async def test_a_server_without_pagination_gives_one_page(saying, code_body) -> None:
    client = saying({"access_codes": [code_body()["access_code"]]})
    assert len(await _all(client.list_access_codes("d1"))) == 1


@pytest.mark.parametrize(
    "pagination", [[1], "next", 7, {"has_next_page": True, "next_page_cursor": ["x"]}, {"has_next_page": True}]
)
async def test_pagination_of_another_shape_is_a_bad_answer_and_not_the_end(saying, code_body, pagination) -> None:
    client = saying({"access_codes": [code_body()["access_code"]], "pagination": pagination})
    with pytest.raises(BadAnswer):
        await _all(client.list_access_codes("d1"))


async def test_a_code_with_the_least_of_fields_is_read(saying) -> None:
    code = await saying({"access_code": {"access_code_id": "c1", "device_id": "d1"}}).get_access_code("c1")
    assert code == AccessCode("c1", "d1", "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.UNKNOWN)


async def test_odd_values_of_a_code_become_none_or_plain_text(saying, code_body) -> None:
    body = code_body(
        name=None, code=None, status="levitating", starts_at="soon", ends_at=5, created_at=None, errors=None,
        warnings=None, pending_mutations=None, is_backup="yes", common_code_key="",
    )  # fmt: skip
    code = await saying(body).get_access_code("c1")
    assert (code.name, code.pin, code.status) == ("", None, AccessCodeStatus.UNKNOWN)
    assert (code.starts_at, code.ends_at, code.created_at) == (None, None, None)
    assert (code.issues, code.pending_mutations, code.is_backup, code.common_code_key) == ((), (), False, None)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
async def test_times_at_the_ends_of_the_calendar_can_be_told_in_every_zone(saying, code_body, text) -> None:
    code = await saying(code_body(ends_at=text)).get_access_code("c1")
    for hours in (-14, 0, 14):
        assert code.ends_at.astimezone(timezone(timedelta(hours=hours))).year in {1, 9999}


async def test_a_hostile_name_becomes_one_line_of_plain_text(saying, code_body) -> None:
    name = "\x1b[31mA\n[@click=app.quit()]B[/]\u202ec" + "x" * 5000
    code = await saying(code_body(name=name)).get_access_code("c1")
    assert code.name == plain_text(name)
    assert code.name.isprintable()
    assert len(code.name) <= 2000


async def test_a_device_with_nothing_but_an_id_is_read(saying) -> None:
    device = await saying({"device": {"device_id": "d1"}}).get_device("d1")
    assert (device.device_id, device.name, device.online, device.battery) == ("d1", "", None, None)
    assert (device.code_constraints, device.supported_code_lengths, device.issues) == ((), (), ())


async def test_numbers_of_a_device_may_be_floats_and_worse(saying, device_body) -> None:
    properties = {
        "supported_code_lengths": [4.0, 6, "eight", None, float("nan")],
        "max_active_codes_supported": 30.0,
        "battery": {"level": 1, "status": None},
        "online": "yes",
        "code_constraints": [{"constraint_type": "name_length", "max_length": 14.0}, {}],
    }
    device = await saying(device_body(properties=properties)).get_device("d1")
    assert device.supported_code_lengths == (4, 6)
    assert device.max_active_codes_supported == 30
    assert isinstance(device.max_active_codes_supported, int)
    assert (device.battery.level, device.battery.status) == (1, None)
    assert device.online is None
    assert device.code_constraints[0].max_length == 14


@pytest.mark.parametrize("level", [float("nan"), float("inf"), True, "0.5", None])
async def test_a_battery_level_that_is_no_number_is_not_known(saying, device_body, level) -> None:
    device = await saying(device_body(properties={"battery": {"level": level, "status": "low"}})).get_device("d1")
    assert device.battery is not None
    assert device.battery.level is None


async def test_a_workspace_that_does_not_say_counts_as_production(saying) -> None:
    workspace = await saying({"workspace": {"workspace_id": "w1"}}).get_workspace()
    assert not workspace.is_sandbox
    assert workspace.name == "(no name)"


async def test_an_event_without_a_time_is_left_out(saying) -> None:
    body = {"events": [{"event_id": "e1", "event_type": "x"}, {"event_id": "e2", "created_at": "2026-11-22T15:00:00Z"}]}
    assert [event.event_id for event in await saying(body).list_events(NOW)] == ["e2"]


def test_field_changes_keep_their_pins_masked() -> None:
    change = FieldChange("code", Pin("482915"), Pin("193746"))
    assert "482915" not in repr(change)
    assert "193746" not in str(change)


async def test_429s_are_counted_also_where_the_read_goes_through_at_last(sandbox, connect) -> None:
    client = connect(sandbox)
    sandbox.faults.add(FaultRule("status", status=429, count=2))
    await client.get_workspace()
    assert client.refusals == 2
    sandbox.faults.add(FaultRule("status", status=429))
    with pytest.raises(RateLimited):
        await client.get_workspace()
    assert client.refusals == 5
    with pytest.raises(RateLimited):
        await client.delete_access_code("any")
    assert client.refusals == 5, "a lock's limit of writes says nothing about reads"
