"""Crashes that tell nothing: the scrubbed log file, the process's last hooks, and the guard for runs without a screen.

Only the standard library is imported at the top, so that this stands before anything that can fail. Every writer here
swallows its own failures: an exception on the way to the log would be printed by Python with its message.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import platform
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from seam_tui import __version__
from seam_tui.domain.private_file import brief_path
from seam_tui.domain.scrub import class_name, describe_exception, exception_name, safe_name, scrub_secrets

APP_NAME: Final = "seam-tui"
LOG_FOLDER_VARIABLE: Final = "SEAM_TUI_LOG_DIR"
"""Environment variable that puts the log folder elsewhere."""
INTERRUPTED: Final = 130
"""Exit code after ctrl+c or SIGINT, as shells have it (128 + 2)."""
BROKEN_PIPE: Final = 141
"""Exit code when the reader of our output went away, as shells have it (128 + SIGPIPE)."""

SECRET_VARIABLES: Final = ("SEAM_API_KEY", "SEAM_PERSONAL_ACCESS_TOKEN")
"""Environment variables whose values are masked in every log."""
_KEPT_LOGS: Final = 50
"""Newest logs kept: a failure that repeats must not fill a disk."""
_QUIET_LOGGERS: Final = ("httpx", "httpcore")

_numbers = itertools.count(1)

Surface = Callable[[str, str, Path | None], None]
"""What shows a background failure: where it was, the exception's class, the log (None if it was not written)."""


def log_folder() -> Path:
    """The folder of the crash logs: `SEAM_TUI_LOG_DIR`, else the operating system's place for logs."""
    override = os.environ.get(LOG_FOLDER_VARIABLE)
    if override:
        return Path(override)
    from platformdirs import user_log_path

    return user_log_path(APP_NAME, appauthor=False)


def write_crash_log(error: BaseException, folder: Path | None = None, *, where: str = "") -> Path | None:
    """Write what may be told of an exception into a file that only its owner reads.

    Args:
        error: The exception.
        folder: Where to write; the log folder when None.
        where: What was going on, in words of our own code ("worker load").

    Returns:
        The file, or None when it could not be written; never raises.
    """
    try:
        return write_crash_text(describe_exception(error), folder, where=where)
    except Exception:  # whatever an exception's class can think of
        return None


def write_crash_text(
    told: str, folder: Path | None = None, *, where: str = "", now: datetime | None = None
) -> Path | None:
    """Write an account of a crash that is already free of messages and values, as `write_crash_log` does.

    Args:
        told: The account.
        folder: Where to write; the log folder when None.
        where: What was going on, in words of our own code ("worker load").
        now: The time to write; the present when None.

    Returns:
        The file, or None when it could not be written; never raises.
    """
    try:
        moment = now or datetime.now(UTC)
        text = (
            f"{APP_NAME} {__version__} · Python {platform.python_version()} · {platform.system()}\n"
            f"{moment.isoformat(timespec='seconds')}{f' · {safe_name(where)}' if where else ''}\n"
            "Types, files, lines and functions only: no messages, no values, no source.\n\n"
            f"{told}\n"
        )
        secrets = [os.environ.get(name, "") for name in SECRET_VARIABLES]
        return _write_private(folder, moment, scrub_secrets(text, secrets))
    except Exception:  # no home, no space, no right to write: the caller says so
        return None


def crash_line(name: str, log: Path | None) -> str:
    """The one line that a crash prints."""
    return f"{APP_NAME} crashed ({name}). {log_words(log)}"


def log_words(log: Path | None) -> str:
    """Where the details are, or that there are none."""
    if log is None:
        return "No details were kept: the log file could not be written."
    return f"Details without secrets: {brief_path(log)}"


def say(line: str) -> None:
    """Print one line on the real standard error, whatever stands in its place; never raises."""
    with contextlib.suppress(Exception):
        stream = sys.stderr or sys.__stderr__
        if stream is not None:
            stream.write(line + "\n")
            stream.flush()


def configure_logging() -> None:
    """Keep every library's log off the terminal, and request URLs out of any log.

    httpx logs each URL at INFO. asyncio logs tracebacks with their messages. A logger without a handler prints to
    standard error (`logging.lastResort`), a handler that fails prints its record, and a warning prints a source line.
    """
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    root = logging.getLogger()
    for logger in (root, *map(logging.getLogger, (*_QUIET_LOGGERS, "asyncio", "py.warnings"))):
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())
    logging.getLogger("asyncio").propagate = False
    logging.raiseExceptions = False
    logging.captureWarnings(True)


class Hooks:
    """The process's last resorts, each of which would print a traceback with its message by itself.

    Covers `sys.excepthook`, `threading.excepthook`, `sys.unraisablehook` and, by `guard_loop`, event loops. What they
    catch is logged and handed to `surface`, which may be replaced at any time.
    """

    def __init__(self) -> None:
        self.surface: Surface = print_background_failure
        self._previous: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Set the hooks; once is enough for a process."""
        if self._previous is None:
            self._previous = (sys.excepthook, threading.excepthook, sys.unraisablehook)
            sys.excepthook = self._on_uncaught
            threading.excepthook = self._on_thread
            sys.unraisablehook = self._on_unraisable

    def uninstall(self) -> None:
        """Put back what was there: for tests, a real process keeps them to its end."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._previous
            self._previous = None

    def report(self, where: str, error: BaseException | None, kind: type[BaseException] | None = None) -> None:
        """Log a background failure and surface it; never raises.

        Args:
            where: What was going on, in words of our own code.
            error: The exception.
            kind: Its class, where Python hands over nothing else.
        """
        with contextlib.suppress(Exception):
            name = exception_name(error) if error is not None else class_name(kind or BaseException)
            log = write_crash_log(error, where=where) if error is not None else write_crash_text(name, where=where)
            self.surface(safe_name(where), name, log)

    def on_loop_exception(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """An event loop's exception handler. Its message is dropped: it may quote a callback's arguments."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report("asyncio", error)

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, _traceback: object) -> None:
        with contextlib.suppress(Exception):
            if not issubclass(kind, KeyboardInterrupt):
                say(crash_line(class_name(kind), write_crash_log(error)))

    def _on_thread(self, failure: threading.ExceptHookArgs) -> None:
        with contextlib.suppress(Exception):
            if not issubclass(failure.exc_type, SystemExit):
                thread = failure.thread.name if failure.thread else "thread"
                self.report(f"thread {thread}", failure.exc_value, failure.exc_type)

    def _on_unraisable(self, failure: sys.UnraisableHookArgs) -> None:
        with contextlib.suppress(Exception):
            self.report("unraisable", failure.exc_value, failure.exc_type)


def print_background_failure(where: str, name: str, log: Path | None) -> None:
    """The surface of a process without a screen: one line on standard error."""
    say(f"{APP_NAME}: {where} failed ({name}). {log_words(log)}")


def discard_background_failure(_where: str, _name: str, _log: Path | None) -> None:
    """The surface after a crash was told: the log is enough, and the crash stays one line."""


hooks: Final = Hooks()
"""The process's hooks; there is one set of them, as there is one `sys.excepthook`."""


def guard_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Have an event loop (the app's, or the client's in its thread) report through the hooks."""
    loop.set_exception_handler(hooks.on_loop_exception)


def run_headless(main: Callable[[], int], *, crash_code: int = 2) -> int:
    """Run a command without a screen so that a crash of it tells nothing.

    Args:
        main: The command; what it returns is the exit code.
        crash_code: The exit code of a crash; 2 is the reports' "could not load".

    Returns:
        The exit code: `main`'s own, `SystemExit`'s, 130 when interrupted, 141 when the reader went away.
    """
    configure_logging()
    hooks.install()
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as leaving:
        return exit_code_of(leaving)
    except BrokenPipeError:
        # Python flushes standard output once more at its end and would print the same failure again.
        with contextlib.suppress(Exception):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except BaseException as error:  # the last line before Python's own traceback
        say(crash_line(exception_name(error), write_crash_log(error)))
        return crash_code
    return code


def exit_code_of(leaving: SystemExit) -> int:
    """The exit code of a SystemExit; 1 for one that carries words, which are not printed."""
    if leaving.code is None:
        return 0
    return leaving.code if isinstance(leaving.code, int) else 1


def _write_private(folder: Path | None, moment: datetime, text: str) -> Path:
    """Write a new file of mode 0600 and drop the oldest ones.

    Raises:
        OSError: It could not be written.
    """
    ours = folder is None and not os.environ.get(LOG_FOLDER_VARIABLE)
    folder = folder or log_folder()
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    elif ours:
        # A folder that someone chose may be shared (/tmp), and is theirs to open or close.
        with contextlib.suppress(OSError):
            folder.chmod(0o700)
    while True:
        path = folder / f"crash-{moment:%Y%m%dT%H%M%SZ}-{os.getpid()}-{next(_numbers):06d}.log"
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        break
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    for old in sorted(folder.glob("crash-*.log"))[:-_KEPT_LOGS]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path
