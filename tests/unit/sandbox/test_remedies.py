"""The remedies that Seam's guides name really end the trouble in the museum."""

from typing import Any

import pytest

PIN_TROUBLE = [
    "code_constraints_violated",
    "duplicate_code_on_device",
    "august_lock_bad_access_code_format",
    "august_lock_invalid_code_length",
    "kwikset_unable_to_confirm_code",
    "conflicting_unmanaged_access_code_id",
    "duplicate_code_attempt_prevented",
    "access_code_state_unconfirmed",
    "wyze_potential_duplicate_code",
    "schlage_detected_duplicate",
    "smartthings_failed_to_set_access_code",
    "smartthings_failed_to_set_after_multiple_retries",
]
TWIN_TROUBLE = [
    "duplicate_code_on_device",
    "kwikset_unable_to_confirm_code",
    "conflicting_unmanaged_access_code_id",
    "duplicate_code_attempt_prevented",
    "wyze_potential_duplicate_code",
    "schlage_detected_duplicate",
]
FULL_TROUBLE = [
    "no_space_for_access_code_on_device",
    "august_device_slots_full",
    "smartthings_no_free_slots_available",
    "hubitat_no_free_positions_available",
]
CONNECTION_TROUBLE = [
    "failed_to_set_on_device",
    "failed_to_remove_from_device",
    "failed_to_issue",
    "failed_to_update",
    "failed_to_delete",
    "delay_in_setting_on_device",
    "delay_in_removing_from_device",
    "delay_in_issuing",
    "august_device_programming_delay",
    "august_lock_temporarily_offline",
    "hubitat_device_programming_delay",
]


async def issues(sandbox: Any, code_id: str) -> set[str]:
    """What is wrong with a code by itself; nothing if it is gone."""
    answer = await sandbox.http.get("/access_codes/get", params={"access_code_id": code_id})
    if answer.status_code == 404:
        return set()
    code = answer.json()["access_code"]
    return {e["error_code"] for e in code["errors"]} | {w["warning_code"] for w in code["warnings"]}


async def pin_for(sandbox: Any, device_id: str) -> str:
    answer = await sandbox.ask("/access_codes/generate_code", device_id=device_id)
    pin: str = answer["generated_code"]["code"]
    return pin


@pytest.mark.parametrize("trouble", PIN_TROUBLE)
async def test_a_new_pin_ends_trouble_with_the_old_one(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    pin = await pin_for(sandbox, code.device_id)
    await sandbox.ask("/access_codes/update", access_code_id=code.access_code_id, code=pin)
    assert trouble in await issues(sandbox, code.access_code_id)
    sandbox.wait(seconds=5)
    assert await issues(sandbox, code.access_code_id) == set()
    healed = await sandbox.code(code.access_code_id)
    assert (healed["code"], healed["status"]) == (pin, "set")


@pytest.mark.parametrize("remedy", ["delete", "convert_to_managed"])
@pytest.mark.parametrize("trouble", TWIN_TROUBLE)
async def test_removing_the_other_code_ends_trouble_about_duplicates(drive: Any, trouble: str, remedy: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    twin = next(c for c in sandbox.world.codes_of(code.device_id) if not c.managed)
    await sandbox.ask(f"/access_codes/unmanaged/{remedy}", access_code_id=twin.access_code_id)
    sandbox.wait(seconds=5)
    if remedy == "convert_to_managed":
        # Taken over, it can be given another PIN or be deleted like any other.
        assert trouble in await issues(sandbox, code.access_code_id)
        await sandbox.ask("/access_codes/delete", access_code_id=twin.access_code_id)
        sandbox.wait(seconds=5)
    sandbox.wait(seconds=5)
    assert await issues(sandbox, code.access_code_id) == set()
    assert (await sandbox.code(code.access_code_id))["status"] == "set"


@pytest.mark.parametrize("trouble", FULL_TROUBLE)
async def test_deleting_a_code_makes_room_for_another(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    other = next(c for c in sandbox.world.codes_of(code.device_id) if c.on_lock)
    await sandbox.ask("/access_codes/delete", access_code_id=other.access_code_id)
    sandbox.wait(seconds=10)
    assert await issues(sandbox, code.access_code_id) == set()
    assert (await sandbox.code(code.access_code_id))["status"] == "set"


async def test_deleting_a_code_ends_the_warning_that_the_lock_is_full(drive: Any) -> None:
    sandbox = drive("museum")
    lock = sandbox.exhibit("device", "max_access_codes_reached")
    other = next(c for c in sandbox.world.codes_of(lock.device_id) if c.on_lock)
    await sandbox.ask("/access_codes/delete", access_code_id=other.access_code_id)
    sandbox.wait(seconds=5)
    assert (await sandbox.device(lock.device_id))["warnings"] == []


@pytest.mark.parametrize("trouble", CONNECTION_TROUBLE)
async def test_a_lock_that_answers_a_command_takes_what_was_waiting(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    sandbox.wait(hours=1, minutes=1)
    assert trouble in await issues(sandbox, code.access_code_id), "it must not go away by itself"
    await sandbox.ask("/locks/lock_door", device_id=code.device_id)
    sandbox.wait(seconds=10)
    assert await issues(sandbox, code.access_code_id) == set()


@pytest.mark.parametrize("trouble", ["provider_issue", "access_code_inactive", "code_modified_external_to_seam"])
async def test_deleting_and_creating_again_is_a_fresh_start(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    await sandbox.ask("/access_codes/delete", access_code_id=code.access_code_id)
    sandbox.wait(seconds=5)
    made = await sandbox.ask("/access_codes/create", device_id=code.device_id, code=code.code, name=code.name)
    sandbox.wait(seconds=5)
    assert await issues(sandbox, code.access_code_id) == set()
    assert await issues(sandbox, made["access_code"]["access_code_id"]) == set()


async def test_a_new_name_ends_trouble_about_names(drive: Any) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", "wyze_duplicate_code_name")
    await sandbox.ask("/access_codes/update", access_code_id=code.access_code_id, name="Another")
    sandbox.wait(seconds=5)
    assert await issues(sandbox, code.access_code_id) == set()


async def test_forbidding_external_changes_restores_seams_version(drive: Any) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", "external_modification_in_effect")
    await sandbox.ask("/access_codes/update", access_code_id=code.access_code_id, allow_external_modification=False)
    assert await issues(sandbox, code.access_code_id) == set()
    assert not (await sandbox.code(code.access_code_id))["is_external_modification_allowed"]


async def test_force_takes_a_transferred_code_back(drive: Any) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", "management_transferred")
    await sandbox.ask("/access_codes/unmanaged/convert_to_managed", access_code_id=code.access_code_id, force=True)
    assert await issues(sandbox, code.access_code_id) == set()


@pytest.mark.parametrize(
    "trouble",
    [
        "time_zone_unknown",
        "time_zone_mismatch",
        "ultraloq_time_zone_unknown",
        "lockly_time_zone_not_configured",
        "two_n_device_missing_timezone",
    ],
)
async def test_reporting_the_time_zone_ends_warnings_about_it(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    lock = sandbox.exhibit("device", trouble)
    report = {"device_id": lock.device_id, "ultraloq_metadata": {"time_zone": "America/Denver"}}
    await sandbox.ask("/devices/report_provider_metadata", devices=[report])
    device = await sandbox.device(lock.device_id)
    assert (device["warnings"], device["location"]["time_zone"]) == ([], "America/Denver")


@pytest.mark.parametrize(
    "trouble", ["time_frame_adjusted_for_unknown_time_zone", "schlage_access_code_ambiguous_timezone_dst_risk"]
)
async def test_reporting_the_time_zone_ends_what_it_did_to_codes(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    code = sandbox.exhibit("access_code", trouble)
    report = {"device_id": code.device_id, "schlage_metadata": {"time_zone": "America/Denver"}}
    await sandbox.ask("/devices/report_provider_metadata", devices=[report])
    assert await issues(sandbox, code.access_code_id) == set()


@pytest.mark.parametrize("trouble", ["unknown_issue_with_connected_account", "provider_service_unavailable"])
async def test_a_sync_ends_trouble_with_syncing(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    account = next(a for a in sandbox.world.accounts.values() if any(i.code == trouble for i in a.issues))
    await sandbox.ask("/connected_accounts/sync", connected_account_id=account.account_id)
    sandbox.wait(seconds=10)
    body = await sandbox.ask("/connected_accounts/get", connected_account_id=account.account_id)
    assert body["connected_account"]["warnings"] == []


@pytest.mark.parametrize(
    "trouble",
    [
        "account_disconnected",
        "insufficient_permissions",
        "bridge_disconnected",
        "account_reauthorization_requested",
        "setup_required",
    ],
)
async def test_signing_in_again_ends_trouble_with_the_account_and_below_it(drive: Any, trouble: str) -> None:
    sandbox = drive("museum")
    account = next(
        a for a in sandbox.world.accounts.values() if any(i.code == trouble for i in (*a.issues, *a.downstream_issues))
    )
    await sandbox.ask("/connect_webviews/create", accepted_providers=[account.maker])
    sandbox.wait(seconds=20)
    body = await sandbox.ask("/connected_accounts/get", connected_account_id=account.account_id)
    assert (body["connected_account"]["errors"], body["connected_account"]["warnings"]) == ([], [])
    lock = next(d for d in sandbox.world.devices.values() if d.account_id == account.account_id)
    assert (await sandbox.device(lock.device_id))["errors"] == []


async def test_opening_the_webviews_address_is_signing_in(drive: Any) -> None:
    sandbox = drive("museum")
    view = (await sandbox.ask("/connect_webviews/create", accepted_providers=["nuki"]))["connect_webview"]
    page = await sandbox.http.get(view["url"])
    assert "Signed in" in page.text
    after = await sandbox.ask("/connect_webviews/get", connect_webview_id=view["connect_webview_id"])
    assert after["connect_webview"]["status"] == "authorized"


@pytest.mark.parametrize(
    ("trouble", "step"), [("device_disconnected", "connect"), ("hub_disconnected", "connect_to_hub")]
)
async def test_a_lock_that_returns_has_no_trouble_with_being_away(drive: Any, trouble: str, step: str) -> None:
    sandbox = drive("museum")
    lock = sandbox.exhibit("device", trouble)
    await sandbox.ask(f"/devices/simulate/{step}", device_id=lock.device_id)
    device = await sandbox.device(lock.device_id)
    assert (device["errors"], device["properties"]["online"]) == ([], True)


async def test_a_paid_subscription_ends_the_demand_for_one(drive: Any) -> None:
    sandbox = drive("museum")
    lock = sandbox.exhibit("device", "subscription_required")
    await sandbox.ask("/devices/simulate/paid_subscription", device_id=lock.device_id, is_expired=False)
    sandbox.wait(seconds=10)
    assert (await sandbox.device(lock.device_id))["errors"] == []


async def test_deleting_codes_gives_a_salto_site_users_back(drive: Any) -> None:
    sandbox = drive("museum")
    account = next(
        a
        for a in sandbox.world.accounts.values()
        if any(i.code == "salto_ks_subscription_limit_exceeded" for i in a.issues)
    )
    lock = next(d for d in sandbox.world.devices.values() if d.account_id == account.account_id)
    for code in sandbox.world.codes_of(lock.device_id):
        await sandbox.ask("/access_codes/delete", access_code_id=code.access_code_id)
    sandbox.wait(seconds=10)
    body = await sandbox.ask("/connected_accounts/get", connected_account_id=account.account_id)
    assert body["connected_account"]["errors"] == []


async def test_nothing_in_the_museum_goes_away_before_its_time(drive: Any) -> None:
    sandbox = drive("museum")

    def hanging() -> set[str]:
        world = sandbox.world
        everywhere = (*world.codes.values(), *world.devices.values(), *world.accounts.values())
        return {issue.code for record in everywhere for issue in record.issues}

    before = hanging()
    sandbox.wait(hours=24)
    await sandbox.ask("/workspaces/get")
    sandbox.world.catch_up()
    assert before - hanging() == set()
