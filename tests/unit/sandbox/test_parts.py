"""The small parts of the sandbox by themselves."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.sandbox.clock import SandboxClock, iso, parse_time
from seam_tui.sandbox.code_rules import broken_rule
from seam_tui.sandbox.errors import ApiError
from seam_tui.sandbox.limits import PER_MINUTE, WINDOWS, Window, WriteLimits
from seam_tui.sandbox.makers import MAKERS, constraint_json
from seam_tui.sandbox.paging import page
from seam_tui.sandbox.params import Params, parse_query
from seam_tui.sandbox.records import Code, Device
from seam_tui.sandbox.seeds import Seeds

START = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def test_a_clock_runs_at_its_speed_and_keeps_the_present_when_the_speed_changes() -> None:
    real = [100.0]
    clock = SandboxClock(START, speed=60, source=lambda: real[0])
    real[0] += 2
    assert clock.now() == START + timedelta(minutes=2)
    clock.speed = 0
    real[0] += 50
    assert clock.now() == START + timedelta(minutes=2)
    clock.advance(timedelta(hours=1))
    assert clock.now() == START + timedelta(hours=1, minutes=2)
    clock.set(START)
    assert clock.now() == START


def test_a_clock_refuses_to_run_backwards_or_without_a_zone() -> None:
    clock = SandboxClock(START)
    with pytest.raises(ValueError, match="backwards"):
        clock.speed = -1
    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2026, 1, 1))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_a_moment_survives_being_written_and_read(moment: datetime) -> None:
    assert abs(parse_time(iso(moment.timestamp())) - moment.timestamp()) < 0.0011


@given(st.integers(0, 60), st.integers(1, 20))
def test_pages_together_are_the_whole_list(size: int, limit: int) -> None:
    records, seen, cursor = list(range(size)), [], None
    while True:
        values = {"limit": limit} | ({"page_cursor": cursor} if cursor else {})
        shown, pagination = page(records, Params(values), 500, "http://sandbox.example/x")
        seen += shown
        cursor = pagination["next_page_cursor"]
        if not pagination["has_next_page"]:
            break
        assert cursor.isalpha()
        assert str(cursor) in str(pagination["next_page_url"])
    assert seen == records


@pytest.mark.parametrize("cursor", ["nonsense", "a" * 23, "0" * 24, "q" * 24])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ApiError):
        page([1, 2, 3], Params({"page_cursor": cursor}), 2, "http://sandbox.example/x")


def test_a_query_string_says_arrays_in_every_spelling() -> None:
    query = "device_ids=a&device_ids=b,c&event_types=&between[]=x&limit=5&_strict=true&custom_metadata_has.k=v"
    assert parse_query(query) == {
        "device_ids": ["a", "b", "c"],
        "event_types": [],
        "between": ["x"],
        "limit": "5",
        "custom_metadata_has": {"k": "v"},
    }


@given(st.integers(), st.booleans(), st.sampled_from([4, 6, 9]))
def test_a_pin_from_the_seed_breaks_no_makers_rule(seed: int, traceable: bool, length: int) -> None:
    seeds = Seeds(seed, traceable=traceable)
    rules = tuple(constraint_json(rule) for maker in MAKERS.values() for rule in maker.constraints)
    pin = seeds.pin(length)
    lock = Device("d", "a", "august", "Lock", 0.0, "Model", lengths=(len(pin),), constraints=rules)
    assert broken_rule(lock, pin, None) is None


@given(st.integers())
def test_a_traceable_id_has_no_run_of_four_digits(seed: int) -> None:
    seeds = Seeds(seed, traceable=True)
    runs = "".join(char if char.isdigit() else " " for char in seeds.uuid()).split()
    assert all(len(run) < 4 for run in runs)


spans = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(0, 100), st.floats(1, 100)).map(lambda pair: (pair[0], pair[0] + pair[1])),
)


@given(spans, spans)
def test_whether_two_spans_meet_does_not_depend_on_who_asks(
    one: tuple[float | None, float | None], other: tuple[float | None, float | None]
) -> None:
    first = Code("1", "d", None, None, 0.0, *one)
    second = Code("2", "d", None, None, 0.0, *other)
    assert first.overlaps(*other) == second.overlaps(*one)
    assert first.overlaps(*one)


def test_a_limit_slides() -> None:
    limits = WriteLimits()
    for second in range(PER_MINUTE["create"]):
        limits.spend("create", "lock", float(second))
    with pytest.raises(ApiError) as refused:
        limits.spend("create", "lock", 59.0)
    assert refused.value.headers == {"retry-after": "1"}
    limits.spend("create", "lock", 60.0)
    with pytest.raises(ApiError):
        limits.spend("create", "lock", 60.5)
    limits.spend("create", "another lock", 60.5)
    limits.spend("update", "lock", 60.5)


def test_a_fixed_window_begins_anew_with_every_minute_on_the_clock() -> None:
    limits = WriteLimits(window="fixed")
    for _ in range(PER_MINUTE["create"]):
        limits.spend("create", "lock", 659.0)
    with pytest.raises(ApiError) as refused:
        limits.spend("create", "lock", 659.5)
    assert refused.value.headers == {"retry-after": "1"}
    for _ in range(PER_MINUTE["create"]):
        limits.spend("create", "lock", 660.0)
    with pytest.raises(ApiError) as refused:
        limits.spend("create", "lock", 661.0)
    assert refused.value.headers == {"retry-after": "59"}


@given(st.lists(st.floats(0.0, 30.0), max_size=60), st.sampled_from(WINDOWS))
def test_who_waits_as_long_as_a_refusal_says_is_let_through(gaps: list[float], window: Window) -> None:
    limits, now = WriteLimits(window=window), 1000.0
    for gap in gaps:
        now += gap
        try:
            limits.spend("create", "lock", now)
        except ApiError as refused:
            now += int((refused.headers or {})["retry-after"])
            limits.spend("create", "lock", now)


@given(st.lists(st.floats(0.0, 30.0), max_size=60), st.sampled_from(WINDOWS))
def test_no_minute_takes_more_than_the_limit(gaps: list[float], window: Window) -> None:
    limits, now, taken = WriteLimits(window=window), 1000.0, []
    for gap in gaps:
        now += gap
        with contextlib.suppress(ApiError):
            limits.spend("create", "lock", now)
            taken.append(now)
    for start in taken if window == "sliding" else range(960, int(now) + 60, 60):
        assert sum(start <= moment < start + 60 for moment in taken) <= PER_MINUTE["create"]
