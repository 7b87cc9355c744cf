"""The very calls of Seam's API that a plan stands for: what its dry run shows."""

from __future__ import annotations

from dataclasses import dataclass

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.pin import MASK
from seam_tui.operations.effect import needs_read_first
from seam_tui.operations.plan import PlanStep


@dataclass(frozen=True, slots=True)
class Call:
    """One call of Seam's API, as it would be sent."""

    path: str
    fields: tuple[tuple[str, str], ...]
    """Names and values; every PIN is masked."""
    why: str = ""
    """What it is for, where that is not plain."""


def calls_of(step: PlanStep) -> tuple[Call, ...]:
    """The calls that a step on a code stands for, in their order; what is read afterwards is left out.

    Args:
        step: What would be sent.
    """
    code = step.code
    if code is None:
        return tuple(Call(path, (("device_id", step.device_id or ""),)) for path in ACTIONS[step.action_id].endpoints)
    side = "/access_codes" if code.is_managed else "/access_codes/unmanaged"
    which = (("access_code_id", code.access_code_id),)
    calls = [Call(f"{side}/get", which, "to see that nothing has changed")] if needs_read_first(step) else []
    match step.action_id:
        case ActionId.DELETE | ActionId.DELETE_DUPLICATE:
            calls.append(Call(f"{side}/delete", which))
        case ActionId.CONVERT_TO_MANAGED:
            force = (("force", "true"),) if step.force else ()
            calls.append(Call("/access_codes/unmanaged/convert_to_managed", which + force))
        case ActionId.PULL_BACKUP:
            calls.append(Call("/access_codes/pull_backup_access_code", which))
        case ActionId.GENERATE_PIN:
            calls.append(Call("/access_codes/generate_code", (("device_id", code.device_id),), "a PIN that suits"))
            calls.append(Call("/access_codes/update", (*which, ("code", f"{MASK} (the PIN of that answer)"))))
        case _:
            calls.append(Call("/access_codes/update", which + _updated(step)))
    return tuple(calls)


def _updated(step: PlanStep) -> tuple[tuple[str, str], ...]:
    values = step.values
    fields = {
        "code": None if values.pin is None else MASK,
        "name": values.name,
        "starts_at": None if values.starts_at is None else values.starts_at.isoformat(),
        "ends_at": None if values.ends_at is None else values.ends_at.isoformat(),
        "type": None if values.code_type is None else values.code_type.value,
    }
    return tuple((name, value) for name, value in fields.items() if value is not None)
