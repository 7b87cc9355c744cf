"""A plan as a file: saved, looked over by somebody, and applied later without a screen.

It holds what was shown, PINs included, so that what has changed since is not overwritten; only its owner can read it.
pydantic checks what is read, and is imported only when something is.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, get_args

from seam_tui.domain.access_code import AccessCode, AccessCodeType, PendingMutation
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import FieldChange
from seam_tui.domain.pin import Pin
from seam_tui.domain.private_file import write_private
from seam_tui.domain.text import plain_text
from seam_tui.operations.journal_files import prepare_folder, state_folder
from seam_tui.operations.journal_records import CodeRecord
from seam_tui.operations.plan import Friction, Plan, PlanStep, Refusal, Values
from seam_tui.operations.plan_problems import PlanFileError, problems_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

VERSION: Final = 1
"""Of the file's form; a file of a later one is refused."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a plan that is read: some 50,000 codes."""
_FrictionWord = Literal["none", "confirm", "type_count"]
_FRICTIONS: Final = dict(zip(get_args(_FrictionWord), Friction, strict=True))
_FRICTION_WORDS: Final = {friction: word for word, friction in _FRICTIONS.items()}


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was read, and what it was made for."""

    plan: Plan
    workspace_id: str
    workspace_name: str
    """Plain text."""
    endpoint: str
    """Seam's address."""
    made_at: datetime
    """When it was saved, aware."""


def plans_folder() -> Path:
    """The folder that is offered for plans: they hold PINs, and only its owner opens it."""
    return state_folder() / "plans"


def plan_file_name(action_id: ActionId, now: datetime) -> str:
    """The name that is offered for a plan's file.

    Args:
        action_id: What the plan does.
        now: The wall time, aware.
    """
    return f"seam-tui-plan-{action_id.value.replace('_', '-')}-{now.astimezone():%Y%m%d-%H%M%S}.json"


def save_plan(plan: Plan, path: Path, *, workspace: Workspace, endpoint: str, now: datetime) -> None:
    """Write a plan to a new file that only its owner can read. It holds PINs.

    Seam's issues and pending mutations of the codes are left out.

    Args:
        plan: As it was shown.
        path: Where to; `plans_folder()` is made when it is there that the file goes.
        workspace: The workspace that it was made for.
        endpoint: Seam's address.
        now: The wall time, aware.

    Raises:
        FileExistsError: Something of this name is there already; it is left alone.
        OSError: It cannot be written; no half of a file is left.
    """
    kept = _File(
        version=VERSION,
        workspace_id=workspace.workspace_id,
        workspace_name=workspace.name,
        endpoint=endpoint,
        made_at=now,
        action=plan.action_id,
        friction=_FRICTION_WORDS[plan.friction],
        steps=tuple(_kept_step(step) for step in plan.steps),
        left_out=tuple(_LeftOut(out.access_code_id, out.name, out.reason) for out in plan.left_out),
        refusals=plan.refusals,
        notes=plan.notes,
        undoes=plan.undoes,
    )
    # pydantic's warnings would quote what they are about.
    text = _adapter().dump_json(kept, indent=2, exclude_defaults=True, warnings=False).decode()
    if path.parent == plans_folder():
        prepare_folder(path.parent)
    write_private(path, text + "\n")


def read_plan(path: Path) -> SavedPlan:
    """Read a saved plan.

    Args:
        path: The file.

    Raises:
        PlanFileError: It cannot be read, or is no plan; says which field, and the way out.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise PlanFileError(path, ("It is too large for a plan.",))
        data = path.read_bytes()
    except OSError as error:
        said = f"It cannot be read: {(error.strerror or 'no reason given').lower()}."
        raise PlanFileError(path, (said,)) from None
    _check_version(path, data)
    problems: tuple[str, ...] = ()
    kept: _File | None = None
    try:
        kept = _adapter().validate_json(data)
    except ValueError as error:  # pydantic's own quotes what it read, and is let go here
        problems = problems_of(error)
    if kept is not None:
        problems = tuple(_unfit(kept))
    if kept is None or problems:
        raise PlanFileError(path, problems)
    return SavedPlan(
        plan=Plan(
            action_id=kept.action,
            steps=tuple(_step_of(step) for step in kept.steps),
            refusals=_plain(kept.refusals),
            notes=_plain(kept.notes),
            friction=_FRICTIONS[kept.friction],
            left_out=tuple(
                Refusal(left.access_code_id, plain_text(left.title), plain_text(left.reason)) for left in kept.left_out
            ),
            undoes=kept.undoes,
        ),
        workspace_id=kept.workspace_id,
        workspace_name=plain_text(kept.workspace_name),
        endpoint=kept.endpoint,
        made_at=kept.made_at,
    )


# The file's form: PINs stand in it as text, and in no `repr`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    field: str
    kind: Literal["text", "time", "pin"]
    old: str | None = dataclasses.field(default=None, repr=False)
    new: str | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Values:
    pin: str | None = dataclasses.field(default=None, repr=False)
    name: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    code_type: AccessCodeType | None = None
    is_external_modification_allowed: bool | None = None
    time_zone: str | None = None
    code_lengths: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    action: ActionId
    title: str
    code: CodeRecord | None = None
    code_pin: str | None = dataclasses.field(default=None, repr=False)
    """The PIN that the code had: with another one, it has changed since."""
    is_being_deleted: bool = False
    """Whether its removal had been asked for, which its status alone need not say."""
    device_id: str | None = None
    connected_account_id: str | None = None
    values: _Values = _Values()
    changes: tuple[_Change, ...] = ()
    force: bool = False
    grant: AccessGrant | None = None
    makes_new: bool = False
    wait_until_gone: str | None = None
    asked_on: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _LeftOut:
    access_code_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    # Holds for the records within as well.
    __pydantic_config__: ClassVar = {"strict": True, "extra": "forbid"}
    version: int
    workspace_id: str
    workspace_name: str
    endpoint: str
    made_at: datetime
    action: ActionId
    friction: _FrictionWord
    steps: tuple[_Step, ...]
    left_out: tuple[_LeftOut, ...] = ()
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    undoes: str | None = None
    """The run that is put back: without it, nothing would keep the same from being done twice."""


@functools.cache
def _adapter() -> TypeAdapter[_File]:
    from pydantic import TypeAdapter

    return TypeAdapter(_File)


def _kept_step(step: PlanStep) -> _Step:
    values = step.values
    return _Step(
        action=step.action_id,
        title=step.name,
        code=None if step.code is None else CodeRecord.of(step.code),
        code_pin=None if step.code is None else _kept_pin(step.code.pin),
        is_being_deleted=step.code is not None and step.code.is_being_deleted,
        device_id=step.device_id,
        connected_account_id=step.connected_account_id,
        values=_Values(
            pin=_kept_pin(values.pin),
            name=values.name,
            starts_at=values.starts_at,
            ends_at=values.ends_at,
            code_type=values.code_type,
            is_external_modification_allowed=values.is_external_modification_allowed,
            time_zone=values.time_zone,
            code_lengths=values.code_lengths,
        ),
        changes=tuple(_kept_change(change) for change in step.changes),
        force=step.force,
        grant=step.grant,
        makes_new=step.makes_new,
        wait_until_gone=step.wait_until_gone,
        asked_on=step.asked_on,
        also=step.also,
    )


def _kept_pin(pin: Pin | None) -> str | None:
    """A PIN's digits for the file: one of the places where they are asked for."""
    return None if pin is None else pin.reveal()


def _kept_change(change: FieldChange) -> _Change:
    kind: Literal["text", "time", "pin"] = "text"
    kept: list[str | None] = []
    for value in (change.old, change.new):
        if isinstance(value, Pin):
            kind = "pin"
            kept.append(_kept_pin(value))
        elif isinstance(value, datetime):
            kind = "time"
            kept.append(value.isoformat())
        else:
            kept.append(value)
    return _Change(field=change.field, kind=kind, old=kept[0], new=kept[1])


def _step_of(kept: _Step) -> PlanStep:
    values = kept.values
    return PlanStep(
        action_id=kept.action,
        name=plain_text(kept.title),
        code=None if kept.code is None else _code_of(kept, kept.code),
        device_id=kept.device_id,
        connected_account_id=kept.connected_account_id,
        values=Values(
            pin=_pin_of(values.pin),
            name=None if values.name is None else plain_text(values.name),
            starts_at=values.starts_at,
            ends_at=values.ends_at,
            code_type=values.code_type,
            is_external_modification_allowed=values.is_external_modification_allowed,
            time_zone=values.time_zone,
            code_lengths=values.code_lengths,
        ),
        changes=tuple(
            FieldChange(plain_text(change.field), _value_of(change, change.old), _value_of(change, change.new))
            for change in kept.changes
        ),
        force=kept.force,
        grant=kept.grant,
        makes_new=kept.makes_new,
        wait_until_gone=kept.wait_until_gone,
        asked_on=kept.asked_on,
        also=kept.also,
    )


def _code_of(kept: _Step, record: CodeRecord) -> AccessCode:
    code = record.as_access_code(_pin_of(kept.code_pin))
    if kept.is_being_deleted and not code.is_being_deleted:
        return dataclasses.replace(code, pending_mutations=(PendingMutation("deleting", ""),))
    return code


def _pin_of(kept: str | None) -> Pin | None:
    return None if kept is None else Pin(kept)


def _value_of(change: _Change, kept: str | None) -> str | datetime | Pin | None:
    if kept is None:
        return None
    match change.kind:
        case "pin":
            return Pin(kept)
        case "time":
            return datetime.fromisoformat(kept)
        case _:
            return plain_text(kept)


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain_text(text) for text in texts)


# What pydantic does not see


def _check_version(path: Path, data: bytes) -> None:
    content: object = None
    problem = "version: It is missing: this is no plan."
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):  # it holds the whole file, and is let go here
        problem = "It is no JSON."
    version = content.get("version") if isinstance(content, dict) else None
    if type(version) is not int:
        raise PlanFileError(path, (problem,))
    if version != VERSION:
        said = f"version: {version} is not {VERSION}: another release of seam-tui made it. Make the plan again."
        raise PlanFileError(path, (said,))


def _unfit(kept: _File) -> Iterator[str]:
    """What is wrong with a file whose form is right."""
    for where in _without_zone(kept, ""):
        yield f"{where}: It has no zone. Write it like 2026-11-25T15:00:00+01:00."
    if kept.undoes is None and any(step.action is ActionId.UNDO for step in kept.steps):
        yield "undoes: It is missing."
    for number, step in enumerate(kept.steps):
        where = f"steps[{number}]"
        action = ACTIONS[step.action]
        if not action.writes or step.action is ActionId.FREE_SLOTS:
            yield f"{where}.action: “{step.action}” is nothing that a step can do."
        if action.target is ActionTarget.ACCESS_CODE and step.code is None:
            yield f"{where}.code: It is missing."
        needs_device = action.target is ActionTarget.DEVICE or step.action is ActionId.GENERATE_PIN
        if needs_device and step.device_id is None:
            yield f"{where}.device_id: It is missing."
        if action.target is ActionTarget.CONNECTED_ACCOUNT and step.connected_account_id is None:
            yield f"{where}.connected_account_id: It is missing."
        for index, change in enumerate(step.changes):
            if change.kind == "time" and not all(_is_time(value) for value in (change.old, change.new)):
                yield f"{where}.changes[{index}]: Its old or new value is no time."


def _is_time(kept: str | None) -> bool:
    if kept is None:
        return True
    try:
        return datetime.fromisoformat(kept).tzinfo is not None
    except ValueError:
        return False


def _without_zone(value: Any, where: str) -> Iterator[str]:
    """The places of all times without a zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        yield where
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _without_zone(item, f"{where}[{index}]")
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from _without_zone(getattr(value, item.name), f"{where}.{item.name}".lstrip("."))
