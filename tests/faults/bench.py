"""A hotel in simulated time, a client some way off, and what carries out plans over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from seam_tui.operations.journal import Journal
from seam_tui.operations.plan import Plan
from seam_tui.operations.runner import StepResult
from seam_tui.operations.runs import Runs
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import Sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from tests.faults.hotel import Look, look, open_hotel
from tests.faults.simulated_time import NOW, SimulatedClock
from tests.faults.wire import TIMEOUT, Wire


class Nobody:
    """Reads nothing again: the sandbox's own state tells how a code ended."""

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Leaves it."""


@dataclass
class Bench:
    """All that a test of many writes needs."""

    sandbox: Sandbox
    clock: SimulatedClock
    wire: Wire
    client: SeamClient
    runs: Runs
    told: list[StepResult] = field(default_factory=list)
    """Every word on every step, as it came."""
    took: float = 0.0
    """Seconds of the last run, on the simulated clock."""

    @classmethod
    def open(
        cls,
        codes_on_locks: Sequence[int],
        folder: Path,
        *,
        unmanaged: int = 0,
        rate_limits: bool = True,
        seed: int = 1,
        start: datetime = NOW,
        ahead: timedelta = timedelta(0),
    ) -> Bench:
        """Make all of it.

        Args:
            codes_on_locks: How many managed codes each lock has.
            folder: The journal's.
            unmanaged: How many unmanaged codes each lock has besides.
            rate_limits: Whether the sandbox refuses what is too much.
            seed: What happens by chance.
            start: The wall time.
            ahead: How far the sandbox's wall clock is ahead of ours.
        """
        clock = SimulatedClock(start)
        time = SandboxClock(start + ahead, source=clock.monotonic)
        sandbox = open_hotel(codes_on_locks, time, unmanaged=unmanaged, rate_limits=rate_limits, seed=seed)
        wire = Wire(sandbox, clock, seed)
        client = SeamClient(Connection(api_key=sandbox.key, transport=wire, timeout=TIMEOUT), clock=clock)
        runs = Runs(client, Nobody(), clock, Journal(folder), endpoint="https://seam")
        return cls(sandbox, clock, wire, client, runs)

    async def look(self) -> Look:
        """Every code as a person sees it; what was asked for that is forgotten."""
        seen = await look(self.client)
        self.sandbox.requests.clear()
        return seen

    async def run(self, plan: Plan) -> tuple[StepResult, ...]:
        """The last word on every step."""
        began = self.clock.monotonic()
        end = await self.runs.run(plan, self.told.append)
        self.took = self.clock.monotonic() - began
        return end.results

    async def settle(self, after: timedelta = timedelta(minutes=5)) -> None:
        """Let everything that is still on its way arrive, and the locks answer."""
        await self.wire.arrived()
        await self.clock.sleep(after.total_seconds())
        self.sandbox.world.catch_up()

    def arrived(self, verb: str) -> Counter[str]:
        """How often a request arrived for each code."""
        return Counter(r.params["access_code_id"] for r in self.sandbox.requests if r.method == verb)

    @property
    def refused(self) -> int:
        """Requests that were answered 429."""
        return sum(record.status == 429 for record in self.sandbox.requests)
