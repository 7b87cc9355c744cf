"""Seam's SDK against Seam's fake: what the proxy promises to the client that will stand where the bare SDK stands."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from seam import SeamHttpApiError, SeamHttpUnauthorizedError

from tests.vendor.running_fake import FakeSeam

# ---- reading -------------------------------------------------------------------------------------------------------


async def test_the_locks_are_listed_with_what_is_wrong_with_them(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        devices = {device.device_id: device for device in await sdk.devices.list()}

    assert set(fake_seam.devices.values()) <= devices.keys()
    offline, lost = devices[fake_seam.devices["offline"]], devices[fake_seam.devices["account_lost"]]
    assert [error.get("error_code") for error in offline.errors] == ["device_disconnected"]
    assert offline.properties.online is False
    assert [error.get("is_connected_account_error") for error in lost.errors] == [True]


async def test_devices_come_in_pages(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        whole = await sdk.devices.list()
        pages = sdk.create_paginator(sdk.devices.list, {"limit": 2})
        paged = [device.device_id async for device in pages.flatten()]

    assert paged == [device.device_id for device in whole]


async def test_codes_are_listed_for_one_lock_and_managed_only(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        codes = await sdk.access_codes.list(device_id=fake_seam.devices["offline"])

    assert [code.access_code_id for code in codes] == [fake_seam.codes["on_offline_lock"]]


async def test_codes_are_listed_by_their_ids_across_locks(fake_seam: FakeSeam) -> None:
    wanted = {fake_seam.codes["cleaner"], fake_seam.codes["on_lost_account"]}

    async with fake_seam.connect() as sdk:
        codes = await sdk.access_codes.list(access_code_ids=sorted(wanted))

    assert {code.access_code_id for code in codes} == wanted


async def test_errors_keep_their_level_and_an_unknown_one_its_message(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        on_code = await sdk.access_codes.get(access_code_id=fake_seam.codes["failed"])
        on_lock = await sdk.access_codes.get(access_code_id=fake_seam.codes["on_offline_lock"])
        on_account = await sdk.access_codes.get(access_code_id=fake_seam.codes["on_lost_account"])
        unknown = await sdk.access_codes.get(access_code_id=fake_seam.codes["unknown_error"])

    assert on_code.errors[0].get("is_access_code_error") is True
    assert on_lock.errors[0].get("is_device_error") is True
    assert on_account.errors[0].get("is_connected_account_error") is True
    assert on_account.errors[0].get("is_device_error") is False
    assert unknown.errors[0].error_code == "flux_capacitor_misaligned"
    assert unknown.errors[0].message == "An error code that no list has yet."
    assert unknown.warnings[0].warning_code == "moon_phase_unsuitable"


async def test_pending_mutations_tell_from_what_to_what(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        code = await sdk.access_codes.get(access_code_id=fake_seam.codes["updating"])

    by_code = {mutation.mutation_code: mutation for mutation in code.pending_mutations}
    assert by_code.keys() == {"updating_code", "updating_time_frame"}
    assert by_code["updating_code"].from_.code == "2748"
    assert by_code["updating_code"].to.code == "2749"


async def test_hostile_names_arrive_as_they_were_seeded(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        codes = await sdk.access_codes.list(device_id=fake_seam.devices["hostile"])

    names = {code.access_code_id: code.name for code in codes}
    assert fake_seam.hostile_names
    for key, name in fake_seam.hostile_names.items():
        assert names[fake_seam.codes[key]] == name, key


async def test_an_unmanaged_code_is_read_by_its_id_and_by_lock_and_digits(fake_seam: FakeSeam) -> None:
    device_id, code_id = fake_seam.devices["offline"], fake_seam.codes["unmanaged_on_offline_lock"]

    async with fake_seam.connect() as sdk:
        listed = await sdk.access_codes.unmanaged.list(device_id=device_id)
        by_id = await sdk.access_codes.unmanaged.get(access_code_id=code_id)
        by_digits = await sdk.access_codes.unmanaged.get(device_id=device_id, code="6183")

    assert [code.access_code_id for code in listed] == [code_id]
    assert by_id.name == by_digits.name == "Also at the keypad"


async def test_a_managed_code_is_not_found_among_the_unmanaged(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        with pytest.raises(SeamHttpApiError) as refused:
            await sdk.access_codes.unmanaged.get(access_code_id=fake_seam.codes["cleaner"])

    assert refused.value.status_code == 404


async def test_a_wrong_key_is_refused(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect(api_key="seam_wrong_key") as sdk:
        with pytest.raises(SeamHttpUnauthorizedError):
            await sdk.devices.list()


async def test_a_route_that_the_fake_lacks_stays_a_plain_404(fake_seam: FakeSeam) -> None:
    async with fake_seam.connect() as sdk:
        with pytest.raises(httpx.HTTPStatusError) as missing:
            await sdk.connected_accounts.sync(connected_account_id="any")

    assert missing.value.response.status_code == 404


# ---- writing: each test has a fake of its own ----------------------------------------------------------------------


async def test_an_updated_time_bound_code_keeps_its_times_and_type(fresh_fake: FakeSeam) -> None:
    code_id = fresh_fake.codes["guest"]

    async with fresh_fake.connect() as sdk:
        before = await sdk.access_codes.get(access_code_id=code_id)
        await sdk.access_codes.update(access_code_id=code_id, code="5183", name="Guest, new digits")
        after = await sdk.access_codes.get(access_code_id=code_id)

    assert (after.code, after.name) == ("5183", "Guest, new digits")
    assert (after.type, after.starts_at, after.ends_at) == ("time_bound", before.starts_at, before.ends_at)


async def test_one_new_time_is_enough_to_move_the_end_of_a_stay(fresh_fake: FakeSeam) -> None:
    code_id = fresh_fake.codes["guest"]
    later = (datetime.now(UTC) + timedelta(days=5)).replace(microsecond=0)

    async with fresh_fake.connect() as sdk:
        before = await sdk.access_codes.get(access_code_id=code_id)
        await sdk.access_codes.update(access_code_id=code_id, ends_at=later.isoformat())
        after = await sdk.access_codes.get(access_code_id=code_id)

    assert after.starts_at == before.starts_at
    assert datetime.fromisoformat(after.ends_at) == later


async def test_a_time_bound_code_becomes_ongoing_only_when_asked(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        await sdk.access_codes.update(access_code_id=fresh_fake.codes["guest"], type="ongoing")
        await sdk.access_codes.update(access_code_id=fresh_fake.codes["cleaner"], name="Cleaner, renamed")
        asked = await sdk.access_codes.get(access_code_id=fresh_fake.codes["guest"])
        always = await sdk.access_codes.get(access_code_id=fresh_fake.codes["cleaner"])

    assert asked.type == "ongoing"
    assert (always.type, always.name) == ("ongoing", "Cleaner, renamed")


async def test_an_update_that_names_the_lock_too_reaches_the_right_code(fresh_fake: FakeSeam) -> None:
    code_id, device_id = fresh_fake.codes["failed"], fresh_fake.devices["front_door"]

    async with fresh_fake.connect() as sdk:
        await sdk.access_codes.update(access_code_id=code_id, device_id=device_id, code="7305")
        after = await sdk.access_codes.get(access_code_id=code_id)

    assert (after.code, after.name) == ("7305", "Late arrival")


async def test_a_code_deleted_through_the_proxy_is_gone(fresh_fake: FakeSeam) -> None:
    code_id, device_id = fresh_fake.codes["failed"], fresh_fake.devices["front_door"]

    async with fresh_fake.connect() as sdk:
        codes_before = await sdk.access_codes.list(device_id=device_id)
        await sdk.access_codes.delete(access_code_id=code_id, device_id=device_id)
        with pytest.raises(SeamHttpApiError) as gone:
            await sdk.access_codes.get(access_code_id=code_id)
        codes_after = await sdk.access_codes.list(device_id=device_id)

    assert gone.value.status_code == 404
    assert {c.access_code_id for c in codes_before} - {c.access_code_id for c in codes_after} == {code_id}
    assert fresh_fake.counts.of("/access_codes/delete", method="DELETE") == 1


async def test_deleting_a_code_that_is_not_there_is_not_found(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        with pytest.raises(SeamHttpApiError) as missing:
            await sdk.access_codes.delete(access_code_id="no_such_code")

    assert (missing.value.status_code, missing.value.code) == (404, "access_code_not_found")


async def test_a_pulled_backup_is_answered_and_remembered_on_the_original(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        backup = await sdk.access_codes.pull_backup_access_code(access_code_id=fresh_fake.codes["guest"])
        original = await sdk.access_codes.get(access_code_id=fresh_fake.codes["guest"])

    assert backup.access_code_id == original.pulled_backup_access_code_id == fresh_fake.codes["backup"]
    assert backup.is_backup is True


async def test_an_ongoing_code_has_no_backup_to_pull(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        with pytest.raises(SeamHttpApiError) as refused:
            await sdk.access_codes.pull_backup_access_code(access_code_id=fresh_fake.codes["cleaner"])

    assert refused.value.code == "access_code_not_time_bound"


async def test_a_converted_code_moves_from_the_unmanaged_to_the_managed(fresh_fake: FakeSeam) -> None:
    code_id, device_id = fresh_fake.codes["unmanaged"], fresh_fake.devices["front_door"]

    async with fresh_fake.connect() as sdk:
        await sdk.access_codes.unmanaged.convert_to_managed(access_code_id=code_id)
        managed = {code.access_code_id for code in await sdk.access_codes.list(device_id=device_id)}
        unmanaged = {code.access_code_id for code in await sdk.access_codes.unmanaged.list(device_id=device_id)}

    assert code_id in managed
    assert code_id not in unmanaged


async def test_converting_a_code_that_is_not_there_is_not_found(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        with pytest.raises(SeamHttpApiError) as missing:
            await sdk.access_codes.unmanaged.convert_to_managed(access_code_id="no_such_code")

    assert missing.value.status_code == 404


async def test_an_unmanaged_code_is_deleted_and_a_managed_one_is_not(fresh_fake: FakeSeam) -> None:
    device_id = fresh_fake.devices["front_door"]

    async with fresh_fake.connect() as sdk:
        await sdk.access_codes.unmanaged.delete(access_code_id=fresh_fake.codes["unmanaged"])
        with pytest.raises(SeamHttpApiError) as refused:
            await sdk.access_codes.unmanaged.delete(access_code_id=fresh_fake.codes["cleaner"])
        unmanaged = await sdk.access_codes.unmanaged.list(device_id=device_id)
        cleaner = await sdk.access_codes.get(access_code_id=fresh_fake.codes["cleaner"])

    assert [code.access_code_id for code in unmanaged] == [fresh_fake.codes["unmanaged_locked"]]
    assert refused.value.status_code == 404
    assert cleaner.name == "Cleaner"


async def test_a_code_is_created_on_one_lock_and_on_many(fresh_fake: FakeSeam) -> None:
    devices = [fresh_fake.devices["front_door"], fresh_fake.devices["offline"]]

    async with fresh_fake.connect() as sdk:
        one = await sdk.access_codes.create(device_id=devices[0], name="Plumber", code="3391")
        many = await sdk.access_codes.create_multiple(device_ids=devices, name="Painter", code="3392")
        with pytest.raises(SeamHttpApiError) as duplicate:
            await sdk.access_codes.create(device_id=devices[0], name="Plumber again", code="3391")

    assert (one.name, one.code, one.type) == ("Plumber", "3391", "ongoing")
    assert [code.device_id for code in many] == devices
    assert (duplicate.value.status_code, duplicate.value.code) == (409, "duplicate_access_code")


async def test_locking_and_unlocking_show_on_the_lock(fresh_fake: FakeSeam) -> None:
    device_id = fresh_fake.devices["front_door"]
    soon = {"timeout": 5.0, "polling_interval": 0.02}

    async with fresh_fake.connect() as sdk:
        unlocked = await sdk.locks.unlock_door(device_id=device_id, wait_for_action_attempt=soon)
        open_lock = await sdk.devices.get(device_id=device_id)
        locked = await sdk.locks.lock_door(device_id=device_id, wait_for_action_attempt=soon)
        closed_lock = await sdk.devices.get(device_id=device_id)

    assert (unlocked.status, open_lock.properties.locked) == ("success", False)
    assert (locked.status, closed_lock.properties.locked) == ("success", True)


async def test_the_proxy_counts_what_the_client_sent_and_not_what_it_made_of_it(fresh_fake: FakeSeam) -> None:
    async with fresh_fake.connect() as sdk:
        await sdk.access_codes.update(access_code_id=fresh_fake.codes["guest"], name="Counted")
        await sdk.access_codes.unmanaged.delete(access_code_id=fresh_fake.codes["unmanaged"])

    assert fresh_fake.counts.of() == 2
    assert fresh_fake.counts.of("/access_codes/update", method="PATCH") == 1
    assert fresh_fake.counts.of(method="DELETE") == 1


async def test_the_bare_fake_still_refuses_what_the_proxy_translates(fake_seam: FakeSeam) -> None:
    headers = {"authorization": f"Bearer {fake_seam.api_key}"}
    async with httpx.AsyncClient(base_url=fake_seam.bare_endpoint, headers=headers, trust_env=False) as bare:
        update = await bare.patch("/access_codes/update", json={"access_code_id": fake_seam.codes["cleaner"]})
        convert = await bare.patch("/access_codes/unmanaged/convert_to_managed", json={"access_code_id": "any"})

    assert update.status_code == 405
    assert (convert.status_code, convert.text) == (404, "404")
