"""Two apps on one workspace: neither is offered what the other works on, and one of them takes up what was left."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from seam_tui.domain.action import ActionId
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import JournalError, RunIsHeldError
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.operations.runs import Runs
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from tests.faults.bench import Bench, Nobody
from tests.faults.hotel import plan_for
from tests.faults.run_child import Job
from tests.faults.served import FastHotel, until
from tests.faults.simulated_time import NOW, run_simulated

LOCKS = (4, 4)


@dataclass
class TwoApps:
    """Two apps of one person, on one sandbox and one folder of runs."""

    bench: Bench
    folder: Path
    one: Runs
    other: Runs

    @classmethod
    def open(cls, folder: Path) -> TwoApps:
        bench = Bench.open(LOCKS, folder)
        other = SeamClient(Connection(api_key=bench.sandbox.key, transport=bench.wire), clock=bench.clock)
        return cls(
            bench, folder, bench.runs, Runs(other, Nobody(), bench.clock, Journal(folder), endpoint="https://seam")
        )

    def play(self, scene: Callable[[], Coroutine[None, None, None]]) -> None:
        run_simulated(self.bench.clock, scene())


@pytest.fixture
def apps(tmp_path: Path) -> TwoApps:
    return TwoApps.open(tmp_path / "runs")


def test_a_run_is_offered_to_nobody_while_it_goes_on_nor_after_its_end(apps: TwoApps) -> None:
    async def scene() -> None:
        plan = plan_for(ActionId.DELETE, (await apps.bench.look()).managed(), NOW)
        control, offered = RunControl(), []

        async def half_way(result: StepResult) -> None:
            offered.extend((await apps.other.unfinished()).runs)
            (running,) = (await apps.other.history()).runs
            with pytest.raises(RunIsHeldError):
                await apps.other.take_up(running.header.run_id)
            with pytest.raises(RunIsHeldError):
                await apps.other.stop(running.header.run_id)
            control.go_on()

        looks: list[asyncio.Task[None]] = []

        def told(result: StepResult) -> None:
            if not looks:
                control.pause()
                looks.append(asyncio.ensure_future(half_way(result)))

        end = await apps.one.run(plan, told, control)
        await looks[0]
        assert offered == []
        assert {result.outcome for result in end.results} == {Outcome.ASKED}
        for app in (apps.one, apps.other):
            assert (await app.unfinished()).runs == ()
            with pytest.raises(JournalError):
                await app.take_up(end.run_id)

    apps.play(scene)


def test_two_apps_work_side_by_side_each_on_a_run_of_its_own(apps: TwoApps) -> None:
    async def scene() -> None:
        seen = (await apps.bench.look()).managed()
        plans = [plan_for(ActionId.DELETE, seen[half::2], NOW) for half in (0, 1)]
        ends = await asyncio.gather(
            apps.one.run(plans[0], lambda result: None), apps.other.run(plans[1], lambda result: None)
        )
        assert ends[0].run_id != ends[1].run_id
        assert {result.outcome for end in ends for result in end.results} == {Outcome.ASKED}
        await apps.bench.settle()
        assert apps.bench.sandbox.world.codes == {}
        assert set(apps.bench.sandbox.requests.writes.values()) == {1}

    apps.play(scene)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_what_a_killed_app_left_is_offered_to_all_and_held_by_the_first_that_takes_it_up(tmp_path: Path) -> None:
    hotel = FastHotel(LOCKS, speed=20.0)
    job = Job(hotel.endpoint, tmp_path / "runs", tmp_path / "words", hotel.speed, hotel.began, ActionId.DELETE)
    process = job.start()
    until(lambda: any(record.method == "DELETE" for record in hotel.sandbox.requests))
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL

    async def scene() -> None:
        client = SeamClient(Connection(api_key=hotel.sandbox.key, endpoint=hotel.endpoint))
        one, other = (
            Runs(client, Nobody(), job.clock(), Journal(tmp_path / "runs"), endpoint=hotel.endpoint) for _ in range(2)
        )
        offered = [(await app.unfinished()).runs for app in (one, other)]
        assert [len(runs) for runs in offered] == [1, 1]
        run_id = offered[0][0].run_id
        taken = await one.take_up(run_id)
        assert (await other.unfinished()).runs == ()
        with pytest.raises(RunIsHeldError):
            await other.take_up(run_id)
        await one.put_down(taken)
        taken = await other.take_up(run_id)
        assert len(taken.plan.steps) + taken.settled == sum(LOCKS)
        assert (await one.unfinished()).runs == ()
        await other.go_on(taken, lambda result: None)
        assert (await one.unfinished()).runs == (await other.unfinished()).runs == ()
        await client.close()

    asyncio.run(scene())
    hotel.settle()
    assert hotel.sandbox.world.codes == {}


def test_a_run_of_another_workspace_is_not_offered(apps: TwoApps) -> None:
    async def scene() -> None:
        workspace = await apps.bench.client.get_workspace()
        writer = await Journal(apps.folder).start_run(
            workspace_id="another",
            workspace_name="Another",
            action="delete",
            count=1,
            endpoint="https://seam",
            now=NOW,
        )
        await writer.close()
        assert workspace.workspace_id != "another"
        assert (await apps.one.unfinished()).runs == ()
        apps.one.workspace = replace(workspace, workspace_id="another")
        assert len((await apps.one.unfinished()).runs) == 1

    apps.play(scene)
