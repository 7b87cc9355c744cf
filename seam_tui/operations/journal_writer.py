"""Writes one run's journal: what `write` was given is on disk when it returns, and many callers share one wait.

Lines are made, written and waited for in a thread of the writer's own, never on an event loop.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from seam_tui.operations.journal_files import AppendedFile, JournalError, RunFiles, write_failure
from seam_tui.operations.journal_lines import KnownPins, encode, encode_pin, encode_text, hide_pins
from seam_tui.operations.journal_records import (
    Finished,
    PinKept,
    PinSlot,
    Planned,
    Record,
    SendTime,
    Stopped,
    UndoClosed,
)
from seam_tui.operations.journal_state import RunState, UnplannedStepError

_OF_THE_RUN: Final = (SendTime, Finished, Stopped, UndoClosed)
"""Records that are about no step."""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What one caller waits for."""

    records: tuple[Record, ...]
    written: Future[None] = field(default_factory=Future)


class JournalWriter:
    """The journal of a run that this process holds; others may read it, and none may write it.

    Args:
        files: The run's files.
        file: The run's file, held.
        side_file: The side file, where the run has one already.
        known: What was written before, when a run is gone on with.
    """

    def __init__(
        self, files: RunFiles, file: AppendedFile, side_file: AppendedFile | None = None, known: RunState | None = None
    ) -> None:
        self._files = files
        self._file = file
        self._side_file = side_file
        self._pins = KnownPins()
        self._kept: set[tuple[int, PinSlot]] = set()
        self._planned: set[int] = set()
        for number, step in known.steps.items() if known is not None else ():
            self._planned.add(number)
            for slot, pin in ((PinSlot.BEFORE, step.old_pin), (PinSlot.SENT, step.sent_pin)):
                if pin is not None:
                    self._kept.add((number, slot))
                    self._pins.add(pin)
        self._queue: list[_Entry] = []
        self._guard = threading.Lock()
        self._closed = False
        self._failure: OSError | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self._files.run_id

    async def write(self, *records: Record) -> None:
        """Write records; when it returns, they and all that was written before are on disk.

        They are written even if the caller is cancelled meanwhile. After a failure nothing more is taken: whoever
        sends must stop sending.

        Args:
            records: Any; a planned step comes with its PINs in the same call.

        Raises:
            JournalError: They are not on disk; says why.
            ValueError: A step was not planned, is planned twice or without its PIN, or a time has no zone.
        """
        entry = _Entry(records)
        with self._guard:
            if self._closed:
                raise JournalError("The journal of this run is closed.", "Nothing more is sent.", self._files.run)
            self._queue.append(entry)
            if len(self._queue) == 1:
                self._thread.submit(self._flush)
        # Shielded: a cancelled caller may have sent already, and what came of it must not be lost.
        await asyncio.shield(asyncio.wrap_future(entry.written))

    async def close(self) -> None:
        """Let go of the run, after all that was given is written; a run without an end can then be gone on with."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            shut = self._thread.submit(self._shut)
        self._thread.shutdown(wait=False)
        await asyncio.shield(asyncio.wrap_future(shut))

    async def __aenter__(self) -> JournalWriter:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # In the writer's thread

    def _flush(self) -> None:
        """Write all that waits, in one go."""
        with self._guard:
            entries, self._queue = self._queue, []
        try:
            self._write_group(entries)
        except BaseException as error:  # whoever waits must not wait for ever
            for entry in entries:
                if not entry.written.done():
                    entry.written.set_exception(error)

    def _write_group(self, entries: list[_Entry]) -> None:
        for record in (record for entry in entries for record in entry.records):
            if isinstance(record, PinKept):
                self._pins.add(record.pin)
        lines: list[bytes] = []
        side_lines: list[bytes] = []
        ready: list[_Entry] = []
        for entry in entries:
            try:
                self._check(entry.records)
                own_lines, own_side_lines = self._encoded(entry.records)
            except ValueError as error:
                entry.written.set_exception(error)
                continue
            self._planned |= _steps(entry.records, Planned)
            self._kept |= _pins(entry.records)
            lines += own_lines
            side_lines += own_side_lines
            ready.append(entry)
        try:
            self._append(lines, side_lines)
        except OSError as error:
            self._failure = error
            for entry in ready:
                entry.written.set_exception(write_failure(error, self._files.run))
            return
        for entry in ready:
            entry.written.set_result(None)

    def _append(self, lines: list[bytes], side_lines: list[bytes]) -> None:
        if self._failure is not None:
            # What a failed write left behind is anybody's guess, so nothing is put on top of it.
            raise self._failure
        if side_lines:
            # First, so that no step is on disk without its PINs.
            self._side_file = self._side_file or AppendedFile.create(self._files.pins)
            self._side_file.append(b"".join(side_lines))
        if lines:
            self._file.append(b"".join(lines))

    def _check(self, records: tuple[Record, ...]) -> None:
        """See that the records can follow what was written.

        Raises:
            ValueError: They cannot: nobody could read the file again.
        """
        planned = [record for record in records if isinstance(record, Planned)]
        numbers = _steps(records, Planned)
        if len(numbers) < len(planned) or numbers & self._planned:
            raise UnplannedStepError("a step is planned twice")
        own = _pins(records)

        def is_kept(number: int, slot: PinSlot) -> bool:
            return (number, slot) in own or (number, slot) in self._kept

        for record in planned:
            if record.code is not None and record.code.has_pin and not is_kept(record.step, PinSlot.BEFORE):
                raise ValueError(f"step {record.step} is planned without the PIN that its code has")
            if record.values.sets_pin and not is_kept(record.step, PinSlot.SENT):
                raise ValueError(f"step {record.step} is planned without the PIN that it sends")
        unplanned = _steps(records, object) - numbers - self._planned
        if unplanned:
            raise UnplannedStepError(f"step {min(unplanned)} was not planned")

    def _encoded(self, records: tuple[Record, ...]) -> tuple[list[bytes], list[bytes]]:
        """The lines of the run's file and those of the side file."""
        lines: list[bytes] = []
        side_lines: list[bytes] = []
        for record in records:
            if isinstance(record, PinKept):
                side_lines.append(encode_pin(record))
            else:
                hidden, texts = hide_pins(record, self._pins.mask)
                lines.append(encode(hidden))
                side_lines += map(encode_text, texts)
        return lines, side_lines

    def _shut(self) -> None:
        self._file.close()
        if self._side_file is not None:
            self._side_file.close()


def _steps(records: tuple[Record, ...], kind: type) -> set[int]:
    """The numbers of the steps that records of a kind are about."""
    return {record.step for record in records if isinstance(record, kind) and not isinstance(record, _OF_THE_RUN)}


def _pins(records: tuple[Record, ...]) -> set[tuple[int, PinSlot]]:
    return {(record.step, record.slot) for record in records if isinstance(record, PinKept)}
