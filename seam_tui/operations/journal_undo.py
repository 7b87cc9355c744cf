"""What would put a run back, step by step, as plain data; nothing is sent here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import MASK, Pin
from seam_tui.operations.journal import UNDO_KEPT, Journal
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import CodeRecord, Outcome, SendKind
from seam_tui.operations.journal_state import RunState, StepState

_CANNOT: Final = {
    ActionId.PULL_BACKUP: "A backup that was pulled cannot be put back.",
    ActionId.CONVERT_TO_MANAGED: "Seam has no way to make a managed code unmanaged again.",
    ActionId.LOCK: "A test of the lock changes no code.",
    ActionId.UNLOCK: "A test of the lock changes no code.",
    ActionId.SYNC_ACCOUNT: "A sync changes nothing that could be put back.",
    ActionId.RECONNECT_ACCOUNT: "A Connect Webview changes nothing that could be put back.",
    ActionId.REPORT_TIME_ZONE: "Which time zone Seam had before is not known.",
    ActionId.REPORT_CODE_LENGTHS: "Which lengths Seam had before is not known.",
}
_FORGOTTEN: Final = "Its old PIN is not kept any more."


class UndoKind(StrEnum):
    """What puts a step back."""

    CREATE = "create"
    """The deleted code is made again, under a new id."""
    UPDATE = "update"
    """The old values are put back."""
    NOTHING = "nothing"
    """Nothing can or need be done; `reason` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoStep:
    """What puts one step of a run back."""

    step: int
    """Its number in the run."""
    kind: UndoKind
    title: str
    reason: str = ""
    """Why nothing is done."""
    device_id: str | None = None
    access_code_id: str | None = None
    """The code to be updated; for a create, the id that it had."""
    before: CodeRecord | None = None
    """The whole record as it was; its `name` and times are what a create sends."""
    pin: Pin | None = None
    """To be sent; None leaves it alone, and lets Seam choose one for a create."""
    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None
    wait_until_gone: str | None = None
    """A code that may still be on the lock: a create before it is gone could be refused as its duplicate."""
    notes: tuple[str, ...] = ()
    """What it does not restore."""


def undo_plan_of(run: RunState, now: datetime, kept_for: timedelta = UNDO_KEPT) -> tuple[UndoStep, ...]:
    """What would put a run back, in the order in which its steps were planned.

    Args:
        run: The run, read with its PINs.
        now: The wall time, aware: Seam takes no code that has ended.
        kept_for: How long undo is offered.

    Returns:
        One entry for every step, also for those that nothing is done for.
    """
    reason = why_not_at_all(run, now, kept_for)
    if reason is not None:
        return tuple(_nothing(step, reason) for step in run.steps.values())
    return tuple(_undo_of(step, now) for step in run.steps.values())


def why_not_at_all(run: RunState, now: datetime, kept_for: timedelta = UNDO_KEPT) -> str | None:
    """Why nothing of a run can be put back, whatever its steps did; None when that depends on them."""
    if not run.is_finished:
        return "The run has not come to its end: finish or stop it first."
    if run.undo_closed is not None:
        return "It was undone already." if run.undo_closed.why == "used" else "Undo was declined."
    if now - run.header.created_at > kept_for:
        return f"Undo is kept for {kept_for.days} days."
    return None


def check_undo(journal: Journal, run_id: str, now: datetime) -> None:
    """See that a run can be put back: a plan that was kept in a file may come when it was, or after undo is kept.

    Args:
        journal: Where the run is.
        run_id: The run.
        now: The wall time, aware.

    Raises:
        JournalError: It cannot, or another run puts it back at the moment: a code would be created twice.
    """
    other = journal.unfinished_undo_of(run_id)
    if other is not None:
        raise JournalError(f"Run {other} is putting this one back already.", "Finish or stop that run first.")
    reason = why_not_at_all(journal.read_run(run_id), now)
    if reason is not None:
        raise JournalError(f"The run cannot be put back. {reason}", "Nothing was sent.")


def _undo_of(step: StepState, now: datetime) -> UndoStep:
    code = step.planned.code
    is_deleting = step.has_open_intent and step.intent is not None and step.intent.kind is SendKind.DELETE
    if is_deleting and step.makes_code and code is not None:
        return _recreate(step, code, now)  # its run was stopped half-way: it is made again once the old one is gone
    if step.outcome is Outcome.UNKNOWN or step.has_open_intent:
        return _nothing(step, "How it ended is not known: look at the code first.")
    if step.intent is None or step.outcome is Outcome.SKIPPED:
        return _nothing(step, "It was not sent.")
    if step.planned.action in _CANNOT:
        return _nothing(step, _CANNOT[ActionId(step.planned.action)])
    if code is None:
        return _nothing(step, "It changed no code.")
    if step.planned.access_grant_id is not None:
        return _nothing(step, "It was carried out through an access grant: change or make the grant by hand.")
    if step.created is not None:
        return _undo_of_recreated(step, code, now)
    if step.gone is not None:
        return _recreate(step, code, now)
    if step.outcome not in {Outcome.DONE, Outcome.ASKED} and not step.was_taken:
        return _nothing(step, "It changed nothing.")
    if step.intent.kind is SendKind.DELETE:
        return _recreate(step, code, now)
    return _put_back(step, code, code.access_code_id, now)


def _undo_of_recreated(step: StepState, code: CodeRecord, now: datetime) -> UndoStep:
    if step.created is None or step.gone is None or step.planned.makes_new:
        return _nothing(step, "It made a new code: delete that one if it is not wanted.")
    undone = _put_back(step, code, step.created.access_code_id, now)
    if undone.kind is UndoKind.NOTHING and not undone.reason:
        return _nothing(step, "The code was made again as it was; only its id is new.")
    return undone


def _recreate(step: StepState, code: CodeRecord, now: datetime) -> UndoStep:
    if step.lacks_pin:
        return _nothing(step, f"{_FORGOTTEN} Another one would lock its guest out.")
    if _is_masked(code.name):
        return _nothing(step, "Its name held a PIN and is not kept any more.")
    if code.is_backup:
        return _nothing(step, "It was a spare code of the lock's pool, which Seam fills by itself.")
    if code.is_offline_access_code:
        return _nothing(step, "It was made by the lock's maker; Seam cannot make the same again.")
    if code.ends_at is not None and code.ends_at <= now:
        return _nothing(step, "Its end lies in the past: Seam takes no code that has ended.")
    notes = ["The code gets a new id."]
    if not code.has_pin:
        notes.append("Its PIN was never known here: Seam chooses another one. Tell the guest.")
    if not code.is_managed:
        notes.append("It was unmanaged; it comes back managed by Seam.")
    if code.common_code_key is not None:
        notes.append("It is not tied any more to the codes on other locks that shared its PIN.")
    if code.is_scheduled_on_device:
        notes.append("Whether the lock schedules it itself is up to Seam.")
    if code.pulled_backup_access_code_id is not None:
        notes.append("It is not tied to the backup code any more that was pulled for it.")
    if code.is_one_time_use:
        notes.append("It could be used once; it comes back as an ordinary code.")
    return UndoStep(
        step=step.number,
        kind=UndoKind.CREATE,
        title=step.planned.title,
        device_id=code.device_id,
        access_code_id=code.access_code_id,
        before=code,
        pin=step.old_pin,
        name=code.name or None,
        starts_at=code.starts_at,
        ends_at=code.ends_at,
        code_type=code.type,
        is_external_modification_allowed=code.is_external_modification_allowed,
        wait_until_gone=None if step.gone is not None else code.access_code_id,
        notes=tuple(notes),
    )


def _put_back(step: StepState, code: CodeRecord, access_code_id: str, now: datetime) -> UndoStep:
    """The old values of all that the step sent; `NOTHING` without a reason when it sent no values."""
    sent = step.planned.values
    sets_pin = sent.sets_pin or step.sent_pin is not None or step.planned.action == ActionId.GENERATE_PIN
    if sets_pin and step.lacks_pin:
        return _nothing(step, _FORGOTTEN)
    if sent.name is not None and _is_masked(code.name):
        return _nothing(step, "Its old name held a PIN and is not kept any more.")
    notes: list[str] = []
    if sets_pin and not code.has_pin:
        notes.append("Its old PIN was never known here and stays changed.")
    if sent.name is not None and not code.name:
        notes.append("It had no name, and Seam cannot take one away.")
    times = {sent.starts_at, sent.ends_at, sent.code_type} != {None}
    if times and code.ends_at is not None and code.ends_at <= now:
        return _nothing(step, "Its old end lies in the past: Seam takes no code that has ended.")
    name = code.name or None if sent.name is not None else None
    pin = step.old_pin if sets_pin else None
    allowed = code.is_external_modification_allowed if sent.is_external_modification_allowed is not None else None
    if not times and name is None and pin is None and allowed is None:
        return _nothing(step, " ".join(notes))
    if pin is not None:
        notes.append("The PIN that works now stops working. Tell the guest.")
    return UndoStep(
        step=step.number,
        kind=UndoKind.UPDATE,
        title=step.planned.title,
        device_id=code.device_id,
        access_code_id=access_code_id,
        before=code,
        pin=pin,
        name=name,
        starts_at=code.starts_at if times else None,
        ends_at=code.ends_at if times else None,
        code_type=code.type if times else None,
        is_external_modification_allowed=allowed,
        notes=tuple(notes),
    )


def _is_masked(name: str) -> bool:
    return MASK in name


def _nothing(step: StepState, reason: str) -> UndoStep:
    code = step.planned.code
    return UndoStep(
        step=step.number,
        kind=UndoKind.NOTHING,
        title=step.planned.title,
        reason=reason,
        device_id=step.planned.device_id,
        access_code_id=None if code is None else code.access_code_id,
        before=code,
    )
