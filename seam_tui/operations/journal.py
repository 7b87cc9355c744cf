"""The journal: before anything is sent, what is needed to undo it is on disk.

One file for each run, in a folder that only its owner opens, locked by whoever works on the run; its PINs lie in a
side file, which goes as soon as undo does not need it any more. `start_run` and `resume_run` are awaited; everything
else here blocks, and is called in a thread by whoever has an event loop to keep free.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from seam_tui.operations.journal_files import (
    DamagedJournalError,
    JournalError,
    RunFiles,
    delete_failure,
    is_held,
    list_runs,
    read_failure,
    runs_folder,
)
from seam_tui.operations.journal_holding import (
    add,
    append,
    delete,
    delete_pins,
    held,
    hold_if_there,
    resume,
    start,
    unknown_run,
)
from seam_tui.operations.journal_reading import (
    NeverBeganError,
    header_of,
    load,
    may_be_unfinished,
    put_aside,
    was_put_aside,
)
from seam_tui.operations.journal_records import Ended, Header, Outcome, Stopped, UndoClosed
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.journal_writer import JournalWriter

UNDO_KEPT: Final = timedelta(days=30)
"""How long a run can be undone, and its PINs are kept."""
HISTORY_FACTOR: Final = 2
"""A run's file, without PINs, stays this many times as long."""


_LARGE: Final = 4 * 1024 * 1024
"""Bytes of a run's file that is not read by the way: some 8,000 steps."""


class RunStatus(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    """Somebody holds it."""
    UNFINISHED = "unfinished"
    """Nobody does, and it has not come to its end."""
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run in the history."""

    header: Header
    status: RunStatus
    outcomes: Counter[Outcome]
    open_intents: int
    """Steps of which nobody knows how they ended."""
    undo_until: datetime | None
    """None when undo was used or declined, or the run has not come to its end."""
    has_pins: bool


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The runs that may be gone on with or stopped, and the files that could not be read."""

    runs: tuple[RunState, ...]
    problems: tuple[JournalError, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The newest runs, and the files that could not be read."""

    runs: tuple[RunSummary, ...]
    problems: tuple[JournalError, ...] = ()


@dataclass(frozen=True, slots=True)
class Expired:
    """What was deleted because of its age."""

    pins: int
    """Side files."""
    runs: int
    problems: tuple[JournalError, ...] = ()
    """What should have been deleted and could not be."""


class Journal:
    """All runs' files in one folder.

    Args:
        folder: Where they lie; `runs` in the state folder when None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or runs_folder()

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._folder

    # One run

    async def start_run(
        self,
        *,
        workspace_id: str,
        workspace_name: str,
        action: str,
        count: int,
        endpoint: str,
        now: datetime,
        undoes: str | None = None,
    ) -> JournalWriter:
        """Begin the journal of a run, held by this process until the writer is closed.

        Args:
            workspace_id: The workspace that it acts on.
            workspace_name: Its name, for the history.
            action: The plan's `ActionId`.
            count: Steps that will be planned.
            endpoint: Seam's address.
            now: The wall time, aware.
            undoes: The run that this one puts back.

        Raises:
            JournalError: It cannot be written; nothing may be sent.
        """

        def header(run_id: str) -> Header:
            return Header(
                run_id=run_id,
                workspace_id=workspace_id,
                workspace_name=workspace_name,
                action=str(action),
                created_at=now,
                count=count,
                endpoint=endpoint,
                undoes=undoes,
            )

        return await asyncio.to_thread(start, self._folder, header, now)

    async def resume_run(self, run_id: str) -> tuple[RunState, JournalWriter]:
        """Take over a run that nobody holds and that has not come to its end.

        Returns:
            What is known of it, with its PINs, and a writer that goes on behind it.

        Raises:
            RunIsHeldError: Somebody works on it.
            JournalError: It is finished, damaged, unknown, or cannot be written.
        """
        return await asyncio.to_thread(lambda: resume(self._find(run_id)))

    def read_run(self, run_id: str) -> RunState:
        """What is known of a run, with its PINs as long as they are kept; it may be held.

        Raises:
            JournalError: It is damaged, unknown, or cannot be read.
        """
        return self._read(self._find(run_id))

    def stop_run(self, run_id: str, now: datetime) -> None:
        """End a run that nobody holds, where it stands: it is not offered again.

        Raises:
            JournalError: As `resume_run`.
        """
        files = self._find(run_id)
        with held(files) as (state, file):
            if not state.is_finished:
                append(file, Stopped(at=now))

    def close_undo(self, run_id: str, why: Literal["used", "declined"], now: datetime) -> bool:
        """Write down that a run's undo is not offered again, and forget its PINs.

        The run that puts it back holds all it needs in its own journal, once its steps are planned.

        Returns:
            Whether it was open until now.

        Raises:
            JournalError: As `resume_run`.
        """
        files = self._find(run_id)
        with held(files) as (state, file):
            was_open = state.undo_closed is None
            if was_open:
                append(file, UndoClosed(at=now, why=why))
            delete_pins(files)
        return was_open

    def forget_pins(self, run_id: str) -> None:
        """Delete a run's PINs.

        Raises:
            JournalError: As `resume_run`.
        """
        files = self._find(run_id)
        with held(files):
            delete_pins(files)

    def add_ends(self, run_id: str, ends: Iterable[Ended]) -> None:
        """Write down how steps ended that a run, which nobody holds, had only asked for.

        Args:
            run_id: The run.
            ends: The last word on steps of its plan; no PIN is in their words.

        Raises:
            JournalError: As `resume_run`.
        """
        add(self._find(run_id), ends)

    # All runs

    def unfinished_runs(self, workspace_id: str) -> Unfinished:
        """The runs of a workspace that nobody holds and that have not come to their end, the newest first.

        A damaged file is put aside, told of once, and hides no other.

        Raises:
            JournalError: The folder cannot be read.
        """
        runs: list[RunState] = []
        problems: list[JournalError] = []
        for files in list_runs(self._folder):
            try:
                if files.run.exists() and not is_held(files.run) and may_be_unfinished(files.run, workspace_id):
                    state = self._read(files)
                    if not state.is_finished and state.header.workspace_id == workspace_id:
                        runs.append(state)
            except FileNotFoundError:  # deleted by another app meanwhile
                continue
            except OSError as error:
                problems.append(read_failure(error, files.run))
            except NeverBeganError:
                continue
            except JournalError as problem:
                problems.append(problem)
        return Unfinished(tuple(runs), tuple(problems))

    def unfinished_undo_of(self, run_id: str) -> str | None:
        """The id of a run that puts another one back and has not come to its end, held or not; None without one.

        Raises:
            JournalError: The folder cannot be read.
        """
        for files in list_runs(self._folder):
            with contextlib.suppress(OSError):  # gone meanwhile, or unreadable: told of elsewhere
                header = header_of(files.run)
                is_undo = header is not None and header.undoes == run_id
                if header is not None and is_undo and may_be_unfinished(files.run, header.workspace_id):
                    return files.run_id
        return None

    def history(self, limit: int = 50) -> History:
        """The newest runs of all workspaces.

        Raises:
            JournalError: The folder cannot be read.
        """
        runs: list[RunSummary] = []
        problems: list[JournalError] = []
        for files in list_runs(self._folder):
            if len(runs) >= limit:
                break
            try:
                if files.run.exists():
                    runs.append(_summary(self._read(files, with_pins=False), is_held=is_held(files.run)))
                elif files.damaged.exists():
                    problems.append(was_put_aside(files))
            except FileNotFoundError:  # deleted by another app meanwhile
                continue
            except OSError as error:
                problems.append(read_failure(error, files.run))
            except NeverBeganError:
                continue
            except JournalError as problem:
                problems.append(problem)
        return History(tuple(runs), tuple(problems))

    def waiting_runs(self, workspace_id: str, since: datetime, limit: int) -> tuple[RunState, ...]:
        """Runs of a workspace that nobody holds, with steps that their locks had not answered, the newest first.

        Args:
            workspace_id: The workspace.
            since: When the oldest of them began, aware.
            limit: How many runs are read; what cannot be read, or is very large, is passed over.

        Raises:
            JournalError: The folder cannot be read.
        """
        runs: list[RunState] = []
        recent = (files for files in list_runs(self._folder) if files.created_at >= since)
        for files in islice(recent, limit):
            with contextlib.suppress(OSError, JournalError):  # gone meanwhile, or told of elsewhere
                header = header_of(files.run)
                is_here = header is not None and header.workspace_id == workspace_id
                if is_here and files.run.stat().st_size <= _LARGE and not is_held(files.run):
                    runs.append(load(files))
        return tuple(state for state in runs if state.waiting)

    def expire(self, now: datetime, older_than: timedelta = UNDO_KEPT) -> Expired:
        """Delete the PINs of runs that are too old to be undone, and the files of those twice as old.

        A run that somebody holds is left alone; one that cannot be read is not spared.

        Args:
            now: The wall time, aware.
            older_than: How long undo is kept.

        Raises:
            JournalError: The folder cannot be read.
        """
        pins = runs = 0
        problems: list[JournalError] = []
        for files in list_runs(self._folder):
            age = now - files.created_at
            if age <= older_than:
                continue
            try:
                with hold_if_there(files.run) as is_ours:
                    if is_ours:
                        pins += delete(files.pins)
                        if age > older_than * HISTORY_FACTOR:
                            runs += delete(files.run) + delete(files.damaged)
            except OSError as error:
                problems.append(delete_failure(error, files.pins))
        return Expired(pins, runs, tuple(problems))

    def _read(self, files: RunFiles, *, with_pins: bool = True) -> RunState:
        """Read a run; a damaged one that nobody holds is put aside.

        Raises:
            JournalError: It cannot be read.
            FileNotFoundError: It is not there.
        """
        try:
            return load(files, with_pins=with_pins)
        except DamagedJournalError as damage:
            raise put_aside(files, damage) from None

    def _find(self, run_id: str) -> RunFiles:
        for files in list_runs(self._folder):
            if files.run_id == run_id and files.run.exists():
                return files
        raise unknown_run(run_id)


def _summary(state: RunState, *, is_held: bool) -> RunSummary:
    if is_held:
        status = RunStatus.RUNNING
    elif not state.is_finished:
        status = RunStatus.UNFINISHED
    else:
        status = RunStatus.FINISHED if state.finished_at is not None else RunStatus.STOPPED
    can_be_undone = status in {RunStatus.FINISHED, RunStatus.STOPPED} and state.undo_closed is None
    return RunSummary(
        header=state.header,
        status=status,
        outcomes=state.outcomes,
        open_intents=len(state.open_intents),
        undo_until=state.header.created_at + UNDO_KEPT if can_be_undone else None,
        has_pins=state.has_pins,
    )
