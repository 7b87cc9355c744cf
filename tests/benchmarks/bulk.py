"""A bulk delete in simulated time, beside the least time that Seam's limits leave."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from seam_tui.domain.action import ActionId
from seam_tui.operations.control import least_time
from seam_tui.operations.plan import Plan
from tests.benchmarks.lines import Budget, Line
from tests.benchmarks.stage import Stage
from tests.faults.bench import Bench
from tests.faults.hotel import plan_for
from tests.faults.simulated_time import NOW, run_simulated


def measure(stage: Stage) -> list[Line]:
    """Delete every code: some locks hold hundreds, most a few dozen."""
    bench = Bench.open(_locks(stage.size.codes // 10), stage.folder / "runs")

    async def go() -> Plan:
        plan = plan_for(ActionId.DELETE, (await bench.look()).managed(), NOW)
        await bench.run(plan)
        await asyncio.sleep(0)
        return plan

    plan = run_simulated(bench.clock, go())
    left = sum(1 for code in bench.sandbox.world.codes.values() if code.managed and code.status != "removing")
    note = f"simulated time; {len(plan.steps):,} codes" + (f", {left} LEFT" if left else "")
    return [
        Line("bulk delete", bench.took, "s", least_time(plan), Budget(ratio=1.1), note),
        Line("bulk delete: refused with 429", float(bench.refused + left), "", None, Budget(0.0)),
    ]


def _locks(codes: int) -> Sequence[int]:
    """How many codes each lock holds."""
    large = [min(300, codes // 3), *[codes // 60] * 10]
    rest = codes - sum(large)
    return [*large, *[40] * (rest // 40), rest % 40]
