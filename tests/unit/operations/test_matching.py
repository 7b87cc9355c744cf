"""Which code a lost create has made: told by all that was asked for, and in doubt nothing is made twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.matching import SKEW, NewCode, has_pin_of, match
from seam_tui.operations.plan import PlanStep, Values

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

WANTED = NewCode("lock", "Anna Meyer", Pin("481516"), NOW - DAY, NOW + DAY)
MADE = AccessCode(
    "new", "lock", "Anna Meyer", Pin("481516"), True, AccessCodeType.TIME_BOUND, AccessCodeStatus.UNSET,
    created_at=NOW + SECOND, starts_at=NOW - DAY, ends_at=NOW + DAY,
)  # fmt: skip


def _match(*codes: AccessCode, wanted: NewCode = WANTED, known: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    found = match(wanted, codes, known, NOW)
    return [code.access_code_id for code in found.same], [code.access_code_id for code in found.doubts]


def test_a_code_that_is_the_same_in_all_is_it() -> None:
    assert _match(MADE) == (["new"], [])
    assert _match(replace(MADE, is_managed=False)) == (["new"], [])


@pytest.mark.parametrize(
    "change",
    [
        {"device_id": "another lock"},
        {"is_backup": True},
        {"pin": Pin("975310")},
        {"pin": Pin("975310"), "name": "Ben"},
        {"created_at": NOW - DAY, "ends_at": NOW + 2 * DAY},
    ],
)
def test_a_code_that_is_another_in_something_certain_is_not_it(change: dict[str, object]) -> None:
    assert _match(replace(MADE, **change)) == ([], [])


def test_a_code_that_the_run_knows_is_not_it() -> None:
    assert _match(MADE, known=("new",)) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Renamed by its lock"},
        {"ends_at": NOW + 2 * DAY},
        {"starts_at": None},
        {"type": AccessCodeType.ONGOING, "ends_at": None, "starts_at": None},
        {"pin": None, "ends_at": NOW + 2 * DAY},
        {"created_at": None},
        {"created_at": NOW - SKEW - SECOND},
        {"created_at": NOW - 400 * DAY},
    ],
)
def test_a_code_that_may_be_it_is_a_doubt(change: dict[str, object]) -> None:
    assert _match(replace(MADE, **change)) == ([], ["new"])


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Anna Me"},
        {"pin": None},
        {"starts_at": NOW - DAY + SECOND / 2, "ends_at": NOW + DAY - SECOND / 2},
        {"created_at": NOW - SKEW},
        {"created_at": NOW + DAY},
    ],
)
def test_what_seam_or_a_lock_may_do_to_a_code_makes_it_no_other(change: dict[str, object]) -> None:
    """Names are shortened, PINs hidden, fractions of seconds dropped, and clocks differ."""
    assert _match(replace(MADE, **change)) == (["new"], [])


def test_a_pin_that_seam_chose_can_be_any() -> None:
    assert _match(replace(MADE, pin=Pin("975310")), wanted=replace(WANTED, pin=None)) == (["new"], [])
    assert _match(replace(MADE, name="Ben"), wanted=replace(WANTED, pin=None)) == ([], [])


def test_a_code_without_a_name_may_get_any() -> None:
    assert _match(replace(MADE, name="Code 7"), wanted=replace(WANTED, name=None)) == (["new"], [])


def test_an_ongoing_code_is_not_taken_for_one_with_an_end() -> None:
    ongoing = replace(WANTED, starts_at=None, ends_at=None)
    assert _match(MADE, wanted=ongoing) == ([], ["new"])
    made = replace(MADE, type=AccessCodeType.ONGOING, starts_at=None, ends_at=None)
    assert _match(made, wanted=ongoing) == (["new"], [])


def test_two_that_are_the_same_are_both_named() -> None:
    assert _match(MADE, replace(MADE, access_code_id="twin")) == (["new", "twin"], [])


def test_only_a_pin_that_is_shown_stands_in_the_way() -> None:
    assert has_pin_of(WANTED, MADE)
    assert not has_pin_of(WANTED, replace(MADE, pin=None))
    assert not has_pin_of(replace(WANTED, pin=None), MADE)


def test_a_new_code_is_as_the_old_one_but_for_what_the_step_names() -> None:
    old = replace(MADE, access_code_id="old", is_external_modification_allowed=True)
    step = PlanStep(ActionId.RECREATE, "Anna Meyer", code=old, device_id="lock")
    assert NewCode.of(step) == replace(WANTED, is_external_modification_allowed=True)
    assert NewCode.of(step, with_pin=False).pin is None
    named = replace(step, values=Values(name="Ben", pin=Pin("975310")))
    assert (NewCode.of(named).name, NewCode.of(named).pin) == ("Ben", Pin("975310"))
    ongoing = replace(step, code=replace(old, type=AccessCodeType.ONGOING))
    assert (NewCode.of(ongoing).starts_at, NewCode.of(ongoing).ends_at) == (None, None)
    assert NewCode.of(replace(step, code=replace(old, name=""))).name is None


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
codes = st.builds(
    AccessCode,
    access_code_id=st.sampled_from(["one", "two", "three", "four"]),
    device_id=st.sampled_from(["lock", "another"]),
    name=st.sampled_from(["Anna Meyer", "Anna Me", "Ben", ""]),
    pin=st.none() | st.sampled_from([Pin("481516"), Pin("975310")]),
    is_managed=st.booleans(),
    type=st.sampled_from(AccessCodeType),
    status=st.sampled_from(AccessCodeStatus),
    created_at=st.none() | moments | st.just(NOW),
    starts_at=st.none() | moments | st.just(NOW - DAY),
    ends_at=st.none() | moments | st.just(NOW + DAY),
    is_backup=st.booleans(),
)


@given(st.lists(codes, max_size=6), st.sets(st.sampled_from(["one", "two"])))
def test_what_is_found_was_not_known_and_a_twin_of_any_age_is_never_passed_over(
    listed: list[AccessCode], known: set[str]
) -> None:
    found = match(WANTED, listed, known, NOW)
    assert not known & {code.access_code_id for code in (*found.same, *found.doubts)}
    assert not set(map(id, found.same)) & set(map(id, found.doubts))
    for code in listed:
        is_twin = (code.name, code.pin, code.starts_at, code.ends_at, code.device_id) == (
            WANTED.name, WANTED.pin, WANTED.starts_at, WANTED.ends_at, WANTED.device_id
        )  # fmt: skip
        if is_twin and code.access_code_id not in known and not code.is_backup:
            assert any(code is other for other in (*found.same, *found.doubts))
