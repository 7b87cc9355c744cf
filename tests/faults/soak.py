"""A soak: minutes of a busy workspace in simulated time, watched by the app's own parts, with everything going wrong.

    python -m tests.faults.soak --devices 10000 --codes 100000 --minutes 30

prints what it asked for, what memory it held, and what the picture had wrong at the end (nothing, or it exits with 1).
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from seam_tui.domain.pin import Pin
from seam_tui.sandbox.clock import parse_time
from seam_tui.sandbox.confirmation import finish_removal
from seam_tui.sandbox.connectivity import come_back, disconnect, disconnect_account, sign_in
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.issues import clear_issues, code_event, put_issue
from seam_tui.sandbox.records import Code
from seam_tui.sandbox.server import SANDBOX_KEY
from seam_tui.sandbox.world import World
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.pace import WatchPace
from tests.unit.sync.watching import Watched

BUSY = 3
"""Minutes in which much happens."""
LIST, GET = "/access_codes/list", "/access_codes/get"
SLOWEST = 2.0
"""Seconds that an answer to these may take longer than another one."""
CYCLE = 5
"""Minutes from one calm to the next; memory is compared at the end of each, when the workspace looks the same."""


@dataclass
class Report:
    """What came of a soak."""

    memory: list[int] = field(default_factory=list)
    """What is held at the end of each calm, beyond what was before the workspace was opened."""
    behind: list[int] = field(default_factory=list)
    """How many records are not as they are on the server at the end of each calm: those of which no event told."""
    over_budget: list[str] = field(default_factory=list)
    """Minutes in which more was asked than the budget allows."""
    answered: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    stale: int = 0
    reloads: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """The largest share by which memory grew beyond what it was after the first five minutes."""
        return max(self.memory) / self.memory[0] - 1


class Guests:
    """What happens in the workspace: changes through the API, on the locks, and behind everybody's back."""

    def __init__(self, watched: Watched, seed: int) -> None:
        self._watched = watched
        self._chance = random.Random(seed)
        self._down: list[str] = []
        self._broken: list[Code] = []
        transport = httpx.ASGITransport(watched.sandbox.app, raise_app_exceptions=False)
        self._client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=transport), clock=watched.clock)
        self.done: Counter[str] = Counter()
        self.watched_ids: set[str] = set()

    async def second(self, number: int) -> None:
        """One second of a working day: busy minutes, then calm ones that begin with everything being put right."""
        minute, second = divmod(number, 60)
        if minute % CYCLE >= BUSY:
            if (minute % CYCLE, second) == (BUSY, 0):
                self._put_right()
            return
        if number % 10 == 0:
            await self._over_the_api()
        if number % 5 == 0:
            self._behind_everybodys_back()
        if number % 20 == 0:
            self._unmanaged()
        if number % 20 == 10:
            self._drop_one_and_bring_one_back()
        if (minute % CYCLE, second) == (1, 0):
            disconnect_account(self._watched.world, self._account())
        if (minute % CYCLE, second) == (2, 30):
            sign_in(self._watched.world, self._account())

    async def close(self) -> None:
        """Release the connections."""
        await self._client.close()

    def _account(self):
        return next(iter(self._watched.world.accounts.values()))

    def _code(self) -> Code:
        world = self._watched.world
        keys = list(world.codes)
        while True:
            code = world.codes[self._chance.choice(keys)]
            if code.managed and not (code.is_offline or code.is_backup or code.mutations):
                return code

    def _name(self) -> str:
        return f"Guest {self._chance.randint(10_000, 99_999)}"

    async def _over_the_api(self) -> None:
        """Rename, change the PIN, or replace a code by another one, so that there are always as many."""
        code, now = self._code(), self._watched.clock.now()
        kind = self._chance.choice(("name", "pin", "times", "replace"))
        try:
            match kind:
                case "name":
                    await self._client.update_access_code(code.access_code_id, name=self._name())
                case "pin":
                    pin = Pin("".join(self._chance.choices("345679", k=6)))
                    await self._client.update_access_code(code.access_code_id, pin=pin)
                case "times":
                    times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(days=9)}
                    await self._client.update_access_code(code.access_code_id, **times)
                case _:
                    await self._client.create_access_code(code.device_id, name=self._name())
                    await self._client.delete_access_code(code.access_code_id)
        except SeamFailure:
            kind = "refused"
        else:
            if kind != "replace" and self._chance.random() < 0.2:
                self.watched_ids.add(code.access_code_id)
                self._watched.rereader.watch(code.access_code_id, True, f"changing {kind}")
        self.done[kind] += 1

    def _behind_everybodys_back(self) -> None:
        """Something changes and no event tells: a name, an error that comes and goes, a battery."""
        world = self._watched.world
        kind = self._chance.choice(("silent name", "silent error", "silent battery"))
        if kind == "silent name":
            self._code().name = self._name()
        elif kind == "silent error":
            self._broken.append(self._code())
            put_issue(world, self._broken[-1], "error", "provider_issue", "The lock maker's service refused it.")
            if len(self._broken) > 3:
                clear_issues(self._broken.pop(0), {"provider_issue"})
        else:
            world.devices[self._chance.choice(list(world.devices))].battery = self._chance.randint(20, 99) / 100
        self.done[kind] += 1

    def _unmanaged(self) -> None:
        """Somebody puts a code on a lock and takes another one off."""
        world = self._watched.world
        foreign = [code for code in world.codes.values() if not code.managed and not code.mutations]
        old = self._chance.choice(foreign)
        new = Code(world.seeds.uuid(), old.device_id, self._name(), "112233", world.now, status="set", managed=False,
                   on_lock=True)  # fmt: skip
        world.add_code(new)
        code_event(world, new, "unmanaged.created")
        finish_removal(world, old)
        self.done["unmanaged"] += 1

    def _put_right(self) -> None:
        """Every lock is back, and every code is on its lock with nothing against it."""
        world = self._watched.world
        while self._down:
            come_back(world, self._down.pop())
        self._broken.clear()
        for code in list(world.codes.values()):
            if code.pending("deleting"):
                finish_removal(world, code)
            elif code.issues or code.mutations:
                code.issues, code.mutations, code.held, code.status = (), (), False, "set"
                code_event(world, code, "changed")

    def _drop_one_and_bring_one_back(self) -> None:
        world = self._watched.world
        up = [key for key, device in world.devices.items() if device.online]
        self._down.append(self._chance.choice(up))
        disconnect(world, world.devices[self._down[-1]])
        if len(self._down) > 3:
            come_back(world, self._down.pop(0))
        self.done["drop"] += 1


class Budget:
    """What may be asked in each minute, reckoned from the server's own log of events."""

    def __init__(self, watched: Watched, guests: Guests, report: Report) -> None:
        self._watched = watched
        self._guests = guests
        self._report = report

    def close_minute(self, minute: int) -> None:
        """Count what was asked in the minute just over, and forget it."""
        watched, report = self._watched, self._report
        pace = watched.watcher.pace
        asked = 0
        for record in watched.sandbox.requests:
            if record.method != "GET":
                continue
            if record.status not in {200, 404}:
                report.failed += 1
                continue
            report.answered[record.path] += 1
            if record.params.get("access_code_id") not in self._guests.watched_ids:
                asked += 1
        allowed = pace.requests_per_minute + 2 + self._for_looks()
        if asked > allowed:
            report.over_budget.append(f"minute {minute}: {asked} requests, {allowed} allowed")
        watched.forget_requests()

    def _for_looks(self) -> int:
        """The budget line, P + ceil(k/100) + unmanaged.list + ceil(d/100), and a get for each code that is gone."""
        world = self._watched.world
        since = world.now - 60 - self._watched.watcher.pace.overlap - 30
        recent = [event for event in world.events[-5_000:] if parse_time(event["created_at"]) >= since]
        codes = {event["access_code_id"] for event in recent if event["event_type"].startswith("access_code.")}
        foreign = {event["device_id"] for event in recent if event["event_type"].startswith("access_code.unmanaged.")}
        gone = sum(key not in world.codes for key in codes)
        accounts = sum(event["event_type"].startswith("connected_account.") for event in recent)
        looks = 6  # four, and those that come sooner after a failure
        per_look = 2 + -(-len(codes) // 100) + 1
        return looks * per_look + len(foreign) + 2 * gone + accounts


def blocks() -> int:
    """Small objects that the process holds, exactly.

    Resident memory would hide a slow leak among the interpreter's own megabytes and the allocator's habits, and tracing
    each byte makes a soak take eight times as long. What is larger than 512 bytes is a table; what fills it is counted.
    """
    gc.collect()
    return sys.getallocatedblocks()


def traced_bytes() -> int:
    """Bytes that the app and its libraries hold, by tracemalloc: without the sandbox, which lives in the same process.

    Tables of a megabyte are left out: they double now and then, the interpreter's own of strings among them, and what
    fills them is counted. So are tables of a fixed length: of the last addresses, each up to 5 kB, and of importable
    files.
    """
    gc.collect()
    left_out = ("*/sandbox/*", "*/tests/*", "*/urllib/parse.py", "*/httpx/_urlparse.py", "*importlib*", "*distutils*")
    snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, name) for name in left_out])
    return sum(trace.size for trace in snapshot.traces if trace.size < 1_000_000)


def forget_the_past(world: World) -> None:
    """Let the sandbox drop what no app can see any more: it keeps all receipts, and its events for a long time."""
    world.attempts.clear()
    world._open_attempts.clear()
    while world.events and parse_time(world.events[0]["created_at"]) < world.now - 300:
        del world.events[0], world._event_times[0]


def stir(watched: Watched) -> None:
    """Let answers fail, and events come late, twice or never."""
    watched.world.event_rules.set(
        {"late_share": 0.1, "late_seconds": 25.0, "repeated_share": 0.1, "lost_share": 0.05}
    )  # fmt: skip
    watched.sandbox.faults.add(
        FaultRule("status", method="GET", status=500, probability=0.03),
        FaultRule("status", method="GET", status=503, html=True, probability=0.02),
        FaultRule("status", method="GET", status=429, retry_after=2, probability=0.01),
        FaultRule("cut", method="GET", probability=0.02),
    )


def soak(devices: int, codes: int, minutes: int, *, pace: WatchPace, seed: int = 11, trace: bool = False) -> Report:
    """Run one.

    Args:
        devices: How many locks.
        codes: How many codes on them.
        minutes: Simulated minutes; a multiple of `CYCLE`.
        pace: The watcher's.
        seed: Which day it is.
        trace: Whether memory is weighed to the byte.
    """
    report = Report()
    weigh = traced_bytes if trace else blocks
    if trace:
        tracemalloc.start(1)
    before = weigh()
    watched = Watched.open(devices, codes, pace=pace, seed=seed)
    try:
        watched.run(lambda running: _day(running, Guests(running, seed), report, minutes, lambda: weigh() - before))
    finally:
        tracemalloc.stop()
    return report


async def _day(watched: Watched, guests: Guests, report: Report, minutes: int, weigh: Callable[[], int]) -> None:
    await watched.looks(2)
    stir(watched)
    watched.forget_requests()
    budget = Budget(watched, guests, report)
    chance = random.Random(minutes)
    for second in range(60 * minutes):
        await guests.second(second)
        # Answers cross each other on their way back.
        watched.line.slow = {path: chance.uniform(0.0, SLOWEST) for path in (LIST, GET) if chance.random() < 0.3}
        watched.line.is_cut = 960 <= second < 1_005
        if second % 300 == 0:
            watched.world.event_rules.newest_first = not watched.world.event_rules.newest_first
        await watched.clock.sleep(1.0)
        _take(watched, report)
        if second % 60 == 59:
            budget.close_minute(second // 60)
        if second % (60 * CYCLE) == 60 * CYCLE - 1:
            await _take_stock(watched, report, weigh)
    report.changed = guests.done
    await guests.close()
    watched.sandbox.faults.clear()
    watched.line.is_cut = False
    watched.line.slow = {}
    # From here on the world stands still, and the watcher has time for whole rounds.
    watched.sandbox.clock.speed = 0.0
    watched.watcher.set_pace(WatchPace(requests_per_minute=100_000, known_every=60.0, full_every=60.0))
    for full in (True, True, False, False):
        while (await watched.next(events.RoundFinished, most=36_000)).full is not full:
            pass
    await watched.looks(2)
    report.differences = await watched.differences()
    _take(watched, report)


async def _take_stock(watched: Watched, report: Report, weigh: Callable[[], int]) -> None:
    """Weigh and compare between two requests: an answer under way is no leak."""
    faults, watched.sandbox.faults.rules = watched.sandbox.faults.rules, []
    watched.line.slow = {}
    watched.watcher.pause()
    await watched.clock.sleep(2.0 + SLOWEST)
    _take(watched, report)
    forget_the_past(watched.world)
    report.memory.append(weigh())
    report.behind.append(len(await watched.differences()))
    watched.forget_requests()
    watched.watcher.resume()
    watched.sandbox.faults.rules = faults


def _take(watched: Watched, report: Report) -> None:
    """Bring the store up to date, and keep only counts of what was said."""
    watched.apply()
    watched.changes.clear()
    for event in watched.told:
        report.looks += isinstance(event, events.PollSucceeded)
        report.stale += isinstance(event, events.Stale)
        report.reloads += isinstance(event, events.ReloadStarted)
    watched.told.clear()


def main() -> int:
    """Run a soak of the size that is asked for; 1 if something is wrong at its end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=1_000)
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--trace", action="store_true", help="weigh memory in bytes, which takes eight times as long")
    asked = parser.parse_args()
    began = time.perf_counter()
    pace = WatchPace(requests_per_minute=asked.requests)
    report = soak(asked.devices, asked.codes, asked.minutes, pace=pace, seed=asked.seed, trace=asked.trace)
    print(f"{asked.minutes} minutes of {asked.codes:,} codes in {time.perf_counter() - began:.0f} s")
    print("changes:", dict(report.changed))
    print(f"looks: {report.looks}, stale: {report.stale}, reloads: {report.reloads}")
    print("answered:", dict(report.answered), "failed:", report.failed)
    print("bytes held:" if asked.trace else "objects held:", *report.memory, f"(growth {report.growth:.2%})")
    print("behind at the end of each calm:", *report.behind)
    print("over budget:", report.over_budget or "never")
    print("differences:", report.differences[:10] or "none")
    return 1 if report.differences or report.over_budget or report.growth > 0.02 else 0


if __name__ == "__main__":
    sys.exit(main())
