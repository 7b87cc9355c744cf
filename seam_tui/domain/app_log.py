"""The log of what the app does: states, counts, ids and failures, in a file that only its owner reads.

It is scrubbed by type. A line's words are a literal of our own code, and what is put into them is told as its type
allows: numbers, times and members of our enums as they are, a `Word` in plain characters, an exception by its class and
frames, a record by its class and id, and every other text by its length. So a PIN, a key or a guest's name that gets
into a line by mistake is not told, whatever it looks like. Of what a library logs, its words are left out.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

from seam_tui.domain.crash_log import SECRET_VARIABLES, log_folder
from seam_tui.domain.scrub import class_name, describe_exception, exception_name, safe_name, scrub_secrets

LOG: Final = logging.getLogger("seam_tui")
"""Where the app's own lines go; use `%s` for all that is put into them."""
LOG.addHandler(logging.NullHandler())  # without any, what is no file would go to standard error, names and all
FILE_NAME: Final = "seam-tui.log"
LARGEST: Final = 256 * 1024
"""Bytes of a file from which on a new one is begun: some 3,000 lines."""
OLDER_KEPT: Final = 2
"""Files kept besides the one that is written."""


class Word(str):
    """A text that may stand in the log: a word of our own code, an id, a version. Only its plain characters do."""

    __slots__ = ()


@contextlib.contextmanager
def keep_log(folder: Path | None = None) -> Iterator[None]:
    """Write the log while this lasts.

    Args:
        folder: Where to; the log folder when None.
    """
    handler = PrivateLog(folder)
    root, level = logging.getLogger(), LOG.level
    root.addHandler(handler)
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.setLevel(level)
        root.removeHandler(handler)


class PrivateLog(logging.Handler):
    """Writes scrubbed lines into a file of mode 0600, and begins a new one when that is full.

    The file is opened for each line: lines are few, and several apps may write into it, each of which may be the one
    that puts it aside. What cannot be written is dropped: a log is no reason to fail.

    Args:
        folder: Where to; the log folder when None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(logging.INFO)
        self._folder = folder

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, with the frames of an exception below it."""
        with contextlib.suppress(Exception):
            self._write(line_of(record))

    def _write(self, line: str) -> None:
        if self._folder is None:
            self._folder = log_folder()
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        path = self._folder / FILE_NAME
        data = line.encode(errors="replace")
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_size + len(data) > LARGEST:
                _put_aside(path)
        flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags, 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o600)  # one that stood there may have been open to others
            os.write(handle, data)
        finally:
            os.close(handle)


def line_of(record: logging.LogRecord) -> str:
    """What may be told of a record.

    Args:
        record: As a logger hands it on; the words of one that is not ours are left out.
    """
    moment = datetime.fromtimestamp(record.created, UTC)
    name = safe_name(record.name)
    if record.name == LOG.name or record.name.startswith(f"{LOG.name}."):
        words = _words(record)
    else:
        words = f"(words of {name} at {safe_name(record.module)}:{record.lineno}, not told)"
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    told = "" if error is None else "\n" + describe_exception(error)
    head = f"{moment:%Y-%m-%dT%H:%M:%SZ} {record.process} {record.levelname:<7} "
    secrets = [os.environ.get(variable, "") for variable in SECRET_VARIABLES]
    return scrub_secrets(head + (words + told).replace("\n", "\n    ") + "\n", secrets)


def _words(record: logging.LogRecord) -> str:
    arguments: Any = record.args
    told = tuple(map(_shown, arguments)) if isinstance(arguments, tuple) else ()
    try:
        return str(record.msg) % told if told else str(record.msg)
    except (TypeError, ValueError):
        return f"(a line of {safe_name(record.module)}:{record.lineno} that does not fit what is put into it)"


def _shown(value: object) -> str:
    """A value as its type allows; nothing of it is asked but what belongs to a type of ours or of Python's."""
    kind = type(value)
    if value is None or kind in {bool, int, float, timedelta}:
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if kind is Word:
        return safe_name(value)
    if isinstance(value, Enum) and kind.__module__.startswith("seam_tui."):
        return safe_name(str(value.value))
    if isinstance(value, Path):
        return safe_name(value.name)
    if isinstance(value, BaseException):
        return exception_name(value)
    if isinstance(value, str):
        return f"(text of {len(value)}, not told)"
    return _record(value)


def _record(value: object) -> str:
    """A record of ours by its class and its id, which is its first field; anything else by its class."""
    name = class_name(type(value))
    if is_dataclass(value) and type(value).__module__.startswith("seam_tui."):
        first = next(iter(fields(value)), None)
        if first is not None and first.name.endswith("_id"):
            return f"{name} {safe_name(getattr(value, first.name))}"
    return f"({name}, not told)"


def _put_aside(path: Path) -> None:
    """Number the files that are full; the oldest goes."""
    for number in range(OLDER_KEPT, 0, -1):
        newer = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
        with contextlib.suppress(FileNotFoundError):
            newer.replace(path.with_name(f"{path.name}.{number}"))
