"""In a world where every PIN and name can be traced, none turns up where it must not: output, logs, reprs, crashes."""

import asyncio
import json
import logging
import pickle
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.crash_log import write_crash_log
from seam_tui.domain.pin import Pin
from seam_tui.operations.plan import Values, make_plan
from seam_tui.operations.runner import Runner, StepResult
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.reports.triage_report import build_report, report_json
from seam_tui.reports.triage_text import report_text
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.settings import Secret, Settings, load_settings
from seam_tui.sync.loader import load_once
from seam_tui.tui.launch import Launch
from seam_tui.workspace.store import WorkspaceStore

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TYPED = Pin("864209753")
GUEST = "Yolkavpry Hixlum"
SCENARIOS: list[dict[str, Any]] = [{"scenario": "default"}, {"scenario": "museum"}, {"devices": 12, "codes": 200}]


@dataclass
class Scanner:
    """Looks for everything secret of one world in whatever was told."""

    sandbox: Sandbox
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.learn()

    def learn(self) -> None:
        """Take in what the world has come to know since."""
        self.known |= self.sandbox.world.pins() | {SANDBOX_KEY, TYPED.reveal()}

    @property
    def guests(self) -> set[str]:
        """Names that stand in no other place: a spare code is named by Seam, not by a guest."""
        names = {code.name for code in self.sandbox.world.codes.values() if code.name}
        return {name for name in names if name.isalpha() and len(name) >= 8}

    def secrets_in(self, *told: object) -> list[str]:
        text = "\n".join(map(str, told))
        return sorted(secret for secret in self.known if secret in text)

    def guests_in(self, *told: object) -> list[str]:
        text = "\n".join(map(str, told))
        return sorted(name for name in self.guests if name in text)


@pytest.fixture(params=SCENARIOS, ids=["default", "museum", "generated"])
def scanner(request: pytest.FixtureRequest) -> Scanner:
    clock = SandboxClock(NOW, speed=0)
    return Scanner(create_sandbox(**request.param, clock=clock, traceable=True, rate_limits=False))


@pytest.fixture(autouse=True)
def no_waiting_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_args: object) -> None:
        """A read is tried again without the pause."""

    monkeypatch.setattr("httpx_retries.Retry.asleep", at_once)


class SharedClock(ManualClock):
    """Each sleep on it moves the sandbox's clock, too."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(NOW)
        self._sandbox = sandbox

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        self._sandbox.clock.advance(timedelta(seconds=seconds))


@pytest.fixture
async def client(scanner: Scanner) -> AsyncIterator[SeamClient]:
    transport = httpx.ASGITransport(scanner.sandbox.app, raise_app_exceptions=False)
    made = SeamClient(Connection(api_key=SANDBOX_KEY, transport=transport), clock=SharedClock(scanner.sandbox))
    yield made
    await made.close()


class Unheard:
    """The re-reader, for whom nothing has to be watched here."""

    def watch(self, access_code_id: str, is_managed: bool, reason: str, *, until_gone: bool = False) -> None:
        """Not now."""


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that any logger said, at its most talkative."""
    for name in ("", "httpx", "httpcore", "httpx_retries", "asyncio", "uvicorn", "seam"):
        caplog.set_level(logging.DEBUG, logger=name)

    def told() -> str:
        return "\n".join(f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records)

    return told


async def _subjects(client: SeamClient, sandbox: Sandbox) -> list[Subject]:
    store = WorkspaceStore()
    await load_once(client, store, ManualClock(NOW))
    subjects = []
    for code in store.codes.values():
        device = store.devices[code.device_id]
        subjects.append(
            Subject(
                store.workspace, store.accounts[device.connected_account_id or ""], device, code,
                tuple(c for c in store.codes_of_device(code.device_id) if c is not code),
            )
        )  # fmt: skip
    return subjects


# -- that the scan can find anything at all


def test_the_world_holds_enough_to_find_and_nothing_is_found_by_chance(scanner) -> None:
    assert len(scanner.known) > 40
    assert len(scanner.guests) > 20
    innocent = json.dumps([load_catalogue().all(), list(ACTIONS)], default=repr)
    assert scanner.secrets_in(innocent) == []
    assert scanner.guests_in(innocent) == []
    one = next(iter(scanner.sandbox.world.pins()))
    assert scanner.secrets_in(f"the PIN is {one}.") == [one]


# -- output


async def test_no_report_holds_a_pin_or_the_key(scanner, client) -> None:
    store = WorkspaceStore()
    unread = await load_once(client, store, ManualClock(NOW))
    report = build_report(store, load_catalogue(), NOW, unread)
    for text in (report_text(report, 40), report_text(report, 120), report_json(report), repr(report), str(report)):
        assert scanner.secrets_in(text) == []
    assert scanner.guests_in(report_json(report))


def test_the_command_line_tells_no_pin_and_no_key(tmp_path) -> None:
    """As a process of its own, with what it leaves on standard error and in its folders."""
    code = """
import sys
from datetime import UTC, datetime
from seam_tui import cli
from seam_tui.sandbox import server
made = server.create_sandbox
server.create_sandbox = lambda *args, **options: sys.modules.setdefault("made", made(*args, traceable=True, **options))
cli.run(sys.argv[1:])
with open("pins.txt", "w") as file:
    file.write("\\n".join(sys.modules["made"].world.pins()))
"""
    environment = {"SEAM_TUI_CONFIG_DIR": str(tmp_path / "c"), "SEAM_TUI_LOG_DIR": str(tmp_path / "l"), "PATH": ""}
    for arguments in (
        ["report", "--demo"],
        ["report", "--demo", "--json"],
        ["report", "--demo", "--scenario", "museum"],
    ):
        root = Path(__file__).parents[2]
        ended = subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment | {"PYTHONPATH": str(root)},
            capture_output=True, text=True, check=False, timeout=90,
        )  # fmt: skip
        pins = (tmp_path / "pins.txt").read_text().split()
        assert len(pins) > 50
        assert len(ended.stdout) > 1000
        assert not [pin for pin in [*pins, SANDBOX_KEY] if pin in ended.stdout + ended.stderr]


# -- records, plans, results


async def test_no_record_plan_or_value_shows_a_pin(scanner, client) -> None:
    for subject in await _subjects(client, scanner.sandbox):
        told = [repr(subject), str(subject), f"{subject}", repr(subject.code.issues)]
        for action in ActionId:
            plan = make_plan(action, subject, NOW, Values(pin=TYPED, name="New", time_zone="Europe/Berlin"))
            told += [repr(plan), str(plan), *plan.refusals, *plan.notes]
        assert scanner.secrets_in(*told) == []


async def test_no_record_can_be_pickled_with_its_pin(scanner, client) -> None:
    code = next(subject.code for subject in await _subjects(client, scanner.sandbox) if subject.code.pin is not None)
    with pytest.raises(TypeError) as caught:
        pickle.dumps(code)
    assert scanner.secrets_in(caught.value) == []


RULES = [
    None, FaultRule("apply_then_fail"), FaultRule("status", status=500), FaultRule("status", status=429),
    FaultRule("status", status=409), FaultRule("status", status=503, html=True), FaultRule("cut"),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: "no trouble" if rule is None else f"{rule.kind} {rule.status}")
async def test_nothing_that_is_done_tells_a_pin_or_logs_a_guest(scanner, client, rule, log) -> None:
    emitted: list[StepResult] = []
    runner = Runner(client, Unheard(), SharedClock(scanner.sandbox))
    subjects = await _subjects(client, scanner.sandbox)
    if rule is not None:
        for verb in ("PATCH", "POST", "DELETE"):
            scanner.sandbox.faults.add(
                FaultRule(rule.kind, method=verb, status=rule.status, html=rule.html, cut=rule.cut)
            )
    for action in (action for action, record in ACTIONS.items() if record.writes):
        values = Values(pin=TYPED, name="New", starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2))
        plan = next((p for s in subjects if (p := make_plan(action, s, NOW, values)).steps), None)
        if plan is not None:
            await runner.run(plan, emitted.append)
            scanner.learn()
    assert len(emitted) >= 8
    assert scanner.secrets_in(*emitted, *(result.said for result in emitted)) == []
    assert scanner.secrets_in(log()) == []
    assert scanner.guests_in(log(), *(result.said for result in emitted)) == []


# -- logs and failures


async def test_a_whole_load_logs_no_pin_no_key_and_no_guest(scanner, client, log) -> None:
    await load_once(client, WorkspaceStore(), ManualClock(NOW))
    assert "/devices/list" in log()
    assert scanner.secrets_in(log()) == []
    assert scanner.guests_in(log()) == []


ECHOES = ["{pin} is taken", "the key {key} may not", "{pin}{key}", "code={pin}&name=x"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 503])
@pytest.mark.parametrize("echo", ECHOES)
async def test_no_failure_repeats_what_was_sent(echo, status, tmp_path, log) -> None:
    words = echo.format(pin=TYPED.reveal(), key=SANDBOX_KEY)
    error = {
        "type": "invalid_input" if status == 400 else "odd", "message": words, "data": {"sent": words},
        "validation_errors": {"_errors": [words], "code": {"_errors": [words]}},
    }  # fmt: skip
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json={"error": error, "ok": False}))
    client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=transport))
    with pytest.raises(SeamFailure) as caught:
        await client.update_access_code("c1", pin=TYPED, name=GUEST)
    failure = caught.value
    told = [
        repr(failure), str(failure), repr(vars(failure)), repr(failure.args),
        "".join(traceback.format_exception(failure)), repr(failure.__context__), repr(failure.__cause__), log(),
    ]  # fmt: skip
    path = write_crash_log(failure, tmp_path)
    assert path is not None
    told.append(path.read_text(encoding="utf-8"))
    for secret in (TYPED.reveal(), SANDBOX_KEY, GUEST):
        assert not [text for text in told if secret in text]
    await client.close()


async def test_a_crash_anywhere_in_a_load_logs_no_pin_no_key_and_no_guest(scanner, tmp_path) -> None:
    """The record stands in the frames' locals and in the exception's words; none of it is told."""
    transport = httpx.ASGITransport(scanner.sandbox.app, raise_app_exceptions=False)
    client = SeamClient(Connection(api_key=SANDBOX_KEY, transport=transport))
    device = next(device.device_id for device in scanner.sandbox.world.devices.values() if device.managed)
    crashes = []
    for device in scanner.sandbox.world.devices:
        try:
            async for page in client.list_access_codes(device):
                for code in page:
                    digits = None if code.pin is None else code.pin.reveal()
                    raise RuntimeError(f"{code.name} {digits} {SANDBOX_KEY}")  # noqa: TRY301
        except RuntimeError as error:
            crashes.append(error)
    assert crashes
    for number, error in enumerate(crashes):
        path = write_crash_log(ExceptionGroup("load", [error]), tmp_path / str(number))
        assert path is not None
        told = path.read_text(encoding="utf-8")
        assert "RuntimeError" in told
        assert scanner.secrets_in(told) == []
        assert scanner.guests_in(told) == []
    await client.close()


async def test_a_task_that_nobody_waits_for_tells_no_secret(scanner, client, log) -> None:
    async def fails() -> None:
        scanner.sandbox.faults.add(FaultRule("status", status=500))
        await client.update_access_code("c1", pin=TYPED)

    task = asyncio.ensure_future(fails())
    await asyncio.wait([task])
    told = f"{task!r} {task.exception()!r}"
    assert "ServerFailure" in told
    assert scanner.secrets_in(told, log()) == []


# -- what holds the credentials


def test_settings_connections_and_launches_mask_what_they_hold(tmp_path) -> None:
    key, token = "seam_live_hunter2secret", "seam_at_hunter2secret"
    connection = Connection(api_key=key, personal_access_token=token)
    settings = load_settings({"SEAM_API_KEY": key, "SEAM_TUI_CONFIG_DIR": str(tmp_path)})
    client = SeamClient(Connection(api_key=key))
    for held in (
        connection, Launch(connection=connection), settings, Settings(tmp_path, api_key=Secret(key)), client,
        vars(client), Launch(connection=connection, demo=lambda: Launch(connection=connection)),
    ):  # fmt: skip
        assert "hunter2secret" not in f"{held!r} {held} {[held]}"


async def test_a_client_shows_no_credentials_however_deep_one_looks(client, scanner) -> None:
    seen: set[int] = set()
    waiting: list[Any] = [client]
    told = []
    while waiting and len(seen) < 2000:
        held = waiting.pop()
        if id(held) in seen or isinstance(held, type | str | bytes | httpx.Headers):
            continue
        seen.add(id(held))
        if type(held).__module__.partition(".")[0] == "seam_tui":
            told.append(repr(held))
            waiting += [getattr(held, name, None) for name in getattr(held, "__slots__", ())]
            waiting += list(getattr(held, "__dict__", {}).values())
    assert told
    assert scanner.secrets_in(*told) == []
