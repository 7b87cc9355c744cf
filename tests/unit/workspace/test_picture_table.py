"""A column of a picture gives back the values that it was made of, whatever it is written as."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.workspace.picture_table import decode_column, encode_column

kinds = st.sampled_from([1, 2, 40, 52, 53, 60, 500])
columns = kinds.flatmap(lambda most: st.lists(st.integers(0, most - 1), min_size=1, max_size=400))


@given(columns)
def test_a_column_comes_back_from_json_as_it_was(values: list[int]) -> None:
    written = json.loads(json.dumps(encode_column(values)))
    assert list(decode_column(written, len(values))) == values


@pytest.mark.parametrize("distinct", [1, 2, 52, 53, 256, 257])
def test_as_many_different_values_as_there_are_letters_and_one_more_come_back(distinct: int) -> None:
    values = [f"value {number % distinct}" for number in range(distinct * 3)]
    form, _, *places = encode_column(values)
    assert (form, len(places)) == (("one", 0) if distinct == 1 else ("of", 1))
    assert list(decode_column(encode_column(values), len(values))) == values


@pytest.mark.parametrize("places", ["a", "abc", "a ", "ac", "aé", [0, 2], [0], None])
def test_places_that_do_not_fit_are_no_column(places: object) -> None:
    with pytest.raises((ValueError, TypeError, LookupError)):
        list(decode_column(["of", [1, 2], places], 2))
