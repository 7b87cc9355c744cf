"""A workspace that is watched in simulated time: sandbox, client, store, and all that keeps the store true."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from seam_tui.sandbox import records
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.issues import code_event
from seam_tui.sandbox.server import SANDBOX_KEY, CutConnectionError, Sandbox, create_sandbox
from seam_tui.sandbox.world import World
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.sync import events
from seam_tui.sync.applier import apply_event
from seam_tui.sync.event_log import EventMark
from seam_tui.sync.index import Index
from seam_tui.sync.loader import Loader, load_once
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.rereader import Rereader
from seam_tui.sync.waiting import first_of
from seam_tui.sync.watcher import Watcher
from seam_tui.workspace.changes import ChangeSet
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.watchlist import Watchlist
from tests.faults.simulated_time import NOW, SimulatedClock, run_simulated
from tests.faults.wire import pauses_between_tries_of

_T = TypeVar("_T")
_E = TypeVar("_E", bound=events.SyncEvent)

ONLY_EVENTS = WatchPace(requests_per_minute=0)
"""No rolling re-read: what is known comes from events alone."""


@dataclass
class Line(httpx.AsyncBaseTransport):
    """The way to a sandbox: each answer takes a tenth of a second; it may be cut, or swallow what is sent."""

    sandbox: Sandbox
    clock: SimulatedClock
    is_cut: bool = False
    is_dead: bool = False
    broken: tuple[str, str] | None = None
    """The beginning of a path, and what stands in the query of the requests to it that are answered with a failure."""
    slow: dict[str, float] = field(default_factory=dict)
    """By path: seconds that the answers to it take on their way back, beyond the usual."""
    tries: int = 0
    """How often something was sent, whether it arrived or not."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request and its answer."""
        self.tries += 1
        if self.is_cut:
            raise httpx.ConnectError("The network is down", request=request)
        if self.is_dead:
            await self.clock.sleep(30.0)
            raise httpx.ReadTimeout("No answer", request=request)
        path, asked = self.broken or ("none", "")
        if request.url.path.startswith(path) and asked.encode() in request.url.query:
            return httpx.Response(500, text="broken", request=request)
        try:
            response = await httpx.ASGITransport(self.sandbox.app).handle_async_request(request)
            await response.aread()
        except CutConnectionError:
            raise httpx.ReadError("The connection was cut", request=request) from None
        await self.clock.sleep(0.1 + self.slow.get(request.url.path, 0.0))
        if self.is_cut:
            raise httpx.ReadError("The connection was cut", request=request)
        return response


@dataclass
class Watched:
    """One workspace and its watcher."""

    sandbox: Sandbox
    clock: SimulatedClock
    line: Line
    client: SeamClient
    watcher: Watcher
    rereader: Rereader
    index: Index
    store: WorkspaceStore
    heard: list[events.SyncEvent]
    news: asyncio.Event
    """Set by everything that is heard."""
    told: list[events.SyncEvent] = field(default_factory=list)
    """What was heard and applied to the store."""
    changes: list[ChangeSet] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        devices: int = 12,
        codes: int = 80,
        *,
        pace: WatchPace = ONLY_EVENTS,
        mark: EventMark | None = None,
        seed: int = 7,
        sandbox: Sandbox | None = None,
    ) -> Watched:
        """Make a sandbox and all around it; nothing runs yet."""
        clock = SimulatedClock(NOW)
        if sandbox is None:
            time = SandboxClock(NOW, source=clock.monotonic)
            sandbox = create_sandbox(devices=devices, codes=codes, seed=seed, clock=time, rate_limits=False)
        line = Line(sandbox, clock)
        client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=line), clock=clock)
        index, store = Index(), WorkspaceStore()
        heard: list[events.SyncEvent] = []
        news = asyncio.Event()

        def hear(event: events.SyncEvent) -> None:
            heard.append(event)
            news.set()

        emit = index.tap(hear)
        rereader = Rereader(client, Watchlist(), emit, clock)
        loader = Loader(client, emit, clock, after_page=None)
        watcher = Watcher(
            client, emit, clock, rereader, index, loader.run, pace=pace, mark=mark, chance=lambda: 0.5
        )  # fmt: skip
        return cls(sandbox, clock, line, client, watcher, rereader, index, store, heard, news)

    @property
    def world(self) -> World:
        """The sandbox's world, up to date."""
        self.sandbox.world.catch_up()
        return self.sandbox.world

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Watched]:
        """Let watcher and re-reader run."""
        tasks = [asyncio.create_task(self.watcher.run()), asyncio.create_task(self.rereader.run())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.client.close()

    def run(self, work: Callable[[Watched], Coroutine[Any, Any, _T]]) -> _T:
        """Run a test's own part beside the watcher, until it ends."""

        async def beside() -> _T:
            async with self.running():
                return await work(self)

        with pauses_between_tries_of(self.clock):
            return run_simulated(self.clock, beside())

    # Waiting for a state

    async def next(self, kind: type[_E], *, most: float = 600.0) -> _E:
        """Wait for the next event of a kind, at most so many seconds; all before it is applied to the store."""
        end = self.clock.monotonic() + most
        looked_at = 0
        while True:
            for position in range(looked_at, len(self.heard)):
                event = self.heard[position]
                if isinstance(event, kind):
                    self._apply(position + 1)
                    return event
            looked_at = len(self.heard)
            assert self.clock.monotonic() < end, f"no {kind.__name__} within {most:g} s"
            self.news.clear()
            await first_of(self.news.wait(), self.clock.sleep(end - self.clock.monotonic()))

    async def looks(self, number: int = 1) -> events.PollSucceeded:
        """Wait for so many more successful looks."""
        self.apply()
        for _ in range(number):
            last = await self.next(events.PollSucceeded)
        return last

    def apply(self) -> None:
        """Bring the store up to date with all that was heard."""
        self._apply(len(self.heard))

    def _apply(self, count: int) -> None:
        for event in self.heard[:count]:
            self.told.append(event)
            changes = apply_event(self.store, event)
            if not changes.is_empty:
                self.changes.append(changes)
        del self.heard[:count]

    def of(self, kind: type[_E]) -> list[_E]:
        """All events of a kind that came so far."""
        return [event for event in (*self.told, *self.heard) if isinstance(event, kind)]

    # Requests

    def forget_requests(self) -> None:
        """Count from here on."""
        self.sandbox.requests.clear()

    @property
    def requests(self) -> Counter[str]:
        """How often each path was asked."""
        return Counter(record.path for record in self.sandbox.requests)

    # Changes in the world

    def managed(self, number: int) -> list[records.Code]:
        """Some managed codes."""
        codes = [c for c in self.world.codes.values() if c.managed and not c.is_offline and not c.is_backup]
        return codes[:number]

    def rename(self, codes: Iterable[records.Code], name: str = "New name", *, tell: bool = True) -> list[str]:
        """Rename codes, with an event for each or without; their ids."""
        ids = []
        for code in codes:
            code.name = name
            ids.append(code.access_code_id)
            if tell:
                kind = "changed" if code.managed else "unmanaged.created"
                code_event(self.world, code, kind)
        return ids

    def names(self, ids: Iterable[str]) -> set[str]:
        """What the store calls some codes."""
        return {self.store.codes[key].name for key in ids}

    async def differences(self) -> list[str]:
        """What the store has wrong, record by record, against a whole new load of the world."""
        fresh = WorkspaceStore()
        assert await load_once(self.client, fresh, self.clock) == ()
        world = self.world
        listed = {key for key, code in world.codes.items() if not (code.is_backup and code.ends_at is None)}
        assert set(fresh.codes) == listed
        assert set(fresh.devices) == set(world.devices)
        wrong = [] if fresh.workspace == self.store.workspace else ["workspace"]
        for kind in ("accounts", "devices", "codes"):
            theirs, ours = getattr(fresh, kind), getattr(self.store, kind)
            wrong += [f"{kind} {key}" for key in theirs.keys() | ours.keys() if theirs.get(key) != ours.get(key)]
        return wrong
