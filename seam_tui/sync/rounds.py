"""The rolling re-read: carries out its plan job by job, within its budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from seam_tui.domain.clock import Clock
from seam_tui.seam_api.connection import SENT_AGAIN
from seam_tui.seam_api.errors import SeamFailure, TimedOut, Unauthorized, Unreachable
from seam_tui.sync import events
from seam_tui.sync.batches import BatchReader
from seam_tui.sync.events import Emit
from seam_tui.sync.index import Index
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.reads import unexpected
from seam_tui.sync.rests import is_of_no_record
from seam_tui.sync.rolling import Job, JobKind, Rolling, RoundEnd

FIRST_REST: Final = 5.0
"""Seconds to rest after a job that failed; doubled with each further one."""
_MOST_TRIED: Final = 1_000
"""Jobs, and records, that are remembered as failed."""
_ALONE: Final = {JobKind.CODES: JobKind.CODE, JobKind.DEVICES: JobKind.DEVICE}
"""How the records of a batch are read when the batch fails."""


class Rounds:
    """Reads around the workspace, one job at a time.

    Args:
        reader: Where to read.
        index: What is known.
        pace: Budget and intervals.
        is_watched: Whether the re-reader reads a code anyway.
        clock: Time.
        emit: Takes what is to be said.
    """

    def __init__(
        self,
        reader: BatchReader,
        index: Index,
        pace: WatchPace,
        is_watched: Callable[[str], bool],
        clock: Clock,
        emit: Emit,
    ) -> None:
        self._reader = reader
        self._index = index
        self._clock = clock
        self._emit = emit
        self._plan = Rolling(index, pace, is_watched)
        self._failures = 0
        self._tried: set[Job] = set()
        self._told: set[str] = set()
        self.was_unreachable = False
        """Whether the last job showed that Seam cannot be reached, or does not take the credentials any more."""

    @property
    def pace(self) -> WatchPace:
        """Budget and intervals."""
        return self._plan.pace

    @pace.setter
    def pace(self, pace: WatchPace) -> None:
        self._plan.pace = pace

    def look_at(self, device_ids: Iterable[str]) -> None:
        """Say which devices are on screen. May be called from any thread."""
        self._plan.look_at(device_ids)

    def restart(self) -> None:
        """Everything was read just now, but for what could not be."""
        self._plan.restart(self._clock.monotonic())
        self._plan.add(JobKind.LISTING, self._index.unread)

    def start_kept(self) -> None:
        """All that is known comes from a picture that was kept."""
        self._plan.put_off_rounds(self._clock.monotonic())

    def next_at(self) -> float:
        """When the next job is due, in seconds of the monotonic clock."""
        return self._plan.next_at(self._clock.monotonic())

    async def step(self) -> bool:
        """Do the next job if one is due; whether there was one. A failure is told only when it stays."""
        started = self._clock.monotonic()
        turn = self._plan.next(started)
        if turn is None:
            return False
        job, ends = turn
        before = self._reader.requests
        failure: SeamFailure | None = None
        try:
            await self._do(job)
        except SeamFailure as problem:
            failure = problem
        finally:
            # What the client has sent again by itself counts as well.
            again = SENT_AGAIN if failure is not None and failure.retryable else 0
            self._plan.spend(self._reader.requests - before + again, started)
        self.was_unreachable = isinstance(failure, Unreachable | TimedOut | Unauthorized)
        if failure is None:
            self._failures = 0
            self._tried.discard(job)
            self._told.difference_update(job.ids)
        else:
            self._put_back(job, failure)
        if ends is not RoundEnd.NONE:
            self._emit(events.RoundFinished(full=ends is RoundEnd.FULL))
        return True

    async def read_device(self, device_id: str) -> None:
        """Read a device and all its codes, and ask for each that is missing; failures become events."""
        try:
            await self._reader.device(device_id)
            if self._index.has_device(device_id):
                for key in await self._reader.device_codes(device_id):
                    await self._code(key)
        except SeamFailure as failure:
            self._emit(events.DeviceFailed(device_id, failure, 1, None))
        except Exception as error:
            self._emit(events.DeviceFailed(device_id, unexpected(error), 1, None))

    async def _do(self, job: Job) -> None:
        match job.kind:
            case JobKind.CODES:
                wanted = [key for key in job.ids if not self._index.is_unmanaged(key)]
                if wanted:
                    self._plan.add(JobKind.CODE, await self._reader.codes(wanted))
            case JobKind.CODE:
                await self._code(job.ids[0])
            case JobKind.DEVICES:
                self._plan.add(JobKind.DEVICE, await self._reader.devices(job.ids))
            case JobKind.DEVICE:
                await self._reader.device(job.ids[0])
            case JobKind.ALL_DEVICES:
                new, missing = await self._reader.all_devices()
                self._plan.add(JobKind.LISTING, new)
                self._plan.add(JobKind.DEVICE, missing)
            case JobKind.UNMANAGED:
                if self._index.has_device(job.ids[0]):
                    self._plan.add(JobKind.CODE, await self._reader.unmanaged_codes(job.ids[0]))
            case JobKind.LISTING:
                if self._index.has_device(job.ids[0]):
                    self._plan.add(JobKind.CODE, await self._reader.device_codes(job.ids[0]))
            case JobKind.ACCOUNTS:
                await self._reader.accounts()
            case JobKind.WORKSPACE:
                await self._reader.workspace()

    async def _code(self, access_code_id: str) -> None:
        await self._reader.code(access_code_id, is_managed=not self._index.is_unmanaged(access_code_id))

    def _put_back(self, job: Job, failure: SeamFailure) -> None:
        """Once more soon; what fails twice is read record by record, and a record that fails so is told once."""
        rest = min(self.pace.longest_rest, FIRST_REST * 2.0 ** min(self._failures, 16))
        self._failures += 1
        self._plan.rest_until(self._clock.monotonic() + rest)
        if job not in self._tried and len(self._tried) < _MOST_TRIED:
            self._tried.add(job)
            self._plan.add(job.kind, job.ids)
            return
        self._tried.discard(job)
        if job.kind in _ALONE:
            self._plan.add(job.kind if is_of_no_record(failure) else _ALONE[job.kind], job.ids)
        elif job.kind is JobKind.LISTING:
            self._emit(events.DeviceFailed(job.ids[0], failure, 2, None))
        elif job.kind is JobKind.CODE and job.ids[0] not in self._told:
            self._told = {*self._told, job.ids[0]} if len(self._told) < _MOST_TRIED else {job.ids[0]}
            self._emit(events.RereadFailed(job.ids[0], failure))
