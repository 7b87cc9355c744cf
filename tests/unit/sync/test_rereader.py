import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import replace

from seam_tui.domain.access_code import AccessCodeStatus, PendingMutation
from seam_tui.seam_api.errors import ServerFailure
from seam_tui.sync import events
from seam_tui.sync.rereader import Rereader, is_settled
from seam_tui.workspace.watchlist import Watchlist

CHANGING = (PendingMutation("updating_code", "m"),)


@asynccontextmanager
async def running(reads, clock, settle, emit=None):
    """A re-reader that runs, what it reported, and a way to let time pass second by second."""
    seen = []
    rereader = Rereader(reads, Watchlist(), emit or seen.append, clock)
    task = asyncio.create_task(rereader.run())
    await settle()

    async def pass_seconds(seconds: int) -> None:
        for _ in range(seconds):
            clock.advance(1.0)
            await settle()

    try:
        yield rereader, seen, pass_seconds
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_watched_code_is_read_until_nothing_is_pending(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1", pending_mutations=CHANGING))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "changing PIN")
        await pass_seconds(1)
        assert seen == [events.CodesRead("d1", (reads.codes["c1"],))]
        settled = replace(reads.codes["c1"], pending_mutations=())
        reads.put(settled)
        await pass_seconds(2)
        assert seen[1:] == [events.CodesRead("d1", (settled,)), events.CodeSettled("c1")]
        await pass_seconds(120)
        assert reads.calls == ["get c1", "get c1"]


async def test_a_removed_code_is_gone_and_settled(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1", status=AccessCodeStatus.REMOVING))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "removing", until_gone=True)
        await pass_seconds(1)
        del reads.codes["c1"]
        await pass_seconds(3)
        assert seen[-2:] == [events.CodeGone("c1"), events.CodeSettled("c1")]


async def test_a_removal_that_seam_does_not_show_yet_is_watched_on(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1"))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "removing", until_gone=True)
        await pass_seconds(10)
        assert events.CodeSettled("c1") not in seen


async def test_a_conversion_settles_only_when_the_code_is_managed(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1", is_managed=False))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "converting")
        await pass_seconds(1)
        assert seen == [events.CodesRead("d1", (reads.codes["c1"],))]
        assert reads.calls == ["get c1", "get unmanaged c1"]
        reads.put(replace(reads.codes["c1"], is_managed=True))
        await pass_seconds(2)
        assert seen[-1] == events.CodeSettled("c1")


async def test_a_code_that_does_not_settle_is_said_to_wait_and_given_up_after_an_hour(
    reads, clock, settle, make_code
) -> None:  # UX 9
    reads.put(make_code("c1", "d1", status=AccessCodeStatus.REMOVING))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "removing")
        await pass_seconds(3_700)
        waiting = [event for event in seen if isinstance(event, events.StillWaiting)]
        assert [(event.minutes, event.gave_up) for event in waiting] == [
            (10, False), (20, False), (30, False), (40, False), (50, False), (60, True),
        ]  # fmt: skip
        assert {event.reason for event in waiting} == {"removing"}
        reads.calls.clear()
        await pass_seconds(120)
        assert reads.calls == []


async def test_a_read_that_fails_is_told_and_tried_again(reads, clock, settle, make_code, failure) -> None:
    reads.put(make_code("c1", "d1"))
    broken = failure(ServerFailure, 500)
    reads.fail["get c1"] = [broken]
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "changing PIN")
        await pass_seconds(1)
        assert seen == [events.RereadFailed("c1", broken)]
        await pass_seconds(2)
        assert seen[-1] == events.CodeSettled("c1")


async def test_a_fault_of_our_own_does_not_end_the_rereader(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1"))
    reads.fail["get c1"] = [KeyError("4711")]
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        rereader.watch("c1", True, "changing PIN")
        await pass_seconds(3)
        assert "4711" not in str(seen[0].failure)
        assert seen[-1] == events.CodeSettled("c1")


async def test_a_listener_that_fails_does_not_end_the_rereader(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1", pending_mutations=CHANGING))
    heard = []
    broken = [True]

    def listen(event: events.SyncEvent) -> None:
        if broken[0]:
            raise RuntimeError("closed")
        heard.append(event)

    async with running(reads, clock, settle, listen) as (rereader, _, pass_seconds):
        rereader.watch("c1", True, "changing PIN")
        await pass_seconds(2)
        broken[0] = False
        await pass_seconds(40)
        assert events.CodesRead("d1", (reads.codes["c1"],)) in heard


async def test_watching_from_another_thread_wakes_the_rereader(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1"))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):
        thread = threading.Thread(target=rereader.watch, args=("c1", True, "changing PIN"))
        thread.start()
        thread.join()
        await pass_seconds(1)
        assert seen[-1] == events.CodeSettled("c1")


async def test_a_wish_made_before_the_rereader_runs_is_served(reads, clock, settle, make_code) -> None:
    reads.put(make_code("c1", "d1"))
    seen = []
    rereader = Rereader(reads, Watchlist(), seen.append, clock)
    rereader.watch("c1", True, "changing PIN")
    clock.advance(5.0)
    task = asyncio.create_task(rereader.run())
    await settle()
    assert seen[-1] == events.CodeSettled("c1")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_something_new_asked_during_a_read_is_not_settled_by_the_old_answer(
    reads, clock, settle, make_code
) -> None:
    reads.put(make_code("c1", "d1"))
    async with running(reads, clock, settle) as (rereader, seen, pass_seconds):

        async def ask_again(call: str) -> None:
            reads.on_call = None
            clock.advance(0.5)
            rereader.watch("c1", True, "removing", until_gone=True)

        reads.on_call = ask_again
        rereader.watch("c1", True, "changing PIN")
        await pass_seconds(20)
        assert reads.calls.count("get c1") > 1
        assert sum(isinstance(event, events.CodeSettled) for event in seen) <= 1
        del reads.codes["c1"]
        await pass_seconds(40)
        assert seen[-1] == events.CodeSettled("c1")


async def test_read_now_reads_each_code_once(reads, clock, make_code) -> None:
    reads.put(make_code("c1", "d1"))
    reads.put(make_code("u1", "d1", is_managed=False))
    seen = []
    await Rereader(reads, Watchlist(), seen.append, clock).read_now(["c1", "c1", "u1", "gone"], unmanaged={"u1"})
    assert sorted(reads.calls) == ["get c1", "get gone", "get unmanaged gone", "get unmanaged u1"]
    assert events.CodeGone("gone") in seen
    assert len(seen) == 3


async def test_an_account_that_cannot_be_read_again_is_named(reads, clock, failure) -> None:
    seen = []
    rereader = Rereader(reads, Watchlist(), seen.append, clock)
    await rereader.read_account("a1")
    assert isinstance(seen[-1], events.AccountsRead)
    broken = failure(ServerFailure, 500)
    reads.fail["account a1"] = [broken]
    await rereader.read_account("a1")
    assert seen[-1] == events.AccountsFailed(broken, "a1")


def test_a_planned_creation_is_nothing_to_wait_for(make_code) -> None:
    deferred = (PendingMutation("deferring_creation", "m"),)
    assert is_settled(make_code("c1", "d1", status=AccessCodeStatus.UNSET, pending_mutations=deferred))
    assert not is_settled(make_code("c1", "d1", pending_mutations=CHANGING))
    assert not is_settled(make_code("c1", "d1", status=AccessCodeStatus.SETTING))
