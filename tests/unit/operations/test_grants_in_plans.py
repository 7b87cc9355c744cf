"""Plans act through access grants: each grant once, and nothing is lost on the way."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.pin import Pin
from seam_tui.operations.grants import Grants, with_grants
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOOKING = AccessGrant("g1", "Booking", NOW - HOUR, NOW + 9 * HOUR, access_method_count=2)
OTHER = AccessGrant("g2", "", NOW + HOUR, NOW + 9 * HOUR, access_method_count=1)
TIMES = Values(starts_at=NOW, ends_at=NOW + HOUR)
BASE = AccessCode("c", "d", "Guest", None, True, AccessCodeType.TIME_BOUND, AccessCodeStatus.SET)


def step(action: ActionId, code: str, values: Values | None = None, **fields: object) -> PlanStep:
    record = replace(BASE, access_code_id=code, name=f"Guest of {code}")
    made = PlanStep(action, record.title, record, "d", values=values or Values())
    return replace(made, **fields)  # type: ignore[arg-type]


def plan_of(*steps: PlanStep, action: ActionId = ActionId.DELETE, **fields: object) -> Plan:
    made = Plan(action, steps, friction=Friction.CONFIRM)
    return replace(made, **fields)  # type: ignore[arg-type]


def owned_by(grant: AccessGrant, *codes: str, free: tuple[str, ...] = ()) -> Grants:
    return Grants({**dict.fromkeys(codes, (grant,)), **dict.fromkeys(free, ())})


def test_a_code_of_a_grant_is_deleted_by_ending_the_grant() -> None:
    plan = with_grants(plan_of(step(ActionId.DELETE, "c1")), owned_by(BOOKING, "c1"), NOW)
    (made,) = plan.steps
    assert (made.grant, made.access_code_id, made.also) == (BOOKING, "c1", ())
    assert made.title == "Access grant “Booking” (2 credentials)"
    assert plan.notes == (
        "The access grant “Booking” ends with all its 2 credentials, on all its doors. It is valid now.",
    )
    assert not plan.refusals


def test_the_codes_of_one_grant_are_deleted_in_one_step() -> None:
    steps = [step(ActionId.DELETE, code) for code in ("c1", "c2", "c3", "c4")]
    plan = with_grants(plan_of(*steps), owned_by(BOOKING, "c1", "c3", free=("c2", "c4")), NOW)
    assert [made.access_code_id for made in plan.steps] == ["c1", "c2", "c4"]
    assert [made.also for made in plan.steps] == [("c3",), (), ()]
    assert plan.notes[0] == "2 of these belong to access grants. Each grant is asked once, for all that it made."
    assert plan.is_bulk


def test_new_times_go_to_the_grant() -> None:
    steps = [step(ActionId.CHANGE_TIMES, code, TIMES) for code in ("c1", "c2")]
    plan = with_grants(plan_of(*steps, action=ActionId.CHANGE_TIMES), owned_by(BOOKING, "c1", "c2"), NOW)
    (made,) = plan.steps
    assert (made.grant, made.values, made.also) == (BOOKING, TIMES, ("c2",))
    assert "gets the new times for all its 2 credentials" in plan.notes[-1]


def test_codes_of_one_grant_that_would_get_different_times_are_all_left_out() -> None:
    steps = [step(ActionId.CHANGE_TIMES, "c1", TIMES), step(ActionId.CHANGE_TIMES, "c2", replace(TIMES, ends_at=None))]
    plan = with_grants(plan_of(*steps, action=ActionId.CHANGE_TIMES), owned_by(BOOKING, "c1", "c2"), NOW)
    assert not plan.steps
    assert [refusal.access_code_id for refusal in plan.left_out] == ["c1", "c2"]
    assert [refusal.title for refusal in plan.left_out] == ["Guest of c1", "Guest of c2"]
    assert all("different times" in refusal.reason for refusal in plan.left_out)


REFUSED = {
    ActionId.CHANGE_PIN: "its PIN is the grant's.",
    ActionId.GENERATE_PIN: "its PIN is the grant's.",
    ActionId.RENAME: "its name is the grant's.",
    ActionId.MAKE_ONGOING: "its times are the grant's.",
    ActionId.ALLOW_EXTERNAL_MODIFICATION: "the grant's to say.",
    ActionId.FORBID_EXTERNAL_MODIFICATION: "the grant's to say.",
    ActionId.RECREATE: "a new code would come back",
    ActionId.CONVERT_TO_MANAGED: "would put its own state back",
    ActionId.PULL_BACKUP: "Seam pulls backups for access grants by itself.",
}


@pytest.mark.parametrize("action", REFUSED)
def test_what_a_grant_would_put_back_is_refused_on_one_code_and_left_out_of_many(action: ActionId) -> None:
    grants = owned_by(BOOKING, "c1", free=("c2",))
    alone = with_grants(plan_of(step(action, "c1"), action=action), grants, NOW)
    assert (alone.steps, alone.left_out) == ((), ())
    (reason,) = alone.refusals
    assert reason.startswith("It belongs to the access grant “Booking”")
    assert REFUSED[action] in reason
    many = with_grants(plan_of(step(action, "c1"), step(action, "c2"), action=action), grants, NOW)
    assert many.left_out == (Refusal("c1", "Guest of c1", reason),)
    assert [made.access_code_id for made in many.steps] == ["c2"]
    assert many.notes == ("1 of these belongs to an access grant. It is left out.",)


@pytest.mark.parametrize(
    "values",
    [
        replace(TIMES, pin=Pin("482915")),
        replace(TIMES, name="New"),
        replace(TIMES, is_external_modification_allowed=True),
        Values(code_type=AccessCodeType.ONGOING),
    ],
)
def test_times_that_come_with_something_else_are_refused(values: Values) -> None:
    changed = plan_of(step(ActionId.CHANGE_TIMES, "c1", values), action=ActionId.CHANGE_TIMES)
    plan = with_grants(changed, owned_by(BOOKING, "c1"), NOW)
    assert not plan.steps
    assert "only its start and end can be changed" in plan.refusals[0]


def test_a_code_of_two_grants_is_left_to_a_person() -> None:
    plan = with_grants(plan_of(step(ActionId.DELETE, "c1")), Grants({"c1": (BOOKING, OTHER)}), NOW)
    assert not plan.steps
    assert "2 access grants (“Booking”, “unnamed grant”)" in plan.refusals[0]


def test_an_undo_puts_values_back_and_makes_no_second_code_beside_the_grants_own() -> None:
    steps = [step(ActionId.UNDO, "c1"), step(ActionId.UNDO, "c2", makes_new=True)]
    plan = with_grants(plan_of(*steps, action=ActionId.UNDO), owned_by(BOOKING, "c1", "c2"), NOW)
    assert plan.steps == (steps[0],)
    assert [refusal.access_code_id for refusal in plan.left_out] == ["c2"]
    assert "by itself" in plan.left_out[0].reason


def test_codes_whose_grants_are_not_known_are_told_and_stay() -> None:
    steps = [step(ActionId.DELETE, code) for code in ("c1", "c2", "c3")]
    plan = with_grants(plan_of(*steps), Grants({"c1": ()}), NOW)
    assert plan.steps == tuple(steps)
    assert plan.notes == (
        "Access grants are not known for 2 of these codes: what belongs to a grant is put back by it.",
    )
    alone = with_grants(plan_of(steps[0]), Grants(), NOW)
    assert alone.notes == ("Access grants are not known for this code: what belongs to a grant is put back by it.",)


def test_a_server_without_a_look_up_is_told_of_once() -> None:
    plan = with_grants(plan_of(step(ActionId.DELETE, "c1"), step(ActionId.DELETE, "c2")), Grants(no_route=True), NOW)
    assert plan.notes == ("Access grants not known: this server has no look-up for them.",)
    nothing_to_know = plan_of(replace(step(ActionId.DELETE, "c1"), code=replace(BASE, is_managed=False)))
    assert with_grants(nothing_to_know, Grants(no_route=True), NOW) == nothing_to_know


def test_a_grant_with_many_doors_asks_for_the_count() -> None:
    wide = replace(BOOKING, access_method_count=10)
    plan = plan_of(step(ActionId.DELETE, "c1"))
    assert with_grants(plan, owned_by(wide, "c1"), NOW).friction is Friction.TYPE_COUNT
    assert with_grants(plan, owned_by(BOOKING, "c1"), NOW).friction is Friction.CONFIRM


def test_notes_name_a_few_grants_and_count_the_rest() -> None:
    codes = [f"c{number}" for number in range(8)]
    grants = Grants({code: (replace(BOOKING, access_grant_id=code, name=code),) for code in codes})
    plan = with_grants(plan_of(*(step(ActionId.DELETE, code) for code in codes)), grants, NOW)
    assert len(plan.steps) == 8
    assert plan.notes[-1] == "The same holds for 3 more access grants."
    assert len(plan.notes) == 7


# -- always -----------------------------------------------------------------------------------------------------------

IDS = [f"c{number}" for number in range(6)]
ACTIONS_ON_CODES = [action for action in ActionId if ACTIONS[action].target == "access_code"]
owners = st.sampled_from([(), (BOOKING,), (OTHER,), (BOOKING, OTHER)])
books = st.builds(Grants, st.dictionaries(st.sampled_from(IDS), owners), st.booleans())
values = st.sampled_from([Values(), TIMES, replace(TIMES, ends_at=NOW + 2 * HOUR), replace(TIMES, name="New")])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    actions = st.sampled_from([ActionId.DELETE, ActionId.CHANGE_TIMES, *ACTIONS_ON_CODES])
    steps = []
    for code in ids:
        made = step(draw(actions), code, draw(values), makes_new=draw(st.booleans()))
        kinds = st.fixed_dictionaries({}, optional={"is_managed": st.just(False), "is_backup": st.just(True)})
        steps.append(replace(made, code=replace(made.code or BASE, **draw(kinds))))
    if draw(st.booleans()):
        steps.append(PlanStep(ActionId.LOCK, "Door", device_id="d"))
    left_out = draw(st.sampled_from([(), (Refusal("left", "Left", "out"),)]))
    friction = draw(st.sampled_from(Friction))
    return Plan(ActionId.DELETE, tuple(steps), notes=("Note.",), friction=friction, left_out=left_out)


def codes_of(plan: Plan) -> Counter[str]:
    """Every code of a plan, wherever it stands."""
    ids = [code for made in plan.steps for code in (made.access_code_id, *made.also) if code is not None]
    return Counter([*ids, *(refusal.access_code_id for refusal in plan.left_out)])


@given(plans(), books)
def test_no_code_is_lost_and_none_stands_twice(plan: Plan, grants: Grants) -> None:
    made = with_grants(plan, grants, NOW)
    if plan.is_bulk or not plan.steps:
        assert codes_of(made) == codes_of(plan)
        assert made.refusals == plan.refusals
    else:
        assert len(made.steps) + len(made.refusals) == 1
        assert made.steps == () or codes_of(made) == codes_of(plan)
    assert sum(asked.code is None for asked in made.steps) == sum(asked.code is None for asked in plan.steps)


@given(plans(), books)
def test_each_grant_is_asked_once_and_no_code_of_one_is_changed_past_it(plan: Plan, grants: Grants) -> None:
    made = with_grants(plan, grants, NOW)
    asked = Counter(one.grant.access_grant_id for one in made.steps if one.grant is not None)
    assert not asked or max(asked.values()) == 1
    for one in made.steps:
        if one.grant is not None:
            assert one.action_id in {ActionId.DELETE, ActionId.CHANGE_TIMES}
            assert all(grants.all_of(code) == (one.grant,) for code in (one.access_code_id or "", *one.also))
        elif one.code is not None and one.code.is_managed and not one.code.is_backup and ACTIONS[one.action_id].writes:
            is_put_back = one.action_id is ActionId.UNDO and not one.makes_new
            assert is_put_back or not grants.all_of(one.code.access_code_id)


@given(plans(), books)
def test_friction_is_never_lowered_and_notes_are_kept(plan: Plan, grants: Grants) -> None:
    made = with_grants(plan, grants, NOW)
    if made.steps:
        assert made.friction >= plan.friction
        assert made.notes[: len(plan.notes)] == plan.notes


@given(plans(), books)
def test_a_plan_that_acts_through_grants_stays_as_it_is(plan: Plan, grants: Grants) -> None:
    once = with_grants(plan, grants, NOW)
    again = with_grants(once, grants, NOW)
    assert again.steps == once.steps
    assert again.left_out == once.left_out
    assert again.friction == once.friction


@given(plans(), books)
def test_steps_that_no_grant_owns_keep_their_order(plan: Plan, grants: Grants) -> None:
    made = with_grants(plan, grants, NOW)
    free = [one for one in made.steps if one.grant is None]
    assert free == [one for one in plan.steps if one in free]
