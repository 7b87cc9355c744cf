"""Ids kept sorted in many short lists: one comes or goes without 100,000 others being moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

_LENGTH: Final = 1_000
"""Ids in a list to begin with; one twice as long is cut in two."""


class SortedIds:
    """Ids sorted by their keys, of which no two are equal.

    Args:
        key_of: The key of every id that is in it. While an id is in it, its key must not change.
        ids: Those that are in it from the beginning, in any order.
    """

    def __init__(self, key_of: Mapping[str, str], ids: Iterable[str] = ()) -> None:
        self._key_of = key_of
        whole = sorted(ids, key=key_of.__getitem__)
        self._whole: list[str] | None = whole
        self._parts = [whole[start : start + _LENGTH] for start in range(0, len(whole), _LENGTH)] or [[]]

    @property
    def ids(self) -> Sequence[str]:
        """All of them in their order, as they are now: what comes or goes later is not in it."""
        if self._whole is None:
            self._whole = list(chain.from_iterable(self._parts))
        return self._whole

    def add(self, new_id: str) -> None:
        """Put an id in its place."""
        key = self._key_of[new_id]
        number = self._part_of(key)
        part = self._parts[number]
        part.insert(bisect_left(part, key, key=self._key_of.__getitem__), new_id)
        self._whole = None
        if len(part) >= 2 * _LENGTH:
            self._parts[number : number + 1] = [part[:_LENGTH], part[_LENGTH:]]

    def remove(self, old_id: str) -> None:
        """Take an id out that is in it."""
        key = self._key_of[old_id]
        number = self._part_of(key)
        part = self._parts[number]
        del part[bisect_left(part, key, key=self._key_of.__getitem__)]
        self._whole = None
        if not part and len(self._parts) > 1:
            del self._parts[number]

    def _part_of(self, key: str) -> int:
        """The first part that does not end before a key, else the last."""
        key_of, last = self._key_of, len(self._parts) - 1
        return bisect_left(self._parts, key, hi=last, key=lambda part: key_of[part[-1]])
