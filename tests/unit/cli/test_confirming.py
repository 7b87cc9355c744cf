"""From asked to done: only what Seam shows counts, and an error that is new is a failure."""

from dataclasses import replace

import pytest

from seam_tui.cli.confirming import Confirming
from seam_tui.cli.running import ProgressLines
from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.clock import ManualClock
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.operations.journal_records import Outcome
from seam_tui.operations.plan import Plan, PlanStep, Values
from seam_tui.operations.step_result import StepResult
from seam_tui.sync.events import CodeGone, CodeSettled, CodesRead
from tests.unit.cli.command import NOW

CODE = AccessCode("c1", "d1", "Ann", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
RENAMED = replace(CODE, name="Bob")
RENAME = PlanStep(ActionId.RENAME, "Ann", CODE, "d1", values=Values(name="Bob"))
DELETE = PlanStep(ActionId.DELETE, "Ann", CODE, "d1")
ERROR = Issue(IssueKind.ERROR, "code_constraints_violated", IssueLevel.ACCESS_CODE, "No.")
OFFLINE = Issue(IssueKind.ERROR, "device_offline", IssueLevel.DEVICE, "Offline.")


def asked(step: PlanStep) -> StepResult:
    return StepResult(step, Outcome.ASKED, "Asked.")


def confirm(step: PlanStep, *events: object, before: AccessCode = CODE, result: StepResult | None = None) -> StepResult:
    confirming = Confirming(Plan(step.action_id, (step,)), {before.access_code_id: before})
    confirming.take(result or asked(step))
    for event in events:
        confirming.hear(event)
    (told,) = confirming.results
    assert (confirming.waiting > 0) == (told.outcome is Outcome.ASKED)
    return told


def settled(*codes: AccessCode) -> tuple[object, ...]:
    """A code was read and has come to rest."""
    return (CodesRead("d1", codes), *(CodeSettled(code.access_code_id) for code in codes))


@pytest.mark.parametrize(
    ("step", "events", "outcome", "words"),
    [
        (RENAME, (), Outcome.ASKED, "Asked."),
        (RENAME, (CodesRead("d1", (RENAMED,)),), Outcome.ASKED, "Asked."),
        (RENAME, settled(RENAMED), Outcome.DONE, "Seam shows it"),
        (RENAME, settled(CODE), Outcome.UNKNOWN, "not what was asked for"),
        (RENAME, settled(replace(RENAMED, errors=(ERROR,))), Outcome.FAILED, "code_constraints_violated"),
        (RENAME, settled(replace(RENAMED, errors=(OFFLINE,))), Outcome.DONE, "Seam shows it"),
        (RENAME, (CodeGone("c1"), CodeSettled("c1")), Outcome.FAILED, "gone"),
        (DELETE, (CodeGone("c1"), CodeSettled("c1")), Outcome.DONE, "Gone from the lock."),
        (DELETE, (CodeGone("c2"), CodeSettled("c2")), Outcome.ASKED, "Asked."),
    ],
)
def test_the_last_word_is_what_seam_shows(step, events, outcome, words) -> None:
    told = confirm(step, *events)
    assert told.outcome is outcome
    assert words in told.said


def test_an_error_that_was_there_before_is_no_failure_now() -> None:
    before = replace(CODE, errors=(ERROR,))
    assert confirm(RENAME, *settled(replace(RENAMED, errors=(ERROR,))), before=before).outcome is Outcome.DONE


def test_where_nobody_knows_the_errors_of_before_none_counts_as_new() -> None:
    elsewhere = replace(CODE, access_code_id="c9")
    told = confirm(RENAME, *settled(replace(RENAMED, errors=(ERROR,))), before=elsewhere)
    assert told.outcome is Outcome.DONE


def test_a_code_that_settles_before_its_answer_is_taken_is_done_all_the_same() -> None:
    confirming = Confirming(Plan(ActionId.RENAME, (RENAME,)), {})
    for event in settled(RENAMED):
        confirming.hear(event)
    confirming.take(asked(RENAME))
    assert [result.outcome for result in confirming.results] == [Outcome.DONE]


def test_a_grants_step_is_done_when_all_its_codes_are() -> None:
    step = replace(DELETE, also=("c2",))
    first = (CodeGone("c1"), CodeSettled("c1"))
    assert confirm(step, *first).outcome is Outcome.ASKED
    assert confirm(step, *first, CodeGone("c2"), CodeSettled("c2")).outcome is Outcome.DONE


def test_a_code_that_was_created_again_is_waited_for_under_its_new_id() -> None:
    step = replace(DELETE, action_id=ActionId.RECREATE)
    made = replace(CODE, access_code_id="new")
    result = replace(asked(step), created=made)
    assert confirm(step, CodeGone("c1"), CodeSettled("c1"), result=result).outcome is Outcome.ASKED
    assert confirm(step, *settled(made), result=result).outcome is Outcome.DONE
    spoilt = replace(made, errors=(ERROR,))
    assert confirm(step, *settled(spoilt), result=result).outcome is Outcome.FAILED
    assert confirm(step, CodeGone("new"), CodeSettled("new"), result=result).outcome is Outcome.FAILED


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ASKED])
def test_what_is_known_already_is_not_waited_for(outcome) -> None:
    result = StepResult(RENAME, outcome, "So it is.")
    assert confirm(RENAME, *settled(RENAMED), result=result) is result


async def test_the_wait_ends_in_time_or_when_somebody_gives_up() -> None:
    class Hurried(ManualClock):
        async def sleep(self, seconds: float) -> None:
            self.advance(seconds)

    confirming = Confirming(Plan(ActionId.RENAME, (RENAME,)), {})
    confirming.take(asked(RENAME))
    clock = Hurried(NOW)
    await confirming.wait(clock, 60)
    assert clock.monotonic() == 60
    confirming.give_up()
    await confirming.wait(clock, 60)
    assert clock.monotonic() == 60


def test_progress_is_told_now_and_then_with_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    steps = tuple(replace(DELETE, code=replace(CODE, access_code_id=f"c{number}")) for number in range(61))
    clock = ManualClock(NOW)
    lines = ProgressLines(Plan(ActionId.DELETE, steps), clock)
    for step in steps[:20]:
        clock.advance(0.5)
        lines.take(asked(step))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 5
    assert told[-1] == "20 of 61 · 120 a minute · about 2 min left"
    clock.advance(300)
    lines.take(replace(asked(steps[20]), outcome=Outcome.FAILED))
    lines.tell(steps[21], "Seam asks to wait 30 s; it is sent again then.")
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("21 of 61, 1 failed · ")
    assert told[1] == "Ann: Seam asks to wait 30 s; it is sent again then."
    for step in steps[21:]:
        lines.take(asked(step))
    assert capsys.readouterr().err.splitlines()[-1].startswith("61 of 61, 1 failed")
