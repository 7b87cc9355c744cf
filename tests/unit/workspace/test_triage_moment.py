"""The order of many codes at one moment is reckoned fast, and is what it would be if each were reckoned by itself."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import LOADING_LEAD, URGENT_BEFORE_START, Moment, Severity, severity_of

from .picture_making import NOW, a_code, a_store, codes

near = st.timedeltas(timedelta(days=-4), timedelta(days=4)).map(lambda span: NOW + span)
hours = st.sampled_from([-60, -12, 12, 60, 90]).map(lambda count: NOW + timedelta(hours=count))
wrong = st.sampled_from(["failed_to_set_on_device", "failed_to_delete"]).map(
    lambda code: (Issue(IssueKind.ERROR, code, IssueLevel.ACCESS_CODE, "m"),)
)
stays = st.builds(a_code, starts_at=hours, ends_at=st.none() | hours, errors=st.just(()) | wrong)


def key_alone(code: AccessCode, issues: tuple[Issue, ...], now: datetime) -> str:
    severity, starts_at = severity_of(code, issues, now), code.starts_at
    phase = 2 if code.has_ended(now) else 0 if starts_at is None or starts_at <= now else 1
    rank = ("021" if severity is Severity.URGENT else "012")[phase]
    start = 0 if starts_at is None else max(int(starts_at.timestamp()), 0)
    return f"{severity:d}{rank}{start:012d}{code.name.casefold()}\0{code.access_code_id}"


def turn_alone(code: AccessCode, now: datetime) -> float:
    turns = [at for at in (code.starts_at, code.ends_at) if at is not None and at > now]
    if code.starts_at is not None and code.starts_at > now and code.starts_at.year > 1:
        turns += [at for lead in (LOADING_LEAD, URGENT_BEFORE_START) if (at := code.starts_at - lead) > now]
    return min((turn.timestamp() for turn in turns), default=math.inf)


@given(many=st.lists(stays | codes, max_size=6), now=near | st.sampled_from([NOW]))
def test_each_code_has_the_key_and_the_turn_that_it_has_alone(many: list[AccessCode], now: datetime) -> None:
    moment = Moment(now)
    for code in many:
        issues = code.errors + code.warnings
        assert moment.place(code, issues) == (key_alone(code, issues, now), turn_alone(code, now))


healthy = st.builds(
    a_code,
    st.sampled_from(["code-a", "code-b", "code-c"]),
    device_id=st.sampled_from(["lock-a", "lock-b"]),
    type=st.sampled_from(AccessCodeType),
    status=st.sampled_from(AccessCodeStatus),
    starts_at=st.none() | hours,
    ends_at=st.none() | hours,
    is_managed=st.booleans(),
    is_offline_access_code=st.booleans(),
    is_scheduled_on_device=st.booleans(),
    is_waiting_for_code_assignment=st.sampled_from([False, False, True]),
)


@st.composite
def worlds(draw: st.DrawFn) -> WorkspaceStore:
    """Two locks, one of them offline, with codes of which most have nothing wrong."""
    store = a_store()
    store.apply_codes(draw(st.lists(healthy | stays | codes, max_size=8)))
    return store


@given(store=worlds(), now=near | st.sampled_from([NOW]))
def test_many_codes_at_once_have_the_keys_and_the_turns_that_they_have_alone(
    store: WorkspaceStore, now: datetime
) -> None:
    keys, turns = Moment(now).places(store.codes.values(), store)
    assert keys == [key_alone(code, store.issues_of_code(code), now) for code in store.codes.values()]
    assert turns == [turn_alone(code, now) for code in store.codes.values()]


@given(store=worlds(), moments=st.lists(near, max_size=4), changing=st.lists(healthy | stays, max_size=4))
def test_wherever_the_clock_goes_an_order_follows(
    store: WorkspaceStore, moments: list[datetime], changing: list[AccessCode]
) -> None:
    order = TriageOrder(store, NOW)
    for now, code in zip(moments, changing, strict=False):
        order.advance(now)
        change = store.apply_codes([code])
        order.apply(change, now)
        for key in change.codes.touched:
            assert order.key_of(key) == key_alone(code, store.issues_of_code(code), now)
        assert list(order.ids) == sorted(store.codes, key=order.key_of)


def test_times_are_not_remembered_without_end() -> None:
    moment, store = Moment(NOW), a_store()
    for first in range(0, 12_000, 1_000):
        starts = [NOW + timedelta(seconds=first + number) for number in range(1_000)]
        moment.places([a_code(starts_at=at, ends_at=None) for at in starts], store)
    assert len(moment._starts) <= 11_000
