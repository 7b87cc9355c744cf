"""What a session leaves in the log: where it stood, what failed with which request, runs by their counts; no name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seam_tui.domain.app_log import FILE_NAME, keep_log
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sync.pace import WatchPace
from tests.flows.driver import running_app


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """The log's text."""
    with keep_log(tmp_path / "logs"):
        yield lambda: (tmp_path / "logs" / FILE_NAME).read_text(encoding="utf-8")


async def test_a_session_leaves_its_states_and_its_runs_and_no_name(told: Callable[[], str]) -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.yes()
        await app.until(lambda: "delete_duplicate, run" in told(), "the run in the log")
        await app.press("ctrl+r")
        await app.until(lambda: "read-only: True" in told(), "read-only in the log")
        log = told()
        for words in (
            "opens the sandbox in this process; read-only: False, share mode: False",
            f"Workspace {app.sandbox.world.workspace.workspace_id}, sandbox: True, suspended: False",
            "all is read, but for 0 locks",
            "1 of 1 steps: 1 ",
        ):
            assert words in log
        names = {code.name for code in app.sandbox.world.codes.values() if code.name}
        names |= {device.name for device in app.sandbox.world.devices.values()}
        secrets = names | app.sandbox.world.pins() | {app.sandbox.world.workspace.name}
        assert not [secret for secret in secrets if secret in log]


async def test_a_failure_is_told_once_with_its_request_and_so_is_its_end(told: Callable[[], str]) -> None:
    async with running_app(pace=WatchPace()) as app:
        app.sandbox.faults.add(FaultRule("status", method="GET", path="/events/list", status=503))
        await app.look_passes(3)
        app.sandbox.faults.clear()
        await app.look_passes()
        assert told().count("fresh again") == 1
        (line,) = [line for line in told().splitlines() if "stale: " in line]
        assert "stale: ServerFailure, status 503, request " in line
        assert "request none" not in line
