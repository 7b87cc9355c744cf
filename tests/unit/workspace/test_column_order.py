"""Lists ordered by a column: natural names, what is missing last, equal rows by urgency, and kept true step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Battery, Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import VEIL
from seam_tui.workspace import column_order
from seam_tui.workspace.column_order import CodeOrders, ColumnSort, arranged
from seam_tui.workspace.column_values import CODE_COLUMN_KEYS, DEVICE_COLUMN_KEYS, code_values, device_value, natural
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import order_for_triage, status_in_words, status_without_time

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ERROR = Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "Failed.")
SORTS = [ColumnSort(column, reverse) for column in CODE_COLUMN_KEYS for reverse in (False, True)]


def code_of(number: int, **fields: object) -> AccessCode:
    code = AccessCode(
        f"c{number}", f"d{number % 3}", "", None, True, AccessCodeType.TIME_BOUND, AccessCodeStatus.SET, NOW
    )
    return replace(code, **fields)  # type: ignore[arg-type]


CODES = st.builds(
    code_of,
    st.integers(0, 40),
    name=st.sampled_from(["", "Room 2", "room 10", "Room 1", "Zoe", "anna"]),
    pin=st.none() | st.just(Pin("1234")),
    status=st.sampled_from(AccessCodeStatus),
    starts_at=st.none() | st.integers(-50, 50).map(lambda hours: NOW + timedelta(hours=hours)),
    ends_at=st.none() | st.integers(-50, 50).map(lambda hours: NOW + timedelta(hours=hours)),
    errors=st.sampled_from([(), (ERROR,)]),
    is_offline_access_code=st.booleans(),
    is_waiting_for_code_assignment=st.booleans(),
)
PAGES = st.lists(st.lists(CODES, max_size=20), max_size=6)


def store_of(*codes: AccessCode) -> WorkspaceStore:
    store = WorkspaceStore()
    store.apply_devices([Device(f"d{number}", f"Lock {12 - number}", "lock") for number in range(3)])
    store.apply_codes(codes)
    return store


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders of a handful of codes are made step by step, as those of 100,000 are."""
    monkeypatch.setattr(column_order, "_AT_ONCE", 4)
    monkeypatch.setattr(column_order, "_STEP", 3)
    monkeypatch.setattr(column_order, "_STEPS_OF_RUNS", 2)
    monkeypatch.setattr(column_order, "_ANEW", 2)


@pytest.mark.usefixtures("small_steps")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(CODES, min_size=8, max_size=40), PAGES, st.data())
def test_an_order_made_in_steps_while_codes_change_is_the_order_made_at_once(
    first: list[AccessCode], pages: list[list[AccessCode]], data: st.DataObject
) -> None:
    store = store_of(*first)
    triage = TriageOrder(store, NOW)
    orders = CodeOrders(store, triage)
    for page in pages:
        orders.choose(data.draw(st.none() | st.sampled_from(SORTS)))
        orders.prepare(NOW, data.draw(st.integers(0, 30)))
        changes = store.apply_codes(page)
        changes = changes.merge(store.remove_code(data.draw(st.sampled_from([f"c{n}" for n in range(41)]))))
        triage.apply(changes, NOW)
        orders.touch(changes.codes.touched)
        if data.draw(st.booleans()):
            orders.ids(NOW)  # what is looked at is kept true, and has to stay so when another one is chosen
    while not orders.prepare(NOW, 100):
        pass
    for sort in SORTS:
        orders.choose(sort)
        assert not orders.is_waiting
        assert list(orders.ids(NOW)) == arranged(order_for_triage(store, store.codes.values(), NOW), sort, store, NOW)


@pytest.mark.usefixtures("small_steps")
def test_an_order_that_was_left_and_is_chosen_again_holds_what_changed_while_it_was_looked_at() -> None:
    store = store_of(*(code_of(number, name=f"{number}") for number in range(9)))
    triage = TriageOrder(store, NOW)
    orders = CodeOrders(store, triage)
    while not orders.prepare(NOW, 100):
        pass
    orders.choose(ColumnSort("name"))
    changes = store.remove_code("c4").merge(store.apply_codes([code_of(0, name="99")]))
    triage.apply(changes, NOW)
    orders.touch(changes.codes.touched)
    looked_at = list(orders.ids(NOW))
    orders.choose(ColumnSort("ends"))
    orders.choose(ColumnSort("name"))
    assert list(orders.ids(NOW)) == looked_at == ["c1", "c2", "c3", "c5", "c6", "c7", "c8", "c0"]


@pytest.mark.usefixtures("small_steps")
def test_until_an_order_is_made_the_most_urgent_stay_first() -> None:
    store = store_of(*(code_of(number, name=f"{9 - number}") for number in range(9)))
    triage = TriageOrder(store, NOW)
    orders = CodeOrders(store, triage)
    orders.choose(ColumnSort("ends"))
    assert orders.is_waiting
    assert list(orders.ids(NOW)) == list(triage.ids)
    orders.choose(ColumnSort("name", reverse=True))
    steps = 0
    while orders.is_waiting:
        orders.prepare(NOW, 1)
        steps += 1
    assert 1 < steps < 20  # what was chosen comes first, and only its own direction is waited for
    assert list(orders.ids(NOW)) == [f"c{number}" for number in range(9)]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("steps", [0, 2, 100])
def test_names_are_ordered_anew_as_they_are_shown_when_share_mode_is_switched(steps: int) -> None:
    store = store_of(*(code_of(number, name=f"Guest of room {number}") for number in range(30)))
    orders = CodeOrders(store, TriageOrder(store, NOW))
    orders.choose(ColumnSort("name"))
    orders.prepare(NOW, steps)
    VEIL.is_drawn = True
    orders.forget("name")
    assert orders.is_waiting
    while orders.is_waiting:
        orders.prepare(NOW, 1)
    shown = [store.codes[key].title for key in orders.ids(NOW)]
    assert shown == sorted(shown, key=natural)
    assert all(title.startswith("Guest ") and len(title) < 12 for title in shown)


@given(st.lists(CODES, max_size=30, unique_by=lambda code: code.access_code_id), st.sampled_from(SORTS))
def test_what_is_missing_is_last_and_equal_rows_keep_the_order_of_triage(
    codes: list[AccessCode], sort: ColumnSort
) -> None:
    store = store_of(*codes)
    triage = order_for_triage(store, codes, NOW)
    ids = arranged(triage, sort, store, NOW)
    assert sorted(ids) == sorted(triage)
    value_of = code_values(sort.column, store, NOW)
    values = [value_of(store.codes[key]) for key in ids]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    assert known == sorted(known, reverse=sort.reverse)
    for (one, other), (value, following) in zip(pairwise(ids), pairwise(values), strict=True):
        assert value != following or triage.index(one) < triage.index(other)


def test_names_sort_as_a_person_reads_them() -> None:
    names = ["Room 10", "room 9b", "Room 2", "ROOM 1", "Room", "Room 009a", "Suite", "apartment 3"]
    assert sorted(names, key=natural) == [
        *("apartment 3", "Room", "ROOM 1", "Room 2", "Room 009a", "room 9b", "Room 10", "Suite")
    ]
    assert natural("Room 7") == natural("ROOM 007")
    assert natural("Zoë") == natural("zoe")
    assert natural("1" * 5_000) < natural("2" * 5_000)


def test_where_a_code_stands_tells_nothing_about_its_pin() -> None:  # UX 12
    pins = ["9999", "0000", None, "5555"]
    store = store_of(*(code_of(n, pin=None if pin is None else Pin(pin)) for n, pin in enumerate(pins)))
    ids = order_for_triage(store, store.codes.values(), NOW)
    assert arranged(ids, ColumnSort("pin"), store, NOW) == ["c0", "c1", "c3", "c2"]
    assert arranged(ids, ColumnSort("pin", reverse=True), store, NOW) == ["c2", "c0", "c1", "c3"]


@given(CODES)
def test_codes_of_one_status_stand_together_whenever_they_start(code: AccessCode) -> None:
    words = status_in_words(code, NOW)
    head, aside, _ = words.partition(" (")
    assert status_without_time(code, NOW) == head + aside


@pytest.mark.parametrize("column", DEVICE_COLUMN_KEYS)
def test_a_device_of_which_nothing_is_known_has_at_most_a_state(column: str) -> None:
    store = WorkspaceStore()
    store.apply_devices([Device("d", "", "lock")])
    assert device_value(column, store, "d") in ({None} if column != "state" else {4})


def test_batteries_sort_by_their_level_or_by_what_their_word_stands_for() -> None:
    store = WorkspaceStore()
    levels = [Battery(0.9, "full"), Battery(None, "critical"), Battery(0.5, "good"), Battery(None, "low")]
    store.apply_devices([Device(f"d{n}", "", "lock", battery=battery) for n, battery in enumerate(levels)])
    ids = sorted(store.devices, key=lambda key: device_value("battery", store, key) or 0)
    assert ids == ["d1", "d3", "d2", "d0"]
