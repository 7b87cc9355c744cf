"""The very calls of Seam's API that a plan stands for: what its dry run shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.pin import MASK
from seam_tui.domain.veil import VEIL
from seam_tui.operations.effect import needs_read_first
from seam_tui.operations.matching import NewCode
from seam_tui.operations.plan import PlanStep


@dataclass(frozen=True, slots=True)
class Call:
    """One call of Seam's API, as it would be sent."""

    path: str
    fields: tuple[tuple[str, str], ...]
    """Names and values, as they may be shown; every PIN is masked."""
    why: str = ""
    """What it is for, where that is not plain."""


def calls_of(step: PlanStep) -> tuple[Call, ...]:
    """The calls that a step stands for, in their order; what is read afterwards is left out.

    Args:
        step: What would be sent.
    """
    if step.code is None and not step.makes_new:
        return tuple(Call(path, _target(step)) for path in ACTIONS[step.action_id].endpoints)
    reads = [] if step.code is None or not needs_read_first(step) else [_read(step.code)]
    return (*reads, *_writes(step))


def _target(step: PlanStep) -> tuple[tuple[str, str], ...]:
    if ACTIONS[step.action_id].target is ActionTarget.CONNECTED_ACCOUNT:
        return _given({"connected_account_id": step.connected_account_id or ""})
    return _given({"device_id": step.device_id or ""})


def _read(code: AccessCode) -> Call:
    which = _given({"access_code_id": code.access_code_id})
    return Call(f"{_side(code)}/get", which, "to see that nothing has changed")


def _side(code: AccessCode) -> str:
    return "/access_codes" if code.is_managed else "/access_codes/unmanaged"


def _writes(step: PlanStep) -> Iterator[Call]:
    code = step.code
    which = _given({"access_code_id": step.access_code_id or ""})
    if step.makes_new:
        yield _create(step)
        return
    if step.grant is not None:
        grant = _given({"access_grant_id": step.grant.access_grant_id})
        path = "delete" if step.action_id is ActionId.DELETE else "update"
        yield Call(f"/access_grants/{path}", grant + _updated(step), "for every code that the grant made")
        return
    match step.action_id:
        case ActionId.DELETE | ActionId.DELETE_DUPLICATE if code is not None:
            yield Call(f"{_side(code)}/delete", which)
        case ActionId.RECREATE if code is not None:
            yield Call(f"{_side(code)}/delete", which)
            yield _create(step, "once the old one is gone")
        case ActionId.CONVERT_TO_MANAGED:
            force = (("force", "true"),) if step.force else ()
            yield Call("/access_codes/unmanaged/convert_to_managed", which + force)
        case ActionId.PULL_BACKUP:
            yield Call("/access_codes/pull_backup_access_code", which)
        case ActionId.GENERATE_PIN:
            yield Call("/access_codes/generate_code", _target(step), "a PIN that suits")
            yield Call("/access_codes/update", (*which, ("code", f"{MASK} (the PIN of that answer)")))
        case _:
            yield Call("/access_codes/update", which + _updated(step))


def _create(step: PlanStep, why: str = "") -> Call:
    new = NewCode.of(step)
    fields = {
        "device_id": new.device_id,
        "name": new.name,
        "code": None if new.pin is None else MASK,
        "starts_at": _moment(new.starts_at),
        "ends_at": _moment(new.ends_at),
        "is_external_modification_allowed": _flag(new.is_external_modification_allowed),
    }
    return Call("/access_codes/create", _given(fields), why)


def _updated(step: PlanStep) -> tuple[tuple[str, str], ...]:
    values = step.values
    fields = {
        "code": None if values.pin is None else MASK,
        "name": values.name,
        "starts_at": _moment(values.starts_at),
        "ends_at": _moment(values.ends_at),
        "type": None if values.code_type is None or step.grant is not None else values.code_type.value,
        "is_external_modification_allowed": _flag(values.is_external_modification_allowed),
    }
    return _given(fields)


def _given(fields: dict[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _shown(name, value)) for name, value in fields.items() if value is not None)


def _shown(name: str, value: str) -> str:
    """A value as it may be shown."""
    if name.endswith("_id"):
        return VEIL.record_id(value)
    return VEIL.guest(value) if name == "name" else value


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _flag(flag: bool | None) -> str | None:
    return None if flag is None else str(flag).lower()
