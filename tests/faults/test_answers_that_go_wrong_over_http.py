"""Over a real connection, three of ten answers go wrong: cut, refused, too late. What is said of each code is so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.bulk import Edit
from seam_tui.operations.journal import Journal
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.operations.runs import Runs
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY
from seam_tui.seam_api.connection import Connection
from tests.faults.bench import Nobody
from tests.faults.hotel import look, plan_for
from tests.faults.run_child import REQUEST_SECONDS, FastClient, FastClock
from tests.faults.served import FastHotel
from tests.faults.truth import is_true

LOCKS = (6, 6, 6)
SPEED = 100.0
"""Simulated seconds a second: a request is given up after 0.3 s."""
TIMEOUT = REQUEST_SECONDS / SPEED
SEEDS = range(2)


def faults() -> list[FaultRule]:
    """Three tenths of all answers."""
    share = 0.3 / 10
    return [
        FaultRule("status", status=429, probability=share),
        FaultRule("status", status=429, retry_after=7, probability=share),
        FaultRule("status", status=500, probability=share),
        FaultRule("status", status=503, html=True, probability=share),
        FaultRule("cut", probability=share),
        FaultRule("apply_then_fail", cut=True, probability=share),
        FaultRule("apply_then_fail", cut=False, status=503, html=True, probability=share),
        FaultRule("delay", seconds=TIMEOUT * 1.5, when="after", probability=2 * share),
        FaultRule("delay", seconds=TIMEOUT * 1.3, when="before", probability=share),
    ]


@pytest.fixture(scope="module")
def hotel() -> Iterator[FastHotel]:
    hotel = FastHotel(LOCKS, SPEED)
    yield hotel
    hotel.reset()


@pytest.fixture(autouse=True)
def no_waiting_between_tries_nor_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_args: object) -> None:
        """Try again without the pause."""

    monkeypatch.setattr("httpx_retries.Retry.asleep", at_once)
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


def carry_out(hotel: FastHotel, action: ActionId, seed: int, folder: Path) -> tuple[StepResult, ...]:
    """Carry out a plan while answers go wrong, then let everything come to rest."""

    async def go() -> tuple[StepResult, ...]:
        clock = FastClock(SPEED, hotel.began)
        client = FastClient(Connection(api_key=SANDBOX_KEY, endpoint=hotel.endpoint, timeout=TIMEOUT), clock=clock)
        runs = Runs(client, Nobody(), clock, Journal(folder), endpoint=hotel.endpoint)
        edit = Edit(name_template="{name} in {device}") if action is ActionId.RENAME else None
        plan = plan_for(action, (await look(client)).managed(), clock.now(), edit)
        runs.workspace = await client.get_workspace()
        hotel.sandbox.requests.clear()
        hotel.sandbox.faults.add(*faults(), seed=seed)
        end = await runs.run(plan, lambda result: None)
        hotel.sandbox.faults.clear()
        await client.close()
        return end.results

    hotel.reset()
    results = asyncio.run(go())
    hotel.settle()
    return results


@pytest.mark.parametrize("action", [ActionId.DELETE, ActionId.RENAME, ActionId.RECREATE])
def test_over_a_connection_that_fails_what_is_said_of_a_code_is_what_became_of_it(
    hotel: FastHotel, action: ActionId, tmp_path: Path
) -> None:
    outcomes: Counter[Outcome] = Counter()
    for seed in SEEDS:
        results = carry_out(hotel, action, seed, tmp_path / str(seed))
        for result in results:
            assert is_true(result, hotel.sandbox.world), (seed, result.step.title, result.outcome, result.said)
        acted = {write: times for write, times in hotel.sandbox.requests.writes.items() if times > 1}
        assert action is ActionId.RECREATE or acted == {}, seed
        outcomes.update(result.outcome for result in results)
    print(f"{action}: {dict(outcomes)}")
    assert outcomes[Outcome.UNKNOWN] <= outcomes.total() * 0.25
    assert outcomes[Outcome.ASKED]
