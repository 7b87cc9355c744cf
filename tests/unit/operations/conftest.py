"""What the tests of the operations share: records to plan on, and a runner over a sandbox whose clock a test drives."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.device import Device
from seam_tui.domain.pin import Pin
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import Runner, StepResult
from seam_tui.operations.subject import Subject
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection

from .run_bench import OnTheLoop, RunBench

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def make_code() -> Callable[..., AccessCode]:
    base = AccessCode("c1", "d1", "Guest", Pin("482915"), True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    return lambda **fields: replace(base, **fields)


@pytest.fixture
def make_device() -> Callable[..., Device]:
    base = Device(
        "d1", "Door", "yale_lock", connected_account_id="a1", can_remotely_lock=True, can_remotely_unlock=True
    )
    return lambda **fields: replace(base, **fields)


@pytest.fixture
def make_subject(make_code, make_device) -> Callable[..., Subject]:
    base = Subject(
        workspace=Workspace("w1", "Work", is_sandbox=True),
        account=ConnectedAccount("a1", "Yale login"),
        device=make_device(),
        code=make_code(),
    )
    return lambda **fields: replace(base, **fields)


@dataclass
class Watch:
    """What the runner asked the re-reader to keep under watch."""

    calls: list[tuple[str, bool, str, bool]] = field(default_factory=list)

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        self.calls.append((access_code_id, is_managed, reason, until_gone))


class SharedClock(ManualClock):
    """The runner's clock; each sleep on it moves the sandbox's, too."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(NOW)
        self._sandbox = sandbox
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        self._sandbox.clock.advance(timedelta(seconds=seconds))


@dataclass
class Bench:
    """A sandbox, a client and a runner over it, and all that the runner said."""

    sandbox: Sandbox
    client: SeamClient
    clock: SharedClock
    watch: Watch
    emitted: list[StepResult] = field(default_factory=list)

    async def run(self, plan: Plan) -> StepResult:
        assert plan.steps, plan.refusals
        results = await Runner(self.client, self.watch, self.clock).run(plan, self.emitted.append)
        assert results[-1] is self.emitted[-1]
        return results[-1]

    async def subject(self, access_code_id: str) -> Subject:
        """What a person would be looking at: the code as it reads now, with its lock, account and neighbours."""
        held = self.sandbox.world.codes[access_code_id]
        client, device_id = self.client, held.device_id
        codes = [code async for page in client.list_access_codes(device_id) for code in page]
        codes += [code async for page in client.list_unmanaged_access_codes(device_id) for code in page]
        device = await client.get_device(device_id)
        subject = Subject(
            workspace=await client.get_workspace(),
            account=await client.get_connected_account(device.connected_account_id or ""),
            device=device,
            code=next(code for code in codes if code.access_code_id == access_code_id),
            neighbours=tuple(code for code in codes if code.access_code_id != access_code_id),
        )
        self.sandbox.requests.clear()
        return subject

    def find(self, *, managed: bool = True, pooled: bool = False, **wanted: object) -> str:
        """A code without any trouble, on a lock that answers."""
        world = self.sandbox.world
        return next(
            key
            for key, code in world.codes.items()
            if code.managed == managed and not (code.is_offline or code.is_backup or code.mutations or code.issues)
            if not (code.cannot_be_managed or code.cannot_delete) and code.pulled_backup_id is None
            if world.devices[code.device_id].managed and world.reachable(world.devices[code.device_id])
            if not pooled or (code.time_bound and world.devices[code.device_id].pool)
            if not any(rule["constraint_type"] == "cannot_specify_pin_code"
                       for rule in world.devices[code.device_id].constraints)
            if all(getattr(code, name) == value for name, value in wanted.items())
            if code.ends_at is None or code.ends_at > world.now + 7200
        )  # fmt: skip

    @property
    def writes(self) -> list[str]:
        return [record.path for record in self.sandbox.requests if record.method != "GET"]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    sandbox = create_sandbox(clock=SandboxClock(NOW, speed=0), rate_limits=False)
    clock = SharedClock(sandbox)
    transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
    client = SeamClient(Connection(api_key=sandbox.key, transport=transport), clock=clock)
    yield Bench(sandbox, client, clock, Watch())
    await client.close()


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunBench]:
    """What carries out journaled runs over a sandbox."""

    monkeypatch.setattr("seam_tui.operations.journal_writer.ThreadPoolExecutor", OnTheLoop)
    bench = RunBench.open(tmp_path / "runs")
    yield bench
    await bench.client.close()
