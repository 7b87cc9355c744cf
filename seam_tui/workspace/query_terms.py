"""The terms of a filter: what each one asks of a code, which other terms it implies, and when time may change it.

A term never looks at a PIN, except `PinTerm`, which asks `Pin.contains` and hides its own digits. In share mode only
`NameTerm` looks at the name of a guest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress, repeat
from operator import contains, methodcaller
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.device import Device
from seam_tui.domain.issue import IssueKind
from seam_tui.domain.pin import MASK
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.query_keys import CODE_END, Answers, Sight, name_to_search
from seam_tui.workspace.store import WorkspaceStore

Test = Callable[[AccessCode], bool]
"""Whether a code matches."""

ANY: Final = "any"
"""The value of `error:` and `warning:` that every code of an issue matches."""


class Term:
    """One condition of a query. Equal terms ask the same."""

    __slots__ = ()

    @property
    def moves(self) -> bool:
        """Whether the answer may change with time alone."""
        return False

    def bind(self, sight: Sight) -> Test:
        """The test of this term, for one look at the store."""
        raise NotImplementedError

    def find(self, sight: Sight) -> set[str] | None:
        """Ids of all codes of the store that match, where there is a quicker way than to test each; else None."""
        return None

    def implies(self, other: Term) -> bool:
        """Whether each code that matches this term surely matches the other; False where it is not known."""
        return self == other

    def next_flip(self, codes: Collection[AccessCode], sight: Sight) -> datetime | None:
        """The first moment after the sight's own at which time may change the answer for one of the codes."""
        return None

    def describe(self) -> str:
        """What is asked, in words."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class TextTerm(Term):
    """Free text: in the code's name or issue codes, the lock's name or maker, the account's name; or part of an id."""

    needle: str
    """Folded."""
    typed: str
    """As typed: ids are also compared letter by letter."""

    def bind(self, sight: Sight) -> Test:
        """Test of a code: its own key, then its device's, then its id."""
        needle, is_id = self.needle, _id_test(self.needle, self.typed)
        of_code, of_device = sight.keys.of_code, sight.keys.of_device
        on_device = Answers(lambda device_id: needle in of_device(device_id) or is_id(device_id))

        def test(code: AccessCode) -> bool:
            return needle in of_code(code) or on_device[code.device_id] or is_id(code.access_code_id)

        return test

    def find(self, sight: Sight) -> set[str]:
        """Device by device: all its codes, or those of them that match; at last ids, where it may be one."""
        needle, store, keys = self.needle, sight.store, sight.keys
        needles = repeat(needle)
        found: set[str] = set()
        for device_id in store.device_ids_of_codes:
            if needle in keys.of_device(device_id):
                found.update(store.code_ids_of_device(device_id))
            elif needle in (text := keys.of_codes_on(device_id)):
                code_ids, texts = store.code_ids_of_device(device_id), text.split(CODE_END)
                assert len(code_ids) == len(texts), "a device's text has one of each of its codes"
                found.update(compress(code_ids, map(contains, texts, needles)))
        if _may_be_id(self.typed):
            is_id = _id_test(self.needle, self.typed)
            devices = filter(is_id, store.device_ids_of_codes)
            found.update(*map(store.code_ids_of_device, devices), filter(is_id, store.codes))
        return found

    def implies(self, other: Term) -> bool:
        """Longer text implies what it starts with."""
        return isinstance(other, TextTerm) and _extends(self, other)

    def describe(self) -> str:
        """`“front”`."""
        return f"“{self.typed}”"


@dataclass(frozen=True, slots=True)
class OwnerTerm(Term):
    """`device:`, `maker:`, `account:`: text in the name of what a code belongs to, or part of its id."""

    name: str
    needle: str
    typed: str

    def bind(self, sight: Sight) -> Test:
        """Test of a code by its device."""
        on_device = Answers(lambda device_id: self._on_device(sight.store, device_id))
        return lambda code: on_device[code.device_id]

    def find(self, sight: Sight) -> set[str]:
        """All codes of each device that matches; some may stand on one that was not read yet."""
        store = sight.store
        matching = [key for key in store.device_ids_of_codes if self._on_device(store, key)]
        return set().union(*map(store.code_ids_of_device, matching))

    def implies(self, other: Term) -> bool:
        """Longer text implies what it starts with."""
        return isinstance(other, OwnerTerm) and self.name == other.name and _extends(self, other)

    def describe(self) -> str:
        """`device “front”`."""
        return f"{self.name} “{self.typed}”"

    def _on_device(self, store: WorkspaceStore, device_id: str) -> bool:
        device = store.devices.get(device_id)
        owner, id_ = self._name_and_id(store, device, device_id)
        return self.needle in owner.casefold() or _id_test(self.needle, self.typed)(id_)

    def _name_and_id(self, store: WorkspaceStore, device: Device | None, device_id: str) -> tuple[str, str]:
        if self.name == "device":
            return ("" if device is None else name_to_search(device)), device_id
        if self.name == "maker":
            return ("" if device is None else device.manufacturer), ""
        account = store.account_of_device(device)
        return ("", "") if account is None else (name_to_search(account), account.connected_account_id)


_ID_FROM: Final = 4
"""Letters from which on text is compared with ids: with fewer, ids that begin so by chance bury what is meant."""


def _may_be_id(typed: str) -> bool:
    return len(typed) >= _ID_FROM


def _id_test(needle: str, typed: str) -> Callable[[str], bool]:
    """Whether an id starts with a text; in share mode, which shows the ends of ids, whether it is that end."""
    if not _may_be_id(typed):
        return lambda _id: False
    wanted = (needle, typed)
    if VEIL.is_drawn:
        return lambda id_: VEIL.record_id(id_).lstrip("…") in wanted
    # In C, for 100,000 ids; and one text is compared faster than a choice of two that are the same.
    return methodcaller("startswith", typed if needle == typed else wanted)


def _extends(term: TextTerm | OwnerTerm, other: TextTerm | OwnerTerm) -> bool:
    """Whether text goes on from other text, which is compared with ids if the longer one is."""
    as_id = _may_be_id(other.typed) or not _may_be_id(term.typed)
    return as_id and term.needle.startswith(other.needle) and term.typed.startswith(other.typed)


@dataclass(frozen=True, slots=True)
class IssueTerm(Term):
    """`error:` and `warning:`: part of an issue's code, with `*` for a gap in the nothing of it, or `any`.

    Inherited errors count as everywhere else, so that `error:any` finds exactly the codes that `Counts` counts.
    """

    kind: IssueKind
    pattern: str
    """Folded."""

    def bind(self, sight: Sight) -> Test:
        """Test of a code by its issues."""
        issues_of, kind, fits = sight.issues, self.kind, Answers(self._fits)

        def test(code: AccessCode) -> bool:
            issues = issues_of(code)
            return bool(issues) and any(issue.kind is kind and fits[issue.code] for issue in issues)

        return test

    def find(self, sight: Sight) -> set[str]:
        """Only the codes that may have issues are tested."""
        test = self.bind(sight)
        return {code.access_code_id for code in sight.troubled() if test(code)}

    def implies(self, other: Term) -> bool:
        """Each implies `any`; longer text implies its parts."""
        if not isinstance(other, IssueTerm) or self.kind is not other.kind:
            return False
        if other.pattern in {ANY, self.pattern}:
            return True
        return self.pattern != ANY and _narrows(self.pattern, other.pattern)

    def describe(self) -> str:
        """`any error`, or `error “offline”`."""
        return f"any {self.kind}" if self.pattern == ANY else f"{self.kind} “{self.pattern}”"

    def _fits(self, issue_code: str) -> bool:
        return self.pattern == ANY or _fits(self.pattern, issue_code.casefold())


def _fits(pattern: str, text: str) -> bool:
    """Whether a text has the pattern in it, or where that has a `*`, whether it is of that form from end to end."""
    return _glob(pattern.split("*"), text) if "*" in pattern else pattern in text


def _narrows(pattern: str, other: str) -> bool:
    """Whether all that fits a pattern surely fits another one."""
    return pattern == other or ("*" not in pattern + other and other in pattern)


def _glob(parts: list[str], text: str) -> bool:
    """Whether the text is the first part, then the others in order with any gaps, and ends with the last."""
    first, *middle, last = parts
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@dataclass(frozen=True, slots=True)
class NameTerm(Term):
    """`name:`, the one way to search by true name in share mode. The name is in no repr, and then in no description."""

    pattern: str = field(repr=False)
    """Folded."""

    def bind(self, sight: Sight) -> Test:
        """Test of a code by its own name."""
        pattern = self.pattern
        if "*" in pattern:
            return lambda code: _fits(pattern, code.name.casefold())
        return lambda code: pattern in code.name.casefold()

    def find(self, sight: Sight) -> set[str] | None:
        """A walk over the names, where no `*` stands."""
        pattern, codes = self.pattern, sight.store.codes
        return None if "*" in pattern else {id_ for id_, code in codes.items() if pattern in code.name.casefold()}

    def implies(self, other: Term) -> bool:
        """Longer text implies its parts."""
        return isinstance(other, NameTerm) and _narrows(self.pattern, other.pattern)

    def describe(self) -> str:
        """`name “ana”`; in share mode it says no letter, and not how many there are."""
        return f"name contains {MASK}" if VEIL.is_drawn else f"name “{self.pattern}”"


@dataclass(frozen=True, slots=True)
class PinTerm(Term):
    """`pin:`, the one way to search by PIN. Its digits are in no repr and no description."""

    digits: str = field(repr=False)

    def bind(self, sight: Sight) -> Test:
        """Test of a code by its PIN, which keeps its digits to itself."""
        digits = self.digits
        return lambda code: code.pin is not None and code.pin.contains(digits)

    def implies(self, other: Term) -> bool:
        """More digits imply a part of them."""
        return isinstance(other, PinTerm) and other.digits in self.digits

    def describe(self) -> str:
        """Says no digit, and not how many there are."""
        return f"PIN contains {MASK}"


@dataclass(frozen=True, slots=True)
class NotTerm(Term):
    """The codes that do not match another term."""

    term: Term

    @property
    def moves(self) -> bool:
        """As the term's own answer."""
        return self.term.moves

    def bind(self, sight: Sight) -> Test:
        """The other term's test, turned round."""
        test = self.term.bind(sight)
        return lambda code: not test(code)

    def find(self, sight: Sight) -> set[str] | None:
        """All codes but those of the other term."""
        found = self.term.find(sight)
        return None if found is None else sight.store.codes.keys() - found

    def implies(self, other: Term) -> bool:
        """The other way round than what is negated: not "a" implies not "ab"."""
        return isinstance(other, NotTerm) and other.term.implies(self.term)

    def next_flip(self, codes: Collection[AccessCode], sight: Sight) -> datetime | None:
        """As the term's own."""
        return self.term.next_flip(codes, sight)

    def describe(self) -> str:
        """`not “front”`."""
        return f"not {self.term.describe()}"
