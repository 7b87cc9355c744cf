"""The crash-safe app, its runner and the guard for runs without a screen, inside one process."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from rich.text import Text
from rich.traceback import Traceback
from textual.await_remove import AwaitRemove
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from seam_tui.domain import crash_log
from seam_tui.domain.crash_log import (
    configure_logging,
    guard_loop,
    hooks,
    log_folder,
    run_headless,
    write_crash_log,
    write_crash_text,
)
from seam_tui.tui.crash import CrashSafeApp, run_app

SECRET = "4815"


def fail() -> NoReturn:
    pin = "PIN " + SECRET
    raise ValueError(pin)


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log folder; what configure_logging changed in the process is put back."""
    monkeypatch.setenv("SEAM_TUI_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setattr(logging, "raiseExceptions", True)
    loggers = [logging.getLogger(name) for name in (None, "asyncio", "httpx", "httpcore", "py.warnings")]
    before = [(logger, logger.level, logger.propagate, logger.handlers[:]) for logger in loggers]
    yield tmp_path / "logs"
    for logger, level, propagate, handlers in before:
        logger.level, logger.propagate, logger.handlers = level, propagate, handlers
        logger.manager._clear_cache()  # type: ignore[attr-defined]
    logging.captureWarnings(False)
    hooks.surface = crash_log.print_background_failure


def told_in(folder: Path) -> str:
    """All logs of a folder, without a secret in any."""
    text = "\n".join(log.read_text() for log in sorted(folder.glob("*.log")))
    assert SECRET not in text
    return text


class Plain(CrashSafeApp[None]):
    """Nothing but a widget; keeps what it was told of failures."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str, Path | None]] = []

    def compose(self) -> Iterator[Static]:
        yield Static("x", id="state")

    def report_failure(self, where: str, name: str, log: Path | None) -> None:
        self.told.append((where, name, log))
        super().report_failure(where, name, log)


async def test_under_run_test_a_crash_is_raised_again_and_the_app_prints_one_line(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = Plain()

    async def use() -> None:
        async with app.run_test() as pilot:
            app.call_later(fail)
            await pilot.pause()

    with pytest.raises(ValueError, match=SECRET):
        await use()
    assert app.return_code == 1
    assert app.crash is not None
    assert app.crash.log is not None
    assert capsys.readouterr() == ("", f"seam-tui crashed (ValueError). Details without secrets: {app.crash.log}\n")
    assert " in fail" in told_in(logs)


async def test_the_first_crash_is_told_and_the_exit_code_stays(capsys: pytest.CaptureFixture[str]) -> None:
    app = Plain()

    async def use() -> None:
        async with app.run_test():
            app._handle_exception(ValueError(SECRET))
            app._handle_exception(KeyError(SECRET))
            app.exit(return_code=0)

    with pytest.raises(ValueError, match=SECRET):
        await use()
    assert app.return_code == 1
    assert "ValueError" in capsys.readouterr().err


async def test_a_panic_shows_neither_words_nor_tracebacks(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        fail()
    except ValueError as error:
        traceback = Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    app = Plain()
    async with app.run_test():
        app.panic(traceback, Text(SECRET), SECRET)
    assert app.return_code == 1
    assert "seam-tui crashed (ValueError)" in (told := capsys.readouterr().err)
    assert SECRET not in told
    assert "test_crash.py" in told_in(logs)
    assert " in fail" in told_in(logs)


async def test_a_worker_of_any_node_that_fails_is_logged_and_reported(logs: Path) -> None:
    app = Plain()
    async with app.run_test() as pilot:
        widget = app.query_one("#state")
        for node in (app, widget):
            node.run_worker(fail, name="load [/] devices", thread=True, exit_on_error=False)
        while len(app.told) < 2:
            await pilot.pause()
    assert {(where, name) for where, name, _log in app.told} == {("worker load _/_ devices", "ValueError")}
    assert app._untold == app.told
    assert app.crash is None
    assert "ValueError" in told_in(logs)


async def test_a_worker_that_ends_well_or_is_cancelled_reports_nothing(logs: Path) -> None:
    app = Plain()
    async with app.run_test() as pilot:
        done = app.run_worker(asyncio.sleep(0), exit_on_error=False)
        endless = app.run_worker(asyncio.Event().wait(), exit_on_error=False)
        await done.wait()
        endless.cancel()
        await pilot.pause()
    assert app.told == []
    assert told_in(logs) == ""


class Asking(Screen[None]):
    """Asks something in the very moment in which the app closes it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_closing = asyncio.Event()
        self.asked: Worker[None] | None = None

    def on_mount(self) -> None:
        self.asked = self.run_worker(self.ask(), exit_on_error=False)

    async def ask(self) -> None:
        await self.is_closing.wait()
        await self.app.push_screen_wait(ModalScreen[None]())


async def test_a_worker_that_asks_while_the_app_closes_ends_and_the_app_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, screen = Plain(), Asking()
    prune = app._prune

    def pruned(*nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        removal = prune(*nodes, parent=parent)
        screen.is_closing.set()
        return removal

    monkeypatch.setattr(app, "_prune", pruned)
    async with app.run_test() as pilot:
        await app.push_screen(screen)
        await pilot.pause()
    assert screen.asked is not None
    assert screen.asked.state is WorkerState.CANCELLED


def test_run_app_gives_the_return_code(logs: Path) -> None:
    class Leaves(Plain):
        def on_mount(self) -> None:
            self.exit(return_code=7)

    assert run_app(Leaves(), headless=True) == 7
    assert not logs.exists()


def test_run_app_tells_a_failure_of_the_making_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(fail) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("seam-tui crashed (ValueError). Details without secrets: ")


def test_a_failure_that_the_screen_could_not_show_is_told_after_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    class Leaves(Plain):
        def on_unmount(self) -> None:
            thread = threading.Thread(target=fail, name="late")
            thread.start()
            thread.join()

        def on_mount(self) -> None:
            self.exit()

    assert run_app(Leaves(), headless=True) == 0
    assert capsys.readouterr().err.startswith("seam-tui: thread late failed (ValueError). Details without secrets: ")


def test_a_run_without_a_screen_gives_the_commands_exit_code() -> None:
    assert run_headless(lambda: 1) == 1
    assert run_headless(lambda: sys.exit(4)) == 4
    assert run_headless(sys.exit) == 0
    assert run_headless(lambda: sys.exit(SECRET)) == 1


def test_a_crash_without_a_screen_tells_one_line_and_could_not_load(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_headless(fail) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert SECRET not in err
    assert "ValueError" in told_in(logs)


def test_an_interrupt_without_a_screen_exits_with_130_and_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> NoReturn:
        raise KeyboardInterrupt

    assert run_headless(interrupt) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_ends_a_run_without_a_word() -> None:
    code = (
        "from seam_tui.domain.crash_log import run_headless\nraise SystemExit(run_headless(lambda: print('x' * 10**6)))"
    )
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_hooks_catch_threads_finalisers_and_loops(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Dropped:
        def __del__(self) -> None:
            fail()

    async def orphan() -> None:
        guard_loop(asyncio.get_running_loop())
        task = asyncio.create_task(asyncio.to_thread(fail))
        await asyncio.wait([task])
        del task
        gc.collect()

    hooks.install()
    thread = threading.Thread(target=fail, name="loader")
    thread.start()
    thread.join()
    Dropped()
    gc.collect()
    asyncio.run(orphan())
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" (ValueError)")[0] for line in told] == [
        "seam-tui: thread loader failed",
        "seam-tui: unraisable failed",
        "seam-tui: asyncio failed",
    ]
    assert told_in(logs).count("\nValueError\n") == 3


def test_an_uncaught_exception_of_the_main_thread_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    hooks.install()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert capsys.readouterr().err.startswith("seam-tui crashed (ValueError). ")
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr().err == ""


def test_no_library_logs_to_the_terminal_and_no_request_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    configure_logging()
    for name in ("httpx", "httpcore", "asyncio", "some.library"):
        logging.getLogger(name).error("PIN %s", SECRET)
        logging.getLogger(name).error("PIN %d", SECRET)  # a record that cannot be made
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("httpcore").isEnabledFor(logging.DEBUG)
    assert capsys.readouterr() == ("", "")


def test_a_key_of_the_environment_is_masked_wherever_it_got_into_the_log(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAM_API_KEY", "seam_live_9f3c")
    path = write_crash_text("in seam_live_9f3c")
    assert path is not None
    assert path.parent == logs == log_folder()
    assert "in ••••" in path.read_text()


def test_only_the_newest_logs_are_kept(tmp_path: Path) -> None:
    paths = [write_crash_log(ValueError(), tmp_path) for _ in range(crash_log._KEPT_LOGS + 5)]
    assert len({path for path in paths if path}) == crash_log._KEPT_LOGS + 5
    assert len(list(tmp_path.glob("*.log"))) == crash_log._KEPT_LOGS
    assert paths[-1] is not None
    assert paths[-1].exists()


def test_a_log_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert write_crash_log(ValueError(), tmp_path / "file" / "logs") is None
