"""A crash in a real terminal: nothing secret on it or in the log, one line, the terminal restored (UX rule 13)."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

APP = Path(__file__).with_name("crashing_app.py")
ROOT = APP.parents[2]
SECRETS = ("4815", "9f3cKEY", "Zebedee")
LEAVE_ALTERNATE_SCREEN = "\x1b[?1049l"
SHOW_CURSOR = "\x1b[?25h"
LEAVE = "\x11"
"""Ctrl+Q, which leaves from above a dialog, too."""
DEADLINE = 20.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pty")


@dataclass
class Ended:
    """What was left of a run: all that the terminal got, the exit code and the log files."""

    screen: str
    code: int
    logs: list[Path]

    @property
    def last_lines(self) -> list[str]:
        """The lines that a person reads after the app has gone."""
        tail = self.screen.rpartition(LEAVE_ALTERNATE_SCREEN)[2]
        plain = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07", "", tail)
        return [line for line in plain.replace("\r", "").split("\n") if line.strip()]


def run(scenario: str, logs: Path, *, keys_after: dict[str, str] | None = None, **environment: str) -> Ended:
    """Run the crashing app in a pty; each key of `keys_after` is a text to wait for, its value the key to press."""
    waiting = dict(keys_after or {})
    main, terminal = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "SEAM_TUI_LOG_DIR": str(logs), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(APP), scenario],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environ | environment,
        start_new_session=True,
    )
    os.close(terminal)
    screen = b""
    end = time.monotonic() + DEADLINE
    try:
        while (left := end - time.monotonic()) > 0:
            if not select.select([main], [], [], left)[0]:
                break
            try:
                piece = os.read(main, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            screen += piece
            for text, key in list(waiting.items()):
                if text.encode() in screen:
                    os.write(main, key.encode())
                    del waiting[text]
        code = process.wait(timeout=max(end - time.monotonic(), 0.1))
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(main)
    return Ended(screen.decode(errors="replace"), code, sorted(logs.glob("*.log")) if logs.is_dir() else [])


def assert_nothing_was_told(ended: Ended) -> None:
    """No secret on the terminal or in a log, no traceback on the terminal."""
    assert "Traceback" not in ended.screen
    for text in (ended.screen, *(log.read_text() for log in ended.logs)):
        for secret in SECRETS:
            assert secret not in text


def assert_terminal_was_restored(ended: Ended) -> None:
    """The alternate screen was left and the cursor shown, after all that was drawn."""
    assert ended.screen.rfind(LEAVE_ALTERNATE_SCREEN) > ended.screen.rfind("\x1b[?1049h")
    assert ended.screen.rfind(SHOW_CURSOR) > ended.screen.rfind("\x1b[?25l")


def assert_the_app_lived_on(ended: Ended) -> None:
    """It said that something failed, and left in order when it was told to."""
    assert "unexpectedly" in ended.screen
    assert_nothing_was_told(ended)
    assert_terminal_was_restored(ended)
    assert ended.code == 0
    assert ended.last_lines == []


DEADLY = {
    "compose": "ValueError",
    "on_mount": "ValueError",
    "an async worker that ends the app": "ValueError",
    "the render of a widget": "ValueError",
    "a panic with words": "panic",
    "a driver that is never stopped": "ValueError",
    "a crash on the way out": "ValueError",
    "an exit after the crash": "ValueError",
    "out of memory": "MemoryError",
    "an exception that draws itself": "DrawnError",
    "an exception that fails itself": "HostileError",
    "an exception group": "ExceptionGroup",
}


@pytest.mark.parametrize(("scenario", "name"), DEADLY.items())
def test_a_crash_tells_one_line_with_the_log_and_no_secret(scenario: str, name: str, tmp_path: Path) -> None:  # UX 13
    ended = run(scenario, tmp_path / "logs")
    assert_nothing_was_told(ended)
    assert_terminal_was_restored(ended)
    assert ended.code == 1
    assert ended.last_lines == [f"seam-tui crashed ({name}). Details without secrets: {ended.logs[0]}"]


@pytest.mark.parametrize(
    ("scenario", "name"),
    [
        ("a key action", "ValueError"),
        ("a key: an exception that draws itself", "DrawnError"),
        ("a key: an exception that fails itself", "HostileError"),
        ("a key: an exception group", "ExceptionGroup"),
    ],
)
def test_a_key_that_fails_is_told_in_a_dialog_whatever_the_exception_is(
    scenario: str, name: str, tmp_path: Path
) -> None:
    ended = run(scenario, tmp_path / "logs", keys_after={"READY": "x", "unexpectedly": LEAVE})
    assert_the_app_lived_on(ended)
    assert name in ended.screen
    assert "crashing_app.py:" in ended.logs[0].read_text()
    assert " in fail" in ended.logs[0].read_text()


@pytest.mark.parametrize(
    "scenario",
    [
        "an async worker",
        "a worker of a widget",
        "a thread worker",
        "a plain thread",
        "a task that nobody awaits",
        "a finaliser",
        "a handler of the app",
        "a handler of a widget",
        "a timer",
        "a callback after the next frame",
    ],
)
def test_a_failure_beneath_the_screen_is_logged_and_shown_and_the_app_lives_on(scenario: str, tmp_path: Path) -> None:
    ended = run(scenario, tmp_path / "logs", keys_after={"unexpectedly": LEAVE})
    assert_the_app_lived_on(ended)
    assert len(ended.logs) == 1
    assert "ValueError" in ended.logs[0].read_text()


def test_what_fails_at_every_tick_leaves_time_to_leave(tmp_path: Path) -> None:
    ended = run("a timer that fails at every tick", tmp_path / "logs", keys_after={"more since": LEAVE})
    assert_the_app_lived_on(ended)
    assert "times by now" not in ended.screen


def test_a_failure_before_the_app_exists_tells_one_line(tmp_path: Path) -> None:
    ended = run("the start", tmp_path / "logs")
    assert_nothing_was_told(ended)
    assert ended.code == 1
    assert ended.last_lines == [f"seam-tui crashed (ValueError). Details without secrets: {ended.logs[0]}"]


@pytest.mark.parametrize("scenario", ["an interrupt", "a signal"])
def test_an_interrupt_restores_the_terminal_and_exits_with_130(scenario: str, tmp_path: Path) -> None:
    ended = run(scenario, tmp_path / "logs", keys_after={"READY": "x"} if scenario == "an interrupt" else {})
    assert_nothing_was_told(ended)
    assert_terminal_was_restored(ended)
    assert ended.code == 130
    assert ended.last_lines == []


def test_a_system_exit_with_words_exits_with_1_and_keeps_the_words(tmp_path: Path) -> None:
    ended = run("an exit with words", tmp_path / "logs", keys_after={"READY": "x"})
    assert_nothing_was_told(ended)
    assert_terminal_was_restored(ended)
    assert ended.code == 1
    assert ended.last_lines == []


def test_an_orderly_exit_keeps_its_words_and_its_code(tmp_path: Path) -> None:
    ended = run("words on the way out", tmp_path / "logs")
    assert_terminal_was_restored(ended)
    assert (ended.code, ended.last_lines, ended.logs) == (3, ["bye"], [])


def test_a_crash_says_so_when_no_log_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file stands where the folder should")
    ended = run("on_mount", tmp_path / "logs")
    assert_nothing_was_told(ended)
    assert_terminal_was_restored(ended)
    assert ended.last_lines == [
        "seam-tui crashed (ValueError). No details were kept: the log file could not be written."
    ]


def test_developer_switches_of_textual_and_asyncio_open_no_leak(tmp_path: Path) -> None:
    ended = run("compose", tmp_path / "logs", TEXTUAL="debug", PYTHONASYNCIODEBUG="1")
    assert_nothing_was_told(ended)
    assert len(ended.last_lines) == 1


def test_the_log_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    ended = run("on_mount", tmp_path / "deep" / "logs")
    assert stat.S_IMODE(ended.logs[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(ended.logs[0].parent.stat().st_mode) == 0o700
