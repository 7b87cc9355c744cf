"""Killed in the middle of writing: what `write` returned for is there, the files are readable, the lock is free."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seam_tui.domain.pin import Pin
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_state import RunState, StepState
from tests.faults.journal_child import pin_of

CHILD = Path(__file__).with_name("journal_child.py")
ROOT = CHILD.parents[2]
KILLS = 24
LONGEST = 0.25
"""Seconds of writing before the latest kill."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


def killed_after(seconds: float, folder: Path, piece: int, resumed: str | None = None) -> tuple[str, list[str]]:
    """Let a child write for a while, then kill it; its run's id, and what it said was on disk."""
    command = [sys.executable, str(CHILD), str(folder), str(piece), *([resumed] if resumed else [])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True)
    assert child.stdout is not None
    try:
        word, _, run_id = child.stdout.readline().strip().partition(" ")
        assert word == "run"
        time.sleep(seconds)
    finally:
        os.kill(child.pid, signal.SIGKILL)
    said = child.stdout.read().splitlines()
    child.stdout.close()
    assert child.wait(10) == -signal.SIGKILL
    return run_id, said


def check(run: RunState, said: list[str]) -> None:
    """Every word of the child is true, and the PIN of every step that is there is there too."""
    shown = {
        "planned": lambda step: True,
        "intent": lambda step: step.intent is not None,
        "gone": lambda step: step.gone is not None,
        "created": lambda step: step.created is not None,
        "ended": lambda step: step.ended is not None,
    }
    for line in said:
        number, word = line.split()
        step: StepState = run.steps[int(number)]
        assert shown[word](step), line
    for number, step in run.steps.items():
        assert step.old_pin == Pin(pin_of(number))


@pytest.mark.timeout(110)
def test_killed_at_random_moments_nothing_that_was_written_is_lost(tmp_path: Path) -> None:
    chance = random.Random(20310506)
    torn = written = 0
    for kill in range(KILLS):
        journal = Journal(tmp_path / f"runs-{kill}")
        piece = chance.choice([0, 10, 40, 150])
        run_id, said = killed_after(chance.uniform(0, LONGEST), journal.folder, piece)
        (offered,) = journal.unfinished_runs("w").runs
        assert offered.run_id == run_id
        check(offered, said)
        torn += offered.is_torn
        written += len(said)
        run, writer = asyncio.run(journal.resume_run(run_id))
        asyncio.run(writer.close())
        check(run, said)
        assert not journal.read_run(run_id).is_torn
        (lines,) = journal.folder.glob("*.jsonl")
        assert not [number for number in run.steps if pin_of(number) in lines.read_text()]
    # A test of kills that hit nothing would prove nothing.
    assert torn >= KILLS // 8
    assert written >= KILLS


@pytest.mark.timeout(60)
def test_a_run_that_is_killed_again_and_again_goes_on_behind_what_was_written(tmp_path: Path) -> None:
    chance = random.Random(4)
    journal = Journal(tmp_path / "runs")
    run_id, said = killed_after(0.1, journal.folder, 40)
    for _ in range(4):
        again, more = killed_after(chance.uniform(0.02, LONGEST), journal.folder, 40, run_id)
        assert again == run_id
        said += more
        check(journal.read_run(run_id), said)
    assert len(list(journal.folder.iterdir())) == 2
