"""Ids that come and go stand sorted by their keys all the time, however they are cut into lists."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.workspace import sorted_ids
from seam_tui.workspace.sorted_ids import SortedIds

numbers = st.integers(0, 60)


@given(first=st.sets(numbers), changing=st.lists(numbers, max_size=80), length=st.integers(1, 5))
def test_ids_that_come_and_go_stand_sorted(first: set[int], changing: list[int], length: int) -> None:
    key_of = {str(number): f"{number % 7}{number:02d}" for number in range(61)}
    present = {str(number) for number in first}
    with patch.object(sorted_ids, "_LENGTH", length):
        ids = SortedIds(key_of, present)
        for changed in map(str, changing):
            before = list(ids.ids)
            seen = ids.ids
            (ids.remove if changed in present else ids.add)(changed)
            present ^= {changed}
            assert ids.ids == sorted(present, key=key_of.__getitem__)
            assert seen == before
            assert all(len(part) < 2 * length for part in ids._parts)
