from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Battery
from seam_tui.domain.opened import opened


@given(level=st.none() | st.floats(allow_nan=False), status=st.none() | st.text())
def test_a_record_made_in_the_quick_way_is_the_same_as_any(level, status) -> None:
    made = opened(Battery)(level, status)
    made.__class__ = Battery
    usual = Battery(level, status)
    assert (made, hash(made), repr(made), type(made)) == (usual, hash(usual), repr(usual), Battery)


def test_it_is_frozen_from_then_on() -> None:
    made = opened(AccessCode)(*(None for _ in fields(AccessCode)))
    made.name = "Guest"
    made.__class__ = AccessCode
    with pytest.raises(FrozenInstanceError):
        made.name = "Another"
    assert made.name == "Guest"


def test_no_field_is_left_out() -> None:
    with pytest.raises(TypeError):
        opened(AccessCode)("id", "device", "name", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
