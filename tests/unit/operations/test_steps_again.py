"""A step that is read from the journal is the one that was planned, and its state tells what is left of it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.action import ActionId
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import MASK
from seam_tui.operations.journal_lines import decode, encode
from seam_tui.operations.journal_records import (
    Created,
    Ended,
    Finished,
    Gone,
    Header,
    Intent,
    Outcome,
    PinKept,
    Planned,
    RunRecord,
    SendKind,
    Withdrawn,
    planned_records,
)
from seam_tui.operations.journal_state import StepState, fold
from seam_tui.operations.plan import PlanStep, Values, changes_of
from seam_tui.operations.resuming import sends_of, step_of
from seam_tui.seam_api.pacing import SentAt, WriteKind
from tests.unit.operations.journal_making import DAY, NOW, a_code, codes, moments, names, pins

HEADER = Header(
    run_id="abc", workspace_id="w", workspace_name="n", action="delete", created_at=NOW, count=1, endpoint="e"
)
values = st.builds(
    Values,
    pin=st.none() | pins,
    name=st.none() | names,
    starts_at=st.none() | moments,
    ends_at=st.none() | moments,
    is_external_modification_allowed=st.none() | st.booleans(),
    time_zone=st.none() | names,
)
steps = st.builds(
    PlanStep,
    action_id=st.sampled_from(ActionId),
    name=names,
    code=st.none() | codes,
    device_id=st.none() | names,
    connected_account_id=st.none() | names,
    values=values,
    force=st.booleans(),
    grant=st.none() | names.map(lambda name: AccessGrant(name, "")),
    also=st.lists(names, max_size=2).map(tuple),
    makes_new=st.booleans(),
    wait_until_gone=st.none() | names,
    asked_on=st.none() | names,
)


def _state(step: PlanStep, *records: RunRecord) -> StepState:
    written = planned_records(1, step)
    lines = [decode(encode(record)) for record in written if isinstance(record, Planned)]
    kept = [record for record in written if isinstance(record, PinKept)]
    return fold(HEADER, [*lines, *records], kept).steps[1]  # type: ignore[list-item]


@given(steps)
def test_a_step_comes_back_as_it_was_planned(step: PlanStep) -> None:
    again = step_of(_state(step))
    grant = None if step.grant is None else step.grant.access_grant_id
    assert grant == (None if again.grant is None else again.grant.access_grant_id)
    shown = () if step.code is None else changes_of(step.code, step.values)
    assert replace(again, grant=None) == replace(step, grant=None, changes=shown)


def test_no_field_of_a_step_is_forgotten() -> None:
    """A field that is new in a plan has to be kept in the journal too, or said to be left out."""
    kept = {item.name for item in fields(Planned)} | {"action_id", "name", "changes", "grant"}
    assert {item.name for item in fields(PlanStep)} <= kept


DELETING = Intent(step=1, kind=SendKind.DELETE, at=NOW)
CREATING = Intent(step=1, kind=SendKind.CREATE, at=NOW)
GONE = Gone(step=1, at=NOW)
WITHDRAWN = Withdrawn(step=1, at=NOW)
CREATED = Created(step=1, access_code_id="new", at=NOW)
RECREATE = PlanStep(ActionId.RECREATE, "Guest", code=a_code(), device_id="lock-a")
AGAIN = PlanStep(ActionId.UNDO, "Guest", code=a_code(), device_id="lock-a", makes_new=True)


def _ended(outcome: Outcome) -> Ended:
    return Ended(step=1, outcome=outcome, at=NOW)


@pytest.mark.parametrize(
    ("step", "records", "is_settled"),
    [
        (RECREATE, (), False),
        (RECREATE, (DELETING,), False),
        (RECREATE, (DELETING, _ended(Outcome.FAILED)), True),
        (RECREATE, (DELETING, _ended(Outcome.UNKNOWN)), False),
        (RECREATE, (DELETING, GONE), False),
        (RECREATE, (DELETING, GONE, CREATING, WITHDRAWN, _ended(Outcome.FAILED)), False),
        (RECREATE, (DELETING, GONE, CREATING, CREATED), False),
        (RECREATE, (DELETING, GONE, CREATING, CREATED, _ended(Outcome.ASKED)), True),
        (AGAIN, (CREATING, WITHDRAWN, _ended(Outcome.FAILED)), False),
        (AGAIN, (GONE, _ended(Outcome.FAILED)), False),
        (AGAIN, (_ended(Outcome.SKIPPED),), True),
        (replace(RECREATE, action_id=ActionId.DELETE), (DELETING, GONE, _ended(Outcome.FAILED)), True),
    ],
)
def test_a_step_whose_code_is_missing_is_never_settled(
    step: PlanStep, records: tuple[RunRecord, ...], is_settled: bool
) -> None:
    assert _state(step, *records).is_settled == is_settled


def test_a_missing_code_that_nobody_can_make_any_more_is_settled() -> None:
    state = replace(_state(RECREATE, DELETING, GONE, _ended(Outcome.FAILED)), old_pin=None)
    assert state.is_forgotten
    assert state.is_settled


def test_a_step_is_forgotten_with_its_pins_or_the_names_that_held_them() -> None:
    assert not _state(RECREATE).is_forgotten
    assert not _state(replace(RECREATE, code=a_code(pin=None))).is_forgotten
    sent = _state(replace(RECREATE, values=Values(pin=a_code().pin)))
    assert not sent.is_forgotten
    assert replace(sent, sent_pin=None).is_forgotten
    assert _state(replace(RECREATE, code=a_code(name=f"Anna {MASK}"))).is_forgotten
    assert _state(replace(RECREATE, values=Values(name=MASK))).is_forgotten


def test_an_open_intent_counts_for_the_limits_as_late_as_its_call_could_last() -> None:
    def sends(*records: RunRecord, step: PlanStep = RECREATE, later: float = 100.0) -> list[SentAt]:
        lines = [record for record in planned_records(1, step) if isinstance(record, Planned)]
        run = fold(HEADER, [*lines, *records])
        return list(sends_of(run, NOW + DAY * later / 86_400, 30.0))

    half_a_minute = DAY / 2880
    assert sends() == []
    assert sends(DELETING) == [SentAt("lock-a", WriteKind.DELETE, NOW + half_a_minute)]
    assert sends(DELETING, later=10.0) == [SentAt("lock-a", WriteKind.DELETE, NOW + half_a_minute / 3)]
    assert sends(DELETING, GONE, CREATING) == [SentAt("lock-a", WriteKind.CREATE, NOW + half_a_minute)]
    assert sends(DELETING, WITHDRAWN) == []
    assert sends(Finished(at=NOW)) == []


def test_an_action_of_another_release_is_not_guessed_at() -> None:
    state = _state(RECREATE)
    with pytest.raises(ValueError, match="teleport"):
        step_of(replace(state, planned=replace(state.planned, action="teleport")))
