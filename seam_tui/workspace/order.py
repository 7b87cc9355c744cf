"""The order of triage kept up to date: a page or a passing moment moves only the codes that it concerns."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sortedcontainers import SortedKeyList

from seam_tui.domain.access_code import AccessCode
from seam_tui.workspace.changes import ChangeSet
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import Moment

_SORT_FROM: Final = 20
"""From one code in this many on, sorting all at once is cheaper than placing one by one (measured at 100,000)."""
_HEAPIFY_FROM: Final = 100
"""The same of the moments at which codes are to be placed again."""


class TriageOrder:
    """All codes of a store, the most urgent first. Owned by the thread that owns the store.

    Where much has changed all is sorted when the order is looked at: pages come faster than lists are drawn.

    Args:
        store: Whose codes.
        now: The wall time.
    """

    def __init__(self, store: WorkspaceStore, now: datetime) -> None:
        self._store = store
        self._moment = Moment(now)
        keys, turns = self._moment.places(store.codes.values(), store)
        self._key_of = dict(zip(store.codes, keys, strict=True))
        self._sorted: SortedKeyList[str, str] | None = SortedKeyList(self._key_of, key=self._key_of.__getitem__)
        """In short lists: one that comes or goes moves a thousand others, not all. None while all are to be sorted."""
        self._ids: list[str] | None = list(self._sorted)
        self._turns: list[tuple[float, str]] = []
        self._remember(zip(turns, store.codes, strict=True))

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._key_of)

    @property
    def ids(self) -> Sequence[str]:
        """Ids in the order of triage, as of the last `apply` or `advance`."""
        if self._sorted is None:
            self._sorted = SortedKeyList(self._key_of, key=self._key_of.__getitem__)
        if self._ids is None:
            self._ids = list(self._sorted)
        return self._ids

    def key_of(self, code_id: str) -> str:
        """The text by which a code has its place (`Moment.place`).

        Raises:
            KeyError: There is no such code.
        """
        return self._key_of[code_id]

    def sorted(self, code_ids: Iterable[str]) -> list[str]:
        """Ids of some codes in the order of triage.

        Raises:
            KeyError: One is of no code.
        """
        return sorted(code_ids, key=self._key_of.__getitem__)

    def apply(self, change: ChangeSet, now: datetime) -> bool:
        """Follow a batch that the store has taken over; True when the order may have changed."""
        if change.codes.is_empty:
            return False
        return self._place(change.codes.touched, now)

    def advance(self, now: datetime) -> frozenset[str]:
        """Let time pass: place again the codes that start, end or come near since the last call, and name them."""
        due = set()
        while self._turns and self._turns[0][0] <= now.timestamp():
            due.add(heapq.heappop(self._turns)[1])
        present = frozenset(key for key in due if key in self._store.codes)
        self._place(present, now)
        return present

    def _place(self, code_ids: Iterable[str], now: datetime) -> bool:
        """Give codes the place that they have now; those that the store does not hold leave."""
        codes, key_of = self._store.codes, self._key_of
        known = [(code_id, codes.get(code_id)) for code_id in code_ids]
        present = [code for _, code in known if code is not None]
        keys, turns = self._places(present, now)
        arriving = {
            code.access_code_id: key
            for code, key in zip(present, keys, strict=True)
            if key_of.get(code.access_code_id) != key
        }
        leaving = [code_id for code_id, code in known if code_id in key_of and (code is None or code_id in arriving)]
        self._remember((turn, code.access_code_id) for turn, code in zip(turns, present, strict=True))
        if leaving or arriving:
            self._ids = None
        if len(leaving) + len(arriving) > len(key_of) // _SORT_FROM:
            self._sorted = None
        if self._sorted is not None:
            for code_id in leaving:
                self._sorted.remove(code_id)
        for code_id in leaving:
            del key_of[code_id]
        key_of |= arriving
        if self._sorted is not None:
            for code_id in arriving:
                self._sorted.add(code_id)
        return bool(leaving or arriving)

    def _places(self, codes: list[AccessCode], now: datetime) -> tuple[list[str], list[float]]:
        """`Moment.places`: until the first of their turns, an earlier moment says the same as the present one."""
        if self._moment.now <= now:
            keys, turns = self._moment.places(codes, self._store)
            if min(turns, default=math.inf) > now.timestamp():
                return keys, turns
        self._moment = Moment(now)
        return self._moment.places(codes, self._store)

    def _remember(self, turns: Iterable[tuple[float, str]]) -> None:
        """Keep when codes are to be placed again.

        A code that changed often is remembered more than once; the extra turns find nothing to do.
        """
        coming = [turn for turn in turns if turn[0] != math.inf]
        if len(coming) > len(self._turns) // _HEAPIFY_FROM:
            self._turns += coming
            heapq.heapify(self._turns)
            return
        for turn in coming:
            heapq.heappush(self._turns, turn)
