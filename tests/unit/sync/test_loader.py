import asyncio
import threading
from dataclasses import replace

import pytest

from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.seam_api.errors import BadAnswer, Gone, InvalidInput, ServerFailure, TimedOut, Unauthorized
from seam_tui.sync import events
from seam_tui.sync.applier import apply_event
from seam_tui.sync.loader import Loader, load_once
from seam_tui.workspace.store import WorkspaceStore

OFFLINE = Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "m")


async def load(reads, clock, concurrency=8, **options):
    seen = []
    options.setdefault("after_page", None)
    loader = Loader(reads, seen.append, clock, concurrency, **options)
    await loader.run()
    return seen


def of_kind(seen, kind):
    return [event for event in seen if isinstance(event, kind)]


async def test_a_load_reads_the_workspace_then_accounts_and_devices_then_codes(reads, hurried) -> None:
    for number in range(3):
        reads.add_device(f"d{number}")
    seen = await load(reads, hurried)
    assert reads.calls[0] == "workspace"
    assert isinstance(seen[0], events.WorkspaceRead)
    assert reads.calls.index("devices") < reads.calls.index("codes d0")
    assert seen[-1] == events.LoadFinished(())
    assert of_kind(seen, events.DevicesComplete)[0].count == 3
    complete = {event.device_id: event.code_ids for event in of_kind(seen, events.DeviceCodesComplete)}
    assert complete["d1"] == {"d1-c0", "d1-c1", "d1-u0"}
    assert of_kind(seen, events.Progress)[-1] == events.Progress(9, 3, 3)
    assert hurried.slept == []


async def test_codes_are_read_while_devices_are_still_listed(reads, hurried) -> None:
    for number in range(20):
        reads.add_device(f"d{number}")
    await load(reads, hurried)
    last_page = len(reads.calls) - 1 - reads.calls[::-1].index("devices")
    assert reads.calls.index("codes d0") < last_page


async def test_the_loaded_store_holds_all_that_there_is(reads, hurried) -> None:
    for number in range(5):
        reads.add_device(f"d{number}", codes=3, unmanaged=2)
    store = WorkspaceStore()
    assert await load_once(reads, store, hurried) == ()
    assert dict(store.codes) == reads.codes
    assert set(store.devices) == {f"d{number}" for number in range(5)}
    assert set(store.accounts) == {"a1"}
    assert all(store.is_device_read(device_id) for device_id in store.devices)


async def test_devices_that_take_no_codes_are_left_out(reads, hurried) -> None:
    reads.devices.append(Device("thermostat", "T", "ecobee"))
    reads.add_device("d0")
    seen = await load(reads, hurried)
    assert of_kind(seen, events.DevicesComplete)[0].device_ids == {"d0"}
    assert "codes thermostat" not in reads.calls


async def test_the_selected_device_comes_first_then_those_with_errors(reads, hurried) -> None:
    reads.page = 10
    for number in range(6):
        reads.add_device(f"d{number}", errors=(OFFLINE,) if number == 4 else ())
    loader = Loader(reads, lambda event: None, hurried, 1, after_page=None)
    loader.prioritise("d5")
    await loader.run()
    order = [call.removeprefix("codes ") for call in reads.calls if call.startswith("codes ")]
    assert order == ["d5", "d4", "d0", "d1", "d2", "d3"]


async def test_a_device_selected_during_the_load_from_another_thread_is_read_next(reads, hurried) -> None:
    reads.page = 10
    for number in range(6):
        reads.add_device(f"d{number}")
    loader = Loader(reads, lambda event: None, hurried, 1, after_page=None)

    async def select(call: str) -> None:
        if call == "codes d1":
            thread = threading.Thread(target=loader.prioritise, args=("d5",))
            thread.start()
            thread.join()

    reads.on_call = select
    await loader.run()
    order = [call.removeprefix("codes ") for call in reads.calls if call.startswith("codes ")]
    assert order == ["d0", "d1", "d5", "d2", "d3", "d4"]


async def test_a_device_selected_during_the_load_waits_for_no_turn(reads, hurried) -> None:
    reads.page = 10
    for number in range(6):
        reads.add_device(f"d{number}")
    loader = Loader(reads, lambda event: None, hurried, 1, after_page=None)
    asked_beside_it: list[bool] = []

    async def select(call: str) -> None:
        if call == "codes d0":
            thread = threading.Thread(target=loader.prioritise, args=("d5",))
            thread.start()
            thread.join()
            for _ in range(100):  # turns of the loop, in which nothing but the load goes on
                await asyncio.sleep(0)
            asked_beside_it.append("codes d5" in reads.calls)

    reads.on_call = select
    await loader.run()
    assert asked_beside_it == [True]


@pytest.mark.parametrize("concurrency", [1, 3, 8])
async def test_no_more_devices_are_read_at_once_than_allowed(reads, hurried, concurrency) -> None:
    for number in range(20):
        reads.add_device(f"d{number}")
    under_way, most = 0, 0

    async def count(call: str) -> None:
        nonlocal under_way, most
        if "codes" in call:
            under_way += 1
            most = max(most, under_way)
            for _ in range(5):
                await asyncio.sleep(0)
            under_way -= 1

    reads.on_call = count
    await load(reads, hurried, concurrency)
    assert most == concurrency


async def test_a_device_that_fails_is_tried_twice_more_and_does_not_stop_the_rest(reads, hurried, failure) -> None:
    for number in range(4):
        reads.add_device(f"d{number}")
    reads.fail["codes d1"] = [failure(ServerFailure, 503), failure(TimedOut)]
    seen = await load(reads, hurried)
    tries = [(e.device_id, e.attempt, e.retry_in_seconds) for e in of_kind(seen, events.DeviceFailed)]
    assert tries == [("d1", 1, 2.0), ("d1", 2, 10.0)]
    assert sorted(hurried.slept) == [2.0, 10.0]
    assert len(of_kind(seen, events.DeviceCodesComplete)) == 4
    assert seen[-1] == events.LoadFinished(())


async def test_a_device_that_keeps_failing_is_named_at_the_end(reads, hurried, failure) -> None:
    reads.add_device("d0")
    reads.add_device("d1")
    reads.fail["codes d1"] = [failure(ServerFailure, 503) for _ in range(3)]
    store = WorkspaceStore()
    (unread,) = await load_once(reads, store, hurried)
    assert (unread.device_id, unread.request_id) == ("d1", "req1")
    assert "It failed." in unread.reason
    assert set(store.codes) == {"d0-c0", "d0-c1", "d0-u0"}
    assert reads.calls.count("codes d1") == 3
    # A reload that goes well clears it.
    assert await load_once(reads, store, hurried) == ()


async def test_managed_codes_stay_when_the_unmanaged_ones_cannot_be_read(reads, hurried, failure) -> None:
    reads.add_device("d0")
    reads.fail["unmanaged d0"] = [failure(BadAnswer, 404)]
    seen = await load(reads, hurried)
    assert [code.access_code_id for e in of_kind(seen, events.CodesRead) for code in e.codes] == ["d0-c0", "d0-c1"]
    assert [(e.attempt, e.retry_in_seconds) for e in of_kind(seen, events.DeviceFailed)] == [(1, None)]
    assert not of_kind(seen, events.DeviceCodesComplete)
    assert seen[-1] == events.LoadFinished(("d0",))
    assert of_kind(seen, events.Progress)[-1].devices_done == 1


async def test_a_retry_goes_on_where_the_last_try_failed(reads, hurried, failure) -> None:
    reads.add_device("d0")
    reads.fail["unmanaged d0"] = [failure(ServerFailure, 500)]
    seen = await load(reads, hurried)
    assert reads.calls.count("codes d0") == 1
    assert of_kind(seen, events.DeviceCodesComplete)[0].code_ids == {"d0-c0", "d0-c1", "d0-u0"}


@pytest.mark.parametrize("kind", [Gone, BadAnswer])
async def test_what_will_not_change_is_not_asked_again(reads, hurried, failure, kind) -> None:
    reads.add_device("d0")
    reads.fail["codes d0"] = [failure(kind, 404)]
    seen = await load(reads, hurried)
    assert seen[-1] == events.LoadFinished(("d0",))
    assert reads.calls.count("codes d0") == 1


@pytest.mark.parametrize("call", ["workspace", "accounts", "devices", "codes d2", "unmanaged d2"])
async def test_refused_credentials_stop_everything(reads, hurried, failure, call) -> None:
    for number in range(8):
        reads.add_device(f"d{number}")
    refused = failure(Unauthorized, 401)
    reads.fail[call] = [refused]
    seen = await load(reads, hurried)
    assert of_kind(seen, events.LoadFailed) == [events.LoadFailed(refused)]
    assert isinstance(seen[-1], events.LoadFailed)
    assert not of_kind(seen, events.LoadFinished)
    reads.fail[call] = [refused]
    with pytest.raises(Unauthorized):
        await load_once(reads, WorkspaceStore(), hurried)


async def test_accounts_that_cannot_be_listed_do_not_stop_the_devices(reads, hurried, failure) -> None:
    reads.add_device("d0")
    reads.fail["accounts"] = [failure(ServerFailure, 500) for _ in range(3)]
    store = WorkspaceStore()
    (unread,) = await load_once(reads, store, hurried)
    assert unread.device_id is None
    assert len(store.codes) == 3


async def test_a_device_list_that_breaks_off_is_asked_for_again(reads, hurried, failure) -> None:
    for number in range(6):
        reads.add_device(f"d{number}")
    reads.fail["devices"] = [None, failure(TimedOut)]
    seen = await load(reads, hurried)
    assert seen[-1] == events.LoadFinished(())
    assert len(of_kind(seen, events.DeviceCodesComplete)) == 6
    assert [call for call in reads.calls if call == "codes d0"] == ["codes d0"]


async def test_a_device_list_that_stays_broken_fails_the_load(reads, hurried, failure) -> None:
    reads.add_device("d0")
    reads.fail["devices"] = [failure(ServerFailure, 500) for _ in range(3)]
    seen = await load(reads, hurried)
    assert isinstance(seen[-1], events.LoadFailed)


async def test_a_fault_of_our_own_becomes_a_failure_that_quotes_nothing(reads, hurried) -> None:
    reads.add_device("d0")
    reads.fail["codes d0"] = [ValueError("4711")]
    seen = await load(reads, hurried)
    (failed,) = of_kind(seen, events.DeviceFailed)
    assert "ValueError" in failed.failure.what
    assert "4711" not in str(failed.failure)
    reads.fail["workspace"] = [KeyError("4711")]
    seen = await load(reads, hurried)
    assert "4711" not in str(seen[-1].failure)


async def test_a_cancelled_load_ends_without_a_word_and_without_leftovers(reads, clock, settle, failure) -> None:
    for number in range(20):
        reads.add_device(f"d{number}")
    reads.fail["codes d0"] = [failure(ServerFailure, 500)]  # one rests for its second try
    stuck = asyncio.Event()

    async def hang(call: str) -> None:
        if call.startswith("unmanaged"):
            await stuck.wait()

    reads.on_call = hang
    seen: list[events.SyncEvent] = []
    task = asyncio.create_task(Loader(reads, seen.append, clock, after_page=None).run())
    await settle()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not of_kind(seen, (events.LoadFailed, events.LoadFinished))
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_reload_takes_out_what_is_gone(reads, hurried) -> None:
    for number in range(3):
        reads.add_device(f"d{number}")
    reads.accounts.append(ConnectedAccount("a2", "B"))
    store = WorkspaceStore()
    loader = Loader(reads, lambda event: apply_event(store, event), hurried, after_page=None)
    await loader.run()
    reads.devices.pop(0)
    del reads.codes["d1-c0"]
    reads.accounts.pop()
    reads.put(replace(reads.codes["d2-c0"], name="renamed"))
    await loader.run()
    assert set(store.devices) == {"d1", "d2"}
    assert set(store.accounts) == {"a1"}
    assert sorted(store.codes) == ["d1-c1", "d1-u0", "d2-c0", "d2-c1", "d2-u0"]
    assert store.codes["d2-c0"].name == "renamed"


async def test_the_collector_is_kept_away_in_the_first_load_only(reads, hurried) -> None:
    reads.page = 1000
    reads.add_device("d0", codes=1000)
    frozen = []
    loader = Loader(reads, lambda event: None, hurried, after_page=lambda: frozen.append(1))
    await loader.run()
    first = len(frozen)
    await loader.run()
    assert first >= 1
    assert len(frozen) == first


async def test_an_empty_workspace_finishes(reads, hurried) -> None:
    reads.accounts.clear()
    assert (await load(reads, hurried))[-1] == events.LoadFinished(())


async def test_an_invalid_request_is_told_on_its_device(reads, hurried) -> None:
    reads.add_device("d0")
    reads.fail["codes d0"] = [InvalidInput("Bad.", "Fix.", fields={})]
    seen = await load(reads, hurried)
    assert [e.retry_in_seconds for e in of_kind(seen, events.DeviceFailed)] == [None]
