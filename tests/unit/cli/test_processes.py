"""The command line as a shell runs it: a sandbox in one process, a plan that is sent from another, ctrl+c."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.command import Run

PATIENCE = 60.0


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a shell in which a sandbox is served."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEAM_")}
    environment |= {f"SEAM_TUI_{name}_DIR": str(tmp_path / name.lower()) for name in ("STATE", "CONFIG", "LOG")}
    arguments = ["sandbox", "--port", "0", "--control", "--devices", "1", "--codes", "150", "--speed", "1"]
    served = subprocess.Popen(_command(*arguments), env=environment, stdout=subprocess.PIPE, text=True)
    assert served.stdout is not None
    told = served.stdout.readline() + served.stdout.readline()
    yield environment | dict(re.findall(r"(SEAM_\w+)=(\S+)", told))
    served.terminate()
    served.wait(PATIENCE)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "seam_tui", *arguments]


def _control(shell: dict[str, str], what: str, body: object = None) -> Any:
    request = urllib.request.Request(
        f"{shell['SEAM_ENDPOINT']}/_sandbox/{what}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def _sent(shell: dict[str, str], path: str) -> int:
    counts = _control(shell, "requests")["counts"]
    return sum(count["count"] for count in counts if count["path"] == path)


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _deleting(run_seam_tui: Run, shell: dict[str, str], folder: Path, count: int) -> Path:
    codes = [code for code in _control(shell, "state")["access_codes"] if code["is_managed"]]
    ids = [
        code["access_code_id"]
        for code in codes
        if code["status"] == "set" and not (code["pending_mutations"] or code["is_offline_access_code"])
    ]
    assert len(ids) >= count
    (folder / "ids.csv").write_text("\n".join(["access_code_id", *ids[:count]]), encoding="utf-8")
    plan = folder / "plan.json"
    credentials = {name: value for name, value in shell.items() if name.startswith("SEAM_")}
    made = run_seam_tui(
        "plan", "--csv", str(folder / "ids.csv"), "--action", "delete", "--output", str(plan), **credentials
    )
    assert made.code == 0, made.told
    return plan


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_lets_what_is_under_way_end_and_sends_no_more(
    run_seam_tui: Run, shell: dict[str, str], tmp_path: Path
) -> None:
    plan = _deleting(run_seam_tui, shell, tmp_path, 24)
    command = _command("apply", str(plan), "--yes", "--json")
    with subprocess.Popen(command, env=shell, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        # A lock takes 20 removals a minute: the last four would wait for the next one.
        _wait_for(lambda: _sent(shell, "/access_codes/delete") == 20)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1, err
    assert "Stopping: what is under way ends" in err
    assert "Traceback" not in err
    counts = json.loads(out)["counts"]
    assert counts.pop("skipped") == 4
    assert sum(counts.values()) == 20
    assert _sent(shell, "/access_codes/delete") == 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_the_question_is_asked_on_a_real_terminal_and_ctrl_c_leaves_it(
    run_seam_tui: Run, shell: dict[str, str], tmp_path: Path
) -> None:
    plan = _deleting(run_seam_tui, shell, tmp_path, 2)
    for is_wanted, code, sent in ((False, 130, 0), (True, 0, 2)):
        keyboard, terminal = os.openpty()
        command = _command("apply", str(plan), "--wait", "0")
        with subprocess.Popen(
            command, env=shell, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as running:
            assert running.stderr is not None
            shown = b""
            while b"Type y: " not in shown:
                shown += running.stderr.read(1)
            if is_wanted:
                os.write(keyboard, b"y\n")
            else:
                running.send_signal(signal.SIGINT)
            _, rest = running.communicate(timeout=PATIENCE)
        os.close(keyboard)
        os.close(terminal)
        assert running.returncode == code
        assert b"Traceback" not in rest
        assert _sent(shell, "/access_codes/delete") == sent
