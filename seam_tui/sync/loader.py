"""The cold load: workspace, accounts and devices, then every device's codes, what a person looks at first."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from seam_tui.domain.account import ConnectedAccount
from seam_tui.domain.clock import Clock
from seam_tui.domain.collecting import freeze_records
from seam_tui.domain.device import Device
from seam_tui.seam_api.errors import RateLimited, SeamFailure, Unauthorized
from seam_tui.sync import events
from seam_tui.sync.applier import apply_event
from seam_tui.sync.device_codes import DeviceRead, read_codes
from seam_tui.sync.events import Emit, SyncEvent
from seam_tui.sync.in_flight import InFlight
from seam_tui.sync.reads import SeamReads, unexpected, worth_retrying
from seam_tui.workspace.store import Unread, WorkspaceStore

CONCURRENCY: Final = 4
"""Devices read at once to begin with: without latency our own work is the limit, and more in flight only cost more."""
RETRY_AFTER: Final = (2.0, 10.0)
"""Seconds before the second and the third try."""

FREEZE_EVERY: Final = 5_000
"""Records between two freezes: no page takes longer than with one for each page of 500 (measured)."""

_T = TypeVar("_T")


class DeviceQueue:
    """Devices whose codes are still to be read: the selected one, then those with errors, then the rest."""

    def __init__(self) -> None:
        self._with_errors: OrderedDict[str, DeviceRead] = OrderedDict()
        self._rest: OrderedDict[str, DeviceRead] = OrderedDict()

    def __len__(self) -> int:
        return len(self._with_errors) + len(self._rest)

    def add(self, read: DeviceRead, *, has_errors: bool = False) -> None:
        """Put a device at the end of its lane."""
        lane = self._with_errors if has_errors else self._rest
        lane[read.device_id] = read

    def holds(self, device_id: str | None) -> bool:
        """Whether a device is still to be read."""
        return device_id in self._with_errors or device_id in self._rest

    def take(self, selected: str | None) -> DeviceRead | None:
        """The next device; None when there is none."""
        if selected is not None:
            for lane in (self._with_errors, self._rest):
                if selected in lane:
                    return lane.pop(selected)
        for lane in (self._with_errors, self._rest):
            if lane:
                return lane.popitem(last=False)[1]
        return None


class Loader:
    """Reads a whole workspace and reports it piece by piece. `run()` again is a reload.

    Args:
        client: Where to read.
        emit: Takes each event; called on the loop that runs `run()`.
        clock: Time, for back-off and answer times.
        concurrency: Devices read at once to begin with; more while answers take long, fewer after each 429.
        after_page: Called with the first records of the first load and after about each 5,000 more; None to leave the
            collector alone.
    """

    def __init__(
        self,
        client: SeamReads,
        emit: Emit,
        clock: Clock,
        concurrency: int = CONCURRENCY,
        *,
        after_page: Callable[[], None] | None = freeze_records,
    ) -> None:
        self._client = client
        self._emit = emit
        self._clock = clock
        self._concurrency = concurrency
        self._after_page = after_page
        self._selected: str | None = None
        self._look_again: Callable[[], object] | None = None

    def prioritise(self, device_id: str | None) -> None:
        """Read this device's codes at once, before and during a load.

        May be called from any thread: it stores one reference, which is atomic, and wakes the load. The last call wins.
        """
        self._selected = device_id
        look_again = self._look_again
        if look_again is not None:
            with suppress(RuntimeError):  # the loop was closed in this moment
                look_again()

    @property
    def selected(self) -> str | None:
        """The device to be read next."""
        return self._selected

    async def run(self) -> None:
        """Load everything; end with `LoadFinished` or `LoadFailed`. Cancelling ends it without either."""
        load = _Load(self, self._client, self._emit, self._clock, self._concurrency, self._after_page)
        self._look_again = partial(asyncio.get_running_loop().call_soon_threadsafe, load.look_again)
        # Only the first load: a reload mostly replaces records, and frozen garbage is never freed.
        try:
            await load.run()
        except SeamFailure as failure:
            self._emit(events.LoadFailed(failure))
        except ExceptionGroup as group:
            self._emit(events.LoadFailed(_main_failure(group)))
        except Exception as error:
            self._emit(events.LoadFailed(unexpected(error)))
        else:
            self._after_page = None
            self._emit(events.LoadFinished(tuple(load.failed)))
        finally:
            self._look_again = None


class _Load:
    """One run of a `Loader`."""

    def __init__(
        self,
        loader: Loader,
        client: SeamReads,
        emit: Emit,
        clock: Clock,
        concurrency: int,
        after_page: Callable[[], None] | None,
    ) -> None:
        self._loader = loader
        self._client = client
        self._pass_on = emit
        self._clock = clock
        self._in_flight = InFlight(concurrency)
        self._after_page = after_page
        self._queue = DeviceQueue()
        self._known: set[str] = set()
        self._listed = False
        self._reading = 0
        self._resting = 0
        self._done = 0
        self._codes = 0
        self._fresh = FREEZE_EVERY
        self._news = asyncio.Event()
        self.failed: list[str] = []

    async def run(self) -> None:
        """Workspace first: it proves the credentials. Accounts and devices are listed side by side to save a wait.

        The workspace is asked for once (the client repeats a read by itself): when nothing answers at all, a person
        should read so within a second, not after a quarter of a minute of hope.
        """
        workspace = await self._client.get_workspace()
        self._emit(events.WorkspaceRead(workspace))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._list_accounts())
            group.create_task(self._list_devices())
            await self._read_devices(group)

    def look_again(self) -> None:
        """Another device was selected."""
        self._news.set()

    # Accounts and devices

    async def _list_accounts(self) -> None:
        try:
            seen = await self._insist(self._account_pages)
        except Unauthorized:
            raise
        except SeamFailure as failure:
            self._emit(events.AccountsFailed(failure))
        else:
            self._emit(events.AccountsComplete(frozenset(seen)))

    async def _account_pages(self) -> set[str]:
        seen: set[str] = set()
        pages: AsyncIterator[tuple[ConnectedAccount, ...]] = self._client.list_connected_accounts()
        async for page in pages:
            seen.update(account.connected_account_id for account in page)
            self._emit(events.AccountsRead(page))
            self._count_fresh(len(page))
        return seen

    async def _list_devices(self) -> None:
        self._emit(events.DevicesComplete(frozenset(await self._insist(self._device_pages))))
        self._listed = True
        self._report_progress()
        self._news.set()

    async def _device_pages(self) -> set[str]:
        seen: set[str] = set()
        pages: AsyncIterator[tuple[Device, ...]] = self._client.list_devices()
        async for page in pages:
            devices = tuple(device for device in page if device.takes_access_codes)
            seen.update(device.device_id for device in devices)
            self._emit(events.DevicesRead(devices))
            for device in devices:
                if device.device_id not in self._known:
                    self._known.add(device.device_id)
                    self._queue.add(DeviceRead(device.device_id), has_errors=bool(device.errors))
            self._count_fresh(len(page))
            self._report_progress()
            self._news.set()
        return seen

    async def _insist(self, read: Callable[[], Awaitable[_T]]) -> _T:
        """Ask up to three times for something that a load cannot do without."""
        for pause in RETRY_AFTER:
            try:
                return await read()
            except SeamFailure as failure:
                if not worth_retrying(failure):
                    raise
            await self._clock.sleep(pause)
        return await read()

    # Codes

    async def _read_devices(self, group: asyncio.TaskGroup) -> None:
        """Keep as many devices under way as is wise, until all were read; the selected one waits for no turn."""
        while True:
            while self._reading < self._in_flight.limit + self._queue.holds(self._loader.selected):
                read = self._queue.take(self._loader.selected)
                if read is None:
                    break
                self._reading += 1
                group.create_task(self._read_device(read, group))
            if self._listed and not (self._reading or self._resting or self._queue):
                return
            self._news.clear()
            await self._news.wait()

    async def _read_device(self, read: DeviceRead, group: asyncio.TaskGroup) -> None:
        started, refusals = self._clock.monotonic(), self._client.refusals
        try:
            await read_codes(self._client, read, self._emit)
        except Unauthorized:
            raise
        except SeamFailure as failure:
            self._device_failed(read, failure, group)
        except Exception as error:
            self._device_failed(read, unexpected(error), group)
        else:
            if self._client.refusals == refusals:
                self._in_flight.answered((self._clock.monotonic() - started) / 2)
            self._done += 1
        if self._client.refusals != refusals:
            self._in_flight.refused()
        self._reading -= 1
        self._report_progress()
        self._news.set()

    def _device_failed(self, read: DeviceRead, failure: SeamFailure, group: asyncio.TaskGroup) -> None:
        pause = None
        if worth_retrying(failure) and read.attempt <= len(RETRY_AFTER):
            pause = RETRY_AFTER[read.attempt - 1]
            if isinstance(failure, RateLimited) and failure.retry_after is not None:
                pause = max(pause, failure.retry_after)
        self._emit(events.DeviceFailed(read.device_id, failure, read.attempt, pause))
        if pause is None:
            self.failed.append(read.device_id)
            self._done += 1
        else:
            self._resting += 1
            group.create_task(self._retry_later(read, pause))

    async def _retry_later(self, read: DeviceRead, pause: float) -> None:
        await self._clock.sleep(pause)
        read.attempt += 1
        self._resting -= 1
        self._queue.add(read)
        self._news.set()

    # Reporting

    def _emit(self, event: SyncEvent) -> None:
        self._pass_on(event)
        if isinstance(event, events.CodesRead):
            self._codes += len(event.codes)
            self._count_fresh(len(event.codes))

    def _report_progress(self) -> None:
        self._pass_on(events.Progress(self._codes, self._done, len(self._known)))

    def _count_fresh(self, records: int) -> None:
        self._fresh += records
        if self._after_page is not None and self._fresh >= FREEZE_EVERY:
            self._fresh = 0
            self._after_page()


def _main_failure(group: ExceptionGroup[Exception]) -> SeamFailure:
    """The failure to tell of several: refused credentials before all, then Seam's, then our own."""
    failures: list[SeamFailure] = []
    others: list[Exception] = []
    waiting: list[Exception] = [group]
    while waiting:
        error = waiting.pop()
        if isinstance(error, ExceptionGroup):
            waiting.extend(error.exceptions)
        elif isinstance(error, SeamFailure):
            failures.append(error)
        else:
            others.append(error)
    failures.sort(key=lambda failure: not isinstance(failure, Unauthorized))
    return failures[0] if failures else unexpected(others[0])


async def load_once(client: SeamReads, store: WorkspaceStore, clock: Clock) -> tuple[Unread, ...]:
    """Load a workspace into a store without a screen.

    Args:
        client: Where to read.
        store: What to fill.
        clock: Time, for back-off.

    Returns:
        What could not be read; empty when the picture is complete.

    Raises:
        SeamFailure: The load stopped.
    """
    failures: list[SeamFailure] = []

    def take(event: SyncEvent) -> None:
        if isinstance(event, events.LoadFailed):
            failures.append(event.failure)
        apply_event(store, event)

    await Loader(client, take, clock, after_page=None).run()
    if failures:
        raise failures[0]
    return store.unread
