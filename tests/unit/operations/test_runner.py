"""The runner over a sandbox: each action's effect in the world, and never a word of success that Seam has not said."""

from datetime import timedelta

import pytest

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.plan import Values, make_plan
from seam_tui.operations.runner import READ_AGAIN_AFTER, Outcome
from seam_tui.sandbox.faults import FaultRule

from .conftest import NOW, Bench

A = ActionId
TYPELESS = [A.MAKE_ONGOING, A.ALLOW_EXTERNAL_MODIFICATION, A.FORBID_EXTERNAL_MODIFICATION]
"""Updates for which nothing is typed."""
DAY = timedelta(days=1)
TYPED = Values(
    pin=Pin("246135"), name="Somebody Else", starts_at=NOW + DAY, ends_at=NOW + 3 * DAY, time_zone="Europe/Lisbon"
)


def _only(action: ActionId) -> Values:
    """Of everything typed, what this action asks for."""
    match action:
        case A.CHANGE_PIN:
            return Values(pin=Pin("246135"))
        case A.RENAME:
            return Values(name="Somebody Else")
        case A.CHANGE_TIMES:
            return Values(starts_at=NOW + DAY, ends_at=NOW + 3 * DAY)
        case A.REPORT_TIME_ZONE:
            return Values(time_zone="Europe/Lisbon")
        case _:
            return Values()


async def _plan(bench: Bench, action: ActionId, code_id: str | None = None, values: Values | None = None):
    subject = await bench.subject(code_id or bench.find(time_bound=True))
    return make_plan(action, subject, NOW, values or _only(action))


def _on_ultraloq(bench: Bench) -> str:
    """A code on a lock of the one maker whose time zone can be reported."""
    target = bench.find()
    bench.sandbox.world.devices[bench.sandbox.world.codes[target].device_id].maker = "ultraloq"
    return target


def _digits(bench: Bench) -> set[str]:
    return bench.sandbox.world.pins()


# -- each action's effect


@pytest.mark.parametrize("action", [A.CHANGE_PIN, A.GENERATE_PIN, A.RENAME, A.CHANGE_TIMES, *TYPELESS])
async def test_an_update_is_asked_and_then_reaches_the_lock(bench, action) -> None:
    code = bench.sandbox.world.codes[bench.find(time_bound=True)]
    old_pin, code.external_allowed = code.code, action is A.FORBID_EXTERNAL_MODIFICATION
    result = await bench.run(await _plan(bench, action, code.access_code_id))
    assert (result.outcome, result.said) == (Outcome.ASKED, "Asked; waiting for the lock.")
    assert bench.writes == ["/access_codes/update"]
    bench.sandbox.clock.advance(timedelta(minutes=10))
    bench.sandbox.world.catch_up()
    match action:
        case A.CHANGE_PIN:
            assert code.code == "246135"
        case A.GENERATE_PIN:
            assert code.code != old_pin
        case A.RENAME:
            assert code.name == "Somebody Else"
        case A.MAKE_ONGOING:
            assert not code.time_bound
        case A.ALLOW_EXTERNAL_MODIFICATION | A.FORBID_EXTERNAL_MODIFICATION:
            assert code.external_allowed is (action is A.ALLOW_EXTERNAL_MODIFICATION)
        case _:
            assert (code.starts_at, code.ends_at) == ((NOW + DAY).timestamp(), (NOW + 3 * DAY).timestamp())
    assert [(call[0], call[1], call[3]) for call in bench.watch.calls] == [(code.access_code_id, True, False)]


async def test_a_time_bound_code_becomes_ongoing(bench) -> None:
    plan = await _plan(bench, A.CHANGE_TIMES, values=Values(code_type=AccessCodeType.ONGOING))
    assert (await bench.run(plan)).outcome is Outcome.ASKED
    bench.sandbox.clock.advance(timedelta(minutes=10))
    bench.sandbox.world.catch_up()
    assert not bench.sandbox.world.codes[plan.steps[0].access_code_id].time_bound


@pytest.mark.parametrize("managed", [True, False])
async def test_a_deleted_code_goes_and_is_watched_until_it_is_gone(bench, managed) -> None:
    target = bench.find(managed=managed)
    result = await bench.run(await _plan(bench, A.DELETE, target))
    assert result.outcome is Outcome.ASKED
    assert bench.watch.calls == [(target, managed, "removing", True)]
    bench.sandbox.clock.advance(timedelta(minutes=10))
    bench.sandbox.world.catch_up()
    assert target not in bench.sandbox.world.codes


async def test_an_unmanaged_code_is_converted(bench) -> None:
    target = bench.find(managed=False)
    assert (await bench.run(await _plan(bench, A.CONVERT_TO_MANAGED, target))).outcome is Outcome.ASKED
    assert bench.watch.calls == [(target, True, "converting", False)]
    bench.sandbox.clock.advance(timedelta(minutes=10))
    bench.sandbox.world.catch_up()
    assert bench.sandbox.world.codes[target].managed


async def test_the_unmanaged_duplicate_is_deleted_and_the_code_stays(bench) -> None:
    world = bench.sandbox.world
    pairs = (
        (one.access_code_id, other.access_code_id)
        for one in world.codes.values() if one.managed and one.code
        for other in world.codes_of(one.device_id)
        if not other.managed and other.code == one.code and not other.cannot_delete
    )  # fmt: skip
    kept, gone = next(pairs)
    result = await bench.run(await _plan(bench, A.DELETE_DUPLICATE, kept))
    assert result.outcome is Outcome.ASKED
    assert bench.writes == ["/access_codes/unmanaged/delete"]
    bench.sandbox.clock.advance(timedelta(hours=1))
    world.catch_up()
    assert gone not in world.codes
    assert kept in world.codes


async def test_a_pulled_backup_is_handed_over_and_both_codes_are_watched(bench) -> None:
    target = bench.find(pooled=True)
    result = await bench.run(await _plan(bench, A.PULL_BACKUP, target))
    held = bench.sandbox.world.codes[target]
    assert result.outcome is Outcome.DONE
    assert result.backup.access_code_id == held.pulled_backup_id
    assert result.backup.pin.equals(Pin(bench.sandbox.world.codes[held.pulled_backup_id].code))
    assert {call[0] for call in bench.watch.calls} == {target, held.pulled_backup_id}


@pytest.mark.parametrize(("action", "locked"), [(A.LOCK, True), (A.UNLOCK, False)])
async def test_a_test_of_the_connection_moves_the_bolt(bench, action, locked) -> None:
    plan = await _plan(bench, action)
    device = bench.sandbox.world.devices[plan.steps[0].device_id]
    result = await bench.run(plan)
    assert result.outcome is Outcome.DONE
    assert "connection works" in result.said
    assert device.locked == locked
    assert bench.watch.calls == []


async def test_a_lock_that_is_offline_fails_the_test(bench) -> None:
    plan = await _plan(bench, A.LOCK)
    bench.sandbox.world.devices[plan.steps[0].device_id].online = False
    result = await bench.run(plan)
    assert result.outcome is Outcome.FAILED
    assert "offline" in result.said


async def test_an_account_is_synced_reconnected_and_a_time_zone_reported(bench) -> None:
    assert (await bench.run(await _plan(bench, A.SYNC_ACCOUNT))).outcome is Outcome.ASKED
    result = await bench.run(await _plan(bench, A.RECONNECT_ACCOUNT))
    assert result.url.startswith("https://")
    world = bench.sandbox.world
    plan = await _plan(bench, A.REPORT_TIME_ZONE, _on_ultraloq(bench))
    assert (await bench.run(plan)).outcome is Outcome.DONE
    assert world.devices[plan.steps[0].device_id].time_zone == "Europe/Lisbon"


# -- what changed since it was shown


@pytest.mark.parametrize("action", [A.CHANGE_PIN, A.GENERATE_PIN, A.RENAME, A.CHANGE_TIMES, A.DELETE, A.PULL_BACKUP])
@pytest.mark.parametrize("change", ["name", "code", "ends_at"])
async def test_a_code_that_changed_since_is_skipped(bench, action, change) -> None:
    """UX 6: a person said yes to what they saw, and to nothing else."""
    plan = await _plan(bench, action, bench.find(pooled=True))
    code = bench.sandbox.world.codes[plan.steps[0].access_code_id]
    setattr(code, change, {"name": "Renamed", "code": "975310", "ends_at": (NOW + 9 * DAY).timestamp()}[change])
    result = await bench.run(plan)
    assert result.outcome is Outcome.SKIPPED
    assert "has changed" in result.said
    assert bench.writes == []
    assert bench.watch.calls


@pytest.mark.parametrize("action", [A.CHANGE_PIN, A.RENAME, A.DELETE, A.PULL_BACKUP])
async def test_a_code_that_went_since_is_skipped(bench, action) -> None:
    plan = await _plan(bench, action, bench.find(pooled=True))
    bench.sandbox.world.drop_code(bench.sandbox.world.codes[plan.steps[0].access_code_id])
    result = await bench.run(plan)
    assert (result.outcome, bench.writes) == (Outcome.SKIPPED, [])
    assert "gone" in result.said


async def test_a_code_that_cannot_be_read_first_is_not_written(bench) -> None:
    plan = await _plan(bench, A.DELETE)
    bench.sandbox.faults.add(FaultRule("status", "/access_codes/get", status=503))
    result = await bench.run(plan)
    assert (result.outcome, bench.writes) == (Outcome.FAILED, [])
    assert result.said.startswith("Not sent")
    assert result.request_id


# -- answers that are lost

LOST = [
    FaultRule("apply_then_fail", cut=True), FaultRule("apply_then_fail", cut=False),
    FaultRule("apply_then_fail", cut=False, html=True, status=502),
]  # fmt: skip
NEVER = [FaultRule("cut"), FaultRule("status", status=500), FaultRule("status", status=503, html=True)]
UNCERTAIN = [A.CHANGE_PIN, A.GENERATE_PIN, A.RENAME, A.CHANGE_TIMES, A.MAKE_ONGOING, A.DELETE, A.PULL_BACKUP]


def _lose(bench: Bench, rule: FaultRule, path: str = "*") -> None:
    verbs = ("PATCH", "DELETE", "POST")
    bench.sandbox.faults.add(
        *(FaultRule(rule.kind, path, verb, rule.status, html=rule.html, cut=rule.cut) for verb in verbs)
    )


@pytest.mark.parametrize("rule", LOST, ids=["cut", "500", "502 page"])
@pytest.mark.parametrize("action", UNCERTAIN)
async def test_a_write_that_acted_but_whose_answer_was_lost_is_found_out(bench, action, rule) -> None:
    plan = await _plan(bench, action, bench.find(pooled=True))
    _lose(bench, rule)
    result = await bench.run(plan)
    assert bench.emitted[0].outcome is Outcome.UNKNOWN
    assert "not known" in bench.emitted[0].said
    assert result.outcome in {Outcome.ASKED, Outcome.DONE}
    assert "after all" in result.said
    assert len(bench.writes) == 1
    assert bench.watch.calls


@pytest.mark.parametrize("rule", NEVER, ids=["cut", "500", "503 page"])
@pytest.mark.parametrize("action", UNCERTAIN)
async def test_a_write_that_never_acted_stays_unknown_after_looking_and_is_not_repeated(bench, action, rule) -> None:
    plan = await _plan(bench, action, bench.find(pooled=True))
    _lose(bench, rule)
    result = await bench.run(plan)
    assert result.outcome is Outcome.UNKNOWN
    assert "did not take effect, or not yet" in result.said
    assert bench.clock.slept == list(READ_AGAIN_AFTER)
    assert len(bench.writes) == 1


async def test_a_lost_delete_that_is_already_through_is_done(bench) -> None:
    plan = await _plan(bench, A.DELETE)
    bench.sandbox.faults.add(FaultRule("apply_then_fail", method="DELETE"))
    bench.sandbox.faults.add(FaultRule("status", "/access_codes/get", status=500, count=0))
    target = plan.steps[0].access_code_id
    bench.clock.sleep = _slow(bench)
    result = await bench.run(plan)
    assert result.outcome is Outcome.DONE
    assert target not in bench.sandbox.world.codes


def _slow(bench: Bench):
    async def sleep(seconds: float) -> None:
        bench.sandbox.clock.advance(timedelta(minutes=10))

    return sleep


async def test_a_pulled_backup_whose_answer_was_lost_is_still_handed_over(bench) -> None:
    """The guest has to be told its PIN, whatever became of the answer."""
    plan = await _plan(bench, A.PULL_BACKUP, bench.find(pooled=True))
    bench.sandbox.faults.add(FaultRule("apply_then_fail", "/access_codes/pull*"))
    result = await bench.run(plan)
    held = bench.sandbox.world.codes[plan.steps[0].access_code_id]
    assert result.backup is not None
    assert result.backup.access_code_id == held.pulled_backup_id
    assert held.pulled_backup_id in {call[0] for call in bench.watch.calls}


async def test_no_pin_from_seam_means_that_nothing_was_sent_and_nothing_is_unknown(bench) -> None:
    plan = await _plan(bench, A.GENERATE_PIN)
    bench.sandbox.faults.add(FaultRule("status", "/access_codes/generate_code", status=500))
    result = await bench.run(plan)
    assert result.outcome is Outcome.FAILED
    assert bench.writes == []
    assert bench.clock.slept == []


async def test_a_hidden_pin_does_not_count_as_a_new_one(bench) -> None:
    """A maker that shows no PIN shows none before and after: that proves nothing."""
    target = bench.find()
    bench.sandbox.world.codes[target].code = None
    plan = await _plan(bench, A.GENERATE_PIN, target)
    _lose(bench, FaultRule("status", status=500))
    assert (await bench.run(plan)).outcome is Outcome.UNKNOWN


async def test_a_name_that_reads_back_as_plain_text_is_recognised(bench) -> None:
    plan = await _plan(bench, A.RENAME, values=Values(name="Ann\ufe0f   Lee"))
    _lose(bench, FaultRule("apply_then_fail"))
    assert "after all" in (await bench.run(plan)).said


async def test_a_lock_whose_answer_was_lost_is_unknown_once_and_promises_no_reading(bench) -> None:
    plan = await _plan(bench, A.LOCK)
    _lose(bench, FaultRule("apply_then_fail"))
    result = await bench.run(plan)
    assert bench.emitted == [result]
    assert result.outcome is Outcome.UNKNOWN
    assert "read again" not in result.said


@pytest.mark.parametrize("status", [404, 429])
async def test_trouble_while_waiting_for_a_lock_is_unknown_and_not_failed(bench, status) -> None:
    plan = await _plan(bench, A.LOCK)
    bench.sandbox.faults.add(FaultRule("status", "/action_attempts/get", status=status))
    assert (await bench.run(plan)).outcome is Outcome.UNKNOWN


# -- refusals


async def test_a_code_that_somebody_removes_between_the_look_and_the_delete_is_being_removed(bench) -> None:
    plan = await _plan(bench, A.DELETE)
    bench.sandbox.faults.add(FaultRule("apply_then_fail", "/access_codes/delete", status=404, cut=False))
    result = await bench.run(plan)
    assert (result.outcome, result.said) == (Outcome.ASKED, "It is being removed already.")


async def test_a_delete_that_finds_nothing_is_no_success_while_the_code_is_still_listed(bench) -> None:
    plan = await _plan(bench, A.DELETE)
    bench.sandbox.faults.add(FaultRule("status", "/access_codes/delete", status=404))
    result = await bench.run(plan)
    assert (result.outcome, result.said[:29]) == (Outcome.FAILED, "Seam says that it is gone, an")


@pytest.mark.parametrize("action", [A.RENAME, A.PULL_BACKUP])
async def test_a_code_that_goes_between_the_look_and_another_write_has_failed(bench, action) -> None:
    plan = await _plan(bench, action, bench.find(pooled=True))
    _lose(bench, FaultRule("status", status=404))
    assert (await bench.run(plan)).outcome is Outcome.FAILED


SENT_AT_ONCE = [
    action for action in ActionId if ACTIONS[action].writes
    # Chosen from a list or a history first; a re-creation stands in a file of its own.
    if action not in {A.FREE_SLOTS, A.UNDO, A.REPORT_CODE_LENGTHS}
]  # fmt: skip


@pytest.mark.parametrize("action", SENT_AT_ONCE)
async def test_in_read_only_every_action_fails_and_nothing_is_sent(bench, make_code, action) -> None:
    world = bench.sandbox.world
    target = {A.CONVERT_TO_MANAGED: bench.find(managed=False)}.get(action, bench.find(pooled=True))
    world.codes[target].external_allowed = action is A.FORBID_EXTERNAL_MODIFICATION
    if action is A.REPORT_TIME_ZONE:
        target = _on_ultraloq(bench)
    if action is A.DELETE_DUPLICATE:
        target = next(
            one.access_code_id for one in world.codes.values() if one.managed and one.code
            for other in world.codes_of(one.device_id)
            if not other.managed and other.code == one.code and not other.cannot_delete
        )  # fmt: skip
    plan = await _plan(bench, action, target)
    bench.client.read_only = True
    result = await bench.run(plan)
    assert result.outcome is Outcome.FAILED
    assert "read-only" in result.said.lower()
    assert bench.writes == []


async def test_too_many_changes_within_a_minute_have_failed_and_did_nothing(bench) -> None:
    plan = await _plan(bench, A.RENAME)
    _lose(bench, FaultRule("status", status=429))
    result = await bench.run(plan)
    assert result.outcome is Outcome.FAILED
    assert "minute" in result.said


@pytest.mark.parametrize("rule", [None, *LOST, *NEVER, FaultRule("status", status=409)])
@pytest.mark.parametrize("action", UNCERTAIN)
async def test_no_result_holds_a_pin(bench, action, rule) -> None:
    plan = await _plan(bench, action, bench.find(pooled=True))
    before = _digits(bench)
    if rule is not None:
        _lose(bench, rule)
    await bench.run(plan)
    told = "".join(f"{result!r}{result.said}" for result in bench.emitted)
    assert not [pin for pin in before | _digits(bench) if len(pin) > 5 and pin in told]
