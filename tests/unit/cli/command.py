"""Runs the command line in this process, and tells how it ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seam_tui.domain.clock import ManualClock, SystemClock
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, serve
from seam_tui.sandbox.world import World

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@dataclass
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def told(self) -> str:
        return self.out + self.err


Run = Callable[..., Ended]


class HurriedClock(ManualClock):
    """A clock on which every wait is over at once."""

    def __init__(self) -> None:
        super().__init__(NOW)

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)


class FastClock(SystemClock):
    """A clock on which a tenth of a second is one: for waits in which a served sandbox has something to do."""

    SPEED = 10.0

    def monotonic(self) -> float:
        return super().monotonic() * self.SPEED

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / self.SPEED)


def one_line(ended: Ended, *words: str) -> None:
    """Hold a refusal: exit code 2, nothing on standard output, one line on standard error."""
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    for word in words:
        assert word in ended.err


def serve_in_thread(sandbox: Sandbox) -> str:
    """Serve a sandbox over HTTP until the process ends; its address."""
    ports: list[int] = []
    ready = threading.Event()

    def tell(port: int) -> None:
        ports.append(port)
        ready.set()

    threading.Thread(target=serve, args=(sandbox,), kwargs={"port": 0, "on_ready": tell}, daemon=True).start()
    assert ready.wait(30)
    return f"http://127.0.0.1:{ports[0]}"


@dataclass
class Town:
    """A sandbox over HTTP whose codes a command changes, and the commands that do it."""

    sandbox: Sandbox
    endpoint: str
    folder: Path
    command: Run

    @property
    def world(self) -> World:
        return self.sandbox.world

    def run(self, *arguments: str, **environment: str) -> Ended:
        """Run a command with the credentials of this town."""
        own = {"SEAM_ENDPOINT": self.endpoint, "SEAM_API_KEY": SANDBOX_KEY}
        return self.command(*arguments, **(own | environment))

    def codes(self, count: int, **wanted: object) -> list[str]:
        """Ids of managed codes without any trouble, on locks that answer."""
        world = self.world
        found = [
            key
            for key, code in world.codes.items()
            if code.managed and not (code.is_offline or code.is_backup or code.mutations or code.issues)
            if code.pulled_backup_id is None and code.common_code_key is None
            if world.devices[code.device_id].managed and world.reachable(world.devices[code.device_id])
            if not world.devices[code.device_id].constraints
            if code.ends_at is None or code.ends_at > world.now + 7200
            if all(getattr(code, name) == value for name, value in wanted.items())
        ]  # fmt: skip
        assert len(found) >= count
        return found[:count]

    def csv(self, columns: str, *lines: str) -> Path:
        """A file of changes."""
        path = self.folder / "changes.csv"
        path.write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")
        return path

    def plan(self, columns: str, *lines: str, action: str | None = None) -> Path:
        """A saved plan."""
        path = self.folder / f"plan-{len(list(self.folder.glob('plan-*')))}.json"
        asked = () if action is None else ("--action", action)
        ended = self.run("plan", "--csv", str(self.csv(columns, *lines)), "--output", str(path), *asked)
        assert (ended.code, path.exists()) == (0, True), ended.told
        self.sandbox.requests.clear()
        return path

    def renaming(self, count: int = 2) -> tuple[list[str], Path]:
        """Some codes and a plan that renames them."""
        ids = self.codes(count)
        return ids, self.plan("access_code_id,name", *(f"{key},New {index}" for index, key in enumerate(ids)))

    @property
    def writes(self) -> list[str]:
        """The paths of what was sent that may change something."""
        return [record.path for record in self.sandbox.requests if record.method != "GET"]
