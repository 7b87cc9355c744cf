"""The ordered ids of a table, and where an id or its nearest neighbour stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


class RowOrder:
    """An immutable sequence of unique ids that answers for positions in constant time.

    Building it is the whole cost of a sort, a filter or a refresh, so it does no more than one list and one dict.

    Args:
        ids: The ids in order; of duplicates the first is kept.
    """

    __slots__ = ("_positions", "ids")

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.ids: Sequence[str] = list(ids)
        self._positions = dict(zip(self.ids, range(len(self.ids)), strict=True))
        if len(self._positions) != len(self.ids):
            self.ids = list(dict.fromkeys(self.ids))
            self._positions = dict(zip(self.ids, range(len(self.ids)), strict=True))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._positions

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def position(self, row_id: str | None) -> int | None:
        """Where an id stands, or None if it is not here."""
        return None if row_id is None else self._positions.get(row_id)

    def heir(self, row_id: str, successor: RowOrder) -> str | None:
        """The id that takes over from one of these in another order.

        Args:
            row_id: An id of this order.
            successor: The order that replaces this one.

        Returns:
            The id itself if it is still there; else the nearest id of this order that is, the one below before the
            one above; else, when none survived, whatever stands at the same place; None if there is nothing.
        """
        if row_id in successor:
            return row_id
        if not successor.ids:
            return None
        here = self._positions.get(row_id)
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
