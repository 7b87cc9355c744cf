"""Killed in the middle of deleting and re-creating codes, and gone on with: no guest loses a code or gets two."""

from __future__ import annotations

import json
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.journal import Journal, RunStatus
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.sandbox.faults import FaultRule
from tests.faults.hotel import check_guests, guests, pin_of
from tests.faults.run_child import REQUEST_SECONDS, Job
from tests.faults.served import FastHotel, until

LOCKS = (4, 4, 4)
SPEED = 60.0
"""Simulated seconds a second: a request is given up after half a real second, a lock answers after a twentieth."""
KILLS = 20
AGAIN = 0.3
"""The chance that a resumed run is killed, too."""
ROUNDS = 8
"""So often a run is gone on with; one of which something is not known may be left then, and says so."""
FIRST, LAST = 11, 70
"""The requests between which a run is killed: the first is the first read of a code, and about 80 are all."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture(scope="module")
def hotel() -> Iterator[FastHotel]:
    hotel = FastHotel(LOCKS, SPEED, rate_limits=True)
    yield hotel
    hotel.reset()


def job(hotel: FastHotel, folder: Path, action: ActionId | None) -> Job:
    return Job(hotel.endpoint, folder / "runs", folder / "words", SPEED, hotel.began, action)


def slow_writes(hotel: FastHotel, chance: random.Random) -> None:
    """Some writes take effect late: behind a kill, but before a process that lives would have given up on them."""
    hotel.sandbox.world.refuse_duplicates = False
    longest = REQUEST_SECONDS / SPEED
    hotel.sandbox.faults.add(
        *(FaultRule("delay", "/access_codes/create", seconds=longest * part, probability=0.15) for part in (0.3, 0.8)),
        *(FaultRule("delay", "/access_codes/delete", seconds=longest * part, probability=0.15) for part in (0.3, 0.8)),
        seed=chance.randrange(1000),
    )


def kill_when(state: Callable[[], bool], running: Job) -> bool:
    """Kill a process when a state has come; False if it was done before."""
    process = running.start()
    until(lambda: state() or not process.is_alive())
    process.kill()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def after(requests: int, hotel: FastHotel) -> Callable[[], bool]:
    """That so many more requests have come."""
    wanted = hotel.arrived + requests
    return lambda: hotel.arrived >= wanted


def a_code_is_gone(hotel: FastHotel) -> Callable[[], bool]:
    """That somebody was just told so: what follows is between delete and create."""
    return lambda: any(record.status == 404 for record in hotel.sandbox.requests)


def never() -> bool:
    """A state that does not come."""
    return False


def phase(step: StepState) -> str:
    """Where a step was when its process ended."""
    if step.is_settled:
        return "ended"
    if step.has_open_intent and step.intent is not None:
        return f"{step.intent.kind} under way"
    return "between" if step.gone is not None else "not begun"


def check_files(folder: Path) -> None:
    """No PIN stands anywhere but in the side file."""
    (lines,) = (folder / "runs").glob("*.jsonl")
    words = folder / "words"
    text = lines.read_text() + (words.read_text() if words.exists() else "")
    assert not [number for number in range(sum(LOCKS)) if pin_of(number) in text]


def killed_and_gone_on_with(hotel: FastHotel, folder: Path, seed: int) -> tuple[RunState, Counter[str], int]:
    """Kill a run at a random moment, perhaps again while it is gone on with, until it has come to its end."""
    chance = random.Random(seed)
    hotel.reset()
    before = guests(hotel.sandbox.world)
    slow_writes(hotel, chance)
    journal = Journal(folder / "runs")
    moment = FIRST + (seed % KILLS + chance.random()) / KILLS * (LAST - FIRST)
    state = a_code_is_gone(hotel) if seed % 5 == 4 else after(round(moment), hotel)
    # Where the machine is busy a run may be done before it is seen that its moment has come.
    kills = int(kill_when(state, job(hotel, folder, ActionId.RECREATE)))
    workspace = hotel.sandbox.world.workspace.workspace_id
    phases: Counter[str] = Counter()
    for _ in range(ROUNDS):
        offered = journal.unfinished_runs(workspace)
        assert offered.problems == ()
        if not offered.runs:
            break
        (run,) = offered.runs  # nobody holds it any more
        phases.update(phase(step) for step in run.steps.values())
        again = chance.random() < AGAIN and kills < 4
        kills += kill_when(after(chance.randrange(2, 40), hotel) if again else never, job(hotel, folder, None))
    hotel.settle()
    (summary,) = journal.history().runs
    run = journal.read_run(summary.header.run_id)
    assert summary.status is RunStatus.FINISHED or run.outcomes[Outcome.UNKNOWN]
    check_guests(before, hotel.sandbox.world, run)
    check_files(folder)
    return run, phases, kills


@pytest.mark.timeout(300)
def test_killed_at_random_moments_no_code_is_lost_and_none_doubled(hotel: FastHotel, tmp_path: Path) -> None:
    phases: Counter[str] = Counter()
    outcomes: Counter[Outcome] = Counter()
    kills = 0
    for seed in range(KILLS):
        run, seen, killed = killed_and_gone_on_with(hotel, tmp_path / str(seed), seed)
        phases += seen
        outcomes += run.outcomes
        kills += killed
    print(f"{kills} kills of {KILLS} runs; steps at a kill: {dict(phases)}; outcomes: {dict(outcomes)}")
    # A test of kills that hit nothing would prove nothing.
    for state in ("not begun", "delete under way", "create under way", "ended"):
        assert phases[state] >= 2, phases
    assert outcomes[Outcome.UNKNOWN] <= outcomes.total() * 0.1
    assert kills > KILLS


def test_a_run_that_nobody_kills_takes_as_many_requests_as_the_kills_are_spread_over(
    hotel: FastHotel, tmp_path: Path
) -> None:
    hotel.reset()
    before, began = guests(hotel.sandbox.world), hotel.arrived
    assert not kill_when(never, job(hotel, tmp_path, ActionId.RECREATE))
    hotel.settle()
    assert hotel.arrived - began > LAST
    assert guests(hotel.sandbox.world) == before
    words = [json.loads(line) for line in (tmp_path / "words").read_text().splitlines()]
    assert {word["outcome"] for word in words} <= {Outcome.DONE, Outcome.ASKED}
