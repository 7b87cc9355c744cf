"""The terminal of the benchmarks sees when something was painted, and what it waits for in vain."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("termios", reason="this system has no pseudo-terminals")

from tests.benchmarks.terminal import DOWN, SilenceError, Terminal, moves_of

PROGRAM = """
import os, sys, time, tty
tty.setraw(0)
def say(text):
    os.write(1, text.encode())
say("\\x1b[?2026$pDevices this code: guest 0\\x1b[0m")
row, stuck = 0, sys.argv[1] == "stuck"
while True:
    for _ in range(os.read(0, 100).count(b"\\x1b[B")):
        row += 1
        if stuck and row % 2:
            say("\\x1b[?2026hguest 0 in its row\\x1b[0m\\x1b[?2026l")  # drawn anew, and the cursor where it was
            continue
        time.sleep(0.02)
        say(f"\\x1b[?2026hguest {row} in its row\\x1b[0m")
        time.sleep(0.03)
        say("\\x1b[?2026l")
        time.sleep(0.03)
        say(f"\\x1b[?2026hguest {row}'s detail, this code: guest {row}\\x1b[0m")
        time.sleep(0.03)
        say("\\x1b[?2026l")
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    made: list[Terminal] = []

    def run(how: str = "each") -> Terminal:
        environment = {"PATH": os.environ.get("PATH", ""), "TERM": "xterm"}
        made.append(Terminal([sys.executable, str(program), how], environment))
        made[-1].wait_for(rb"guest 0\x1b")
        return made[-1]

    yield run
    for terminal in made:
        terminal.close()


def test_a_move_is_over_when_its_row_is_drawn_and_settled_when_all_of_it_is(start) -> None:
    terminal = start()
    moves = [terminal.move(DOWN) for _ in range(3)]
    for move in moves:
        assert move is not None
        assert 0.05 <= move.frame < move.settled  # the end of its frame, not its first byte
        assert move.settled >= 0.11


def test_a_key_after_which_no_frame_names_another_code_is_said_so(start) -> None:
    terminal = start("stuck")
    with pytest.raises(SilenceError, match="does not move"):
        terminal.move(DOWN, timeout=0.2)
    ((one,),) = moves_of([terminal], 1)
    assert one.settled >= 0.11


def test_what_does_not_come_is_said_so(start) -> None:
    terminal = start()
    with pytest.raises(SilenceError, match="never"):
        terminal.wait_for(b"never", timeout=0.1)
    terminal.close()
    with pytest.raises(SilenceError):
        terminal.wait_for(b"never", timeout=60)


def test_a_pattern_is_looked_for_in_what_comes_later_only(start) -> None:
    terminal = start()
    since = terminal.position
    with pytest.raises(SilenceError):
        terminal.wait_for(b"guest 0", since, timeout=0.1)
    pressed = terminal.press(DOWN)
    assert terminal.wait_for(b"guest 1 in", since) - pressed >= 0.02
    assert terminal.quiet(0.1) - pressed >= 0.05
