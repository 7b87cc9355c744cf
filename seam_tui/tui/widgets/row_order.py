"""The ordered ids of a table, and where an id or its nearest neighbour stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

_NEAR: Final = 256
"""Rows above and below a place in which an id is looked for first."""
_SCANS: Final = 2
"""Looks through all rows before the places of all of them are written down: that costs as much as four (measured)."""


class RowOrder:
    """An immutable sequence of unique ids that tells where they stand.

    A list is drawn anew more often than anything but its cursor is looked for, and the places of 100,000 ids take 35 ms
    to write down. So an id is looked for when it is asked for: near where it is expected, near the last one, then
    everywhere.

    Args:
        ids: The ids in order.
    """

    __slots__ = ("_found", "_last", "_places", "_scans", "ids")

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.ids: Sequence[str] = list(ids)
        self._found: dict[str, int | None] = {}
        self._last = 0
        self._scans = 0
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, row_id: object) -> bool:
        return isinstance(row_id, str) and self.position(row_id) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def at(self, position: int) -> str:
        """The id at a place, which will be known when it is asked for.

        Raises:
            IndexError: There is no such place.
        """
        row_id = self.ids[position]
        self._found[row_id] = self._last = position
        return row_id

    def position(self, row_id: str | None, near: int | None = None) -> int | None:
        """Where an id stands, or None if it is not here.

        Args:
            row_id: Which one.
            near: Where it is expected.
        """
        if row_id is None:
            return None
        if row_id not in self._found:
            self._found[row_id] = self._look_for(row_id, (self._last,) if near is None else (near, self._last))
        place = self._found[row_id]
        if place is not None:
            self._last = place
        return place

    def _look_for(self, row_id: str, expected: Iterable[int]) -> int | None:
        if self._places is None:
            for place in expected:
                try:
                    return self.ids.index(row_id, max(0, place - _NEAR), place + _NEAR)
                except ValueError:
                    continue
            self._scans += 1
            if self._scans <= _SCANS:
                try:
                    return self.ids.index(row_id)
                except ValueError:
                    return None
            self._places = dict(zip(self.ids, range(len(self.ids)), strict=True))
        return self._places.get(row_id)

    def heir(self, row_id: str, successor: RowOrder) -> str | None:
        """The id that takes over from one of these in another order.

        Args:
            row_id: An id of this order.
            successor: The order that replaces this one.

        Returns:
            The id itself if it is still there; else the nearest id of this order that is, the one below before the
            one above; else, when none survived, whatever stands at the same place; None if there is nothing.
        """
        here = self.position(row_id)
        if successor.position(row_id, here) is not None:
            return row_id
        if not successor.ids:
            return None
        if here is None:
            return successor.ids[0]
        ids = self.ids
        for distance in range(1, max(here + 1, len(ids) - here)):
            below, above = here + distance, here - distance
            if below < len(ids) and ids[below] in successor:
                return ids[below]
            if above >= 0 and ids[above] in successor:
                return ids[above]
        return successor.ids[min(here, len(successor) - 1)]
