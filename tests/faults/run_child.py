"""Carries out a plan, or goes on with what an earlier process left, in a process that can be killed."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest import mock

from seam_tui.domain.action import ActionId
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import RunIsHeldError
from seam_tui.operations.runner import StepResult
from seam_tui.operations.runs import Runs
from seam_tui.sandbox.server import SANDBOX_KEY
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from tests.faults.bench import Nobody
from tests.faults.hotel import look, plan_for
from tests.faults.simulated_time import NOW

REQUEST_SECONDS = 30.0
"""Seconds of the fast clock until a request is given up, as in the app."""


class FastClock:
    """The time of a sandbox that runs fast.

    Args:
        speed: Fast seconds per real second.
        began: The real time at which the sandbox's clock stood at `NOW`.
    """

    def __init__(self, speed: float, began: float) -> None:
        self._speed = speed
        self._began = began

    def now(self) -> datetime:
        """The sandbox's wall time."""
        return NOW + timedelta(seconds=(time.time() - self._began) * self._speed)

    def monotonic(self) -> float:
        """Fast seconds."""
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait that many fast seconds."""
        await asyncio.sleep(seconds / self._speed)


class FastClient(SeamClient):
    """A client whose calls time out by the fast clock as in the app."""

    @property
    def timeout(self) -> float:
        """Fast seconds."""
        return REQUEST_SECONDS


@dataclass(frozen=True)
class Job:
    """What a process is to do; it crosses over to that process."""

    endpoint: str
    folder: Path
    """The journal's."""
    words: Path
    """Where each word on a step goes, as one line of JSON."""
    speed: float
    began: float
    action: ActionId | None
    """Of a plan for every managed code; None goes on with all that is offered."""

    def start(self) -> BaseProcess:
        """A process that does it. Python's fork server has all imports ready: it starts within milliseconds."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        process = context.Process(target=self.work, daemon=True)
        process.start()
        return process

    def clock(self) -> FastClock:
        """The sandbox's time."""
        return FastClock(self.speed, self.began)

    def work(self) -> None:
        """Do it here; what was written survives a kill without a word from the disk, so nobody waits for that."""
        with mock.patch("os.fsync"):
            asyncio.run(self._work())

    async def _work(self) -> None:
        clock = self.clock()
        timeout = REQUEST_SECONDS / self.speed
        client = FastClient(Connection(api_key=SANDBOX_KEY, endpoint=self.endpoint, timeout=timeout), clock=clock)
        runs = Runs(client, Nobody(), clock, Journal(self.folder), endpoint=self.endpoint)
        if self.action is not None:
            await runs.run(plan_for(self.action, (await look(client)).managed(), clock.now()), self._tell)
        else:
            for offered in (await runs.unfinished()).runs:
                with suppress(RunIsHeldError):
                    await runs.go_on(await runs.take_up(offered.run_id), self._tell)
        await client.close()

    def _tell(self, result: StepResult) -> None:
        line = {"code": result.step.access_code_id, "outcome": result.outcome.value, "said": result.said}
        descriptor = os.open(self.words, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, json.dumps(line).encode() + b"\n")
        os.close(descriptor)
