"""What a look at the events costs and finds: against the sandbox over the wire, counted at the server."""

from dataclasses import replace

import pytest

from seam_tui.sandbox.backups import pull_backup
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.confirmation import finish_conversion, finish_removal
from seam_tui.sandbox.connectivity import come_back, disconnect, disconnect_account
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.generated import fill_generated
from seam_tui.sandbox.issues import code_event, device_fields
from seam_tui.sandbox.lifecycle import ask_removal
from seam_tui.sandbox.records import Device
from seam_tui.sandbox.server import create_sandbox
from seam_tui.sync import events
from tests.faults.simulated_time import NOW
from tests.unit.sync.watching import ONLY_EVENTS, Watched

EVENTS, CODES, UNMANAGED, DEVICES = (
    "/events/list", "/access_codes/list", "/access_codes/unmanaged/list", "/devices/list",
)  # fmt: skip
CODE, FOREIGN, LOCK, ACCOUNT = (
    "/access_codes/get", "/access_codes/unmanaged/get", "/devices/get", "/connected_accounts/get",
)  # fmt: skip


def watch(work, *args, **options) -> None:
    """Run a test's part once the first looks are over, with the requests counted from then on."""

    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        watched.changes.clear()
        watched.forget_requests()
        await work(watched)

    Watched.open(*args, **options).run(after_the_first_looks)


def unmanaged(watched: Watched) -> list:
    return [code for code in watched.world.codes.values() if not code.managed]


def test_while_nothing_happens_a_look_is_one_request() -> None:
    async def work(watched: Watched) -> None:
        began = watched.clock.monotonic()
        await watched.looks(8)
        assert watched.requests == {EVENTS: 8}
        assert 8 * 15 <= watched.clock.monotonic() - began <= 8 * 16
        assert watched.changes == []

    watch(work)


def test_each_hundred_of_changed_codes_is_one_request() -> None:
    async def work(watched: Watched) -> None:
        ids = watched.rename(watched.managed(230))
        told = await watched.looks()
        assert watched.requests == {EVENTS: 1, CODES: 3}
        assert (told.events, told.codes, told.devices) == (230, 230, 0)
        assert watched.names(ids) == {"New name"}
        assert set().union(*(change.codes.touched for change in watched.changes)) == set(ids)
        assert len(watched.changes) == 3
        await watched.looks()
        assert watched.requests == {EVENTS: 2, CODES: 3}

    watch(work, 40, 400)


def test_unmanaged_changes_are_one_list_for_each_device() -> None:
    async def work(watched: Watched) -> None:
        foreign = unmanaged(watched)
        ids = watched.rename(foreign)
        await watched.looks()
        on = {code.device_id for code in foreign}
        assert len(on) > 1
        assert watched.requests == {EVENTS: 1, UNMANAGED: len(on)}
        assert watched.names(ids) == {"New name"}

    watch(work, 7, 160)


def test_each_hundred_of_changed_devices_is_one_request_and_a_known_device_not_listed_anew() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        for device in world.devices.values():
            device.locked = False
            world.emit("lock.unlocked", device_fields(device) | {"method": "keycode"})
        told = await watched.looks()
        assert watched.requests == {EVENTS: 1, DEVICES: 2}
        assert told.devices == 120
        assert not any(device.locked for device in watched.store.devices.values() if device.online)

    watch(work, 120, 200)


def test_the_whole_budget_line_holds_at_once() -> None:
    async def work(watched: Watched) -> None:
        world, codes, foreign = watched.world, watched.managed(640), unmanaged(watched)[:5]
        for device in list(world.devices.values())[:30]:
            world.emit("device.connected", device_fields(device))
        watched.rename([*codes, *foreign])
        events_there_are = len(codes) + len(foreign) + 30
        await watched.looks()
        on = {code.device_id for code in foreign}
        asked = watched.requests
        pages = -(-events_there_are // 499)
        assert asked == {EVENTS: pages, CODES: 7, UNMANAGED: len(on), DEVICES: 1}

    watch(work, 40, 800)


def test_several_events_of_one_code_read_it_once_and_an_unchanged_one_changes_nothing() -> None:
    async def work(watched: Watched) -> None:
        for code in watched.managed(3):
            for kind in ("mutations_requested", "changed", "set_on_device"):
                code_event(watched.world, code, kind)
        told = await watched.looks()
        assert (told.events, told.codes) == (9, 3)
        assert watched.requests == {EVENTS: 1, CODES: 1}
        assert watched.changes == []

    watch(work)


def test_a_deleted_code_goes_after_one_404_and_no_sooner() -> None:
    async def work(watched: Watched) -> None:
        gone, still = watched.managed(2)
        finish_removal(watched.world, gone)
        code_event(watched.world, still, "deleted")
        await watched.looks()
        assert gone.access_code_id not in watched.store.codes
        assert still.access_code_id in watched.store.codes
        assert watched.requests == {EVENTS: 1, CODE: 2}

    watch(work)


def test_a_code_that_a_batch_leaves_out_is_asked_for_alone() -> None:
    async def work(watched: Watched) -> None:
        vanished, kept = watched.managed(2)
        foreign = unmanaged(watched)[0]
        watched.rename([vanished, kept])
        watched.world.drop_code(vanished)
        kept.managed = False  # nothing but the next read tells
        foreign.managed = True
        code_event(watched.world, foreign, "unmanaged.converted_to_managed")
        await watched.looks()
        assert vanished.access_code_id not in watched.store.codes
        assert not watched.store.codes[kept.access_code_id].is_managed
        assert watched.store.codes[foreign.access_code_id].is_managed
        assert watched.requests == {EVENTS: 1, CODES: 1, CODE: 2, FOREIGN: 2}

    watch(work)


def test_conversions_are_found_both_ways() -> None:
    async def work(watched: Watched) -> None:
        foreign, ours = unmanaged(watched)[0], watched.managed(1)[0]
        finish_conversion(watched.world, foreign.access_code_id)
        ours.managed = False
        code_event(watched.world, ours, "unmanaged.created")
        await watched.looks()
        assert watched.store.codes[foreign.access_code_id].is_managed
        assert not watched.store.codes[ours.access_code_id].is_managed
        assert await watched.differences() == []

    watch(work)


def test_an_unmanaged_code_that_is_not_listed_any_more_goes_after_its_404() -> None:
    async def work(watched: Watched) -> None:
        first, second = unmanaged(watched)[:2]
        watched.rename([first])
        watched.world.drop_code(first)
        code_event(watched.world, second, "unmanaged.removed")
        watched.world.drop_code(second)
        await watched.looks()
        assert not {first.access_code_id, second.access_code_id} & watched.store.codes.keys()
        assert watched.requests == {EVENTS: 1, UNMANAGED: 1, FOREIGN: 2, CODE: 1}

    watch(work)


def test_a_new_device_comes_with_its_codes_each_read_once() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        before = set(world.devices)
        fill_generated(world, 1, 30)
        device = next(d for key, d in world.devices.items() if key not in before)
        world.emit("device.added", device_fields(device))
        for code in world.codes_of(device.device_id):
            code_event(world, code, "created")
        told = await watched.looks()
        assert watched.requests == {EVENTS: 1, DEVICES: 1, CODES: 1, UNMANAGED: 1}
        assert told.devices == 1
        assert watched.store.is_device_read(device.device_id)
        assert len(watched.store.code_ids_of_device(device.device_id)) == 30

    watch(work)


def test_a_code_on_a_device_of_which_no_event_told_brings_the_device() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        before = set(world.devices)
        fill_generated(world, 1, 3)
        device = next(d for key, d in world.devices.items() if key not in before)
        code_event(world, next(iter(world.codes_of(device.device_id))), "set_on_device")
        await watched.looks()
        assert device.device_id in watched.store.devices
        assert len(watched.store.code_ids_of_device(device.device_id)) == 3

    watch(work)


def test_a_removed_device_goes_with_its_codes() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        device = next(iter(world.devices.values()))
        world.emit("device.removed", device_fields(device))
        for code in world.codes_of(device.device_id):
            world.drop_code(code)
        del world.devices[device.device_id]
        await watched.looks()
        assert device.device_id not in watched.store.devices
        assert not watched.store.codes_of_device(device.device_id)
        assert watched.requests == {EVENTS: 1, DEVICES: 1, LOCK: 1}

    watch(work)


def test_a_device_that_takes_no_codes_is_not_shown() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        known = next(iter(world.devices.values()))
        sensor = world.add_device(
            Device("00000000-0000-4000-8000-000000000001", known.account_id, known.maker, "Sensor", world.now, "Sensor")
        )
        sensor.managed = False
        world.emit("device.added", device_fields(sensor))
        await watched.looks()
        assert sensor.device_id not in watched.store.devices
        assert not watched.index.has_device(sensor.device_id)

    watch(work)


def test_an_account_is_read_alone_and_all_are_listed_when_one_is_gone() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        first, second = list(world.accounts.values())[:2]
        disconnect_account(world, first)
        await watched.looks()
        assert watched.requests == {EVENTS: 1, ACCOUNT: 1}
        assert watched.store.accounts[first.account_id].errors
        watched.forget_requests()
        world.emit("connected_account.deleted", {"connected_account_id": second.account_id})
        world.accounts[second.account_id], kept = replace(first, account_id=second.account_id), second
        del world.accounts[second.account_id]
        try:
            await watched.looks()
        finally:
            world.accounts[second.account_id] = kept
        assert second.account_id not in watched.store.accounts
        assert watched.requests == {EVENTS: 1, ACCOUNT: 1, "/connected_accounts/list": 1}

    watch(work)


def test_a_pulled_backup_that_no_event_names_is_read_in_the_same_look() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        code = next(
            c for c in world.codes.values()
            if c.managed and c.time_bound and not c.is_offline and not c.is_backup and not c.pulled_backup_id
            and world.devices[c.device_id].pool
        )  # fmt: skip
        backup = pull_backup(world, code)
        await watched.looks()
        assert watched.store.codes[backup.access_code_id].is_backup
        assert watched.requests == {EVENTS: 1, CODES: 2}

    watched = Watched.open(sandbox=create_sandbox(clock=SandboxClock(NOW, speed=0), rate_limits=False))

    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        watched.forget_requests()
        await work(watched)

    watched.run(after_the_first_looks)


def test_a_watched_code_is_not_read_by_the_rereader_too() -> None:
    async def work(watched: Watched) -> None:
        world, code = watched.world, watched.managed(1)[0]
        ask_removal(world, code)
        watched.rereader.watch(code.access_code_id, True, "removing", until_gone=True)
        await watched.clock.sleep(0.3)
        world.drop_code(code)
        code_event(world, code, "deleted")
        watched.watcher.poll_now()
        await watched.looks()
        assert watched.requests == {EVENTS: 1, CODE: 1}
        await watched.clock.sleep(60)
        assert watched.requests[CODE] == 1
        assert watched.of(events.CodeSettled) == [events.CodeSettled(code.access_code_id)]

    watch(work)


@pytest.mark.parametrize("rules", [{}, {"newest_first": True}, {"repeated_share": 1.0}])
def test_a_thousand_events_of_one_moment_among_others_are_all_followed(rules) -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        world.event_rules.set(rules)
        codes = watched.managed(700)
        watched.rename(codes[:613])
        await watched.clock.sleep(0.2)
        watched.rename(codes[613:])
        await watched.looks()
        assert await watched.differences() == []
        assert watched.of(events.ReloadStarted) == []

    watch(work, 40, 900, pace=ONLY_EVENTS)


def test_a_record_that_cannot_be_read_is_told_and_does_not_hold_up_the_others() -> None:
    async def work(watched: Watched) -> None:
        codes = watched.managed(5)
        ids = watched.rename(codes)
        watched.world.drop_code(codes[0])
        watched.sandbox.faults.add(FaultRule("status", CODES, status=400))
        watched.sandbox.faults.add(FaultRule("status", CODE, status=400, count=1))
        failed = await watched.next(events.RereadFailed)
        assert failed.access_code_id in ids
        await watched.looks()
        assert watched.of(events.RereadFailed) == [failed]
        assert watched.names(set(ids) - {failed.access_code_id, ids[0]}) == {"New name"}

    watch(work)


def test_come_and_gone_between_two_looks_is_nothing_at_all() -> None:
    async def work(watched: Watched) -> None:
        world = watched.world
        device = next(iter(world.devices.values()))
        disconnect(world, device)
        come_back(world, device.device_id)
        await watched.looks()
        assert [change for change in watched.changes if change.devices.touched] == []

    watch(work)
