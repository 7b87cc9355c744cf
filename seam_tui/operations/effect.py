"""What each step sends, and how to tell from the code itself that it took effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.text import plain_text
from seam_tui.operations.plan import PlanStep
from seam_tui.seam_api.errors import SeamFailure

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import ActionAttempt, SeamClient

_ON_CODES: Final = frozenset(
    {
        ActionId.CHANGE_PIN,
        ActionId.GENERATE_PIN,
        ActionId.RENAME,
        ActionId.CHANGE_TIMES,
        ActionId.DELETE,
        ActionId.DELETE_DUPLICATE,
        ActionId.CONVERT_TO_MANAGED,
        ActionId.PULL_BACKUP,
    }
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What Seam answered to one step."""

    said: str
    waits: bool = False
    """Whether something outside is still to happen: the lock's answer, a sync, a person's sign-in."""
    backup: AccessCode | None = None
    url: str | None = None


def needs_read_first(step: PlanStep) -> bool:
    """Whether the code is read right before the write, so that nothing newer is overwritten."""
    return step.action_id in _ON_CODES


async def send(client: SeamClient, step: PlanStep) -> Sent:
    """Send one step, once.

    Raises:
        SeamFailure: It failed, was refused, or ended unknown (`outcome_unknown`).
    """
    match step.action_id:
        case ActionId.CHANGE_PIN | ActionId.GENERATE_PIN | ActionId.RENAME | ActionId.CHANGE_TIMES:
            return await _update(client, step)
        case ActionId.DELETE | ActionId.DELETE_DUPLICATE:
            return await _delete(client, step)
        case ActionId.CONVERT_TO_MANAGED:
            await client.convert_to_managed(_code_id(step), force=step.force)
            return Sent("Asked Seam to manage it; waiting for Seam.", waits=True)
        case ActionId.PULL_BACKUP:
            backup = await client.pull_backup_access_code(_code_id(step))
            return Sent("A backup code is in use. Tell the guest its PIN.", backup=backup)
        case ActionId.LOCK:
            return _attempted(await client.lock_door(_device_id(step)), "locked")
        case ActionId.UNLOCK:
            return _attempted(await client.unlock_door(_device_id(step)), "unlocked")
        case ActionId.SYNC_ACCOUNT:
            await client.sync_connected_account(_account_id(step))
            return Sent("Seam was asked to read the account again; refresh it in a minute.", waits=True)
        case ActionId.RECONNECT_ACCOUNT:
            url = await client.create_connect_webview()
            return Sent("Open the address and sign in with the same login as before.", waits=True, url=url)
        case ActionId.REPORT_TIME_ZONE:
            await client.report_time_zone(_device_id(step), step.values.time_zone or "")
            return Sent("The time zone was reported; the warning goes with Seam's next look at the lock.")
        case _:
            raise ValueError(f"{step.action_id} sends nothing")


async def _update(client: SeamClient, step: PlanStep) -> Sent:
    values = step.values
    pin = values.pin
    if step.action_id is ActionId.GENERATE_PIN:
        try:
            pin = await client.generate_pin(_device_id(step))
        except SeamFailure as failure:
            failure.outcome_unknown = False  # only asked for a PIN: nothing was changed
            raise
    await client.update_access_code(
        _code_id(step),
        pin=pin,
        name=values.name,
        starts_at=values.starts_at,
        ends_at=values.ends_at,
        code_type=values.code_type,
    )
    return Sent("Asked; waiting for the lock.", waits=True)


async def _delete(client: SeamClient, step: PlanStep) -> Sent:
    if step.code is not None and not step.code.is_managed:
        await client.delete_unmanaged_access_code(_code_id(step))
    else:
        await client.delete_access_code(_code_id(step))
    return Sent("Asked; removing it from the lock.", waits=True)


def _attempted(attempt: ActionAttempt, done: str) -> Sent:
    if attempt.is_pending:
        return Sent("The lock has not answered within 30 s: not a failure, not a success. Test again later.", True)
    if attempt.was_confirmed_by_device is False:
        return Sent(f"The maker says {done}, but the lock did not confirm: this does not prove the connection.")
    open_door = " The door is open now: lock it again." if done == "unlocked" else ""
    return Sent(f"The lock answered: {done}. Its connection works.{open_door}")


def took_effect(step: PlanStep, current: AccessCode | None) -> bool:
    """Whether a code that was read after a write shows that the write took effect.

    Args:
        step: The write whose answer was lost.
        current: The code as it reads now; None when it is gone.
    """
    if step.action_id in {ActionId.DELETE, ActionId.DELETE_DUPLICATE}:
        return current is None or current.is_being_deleted
    if current is None or step.code is None:
        return False
    if step.action_id is ActionId.CONVERT_TO_MANAGED:
        return current.is_managed and not step.force
    if step.action_id is ActionId.PULL_BACKUP:
        return current.pulled_backup_access_code_id is not None
    return _shows_update(step, current)


def _shows_update(step: PlanStep, current: AccessCode) -> bool:
    pending = {change.field: change.new for mutation in current.pending_mutations for change in mutation.changes}
    if step.action_id is ActionId.GENERATE_PIN:
        # A maker that shows no PIN shows none before and after, which proves nothing.
        return "code" in pending or current.pin != (step.code.pin if step.code else None)
    wanted = {
        "code": step.values.pin,
        "name": None if step.values.name is None else plain_text(step.values.name),
        "starts_at": step.values.starts_at,
        "ends_at": step.values.ends_at,
        "type": None if step.values.code_type is None else step.values.code_type.value,
    }
    shown = {
        "code": current.pin,
        "name": current.name,
        "starts_at": current.starts_at,
        "ends_at": current.ends_at,
        "type": current.type.value,
    }
    return all(value is None or value in (pending.get(field), shown[field]) for field, value in wanted.items())


def _code_id(step: PlanStep) -> str:
    if step.access_code_id is None:
        raise ValueError(f"{step.action_id} needs an access code")
    return step.access_code_id


def _device_id(step: PlanStep) -> str:
    if step.device_id is None:
        raise ValueError(f"{step.action_id} needs a device")
    return step.device_id


def _account_id(step: PlanStep) -> str:
    if step.connected_account_id is None:
        raise ValueError(f"{step.action_id} needs a connected account")
    return step.connected_account_id
