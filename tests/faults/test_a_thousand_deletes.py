"""A thousand deletes in simulated time: as fast as Seam's limits allow, none refused, none lost, none sent twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import Edit
from seam_tui.operations.control import least_time
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.operations.subject import Subject
from tests.faults.bench import Bench
from tests.faults.hotel import plan_for
from tests.faults.simulated_time import NOW, run_simulated

LOCKS = (300, *[78] * 7, *[77] * 2)
assert sum(LOCKS) == 1000
DELETES = 20
"""A minute and lock."""
Ran = tuple[Plan, tuple[StepResult, ...]]


def check(bench: Bench, plan: Plan, results: Sequence[StepResult], verb: str) -> None:
    """Every step was taken, and each acted once."""
    assert [result.step for result in results] == list(plan.steps)
    assert {result.outcome for result in results} == {Outcome.ASKED}
    mine = {step.access_code_id for step in plan.steps}
    effects = {code: count for (_, _, code), count in bench.sandbox.requests.writes.items() if code in mine}
    assert effects == dict.fromkeys(mine, 1)
    if not bench.refused:
        assert {code: count for code, count in bench.arrived(verb).items() if code in mine} == effects


@pytest.mark.parametrize(("window", "seconds"), [("sliding", 0), ("fixed", 0), ("fixed", 47)])
def test_a_thousand_deletes_go_as_fast_as_the_limits_allow(window: str, seconds: int, tmp_path: Path) -> None:
    bench = Bench.open(LOCKS, tmp_path, start=NOW + timedelta(seconds=seconds))
    bench.sandbox.world.limits.window = window

    async def go() -> Ran:
        plan = plan_for(ActionId.DELETE, (await bench.look()).managed(), NOW)
        results = await bench.run(plan)
        await bench.settle()
        return plan, results

    plan, results = run_simulated(bench.clock, go())
    least = least_time(plan)
    print(f"{window} window: {bench.took:.1f} s, at least {least:.0f} s; {bench.refused} refused")
    check(bench, plan, results, "DELETE")
    assert bench.refused == 0
    assert least == 14 * 60
    assert least <= bench.took <= least * 1.1
    assert bench.sandbox.world.codes == {}


@pytest.mark.parametrize("window", ["sliding", "fixed"])
def test_two_hundred_changes_go_as_fast_as_the_limits_allow(window: str, tmp_path: Path) -> None:
    bench = Bench.open((95, *[21] * 5), tmp_path)
    bench.sandbox.world.limits.window = window

    async def go() -> Ran:
        plan = plan_for(ActionId.RENAME, (await bench.look()).managed(), NOW, Edit(name_template="{name} in {device}"))
        return plan, await bench.run(plan)

    plan, results = run_simulated(bench.clock, go())
    least = least_time(plan)
    print(f"{window} window: {bench.took:.1f} s, at least {least:.0f} s; {bench.refused} refused")
    check(bench, plan, results, "PATCH")
    assert bench.refused == 0
    assert least == 9 * 60
    assert least <= bench.took <= least * 1.1


async def somebody_else(bench: Bench, codes: Sequence[str], a_minute: int) -> int:
    """Another program deletes codes of one lock, so many a minute; refused, it insists.

    Returns:
        How often it was refused.
    """
    refused = 0
    left = list(codes)
    headers = {"authorization": f"Bearer {bench.sandbox.key}"}
    transport = httpx.ASGITransport(bench.sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://seam", headers=headers) as client:
        due = bench.clock.monotonic()
        while left:
            answer = await client.request("DELETE", "/access_codes/delete", params={"access_code_id": left[-1]})
            if answer.status_code == 429:
                refused += 1
                await bench.clock.sleep(2)
                continue
            left.pop()
            due += 60 / a_minute
            await bench.clock.sleep(max(due - bench.clock.monotonic(), 0.01))
    return refused


@pytest.mark.parametrize(("window", "retry_after"), [("sliding", True), ("sliding", False), ("fixed", True)])
def test_while_somebody_else_uses_half_of_the_limit_nothing_is_lost_or_sent_twice(
    window: str, retry_after: bool, tmp_path: Path
) -> None:
    bench = Bench.open([count * 2 for count in LOCKS], tmp_path)
    bench.sandbox.world.limits.window = window
    bench.sandbox.world.limits.retry_after = retry_after

    async def go() -> tuple[Plan, tuple[StepResult, ...], int]:
        locks: dict[str, list[Subject]] = {}
        for subject in (await bench.look()).managed():
            locks.setdefault(subject.device.device_id, []).append(subject)
        ours = [subject for subjects in locks.values() for subject in subjects[::2]]
        theirs = [[subject.code.access_code_id for subject in subjects[1::2]] for subjects in locks.values()]
        plan = plan_for(ActionId.DELETE, ours, NOW)
        others = [asyncio.ensure_future(somebody_else(bench, codes, DELETES // 2)) for codes in theirs]
        results = await bench.run(plan)
        refused = sum(await asyncio.gather(*others))
        await bench.settle()
        return plan, results, refused

    plan, results, refused = run_simulated(bench.clock, go())
    # On the largest lock only half of the limit is left for as long as the other has codes there.
    least = 29 * 60
    print(
        f"{window} window, Retry-After {retry_after}: {bench.took:.0f} s; "
        f"{bench.refused - refused} of ours and {refused} of theirs refused; {Counter(r.outcome for r in results)}"
    )
    check(bench, plan, results, "DELETE")
    assert bench.refused > refused
    assert bench.sandbox.world.codes == {}
    assert bench.took <= least * 1.5
