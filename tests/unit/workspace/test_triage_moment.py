"""The order of many codes at one moment is reckoned fast, and is what it would be if each were reckoned by itself."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.workspace.triage import LOADING_LEAD, URGENT_BEFORE_START, Moment, Severity, severity_of

from .picture_making import NOW, a_code, codes

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
