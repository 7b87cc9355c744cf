"""The order of triage kept up to date: a page or a passing moment moves only the codes that it concerns."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.workspace.changes import ChangeSet
from seam_tui.workspace.query_keys import Answers
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.triage import Moment, id_of_key

_SORT_FROM: Final = 100
"""From one part in this many on, merging all at once is cheaper than placing one by one (measured at 100,000)."""


class TriageOrder:
    """All codes of a store, the most urgent first. Owned by the thread that owns the store.

    Args:
        store: Whose codes.
        now: The wall time.
    """

    def __init__(self, store: WorkspaceStore, now: datetime) -> None:
        self._store = store
        self._key_of: dict[str, str] = {}
        self._keys: list[str] = []
        self._ids: list[str] = []
        self._turns: list[tuple[float, str]] = []
        self._place(store.codes, now)

    @property
    def ids(self) -> Sequence[str]:
        """Ids in the order of triage. A view: the next `apply` or `advance` changes it."""
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
        codes = self._store.codes
        if not self._keys:
            return self._fill([code for key in code_ids if (code := codes.get(key)) is not None], now)
        leaving: list[str] = []
        arriving: list[str] = []
        turns: list[tuple[float, str]] = []
        place, issues_of = Moment(now).place, self._store.issues_of_code
        for key in code_ids:
            code = codes.get(key)
            old = self._key_of.pop(key, None)
            new: str | None = None
            if code is not None:
                new, turn = place(code, issues_of(code))
                self._key_of[key] = new
                # A code that changed often is remembered more than once; the extra turns find nothing to do.
                if turn != math.inf:
                    turns.append((turn, key))
            if old != new:
                leaving += [] if old is None else [old]
                arriving += [] if new is None else [new]
        self._remember(turns)
        if len(leaving) + len(arriving) > len(self._keys) // _SORT_FROM:
            gone = set(leaving)
            self._keys = [key for key in self._keys if key not in gone] if gone else self._keys
            # Two sorted runs in a row: the sort only merges them.
            self._keys += sorted(arriving)
            self._keys.sort()
            self._ids = [id_of_key(key) for key in self._keys]
            return bool(leaving or arriving)
        for key in leaving:
            index = bisect_left(self._keys, key)
            del self._keys[index], self._ids[index]
        for key in arriving:
            index = bisect_left(self._keys, key)
            self._keys.insert(index, key)
            self._ids.insert(index, id_of_key(key))
        return bool(leaving or arriving)

    def _fill(self, codes: list[AccessCode], now: datetime) -> bool:
        """Place the first codes of all: the whole picture, when one was kept on disk."""
        handed_down = Answers(lambda device_id: bool(self._store.inherited_errors(device_id)))
        issues_of = self._store.issues_of_code
        place = Moment(now).place
        places = [
            place(code, issues_of(code) if handed_down[code.device_id] else code.errors + code.warnings)
            for code in codes
        ]
        ids = [code.access_code_id for code in codes]
        keys = [key for key, _ in places]
        self._key_of = dict(zip(ids, keys, strict=True))
        self._remember([(turn, key) for (_, turn), key in zip(places, ids, strict=True) if turn != math.inf])
        self._keys = sorted(keys)
        self._ids = list(map(id_of_key, self._keys))
        return bool(codes)

    def _remember(self, turns: list[tuple[float, str]]) -> None:
        """Keep when codes are to be placed again."""
        if len(turns) > len(self._turns) // _SORT_FROM:
            self._turns += turns
            heapq.heapify(self._turns)
            return
        for turn in turns:
            heapq.heappush(self._turns, turn)
