"""The watcher against Seam's fake: whatever its event log tells, the picture becomes the server's."""

import asyncio
from contextlib import suppress

from seam_tui.domain.clock import SystemClock
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.sync import events
from seam_tui.sync.applier import apply_event
from seam_tui.sync.index import Index
from seam_tui.sync.loader import Loader, load_once
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.rereader import Rereader
from seam_tui.sync.watcher import Watcher
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.watchlist import Watchlist
from tests.vendor.running_fake import FakeSeam

PACE = WatchPace(interval=0.5, requests_per_minute=3_000, hot_every=1.0, known_every=1.0, full_every=1.0)
PATIENCE = 30.0


async def test_changes_are_followed_without_a_word_of_failure(fresh_fake: FakeSeam) -> None:
    client = SeamClient(Connection(api_key=fresh_fake.api_key, endpoint=fresh_fake.endpoint))
    heard: list[events.SyncEvent] = []
    index, clock, store = Index(), SystemClock(), WorkspaceStore()
    emit = index.tap(heard.append)
    rereader = Rereader(client, Watchlist(), emit, clock)
    watcher = Watcher(client, emit, clock, rereader, index, Loader(client, emit, clock).run, pace=PACE)
    task = asyncio.create_task(watcher.run())

    async def until(condition) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.05)
                for event in heard:
                    told.append(event)
                    apply_event(store, event)
                heard.clear()

    told: list[events.SyncEvent] = []
    try:
        await until(lambda: any(isinstance(event, events.PollSucceeded) for event in told))
        ours = [code for code in store.codes.values() if code.is_managed and not code.issues]
        renamed, deleted = ours[0].access_code_id, ours[1].access_code_id
        await client.update_access_code(renamed, name="Renamed elsewhere")
        await client.delete_access_code(deleted)
        await until(lambda: deleted not in store.codes and store.codes[renamed].name == "Renamed elsewhere")
        assert [event for event in told if isinstance(event, events.Stale | events.ReloadStarted)] == []
        fresh = WorkspaceStore()
        await load_once(client, fresh, clock)
        await until(lambda: dict(fresh.codes) == dict(store.codes) and dict(fresh.devices) == dict(store.devices))
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await client.close()
