"""Reads a run's files: forgives the torn end that a kill leaves, and nothing else."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from seam_tui.operations.journal_files import (
    AppendedFile,
    DamagedJournalError,
    JournalError,
    RunFiles,
    complete_lines,
    read_failure,
    sync_folder,
)
from seam_tui.operations.journal_lines import decode, decode_kept, version_of
from seam_tui.operations.journal_records import VERSION, Header, PinKept, TextKept
from seam_tui.operations.journal_state import Folding, RunState, UnplannedStepError

_TAIL: Final = 65_536
"""Bytes at a file's end in which the word of its end is looked for."""
_ENDS: Final = (b'{"record":"finished"', b'{"record":"stopped"')
"""How a line of a run's end begins. No text can hold it: a quote within a line's text is escaped."""
_BY_HAND: Final = "Look at that run's codes by hand."


class NeverBeganError(JournalError):
    """A run's file without a header: its app was killed before anything was planned or sent."""


def load(files: RunFiles, *, with_pins: bool = True) -> RunState:
    """What a run's files say.

    Args:
        files: The run's files; it may be held, and may grow meanwhile.
        with_pins: Whether the side file is read too.

    Raises:
        DamagedJournalError: A line is damaged that is not the torn last one.
        NeverBeganError: There is not even a header.
        JournalError: It is of a later version, or cannot be read.
        FileNotFoundError: It is not there.
    """
    lines, is_torn = complete_lines(_bytes_of(files.run))
    if not lines:
        raise NeverBeganError("This run never began: nothing of it was sent.", "There is nothing to do.", files.run)
    version = version_of(lines[0])
    if version is not None and version != VERSION:
        raise JournalError(
            f"{files.run} was written by another release of seam-tui (journal version {version}; "
            f"this one reads {VERSION}).",
            "Use that release for this run, or the newest.",
            files.run,
        )
    header = decode(lines[0])
    if not isinstance(header, Header):
        raise _damaged(files.run, 1)
    folding = Folding(header)
    for number, line in enumerate(lines[1:], 2):
        record = decode(line)
        if record is None or isinstance(record, Header) or not _is_added(folding, record):
            raise _damaged(files.run, number)
    kept = _kept(files.pins) if with_pins else ()
    return folding.state(kept, is_torn=is_torn, has_pins=files.pins.exists())


def header_of(path: Path) -> Header | None:
    """A file's first line; None when it is none.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = decode(file.readline(_TAIL))
    return header if isinstance(header, Header) else None


def may_be_unfinished(path: Path, workspace_id: str) -> bool:
    """Whether a file is worth reading whole: of this workspace, and without the word of its end near its end.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        header = decode(file.readline(_TAIL))
        if isinstance(header, Header) and header.workspace_id != workspace_id:
            return False
        file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
        lines, _ = complete_lines(file.read())
    return not any(line.startswith(_ENDS) for line in lines)


def put_aside(files: RunFiles, damage: DamagedJournalError, *, is_ours: bool = False) -> DamagedJournalError:
    """Give a damaged file of a run that nobody else holds another name, so that it is kept and not read again.

    Args:
        files: The run's files.
        damage: What is wrong with them.
        is_ours: Whether the caller holds the run.

    Returns:
        The damage, with the new name if it has one now.
    """
    with contextlib.suppress(OSError), contextlib.closing(AppendedFile.open(files.run)) as file:
        if is_ours or file.hold():
            files.run.rename(files.damaged)
            sync_folder(files.folder)
            remedy = f"The run was put aside as {files.damaged.name}. {_BY_HAND}"
            return DamagedJournalError(damage.problem, remedy, damage.path, damage.line)
    return damage


def was_put_aside(files: RunFiles) -> JournalError:
    """What to say of a file that was put aside before."""
    problem = f"The run of {files.created_at:%Y-%m-%d %H:%M} UTC is damaged and was put aside as {files.damaged}."
    return DamagedJournalError(problem, _BY_HAND, files.damaged)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        failure = read_failure(error, path)
    raise failure


def _is_added(folding: Folding, record: object) -> bool:
    try:
        folding.add(record)  # type: ignore[arg-type]  # a header was ruled out
    except UnplannedStepError:
        return False
    return True


def _kept(path: Path) -> tuple[PinKept | TextKept, ...]:
    """What the side file keeps; nothing when it is not there, because it was forgotten or never needed."""
    try:
        lines, _ = complete_lines(_bytes_of(path))
    except FileNotFoundError:
        return ()
    kept: list[PinKept | TextKept] = []
    for number, line in enumerate(lines, 1):
        item = decode_kept(line)
        if item is None:
            raise _damaged(path, number)
        kept.append(item)
    return tuple(kept)


def _damaged(path: Path, line: int) -> DamagedJournalError:
    return DamagedJournalError(f"Line {line} of {path} is damaged.", _BY_HAND, path, line)
