"""`seam-tui serve` as a process of its own, and what is known of it from outside."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PATIENCE: Final = 60.0
"""Seconds until something that does not come is a failure."""
LOOK_EVERY: Final = 0.05


@dataclass
class Served:
    """A running server, and all that it has printed."""

    process: subprocess.Popen[str]
    folder: Path
    printed: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address with the token, as the server prints it."""
        found = re.search(r"^Open (\S+)$", "".join(self.printed), re.MULTILINE)
        return "" if found is None else found[1]

    @property
    def base(self) -> str:
        """The address without the token."""
        return self.url.partition("/?")[0]

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    @property
    def token(self) -> str:
        return self.url.partition("token=")[2]

    @property
    def cookies(self) -> dict[str, str]:
        """What a browser that was let in sends along."""
        return {f"seam_tui_{self.port}": self.token}

    @property
    def apps(self) -> list[int]:
        """The processes of the visitors' apps."""
        command = ["pgrep", "-P", str(self.process.pid)]
        found = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False).stdout
        return [int(each) for each in found.split() if is_running(int(each))]

    @property
    def logs(self) -> list[Path]:
        """What was written on crashes."""
        return list((self.folder / "LOG").glob("crash-*"))

    def end(self, how: int = signal.SIGTERM) -> int:
        """Send a signal, and wait for the exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


@contextmanager
def served(
    folder: Path, *arguments: str, variables: Mapping[str, str] | None = None, is_quiet: bool = True
) -> Iterator[Served]:
    """Serve the app on a free port until the block ends, with folders of its own.

    Args:
        folder: Where settings, state and logs go.
        arguments: For `seam-tui serve`.
        variables: More of the environment, such as the key of a workspace.
        is_quiet: Whether a server that wrote on standard error is a failure.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SEAM_", "TEXTUAL"))}
    environment |= {f"SEAM_TUI_{name}_DIR": str(folder / name) for name in ("CONFIG", "STATE", "LOG", "CACHE")}
    command = [sys.executable, "-m", "seam_tui", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(
        command, env=environment | dict(variables or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    server = Served(process, folder)
    readers = [
        threading.Thread(target=lines.extend, args=(pipe,), daemon=True)
        for pipe, lines in ((process.stdout, server.printed), (process.stderr, server.warned))
    ]
    for reader in readers:
        reader.start()
    try:
        wait_for("the address", lambda: server.url or process.poll() is not None)
        assert server.url, server.warned
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            for reader in readers:
                reader.join(PATIENCE)
            process.communicate()
    if is_quiet:
        assert server.warned == []


def is_running(process: int) -> bool:
    """Whether a process runs; one that has ended may wait for its parent to ask how."""
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, timeout=PATIENCE, check=False
    ).stdout
    return shown.strip() != "" and not shown.startswith("Z")


def wait_for(what: str, condition: Callable[[], object]) -> None:
    """Look again and again until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(LOOK_EVERY)


async def until(what: str, condition: Callable[[], object]) -> None:
    """The same without holding up the loop of the test."""
    await asyncio.to_thread(wait_for, what, condition)
