"""Creates and updates of one lock beside each other in simulated time: each kind has a limit of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import Edit
from seam_tui.operations.control import least_time
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.operations.runner import Outcome, StepResult
from tests.faults.bench import Bench
from tests.faults.hotel import plan_for
from tests.faults.simulated_time import NOW, run_simulated

EACH = 22
"""Codes that are made, and codes that are changed: three minutes' worth of either kind."""
LIMIT = 10
"""Of either kind, a minute and lock."""
MINUTE = 60.0


async def both_kinds(bench: Bench) -> tuple[list[PlanStep], list[PlanStep]]:
    """What puts back deleted codes, and what puts back the names of others on the same lock."""
    subjects = (await bench.look()).managed()
    deletion = await bench.runs.run(plan_for(ActionId.DELETE, subjects[:EACH], NOW), bench.told.append)
    renamed = plan_for(ActionId.RENAME, subjects[EACH:], NOW, Edit(name_template="{name} again"))
    renaming = await bench.runs.run(renamed, bench.told.append)
    await bench.settle()
    creates = await bench.runs.undo_plan(deletion.run_id or "")
    updates = await bench.runs.undo_plan(renaming.run_id or "")
    bench.sandbox.requests.clear()
    return list(creates.steps), list(updates.steps)


def in_turns(creates: Sequence[PlanStep], updates: Sequence[PlanStep]) -> list[PlanStep]:
    return [step for pair in zip(creates, updates, strict=True) for step in pair]


def one_kind_first(creates: Sequence[PlanStep], updates: Sequence[PlanStep]) -> list[PlanStep]:
    return [*updates, *creates]


@pytest.mark.parametrize("window", ["sliding", "fixed"])
@pytest.mark.parametrize(("order", "at_most"), [(in_turns, 2 * MINUTE), (one_kind_first, 4 * MINUTE)])
def test_creates_and_updates_of_one_lock_each_keep_within_their_own_limit(
    order, at_most: float, window: str, tmp_path: Path
) -> None:
    bench = Bench.open((2 * EACH,), tmp_path)
    bench.sandbox.world.limits.window = window

    async def go() -> tuple[Plan, tuple[StepResult, ...]]:
        plan = Plan(ActionId.UNDO, tuple(order(*await both_kinds(bench))))
        return plan, await bench.run(plan)

    plan, results = run_simulated(bench.clock, go())
    print(f"{window} window, {order.__name__}: {bench.took:.1f} s; {bench.refused} refused")
    assert {result.outcome for result in results} == {Outcome.ASKED}
    arrived = [record.path for record in bench.sandbox.requests if record.method in {"POST", "PATCH"}]
    assert sorted(arrived) == ["/access_codes/create"] * EACH + ["/access_codes/update"] * EACH, "each once"
    assert bench.refused == 0
    assert least_time(plan) == 2 * MINUTE, "a common limit would need four minutes"
    assert 2 * MINUTE <= bench.took <= at_most * 1.1
    names = sorted(code.name for code in bench.sandbox.world.codes.values())
    assert len(names) == 2 * EACH
