"""The one re-reader: reads what was acted on until it settles, and what somebody asks to see fresh.

A poll over the watchlist: a few codes one by one, the many of a large run by the hundred. What the watcher reads counts
here too: it says so before it asks (`expect`) and when it knows (`heard`), so that no code is read twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus
from seam_tui.domain.clock import Clock
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.events import Emit
from seam_tui.sync.finding import find_code
from seam_tui.sync.pace import batches
from seam_tui.sync.reads import SeamReads, unexpected
from seam_tui.sync.rests import is_of_no_record
from seam_tui.sync.waiting import first_of
from seam_tui.workspace.watchlist import Watch, WatchKind, Watchlist

CONCURRENCY: Final = 8
"""Codes read at once."""
MANY: Final = 4
"""Managed codes due at one moment from which on they are read in one request; an answer of all of a code is surer."""
OVERTAKEN_WITHIN: Final = 120.0
"""Seconds after which no older answer is on its way any more: the client has given up on it."""
_FAULT_PAUSE: Final = (1.0, 5.0, 30.0)
"""Seconds to rest after a fault of our own, so that a fault that stays does not spin."""


def is_settled(code: AccessCode) -> bool:
    """Whether nothing more is to be expected of a code soon.

    A deferred creation is settled: Seam has planned it for later and there is nothing to wait for now.
    """
    if code.is_being_deleted or code.status in {AccessCodeStatus.SETTING, AccessCodeStatus.REMOVING}:
        return False
    return all(mutation.mutation_code == "deferring_creation" for mutation in code.pending_mutations)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A call of `watch` on its way from another thread."""

    access_code_id: str
    kind: WatchKind
    reason: str
    until_gone: bool
    asked_at: float


class Rereader:
    """Reads single codes and accounts again.

    `watch` may be called from any thread; everything else runs on the loop of `run()`.

    Args:
        client: Where to read.
        watchlist: What is watched; from now on owned by the loop of `run()`.
        emit: Takes each event; called on that loop.
        clock: Time, for the waits between reads.
    """

    def __init__(self, client: SeamReads, watchlist: Watchlist, emit: Emit, clock: Clock) -> None:
        self._client = client
        self._watchlist = watchlist
        self._emit = emit
        self._clock = clock
        self._inbox: deque[_Wish] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._alone: set[str] = set()
        """Codes of batches that were not answered, perhaps because of one of them: each is read alone once."""
        self._under_way: set[str] = set()
        self._newest: dict[str, float] = {}
        """When the newest reading of a code was asked for, while an older one may still be on its way."""

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Read a code until it settles. May be called from any thread.

        Args:
            access_code_id: The code.
            is_managed: As what it is expected to be found; True after a conversion was asked for. A code that is
                found otherwise is reported and watched on.
            reason: What was asked for, as it ends "still …": `removing`, `changing PIN`.
            until_gone: Whether only its disappearance settles it: say so after a delete, because for a moment Seam may
                still show the code as if nothing had been asked.
        """
        kind = WatchKind.MANAGED if is_managed else WatchKind.UNMANAGED
        # A deque's append is atomic, and so is reading these two references.
        self._inbox.append(_Wish(access_code_id, kind, reason, until_gone, self._clock.monotonic()))
        loop, wake = self._loop, self._wake
        if loop is not None and wake is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wake.set)

    async def run(self) -> None:
        """Serve the watchlist until cancelled. Never ends by itself: a fault becomes an event and a rest."""
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        faults = 0
        try:
            while True:
                try:
                    await self._turn()
                    faults = 0
                except Exception as error:
                    self._report_fault(error)
                    await self._clock.sleep(_FAULT_PAUSE[min(faults, len(_FAULT_PAUSE) - 1)])
                    faults += 1
        finally:
            self._loop = self._wake = None

    def is_watching(self, access_code_id: str) -> bool:
        """Whether a code is being read until it settles. On the loop of `run()` only, as the next two."""
        return access_code_id in self._watchlist

    def expect(self, access_code_ids: Iterable[str]) -> float:
        """Somebody else reads these codes now: those that are watched need no read of their own for a while.

        Returns:
            The moment, for `heard`.
        """
        self._take_wishes()
        now = self._clock.monotonic()
        for access_code_id in access_code_ids:
            self._watchlist.was_read(access_code_id, now)
        return now

    def heard(self, access_code_id: str, found: AccessCode | None, asked_at: float) -> None:
        """Take somebody else's reading of a code for one's own.

        Args:
            access_code_id: The code.
            found: As it was read; None when it is gone.
            asked_at: What `expect` returned. A code of which something new was asked later is watched on.
        """
        if access_code_id in self._under_way:
            self._newest[access_code_id] = asked_at
        watch = self._watchlist.get(access_code_id)
        if watch is not None and watch.since < asked_at:
            self._judge(watch, found, is_gone=found is None)

    def is_overtaken(self, access_code_id: str, asked_at: float) -> bool:
        """Whether a reading that was asked for later has been reported already: this one would turn back the clock."""
        return self._newest.get(access_code_id, asked_at) > asked_at

    def not_overtaken(self, codes: tuple[AccessCode, ...], asked_at: float) -> tuple[AccessCode, ...]:
        """Those of some codes of which nothing newer was reported."""
        if not self._newest:
            return codes
        return tuple(code for code in codes if not self.is_overtaken(code.access_code_id, asked_at))

    async def read_now(self, access_code_ids: Iterable[str], *, unmanaged: Collection[str] = ()) -> None:
        """Read codes again, once, and report them; failures become events.

        Args:
            access_code_ids: Which codes.
            unmanaged: Those of them that are known to be unmanaged: saves a request for each.
        """
        kinds = {
            key: WatchKind.UNMANAGED if key in unmanaged else WatchKind.MANAGED
            for key in dict.fromkeys(access_code_ids)
        }
        await asyncio.gather(*(self._read_again(key, kind) for key, kind in kinds.items()))

    async def read_account(self, connected_account_id: str) -> None:
        """Read a connected account again; failures become events."""
        try:
            account = await self._client.get_connected_account(connected_account_id)
            self._emit(events.AccountsRead((account,)))
        except SeamFailure as failure:
            self._emit(events.AccountsFailed(failure, connected_account_id))
        except Exception as error:
            self._emit(events.AccountsFailed(unexpected(error), connected_account_id))

    # The loop

    async def _turn(self) -> None:
        """Read what is due, say what is late, then wait for the next read or the next wish."""
        self._take_wishes()
        long_ago = self._clock.monotonic() - OVERTAKEN_WITHIN
        self._newest = {key: at for key, at in self._newest.items() if at > long_ago}
        watches = [self._watchlist.get(key) for key in self._watchlist.due(self._clock.monotonic())]
        due = [watch for watch in watches if watch is not None]
        for watch in due:
            # Noted before the answer: whatever goes wrong from here on, the next read is not due at once.
            self._watchlist.was_read(watch.id, self._clock.monotonic())
        together = [watch for watch in due if watch.kind is WatchKind.MANAGED and watch.id not in self._alone]
        if len(together) < MANY:
            together = []
        ids = {watch.id for watch in together}
        alone = [watch for watch in due if watch.id not in ids]
        self._alone.difference_update(watch.id for watch in alone)
        reads = [*map(self._read_batch, batches(together)), *map(self._read_watched, alone)]
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        self._tell_late()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        await self._rest()

    def _take_wishes(self) -> None:
        while self._inbox:
            wish = self._inbox.popleft()
            self._watchlist.add(wish.access_code_id, wish.kind, wish.reason, wish.asked_at, until_gone=wish.until_gone)

    async def _read_batch(self, watches: Sequence[Watch]) -> None:
        """Read watched managed codes in one request; what the answer leaves out is asked for alone."""
        ids = [watch.id for watch in watches]
        try:
            async with self._slots:
                with self._reading(ids) as asked_at:
                    found = await self._client.list_access_codes_by_ids(ids)
        except SeamFailure as failure:
            if not is_of_no_record(failure):
                self._alone.update(ids)
            self._emit(events.RereadFailed(watches[0].id, failure))
            return
        current = self.not_overtaken(found, asked_at)
        if current:
            self._emit(events.CodesRead(None, current))
        self._newest.update((code.access_code_id, asked_at) for code in current)
        by_id = {code.access_code_id: code for code in found}
        for watch in watches:
            if watch.id in by_id:
                self._judge_current(watch, by_id[watch.id], is_gone=False)
        await asyncio.gather(*(self._read_watched(watch) for watch in watches if watch.id not in by_id))

    async def _read_watched(self, watch: Watch) -> None:
        found, is_gone = await self._read_again(watch.id, watch.kind)
        self._judge_current(watch, found, is_gone=is_gone)

    def _judge_current(self, watch: Watch, found: AccessCode | None, *, is_gone: bool) -> None:
        """Judge a reading, unless something new was asked of the code meanwhile."""
        self._take_wishes()
        current = self._watchlist.get(watch.id)
        if current is not None and current.since == watch.since:
            self._judge(watch, found, is_gone=is_gone)

    def _judge(self, watch: Watch, found: AccessCode | None, *, is_gone: bool) -> None:
        """Let go of a watched code that has come to rest."""
        as_expected = found is not None and found.is_managed == (watch.kind is WatchKind.MANAGED)
        if is_gone or (found is not None and as_expected and not watch.until_gone and is_settled(found)):
            self._watchlist.settle(watch.id)
            self._emit(events.CodeSettled(watch.id, found))

    async def _read_again(self, access_code_id: str, kind: WatchKind) -> tuple[AccessCode | None, bool]:
        """Read one code and report it: the code if it was found, and whether it is known to be gone."""
        try:
            async with self._slots:
                with self._reading((access_code_id,)) as asked_at:
                    code = await find_code(self._client, access_code_id, is_managed=kind is WatchKind.MANAGED)
        except SeamFailure as failure:
            self._emit(events.RereadFailed(access_code_id, failure))
            return None, False
        except Exception as error:
            self._emit(events.RereadFailed(access_code_id, unexpected(error)))
            return None, False
        if self.is_overtaken(access_code_id, asked_at):
            return None, False
        self._newest[access_code_id] = asked_at
        if code is None:
            self._emit(events.CodeGone(access_code_id))
            return None, True
        self._emit(events.CodesRead(code.device_id, (code,)))
        return code, False

    @contextmanager
    def _reading(self, access_code_ids: Collection[str]) -> Iterator[float]:
        """While codes are being read: gives the moment at which that was asked for."""
        self._under_way.update(access_code_ids)
        try:
            yield self._clock.monotonic()
        finally:
            self._under_way.difference_update(access_code_ids)

    def _tell_late(self) -> None:
        now = self._clock.monotonic()
        lost = self._watchlist.give_up(now)
        for watch in lost:
            minutes = int((now - watch.since) // 60)
            self._emit(events.StillWaiting(watch.id, minutes, watch.reason, gave_up=True))
        for watch in self._watchlist.newly_late(now):
            self._emit(events.StillWaiting(watch.id, watch.minutes_told, watch.reason))

    async def _rest(self) -> None:
        wake = self._wake
        assert wake is not None
        if self._inbox:
            return
        next_due = self._watchlist.next_due()
        if next_due is None:
            await wake.wait()
        else:
            await first_of(wake.wait(), self._clock.sleep(next_due - self._clock.monotonic()))
        wake.clear()

    def _report_fault(self, error: Exception) -> None:
        try:
            self._emit(events.RereadFailed(None, unexpected(error)))
        except Exception:
            # Nobody listens, perhaps because the screen is closing; the loop goes on until it is cancelled.
            return
