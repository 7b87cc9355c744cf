"""The journal's files: where they lie, who may read them, who holds them, and when a line is on disk.

Everything here blocks, and is called off the event loop.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from seam_tui.domain.private_file import brief_path

APP_NAME: Final = "seam-tui"
STATE_FOLDER_VARIABLE: Final = "SEAM_TUI_STATE_DIR"
"""Environment variable that puts the state folder elsewhere."""
RUN_SUFFIX: Final = ".jsonl"
PINS_SUFFIX: Final = ".pins"
DAMAGED_SUFFIX: Final = ".damaged"
"""Put behind the name of a run's file that cannot be read: it is kept, and never read again."""

_NAME: Final = re.compile(r"(\d{8}T\d{6}Z)-([a-z]+)(\.jsonl|\.pins|\.jsonl\.damaged)")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_LOCK_TRIES: Final = 25
_LOCK_PAUSE: Final = 0.01
"""Seconds between tries: whoever only looks whether a run is held, holds it for less."""
_LOCKED_BYTE: Final = 0x7FFF_0000
"""Windows keeps others from reading the bytes that it locks, so one far behind the end is locked there."""
_APPEND: Final = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)


class JournalError(Exception):
    """The journal cannot be written or read. Never holds what a line says.

    Attributes:
        problem: What is wrong, without the way out.
        path: The file or folder.
        line: The number of the damaged line, from 1.
    """

    def __init__(self, problem: str, remedy: str, path: Path | None = None, line: int | None = None) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.path = path
        self.line = line


class RunIsHeldError(JournalError):
    """Another seam-tui, or this one, is working on the run."""


class DamagedJournalError(JournalError):
    """A line of a file is neither a record nor the torn end that a kill leaves."""


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The two files of one run."""

    folder: Path
    stem: str
    created_at: datetime
    """To the second, from the name: it can be told of a file that cannot be read."""
    run_id: str

    @classmethod
    def of(cls, folder: Path, created_at: datetime, run_id: str) -> RunFiles:
        """The files that a run has, whether or not they exist."""
        moment = created_at.astimezone(UTC).replace(microsecond=0)
        return cls(folder, f"{moment:{_STAMP}}-{run_id}", moment, run_id)

    @property
    def run(self) -> Path:
        """The lines."""
        return self.folder / (self.stem + RUN_SUFFIX)

    @property
    def pins(self) -> Path:
        """The PINs."""
        return self.folder / (self.stem + PINS_SUFFIX)

    @property
    def damaged(self) -> Path:
        """Where the lines lie after they were put aside."""
        return self.folder / (self.stem + RUN_SUFFIX + DAMAGED_SUFFIX)


def state_folder() -> Path:
    """The folder of what the app remembers: `SEAM_TUI_STATE_DIR`, else the operating system's place for state."""
    override = os.environ.get(STATE_FOLDER_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_state_path

    return user_state_path(APP_NAME, appauthor=False)


def runs_folder() -> Path:
    """The folder of the journal's files."""
    return state_folder() / "runs"


def list_runs(folder: Path) -> tuple[RunFiles, ...]:
    """Every run of which a file is left, the newest first.

    Raises:
        JournalError: The folder cannot be read.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        failure = read_failure(error, folder)
    else:
        found = (_NAME.fullmatch(name) for name in names)
        runs = {(match[1], match[2]) for match in found if match}
        return tuple(
            RunFiles(folder, f"{stamp}-{run_id}", datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), run_id)
            for stamp, run_id in sorted(runs, reverse=True)
            if _is_moment(stamp)
        )
    raise failure


def prepare_folder(folder: Path) -> None:
    """Make the folder, for its owner alone.

    Raises:
        OSError: It cannot be made.
    """
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    with contextlib.suppress(OSError):  # another's folder that we may write to is theirs to open or close
        folder.chmod(0o700)


def sync(descriptor: int) -> None:
    """Wait until what was written is on the disk itself.

    Raises:
        OSError: It is not, and nobody knows how much of it is.
    """
    if sys.platform == "darwin":
        import fcntl

        # There fsync leaves the data in the drive's own memory; not every file system knows the stronger call.
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; Windows does so by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class AppendedFile:
    """A file of mode 0600 that only grows; each `append` is on disk when it returns."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._length = os.fstat(descriptor).st_size

    @classmethod
    def create(cls, path: Path) -> AppendedFile:
        """Make a file that does not exist yet.

        Raises:
            OSError: It exists, or cannot be made.
        """
        file = cls(path, os.open(path, _APPEND | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(path.parent)
        return file

    @classmethod
    def open(cls, path: Path) -> AppendedFile:
        """Open a file that exists.

        Raises:
            OSError: It does not exist, or cannot be opened.
        """
        return cls(path, os.open(path, _APPEND))

    def read(self) -> bytes:
        """All of it.

        Raises:
            OSError: It cannot be read.
        """
        return self.path.read_bytes()

    def cut(self, length: int) -> None:
        """Drop what stands behind a length: a torn line, to which the next one would be glued.

        Raises:
            OSError: It cannot be cut.
        """
        if length < self._length:
            os.ftruncate(self._descriptor, length)
            self._length = length

    def append(self, data: bytes) -> None:
        """Write at the end and wait until it is on disk; what fails half-way is taken back.

        Raises:
            OSError: It is not on disk.
        """
        try:
            _write_all(self._descriptor, data)
            sync(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._length)
            raise
        self._length += len(data)

    def hold(self) -> bool:
        """Lock the file for this process until it is closed, or the process ends in whatever way.

        Returns:
            Whether it is held now, and still the file of its name: someone may have deleted it before.
        """
        for attempt in range(_LOCK_TRIES):
            if attempt:
                time.sleep(_LOCK_PAUSE)
            if _lock(self._descriptor):
                return self._is_in_place()
        return False

    def close(self) -> None:
        """Close the file, which lets go of its lock."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def _is_in_place(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except FileNotFoundError:
            return False


def is_held(path: Path) -> bool:
    """Whether somebody holds a file; looking takes nothing away from whoever does.

    Raises:
        OSError: It cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return not _lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


def complete_lines(data: bytes) -> tuple[list[bytes], bool]:
    """The lines of a file, without the torn one that a kill in the middle of a write leaves.

    Returns:
        The lines, and whether one was torn.
    """
    *lines, rest = data.split(b"\n")
    return lines, bool(rest)


def write_failure(error: OSError, path: Path) -> JournalError:
    """Why a file could not be written, in words, with the way out."""
    remedy = "Nothing more is sent. "
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        remedy += "Make room on the disk, then go on with the run."
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        remedy += f"Make the folder writable, or name another one in {STATE_FOLDER_VARIABLE}."
    else:
        remedy += "Look at the disk, then go on with the run."
    return JournalError(f"The journal cannot be written to {brief_path(path)}: {_words(error)}.", remedy, path)


def read_failure(error: OSError, path: Path) -> JournalError:
    """Why a file or folder could not be read, in words, with the way out."""
    problem = f"The journal's {brief_path(path)} cannot be read: {_words(error)}."
    return JournalError(problem, "Make it readable to you.", path)


def delete_failure(error: OSError, path: Path) -> JournalError:
    """Why a file could not be deleted, in words, with the way out."""
    problem = f"{brief_path(path)} cannot be deleted: {_words(error)}."
    return JournalError(problem, "It may hold PINs: delete it yourself.", path)


@contextlib.contextmanager
def in_words(say: Callable[[OSError, Path], JournalError], path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into words.

    Raises:
        JournalError: It refused something.
    """
    try:
        yield
    except OSError as error:
        raise say(error, path) from None


def _words(error: OSError) -> str:
    """The operating system's reason, without the path that `str` would add."""
    return (error.strerror or "no reason given").lower()


def _is_moment(stamp: str) -> bool:
    try:
        datetime.strptime(stamp, _STAMP)
    except ValueError:
        return False
    return True


def _write_all(descriptor: int, data: bytes) -> None:
    """Write everything: the operating system may take less at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool = False) -> bool:
        """Lock a file unless somebody else has; Windows knows no shared lock here."""
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool = False) -> bool:
        """Lock a file unless somebody else has.

        `flock`, because a lock of `lockf` is lost as soon as this process closes any other handle of the file.
        """
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
