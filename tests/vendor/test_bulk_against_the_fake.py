"""Many codes at once against Seam's fake: journaled, sent once each, found as they were asked to be, and put back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import SystemClock
from seam_tui.domain.pin import Pin
from seam_tui.operations.bulk import Edit, make_bulk_plan
from seam_tui.operations.journal import Journal, RunStatus
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.operations.runs import Runs
from seam_tui.operations.subject import Subject
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from tests.vendor.running_fake import FakeSeam

ON_EACH_LOCK = 9
"""Fewer than Seam's limits allow within a minute: nothing waits."""
LOCKS = ("front_door", "hostile")


class Watching:
    """Keeps what is to be read again."""

    def __init__(self) -> None:
        self.watched: set[str] = set()

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Keep the id."""
        self.watched.add(access_code_id)


@dataclass
class Bulk:
    """The fake with many codes of our own on two locks, and what carries out plans on them."""

    fake: FakeSeam
    client: SeamClient
    journal: Journal
    mine: tuple[str, ...] = ()
    watching: Watching = field(default_factory=Watching)

    async def fill(self, *, unmanaged: bool) -> None:
        """Make many codes on each lock."""
        now = datetime.now(UTC)
        made = []
        async with self.fake.connect() as seam:
            for key in LOCKS:
                for number in range(ON_EACH_LOCK):
                    what = {"device_id": self.fake.devices[key], "name": f"Bulk {number}", "code": f"77{number:02d}1"}
                    if unmanaged:
                        await seam.access_codes.simulate.create_unmanaged_access_code(**what)
                        continue
                    end = now + timedelta(days=3)
                    times = {"starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": end.isoformat()}
                    made.append(await seam.access_codes.create(**what, **times))
        self.mine = tuple(code.access_code_id for code in made)
        self.fake.counts.clear()

    async def codes(self, *, managed: bool = True) -> dict[str, AccessCode]:
        """The codes of our own as they are now, by id."""
        pages = self.client.list_access_codes if managed else self.client.list_unmanaged_access_codes
        found = [code for key in LOCKS for code in [c async for p in pages(self.fake.devices[key]) for c in p]]
        return {code.access_code_id: code for code in found if code.name.startswith("Bulk")}

    async def subjects(self, *, managed: bool = True) -> list[Subject]:
        """The codes of our own as a person sees them."""
        devices = {key: await self.client.get_device(self.fake.devices[key]) for key in LOCKS}
        by_id = {device.device_id: device for device in devices.values()}
        workspace = await self.client.get_workspace()
        codes = await self.codes(managed=managed)
        return [Subject(workspace, None, by_id[code.device_id], code) for code in codes.values()]

    @property
    def runs(self) -> Runs:
        return Runs(self.client, self.watching, SystemClock(), self.journal, endpoint=self.fake.endpoint)

    async def carry_out(self, plan: Plan) -> tuple[StepResult, ...]:
        """Send a plan for all of them."""
        assert len(plan.steps) == ON_EACH_LOCK * len(LOCKS), (plan.left_out, plan.refusals)
        told: list[StepResult] = []
        end = await self.runs.run(plan, told.append)
        assert sorted(map(id, told)) == sorted(map(id, end.results)), "each was told once: nothing was unknown"
        (summary, *_) = self.journal.history().runs
        assert (summary.header.run_id, summary.status) == (end.run_id, RunStatus.FINISHED)
        return end.results


@pytest.fixture
async def bulk(fresh_fake: FakeSeam, tmp_path: Path) -> AsyncIterator[Bulk]:
    client = SeamClient(Connection(api_key=fresh_fake.api_key, endpoint=fresh_fake.endpoint))
    yield Bulk(fresh_fake, client, Journal(tmp_path / "runs"))
    await client.close()


def plan_for(action: ActionId, subjects: Sequence[Subject], edit: Edit | None = None) -> Plan:
    return make_bulk_plan(action, subjects, datetime.now(UTC), edit)


def outcomes(results: Sequence[StepResult]) -> set[Outcome]:
    return {result.outcome for result in results}


async def test_many_codes_are_deleted_and_each_is_asked_for_once(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    results = await bulk.carry_out(plan_for(ActionId.DELETE, await bulk.subjects()))
    assert outcomes(results) <= {Outcome.ASKED, Outcome.DONE}
    assert await bulk.codes() == {}
    assert bulk.fake.counts.of("/access_codes/delete", method="DELETE") == len(bulk.mine)
    assert bulk.watching.watched >= set(bulk.mine)


async def test_many_codes_get_names_from_a_template_and_their_old_ones_back(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    before = await bulk.codes()
    edit = Edit(name_template="{name} of {device}")
    results = await bulk.carry_out(plan_for(ActionId.RENAME, await bulk.subjects(), edit))
    assert outcomes(results) == {Outcome.ASKED}
    after = await bulk.codes()
    assert all(" of " in code.name for code in after.values())
    assert {key: (code.pin, code.starts_at, code.ends_at) for key, code in after.items()} == {
        key: (code.pin, code.starts_at, code.ends_at) for key, code in before.items()
    }
    assert bulk.fake.counts.of("/access_codes/update", method="PATCH") == len(bulk.mine)

    (summary,) = bulk.journal.history().runs
    end = await bulk.runs.run(
        await bulk.runs.undo_plan(summary.header.run_id), lambda result: None, undoes=summary.header.run_id
    )
    assert outcomes(end.results) == {Outcome.ASKED}
    assert await bulk.codes() == before


async def test_many_codes_end_later_and_stay_time_bound(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    before = await bulk.codes()
    await bulk.carry_out(plan_for(ActionId.CHANGE_TIMES, await bulk.subjects(), Edit(end="+2h")))
    after = await bulk.codes()
    assert all(code.ends_at == before[key].ends_at + timedelta(hours=2) for key, code in after.items())
    assert all(code.starts_at == before[key].starts_at and code.is_time_bound for key, code in after.items())


async def test_many_codes_get_new_pins_that_seam_chooses(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    before = await bulk.codes()
    results = await bulk.carry_out(plan_for(ActionId.GENERATE_PIN, await bulk.subjects()))
    assert outcomes(results) == {Outcome.ASKED}
    after = await bulk.codes()
    assert not [key for key, code in after.items() if code.pin.equals(before[key].pin)]


async def test_for_many_codes_a_backup_is_pulled_and_handed_over(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    # The fake never says so of a code that it has made, and has a backup for every one all the same.
    subjects = [
        replace(subject, code=replace(subject.code, is_backup_access_code_available=True))
        for subject in await bulk.subjects()
    ]
    results = await bulk.carry_out(plan_for(ActionId.PULL_BACKUP, subjects))
    assert outcomes(results) == {Outcome.DONE}
    after = await bulk.codes()
    for result in results:
        assert result.backup.is_backup
        assert isinstance(result.backup.pin, Pin)
        assert after[result.step.access_code_id].pulled_backup_access_code_id == result.backup.access_code_id
    assert bulk.fake.counts.of("/access_codes/pull_backup_access_code", method="POST") == len(bulk.mine)


async def test_many_unmanaged_codes_are_converted(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=True)
    results = await bulk.carry_out(plan_for(ActionId.CONVERT_TO_MANAGED, await bulk.subjects(managed=False)))
    assert outcomes(results) == {Outcome.ASKED}
    assert await bulk.codes(managed=False) == {}
    assert len(await bulk.codes()) == len(results)


async def test_many_codes_are_deleted_and_made_again_as_they_were(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    before = await bulk.codes()
    results = await bulk.carry_out(plan_for(ActionId.RECREATE, await bulk.subjects()))
    assert outcomes(results) <= {Outcome.ASKED, Outcome.DONE}
    after = await bulk.codes()
    assert not before.keys() & after.keys()

    def guests(codes: dict[str, AccessCode]) -> list[tuple[object, ...]]:
        return sorted((c.device_id, c.name, c.pin.reveal(), c.starts_at, c.ends_at) for c in codes.values())

    assert guests(after) == guests(before)
    assert bulk.fake.counts.of("/access_codes/create", method="POST") == len(before)


async def test_many_deleted_codes_come_back(bulk: Bulk) -> None:
    await bulk.fill(unmanaged=False)
    before = await bulk.codes()
    await bulk.carry_out(plan_for(ActionId.DELETE, await bulk.subjects()))
    (summary,) = bulk.journal.history().runs
    run_id = summary.header.run_id
    end = await bulk.runs.run(await bulk.runs.undo_plan(run_id), lambda result: None, undoes=run_id)
    assert outcomes(end.results) <= {Outcome.ASKED, Outcome.DONE}
    after = await bulk.codes()
    assert sorted((c.device_id, c.name, c.pin.reveal(), c.ends_at) for c in after.values()) == sorted(
        (c.device_id, c.name, c.pin.reveal(), c.ends_at) for c in before.values()
    )
