"""The terms of a filter that ask for one of a few words, or for a moment near now: the ones that time may change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.workspace.query_keys import Answers, Sight
from seam_tui.workspace.query_terms import Term, Test
from seam_tui.workspace.triage import LOADING_LEAD, URGENT_BEFORE_START, Severity, severity_of

SEVERITIES: Final = tuple(severity.word for severity in Severity)
CHOICES: Final[dict[str, dict[str, str]]] = {
    "level": {"code": "issue at code level", "device": "issue at device level", "account": "issue at account level"},
    "status": {status.value: f"status {status.value}" for status in AccessCodeStatus},
    "severity": {word: f"severity {word}" for word in SEVERITIES},
    "type": {"ongoing": "ongoing", "time_bound": "time-bound"},
    "managed": {"yes": "managed", "no": "unmanaged"},
    "backup": {"yes": "backup code", "no": "no backup code"},
    "offline": {"yes": "offline code", "no": "no offline code"},
    "online": {"yes": "lock online", "no": "lock offline"},
}
"""The fields that take one of a few words, and what each word asks."""


@dataclass(frozen=True, slots=True)
class ChoiceTerm(Term):
    """One of the words of `CHOICES`."""

    name: str
    word: str

    @property
    def moves(self) -> bool:
        """Whether the answer may change with time alone: a severity does."""
        return self.name == "severity"

    def bind(self, sight: Sight) -> Test:
        """Test of a code by one of its fields."""
        word, yes = self.word, self.word == "yes"
        match self.name:
            case "level":
                return lambda code: any(issue.level.label == word for issue in sight.issues(code))
            case "severity":
                wanted, now = Severity(SEVERITIES.index(word)), sight.now
                return lambda code: wanted is severity_of(code, sight.issues(code), now)
            case "status" if word == AccessCodeStatus.REMOVING.value:
                return _is_removing  # as the screen says it, not only as `status` does
            case "status":
                status = AccessCodeStatus(word)
                return lambda code: code.status is status
            case "type":
                kind = AccessCodeType(word)
                return lambda code: code.type is kind
            case "managed":
                return lambda code: code.is_managed is yes
            case "backup":
                return lambda code: code.is_backup is yes
            case "offline":
                return lambda code: code.is_offline_access_code is yes
            case _:
                devices = sight.store.devices
                # A lock that does not say is neither.
                is_so = Answers(lambda key: (device := devices.get(key)) is not None and device.online is yes)
                return lambda code: is_so[code.device_id]

    def find(self, sight: Sight) -> set[str] | None:
        """By level or severity: only the codes that may have issues, or are not simply healthy, are tested."""
        if self.name not in {"level", "severity"}:
            return None
        test = self.bind(sight)
        if self.word not in _BY_WAITING:
            return {code.access_code_id for code in sight.troubled() if test(code)}
        restless, codes = sight.restless(sight.store.codes.values()), sight.store.codes
        if self.word == Severity.OK.word:
            return codes.keys() - {code.access_code_id for code in restless if not test(code)}
        return {code.access_code_id for code in restless if test(code)}

    def next_flip(self, codes: Collection[AccessCode], sight: Sight) -> datetime | None:
        """The next of the turns that `triage.Moment` names, of a code that is not simply healthy."""
        if not self.moves:
            return None
        codes = sight.restless(codes) if self.word in _BY_WAITING else [c for c in codes if sight.issues(c)]
        starts, ends, nothing = _MOMENTS["starts"], _MOMENTS["ends"], timedelta()
        turns = [_first_crossing(codes, starts, by, sight.now) for by in (LOADING_LEAD, URGENT_BEFORE_START, nothing)]
        turns.append(_first_crossing(codes, ends, nothing, sight.now))
        return min((turn for turn in turns if turn is not None), default=None)

    def describe(self) -> str:
        """`lock offline`."""
        return CHOICES[self.name][self.word]


_BY_WAITING: Final = frozenset({Severity.PENDING.word, Severity.OK.word})
"""Severities that codes without any issue have."""


def _is_removing(code: AccessCode) -> bool:
    told = code.status is AccessCodeStatus.REMOVING or code.pending_mutations or code.warnings
    return bool(told) and code.is_being_deleted


@dataclass(frozen=True, slots=True)
class MomentTerm(Term):
    """`starts`, `ends`, `created`: a moment in a window that moves with now. A code without that moment is outside."""

    name: str
    after: timedelta | None
    """The moment is later than now plus this; None for no bound."""
    until: timedelta | None
    """The moment is not later than now plus this; None for no bound."""
    words: str = field(compare=False)

    @property
    def moves(self) -> bool:
        """Always."""
        return True

    def bind(self, sight: Sight) -> Test:
        """Test of a code by one of its moments."""
        moment_of = _MOMENTS[self.name]
        after = None if self.after is None else shifted(sight.now, self.after)
        until = None if self.until is None else shifted(sight.now, self.until)

        def test(code: AccessCode) -> bool:
            moment = moment_of(code)
            if moment is None or (after is not None and moment <= after):
                return False
            return until is None or moment <= until

        return test

    def implies(self, other: Term) -> bool:
        """A narrower window implies a wider one."""
        if not isinstance(other, MomentTerm) or self.name != other.name:
            return False
        later = other.after is None or (self.after is not None and self.after >= other.after)
        return later and (other.until is None or (self.until is not None and self.until <= other.until))

    def next_flip(self, codes: Collection[AccessCode], sight: Sight) -> datetime | None:
        """When the first moment crosses an edge of the window: each moment crosses each edge once."""
        edges = [edge for edge in (self.after, self.until) if edge is not None]
        flips = [_first_crossing(codes, _MOMENTS[self.name], edge, sight.now) for edge in edges]
        return min((flip for flip in flips if flip is not None), default=None)

    def describe(self) -> str:
        """`starts within 24 h`."""
        return self.words


_MOMENTS: Final[dict[str, Callable[[AccessCode], datetime | None]]] = {
    "starts": lambda code: code.starts_at,
    "ends": lambda code: code.ends_at,
    "created": lambda code: code.created_at,
}


def shifted(moment: datetime, by: timedelta) -> datetime:
    """A moment moved, at most to an end of the calendar."""
    try:
        return moment + by
    except OverflowError:
        return (datetime.max if by > timedelta() else datetime.min).replace(tzinfo=moment.tzinfo)


def _first_crossing(
    codes: Collection[AccessCode], moment_of: Callable[[AccessCode], datetime | None], edge: timedelta, now: datetime
) -> datetime | None:
    """When now plus an edge first reaches one of the codes' moments that lie past it."""
    line = shifted(now, edge)
    first = min((m for code in codes if (m := moment_of(code)) is not None and m > line), default=None)
    return None if first is None else shifted(first, -edge)
