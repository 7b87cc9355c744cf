"""A walk through the catalogue: every action that any code names is there, can be refused, is planned and is sent.

Each is done over the wire on the museum's exhibit of that very code, and its effect is looked for in the sandbox.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.effect import send
from seam_tui.operations.journal import Journal
from seam_tui.operations.operation import OPERATIONS, why_disabled
from seam_tui.operations.plan import Plan, PlanStep, Values, make_plan
from seam_tui.operations.runs import Runs
from seam_tui.operations.slots import plan_for, proposal_for
from seam_tui.operations.step_result import Outcome, StepResult
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.remedies.remedy import Remedy
from seam_tui.sandbox import cures
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import Sandbox, create_sandbox
from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection

from .conftest import SharedClock, Watch
from .museum import Museum, make_possible

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
A = ActionId
WALK = [(remedy, action) for remedy in load_catalogue().all() for action in remedy.actions]
WRITES = [(remedy, action) for remedy, action in WALK if ACTIONS[action].writes]
LOOKS = [(remedy, action) for remedy, action in WALK if not ACTIONS[action].writes]
Then = Callable[[StepResult], None]


def _named(cases: list[tuple[Remedy, ActionId]]) -> pytest.MarkDecorator:
    ids = [f"{remedy.level}-{remedy.code}-{action}" for remedy, action in cases]
    return pytest.mark.parametrize(("remedy", "action"), cases, ids=ids)


def _built() -> Sandbox:
    return create_sandbox("museum", clock=SandboxClock(NOW, speed=0), rate_limits=False)


@pytest.fixture
async def museum(tmp_path: Path) -> AsyncIterator[Museum]:
    """A museum for one who changes it."""
    async with _open(_built(), tmp_path) as museum:
        yield museum


@pytest.fixture(scope="module")
def built() -> Sandbox:
    return _built()


@pytest.fixture
async def museum_to_look_at(built: Sandbox, tmp_path: Path) -> AsyncIterator[Museum]:
    """One museum for all who send nothing."""
    async with _open(built, tmp_path) as museum:
        yield museum


@asynccontextmanager
async def _open(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Museum]:
    clock = SharedClock(sandbox)
    transport = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
    client = SeamClient(Connection(api_key=sandbox.key, transport=transport), clock=clock)
    runs = Runs(client, Watch(), clock, Journal(tmp_path), endpoint="https://sandbox.invalid")
    yield Museum(sandbox, client, runs)
    await client.close()


async def _typed(museum: Museum, subject: Subject, action: ActionId) -> Values:
    """What a person would type for an action."""
    assert subject.device is not None
    match action:
        case A.CHANGE_PIN:
            return Values(pin=await museum.client.generate_pin(subject.device.device_id))
        case A.RENAME:
            return Values(name="Anna Berg")
        case A.CHANGE_TIMES:
            return Values(starts_at=NOW + DAY, ends_at=NOW + 3 * DAY)
        case A.REPORT_TIME_ZONE:
            return Values(time_zone="Europe/Lisbon")
        case A.REPORT_CODE_LENGTHS:
            return Values(code_lengths=(7, 5))
        case _:
            return Values()


async def _plan(museum: Museum, subject: Subject, action: ActionId) -> Plan:
    if action is not A.FREE_SLOTS:
        return make_plan(action, subject, NOW, await _typed(museum, subject, action))
    proposal = proposal_for(subject, NOW)
    assert proposal is not None
    return plan_for(subject, [proposal.entries[0].code.access_code_id], NOW)


# -- what each action does: called before, it gives back what to look at after


def _pin_changes(museum: Museum, subject: Subject) -> Then:
    code, old = museum.held(subject.code), museum.held(subject.code).code

    def then(result: StepResult) -> None:
        sent = result.step.values.pin
        assert code.code not in {old, None}
        assert sent is None or sent == Pin(code.code or "")

    return then


def _name_changes(museum: Museum, subject: Subject) -> Then:
    code = museum.held(subject.code)

    def then(_result: StepResult) -> None:
        assert code.name == "Anna Berg"

    return then


def _times_change(museum: Museum, subject: Subject) -> Then:
    code = museum.held(subject.code)

    def then(_result: StepResult) -> None:
        assert (code.starts_at, code.ends_at) == ((NOW + DAY).timestamp(), (NOW + 3 * DAY).timestamp())

    return then


def _changes_from_outside_are(allowed: bool) -> Callable[[Museum, Subject], Then]:
    def before(museum: Museum, subject: Subject) -> Then:
        code = museum.held(subject.code)
        assert code.external_allowed is not allowed

        def then(_result: StepResult) -> None:
            assert code.external_allowed is allowed

        return then

    return before


def _goes(museum: Museum, subject: Subject) -> Then:
    code, lock = museum.held(subject.code), museum.lock_of(subject)

    def then(_result: StepResult) -> None:
        is_there = code.access_code_id in museum.world.codes
        if museum.world.reachable(lock):
            assert not is_there
        else:
            assert is_there
            assert code.pending("deleting"), "it waits until the lock is back"

    return then


def _is_made_again(museum: Museum, subject: Subject) -> Then:
    old = museum.held(subject.code)

    def then(result: StepResult) -> None:
        assert old.access_code_id not in museum.world.codes
        new = museum.held(result.created)
        assert new.access_code_id != old.access_code_id
        assert (new.name, new.code) == (old.name, old.code)
        assert (new.device_id, new.starts_at, new.ends_at) == (old.device_id, old.starts_at, old.ends_at)
        assert (new.on_lock, new.issues) == (True, ())

    return then


def _duplicate_goes(museum: Museum, subject: Subject) -> Then:
    code, twin = museum.held(subject.code), museum.held(subject.duplicate)

    def then(_result: StepResult) -> None:
        assert twin.access_code_id not in museum.world.codes
        assert code.access_code_id in museum.world.codes

    return then


def _becomes_managed(museum: Museum, subject: Subject) -> Then:
    twin = subject.duplicate

    def then(result: StepResult) -> None:
        assert museum.held(twin if twin is not None else subject.code).managed
        assert result.step.force == (twin is None)

    return then


def _backup_stands_in(museum: Museum, subject: Subject) -> Then:
    code, before = museum.held(subject.code), museum.held(subject.code).pulled_backup_id

    def then(result: StepResult) -> None:
        assert code.pulled_backup_id is not None
        assert before in {None, code.pulled_backup_id}, "pulled twice, it is the same"
        assert result.backup is not None
        assert result.backup.pin == Pin(museum.world.codes[code.pulled_backup_id].code or "")

    return then


def _bolt_moves(locked: bool) -> Callable[[Museum, Subject], Then]:
    def before(museum: Museum, subject: Subject) -> Then:
        lock = museum.lock_of(subject)
        is_reachable = museum.world.reachable(lock)
        lock.locked = not locked

        def then(result: StepResult) -> None:
            (attempt,) = [one for one in museum.world.attempts.values() if one.action_type.endswith("LOCK_DOOR")]
            assert attempt.status == ("success" if is_reachable else "error")
            assert lock.locked is (locked if is_reachable else not locked)
            assert result.outcome is (Outcome.DONE if is_reachable else Outcome.FAILED)

        return then

    return before


def _slot_is_free(museum: Museum, subject: Subject) -> Then:
    lock, used = museum.lock_of(subject), museum.world.slots_used(museum.lock_of(subject).device_id)
    waiting = [code for code in museum.world.codes_of(lock.device_id) if code.pending("creating")]

    def then(result: StepResult) -> None:
        assert result.step.access_code_id not in museum.world.codes
        taken = [code for code in waiting if code.on_lock]
        assert museum.world.slots_used(lock.device_id) == used - 1 + len(taken)
        assert bool(taken) == bool(waiting), "what waited for room has it now"

    return then


def _account_is_read_again(museum: Museum, _subject: Subject) -> Then:
    def then(_result: StepResult) -> None:
        assert museum.writes == ["/connected_accounts/sync"]

    return then


def _somebody_can_sign_in(museum: Museum, _subject: Subject) -> Then:
    def then(result: StepResult) -> None:
        (webview,) = museum.world.webviews.values()
        assert webview.authorized_at is not None
        assert result.url is not None
        assert webview.webview_id in result.url

    return then


def _time_zone_is_known(museum: Museum, subject: Subject) -> Then:
    def then(_result: StepResult) -> None:
        assert museum.lock_of(subject).time_zone == "Europe/Lisbon"

    return then


def _lengths_are_known(museum: Museum, subject: Subject) -> Then:
    def then(_result: StepResult) -> None:
        assert museum.lock_of(subject).lengths == (5, 7)

    return then


EFFECTS: dict[ActionId, Callable[[Museum, Subject], Then]] = {
    A.CHANGE_PIN: _pin_changes,
    A.GENERATE_PIN: _pin_changes,
    A.RENAME: _name_changes,
    A.CHANGE_TIMES: _times_change,
    A.ALLOW_EXTERNAL_MODIFICATION: _changes_from_outside_are(True),
    A.FORBID_EXTERNAL_MODIFICATION: _changes_from_outside_are(False),
    A.DELETE: _goes,
    A.RECREATE: _is_made_again,
    A.DELETE_DUPLICATE: _duplicate_goes,
    A.CONVERT_TO_MANAGED: _becomes_managed,
    A.PULL_BACKUP: _backup_stands_in,
    A.LOCK: _bolt_moves(locked=True),
    A.UNLOCK: _bolt_moves(locked=False),
    A.FREE_SLOTS: _slot_is_free,
    A.SYNC_ACCOUNT: _account_is_read_again,
    A.RECONNECT_ACCOUNT: _somebody_can_sign_in,
    A.REPORT_TIME_ZONE: _time_zone_is_known,
    A.REPORT_CODE_LENGTHS: _lengths_are_known,
}

CURES: dict[ActionId, frozenset[str]] = {
    A.CHANGE_PIN: cures.PIN_CHANGED,
    A.GENERATE_PIN: cures.PIN_CHANGED,
    A.RENAME: cures.NAME_CHANGED,
    A.CHANGE_TIMES: cures.TIMES_CHANGED,
    A.FORBID_EXTERNAL_MODIFICATION: cures.EXTERNAL_CHANGE_REFUSED,
    A.DELETE_DUPLICATE: cures.DUPLICATE_GONE,
    A.FREE_SLOTS: cures.SPACE_FREED | cures.FEWER_CODES,
    A.CONVERT_TO_MANAGED: cures.MANAGED_AGAIN,
    A.LOCK: cures.LOCK_ANSWERED | cures.REACHED_LOCK,
    A.UNLOCK: cures.LOCK_ANSWERED | cures.REACHED_LOCK,
    A.SYNC_ACCOUNT: cures.ACCOUNT_SYNCED,
    A.RECONNECT_ACCOUNT: cures.ACCOUNT_SIGNED_IN | cures.SIGNED_IN_DEVICES,
    A.REPORT_TIME_ZONE: cures.TIME_ZONE_REPORTED | cures.TIME_ZONE_REPORTED_ON_CODES,
}
"""What an action ends by itself, where the lock can be reached."""


# -- the walk


def test_every_action_that_the_catalogue_names_is_an_operation_whose_effect_is_looked_for() -> None:
    named = {action for _, action in WALK}
    assert named <= set(OPERATIONS)
    assert {action for action in named if ACTIONS[action].writes} == set(EFFECTS)


@_named(WRITES)
async def test_a_remedy_that_writes_is_planned_and_sent_and_its_effect_is_there(museum, remedy, action) -> None:
    subject = await museum.subject(remedy)
    make_possible(museum, subject, action)
    subject = await museum.subject(remedy)
    assert why_disabled(action, subject, NOW) is None
    assert why_disabled(action, subject, NOW, read_only=True) == "Read-only: nothing can be changed."
    refusal = why_disabled(action, Subject(), NOW)
    assert refusal is not None
    assert refusal.endswith(".")
    plan = await _plan(museum, subject, action)
    assert plan.steps, plan.refusals
    then = EFFECTS[action](museum, subject)
    museum.sandbox.requests.clear()
    result = await museum.run(plan)
    assert museum.writes
    assert result.outcome in {Outcome.DONE, Outcome.ASKED} or action in {A.LOCK, A.UNLOCK}, result.said
    museum.wait(minutes=10)
    then(result)
    if remedy.code in CURES.get(action, ()):
        assert remedy.code not in museum.hanging(subject)


@_named(LOOKS)
async def test_a_remedy_that_only_looks_can_be_done_and_sends_nothing(museum_to_look_at, remedy, action) -> None:
    museum = museum_to_look_at
    subject = await museum.subject(remedy)
    make_possible(museum, subject, action)
    subject = await museum.subject(remedy)
    assert why_disabled(action, subject, NOW, read_only=True) is None
    refusal = why_disabled(action, Subject(), NOW)
    assert refusal is not None
    assert refusal.endswith(".")
    assert len(make_plan(action, subject, NOW, read_only=True).steps) == 1
    museum.sandbox.requests.clear()
    with pytest.raises(ValueError, match="sends nothing"):
        await send(museum.client, PlanStep(action, "whatever is shown"))
    assert len(museum.sandbox.requests) == 0
