"""The order of many codes at one moment is reckoned faster, and is the same."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode
from seam_tui.workspace.triage import Moment, key_among, next_turn

from .picture_making import NOW, codes

near = st.timedeltas(timedelta(days=-4), timedelta(days=4)).map(lambda span: NOW + span)


@given(many=st.lists(codes, max_size=6), now=near | st.sampled_from([NOW]))
def test_each_code_has_the_key_and_the_turn_that_it_has_alone(many: list[AccessCode], now: datetime) -> None:
    moment = Moment(now)
    for code in many:
        issues = code.errors + code.warnings
        turn = next_turn(code, now)
        expected = math.inf if turn is None else turn.timestamp()
        assert moment.place(code, issues) == (key_among(code, issues, now), expected)
