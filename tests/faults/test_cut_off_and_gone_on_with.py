"""Cut off at hundreds of moments in simulated time, and gone on with: no guest loses a code or gets two.

The processes that are really killed (`test_killed_and_gone_on_with`) are few; here a run is cancelled, which writes
nothing more, and another one goes on with its journal. What had left arrives all the same.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.runner import CONCURRENCY
from seam_tui.operations.runs import Runs
from seam_tui.sandbox.faults import FaultRule
from tests.faults.bench import Bench, Nobody
from tests.faults.hotel import check_guests, guests, plan_for
from tests.faults.simulated_time import NOW, run_simulated
from tests.faults.wire import TIMEOUT, Lateness, pauses_between_tries_of

LOCKS = (2,) * 11
"""More locks than are written to at once."""
SEEDS = range(20)
AHEAD = (0, 0, -5, 5)
"""Minutes by which Seam's clock may be ahead of ours."""
FAULTS = tuple(
    FaultRule(kind, method=method, cut=cut, status=status, probability=0.03)
    for method in ("POST", "DELETE")
    for kind, cut, status in (("cut", True, 0), ("apply_then_fail", True, 0), ("apply_then_fail", False, 503))
)
"""Answers that are lost besides, in every other run."""
ROUNDS = 8
"""So often a run is gone on with; one of which something is not known may be left then, and says so."""
LONGEST = 90.0
"""Seconds of the latest cut; a run that nothing happens to takes about that long."""


def cut_off_and_gone_on_with(folder: Path, seed: int, action: ActionId) -> tuple[RunState, int]:
    """Cut a run off, and those that go on with it, until one comes to its end.

    Args:
        folder: The journal's.
        seed: What happens by chance.
        action: Deleting and re-creating every code, or putting back a run that has deleted them all.
    """
    chance = random.Random(seed)
    bench = Bench.open(LOCKS, folder, seed=seed, ahead=timedelta(minutes=chance.choice(AHEAD)))
    world = bench.sandbox.world
    world.refuse_duplicates = False
    before = guests(world)
    cuts = 0

    async def cut_off_after(seconds: float, work: asyncio.Future[object]) -> None:
        nonlocal cuts
        cut = asyncio.ensure_future(bench.clock.sleep(seconds))
        await asyncio.wait((work, cut), return_when=asyncio.FIRST_COMPLETED)
        cuts += not work.done()
        work.cancel()
        await asyncio.wait((work,))
        cut.cancel()
        if not work.cancelled():
            work.result()

    async def go() -> RunState:
        codes = (await bench.look()).managed()
        bench.runs.workspace = await bench.client.get_workspace()
        undoes = None
        if action is ActionId.UNDO:
            undoes = (await bench.runs.run(plan_for(ActionId.DELETE, codes, NOW), bench.told.append)).run_id
            plan = await bench.runs.undo_plan(undoes)
        else:
            plan = plan_for(action, codes, NOW)
        assert len(plan.steps) == len(codes)
        bench.wire.lateness = Lateness(slow=0.25)
        if seed % 2:
            bench.sandbox.faults.add(*FAULTS, seed=seed)
        work = bench.runs.run(plan, bench.told.append, undoes=undoes)
        await cut_off_after(chance.uniform(0.1, LONGEST), asyncio.ensure_future(work))
        for _ in range(ROUNDS):
            offered = (await bench.runs.unfinished()).runs
            if not offered:
                break
            (run,) = offered
            runs = Runs(bench.client, Nobody(), bench.clock, Journal(folder), endpoint="https://seam")
            taken = await runs.take_up(run.run_id)
            seconds = chance.uniform(0.1, LONGEST) if cuts < 4 else 1e9
            await cut_off_after(seconds, asyncio.ensure_future(runs.go_on(taken, bench.told.append)))
        bench.sandbox.faults.clear()
        await bench.settle()
        newest = max(Journal(folder).history().runs, key=lambda summary: summary.header.created_at)
        return Journal(folder).read_run(newest.header.run_id)

    with pauses_between_tries_of(bench.clock):
        run = run_simulated(bench.clock, go())
    assert run.is_finished or run.outcomes[Outcome.UNKNOWN]
    check_guests(before, world, run)
    return run, cuts


@pytest.mark.parametrize("action", [ActionId.RECREATE, ActionId.UNDO])
def test_cut_off_at_any_moment_no_code_is_lost_and_none_doubled(action: ActionId, tmp_path: Path) -> None:
    outcomes: Counter[Outcome] = Counter()
    cuts = 0
    for seed in SEEDS:
        run, times = cut_off_and_gone_on_with(tmp_path / str(seed), seed, action)
        outcomes += run.outcomes
        cuts += times
    print(f"{action}: {cuts} cuts of {len(SEEDS)} runs; {dict(outcomes)}")
    assert cuts > len(SEEDS)
    assert outcomes[Outcome.UNKNOWN] <= outcomes.total() * 0.05


def test_a_create_that_waited_for_its_turn_is_waited_for_from_when_it_left(tmp_path: Path) -> None:
    """Eight creates are under way and take long; the ninth leaves when one of them is answered, and then the app ends.

    Were it written down before its turn, it would be taken for lost, and sent again, while it still is on its way.
    """
    bench = Bench.open((1,) * (CONCURRENCY + 1), tmp_path)
    world = bench.sandbox.world
    world.refuse_duplicates = False
    before = guests(world)
    slow = TIMEOUT - 1

    async def go() -> RunState:
        plan = plan_for(ActionId.RECREATE, (await bench.look()).managed(), NOW)
        bench.wire.takes["/access_codes/create"] = slow
        run = asyncio.ensure_future(bench.run(plan))
        while bench.wire.sent["/access_codes/create"] <= CONCURRENCY:
            await bench.clock.sleep(0.5)
        run.cancel()
        await asyncio.wait((run,))
        (left,) = (await bench.runs.unfinished()).runs
        bench.wire.takes.clear()
        await bench.runs.go_on(await bench.runs.take_up(left.run_id), bench.told.append)
        await bench.settle()
        return Journal(tmp_path).read_run(left.run_id)

    run = run_simulated(bench.clock, go())
    assert run.outcomes == {Outcome.ASKED: CONCURRENCY + 1}
    check_guests(before, world, run)
