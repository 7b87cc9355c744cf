"""Our client against Seam's fake: every read and write that a remedy needs, over the wire that others defined."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import BadAnswer, Gone, ReadOnlyRefusal, Refused, Unauthorized
from tests.vendor.running_fake import FakeSeam

NEVER_SHOWN = frozenset("\x1b\x07\n\r\t\u202e\u202c\u200d\ufe0f")
"""Characters of the seeded names that could act on a terminal or change a line's width."""


@asynccontextmanager
async def client_of(fake: FakeSeam, *, bare: bool = False, read_only: bool = False) -> AsyncIterator[SeamClient]:
    endpoint = fake.bare_endpoint if bare else fake.endpoint
    client = SeamClient(Connection(api_key=fake.api_key, endpoint=endpoint), read_only=read_only)
    try:
        yield client
    finally:
        await client.close()


async def codes_on(client: SeamClient, device_id: str) -> dict[str, AccessCode]:
    return {code.access_code_id: code async for page in client.list_access_codes(device_id) for code in page}


async def unmanaged_on(client: SeamClient, device_id: str) -> dict[str, AccessCode]:
    return {code.access_code_id: code async for page in client.list_unmanaged_access_codes(device_id) for code in page}


# ---- reading -------------------------------------------------------------------------------------------------------


async def test_workspace_accounts_and_devices_are_read(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        workspace = await client.get_workspace()
        accounts = [account async for page in client.list_connected_accounts() for account in page]
        devices = {device.device_id: device async for page in client.list_devices() for device in page}

    assert (workspace.workspace_id, workspace.is_sandbox) == (fake_seam.workspace_id, True)
    assert [issue.code for account in accounts for issue in account.issues] == ["account_disconnected"]
    assert set(fake_seam.devices.values()) <= devices.keys()
    front, offline = devices[fake_seam.devices["front_door"]], devices[fake_seam.devices["offline"]]
    assert (front.online, front.supported_code_lengths, front.max_active_codes_supported) == (True, (4, 5, 6), 30)
    assert offline.online is False
    assert [issue.code for issue in offline.issues] == ["device_disconnected", "device_has_flaky_connection"]


async def test_devices_read_in_small_pages_are_the_same_devices(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        pages = [[device.device_id for device in page] async for page in client.list_devices(page_size=2)]
        whole = [device.device_id async for page in client.list_devices() for device in page]

    assert len(pages) > 1
    assert [device_id for page in pages for device_id in page] == whole


@pytest.mark.parametrize("bare", [False, True], ids=["through the proxy", "where the server ignores the filter"])
async def test_codes_are_grouped_by_their_own_lock_and_kind(fake_seam: FakeSeam, bare: bool) -> None:
    async with client_of(fake_seam, bare=bare) as client:
        on_offline = await codes_on(client, fake_seam.devices["offline"])
        unmanaged = await unmanaged_on(client, fake_seam.devices["front_door"])
        on_front = await codes_on(client, fake_seam.devices["front_door"])

    assert on_offline.keys() == {fake_seam.codes["on_offline_lock"]}
    assert unmanaged.keys() == {fake_seam.codes["unmanaged"], fake_seam.codes["unmanaged_locked"]}
    assert not on_front.keys() & unmanaged.keys()
    assert all(code.is_managed for code in on_front.values())
    assert not any(code.is_managed for code in unmanaged.values())


async def test_issues_keep_their_level_and_an_unknown_one_its_code_and_message(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        on_code = await client.get_access_code(fake_seam.codes["failed"])
        on_lock = await client.get_access_code(fake_seam.codes["on_offline_lock"])
        on_account = await client.get_access_code(fake_seam.codes["on_lost_account"])
        unknown = await client.get_access_code(fake_seam.codes["unknown_error"])

    levels = [code.errors[0].level for code in (on_code, on_lock, on_account)]
    assert levels == [IssueLevel.ACCESS_CODE, IssueLevel.DEVICE, IssueLevel.CONNECTED_ACCOUNT]
    assert [(issue.code, issue.message) for issue in unknown.issues] == [
        ("flux_capacitor_misaligned", "An error code that no list has yet."),
        ("moon_phase_unsuitable", "A warning code that no list has yet."),
    ]


async def test_pending_changes_and_outside_changes_tell_old_and_new(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        updating = await client.get_access_code(fake_seam.codes["updating"])
        creating = await client.get_access_code(fake_seam.codes["creating"])
        outside = await client.get_access_code(fake_seam.codes["changed_outside"])

    pins = next(m for m in updating.pending_mutations if m.mutation_code == "updating_code").changes[0]
    assert isinstance(pins.old, Pin)
    assert isinstance(pins.new, Pin)
    assert (pins.old.reveal(), pins.new.reveal()) == ("2748", "2749")
    assert creating.pending_mutations[0].scheduled_at is not None
    modified = outside.errors[0].modified_fields[0]
    assert isinstance(modified.new, Pin)
    assert modified.new.reveal() == "9527"


async def test_hostile_names_and_messages_become_plain_text(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        codes = await codes_on(client, fake_seam.devices["hostile"])
        unmanaged = await unmanaged_on(client, fake_seam.devices["hostile"])

    for key, raw in fake_seam.hostile_names.items():
        assert codes[fake_seam.codes[key]].name == plain_text(raw), key
    for code in (*codes.values(), *unmanaged.values()):
        shown = " ".join([code.name, code.title, *(issue.message for issue in code.issues)])
        assert not NEVER_SHOWN & set(shown), shown
        assert code.title, "a code without a name still has something to be called by"
    assert codes[fake_seam.codes["click_markup"]].name == "[@click=app.nuke()]x[/]"
    assert codes[fake_seam.codes["ansi_escape"]].name == "red"


async def test_a_pin_from_the_fake_shows_in_no_repr(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        code = await client.get_access_code(fake_seam.codes["updating"])

    assert code.pin is not None
    assert code.pin.reveal() == "2748"
    assert "2748" not in repr(code)
    assert "2749" not in repr(code)


async def test_an_unmanaged_code_is_read_as_unmanaged_and_a_managed_one_is_gone_there(fake_seam: FakeSeam) -> None:
    async with client_of(fake_seam) as client:
        unmanaged = await client.get_unmanaged_access_code(fake_seam.codes["unmanaged_locked"])
        with pytest.raises(Gone):
            await client.get_unmanaged_access_code(fake_seam.codes["cleaner"])

    assert (unmanaged.is_managed, unmanaged.cannot_be_managed, unmanaged.pin) == (False, True, None)
    assert unmanaged.cannot_delete_unmanaged_access_code is True


async def test_seam_generates_a_pin_and_creates_nothing(fake_seam: FakeSeam) -> None:
    device_id = fake_seam.devices["front_door"]
    async with client_of(fake_seam, read_only=True) as client:
        before = await codes_on(client, device_id)
        pin = await client.generate_pin(device_id)
        after = await codes_on(client, device_id)

    assert pin.reveal().isdigit()
    assert 4 <= len(pin) <= 6
    assert before.keys() == after.keys()


async def test_a_wrong_key_is_refused_with_what_to_check(fake_seam: FakeSeam) -> None:
    client = SeamClient(Connection(api_key="seam_wrong_key", endpoint=fake_seam.endpoint))
    try:
        with pytest.raises(Unauthorized, match="SEAM_API_KEY"):
            await anext(client.list_devices())
    finally:
        await client.close()


# ---- writing: each test has a fake of its own ----------------------------------------------------------------------


async def test_pin_name_and_times_of_a_code_are_changed_and_nothing_else(fresh_fake: FakeSeam) -> None:
    code_id = fresh_fake.codes["guest"]
    later = (datetime.now(UTC) + timedelta(days=4)).replace(microsecond=0)
    async with client_of(fresh_fake) as client:
        before = await client.get_access_code(code_id)
        await client.update_access_code(code_id, pin=Pin("5190"))
        await client.update_access_code(code_id, name="Guest, renamed")
        await client.update_access_code(code_id, starts_at=before.starts_at, ends_at=later)
        after = await client.get_access_code(code_id)

    assert after.pin is not None
    assert after.pin.equals(Pin("5190"))
    assert (after.name, after.starts_at, after.ends_at) == ("Guest, renamed", before.starts_at, later)
    assert after.type is AccessCodeType.TIME_BOUND
    assert fresh_fake.counts.of("/access_codes/update", method="PATCH") == 3


async def test_a_deleted_code_reads_as_gone_and_so_does_deleting_it_again(fresh_fake: FakeSeam) -> None:
    code_id = fresh_fake.codes["failed"]
    async with client_of(fresh_fake) as client:
        await client.delete_access_code(code_id)
        with pytest.raises(Gone):
            await client.get_access_code(code_id)
        with pytest.raises(Gone):
            await client.delete_access_code(code_id)
        left = await codes_on(client, fresh_fake.devices["front_door"])

    assert code_id not in left
    assert fresh_fake.counts.of("/access_codes/delete", method="DELETE") == 2


@pytest.mark.parametrize("bare", [False, True], ids=["an answer that is the backup", "an answer of an older shape"])
async def test_a_pulled_backup_is_found_whatever_the_answer_looks_like(fresh_fake: FakeSeam, bare: bool) -> None:
    async with client_of(fresh_fake, bare=bare) as client:
        backup = await client.pull_backup_access_code(fresh_fake.codes["guest"])
        original = await client.get_access_code(fresh_fake.codes["guest"])

    assert backup.access_code_id == fresh_fake.codes["backup"] == original.pulled_backup_access_code_id
    assert backup.is_backup
    assert backup.pin is not None
    assert backup.pin.equals(Pin("4961"))


async def test_an_ongoing_code_is_refused_a_backup_in_seams_words(fresh_fake: FakeSeam) -> None:
    async with client_of(fresh_fake) as client:
        with pytest.raises(Refused, match="access_code_not_time_bound"):
            await client.pull_backup_access_code(fresh_fake.codes["cleaner"])


async def test_a_converted_code_is_managed_and_no_longer_unmanaged(fresh_fake: FakeSeam) -> None:
    code_id, device_id = fresh_fake.codes["unmanaged"], fresh_fake.devices["front_door"]
    async with client_of(fresh_fake) as client:
        await client.convert_to_managed(code_id)
        code = await client.get_access_code(code_id)
        with pytest.raises(Gone):
            await client.get_unmanaged_access_code(code_id)
        managed, unmanaged = await codes_on(client, device_id), await unmanaged_on(client, device_id)

    assert code.is_managed
    assert code_id in managed
    assert code_id not in unmanaged


async def test_an_unmanaged_duplicate_is_deleted_and_its_managed_twin_stays(fresh_fake: FakeSeam) -> None:
    async with client_of(fresh_fake) as client:
        twin = await client.get_access_code(fresh_fake.codes["duplicate"])
        named = twin.errors[0].unmanaged_access_code_id
        assert named == fresh_fake.codes["unmanaged"]
        await client.delete_unmanaged_access_code(named)
        with pytest.raises(Gone):
            await client.get_unmanaged_access_code(named)
        left = await codes_on(client, fresh_fake.devices["front_door"])

    assert twin.access_code_id in left


async def test_a_lock_answers_lock_and_unlock(fresh_fake: FakeSeam) -> None:
    device_id = fresh_fake.devices["front_door"]
    async with client_of(fresh_fake) as client:
        unlocked = await client.unlock_door(device_id)
        locked = await client.lock_door(device_id)

    assert (unlocked.is_pending, locked.is_pending) == (False, False)
    assert fresh_fake.counts.of("/locks/unlock_door", method="POST") == 1
    assert fresh_fake.counts.of("/locks/lock_door", method="POST") == 1


async def test_what_the_server_does_not_know_fails_plainly_and_is_known_not_to_have_happened(
    fresh_fake: FakeSeam,
) -> None:
    async with client_of(fresh_fake, bare=True) as bare:
        with pytest.raises(Refused, match="method_not_allowed") as update:
            await bare.update_access_code(fresh_fake.codes["cleaner"], name="Not taken")
        with pytest.raises(BadAnswer, match="plain 404 page") as convert:
            await bare.convert_to_managed(fresh_fake.codes["unmanaged"])
        with pytest.raises(BadAnswer, match="SEAM_ENDPOINT") as sync:
            await bare.sync_connected_account("any")
        cleaner = await bare.get_access_code(fresh_fake.codes["cleaner"])

    assert not any(raised.value.outcome_unknown for raised in (update, convert, sync))
    assert cleaner.name == "Cleaner"


async def test_read_only_sends_no_write_at_all(fresh_fake: FakeSeam) -> None:
    async with client_of(fresh_fake, read_only=True) as client:
        for write in (
            client.update_access_code(fresh_fake.codes["cleaner"], name="Never"),
            client.delete_access_code(fresh_fake.codes["cleaner"]),
            client.lock_door(fresh_fake.devices["front_door"]),
        ):
            with pytest.raises(ReadOnlyRefusal):
                await write

    assert fresh_fake.counts.of() == 0
