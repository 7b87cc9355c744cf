"""The way to a sandbox in simulated time: it takes a while, and on it answers come too late or not at all."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
import pytest

from seam_tui.sandbox.server import CutConnectionError, Sandbox
from tests.faults.simulated_time import SimulatedClock

TIMEOUT: Final = 30.0
"""Seconds until the client gives up on an answer, as in `Connection`."""


@dataclass(slots=True)
class Lateness:
    """How often an answer comes too late to be heard."""

    done_in_time: float = 0.0
    """The chance that a request is done at once, and only its answer is late."""
    done_late: float = 0.0
    """The chance that it is done after the client has given up on it."""
    never_done: float = 0.0
    """The chance that it never arrives."""
    slow: float = 0.0
    """The chance that it is done, and answered, late, but before the client gives up: also when nobody waits for it."""


@dataclass(slots=True)
class Wire(httpx.AsyncBaseTransport):
    """Carries requests to a sandbox and answers back, at a distance.

    Attributes:
        lateness: What is lost on the way.
        takes: By path: seconds until a request arrives that nothing happens to.
        sent: By path: how many requests have left.
        lost: By access code id, or by name where one was to be made: writes whose answer nobody heard.
    """

    sandbox: Sandbox
    clock: SimulatedClock
    seed: int = 1
    lateness: Lateness = field(default_factory=Lateness)
    takes: dict[str, float] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(init=False)
    _on_their_way: set[asyncio.Task[httpx.Response]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a request; what becomes of its answer is a matter of chance."""
        self.sent[request.url.path] += 1
        try:
            response = await self._carry(request)
        except httpx.HTTPError:
            self._note_lost(request)
            raise
        if response.status_code >= 500:
            self._note_lost(request)
        return response

    def _note_lost(self, request: httpx.Request) -> None:
        if request.method != "GET":
            asked = json.loads(request.content) if request.content else request.url.params
            self.lost[asked["access_code_id"] if "access_code_id" in asked else asked["name"]] += 1

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        fate, late = self._chance.random(), self.lateness
        if fate < late.done_in_time:
            await self._ask(request)
        elif fate < late.done_in_time + late.done_late:
            self._arrive(request, TIMEOUT + self._chance.uniform(0.5, 40))
        elif fate >= late.done_in_time + late.done_late + late.never_done:
            is_slow = fate >= 1 - late.slow
            way = self._chance.uniform(1, TIMEOUT - 1) if is_slow else self._chance.uniform(0.03, 0.12)
            way = self.takes.get(request.url.path, way)
            # What has left arrives, also when its sender ends meanwhile.
            response = await asyncio.shield(self._arrive(request, way))
            await self.clock.sleep(self._chance.uniform(0.03, 0.12))
            return response
        await self.clock.sleep(TIMEOUT)
        raise httpx.ReadTimeout("No answer", request=request)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await httpx.ASGITransport(self.sandbox.app).handle_async_request(request)
        except CutConnectionError:
            raise httpx.ReadError("The connection was cut", request=request) from None
        await response.aread()
        return response

    def _arrive(self, request: httpx.Request, seconds: float) -> asyncio.Task[httpx.Response]:
        """Let a request arrive after some seconds, whatever becomes of its sender."""

        async def arrive() -> httpx.Response:
            await self.clock.sleep(seconds)
            return await self._ask(request)

        task = asyncio.ensure_future(arrive())
        self._on_their_way.add(task)
        task.add_done_callback(self._has_arrived)
        return task

    def _has_arrived(self, task: asyncio.Task[httpx.Response]) -> None:
        self._on_their_way.discard(task)
        task.exception()  # a cut connection that nobody waits for is no trouble

    async def arrived(self) -> None:
        """Wait until all that was on its way has arrived."""
        await asyncio.gather(*self._on_their_way, return_exceptions=True)


@contextmanager
def pauses_between_tries_of(clock: SimulatedClock) -> Iterator[None]:
    """Let the pauses between two tries of a read pass on the simulated clock, and leave nothing of them to chance."""

    async def asleep(_retry: object, response: object) -> None:
        headers = response.headers if isinstance(response, httpx.Response) else {}
        await clock.sleep(float(headers.get("retry-after", 0.2)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx_retries.Retry.asleep", asleep)
        yield
