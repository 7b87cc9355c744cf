"""The worlds that a sandbox starts as."""

import json
import re
from typing import Any

import pytest

from seam_tui.sandbox.scenarios import MOST_TRACEABLE, SCENARIOS
from seam_tui.sandbox.server import create_sandbox

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


async def state(sandbox: Any) -> dict[str, Any]:
    sandbox.sandbox.control = True
    body: dict[str, Any] = (await sandbox.http.get("/_sandbox/state")).json()
    return body


async def story(sandbox: Any, **options: Any) -> tuple[Any, Any]:
    first = await state(sandbox)
    sandbox.wait(hours=7)
    return first, await state(sandbox)


@pytest.mark.parametrize("options", [{"scenario": name} for name in SCENARIOS] + [{"devices": 9, "codes": 90}])
async def test_the_same_seed_tells_the_same_story(drive: Any, options: dict[str, Any]) -> None:
    assert await story(drive(**options, seed=5)) == await story(drive(**options, seed=5))


async def test_another_seed_tells_another_story(drive: Any) -> None:
    assert await state(drive(seed=1)) != await state(drive(seed=2))


async def test_reading_changes_nothing(drive: Any) -> None:
    quiet, busy = drive(), drive()
    for _ in range(20):
        await busy.ask("/devices/list")
    assert await state(quiet) == await state(busy)


def test_an_unknown_scenario_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="default, museum, healthy, empty"):
        create_sandbox("nightmare")


async def test_the_default_world_has_what_a_person_on_duty_meets(drive: Any) -> None:
    sandbox = drive()
    world = sandbox.world
    makers = {device.maker for device in world.devices.values()}
    zones = {device.time_zone for device in world.devices.values()} - {None}
    assert len([d for d in world.devices.values() if d.managed]) >= 14
    assert len(makers) >= 6
    assert len(zones) >= 3
    assert 3 <= len(world.accounts) <= 6
    assert len(world.codes) >= 80
    batteries = [device.battery for device in world.devices.values() if device.battery is not None]
    assert [sum(low < level <= high for level in batteries) for low, high in ((0, 0.05), (0.05, 0.2))] == [1, 1]
    kinds = {mutation.kind for code in world.codes.values() for mutation in code.mutations}
    assert {"creating", "deleting", "updating_code", "updating_name", "updating_time_frame"} <= kinds
    assert any(grant.code_ids for grant in world.grants.values())
    keys = [code.common_code_key for code in world.codes.values() if code.common_code_key]
    assert len(keys) > len(set(keys))
    duplicate = sandbox.exhibit("access_code", "duplicate_code_on_device").issues[0]
    assert not world.codes[duplicate.extra["unmanaged_access_code_id"]].managed


async def test_the_healthy_world_has_no_issue_anywhere(drive: Any) -> None:
    body = await state(drive("healthy"))
    records = [*body["connected_accounts"], *body["devices"], *body["access_codes"]]
    assert records
    assert not any(record["errors"] or record["warnings"] for record in records)


async def test_the_museum_shows_every_code_at_its_own_level(drive: Any) -> None:
    body = await state(drive("museum"))
    shown = set()
    for code in body["access_codes"]:
        shown |= {("code", e["error_code"]) for e in code["errors"] if e.get("is_access_code_error")}
        shown |= {("device", e["error_code"]) for e in code["errors"] if e.get("is_device_error")}
        shown |= {("account", e["error_code"]) for e in code["errors"] if e.get("is_connected_account_error")}
        shown |= {("bridge", e["error_code"]) for e in code["errors"] if e.get("is_bridge_error")}
        shown |= {("code", w["warning_code"]) for w in code["warnings"]}
    for device in body["devices"]:
        shown |= {("device", w["warning_code"]) for w in device["warnings"]}
    for account in body["connected_accounts"]:
        shown |= {("account", w["warning_code"]) for w in account["warnings"]}
    assert len(shown) == 107


@pytest.mark.parametrize("options", [{}, {"scenario": "museum"}, {"devices": 60, "codes": 600}])
async def test_a_traceable_world_holds_no_pin_by_chance(drive: Any, options: dict[str, Any]) -> None:
    sandbox = drive(**options, traceable=True)
    lock = next(d for d in sandbox.world.devices.values() if d.managed).device_id
    await sandbox.ask("/access_codes/create", device_id=lock)
    sandbox.wait(minutes=10)
    body = await state(sandbox)
    since = {"since": "2020-01-01T00:00:00Z", "limit": 100_000}
    events = (await sandbox.ask("/events/list", **since))["events"]
    secret = {"code", "message", "from", "to", "modified_fields", "changed_properties", "requested_mutations",
              "access_code_errors"}  # fmt: skip

    def open_texts(node: Any) -> list[str]:
        if isinstance(node, dict):
            return [text for key, value in node.items() if key not in secret for text in open_texts(value)]
        if isinstance(node, list):
            return [text for item in node for text in open_texts(item)]
        return [json.dumps(node, ensure_ascii=False)]

    haystack = "\n".join(open_texts(body) + open_texts(events))
    pins = sandbox.world.pins()
    assert pins
    assert [pin for pin in pins if pin in haystack] == []
    assert all(len(pin) >= 6 for pin in pins)


def test_a_traceable_world_that_would_run_out_of_pins_is_refused_at_once() -> None:
    most = create_sandbox(devices=10, codes=MOST_TRACEABLE, traceable=True)
    assert len(most.world.codes) == MOST_TRACEABLE
    with pytest.raises(ValueError, match="at most 5,000 codes"):
        create_sandbox(devices=10, codes=MOST_TRACEABLE + 1, traceable=True)


async def test_every_guest_of_a_traceable_world_has_a_word_of_their_own(drive: Any) -> None:
    sandbox = drive(traceable=True)
    names = [code.name for code in sandbox.world.codes.values() if not code.is_backup or code.ends_at]
    assert len(names) == len(set(names))
    assert not [name for name in names for other in names if name != other and name in other]


async def test_every_id_is_a_uuid(drive: Any) -> None:
    for options in ({}, {"traceable": True}, {"devices": 5, "codes": 50}):
        body = await state(drive(**options))
        for kind, key in (("devices", "device_id"), ("access_codes", "access_code_id")):
            assert all(UUID.fullmatch(record[key]) for record in body[kind])


def test_a_large_world_has_as_many_devices_and_codes_as_are_asked_for() -> None:
    world = create_sandbox(devices=1_000, codes=10_000).world
    assert (len(world.devices), len(world.codes)) == (1_000, 10_000)
