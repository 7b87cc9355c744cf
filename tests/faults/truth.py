"""What became of a code, held against what its result says."""

from __future__ import annotations

from datetime import datetime

from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.sandbox.world import World
from tests.faults.hotel import guests

HEARD = (Outcome.DONE, Outcome.ASKED)
MISSING = "Deleted, and not created again yet."
"""How a failure begins that has taken a code away."""


def is_true(result: StepResult, world: World) -> bool:
    """Whether a result says what is; that it is not known is always true.

    Args:
        result: The last word on a step.
        world: The sandbox, come to rest.
    """
    if result.outcome is Outcome.UNKNOWN:
        return True
    if result.step.action_id is ActionId.RECREATE:
        return _is_true_of_recreated(result, world)
    return took_effect(result, world) == (result.outcome in HEARD)


def _is_true_of_recreated(result: StepResult, world: World) -> bool:
    code = result.step.code
    assert code is not None
    assert code.pin is not None
    guest = (code.device_id, code.name, code.pin.reveal(), _seconds(code.starts_at), _seconds(code.ends_at))
    old_is_there, times = code.access_code_id in world.codes, guests(world)[guest]
    if result.outcome in HEARD:
        assert result.created is not None
        return (old_is_there, times) == (False, 1) and result.created.access_code_id in world.codes
    is_missing = result.outcome is Outcome.FAILED and result.said.startswith(MISSING)
    return (old_is_there, times) == ((False, 0) if is_missing else (True, 1))


def took_effect(result: StepResult, world: World) -> bool:
    """Whether the code is as the step wanted it, or on its way there: a lock may still refuse what Seam has taken."""
    step = result.step
    code = world.codes.get(step.access_code_id or "")
    if step.action_id is ActionId.DELETE:
        return code is None
    assert code is not None
    if code.pending("updating_code", "updating_name", "updating_time_frame"):
        return True
    match step.action_id:
        case ActionId.CONVERT_TO_MANAGED:
            return code.managed
        case ActionId.RENAME:
            return code.name == step.values.name
        case ActionId.CHANGE_PIN:
            return step.values.pin.equals(Pin(code.code))
        case ActionId.GENERATE_PIN:
            return not step.code.pin.equals(Pin(code.code))
        case ActionId.CHANGE_TIMES:
            wanted = (_seconds(step.values.starts_at), _seconds(step.values.ends_at))
            return (code.starts_at, code.ends_at) == wanted
    raise AssertionError(step.action_id)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
