"""A program in a pseudo-terminal of 160x50, watched as a terminal sees it: which bytes came when."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

COLUMNS, ROWS = 160, 50
DOWN, UP = b"\x1b[B", b"\x1b[A"
_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y", b"\x1b[c": b"\x1b[?62;c"}
"""What a terminal says when it is asked for synchronised output, resize reports and its kind."""
_TARGET = re.compile(rb"this code: ([^\x1b]+)\x1b")
_FRAME_END: Final = b"\x1b[?2026l"
"""What a program writes when a frame is whole: nothing of it is on screen before."""
_SURELY_SHOWN: Final = 10
"""Bytes of a name that its column shows, however narrow it is."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the cursor, in seconds from the key."""

    frame: float
    """To the end of the frame in which the cursor stands on the other row."""
    settled: float
    """To the end of the frame in which everything else follows: detail, footer."""


class SilenceError(Exception):
    """What was waited for did not come."""


class Terminal:
    """One program. A thread takes its output all the time: a program must never wait for its terminal.

    Args:
        command: What to run.
        environment: The whole environment of the program.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._news = threading.Condition()
        self._output = bytearray()
        self._chunks: list[tuple[int, float]] = []
        """Where each piece of output ends, and when it came."""
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), start_new_session=True
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the program."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        with contextlib.suppress(OSError):
            os.close(self._master)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                data = b""
            now = time.perf_counter()
            for question, answer in _ANSWERS.items():
                if question in data:
                    os.write(self._master, answer)
            with self._news:
                if not data:
                    self._chunks.append((len(self._output), float("inf")))
                    self._news.notify_all()
                    return
                self._output += data
                self._chunks.append((len(self._output), now))
                self._news.notify_all()

    # What a test of speed asks

    @property
    def position(self) -> int:
        """How much has come so far, in bytes."""
        with self._news:
            return len(self._output)

    def press(self, keys: bytes) -> float:
        """Type; the moment at which it was done."""
        now = time.perf_counter()
        os.write(self._master, keys)
        return now

    def wait_for(self, pattern: bytes, since: int = 0, timeout: float = 30.0) -> float:
        """Wait until a pattern was written; the moment at which its end came.

        Args:
            pattern: A regular expression.
            since: Where in the output to begin.
            timeout: Seconds.

        Raises:
            SilenceError: It did not come, or the program has ended.
        """
        wanted = re.compile(pattern)
        end = time.perf_counter() + timeout
        with self._news:
            while True:
                found = wanted.search(self._output, since)
                if found is not None:
                    return self._moment_of(found.end())
                left = end - time.perf_counter()
                if left <= 0 or (self._chunks and self._chunks[-1][1] == float("inf")):
                    raise SilenceError(f"{pattern.decode()} did not come; {self.state()}")
                since = max(since, len(self._output) - 200)
                self._news.wait(left)

    def found(self, pattern: bytes, since: int) -> bytes:
        """What the first group of a pattern, that was waited for, stands for.

        Args:
            pattern: A regular expression with a group.
            since: Where in the output to begin.

        Raises:
            SilenceError: It was not written.
        """
        with self._news:
            match = re.compile(pattern).search(self._output, since)
        if match is None:
            raise SilenceError(f"{pattern!r} was not written")
        return bytes(match[1])

    def quiet(self, seconds: float = 0.05, timeout: float = 10.0) -> float:
        """Wait until nothing has come for that long; the moment of the last output."""
        end = time.perf_counter() + timeout
        while True:
            with self._news:
                last = self._chunks[-1][1] if self._chunks else self.started
            now = time.perf_counter()
            if now - last >= seconds or now > end:
                return last
            time.sleep(min(seconds - (now - last), 0.02))

    def move(self, keys: bytes = DOWN, timeout: float = 2.0) -> Move:
        """Press a key that moves the cursor among the codes, of which no two have one name; wait for the screen.

        Raises:
            SilenceError: No frame names another code in time: the cursor does not move.
        """
        with self._news:
            named = _TARGET.findall(self._output, max(0, len(self._output) - 200_000))
            before, since = (named[-1] if named else b""), len(self._output)
        pressed = self.press(keys)
        end = pressed + timeout
        with self._news:
            while True:
                for found in _TARGET.finditer(self._output, since):
                    settled = self._output.find(_FRAME_END, found.end())
                    if found[1] != before and settled >= 0:
                        frame = self._frame_of_row(found[1][:_SURELY_SHOWN], since, found.start())
                        row, rest = (self._moment_of(at + len(_FRAME_END)) - pressed for at in (frame, settled))
                        return Move(row, rest)
                left = end - time.perf_counter()
                if left <= 0:
                    raise SilenceError(f"the cursor does not move; {self.state()}")
                self._news.wait(left)

    def _frame_of_row(self, name: bytes, since: int, footer: int) -> int:
        """Where the frame ends that has drawn the row under the cursor: at the latest that of the footer.

        The row may have been drawn before for another reason, and stands in the detail later, so it is the last frame
        that counts of those before the footer's.
        """
        settled = self._output.find(_FRAME_END, footer)
        before = self._output.rfind(_FRAME_END, since, footer)
        row = -1 if before < 0 else self._output.rfind(name, since, before)
        return settled if row < 0 else self._output.find(_FRAME_END, row)

    def memory(self) -> float | None:
        """Resident memory of the program in MB; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1000 if found else None

    def cpu_seconds(self) -> float | None:
        """CPU time of the program so far; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def state(self) -> str:
        """What became of the program, in words."""
        code = self.process.poll()
        return "the program still runs" if code is None else f"the program has ended with {code}"

    def _moment_of(self, position: int) -> float:
        """When the byte before a position came."""
        low, high = 0, len(self._chunks) - 1
        while low < high:
            middle = (low + high) // 2
            if self._chunks[middle][0] < position:
                low = middle + 1
            else:
                high = middle
        return self._chunks[low][1]


def moves_of(terminals: Sequence[Terminal], count: int, *, batch: int = 10, seed: int = 1) -> list[list[Move]]:
    """Cursor moves in several programs by turns: what disturbs one disturbs all.

    Args:
        terminals: Programs that are idle.
        count: Moves in each.
        batch: Moves before it is the next one's turn.
        seed: Of the pauses between keys, so that no key keeps step with a program's own clock.
    """
    pauses = random.Random(seed)
    moves: list[list[Move]] = [[] for _ in terminals]
    for reached in range(batch, count + batch, batch):
        for terminal, own in zip(terminals, moves, strict=True):
            while len(own) < min(reached, count):
                terminal.quiet(pauses.uniform(0.03, 0.08))
                own.append(terminal.move())
    return moves
