"""Codes ordered by a column: each order is made in small steps while nothing else is to do, and then kept true.

Making one costs a quarter of a second at 100,000 codes, keeping one next to nothing. So the orders that a person may
ask for stand ready, as places in one list of ids that they share; what changed since is placed again when the order
is looked at.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from seam_tui.workspace.column_values import CODE_COLUMN_KEYS, Value, ValueOf, code_values
from seam_tui.workspace.order import TriageOrder
from seam_tui.workspace.store import WorkspaceStore

_STEP: Final = 1_000
"""Codes that are looked at in one step of making an order: about two milliseconds."""
_AT_ONCE: Final = 2_000
"""Codes up to which an order is made when it is asked for."""
_STEPS_OF_RUNS: Final = 10
"""Steps' worth of codes that are sorted, each by itself, in one step."""
_ANEW: Final = 8
"""When one code in this many has changed, an order is made anew."""


@dataclass(frozen=True, slots=True)
class ColumnSort:
    """By which column a list is ordered, and in which direction. Equal rows keep the order of triage."""

    column: str
    """Key of the column."""
    reverse: bool = False
    """Z to A, latest first, most first. What a column does not show comes last all the same."""


def arranged(code_ids: Iterable[str], sort: ColumnSort, store: WorkspaceStore, now: datetime) -> list[str]:
    """Ids of some codes of a store in an order.

    Args:
        code_ids: In the order of triage.
        sort: The order.
        store: Whose codes.
        now: The wall time.
    """
    value_of, codes = code_values(sort.column, store, now), store.codes
    known: dict[str, Value] = {}
    missing: list[str] = []
    for key in code_ids:
        value = value_of(codes[key])
        if value is None:
            missing.append(key)
        else:
            known[key] = value
    return sorted(known, key=known.__getitem__, reverse=sort.reverse) + missing


@dataclass(frozen=True, slots=True)
class Made:
    """An order as it was made: half of what a list of its own would take, while others share the ids."""

    base: Sequence[str]
    """The ids in the order of triage."""
    places: array[int]
    """Where each stands there."""

    def ids(self) -> list[str]:
        """The ids in this order: a few milliseconds at 100,000."""
        return list(map(self.base.__getitem__, self.places))


class SortedCodes:
    """All codes of a store in one order, once it is made.

    Args:
        sort: The order.
        store: Whose codes.
        triage: The order of codes that are equal in this one.
    """

    def __init__(self, sort: ColumnSort, store: WorkspaceStore, triage: TriageOrder) -> None:
        self.sort = sort
        self._store = store
        self._triage = triage
        self._made: Made | None = None
        """The order as it was made."""
        self._ids: list[str] | None = None
        """The order as it was last looked at."""
        self._is_begun = False
        self._again: set[str] = set()
        """Codes to be placed again."""

    @property
    def is_made(self) -> bool:
        """Whether the order stands ready."""
        return self._made is not None or self._ids is not None

    @property
    def is_begun(self) -> bool:
        """Whether it is made or being made; False again when too much has changed since."""
        return self._is_begun

    def begin(self) -> None:
        """It is being made: note from now on what changes."""
        self._made = self._ids = None
        self._is_begun = True
        self._again.clear()

    def forget(self) -> None:
        """It is to be made anew: what it goes by has become another."""
        self._made = self._ids = None
        self._is_begun = False
        self._again.clear()

    def take(self, made: Made) -> None:
        """Take over the order that was made meanwhile."""
        self._made = made if self._is_begun else None

    def rest(self) -> None:
        """Nobody looks at it any more: keep what is small, if that still says the same."""
        if self._made is not None:
            self._ids = None

    @property
    def _is_old(self) -> bool:
        """Whether so much has changed that making the order anew is cheaper than keeping it."""
        return len(self._again) > max(len(self._triage), _AT_ONCE) // _ANEW

    def touch(self, code_ids: Collection[str], *, is_shown: bool) -> None:
        """Note that codes came, changed or went; too many of them end an order that is not shown."""
        if self._is_begun:
            self._again.update(code_ids)
            if self._is_old and not (is_shown and self.is_made):
                self.forget()

    def ids(self, now: datetime) -> Sequence[str]:
        """Ids in this order, what has changed placed again.

        Args:
            now: The wall time up to which the order of triage was advanced.
        """
        if self._ids is None:
            assert self._made is not None, "is_made comes first"
            self._ids = self._made.ids()
        if self._again:
            again, is_old = self._again, self._is_old
            self._again, self._made = set(), None
            self._ids = self._anew(now) if is_old else self._with_placed(self._ids, again, now)
        return self._ids

    def _anew(self, now: datetime) -> list[str]:
        return arranged(self._triage.ids, self.sort, self._store, now)

    def _with_placed(self, ids: Sequence[str], again: Collection[str], now: datetime) -> list[str]:
        """The order with some codes placed again; those that are gone leave it."""
        kept = [key for key in ids if key not in again]
        arriving = self._triage.sorted([key for key in again if key in self._store.codes])
        return self._merged(kept, arranged(arriving, self.sort, self._store, now), now)

    def _merged(self, kept: list[str], arriving: Sequence[str], now: datetime) -> list[str]:
        """Two runs in this order as one; few arrive, so only they look for their places."""
        value_of = code_values(self.sort.column, self._store, now)
        merged: list[str] = []
        start = 0
        for key in arriving:
            at = self._place(kept, key, start, value_of)
            merged += kept[start:at]
            merged.append(key)
            start = at
        merged += kept[start:]
        return merged

    def _place(self, kept: Sequence[str], key: str, low: int, value_of: ValueOf) -> int:
        """Where a code belongs among others."""
        codes, key_of, reverse = self._store.codes, self._triage.key_of, self.sort.reverse
        mine, tie = value_of(codes[key]), key_of(key)
        high = len(kept)
        while low < high:
            middle = (low + high) // 2
            other = value_of(codes[kept[middle]])
            if mine == other:
                is_after = tie > key_of(kept[middle])
            elif mine is None or other is None:
                is_after = mine is None
            else:
                is_after = (mine < other) is reverse  # type: ignore[operator]  # a column's values are of one type
            low, high = (middle + 1, high) if is_after else (low, middle)
        return low


class CodeOrders:
    """The orders of a store's codes that a person may ask for. Owned by the thread that owns the store.

    Args:
        store: Whose codes.
        triage: The order that holds while no other was chosen, or the one that was is not made yet.
    """

    def __init__(self, store: WorkspaceStore, triage: TriageOrder) -> None:
        self._store = store
        self._triage = triage
        sorts = [ColumnSort(column, reverse) for column in CODE_COLUMN_KEYS for reverse in (False, True)]
        self._orders = {sort: SortedCodes(sort, store, triage) for sort in sorts}
        self._chosen: SortedCodes | None = None
        self._making: tuple[str, Iterator[None]] | None = None

    @property
    def chosen(self) -> ColumnSort | None:
        """The order that was chosen; None is that of triage."""
        return None if self._chosen is None else self._chosen.sort

    @property
    def is_waiting(self) -> bool:
        """Whether the order that was chosen is still to be made, so that another one is shown."""
        return self._chosen is not None and not self._chosen.is_made and len(self._triage) > _AT_ONCE

    def choose(self, sort: ColumnSort | None) -> None:
        """Choose an order; None is that of triage.

        Raises:
            KeyError: There is no such column.
        """
        if self._chosen is not None and self._chosen.sort != sort:
            self._chosen.rest()
        self._chosen = None if sort is None else self._orders[sort]

    def ids(self, now: datetime) -> Sequence[str]:
        """Ids of all codes in the order that was chosen, or in that of triage while it is being made."""
        order = self._chosen
        if order is None or self.is_waiting:
            return self._triage.ids
        if not order.is_made:
            for _ in _make([order], self._store, self._triage, now):
                pass
        return order.ids(now)

    def arranged(self, code_ids: list[str], now: datetime) -> list[str]:
        """Ids of some codes, given in the order of triage, in the order that was chosen."""
        return code_ids if self._chosen is None else arranged(code_ids, self._chosen.sort, self._store, now)

    def touch(self, code_ids: Collection[str]) -> None:
        """Note that codes came, changed or went, or that time has changed what is said of them."""
        if code_ids:
            for order in self._orders.values():
                order.touch(code_ids, is_shown=order is self._chosen)

    def forget(self, column: str) -> None:
        """Make both orders by a column anew: it shows other values than before."""
        for reverse in (False, True):
            self._orders[ColumnSort(column, reverse)].forget()

    def prepare(self, now: datetime, steps: int) -> bool:
        """Go on making the orders, the one that was chosen first, while nothing else is to do; True when all are made.

        Args:
            now: The wall time up to which the order of triage was advanced.
            steps: How many steps, of about two milliseconds each.
        """
        for _ in range(steps):
            making = self._next_to_make(now)
            if making is None:
                return True
            if next(making, _END) is _END:
                self._making = None
        return False

    def _next_to_make(self, now: datetime) -> Iterator[None] | None:
        """The steps of what is being made, or of something else that is needed more."""
        if len(self._triage) <= _AT_ONCE:
            return None  # they are made when they are asked for
        wanted = self._chosen.sort.column if self.is_waiting and self._chosen is not None else None
        if self._making is not None and wanted in {None, self._making[0]} and self._is_in_the_making(self._making[0]):
            return self._making[1]
        column = wanted or next((key for key in CODE_COLUMN_KEYS if not self._is_made(key)), None)
        if column is None:
            self._making = None
            return None
        orders = [self._orders[ColumnSort(column, reverse)] for reverse in (False, True)]
        if self._chosen is orders[1]:
            orders.reverse()
        steps = _make(orders, self._store, self._triage, now)
        self._making = column, steps
        return steps

    def _is_made(self, column: str) -> bool:
        return all(self._orders[ColumnSort(column, reverse)].is_made for reverse in (False, True))

    def _is_in_the_making(self, column: str) -> bool:
        orders = (self._orders[ColumnSort(column, reverse)] for reverse in (False, True))
        return any(order.is_begun and not order.is_made for order in orders)


_END: Final = object()


def _make(orders: Sequence[SortedCodes], store: WorkspaceStore, triage: TriageOrder, now: datetime) -> Iterator[None]:
    """Make the orders by one column, step by step. What changes meanwhile they note themselves."""
    for order in orders:
        order.begin()
    ids = triage.ids  # a list that the order of triage replaces, and never changes
    value_of, codes = code_values(orders[0].sort.column, store, now), store.codes
    values: list[Value] = []
    known, missing = array("I"), array("I")
    runs: list[range] = []
    for start in range(0, len(ids), _STEP):
        before = len(known)
        for place, key in enumerate(ids[start : start + _STEP], start):
            code = codes.get(key)
            value = None if code is None else value_of(code)
            if value is None:
                missing.append(place)
            else:
                known.append(place)
                values.append(value)
        runs.append(range(before, len(known)))
        yield
    for order in orders:
        reverse = order.sort.reverse
        sorted_runs: list[list[int]] = []
        for run in runs:
            sorted_runs.append(sorted(run, key=values.__getitem__, reverse=reverse))
            if len(sorted_runs) % _STEPS_OF_RUNS == 0:
                yield
        merging = heapq.merge(*sorted_runs, key=values.__getitem__, reverse=reverse)
        places = array("I")
        while part := list(islice(merging, _STEP)):
            places.extend([known[position] for position in part])
            yield
        order.take(Made(ids, places + missing))
