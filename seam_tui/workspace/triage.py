"""What is wrong and how urgent it is: the one place where severity is decided and errors and warnings are counted.

The order follows seam_facts section 7 ("What people ask"): live now and failing, past its end and still open, about to
start with an error; then other errors, then warnings, then what waits for its lock, then what is healthy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.issue import Issue, IssueLevel
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.tally import Counts, inherits
from seam_tui.workspace.times import relative

URGENT_BEFORE_START: Final = timedelta(hours=24)
"""A code that starts this soon and has an error is urgent: little time is left to do something about it."""
LOADING_LEAD: Final = timedelta(hours=72)
"""How early Seam begins to put a code on its lock (seam_facts section 5); until then waiting is no news."""

_STILL_OPENS: Final = frozenset({"failed_to_delete", "failed_to_remove_from_device"})
"""Errors that leave a code working after it should have stopped."""


class Severity(IntEnum):
    """How bad it is, worst first. Glyph, word and order carry it without colour (UX rule 19)."""

    URGENT = 0
    ERROR = 1
    WARNING = 2
    PENDING = 3
    OK = 4

    @property
    def glyph(self) -> str:
        """One character, of one column in every terminal."""
        return "‼✖▲◌✓"[self.value]

    @property
    def word(self) -> str:
        """The word beside the glyph."""
        return ("urgent", "error", "warning", "waiting", "ok")[self.value]

    @property
    def label(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"


def severity_of(code: AccessCode, issues: tuple[Issue, ...], now: datetime) -> Severity:
    """Decide how bad it is for one code.

    URGENT is a code with an error that keeps it from doing its work while somebody depends on it: it is past its end
    and its removal failed; or it is live, or starts within 24 hours, and either the error is about the code itself, or
    it comes from the lock or the account and the code is not known to be on the lock. A code that already is on a lock
    that is offline still opens it: an ERROR. Every other error is an ERROR, and a code with warnings only a WARNING, so
    that the rows of these severities are exactly the codes that `Counts` counts.

    Args:
        code: The code.
        issues: All its issues, inherited ones too: `WorkspaceStore.issues_of_code`.
        now: The wall time.
    """
    if issues:
        errors = [issue for issue in issues if issue.is_error]
        if not errors:
            return Severity.WARNING
        return Severity.URGENT if _is_urgent(code, errors, now) else Severity.ERROR
    if code.status is AccessCodeStatus.SET and not code.pending_mutations and not code.is_waiting_for_code_assignment:
        return Severity.OK  # nearly every code, and a list of 100,000 asks for each
    return Severity.PENDING if _is_waiting(code, now) else Severity.OK


def _is_urgent(code: AccessCode, errors: list[Issue], now: datetime) -> bool:
    if code.has_ended(now):
        return any(issue.code in _STILL_OPENS for issue in errors)
    if code.is_being_deleted:
        return False
    if code.starts_at is not None and code.starts_at - now > URGENT_BEFORE_START:
        return False
    if any(issue.level is IssueLevel.ACCESS_CODE and issue.code not in _STILL_OPENS for issue in errors):
        return True
    return not is_on_lock(code) and any(issue.level is not IssueLevel.ACCESS_CODE for issue in errors)


def _is_waiting(code: AccessCode, now: datetime) -> bool:
    if code.is_being_deleted or code.is_waiting_for_code_assignment or code.status is AccessCodeStatus.SETTING:
        return True
    if code.pending_mutations:
        far_off = code.starts_at is not None and code.starts_at - now > LOADING_LEAD
        planned = {"deferring_creation", "creating"} if far_off else {"deferring_creation"}
        if any(mutation.mutation_code not in planned for mutation in code.pending_mutations):
            return True
    needs_lock = code.is_managed and not code.is_offline_access_code
    return needs_lock and code.status is AccessCodeStatus.UNSET and code.is_live(now) and not is_on_lock(code)


def is_on_lock(code: AccessCode) -> bool:
    """Whether the code is known to be on its lock, as far as Seam says."""
    if not code.is_managed or code.is_offline_access_code or code.is_scheduled_on_device:
        return True
    if code.status in {AccessCodeStatus.SET, AccessCodeStatus.REMOVING}:
        return True
    # "setting" is also said of a change to a code that the lock holds in its old form.
    changing = any(mutation.mutation_code.startswith("updating") for mutation in code.pending_mutations)
    return code.status is AccessCodeStatus.SETTING and changing


def counts_for_device(store: WorkspaceStore, device_id: str) -> Counts:
    """The counts of one device; the store keeps them with every batch, so this costs nothing."""
    return store.counts_of_device(device_id)


def counts_for_workspace(store: WorkspaceStore) -> Counts:
    """The counts of the whole workspace; the store keeps them with every batch, so this costs nothing."""
    return store.counts


def severity_of_device(store: WorkspaceStore, device_id: str) -> Severity:
    """ERROR for a device with errors, with codes that have some, or whose codes could not be read; then WARNING, OK."""
    counts = store.counts_of_device(device_id)
    device = store.devices.get(device_id)
    if counts.codes_with_errors or store.unread_device(device_id) is not None or (device and device.errors):
        return Severity.ERROR
    return Severity.WARNING if counts.codes_with_warnings or (device and device.warnings) else Severity.OK


def error_test(store: WorkspaceStore) -> Callable[[AccessCode], bool]:
    """A test of whether `Counts` counts a code as having errors: its own, or inherited from its device or account.

    It looks at each device once, so it holds until the store changes.
    """
    handing_down: dict[str, bool] = {}

    def has_errors(code: AccessCode) -> bool:
        if code.errors:
            return True
        key = code.device_id
        if key not in handing_down:
            handing_down[key] = bool(store.inherited_errors(key))
        return handing_down[key] and inherits(code)

    return has_errors


def slots_used(store: WorkspaceStore, device_id: str) -> int:
    """How many of a lock's code slots are taken, as far as is known; meaningful beside a known maximum.

    Managed codes that are on the lock, unmanaged codes and backup codes use slots (seam_facts section 7, question 14);
    codes that the maker computes do not. A code whose state Seam cannot see is counted: it may well be there. Where
    Seam itself counts more in a warning, its number is taken.
    """
    counted = sum(_uses_slot(code) for code in store.codes_of_device(device_id))
    device = store.devices.get(device_id)
    told = [issue.active_access_code_count or 0 for issue in device.issues] if device is not None else []
    return max([counted, *told])


def _uses_slot(code: AccessCode) -> bool:
    if code.is_offline_access_code:
        return False
    return code.is_backup or code.status is AccessCodeStatus.UNKNOWN or is_on_lock(code)


# Order

# Among urgent codes, one that still opens after its end comes before one that is yet to start.
_PREFIXES: Final = [
    [f"{severity:d}{rank}" for rank in ("021" if severity is Severity.URGENT else "012")]
    for severity in sorted(Severity)
]
"""How a key begins: by severity, then by phase: live, coming, ended."""


_MOST_TIMES: Final = 10_000
"""Times that a moment remembers from one call to the next."""


class Moment:
    """The places of codes at one moment: what hangs on a time alone is reckoned once for each time.

    Args:
        now: The wall time.

    Attributes:
        now: The same.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._starts: dict[datetime | None, tuple[int, str, float, list[str]]] = {}
        self._ends: dict[datetime | None, tuple[bool, float]] = {}

    def place(self, code: AccessCode, issues: tuple[Issue, ...]) -> tuple[str, float]:
        """What sorts a code among others, and the next moment at which time alone may change that or its severity.

        Args:
            code: The code.
            issues: Its own and those that it inherits.

        Returns:
            A text that sorts as `order_for_triage` says, ending in NUL and the code's id: one text sorts 100,000 codes
            faster and in less memory than a tuple would. The moment as seconds since 1970; infinite when none is left.
        """
        start = self._starts.get(code.starts_at) or self._start(code.starts_at)
        end = self._ends.get(code.ends_at) or self._end(code.ends_at)
        phase = 2 if end[0] and code.has_ended(self.now) else start[0]
        prefix = _PREFIXES[severity_of(code, issues, self.now)][phase]
        return f"{prefix}{start[1]}{code.name.casefold()}\0{code.access_code_id}", min(start[2], end[1])

    def places(self, codes: Iterable[AccessCode], store: WorkspaceStore) -> tuple[list[str], list[float]]:
        """What `place` says of many codes of a store, as two lists.

        Nearly all of 100,000 codes have nothing wrong and either are on their lock or have not begun; that is told
        here in a third of the time.
        """
        if len(self._starts) + len(self._ends) > _MOST_TIMES:
            self._starts.clear()
            self._ends.clear()
        keys: list[str] = []
        turns: list[float] = []
        add_key, add_turn = keys.append, turns.append
        hands_down: dict[str, bool] = {}
        starts, ends = self._starts, self._ends
        on_lock, not_yet, bounded = AccessCodeStatus.SET, AccessCodeStatus.UNSET, AccessCodeType.TIME_BOUND
        for code in codes:
            device_id, status = code.device_id, code.status
            handed_down = hands_down.get(device_id)
            if handed_down is None:
                handed_down = hands_down[device_id] = bool(store.inherited_errors(device_id))
            start = starts.get(code.starts_at) or self._start(code.starts_at)
            if (
                not (handed_down or code.errors or code.warnings or code.pending_mutations)
                and not code.is_waiting_for_code_assignment
                and (status is on_lock or (status is not_yet and start[0] and code.type is bounded))
            ):
                has_ended, end = ends.get(code.ends_at) or self._end(code.ends_at)
                head = start[3][2 if has_ended and code.type is bounded else start[0]]
                add_key(f"{head}{code.name.casefold()}\0{code.access_code_id}")
                turn = start[2]
                add_turn(turn if turn < end else end)
            else:
                key, turn = self.place(code, store.issues_of_code(code) if handed_down else code.issues)
                add_key(key)
                add_turn(turn)
        return keys, turns

    def _start(self, starts_at: datetime | None) -> tuple[int, str, float, list[str]]:
        """Whether it is ahead, its text, the next turn, and how keys of healthy codes begin, by phase."""
        is_ahead = starts_at is not None and starts_at > self.now
        turn = math.inf
        if starts_at is not None and is_ahead:
            # The first days of the calendar have nothing before them.
            leads = (LOADING_LEAD, URGENT_BEFORE_START) if starts_at.year > 1 else ()
            turn = min([starts_at, *(at for lead in leads if (at := starts_at - lead) > self.now)]).timestamp()
        text = f"{0 if starts_at is None else max(int(starts_at.timestamp()), 0):012d}"
        healthy = [prefix + text for prefix in _PREFIXES[Severity.OK]]
        found = self._starts[starts_at] = int(is_ahead), text, turn, healthy
        return found

    def _end(self, ends_at: datetime | None) -> tuple[bool, float]:
        is_ahead = ends_at is not None and ends_at > self.now
        turn = ends_at.timestamp() if ends_at is not None and is_ahead else math.inf
        found = self._ends[ends_at] = ends_at is not None and not is_ahead, turn
        return found


def order_for_triage(store: WorkspaceStore, codes: Iterable[AccessCode], now: datetime) -> list[str]:
    """Ids of codes in the order in which a person should look at them.

    By severity; within one, live codes before coming ones before ended ones (among urgent codes, ended ones that still
    open before coming ones); then by start, then by name.
    """
    codes = tuple(codes)
    keys, _ = Moment(now).places(codes, store)
    return [codes[place].access_code_id for place in sorted(range(len(codes)), key=keys.__getitem__)]


# Status in words

_CHANGING: Final = {"updating_code": "PIN", "updating_name": "name", "updating_time_frame": "times"}


def status_in_words(code: AccessCode, now: datetime) -> str:
    """Where a code stands, in a few words, following its life in seam_facts section 5.

    Decided from pending mutations, times and status; Seam's `display_status` is free text and decides nothing.
    """
    words, aside = _status(code, now)
    return f"{words} ({aside})" if aside else words


def status_without_time(code: AccessCode, now: datetime) -> str:
    """`status_in_words` without what only tells time: codes that stand alike have one text, coming ones another."""
    if _is_at_rest(code) and not code.has_ended(now):
        return _ON_LOCK if code.is_live(now) else f"{_ON_LOCK} ("
    words, aside = _status(code, now)
    return f"{words} (" if aside else words


_ON_LOCK: Final = "on the lock"


def _is_at_rest(code: AccessCode) -> bool:
    """Whether a code is simply on its lock: nearly every one is, and a list of 100,000 asks each."""
    if code.status is not AccessCodeStatus.SET or code.pending_mutations or code.errors or code.warnings:
        return False
    return not code.is_waiting_for_code_assignment and not code.is_offline_access_code


def _status(code: AccessCode, now: datetime) -> tuple[str, str]:
    """The words, and an aside on when it starts."""
    if code.is_being_deleted:
        return "removing", ""
    changing = [_CHANGING[m.mutation_code] for m in code.pending_mutations if m.mutation_code in _CHANGING]
    if changing:
        return f"changing {' and '.join(changing)}", ""
    if code.has_ended(now):
        return "ended, still on the lock" if code.status is AccessCodeStatus.SET and code.is_managed else "ended", ""
    if any(issue.code == "access_code_inactive" for issue in code.errors):
        return "switched off on the lock", ""
    if code.is_waiting_for_code_assignment:
        return "waiting for a PIN from the maker", ""
    starting = "" if code.is_live(now) else _starting(code, now)
    if code.is_offline_access_code:
        return "works without a connection", starting
    if code.status is AccessCodeStatus.UNKNOWN:
        return "unknown: Seam cannot see the lock", ""
    if code.status is AccessCodeStatus.SET:
        return _ON_LOCK, starting
    if code.is_scheduled_on_device and starting:
        return "scheduled on the lock", starting
    if code.status is AccessCodeStatus.SETTING or not starting:
        return "waiting for the lock", starting
    return "not on the lock yet", starting if code.issues else f"{starting}; that is normal"


def _starting(code: AccessCode, now: datetime) -> str:
    """`starts in 3 days`, for a code that has not started."""
    return "" if code.starts_at is None else f"starts {relative(code.starts_at, now)}"
