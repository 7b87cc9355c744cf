"""Takes hold of a run's files, so that no two apps work on one run, and adds to or deletes what is held."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Final

from seam_tui.operations.journal_files import (
    AppendedFile,
    DamagedJournalError,
    JournalError,
    RunFiles,
    RunIsHeldError,
    delete_failure,
    in_words,
    list_runs,
    prepare_folder,
    sync_folder,
    write_failure,
)
from seam_tui.operations.journal_lines import encode
from seam_tui.operations.journal_reading import load, put_aside
from seam_tui.operations.journal_records import Header, RunRecord
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.journal_writer import JournalWriter

_ID_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
"""No digits, in which a PIN could be seen by chance, and no letters that are misread."""
_ID_LENGTH: Final = 6
"""Letters of an id that chance chooses; two apps may begin a run in one microsecond."""
_PLACE_LENGTH: Final = 5
"""Letters of an id that tell its place within its second: microseconds, and one more than any run before."""


def start(folder: Path, header: Callable[[str], Header], now: datetime) -> JournalWriter:
    """Make the files of a new run and hold them.

    Args:
        folder: Where they go; made if need be.
        header: Makes the first line of a run's id.
        now: The wall time, aware.

    Raises:
        JournalError: They cannot be written.
    """
    with ExitStack() as stack:
        with in_words(write_failure, folder):
            prepare_folder(folder)
            files, file = _create(folder, now)
            stack.callback(file.close)
        _hold(files, file)
        append(file, header(files.run_id))
        stack.pop_all()
        return JournalWriter(files, file)


def resume(files: RunFiles) -> tuple[RunState, JournalWriter]:
    """Hold a run that has not come to its end, and go on behind its last whole line.

    Raises:
        JournalError: It is held, finished, damaged, gone, or cannot be written.
    """
    with ExitStack() as stack:
        state, file = stack.enter_context(held(files))
        if state.is_finished:
            raise JournalError("This run has come to its end already.", "Look at it in the history.", files.run)
        side_file = _open_side_file(files)
        stack.pop_all()
        return state, JournalWriter(files, file, side_file, state)


class held:  # noqa: N801 - reads as a function, as those of contextlib do
    """Hold a run's file while something is done to it; a torn last line is dropped, so that another can follow.

    Raises:
        JournalError: Somebody holds it, or it is damaged, gone, or cannot be read or written.
    """

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._stack = ExitStack()

    def __enter__(self) -> tuple[RunState, AppendedFile]:
        with ExitStack() as stack:
            file = stack.enter_context(closing(_open_run(self._files)))
            _hold(self._files, file)
            try:
                state = load(self._files)
            except DamagedJournalError as damage:
                raise put_aside(self._files, damage, is_ours=True) from None
            _cut_torn_line(file)
            self._stack = stack.pop_all()
            return state, file

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def append(file: AppendedFile, record: Header | RunRecord) -> None:
    """Add one line to a file that is held.

    Raises:
        JournalError: It is not on disk.
    """
    with in_words(write_failure, file.path):
        file.append(encode(record))


def add(files: RunFiles, records: Iterable[RunRecord]) -> None:
    """Add lines to a run that nobody holds, behind its last whole one; what stands before is not read.

    Raises:
        JournalError: Somebody holds it, it is gone, or they are not on disk.
    """
    with closing(_open_run(files)) as file:
        _hold(files, file)
        _cut_torn_line(file)
        with in_words(write_failure, files.run):
            file.append(b"".join(map(encode, records)))


def delete_pins(files: RunFiles) -> None:
    """Delete the side file of a run that is held.

    Raises:
        JournalError: It is still there.
    """
    with in_words(delete_failure, files.pins):
        delete(files.pins)


def delete(path: Path) -> int:
    """Delete a file.

    Returns:
        How many there were.

    Raises:
        OSError: It is still there.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return 0
    sync_folder(path.parent)
    return 1


@contextlib.contextmanager
def hold_if_there(path: Path) -> Iterator[bool]:
    """Hold a file, readable or not, while something is done to it.

    Yields:
        Whether that may be done: nobody else holds the file, or there is none.

    Raises:
        OSError: It cannot be opened.
    """
    try:
        file = AppendedFile.open(path)
    except FileNotFoundError:
        yield True
        return
    with closing(file):
        yield file.hold()


def unknown_run(run_id: str) -> JournalError:
    """What to say of a run that the journal does not have."""
    return JournalError(f"The journal has no run {run_id}.", "seam-tui history lists those that it has.")


def _create(folder: Path, now: datetime) -> tuple[RunFiles, AppendedFile]:
    """Make the file of a run under an id that no other has.

    Raises:
        OSError: It cannot be made.
    """
    moment = now.astimezone(UTC)
    same_second = RunFiles.of(folder, moment, "").created_at
    while True:
        before = [_place(files.run_id) for files in list_runs(folder) if files.created_at == same_second]
        place = max([moment.microsecond, *(number + 1 for number in before if number is not None)])
        chance = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
        files = RunFiles.of(folder, now, _letters(place) + chance)
        with contextlib.suppress(FileExistsError):
            return files, AppendedFile.create(files.run)


def _letters(number: int) -> str:
    """A number in letters that sort as it counts."""
    letters = ""
    for _ in range(_PLACE_LENGTH):
        number, last = divmod(number, len(_ID_LETTERS))
        letters = _ID_LETTERS[last] + letters
    return letters


def _place(run_id: str) -> int | None:
    """A run's place within its second; None for one of an earlier release."""
    letters = run_id[:_PLACE_LENGTH]
    if len(run_id) != _PLACE_LENGTH + _ID_LENGTH or any(letter not in _ID_LETTERS for letter in letters):
        return None
    return reduce(lambda number, letter: number * len(_ID_LETTERS) + _ID_LETTERS.index(letter), letters, 0)


def _open_run(files: RunFiles) -> AppendedFile:
    with in_words(write_failure, files.run):
        try:
            return AppendedFile.open(files.run)
        except FileNotFoundError:
            raise unknown_run(files.run_id) from None


def _open_side_file(files: RunFiles) -> AppendedFile | None:
    with in_words(write_failure, files.pins):
        try:
            side_file = AppendedFile.open(files.pins)
        except FileNotFoundError:
            return None
        _cut_torn_line(side_file)
        return side_file


def _cut_torn_line(file: AppendedFile) -> None:
    """Drop what stands behind the end of the last line."""
    with in_words(write_failure, file.path):
        file.cut(file.read().rfind(b"\n") + 1)


def _hold(files: RunFiles, file: AppendedFile) -> None:
    if not file.hold():
        raise RunIsHeldError("A seam-tui is working on this run.", "Leave it to that one, or close it.", files.run)
