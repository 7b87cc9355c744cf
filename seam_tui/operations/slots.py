"""Free slots on a lock: how many are taken, and what can go so that another code finds room.

A lock counts what it holds: managed codes that are on it, unmanaged codes, and backup codes (seam_facts section 7, 14).
Proposed first is what nobody misses; what opens the door now is proposed last, and never chosen for the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.veil import quoted
from seam_tui.operations.bulk import make_bulk_plan
from seam_tui.operations.operation import takes_slot, why_not_deleted
from seam_tui.operations.plan import Plan, Refusal
from seam_tui.operations.subject import Subject
from seam_tui.workspace.times import relative

_FULL: Final = "max_access_codes_reached"
"""Warning of a lock that tells how many codes it holds and can hold."""


class SlotReason(IntEnum):
    """Why a code can go, in the order in which codes are proposed."""

    ENDED = 0
    """Its end lies behind us."""
    PAST_END = 1
    """It ended, and its removal failed: the lock still has it."""
    DUPLICATE = 2
    """Unmanaged, with the PIN of another code."""
    OLD = 3
    """Nothing but its age."""


@dataclass(frozen=True, slots=True)
class SlotCandidate:
    """A code that could go."""

    code: AccessCode
    kind: SlotReason
    reason: str
    """One sentence for a person."""
    is_live: bool
    """Whether it should open the door now, going by its times: deleting it may leave somebody outside."""
    chosen: bool
    """Whether it is proposed as chosen: never when it is live, or when only its age speaks against it."""


@dataclass(frozen=True, slots=True)
class SlotsProposal:
    """What a lock holds, and what of it can go."""

    entries: tuple[SlotCandidate, ...]
    """In the order in which to let them go: those that are live now stand last."""
    left_out: tuple[Refusal, ...]
    """Codes that take a slot and that Seam cannot delete, each with the reason."""
    used: int
    """Slots that are taken, as far as is known."""
    maximum: int | None
    """Codes that the lock can hold; None when it does not say."""
    hides_spares: bool
    """Whether spare backup codes may take slots as well: Seam lists them only once they were pulled."""

    @property
    def free(self) -> int | None:
        """Slots that are left; None when the lock does not say how many it has."""
        return None if self.maximum is None else max(0, self.maximum - self.used)


def propose_slots(device: Device, codes: Iterable[AccessCode], now: datetime) -> SlotsProposal:
    """Count the slots of a lock, and say what could go.

    Args:
        device: The lock.
        codes: Its codes, managed and unmanaged.
        now: The wall time, aware.
    """
    listed = tuple(codes)
    held = [code for code in listed if takes_slot(code, now)]
    left_out = [
        Refusal(code.access_code_id, code.true_title, reason)
        for code in held
        if (reason := why_not_deleted(code)) is not None
    ]
    entries = sorted(_candidates(held, listed, now), key=_order)
    full = next((warning for warning in device.warnings if warning.code == _FULL), None)
    told = 0 if full is None else full.active_access_code_count or 0
    maximum = device.max_active_codes_supported
    if maximum is None and full is not None:
        maximum = full.max_active_access_code_count
    return SlotsProposal(
        entries=tuple(entries),
        left_out=tuple(left_out),
        used=max(len(held), told),
        maximum=maximum,
        hides_spares=device.backup_access_code_pool_enabled is True,
    )


def proposal_for(subject: Subject, now: datetime) -> SlotsProposal | None:
    """The proposal for what a person looks at; None without a lock."""
    if subject.device is None:
        return None
    return propose_slots(subject.device, codes_of(subject), now)


def plan_for(subject: Subject, chosen: Iterable[str], now: datetime, *, read_only: bool = False) -> Plan:
    """The plan that deletes the chosen codes; checked and asked for like any other deletion of many.

    Args:
        subject: The lock with its codes.
        chosen: Ids of the codes that are to go.
        now: The wall time, aware.
        read_only: Whether writes are refused.
    """
    codes, wanted = codes_of(subject), set(chosen)
    subjects = [
        replace(subject, code=code, neighbours=tuple(other for other in codes if other is not code), issue=None)
        for code in codes
        if code.access_code_id in wanted
    ]
    return make_bulk_plan(ActionId.DELETE, subjects, now, read_only=read_only)


def codes_of(subject: Subject) -> tuple[AccessCode, ...]:
    """Every code of the subject's lock that is loaded."""
    return (*(() if subject.code is None else (subject.code,)), *subject.neighbours)


def _candidates(held: Iterable[AccessCode], listed: tuple[AccessCode, ...], now: datetime) -> Iterator[SlotCandidate]:
    for code in held:
        if why_not_deleted(code) is not None:
            continue
        kind, reason = _why(code, listed, now)
        is_live = code.is_live(now)
        chosen = not is_live and kind is not SlotReason.OLD
        yield SlotCandidate(code, kind, reason, is_live, chosen)


def _why(code: AccessCode, listed: tuple[AccessCode, ...], now: datetime) -> tuple[SlotReason, str]:
    if code.has_ended(now) and code.ends_at is not None:
        ended = f"It ended {relative(code.ends_at, now)}"
        if any(error.level is IssueLevel.ACCESS_CODE for error in code.errors):
            return SlotReason.PAST_END, f"{ended} and is still on the lock: its removal failed."
        return SlotReason.ENDED, f"{ended}."
    twin = None if code.is_managed else _twin(code, listed)
    if twin is not None:
        return SlotReason.DUPLICATE, f"Unmanaged, with the same PIN as {quoted(twin.true_title)}."
    kind = "A backup code" if code.is_backup else "Managed" if code.is_managed else "Unmanaged"
    if code.created_at is None:
        return SlotReason.OLD, f"{kind}; since when is not known."
    return SlotReason.OLD, f"{kind}, made {relative(code.created_at, now)}."


def _twin(code: AccessCode, listed: tuple[AccessCode, ...]) -> AccessCode | None:
    """The code that keeps the PIN when this one goes: a managed one, else an unmanaged one that is newer."""
    if code.pin is None:
        return None
    same = [other for other in listed if other is not code and other.pin is not None and other.pin.equals(code.pin)]
    managed = [other for other in same if other.is_managed]
    return max(managed or (other for other in same if _age(other) > _age(code)), key=_age, default=None)


def _order(candidate: SlotCandidate) -> tuple[bool, int, tuple[datetime, str]]:
    return candidate.is_live, candidate.kind, _age(candidate.code)


def _age(code: AccessCode) -> tuple[datetime, str]:
    """What is oldest comes first; what hides its age comes last. The id settles ties."""
    return code.created_at or datetime.max.replace(tzinfo=UTC), code.access_code_id
