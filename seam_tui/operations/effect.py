"""What each step sends, and how to tell from the code itself that it took effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.grant import AccessGrant
from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.text import plain_text
from seam_tui.operations.checks import UPDATES
from seam_tui.operations.plan import PlanStep, Values
from seam_tui.seam_api.errors import SeamFailure

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import ActionAttempt, SeamClient

_ON_CODES: Final = UPDATES | {
    ActionId.DELETE,
    ActionId.DELETE_DUPLICATE,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.PULL_BACKUP,
    ActionId.RECREATE,
    ActionId.UNDO,
}
REMOVALS: Final = frozenset({ActionId.DELETE, ActionId.DELETE_DUPLICATE, ActionId.RECREATE})
"""Actions whose first write takes a code off its lock."""


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
    return step.action_id in _ON_CODES and not step.makes_new


def is_unchanged(step: PlanStep, current: AccessCode) -> bool:
    """Whether a code still is what a person decided on: if not, they decided on something else (UX rule 6).

    An undo puts back some values, so only those have to be as the undone run left them.
    """
    if step.code is None:
        return True
    if step.action_id is not ActionId.UNDO:
        return _fingerprint(current) == _fingerprint(step.code)
    left = _fields(_put_back(step, step.code))
    becomes = _shown(current) | _pending(current)
    return not current.is_being_deleted and all(value is None or value == becomes[name] for name, value in left.items())


def _fingerprint(code: AccessCode) -> tuple[object, ...]:
    return (code.name, code.pin, code.type, code.starts_at, code.ends_at, code.is_managed, code.is_being_deleted)


async def prepared(client: SeamClient, step: PlanStep) -> PlanStep:
    """A step with all that it sends: where Seam is to choose a PIN, it is asked for one, which changes nothing.

    Raises:
        SeamFailure: There is none; nothing was changed.
    """
    if step.action_id is not ActionId.GENERATE_PIN or step.values.pin is not None:
        return step
    try:
        pin = await client.generate_pin(_device_id(step))
    except SeamFailure as failure:
        failure.outcome_unknown = False  # only asked for a PIN
        raise
    return replace(step, values=replace(step.values, pin=pin))


async def send(client: SeamClient, step: PlanStep) -> Sent:
    """Send one step, once; of a re-creation, its deletion.

    Args:
        client: The door to Seam.
        step: As `prepared` made it.

    Raises:
        SeamFailure: It failed, was refused, or ended unknown (`outcome_unknown`).
    """
    if step.grant is not None:
        return await _through_grant(client, step, step.grant)
    if step.action_id in UPDATES or step.action_id is ActionId.UNDO:
        return await _update(client, step)
    match step.action_id:
        case ActionId.DELETE | ActionId.DELETE_DUPLICATE | ActionId.RECREATE:
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
            said = "A Connect Webview is Seam's sign-in page. Open it and sign in with the same login as before."
            return Sent(said, waits=True, url=url)
        case ActionId.REPORT_TIME_ZONE:
            await client.report_time_zone(_device_id(step), step.values.time_zone or "")
            return Sent("The time zone was reported; the warning goes with Seam's next look at the lock.")
        case ActionId.REPORT_CODE_LENGTHS:
            await client.report_code_lengths(_device_id(step), step.values.code_lengths or ())
            return Sent("The code lengths were reported; Seam goes by them from its next look at the lock.")
        case _:
            raise ValueError(f"{step.action_id} sends nothing")


async def _through_grant(client: SeamClient, step: PlanStep, grant: AccessGrant) -> Sent:
    """Ask the grant that owns the codes; its codes tell whether it took effect, as they do without a grant."""
    match step.action_id:
        case ActionId.DELETE:
            await client.delete_access_grant(grant.access_grant_id)
            return Sent("Asked; the access grant ends, and its codes leave their locks.", waits=True)
        case ActionId.CHANGE_TIMES:
            values = step.values
            await client.update_access_grant(grant.access_grant_id, starts_at=values.starts_at, ends_at=values.ends_at)
            return Sent("Asked; the access grant gives its codes the new times.", waits=True)
        case _:
            raise ValueError(f"{step.action_id} cannot be asked of an access grant")


async def _update(client: SeamClient, step: PlanStep) -> Sent:
    values = step.values
    await client.update_access_code(
        _code_id(step),
        pin=values.pin,
        name=values.name,
        starts_at=values.starts_at,
        ends_at=values.ends_at,
        code_type=values.code_type,
        is_external_modification_allowed=values.is_external_modification_allowed,
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


def own_errors(code: AccessCode) -> frozenset[str]:
    """The errors of a code itself: those of its lock or account are no step's failure."""
    return frozenset(error.code for error in code.errors if error.level is IssueLevel.ACCESS_CODE)


def took_effect(step: PlanStep, current: AccessCode | None) -> bool:
    """Whether a code that was read after a write shows that the write took effect.

    Args:
        step: The write whose answer was lost.
        current: The code as it reads now; None when it is gone.
    """
    if step.action_id in REMOVALS:
        # A removal that failed is asked for once more: that it was asked for shows nothing then.
        was_asked_before = step.code is not None and step.code.is_being_deleted
        return current is None or (current.is_being_deleted and not was_asked_before)
    if current is None or step.code is None:
        return False
    if step.action_id is ActionId.CONVERT_TO_MANAGED:
        return current.is_managed and not step.force
    if step.action_id is ActionId.PULL_BACKUP:
        return current.pulled_backup_access_code_id is not None
    return _shows_update(step, current)


def _shows_update(step: PlanStep, current: AccessCode) -> bool:
    if step.action_id is ActionId.GENERATE_PIN and step.values.pin is None:
        # A maker that shows no PIN shows none before and after, which proves nothing.
        changed = any(change.field == "code" for mutation in current.pending_mutations for change in mutation.changes)
        return changed or current.pin != (step.code.pin if step.code else None)
    return _shows(step.values, current)


def _shows(values: Values, current: AccessCode) -> bool:
    """Whether a code has these values, or is asked to have them; None is not looked at."""
    shown, pending = _shown(current), _pending(current)
    return all(value is None or value in (pending.get(name), shown[name]) for name, value in _fields(values).items())


def _fields(values: Values) -> dict[str, object]:
    return {
        "code": values.pin,
        "name": None if values.name is None else plain_text(values.name),
        "starts_at": values.starts_at,
        "ends_at": values.ends_at,
        "type": values.code_type,
        "is_external_modification_allowed": values.is_external_modification_allowed,
    }


def _shown(code: AccessCode) -> dict[str, object]:
    return {
        "code": code.pin,
        "name": code.name,
        "starts_at": code.starts_at,
        "ends_at": code.ends_at,
        "type": code.type,
        "is_external_modification_allowed": code.is_external_modification_allowed,
    }


def _pending(code: AccessCode) -> dict[str, object]:
    """What a code is asked to have; no mutation names the type, which follows from the end."""
    asked: dict[str, object] = {
        change.field: change.new for mutation in code.pending_mutations for change in mutation.changes
    }
    if "ends_at" in asked:
        asked["type"] = AccessCodeType.ONGOING if asked["ends_at"] is None else AccessCodeType.TIME_BOUND
    return asked


def _put_back(step: PlanStep, before: AccessCode) -> Values:
    """What a code had of all that an undo sends, before it is sent."""
    sent = step.values
    return Values(
        pin=None if sent.pin is None else before.pin,
        name=None if sent.name is None else before.name,
        starts_at=None if sent.starts_at is None else before.starts_at,
        ends_at=None if sent.ends_at is None else before.ends_at,
        code_type=None if sent.code_type is None else before.type,
        is_external_modification_allowed=(
            None if sent.is_external_modification_allowed is None else before.is_external_modification_allowed
        ),
    )


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
