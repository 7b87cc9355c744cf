"""The app's base class and its runner: a crash tells where it happened and nothing of what was known (UX rule 13).

Textual 8.2.8 renders a crash with the local variables of every frame (`App._fatal_error`), lets an exception that has
`__rich__` draw itself (`App._handle_exception` to `App.panic`), quotes a worker's exception in `WorkerFailed`, and
leaves the exit code of `App.run` at 0. Here each of those ends in a scrubbed log file and one line.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from textual.app import App, ReturnType
from textual.worker import Worker, WorkerFailed, WorkerState
from textual.worker_manager import WorkerManager

from seam_tui.domain import crash_log
from seam_tui.domain.app_log import LOG, Word
from seam_tui.domain.crash_log import crash_line, guard_loop, hooks, say, write_crash_log, write_crash_text
from seam_tui.domain.scrub import describe_frame, exception_name, safe_name

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.traceback import Traceback


# What `LinuxDriver.stop_application_mode` writes: paste mode off, line wrap on, mouse off, keyboard protocol off,
# alternate screen left, cursor shown, focus reports off.
_LEAVE_APPLICATION_MODE: Final = (
    "\x1b[?2004l\x1b[?7h\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)


@dataclass(frozen=True, slots=True)
class Crash:
    """What a crash tells."""

    name: str
    """The class of the exception."""
    log: Path | None
    """The scrubbed log file; None when it could not be written."""


class CrashSafeApp(App[ReturnType]):
    """An app whose crash prints one line, whatever it held.

    Attributes:
        crash: The first crash of this run; None while there was none.
        crash_folder: Where crash logs go; None for the default of `crash_log.log_folder`.
    """

    crash: Crash | None = None
    crash_folder: Path | None = None
    _interrupted = False
    _crash_told = False
    _terminal_before: list[Any] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A worker tells its state to its own node only, and the message does not bubble: the manager sees them all.
        self._workers = _WatchedWorkers(self)
        self._untold: list[tuple[str, str, Path | None]] = []

    @property
    def return_code(self) -> int | None:
        """The exit code; never 0 after a crash, whatever `exit` was told on the way out."""
        code = super().return_code
        return code or 1 if self.crash is not None else code

    async def push_screen_wait(self, screen: Any, *, mode: str | None = None) -> Any:
        """As Textual's; in a worker of an app that closes it waits for the worker's end.

        Textual 8.2.8 would run the removal of the worker's own screen in the worker: the screen's end ends the worker,
        that ends the removal, and a `CancelledError` leaves the app.
        """
        if not self.is_running:
            await asyncio.Event().wait()
        return await super().push_screen_wait(screen, mode=mode)

    def report_failure(self, where: str, name: str, log: Path | None) -> None:
        """Tell of background work (a worker, a thread, a task) that ended with an unexpected exception.

        Runs on the app's own thread. Here it is kept for the end; override it to show it at once. The exception is not
        handed over, since its message may hold secrets.

        Args:
            where: What was going on, such as `worker load-devices`.
            name: The class of the exception.
            log: The scrubbed log file; None when it could not be written.
        """
        self._untold.append((where, name, log))

    def panic(self, *renderables: RenderableType) -> None:
        """End the app. The renderables are not shown: they are tracebacks, or words with values in them."""
        from rich.traceback import Traceback  # imports a highlighter for code, which nothing else needs

        error = sys.exception()
        told = [_describe_rich(item) for item in renderables if isinstance(item, Traceback)]
        if error is not None:
            self._record_exception(error)
        elif told:
            self._record_crash(told[0].partition("\n")[0], write_crash_text("\n".join(told), self.crash_folder))
        else:
            words = "App.panic was called without an exception."
            self._record_crash("panic", write_crash_text(words, self.crash_folder))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """Take note of an unhandled exception and end the app."""
        if self._exception is None:
            # `run_test` raises it again after the app has ended: for a developer's eyes, who asked for it.
            self._exception = error
            self._exception_event.set()
        self._record_exception(error)
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Textual's own printer of locals: never used."""
        self.panic()

    def _record_exception(self, error: BaseException) -> None:
        """Write the log of an exception, or of the one that a worker's failure wraps."""
        if issubclass(type(error), WorkerFailed):  # isinstance asks `__class__`, which may fail
            error = cast("WorkerFailed", error).error
        self._record_crash(exception_name(error), write_crash_log(error, self.crash_folder, where="crash"))

    def _record_crash(self, name: str, log: Path | None) -> None:
        """Keep the first crash: it is the one that is told."""
        self._return_code = 1
        if self.crash is None:
            self.crash = Crash(name, log)
            LOG.error("crashed: %s, see %s", Word(name), log)

    def _print_error_renderables(self) -> None:
        """Print what is left to say, with the terminal restored: the crash's line, or the words given to `exit`."""
        if self.crash is None:
            super()._print_error_renderables()
            return
        self._exit_renderables.clear()
        if not self._crash_told:
            self._crash_told = True
            _restore_terminal(self._terminal_before)
            say(crash_line(self.crash.name, self.crash.log))

    async def _process_messages(self, *args: Any, **kwargs: Any) -> None:
        """Run the app with its event loop guarded."""
        guard_loop(asyncio.get_running_loop())
        await super()._process_messages(*args, **kwargs)
        task = asyncio.current_task()
        # SIGINT arrives as a cancellation (asyncio.Runner), which Textual takes for an orderly end.
        self._interrupted = task is not None and task.cancelling() > 0

    def _surface_background_failure(self, where: str, name: str, log: Path | None) -> None:
        """Show a background failure, from any thread; keep it for the end while there is no screen to show it."""
        if not (self._running and self.call_later(self.report_failure, where, name, log)):
            self._untold.append((where, name, log))

    def _worker_failed(self, worker: Worker[Any], error: BaseException) -> None:
        """Log and show an exception that a worker let through."""
        if worker.exit_on_error:
            # Textual has ended the app already, unless the exception's own `__repr__` failed on the way.
            if self.crash is None and issubclass(type(error), Exception):
                self._handle_exception(cast("Exception", error))
            return
        where = safe_name(f"worker {worker.name}")
        log = write_crash_log(error, self.crash_folder, where=where)
        self._surface_background_failure(where, exception_name(error), log)


class _WatchedWorkers(WorkerManager):
    """Textual's worker manager, which also tells the app of every worker that failed."""

    _app: CrashSafeApp[Any]

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        if worker.state is WorkerState.ERROR and worker.error is not None:
            self._app._worker_failed(worker, worker.error)


def run_app(app: CrashSafeApp[Any] | Callable[[], CrashSafeApp[Any]], **options: Any) -> int:
    """Run an app to its end, so that nothing is printed but one line where it crashed.

    Sets the process's hooks, which stay: what is collected after the app has ended would be printed by Python.

    Args:
        app: The app, or a function that makes it: what fails in there is a crash as well.
        options: For `App.run`.

    Returns:
        The exit code: the app's return code or 0, non-zero after a crash, 130 when interrupted.
    """
    crash_log.configure_logging()
    hooks.install()
    terminal = _terminal_settings()
    made: CrashSafeApp[Any] | None = None
    try:
        made = app if isinstance(app, CrashSafeApp) else app()
        made._terminal_before = terminal
        hooks.surface = made._surface_background_failure
        made.run(**options)
    except KeyboardInterrupt:
        _restore_terminal(terminal)
        return crash_log.INTERRUPTED
    except SystemExit as leaving:
        _restore_terminal(terminal)
        return crash_log.exit_code_of(leaving)
    except BaseException as error:  # the last line before Python's own traceback
        _restore_terminal(terminal)
        if made is None:
            say(crash_line(exception_name(error), write_crash_log(error, where="start")))
        else:
            made._record_exception(error)
            made._print_error_renderables()
        hooks.surface = crash_log.discard_background_failure
        return 1
    _restore_terminal(terminal)
    if made.crash is not None:
        made._print_error_renderables()
        hooks.surface = crash_log.discard_background_failure
        return made.return_code or 1
    hooks.surface = crash_log.print_background_failure
    for failure in made._untold:
        crash_log.print_background_failure(*failure)
    return crash_log.INTERRUPTED if made._interrupted else made.return_code or 0


def _describe_rich(traceback: Traceback) -> str:
    """What may be told of a traceback that rich has taken apart: Textual's input thread hands `panic` such a one."""
    lines: list[str] = []
    for stack in traceback.trace.stacks:
        lines.append(safe_name(stack.exc_type))
        lines.extend(f"  {describe_frame(frame.filename, frame.lineno, frame.name)}" for frame in stack.frames)
    return "\n".join(lines) or "panic"


def _terminal_settings() -> list[Any] | None:
    """The terminal's settings before the app changes them; None where there is no POSIX terminal."""
    with contextlib.suppress(Exception):
        import termios

        return termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]  # None raises, and is suppressed
    return None


def _restore_terminal(before: list[Any] | None) -> None:
    """Leave application mode if the app ended without doing so, which the terminal's settings show.

    Written straight to the terminal: the driver's own writer thread may have ended already.
    """
    if before is None or _terminal_settings() == before:
        return
    with contextlib.suppress(Exception):
        import termios

        termios.tcsetattr(sys.__stdin__, termios.TCSANOW, before)  # type: ignore[arg-type]  # as above
    with contextlib.suppress(Exception):
        if sys.__stderr__ is not None:
            sys.__stderr__.write(_LEAVE_APPLICATION_MODE)
            sys.__stderr__.flush()
