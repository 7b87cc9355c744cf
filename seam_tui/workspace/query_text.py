"""The filter (UX rule 20): what a person types, read into terms that all must hold, and the codes that match.

The grammar, word by word; words are separated by spaces and all of them must match:

- `front`, `"front door"`: text in the code's name or issue codes, the lock's name or maker or the account's name; or
  the start of an access code's or device's id. Never a PIN.
- `!term`: not that.
- `error:offline`, `error:dev*ed`, `error:any`, and the same with `warning:`: the code of an issue.
- `level:code`, `level:device`, `level:account`: where an issue sits.
- `device:`, `maker:`, `account:`: text in that name, or the start of that id.
- `status:`, `severity:`, `type:`, `managed:`, `backup:`, `offline:` (the code), `online:` (the lock): one of the words
  of `CHOICES`. A lock that does not say whether it is online is neither.
- `starts<24h`: yet to start, and within 24 hours. `starts>2d`: yet to start, and more than 2 days from now.
  `starts>-3d`: has started, within the last 3 days. `starts<-3d`: has started, 3 days ago or earlier. `ends` likewise,
  so that `ends<-0h` is all that has ended. A code without that time matches none of them.
- `created<1d`: at most a day ago; `created>1d`: longer ago.
- `pin:1234`: digits in the PIN.
- `name:ana`, `name:ana maria`, `name:an*ia`: text in the code's own name; it goes on to the next field, `!` or quote.

In share mode free text is compared with what is shown, and `name:` is the way to the true names. What is typed behind
`pin:` is shown nowhere, nor in share mode what is typed behind `name:` (`masked`). Where share mode is fixed both are
refused: how many codes there are would tell whoever tries what is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.issue import IssueKind
from seam_tui.domain.pin import MAX_LENGTH
from seam_tui.domain.text import plain_text, shorten
from seam_tui.domain.veil import VEIL
from seam_tui.workspace.query_fields import CHOICES, ChoiceTerm, MomentTerm
from seam_tui.workspace.query_keys import SearchKeys, Sight
from seam_tui.workspace.query_terms import IssueTerm, NameTerm, NotTerm, OwnerTerm, PinTerm, Term, TextTerm
from seam_tui.workspace.store import WorkspaceStore

HIDDEN: Final = "•"
"""What stands for each sign that is not shown."""
OWNERS: Final = ("device", "maker", "account")
MOMENTS: Final = ("starts", "ends", "created")
FIELDS: Final = ("error", "warning", *CHOICES, *OWNERS, *MOMENTS, "name", "pin")
"""Every field, in the order in which it is offered."""
PROBES: Final = frozenset({"name", "pin"})
"""The fields that ask for what share mode hides."""

_EXAMPLES: Final = {name: f"{name}:{next(iter(words))}" for name, words in CHOICES.items()} | {
    "error": "error:any",
    "warning": "warning:any",
    "device": "device:front",
    "maker": "maker:yale",
    "account": 'account:"Main Street"',
    "starts": "starts<24h",
    "ends": "ends<24h",
    "created": "created<1d",
    "name": "name:ana",
    "pin": "pin: and digits",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a query that could not be read. Its words repeat no value: one may be a PIN."""

    start: int
    """Offset in the text of the first character that is wrong."""
    end: int
    """Offset behind the last one; always past `start`."""
    words: str
    """What is wrong, and what would do."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, as terms that all must hold. One with mistakes asks for what its other terms ask for."""

    text: str = field(default="", repr=False, compare=False)
    """As typed; may hold the digits of a PIN."""
    terms: tuple[Term, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked, so that every code matches."""
        return not self.terms

    @property
    def asks_for_pins(self) -> bool:
        """Whether it finds fewer codes, or more, while PINs are still to be read."""
        return any(isinstance(term.term if isinstance(term, NotTerm) else term, PinTerm) for term in self.terms)

    @property
    def clear_texts(self) -> frozenset[str]:
        """The text, folded, that may be part of the name of a guest or an account, and is shown as it was typed."""
        bare = [term.term if isinstance(term, NotTerm) else term for term in self.terms]
        free = {term.needle for term in bare if isinstance(term, TextTerm)}
        return frozenset(
            free | {each.needle for each in bare if isinstance(each, OwnerTerm) and each.name == "account"}
        )

    @property
    def moves(self) -> bool:
        """Whether time alone may change what matches."""
        return any(term.moves for term in self.terms)

    def __str__(self) -> str:
        return self.describe()

    def describe(self) -> str:
        """What is asked, in words, such as `“front”, any error, not lock online`; PINs are masked."""
        return ", ".join(term.describe() for term in self.terms) or "everything"

    def implies(self, other: Query) -> bool:
        """Whether each code that matches this query surely matches the other; False where it is not known."""
        return all(any(mine.implies(term) for mine in self.terms) for term in other.terms)

    def matcher(self, store: WorkspaceStore, now: datetime) -> Callable[[AccessCode], bool]:
        """The test of codes for one look at the store: good until the store changes or time passes."""
        sight = Sight(store, SearchKeys(store, keep=False), now)
        tests = [term.bind(sight) for term in self.terms]
        return lambda code: all(test(code) for test in tests)


EVERYTHING: Final = Query()
"""The query that every code matches."""


# Reading

_TOKEN: Final = re.compile(
    r"""\s*(?P<no>!*)(?:(?P<name>[A-Za-z][A-Za-z_-]*)(?P<op>[:<>]))?(?:"(?P<quoted>[^"]*)(?P<close>"?)|(?P<bare>\S*))"""
)
_FREE: Final = r"""(?!!|"|[A-Za-z][A-Za-z_-]*[:<>])\S+"""
# "pin: 1234" is meant as a PIN and "name: ana b" as a name; read as free text, they would be told in words.
_BEHIND_SPACE: Final = {
    "pin": re.compile(r"""\s+(?:"(?P<quoted>[0-9][^"]*)(?P<close>"?)|(?P<bare>[0-9]\S*))"""),
    "name": re.compile(rf"""\s+(?:"(?P<quoted>[^"]*)(?P<close>"?)|(?P<bare>{_FREE}))"""),
}
_REST_OF_NAME: Final = re.compile(rf"(?:\s+{_FREE})*")
_SPAN: Final = re.compile(r"(-?)([0-9]{1,6})([mhdw])", re.IGNORECASE)
_UNITS: Final = {"m": "min", "h": "h", "d": "d", "w": "weeks"}
_LONGEST: Final = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, with the places of its parts. Its value may be a PIN."""

    bangs: int
    """How many `!` stand before it; two say nothing."""
    name: str
    """Folded; empty for free text."""
    op: str
    value: str = field(repr=False)
    start: int
    value_start: int
    end: int
    is_closed: bool
    """False when a quote was opened and not closed."""
    is_quoted: bool


def parse_query(text: str) -> Query:
    """Read what was typed. Nothing is raised: what cannot be read becomes a `Mistake`, the rest is asked."""
    terms: dict[Term, None] = {}
    mistakes: list[Mistake] = []
    for word in words_of(text):
        if not word.is_closed:
            mistakes.append(Mistake(word.start, word.end, 'This quote is not closed: add a " at its end.'))
        term = _read(word)
        if isinstance(term, Mistake):
            mistakes.append(term)
        else:
            terms[NotTerm(term) if word.bangs % 2 else term] = None
    return Query(text, tuple(terms), tuple(mistakes))


def words_of(text: str) -> Iterator[Word]:
    """The words of a query, one after the other."""
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:  # the pattern matches anything
            return
        name, part = (match["name"] or "").casefold(), match
        if name in PROBES and match["quoted"] is None and not match["bare"]:
            part = _BEHIND_SPACE[name].match(text, match.end(), end) or match
        kind, at = "bare" if part["quoted"] is None else "quoted", part.end()
        value, value_start = part[kind], part.start(kind)
        if name == "name" and kind == "bare" and value and (rest := _REST_OF_NAME.match(text, at, end)):
            at = rest.end()
            value = text[value_start:at]
        quoted = kind == "quoted"
        closed = not quoted or part["close"] == '"'
        yield Word(len(match["no"]), name, match["op"] or "", value, match.start("no"), value_start, at, closed, quoted)


def masked(text: str) -> str:
    """What was typed as it may be shown, sign for sign: without the PIN, and in share mode without the name."""
    signs = list(text)
    for word in words_of(text):
        if word.name and _is_hidden(word.name):
            signs[word.value_start : word.value_start + len(word.value)] = HIDDEN * len(word.value)
    return "".join(signs)


def _is_hidden(name: str) -> bool:
    """Whether the value of a field is; of one that does not exist, whether it may be meant for such a one."""
    if name not in FIELDS:
        return VEIL.is_drawn or bool(PROBES.intersection(get_close_matches(name, FIELDS, n=1)))
    return name == "pin" or (name in PROBES and VEIL.is_drawn)


def _read(word: Word) -> Term | Mistake:
    """The term that a word stands for, before its negation."""
    typed = plain_text(word.value)
    whole = (word.start, word.end)
    if not word.name:
        if typed:
            return TextTerm(typed.casefold(), typed)
        if word.is_quoted:
            return Mistake(*whole, "There is nothing between these quotes.")
        return Mistake(
            *whole, "Nothing here can be searched for." if word.value else "Write a word right behind the !."
        )
    if word.name not in FIELDS:
        return Mistake(*whole, _no_such_field(word.name))
    if word.name in PROBES and VEIL.is_fixed:
        return Mistake(*whole, f"“{word.name}:” is not for visitors: share mode hides what it searches in.")
    example = _EXAMPLES[word.name]
    if (word.op == ":") is (word.name in MOMENTS):
        takes = "takes < or >" if word.name in MOMENTS else "takes a colon"
        return Mistake(*whole, f"“{word.name}” {takes}, such as {example}.")
    if not typed:
        return Mistake(*whole, f"“{word.name}{word.op}” needs a value, such as {example}.")
    there = (word.value_start, word.value_start + len(word.value))
    value = typed.casefold()
    match word.name:
        case "error" | "warning":
            return IssueTerm(IssueKind(word.name), value)
        case "device" | "maker" | "account":
            return OwnerTerm(word.name, value, typed)
        case "starts" | "ends" | "created":
            return _read_moment(word, value) or Mistake(*there, _no_such_span(word.name))
        case "name":
            return NameTerm(value)
        case "pin":
            if re.fullmatch(f"[0-9]{{1,{MAX_LENGTH}}}", typed):
                return PinTerm(typed)
            return Mistake(*there, f"A PIN has digits only, at most {MAX_LENGTH}.")
        case _:
            known = CHOICES[word.name]
            value = value.replace("-", "_")
            return ChoiceTerm(word.name, value) if value in known else Mistake(*there, _no_such_word(word.name, value))


def _read_moment(word: Word, value: str) -> MomentTerm | None:
    """The window that `<` or `>` and a span of time ask for; None where the span cannot be read."""
    match = _SPAN.fullmatch(value)
    if match is None:
        return None
    unit, within = match[3].lower(), word.op == "<"
    span = timedelta(**{{"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[unit]: int(match[2])})
    past, amount = match[1] == "-", f"{int(match[2])} {_UNITS[unit]}"
    if span > _LONGEST or (past and word.name == "created"):
        return None
    name, zero = word.name, timedelta()
    if name == "created":
        words = f"created at most {amount} ago" if within else f"created more than {amount} ago"
        return MomentTerm(name, -span if within else None, None if within else -span, words)
    if past:
        done = {"starts": "started", "ends": "ended"}[name]
        words = f"{done} {amount} ago or earlier" if within else f"{done} within the last {amount}"
        return MomentTerm(name, None if within else -span, -span if within else zero, words)
    words = f"{name} within {amount}" if within else f"{name} more than {amount} from now"
    return MomentTerm(name, zero if within else span, span if within else None, words)


def _no_such_field(name: str) -> str:
    close = get_close_matches(name, FIELDS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {_listed(FIELDS)}."
    return f"There is no field “{shorten(name, 20)}”: {hint} Put quotes around it to search for it as text."


def _no_such_word(name: str, value: str) -> str:
    close = get_close_matches(value, CHOICES[name], n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"“{name}:” takes {_listed(tuple(CHOICES[name]), 'or')}.{hint}"


def _no_such_span(name: str) -> str:
    if name == "created":
        return "This takes a number and m, h, d or w for minutes, hours, days or weeks, such as 1d: how long ago."
    return "This takes a number and m, h, d or w for minutes, hours, days or weeks, such as 24h, or -3d for the past."


def _listed(words: Collection[str], joint: str = "and") -> str:
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last
