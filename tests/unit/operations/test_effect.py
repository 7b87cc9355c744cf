"""How a write shows on its code: what took effect, what may yet, and what proves nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType, PendingMutation
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import FieldChange, Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.operations.checks import UPDATES
from seam_tui.operations.effect import REMOVALS, needs_read_first, send, took_effect
from seam_tui.operations.plan import PlanStep, Values

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAY = timedelta(days=1)
REMOVING = AccessCodeStatus.REMOVING
A = ActionId
CODE = AccessCode("c1", "d1", "Guest", Pin("482915"), True, AccessCodeType.TIME_BOUND, AccessCodeStatus.SET,
                  starts_at=NOW, ends_at=NOW + DAY)  # fmt: skip
NOT_GONE = Issue(IssueKind.ERROR, "failed_to_delete", IssueLevel.ACCESS_CODE, "")


def _step(action: ActionId, code: AccessCode = CODE, *, force: bool = False, **values: object) -> PlanStep:
    return PlanStep(action, "Guest", code=code, device_id="d1", values=Values(**values), force=force)


def _asked(**changes: object) -> AccessCode:
    """The code while a change is pending."""
    fields = tuple(FieldChange(name, None, value) for name, value in changes.items())
    return replace(CODE, pending_mutations=(PendingMutation("updating", "", changes=fields),))


@pytest.mark.parametrize("action", sorted(REMOVALS))
@pytest.mark.parametrize(("current", "expected"), [(None, True), (CODE, False), (replace(CODE, status=REMOVING), True)])
def test_a_removal_shows_when_the_code_goes(action, current, expected) -> None:
    assert took_effect(_step(action), current) is expected


def test_a_removal_that_is_asked_for_again_shows_only_when_the_code_is_gone() -> None:
    stuck = replace(CODE, status=REMOVING, errors=(NOT_GONE,))
    assert not took_effect(_step(A.DELETE, stuck), stuck)
    assert took_effect(_step(A.DELETE, stuck), None)


@pytest.mark.parametrize(
    ("step", "current", "expected"),
    [
        (_step(A.CHANGE_PIN, pin=Pin("135790")), CODE, False),
        (_step(A.CHANGE_PIN, pin=Pin("135790")), replace(CODE, pin=Pin("135790")), True),
        (_step(A.CHANGE_PIN, pin=Pin("135790")), _asked(code=Pin("135790")), True),
        (_step(A.CHANGE_PIN, pin=Pin("135790")), _asked(code=Pin("246801")), False),
        (_step(A.RENAME, name="New"), CODE, False),
        (_step(A.RENAME, name="New\x1b[31m"), replace(CODE, name=plain_text("New\x1b[31m")), True),
        (_step(A.CHANGE_TIMES, starts_at=NOW, ends_at=NOW + 2 * DAY), CODE, False),
        (_step(A.CHANGE_TIMES, starts_at=NOW, ends_at=NOW + 2 * DAY), replace(CODE, ends_at=NOW + 2 * DAY), True),
        (_step(A.MAKE_ONGOING, code_type=AccessCodeType.ONGOING), CODE, False),
        (_step(A.MAKE_ONGOING, code_type=AccessCodeType.ONGOING), _asked(starts_at=None, ends_at=None), True),
        (_step(A.MAKE_ONGOING, code_type=AccessCodeType.ONGOING), _asked(ends_at=NOW + 2 * DAY), False),
        (_step(A.MAKE_ONGOING, code_type=AccessCodeType.ONGOING), replace(CODE, type=AccessCodeType.ONGOING), True),
        (_step(A.ALLOW_EXTERNAL_MODIFICATION, is_external_modification_allowed=True), CODE, False),
        (_step(A.ALLOW_EXTERNAL_MODIFICATION, is_external_modification_allowed=True),
         replace(CODE, is_external_modification_allowed=True), True),
        (_step(A.CONVERT_TO_MANAGED), replace(CODE, is_managed=False), False),
        (_step(A.CONVERT_TO_MANAGED), CODE, True),
        (_step(A.CONVERT_TO_MANAGED, force=True), CODE, False),
        (_step(A.PULL_BACKUP), CODE, False),
        (_step(A.PULL_BACKUP), replace(CODE, pulled_backup_access_code_id="b1"), True),
    ],
)  # fmt: skip
def test_a_change_shows_on_the_code_or_among_what_it_waits_for(step, current, expected) -> None:
    assert took_effect(step, current) is expected


@pytest.mark.parametrize("action", sorted(UPDATES | {A.CONVERT_TO_MANAGED, A.PULL_BACKUP}))
def test_a_code_that_is_gone_shows_no_change(action) -> None:
    assert not took_effect(_step(action, name="New"), None)


names = st.none() | st.text("abc", min_size=1, max_size=2)
moments = st.integers(0, 3).map(lambda days: NOW + days * DAY)
pins = st.none() | st.sampled_from([Pin("482915"), Pin("135790")])


@given(names, pins, moments, moments, st.none() | st.booleans())
def test_all_that_was_asked_has_to_show_and_part_of_it_does_not_do(name, pin, starts_at, ends_at, allowed) -> None:
    step = _step(
        A.CHANGE_TIMES, name=name, pin=pin, starts_at=starts_at, ends_at=ends_at,
        is_external_modification_allowed=allowed,
    )  # fmt: skip
    wanted = {"name": name, "pin": pin, "starts_at": starts_at, "ends_at": ends_at,
              "is_external_modification_allowed": allowed}  # fmt: skip
    done = replace(CODE, **{field: value for field, value in wanted.items() if value is not None})
    assert took_effect(step, done)
    assert took_effect(step, CODE) is (done == CODE)


@pytest.mark.parametrize("action", sorted(action for action in ActionId if not ACTIONS[action].writes))
async def test_what_only_looks_sends_nothing(bench, action) -> None:
    assert not needs_read_first(_step(action))
    with pytest.raises(ValueError, match="sends nothing"):
        await send(bench.client, _step(action))
    assert len(bench.sandbox.requests) == 0


async def test_freeing_slots_is_sent_as_the_deletions_that_were_chosen(bench) -> None:
    with pytest.raises(ValueError, match="sends nothing"):
        await send(bench.client, _step(A.FREE_SLOTS))


ALONE = {A.FREE_SLOTS, A.RECONNECT_ACCOUNT}


@pytest.mark.parametrize(
    "action", sorted(action for action in ActionId if ACTIONS[action].writes and action not in ALONE)
)
async def test_a_step_that_names_nothing_to_act_on_is_a_mistake_of_ours(bench, action) -> None:
    with pytest.raises(ValueError, match="needs"):
        await send(bench.client, PlanStep(action, ""))
    assert len(bench.sandbox.requests) == 0
