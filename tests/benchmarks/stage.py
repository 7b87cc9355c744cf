"""What benchmarks share: how large the workspace is, a sandbox that serves it, and programs in pseudo-terminals.

Everything is made when it is first asked for, and ended at the end of the run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.benchmarks.terminal import Terminal

ROOT: Final = Path(__file__).parents[2]
LOADED: Final = rb"codes on [\d,]+ devices"
"""What the app says when a load went through."""
POLL: Final = 5.0
"""Seconds between the polls of the app that is loaded once."""
MOST_WORK_AHEAD: Final = 120.0
"""Seconds after which an app that still works is measured as it is."""
AT_REST: Final = 0.06
"""Seconds of CPU time in a second that an app at rest does not reach."""
FIRST_FRAME: Final = rb"Devices"
"""A word of the first frame, of the app and of its floor."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the workspace is, and how generous the budgets are."""

    devices: int = 10_000
    codes: int = 100_000
    slack: float = 1.0
    """Times each budget: a small workspace on a shared machine measures less exactly."""
    rounds: int = 5
    """How often what takes seconds is done."""
    keys: int = 300
    """Keys pressed for one measure."""
    tries: int = 1
    """How often a benchmark may be run until it keeps within its budgets: a busy machine misses one at times."""

    @property
    def is_full(self) -> bool:
        """Whether it is the size that the budgets are written for."""
        return self.codes >= 100_000


FULL: Final = Size()
QUICK: Final = Size(devices=2_000, codes=20_000, slack=6.0, rounds=3, keys=80, tries=2)


class Served:
    """A sandbox of that size in a process of its own, over loopback HTTP."""

    def __init__(self, size: Size, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.serving", str(size.devices), str(size.codes)]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        output: IO[str] | None = self._process.stdout
        assert output is not None
        self.endpoint = output.readline().strip()

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()

    def control(self, name: str, body: object | None = None, *, method: str = "POST") -> Any:
        """Ask its control plane."""
        request = urllib.request.Request(
            f"{self.endpoint}/_sandbox/{name}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def set_latency(self, seconds: float) -> None:
        """Let every answer take that long."""
        self.control("faults", method="DELETE")
        if seconds:
            self.control("faults", {"kind": "delay", "seconds": seconds})

    def request_counts(self) -> dict[str, int]:
        """How often each path was asked for since the last `forget_requests`."""
        return {one["path"]: one["count"] for one in self.control("requests", method="GET")["counts"]}

    def forget_requests(self) -> None:
        """Count from nothing again."""
        self.control("requests", method="DELETE")


class Stage:
    """Where a run of benchmarks takes place.

    Args:
        size: How large the workspace is.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self._things = ExitStack()
        self._served: Served | None = None
        self._loaded: Terminal | None = None
        self.load_seconds = 0.0
        """How long the load of `loaded` took, from the first frame on."""
        self._floor: Terminal | None = None
        self.folder = Path(self._things.enter_context(tempfile.TemporaryDirectory(prefix="seam-tui-benchmarks-")))

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._things.close()

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a program: nothing of the person who runs this but the path."""
        folders = {name: str(self.folder / name.lower()) for name in ("CONFIG", "STATE", "LOG", "CACHE")}
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            **{f"SEAM_TUI_{name}_DIR": folder for name, folder in folders.items()},
            **more,
        }

    @property
    def served(self) -> Served:
        """The sandbox."""
        if self._served is None:
            self._served = Served(self.size, self.environment())
            self._things.callback(self._served.close)
        return self._served

    def app(self, **more: str) -> Terminal:
        """Start the app on the sandbox; whoever asks ends it."""
        reached = {"SEAM_API_KEY": SANDBOX_KEY, "SEAM_ENDPOINT": self.served.endpoint}
        return Terminal([sys.executable, "-m", "seam_tui"], self.environment(**reached, **more))

    def floor_app(self) -> Terminal:
        """Start the trivial app; whoever asks ends it."""
        command = [sys.executable, "-m", "tests.benchmarks.floor_app", str(self.size.codes)]
        return Terminal(command, self.environment())

    @property
    def loaded(self) -> Terminal:
        """An app that has loaded everything and is at rest."""
        if self._loaded is None:
            # Only what events tell is read again, so that requests can be counted.
            alone = {"SEAM_TUI_POLL_INTERVAL": str(POLL), "SEAM_TUI_REQUESTS_PER_MINUTE": "0"}
            terminal = self._things.enter_context(self.app(**alone))
            shown = terminal.wait_for(FIRST_FRAME)
            self.load_seconds = terminal.wait_for(LOADED, timeout=1_800) - shown
            terminal.quiet(1.0)
            _wait_for_rest(terminal)
            self._loaded = terminal
        return self._loaded

    def forget_loaded(self) -> None:
        """End that app, and take away what it has kept: the next load is a cold one."""
        if self._loaded is not None:
            self._loaded.close()
            self._loaded = None
            shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def leave_loaded(self) -> None:
        """Leave that app as a person does; what it keeps for the next start is on disk then."""
        self.loaded.press(b"q")
        self.loaded.process.wait(30)
        self._loaded = None

    @property
    def floor(self) -> Terminal:
        """The trivial app, at rest."""
        if self._floor is None:
            terminal = self._things.enter_context(self.floor_app())
            terminal.wait_for(FIRST_FRAME)
            terminal.quiet(0.5)
            self._floor = terminal
        return self._floor


def _wait_for_rest(terminal: Terminal) -> None:
    """Wait until a program does next to nothing: after a load the app makes ready what may be asked for."""
    before, end = terminal.cpu_seconds(), time.monotonic() + MOST_WORK_AHEAD
    while before is not None and time.monotonic() < end:
        time.sleep(1.0)
        now = terminal.cpu_seconds()
        if now is None or now - before < AT_REST:
            return
        before = now
