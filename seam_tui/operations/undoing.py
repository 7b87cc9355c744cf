"""The plan that puts a run back, made from its journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.text import plain_text
from seam_tui.operations.bulk import SAME_PIN, TYPE_COUNT_FROM
from seam_tui.operations.checks import PinsOfPlan, span_after
from seam_tui.operations.journal_records import CodeRecord
from seam_tui.operations.journal_state import RunState, StepState
from seam_tui.operations.journal_undo import UndoKind, UndoStep, undo_plan_of, why_not_at_all
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values, changes_of

_ABOUT_MANY: Final = {
    "The code gets a new id.": "The codes get new ids.",
    "It was unmanaged; it comes back managed by Seam.": "They were unmanaged; they come back managed by Seam.",
    "Its PIN was never known here: Seam chooses another one. Tell the guest.": (
        "Their PINs were never known here: Seam chooses other ones. Tell the guests."
    ),
    "The PIN that works now stops working. Tell the guest.": "The PINs that work now stop working. Tell the guests.",
}
"""What is noted of one code, as it reads of all."""


def plan_undo(run: RunState, now: datetime, workspace: Workspace) -> Plan:
    """What would put a run back, and what cannot be put back.

    Args:
        run: The run, read with its PINs.
        now: The wall time, aware.
        workspace: The one that is open.
    """
    if run.header.workspace_id != workspace.workspace_id:
        name = run.header.workspace_name
        return Plan(ActionId.UNDO, (), (f"This run is of another workspace, {name}: open that one to put it back.",))
    reason = why_not_at_all(run, now)
    if reason is not None:
        return Plan(ActionId.UNDO, (), (reason,))
    steps: list[PlanStep] = []
    left_out: list[Refusal] = []
    notes: Counter[str] = Counter()
    pins = PinsOfPlan()
    for undo in undo_plan_of(run, now):
        step = _step(undo, run.steps[undo.step])
        if step is None:
            left_out.append(Refusal(undo.access_code_id or "", undo.title, undo.reason))
        elif not _takes_pin(pins, step):
            left_out.append(Refusal(undo.access_code_id or "", undo.title, SAME_PIN))
        else:
            steps.append(step)
            notes.update(undo.notes)
    if not steps:
        reasons = {refusal.reason for refusal in left_out}
        refusal = reasons.pop() if len(reasons) == 1 else "Nothing of this run can be put back."
        return Plan(ActionId.UNDO, (), (refusal,), left_out=tuple(left_out))
    is_live = not workspace.is_sandbox and any(
        step.code is not None and not step.makes_new and step.code.is_live(now) for step in steps
    )
    friction = Friction.TYPE_COUNT if is_live or len(steps) >= TYPE_COUNT_FROM else Friction.CONFIRM
    merged = _merged(notes, len(steps))
    return Plan(ActionId.UNDO, tuple(steps), (), merged, friction, tuple(left_out), undoes=run.run_id)


def _takes_pin(pins: PinsOfPlan, step: PlanStep) -> bool:
    """Whether no step before puts the same PIN on the lock: of two codes that shared one, only one is put back."""
    code = step.code
    pin = None if code is None else step.values.pin or code.pin
    if code is None or pin is None:
        return True
    sets_pin = step.makes_new or step.values.pin is not None
    before = None if sets_pin else span_after(code, Values())
    return pins.takes(code.device_id, pin, before, span_after(code, step.values))


def _merged(notes: Counter[str], count: int) -> tuple[str, ...]:
    """Each note once, with how many codes it is about."""
    if count == 1:
        return tuple(notes)
    return tuple(
        _ABOUT_MANY.get(note, f"Of all {count}: {note}") if about == count else f"Of {about}: {note}"
        for note, about in notes.items()
    )


def _step(undo: UndoStep, state: StepState) -> PlanStep | None:
    before = undo.before
    if undo.kind is UndoKind.NOTHING or before is None:
        return None
    return _create(undo, before) if undo.kind is UndoKind.CREATE else _update(undo, before, state)


def _create(undo: UndoStep, before: CodeRecord) -> PlanStep:
    values = Values(
        pin=undo.pin,
        name=undo.name,
        starts_at=undo.starts_at,
        ends_at=undo.ends_at,
        is_external_modification_allowed=undo.is_external_modification_allowed,
    )
    shown: Iterable[tuple[str, object]] = (
        ("name", undo.name),
        ("code", undo.pin),
        ("starts_at", undo.starts_at),
        ("ends_at", undo.ends_at),
    )
    return PlanStep(
        ActionId.UNDO,
        undo.title,
        code=before.as_access_code(undo.pin),
        device_id=undo.device_id,
        values=values,
        changes=tuple(FieldChange(field, None, value) for field, value in shown if value is not None),  # type: ignore[arg-type]  # one tuple of several types
        makes_new=True,
        wait_until_gone=undo.wait_until_gone,
    )


def _update(undo: UndoStep, before: CodeRecord, state: StepState) -> PlanStep:
    is_ongoing = undo.code_type is AccessCodeType.ONGOING
    changes_type = is_ongoing or state.planned.values.code_type is not None
    values = Values(
        pin=undo.pin,
        name=undo.name,
        starts_at=None if is_ongoing else undo.starts_at,
        ends_at=None if is_ongoing else undo.ends_at,
        code_type=undo.code_type if changes_type else None,
        is_external_modification_allowed=undo.is_external_modification_allowed,
    )
    left = _as_left(undo, before, state)
    return PlanStep(
        ActionId.UNDO,
        undo.title,
        code=left,
        device_id=undo.device_id,
        values=values,
        changes=changes_of(left, values),
    )


def _as_left(undo: UndoStep, before: CodeRecord, state: StepState) -> AccessCode:
    """The code as the run left it, as far as is known: what is found otherwise was changed since, and stays."""
    sent = state.planned.values
    becomes_ongoing = sent.code_type is AccessCodeType.ONGOING
    code = before.as_access_code(state.sent_pin if undo.pin is not None else state.old_pin)
    if {sent.starts_at, sent.ends_at, sent.code_type} != {None}:
        code = replace(
            code,
            type=sent.code_type or (AccessCodeType.TIME_BOUND if sent.ends_at is not None else code.type),
            starts_at=None if becomes_ongoing else sent.starts_at or code.starts_at,
            ends_at=None if becomes_ongoing else sent.ends_at or code.ends_at,
        )
    allowed = sent.is_external_modification_allowed
    return replace(
        code,
        access_code_id=undo.access_code_id or code.access_code_id,
        name=code.name if sent.name is None else plain_text(sent.name),
        is_external_modification_allowed=code.is_external_modification_allowed if allowed is None else allowed,
    )
