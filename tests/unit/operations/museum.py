"""The sandbox's museum for a walk through the catalogue: each issue's exhibit, and runs over the wire on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.operations.plan import Plan
from seam_tui.operations.runs import Runs
from seam_tui.operations.step_result import StepResult
from seam_tui.operations.subject import Subject
from seam_tui.remedies.remedy import Remedy
from seam_tui.sandbox.backups import add_spare
from seam_tui.sandbox.records import Code, Device
from seam_tui.sandbox.server import Sandbox
from seam_tui.sandbox.world import World
from seam_tui.seam_api.client import SeamClient

A = ActionId


@dataclass
class Museum:
    """A museum, a client of it, and runs over that client."""

    sandbox: Sandbox
    client: SeamClient
    runs: Runs
    emitted: list[StepResult] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.sandbox.world

    async def subject(self, remedy: Remedy) -> Subject:
        """What a person looks at who opens the exhibit of a remedy: a code, with all that hangs on it.

        An issue of a lock or an account is met on a code, too; `issue` is the one whose card the button stands on.
        """
        client, exhibit = self.client, next(self._exhibits(remedy))
        device_id = exhibit.device_id if isinstance(exhibit, Code) else self._lock(exhibit).device_id
        codes = [code async for page in client.list_access_codes(device_id) for code in page]
        codes += [code async for page in client.list_unmanaged_access_codes(device_id) for code in page]
        wanted = exhibit.access_code_id if isinstance(exhibit, Code) else codes[0].access_code_id
        chosen = next(code for code in codes if code.access_code_id == wanted)
        device = await client.get_device(device_id)
        account = await client.get_connected_account(device.connected_account_id or "")
        issues = (*chosen.issues, *device.issues, *account.issues)
        return Subject(
            workspace=await client.get_workspace(),
            account=account,
            device=device,
            code=chosen,
            neighbours=tuple(code for code in codes if code is not chosen),
            issue=next(issue for issue in issues if (issue.code, issue.kind) == (remedy.code, remedy.kind)),
        )

    def held(self, code: AccessCode | None) -> Code:
        """A code as the sandbox holds it."""
        assert code is not None
        return self.world.codes[code.access_code_id]

    def lock_of(self, subject: Subject) -> Device:
        """A subject's lock as the sandbox holds it."""
        assert subject.device is not None
        return self.world.devices[subject.device.device_id]

    def hanging(self, subject: Subject) -> set[str]:
        """The codes of all issues around a subject that are left."""
        lock = self.lock_of(subject)
        account = self.world.accounts[lock.account_id]
        code = self.world.codes.get(subject.code.access_code_id) if subject.code is not None else None
        records = (lock, account) if code is None else (lock, account, code)
        return {issue.code for record in records for issue in record.issues}

    async def run(self, plan: Plan) -> StepResult:
        """Carry out a plan of one step."""
        assert len(plan.steps) == 1, plan.refusals
        end = await self.runs.run(plan, self.emitted.append)
        return end.results[0]

    def wait(self, **span: float) -> None:
        """Let time pass in the museum."""
        self.sandbox.clock.advance(timedelta(**span))
        self.world.catch_up()

    @property
    def writes(self) -> list[str]:
        """The paths of all that was sent and is no read."""
        return [record.path for record in self.sandbox.requests if record.method != "GET"]

    def _exhibits(self, remedy: Remedy) -> Iterator[Any]:
        records = {"access_code": self.world.codes, "device": self.world.devices}.get(remedy.level, self.world.accounts)
        for record in records.values():
            issues = (*record.issues, *getattr(record, "downstream_issues", ()))
            if any((issue.code, issue.kind) == (remedy.code, remedy.kind) for issue in issues):
                yield record

    def _lock(self, record: Any) -> Device:
        if isinstance(record, Device):
            return record
        return next(device for device in self.world.devices.values() if device.account_id == record.account_id)


def make_possible(museum: Museum, subject: Subject, action: ActionId) -> None:
    """Hang the exhibit so that an action can be done on it: not every maker's lock of the museum can do everything."""
    world, lock = museum.world, museum.lock_of(subject)
    match action:
        case A.PULL_BACKUP if not lock.pool and museum.held(subject.code).pulled_backup_id is None:
            lock.supports_pool = lock.pool_enabled = True
            add_spare(world, lock)
        case A.REPORT_TIME_ZONE:
            lock.maker = "ultraloq"
        case A.REPORT_CODE_LENGTHS:
            lock.maker = "smartthings"
        case A.SHOW_DUPLICATE | A.DELETE_DUPLICATE | A.CONVERT_TO_MANAGED if subject.duplicate is None:
            code = museum.held(subject.code)
            if any(issue.code == "management_transferred" for issue in code.issues):
                return
            twin = Code(world.seeds.uuid(), lock.device_id, "old code", code.code, world.now, status="set")
            twin.managed, twin.on_lock = False, True
            world.add_code(twin)
        case A.FREE_SLOTS if not world.slots_used(lock.device_id):
            old = Code(world.seeds.uuid(), lock.device_id, "old code", "246810", world.now, status="set", on_lock=True)
            world.add_code(old)
