"""Server processes that say on stdout when they are ready, and that never outlive the test that started them."""

import json
import queue
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

READY_SECONDS: Final = 30.0
GOODBYE_SECONDS: Final = 5.0
URL_WITH_PORT: Final = re.compile(r"https?://(?:127\.0\.0\.1|localhost|0\.0\.0\.0):(?P<port>\d+)")


class NotReadyError(Exception):
    """The process ended, or stayed silent, before it said that it serves; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class ReadyProcess:
    """A server process that has said it is ready."""

    port: int
    """Where it serves."""

    announcement: Mapping[str, Any]
    """The JSON object that it printed; only the port if it printed a plain line with a URL."""

    @property
    def endpoint(self) -> str:
        """The address to give to a client."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(command: Sequence[str], *, cwd: Path) -> Iterator[ReadyProcess]:
    """Run a server until the block ends: wait for its ready line, and end it whatever happens.

    The ready line is a JSON object with a `port`, or any line with a local URL. What the process prints is read to its
    end, so that a full pipe never blocks it.
    """
    with subprocess.Popen(
        list(command), cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_read_lines, args=(process, lines), daemon=True)
        reader.start()
        try:
            yield _wait_until_ready(lines)
        finally:
            _end(process)
            reader.join(GOODBYE_SECONDS)


def _read_lines(process: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _wait_until_ready(lines: "queue.SimpleQueue[str | None]") -> ReadyProcess:
    printed: list[str] = []
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise NotReadyError(f"no ready line within {READY_SECONDS} s; printed: {''.join(printed)}") from None
        if line is None:
            raise NotReadyError(f"ended before it was ready; printed: {''.join(printed)}")
        printed.append(line)
        ready = _parse_ready_line(line)
        if ready is not None:
            return ready


def _parse_ready_line(line: str) -> ReadyProcess | None:
    try:
        announcement = json.loads(line)
    except json.JSONDecodeError:
        url = URL_WITH_PORT.search(line)
        return ReadyProcess(int(url["port"]), {"port": int(url["port"])}) if url else None
    if isinstance(announcement, dict) and isinstance(announcement.get("port"), int):
        return ReadyProcess(announcement["port"], announcement)
    return None


def _end(process: "subprocess.Popen[str]") -> None:
    """Ask, then insist: SIGTERM, and SIGKILL if it hangs."""
    process.terminate()
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
