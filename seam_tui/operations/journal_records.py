"""What a run's journal consists of: one frozen record for each line.

A PIN is a record of its own (`PinKept`), which goes to the run's side file alone; a name in which a PIN stands goes
there too, and is masked in its line (`journal_lines`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.pin import Pin

if TYPE_CHECKING:
    from seam_tui.operations.plan import PlanStep

VERSION: Final = 1
"""Of the lines' form; a file of a later one is refused."""


class Outcome(StrEnum):
    """How one step ended (UX rule 8)."""

    DONE = "done"
    ASKED = "asked"
    """Seam took it; the lock has not confirmed yet."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not sent: the code changed or went since the plan was shown."""
    UNKNOWN = "unknown"


class SendKind(StrEnum):
    """What is sent to a lock or to Seam; the first five are limited per lock and minute (seam_facts section 4)."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    LOCK = "lock"
    UNLOCK = "unlock"
    CONVERT = "convert"
    PULL_BACKUP = "pull_backup"
    OTHER = "other"


class PinSlot(StrEnum):
    """Which PIN of a step it is."""

    BEFORE = "before"
    """The one that the code had: undo needs it."""
    SENT = "sent"
    """The one that is sent: going on after a kill needs it, to send it or to find it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The first line of a run's file."""

    run_id: str
    workspace_id: str
    workspace_name: str
    action: str
    """An `ActionId`; kept as text, so that a file with an action of another release can be read."""
    created_at: datetime
    count: int
    """Steps of the plan; fewer `Planned` lines mean that nothing was sent yet."""
    endpoint: str
    undoes: str | None = None
    """The run that this one puts back."""
    version: int = VERSION
    record: Literal["header"] = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRecord:
    """A code as it was before the step, without its PIN: what a re-create and an undo need."""

    access_code_id: str
    device_id: str
    name: str
    type: AccessCodeType
    status: AccessCodeStatus
    is_managed: bool
    has_pin: bool
    """Whether its PIN was known, and so is in the side file."""
    created_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    common_code_key: str | None = None
    pulled_backup_access_code_id: str | None = None
    is_backup: bool = False
    is_backup_access_code_available: bool = False
    is_external_modification_allowed: bool = False
    is_offline_access_code: bool = False
    is_one_time_use: bool = False
    is_scheduled_on_device: bool = False

    @classmethod
    def of(cls, code: AccessCode) -> CodeRecord:
        """The record of a code; its issues and pending mutations are not kept."""
        return cls(has_pin=code.pin is not None, **{name: getattr(code, name) for name in _SAME_FIELDS})

    def as_access_code(self, pin: Pin | None) -> AccessCode:
        """The code again, as far as it was kept.

        Args:
            pin: Its PIN from the side file; None when none was known or it is forgotten.
        """
        return AccessCode(pin=pin, **{name: getattr(self, name) for name in _SAME_FIELDS})


_SAME_FIELDS: Final = tuple(item.name for item in fields(CodeRecord) if item.name != "has_pin")
"""What a code and its record have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentValues:
    """What a step sends, without its PIN; None means that it is left alone."""

    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None
    time_zone: str | None = None
    sets_pin: bool = False
    """Whether a PIN that was known when it was planned is sent; it is in the side file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One step as it is to be sent, written before anything of the run is."""

    step: int
    """Its number in the run."""
    action: str
    """An `ActionId`, as text."""
    title: str
    code: CodeRecord | None = None
    device_id: str | None = None
    connected_account_id: str | None = None
    values: SentValues = SentValues()
    force: bool = False
    access_grant_id: str | None = None
    """The grant that it is carried out through."""
    makes_new: bool = False
    """Of an undo: whether the code is created again."""
    wait_until_gone: str | None = None
    """Of an undo: a code that has to be gone first."""
    also: tuple[str, ...] = ()
    """Other codes that change with it."""
    asked_on: str | None = None
    record: Literal["planned"] = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something may be sent from now on: without a word on how it ended it is open."""

    step: int
    kind: SendKind
    at: datetime
    record: Literal["intent"] = "intent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What the step's intent announced was certainly not sent: cancelled, paused or refused before it left."""

    step: int
    at: datetime
    record: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Seam does not show the step's code any more."""

    step: int
    at: datetime
    record: Literal["gone"] = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A code was made, or one that an earlier send had made was found."""

    step: int
    access_code_id: str
    """The new code's."""
    at: datetime
    record: Literal["created"] = "created"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a step ended; the last one counts (unknown becomes known, asked becomes done)."""

    step: int
    outcome: Outcome
    at: datetime
    said: str = ""
    """One sentence for a person; PINs of the run are masked in it."""
    request_id: str | None = None
    record: Literal["ended"] = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTime:
    """When something was sent to a lock, so that pacing survives a resume."""

    device_id: str
    kind: SendKind
    at: datetime
    record: Literal["send_time"] = "send_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Every step was tried."""

    at: datetime
    record: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A person ended the run before its end; it is not offered again."""

    at: datetime
    record: Literal["stopped"] = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoClosed:
    """Undo is not offered again."""

    at: datetime
    why: Literal["used", "declined"]
    record: Literal["undo_closed"] = "undo_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinKept:
    """A PIN of a step: goes to the side file, never to the run's file."""

    step: int
    slot: PinSlot
    pin: Pin


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKept:
    """A text of a step in which a PIN stands: masked in the run's file, whole in the side file."""

    step: int
    slot: PinSlot
    what: Literal["name", "common_code_key"]
    text: str = field(repr=False)


StepRecord = Planned | Intent | Withdrawn | Gone | Created | Ended
RunRecord = StepRecord | SendTime | Finished | Stopped | UndoClosed
"""What may follow the header."""
Record = RunRecord | PinKept
"""What may be given to a writer."""


def planned_records(number: int, step: PlanStep) -> tuple[Record, ...]:
    """All that is kept of a step before the run begins: its line, and its PINs for the side file."""
    values = step.values
    planned = Planned(
        step=number,
        action=step.action_id.value,
        title=step.name,
        code=None if step.code is None else CodeRecord.of(step.code),
        device_id=step.device_id,
        connected_account_id=step.connected_account_id,
        values=SentValues(
            name=values.name,
            starts_at=values.starts_at,
            ends_at=values.ends_at,
            code_type=values.code_type,
            is_external_modification_allowed=values.is_external_modification_allowed,
            time_zone=values.time_zone,
            sets_pin=values.pin is not None,
        ),
        force=step.force,
        access_grant_id=None if step.grant is None else step.grant.access_grant_id,
        makes_new=step.makes_new,
        wait_until_gone=step.wait_until_gone,
        also=step.also,
        asked_on=step.asked_on,
    )
    pins: list[Record] = []
    if step.code is not None and step.code.pin is not None:
        pins.append(PinKept(step=number, slot=PinSlot.BEFORE, pin=step.code.pin))
    if values.pin is not None:
        pins.append(PinKept(step=number, slot=PinSlot.SENT, pin=values.pin))
    return (planned, *pins)
