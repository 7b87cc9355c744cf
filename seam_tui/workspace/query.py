"""The filter (UX rule 20) at work: which codes of a store match, kept true through each key, batch and passing moment.

What can be typed is told in `query_text`; all that the screen needs of the filter can be imported from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.workspace.changes import CODES, CODES_READ, NOTHING, ChangeSet
from seam_tui.workspace.query_keys import SearchKeys, Sight
from seam_tui.workspace.query_terms import Term
from seam_tui.workspace.query_text import EVERYTHING, Mistake, Query, masked, parse_query
from seam_tui.workspace.query_words import Vocabulary, completion_start, completions
from seam_tui.workspace.store import WorkspaceStore

__all__ = [
    "EVERYTHING",
    "CodeFilter",
    "Mistake",
    "Query",
    "Vocabulary",
    "completion_start",
    "completions",
    "masked",
    "parse_query",
]

_OF_NO_CONCERN: Final = frozenset({CODES, CODES_READ})
"""Changes of a device that come with every page of its codes, and that no term looks at."""

_MANY: Final = 20
"""While more than one code in this many is left, finding all that match a term is quicker than testing each."""

_Ids = set[str]  # in the class, `set` is its method


class CodeFilter:
    """The codes of a store that match a query. Owned by the thread that owns the store.

    Args:
        store: Whose codes.
    """

    def __init__(self, store: WorkspaceStore) -> None:
        self._store = store
        self._keys = SearchKeys(store, keep=True)
        self._query = EVERYTHING
        self._ids: _Ids | None = None
        """Ids that match; None while nothing is asked."""
        self._since: datetime | None = None
        self._until: datetime | None = None
        """When time alone may change the answer next; None for never."""
        self._vocabulary: Vocabulary | None = None

    @property
    def query(self) -> Query:
        """What is asked."""
        return self._query

    @property
    def shown(self) -> int:
        """How many codes match."""
        return self.total if self._ids is None else len(self._ids)

    @property
    def total(self) -> int:
        """How many codes there are."""
        return len(self._store.codes)

    def set(self, query: Query, now: datetime) -> None:
        """Ask something else. Where it implies what was asked before, only the codes that matched are looked at."""
        before, self._query = self._query, query
        if query.is_empty:
            self._ids = self._until = None
        elif self._ids is not None and self._holds(before, now) and query.implies(before):
            # A code that time excluded comes back no sooner than `_until`, which stays.
            new = [term for term in query.terms if term not in before.terms]
            # While each term is new, what all terms find is among what was found.
            is_found_anew = len(new) == len(query.terms) and self._are_many(self._ids)
            self._select(new, None if is_found_anew else self._ids, self._until, now)
        else:
            self._select(query.terms, None, None, now)

    def apply(self, changes: ChangeSet, now: datetime) -> bool:
        """Follow a batch that the store has taken over, and time; True when other codes match now."""
        concerned = self._forget(changes)
        if self._ids is None:
            return bool(changes.codes.added or changes.codes.removed)
        if not self._holds(self._query, now):
            before = self._ids
            self._select(self._query.terms, None, None, now)
            return before != self._ids
        self._since = now
        codes = self._store.codes
        again = [code for key in concerned if (code := codes.get(key)) is not None]
        matched, until = _match(self._query.terms, again, Sight(self._store, self._keys, now))
        self._until = _sooner(self._until, until)
        before = self._ids & concerned
        self._ids -= before
        self._ids |= matched
        return before != matched

    def advance(self, now: datetime) -> bool:
        """Let time pass; True when other codes match now. Costs nothing until a moment is crossed."""
        return self.apply(NOTHING, now)

    def ask_anew(self, now: datetime) -> None:
        """Ask the same of what is shown now: share mode was switched."""
        self._keys.forget_all()
        self._vocabulary = None
        if not self._query.is_empty:
            self._select(self._query.terms, None, None, now)

    @property
    def tells_a_name(self) -> bool:
        """Whether text was typed in the clear that is part of the name of a guest or an account."""
        names = [record.name for record in self._store.codes.values()]
        names += [record.name for record in self._store.accounts.values()]
        return any(text in name.casefold() for text in self._query.clear_texts for name in names)

    def ids_in(self, ordered_ids: Sequence[str]) -> list[str]:
        """Those of some ids that match, in their order."""
        ids = self._ids
        if ids is None or len(ids) == self.total:
            return list(ordered_ids)
        return [key for key in ordered_ids if key in ids]

    def hidden(self, marked_ids: Collection[str]) -> frozenset[str]:
        """Those of some ids that the store holds and the filter hides (UX rule 4)."""
        ids, codes = self._ids, self._store.codes
        return frozenset() if ids is None else frozenset(k for k in marked_ids if k not in ids and k in codes)

    def prepare(self, limit: int) -> bool:
        """Make search keys ahead of the first letter, while nothing else is to do; True when all are.

        Args:
            limit: For how many devices, with their codes.
        """
        return self._keys.fill(limit)

    def completions(self, text: str, cursor: int) -> tuple[str, ...]:
        """`completions` with what the store holds; gathered when it is first asked for after a change."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary.of(self._store)
        return completions(text, cursor, self._vocabulary)

    # Below: shared steps

    def _holds(self, query: Query, now: datetime) -> bool:
        """Whether time has left the answer to a query as it was."""
        if not query.moves or self._since is None:
            return True
        return self._since <= now and (self._until is None or now < self._until)

    def _are_many(self, ids: _Ids) -> bool:
        return len(ids) > self.total // _MANY

    def _select(self, terms: Iterable[Term], found: _Ids | None, until: datetime | None, now: datetime) -> None:
        """Find the codes that match all terms: among some, or among all; by term or, once few are left, by code."""
        sight, codes = Sight(self._store, self._keys, now), self._store.codes
        left = []
        for term in terms:
            ids = term.find(sight) if found is None or self._are_many(found) else None
            if ids is None:
                left.append(term)
                continue
            if term.moves:
                until = _sooner(until, term.next_flip(codes.values(), sight))
            found = ids if found is None else found & ids
        if left:
            among = codes.values() if found is None else [codes[key] for key in found if key in codes]
            found, later = _match(left, among, sight)
            until = _sooner(until, later)
        self._ids, self._until, self._since = found, until, now

    def _forget(self, changes: ChangeSet) -> _Ids:
        """Drop the search keys that a batch made old, and name the codes to test again."""
        devices = {*changes.devices.added, *changes.devices.removed}
        devices |= {key for key, names in changes.devices.changed.items() if not _OF_NO_CONCERN.issuperset(names)}
        for account_id in changes.accounts.touched:
            devices.update(self._store.device_ids_of_account(account_id))
        if not changes.is_empty:
            self._vocabulary = None
        # A device that was read is named whenever one of its codes is; of others no key is kept.
        self._keys.forget(changes.devices.touched | devices, devices)
        return {*changes.codes.touched, *chain.from_iterable(map(self._store.code_ids_of_device, devices))}


def _match(terms: Iterable[Term], codes: Collection[AccessCode], sight: Sight) -> tuple[_Ids, datetime | None]:
    """Ids of the codes that match all terms, and when time may change that."""
    until: datetime | None = None
    for term in terms:
        if term.moves:
            # What another moving term left out comes back no sooner than that term's own flip.
            until = _sooner(until, term.next_flip(codes, sight))
        test = term.bind(sight)
        codes = [code for code in codes if test(code)]
    return {code.access_code_id for code in codes}, until


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
