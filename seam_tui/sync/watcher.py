"""Keeps the picture true: loads it, looks at the events, reads what they name, and a little of all the rest.

One thing at a time: a load, a look and the reads that follow it, or a job of the rolling re-read. So no older answer
overwrites a newer one, and no listing that began before a code was made takes it out again.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from seam_tui.domain.clock import Clock
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.batches import BatchReader
from seam_tui.sync.catching_up import CatchingUp
from seam_tui.sync.event_log import EventLog, EventMark, LostTrack
from seam_tui.sync.events import Emit
from seam_tui.sync.index import Index
from seam_tui.sync.news import News
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.reads import SeamReads, unexpected
from seam_tui.sync.rereader import Rereader
from seam_tui.sync.rests import rest_after, was_reached
from seam_tui.sync.rounds import Rounds
from seam_tui.sync.waiting import first_of

SLICE: Final = 5.0
"""Seconds of rest after which it is seen whether the machine has slept meanwhile."""
SLEPT: Final = 30.0
"""Seconds by which a rest may take longer than it should before that counts as sleep."""
_FAULT_PAUSE: Final = (1.0, 5.0, 30.0)
"""Seconds to rest after a fault of our own, so that a fault that stays does not spin."""
_NOW: Final = float("-inf")


class Watcher:
    """Follows one workspace until cancelled.

    `poll_now`, `reload`, `pause`, `resume`, `look_at`, `set_pace` and the properties may be used from any thread;
    everything else runs on the loop of `run()`.

    Args:
        client: Where to read.
        emit: Takes each event; it has to be the index's own (`Index.tap`), as the loader's and the re-reader's have.
        clock: Time.
        rereader: Is told what is read, so that no watched code is read twice.
        index: Learns from all that is emitted.
        load: Reads everything and emits it, with `LoadFinished` or `LoadFailed` at the end: `Loader.run`.
        pace: How often what is asked.
        mark: Where to go on from when the index was filled with a picture that was kept; None to load first.
        confirm: Asked before the first look from such a mark, until it raises no `SeamFailure` or a load went through.
        chance: Gives random numbers from 0 to 1.
    """

    def __init__(
        self,
        client: SeamReads,
        emit: Emit,
        clock: Clock,
        rereader: Rereader,
        index: Index,
        load: Callable[[], Awaitable[None]],
        *,
        pace: WatchPace | None = None,
        mark: EventMark | None = None,
        confirm: Callable[[], Awaitable[None]] | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._index = index
        self._load_all = load
        self._pace = pace or WatchPace()
        self._chance = chance
        self._log = EventLog(client, clock, self._pace, mark)
        self._reader = BatchReader(client, emit, clock, rereader, index, self._pace)
        self._catching_up = CatchingUp(self._reader, index, emit)
        self._rounds = Rounds(self._reader, index, self._pace, rereader.is_watching, clock, emit)
        self._news = News()
        self._turns = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self._look_at = _NOW
        self._load_at: float | None = _NOW if mark is None else None
        self._reloaded_at: float | None = None
        self._is_filled = mark is not None
        if mark is not None:
            self._rounds.start_kept()
        self._mark = mark
        self._confirm = confirm
        self._is_loading = False
        self._is_paused = False
        self._once = False
        self._fresh_at: datetime | None = None
        self._lost: SeamFailure | None = None
        self._failure: SeamFailure | None = None
        self._failures = 0
        self._faults = 0

    # What a screen asks and says

    @property
    def mark(self) -> EventMark | None:
        """How far the events were followed and what they named was read; None before the first look went well.

        A picture goes with the mark of the last `PollSucceeded` that it has taken: this one may be ahead of it.
        """
        return self._mark

    @property
    def pace(self) -> WatchPace:
        """How often what is asked."""
        return self._pace

    @property
    def is_loading(self) -> bool:
        """Whether everything is being read."""
        return self._is_loading

    @property
    def is_paused(self) -> bool:
        """Whether nothing is asked by itself."""
        return self._is_paused

    def poll_now(self) -> None:
        """Look at the events at once, also while paused or resting after a failure."""
        self._soon(self._hurry)

    def reload(self) -> None:
        """Read everything anew, also while paused; what is known stays until it is replaced."""
        self._soon(self._ask_for_load)

    def pause(self) -> None:
        """Ask nothing by itself from now on; what is under way ends."""
        self._soon(self._set_paused, True)

    def resume(self) -> None:
        """Go on, with a look at once."""
        self._soon(self._set_paused, False)

    def look_at(self, device_ids: Iterable[str]) -> None:
        """Say which devices are on screen: their own records and their codes are read again more often."""
        self._rounds.look_at(device_ids)

    def set_pace(self, pace: WatchPace) -> None:
        """Go by other numbers from the next look on."""
        self._soon(self._take_pace, pace)

    async def refresh_device(self, device_id: str) -> None:
        """Read a device and all its codes again now; failures become events. Waits for a look that is under way."""
        if self._is_loading:
            await self._rounds.read_device(device_id)
            return
        async with self._turns:
            await self._rounds.read_device(device_id)

    async def read_again(self, access_code_ids: Iterable[str]) -> None:
        """Read codes again now, by the hundred. Waits for a look that is under way, and for no load.

        Raises:
            SeamFailure: Not all of them could be read.
        """
        wanted = News()
        for key in access_code_ids:
            device_id = self._index.device_of(key)
            if device_id is not None and self._index.is_unmanaged(key):
                wanted.unmanaged_on.setdefault(device_id, {})[key] = None
            else:
                wanted.codes[key] = None
        if self._is_loading:
            await self._catching_up.read(wanted)
            return
        async with self._turns:
            await self._catching_up.read(wanted)

    async def run(self) -> None:
        """Keep the picture true until cancelled. Never ends by itself: a fault becomes an event and a rest."""
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    await self._turn()
                except Exception as error:
                    pause = _FAULT_PAUSE[min(self._faults, len(_FAULT_PAUSE) - 1)]
                    self._faults += 1
                    self._report_fault(error, pause)
                    await self._clock.sleep(pause)
        finally:
            self._loop = self._wake = None

    # The loop

    async def _turn(self) -> None:
        async with self._turns:
            now = self._clock.monotonic()
            if self._load_at is not None and now >= self._load_at and self._may_act:
                await self._load()
                return
            if self._is_filled and now >= self._look_at and self._may_act:
                await self._look()
                return
            if self._may_roll and await self._rounds.step():
                if self._rounds.was_unreachable:
                    self._look_at = _NOW
                return
        await self._rest()

    @property
    def _may_act(self) -> bool:
        return self._once or not self._is_paused

    @property
    def _may_roll(self) -> bool:
        if self._is_paused or not self._is_filled:
            return False
        return self._failure is None or was_reached(self._failure)

    async def _load(self) -> None:
        """Read everything, and go on from where the log stood before."""
        if self._lost is not None:
            self._emit(events.ReloadStarted(self._lost.what))
        self._once, self._load_at, self._is_loading = False, _NOW, True
        self._index.load_failure = None
        loads = self._index.loads
        log_end = asyncio.ensure_future(self._log.find_end())
        try:
            await self._load_all()
            mark = await log_end
        finally:
            self._is_loading = False
            log_end.cancel()
            await asyncio.gather(log_end, return_exceptions=True)
        now = self._clock.monotonic()
        self._load_at = None
        if self._index.loads == loads:
            self._load_failed(self._index.load_failure or unexpected(RuntimeError()))
            return
        self._log.start_from(mark)
        self._confirm = None
        self._news.clear()
        self._rounds.restart()
        self._is_filled, self._reloaded_at, self._lost, self._failures = True, now, None, 0
        self._look_at = _NOW

    def _load_failed(self, failure: SeamFailure) -> None:
        """A picture that is there goes on being followed; one that is not there yet, or is out of step, is tried on."""
        if self._is_filled and self._lost is None:
            return
        rest = self._fail(failure)
        self._load_at = self._clock.monotonic() + rest

    async def _look(self) -> None:
        """Ask for events, and read what they name."""
        self._once = False
        try:
            if self._confirm is not None:
                await self._confirm()
                self._confirm = None
            listed = await self._log.look()
            self._news.take(listed, self._index)
            tally = await self._catching_up.read(self._news)
        except LostTrack as lost:
            await self._lose_track(lost)
            return
        except SeamFailure as failure:
            self._fail(failure)
            return
        self._failure, self._failures, self._faults = None, 0, 0
        rest = self._pace.interval
        self._look_at = self._clock.monotonic() + rest
        if self._lost is not None:
            self._emit(events.Stale(self._lost, self._fresh_at, rest))
            return
        self._fresh_at, self._mark = self._clock.now(), self._log.mark
        self._emit(events.PollSucceeded(self._fresh_at, rest, len(listed), tally.codes, tally.devices, self._mark))

    async def _lose_track(self, lost: LostTrack) -> None:
        """Read everything: at once, or when the last time is long enough ago; until then go on from here."""
        now = self._clock.monotonic()
        due = now if self._reloaded_at is None else max(now, self._reloaded_at + self._pace.reload_rest)
        if self._lost is not None and self._load_at is not None:
            due = max(due, self._load_at)  # a reload that failed has its own rest
        remedy = "Everything is read again." if due == now else "Everything is read again in a while; or reload now."
        self._lost = SeamFailure(lost.reason, remedy)
        self._load_at = due
        if due > now:
            self._log.start_from(await self._log.find_end())
            self._look_at = now + self._pace.interval
            self._emit(events.Stale(self._lost, self._fresh_at, self._pace.interval))

    def _fail(self, failure: SeamFailure) -> float:
        """Say that the picture is not fresh, and rest. The seconds of rest."""
        self._failures += 1
        self._failure = failure
        rest = rest_after(failure, self._failures, self._pace, self._chance())
        self._look_at = self._clock.monotonic() + rest
        self._emit(events.Stale(failure, self._fresh_at, rest))
        return rest

    async def _rest(self) -> None:
        wake = self._wake
        assert wake is not None
        before, wall = self._clock.monotonic(), self._clock.now()
        until = before + SLICE
        if not self._is_paused:
            due = [self._look_at] if self._is_filled else []
            due += [self._load_at] if self._load_at is not None else []
            due += [self._rounds.next_at()] if self._may_roll else []
            until = max(before, min([until, *due]))
        await first_of(wake.wait(), self._clock.sleep(until - before))
        wake.clear()
        rested = self._clock.monotonic() - before
        # A machine that sleeps stops one clock or both; either way what was known is old now.
        if rested > until - before + SLEPT or (self._clock.now() - wall).total_seconds() > rested + SLEPT:
            self._failures = 0
            self._wake_up()

    def _wake_up(self) -> None:
        self._look_at = _NOW
        if self._load_at is not None and not self._is_filled:
            self._load_at = _NOW

    def _report_fault(self, error: Exception, pause: float) -> None:
        try:
            self._emit(events.Stale(unexpected(error), self._fresh_at, pause))
        except Exception:
            # Nobody listens, perhaps because the screen is closing; the loop goes on until it is cancelled.
            return

    # Wishes, on the loop

    def _soon(self, act: Callable[..., object], *arguments: object) -> None:
        """Do something on the loop of `run()`, and let it look up."""
        loop = self._loop
        if loop is None or loop.is_closed():
            act(*arguments)
            return
        loop.call_soon_threadsafe(act, *arguments)
        if self._wake is not None:
            loop.call_soon_threadsafe(self._wake.set)

    def _hurry(self) -> None:
        self._once = True
        self._wake_up()

    def _ask_for_load(self) -> None:
        self._once = True
        self._load_at = _NOW

    def _set_paused(self, paused: bool) -> None:
        self._is_paused = paused
        if not paused:
            self._wake_up()

    def _take_pace(self, pace: WatchPace) -> None:
        self._pace = self._log.pace = self._reader.pace = self._rounds.pace = pace
        self._look_at = min(self._look_at, self._clock.monotonic() + pace.interval)
