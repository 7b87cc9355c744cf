"""Carries out runs with a journal over a sandbox, kills them at a chosen request, and looks at both sides."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import ManualClock
from seam_tui.operations.control import RunControl
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.plan import Plan, PlanStep, Values, changes_of
from seam_tui.operations.runs import RunEnd, Runs
from seam_tui.operations.step_result import StepResult
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.records import Code
from seam_tui.sandbox.server import CutConnectionError, Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
CREATE, DELETE, UPDATE = "/access_codes/create", "/access_codes/delete", "/access_codes/update"
LIST = "/access_codes/list"

Hook = Callable[[httpx.Request], Awaitable[object]]


class KilledError(BaseException):
    """The process ends here: nothing that catches `Exception` sees it."""


class SharedClock(ManualClock):
    """The run's clock; each sleep on it moves the sandbox's, too, and lets others go first."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(NOW)
        self._sandbox = sandbox
        self.due: list[tuple[datetime, Callable[[], Awaitable[object]]]] = []
        """What happens by itself at a moment, such as a request that was on its way."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.advance(seconds)
        self._sandbox.clock.advance(timedelta(seconds=seconds))
        for item in [item for item in self.due if item[0] <= self.now()]:
            self.due.remove(item)
            await item[1]()


class OnTheLoop:
    """Stands in for the journal's thread: lines are written between two turns of the loop, in the same order always."""

    def __init__(self, *_: object, **__: object) -> None:
        """Takes what a pool of threads takes."""

    def submit(self, work: Callable[[], None]) -> Future[None]:
        """Do it in the next turn."""
        done: Future[None] = Future()

        def do() -> None:
            try:
                done.set_result(work())
            except BaseException as error:
                done.set_exception(error)

        asyncio.get_running_loop().call_soon(do)
        return done

    def shutdown(self, wait: bool = True) -> None:
        """There is no thread to end."""


class Wire(httpx.AsyncBaseTransport):
    """The way to the sandbox, with a place to look in, or to be killed at, before and after each request."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._app = httpx.ASGITransport(sandbox.app)
        self.before: Hook | None = None
        self.after: Hook | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.before is not None:
            await self.before(request)
        response = await self.pass_on(request)
        if self.after is not None:
            await self.after(request)
        return response

    async def pass_on(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._app.handle_async_request(request)
        except CutConnectionError:
            raise httpx.ReadError("The connection was cut", request=request) from None


@dataclass
class Watch:
    """What was to be kept under watch."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        self.calls.append((access_code_id, reason))


@dataclass
class RunBench:
    """A sandbox, what carries out runs over it, and all that was told."""

    sandbox: Sandbox
    wire: Wire
    client: SeamClient
    clock: SharedClock
    watch: Watch
    journal: Journal
    told: list[StepResult] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, *, rate_limits: bool = False) -> RunBench:
        sandbox = create_sandbox(clock=SandboxClock(NOW, speed=0), rate_limits=rate_limits)
        clock, wire = SharedClock(sandbox), Wire(sandbox)
        client = SeamClient(Connection(api_key=sandbox.key, transport=wire), clock=clock)
        return cls(sandbox, wire, client, clock, Watch(), Journal(folder))

    def runs(self) -> Runs:
        """What a process starts with: it knows nothing of what another one did."""
        return Runs(self.client, self.watch, self.clock, self.journal, endpoint="https://seam")

    async def run(self, plan: Plan, control: RunControl | None = None, *, undoes: str | None = None) -> RunEnd:
        return await self.runs().run(plan, self.told.append, control, undoes=undoes, tell=self._tell)

    async def go_on(self, run_id: str | None = None, control: RunControl | None = None) -> RunEnd:
        """Take up the one unfinished run, or a named one, in another process."""
        runs = self.runs()
        taken = await runs.take_up(run_id or (await self.unfinished())[0])
        return await runs.go_on(taken, self.told.append, control, tell=self._tell)

    async def undo(self, run_id: str) -> RunEnd:
        plan = await self.runs().undo_plan(run_id)
        assert plan.steps, plan
        return await self.run(plan, undoes=run_id)

    async def unfinished(self) -> list[str]:
        return [state.run_id for state in (await self.runs().unfinished()).runs]

    def _tell(self, step: PlanStep, sentence: str) -> None:
        self.waits.append(sentence)

    # Killing

    async def killed(self, plan: Plan, *, undoes: str | None = None) -> str:
        """Run until the process is killed; the id of the run that it leaves."""
        was_killed = False
        try:
            await self.run(plan, undoes=undoes)
        except BaseExceptionGroup as group:
            was_killed = group.split(KilledError)[0] is not None
            if not was_killed:
                raise
        assert was_killed, "it came to its end"
        self.wire.before = self.wire.after = None
        (run_id,) = await self.unfinished()
        return run_id

    def kill_before(self, path: str, nth: int = 1) -> None:
        """Die when a request is about to leave."""
        self.wire.before = self._killer(path, nth)

    def kill_after(self, path: str, nth: int = 1) -> None:
        """Die when it has taken effect and its answer is on its way."""
        self.wire.after = self._killer(path, nth)

    def kill_while_on_its_way(self, path: str, seconds: float) -> None:
        """Die when a request has left; it takes effect some seconds later."""

        async def hook(request: httpx.Request) -> None:
            if request.url.path == path:
                self.clock.due.append(
                    (self.clock.now() + timedelta(seconds=seconds), lambda: self.wire.pass_on(request))
                )
                raise KilledError

        self.wire.before = hook

    @staticmethod
    def _killer(path: str, nth: int) -> Hook:
        count = 0

        async def hook(request: httpx.Request) -> None:
            nonlocal count
            count += request.url.path == path
            if count >= nth and request.url.path == path:
                raise KilledError

        return hook

    # Looking

    def codes(self, count: int = 1) -> list[Code]:
        """Codes of one lock that takes any, set and live for weeks; there are no others on it."""
        world = self.sandbox.world
        for device in world.devices.values():
            fine = [code for code in world.codes_of(device.device_id) if self._is_fine(code)]
            if fine and world.reachable(device) and not device.constraints and not device.issues:
                break
        device.max_codes, device.lengths = None, ()
        for code in world.codes_of(device.device_id):
            if code not in fine[:count]:
                world.drop_code(code)
        for number in range(count - len(fine)):
            more = Code(world.seeds.uuid(), device.device_id, f"Guest {number}", f"88{number:04d}", world.now)
            more.status, more.on_lock = "set", True
            fine.append(world.add_code(more))
        return fine[:count]

    def _is_fine(self, code: Code) -> bool:
        is_odd = code.is_offline or code.is_backup or code.mutations or code.issues or code.pulled_backup_id
        lasts = code.ends_at is None or code.ends_at > self.sandbox.world.now + 86_400
        return code.managed and code.on_lock and bool(code.code) and lasts and not is_odd

    async def step(self, action: ActionId, code: Code, values: Values | None = None) -> PlanStep:
        seen = await self.read(code.access_code_id, managed=code.managed)
        values = values or Values()
        return PlanStep(
            action, seen.title, code=seen, device_id=code.device_id, values=values, changes=changes_of(seen, values)
        )

    async def plan(self, action: ActionId, codes: Sequence[Code], values: Values | None = None) -> Plan:
        plan = Plan(action, tuple([await self.step(action, code, values) for code in codes]))
        self.sandbox.requests.clear()
        return plan

    async def read(self, access_code_id: str, *, managed: bool = True) -> AccessCode:
        client = self.client
        return await (client.get_access_code if managed else client.get_unmanaged_access_code)(access_code_id)

    def on_lock(self, device_id: str) -> list[Code]:
        """What is on a lock, once everything that is pending has had its time."""
        self.sandbox.clock.advance(timedelta(minutes=10))
        self.sandbox.world.catch_up()
        return [code for code in self.sandbox.world.codes_of(device_id) if not code.pending("deleting")]

    def state(self, run_id: str | None = None) -> RunState:
        """What the journal says of a run; of the newest when none is named."""
        return self.journal.read_run(run_id or self.journal.history().runs[0].header.run_id)

    def lines(self) -> list[dict[str, object]]:
        """The lines on disk of all runs, the oldest run first."""
        paths = sorted(self.journal.folder.glob("*.jsonl"))
        return [json.loads(line) for path in paths for line in path.read_text().splitlines()]

    def records(self) -> list[str]:
        """The kinds of records on disk, each with what it is of: `intent create`, `ended asked`."""
        return [" ".join(filter(None, (str(line["record"]), _what(line)))) for line in self.lines()]

    @property
    def writes(self) -> list[str]:
        return [record.path.rpartition("/")[2] for record in self.sandbox.requests if record.method != "GET"]


def _what(line: dict[str, object]) -> str:
    return str(line.get("kind") or line.get("outcome") or "")


def as_it_was(old: Code, new: Code) -> bool:
    """Whether a code is as another one was, but for its id."""
    same = ("name", "code", "starts_at", "ends_at", "external_allowed", "device_id")
    return new.access_code_id != old.access_code_id and all(getattr(old, n) == getattr(new, n) for n in same)


def copy_of(code: Code) -> Code:
    """A code as it is now."""
    return replace(code)


def outcomes(end: RunEnd) -> list[Outcome]:
    return [result.outcome for result in end.results]
