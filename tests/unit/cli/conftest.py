"""What the tests of the command line share: commands run in this process, against sandboxes over HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from seam_tui import cli
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from tests.unit.cli.command import NOW, Ended, FastClock, HurriedClock, Run, Town, serve_in_thread


@pytest.fixture
def run_seam_tui(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line with this environment and nothing else of ours in it."""
    for name in list(os.environ):
        if name.startswith("SEAM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SEAM_TUI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("SEAM_TUI_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("SEAM_TUI_LOG_DIR", str(tmp_path / "logs"))

    def run(*arguments: str, **environment: str) -> Ended:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        try:
            code = cli.run(list(arguments))
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 1
        said = capfd.readouterr()
        assert not list((tmp_path / "logs").glob("crash-*")), "a crash log was written"
        return Ended(code, said.out, said.err)

    return run


@pytest.fixture
def seam_tui(run_seam_tui: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same with a clock on which no wait takes any time."""
    monkeypatch.setattr("seam_tui.cli.common.SystemClock", HurriedClock)
    return run_seam_tui


@pytest.fixture(scope="module")
def server() -> tuple[Sandbox, str]:
    sandbox = create_sandbox(clock=SandboxClock(NOW, speed=0), traceable=True)
    return sandbox, serve_in_thread(sandbox)


@pytest.fixture
def served(server: tuple[Sandbox, str]) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    sandbox, endpoint = server
    yield sandbox, {"SEAM_ENDPOINT": endpoint, "SEAM_API_KEY": SANDBOX_KEY}
    sandbox.faults.clear()


@pytest.fixture(scope="module")
def busy_server() -> tuple[Sandbox, str]:
    """A sandbox in which a minute passes in a second: locks answer soon."""
    sandbox = create_sandbox(clock=SandboxClock(speed=60), traceable=True)
    return sandbox, serve_in_thread(sandbox)


@pytest.fixture
def town(
    busy_server: tuple[Sandbox, str], run_seam_tui: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    """A workspace as it was in the beginning, and commands that change it."""
    monkeypatch.setattr("seam_tui.cli.common.SystemClock", FastClock)
    sandbox, endpoint = busy_server
    sandbox.reset()
    sandbox.requests.clear()
    yield Town(sandbox, endpoint, tmp_path, run_seam_tui)
    sandbox.faults.clear()
