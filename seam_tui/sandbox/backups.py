"""The pool of backup codes: spare PINs that wait on the lock for the day on which another code fails."""

from seam_tui.sandbox.code_rules import generate_pin, has_free_slot
from seam_tui.sandbox.confirmation import note_fullness
from seam_tui.sandbox.errors import ApiError
from seam_tui.sandbox.issues import clear_issues, code_event, put_issue
from seam_tui.sandbox.lifecycle import schedule_span
from seam_tui.sandbox.records import Code, Device
from seam_tui.sandbox.world import World

POOL_SIZE = 3
REFILL_SECONDS = 20.0


def add_spare(world: World, device: Device) -> Code:
    """Put one spare code on the lock."""
    code_id = world.seeds.uuid()
    spare = Code(
        access_code_id=code_id,
        device_id=device.device_id,
        name=f"Backup {code_id[:4]} (Seam)",
        code=generate_pin(world, device),
        created_at=world.now,
        status="set",
        on_lock=True,
        is_backup=True,
    )
    device.pool.append(code_id)
    return world.add_code(spare)


def enable_pool(world: World, device: Device) -> None:
    """Turn the pool on; it fills in its own time."""
    if device.supports_pool and not device.pool_enabled:
        device.pool_enabled = True
        put_issue(world, device, "error", "empty_backup_access_code_pool", "There are no backup access codes left.")
        world.later(REFILL_SECONDS, refill, device.device_id)


def refill_later(world: World, device_id: str) -> None:
    """Let the pool fill up again after something changed on the lock."""
    device = world.devices[device_id]
    if device.pool_enabled and len(device.pool) < POOL_SIZE:
        world.later(REFILL_SECONDS, refill, device_id)


def refill(world: World, device_id: str) -> None:
    """Fill the pool, as far as the lock can be reached and has room."""
    device = world.devices[device_id]
    if not device.pool_enabled or not world.reachable(device) or device.drained:
        return
    while len(device.pool) < POOL_SIZE and has_free_slot(world, device):
        add_spare(world, device)
    clear_issues(device, {"empty_backup_access_code_pool"})
    if len(device.pool) == POOL_SIZE:
        clear_issues(device, {"partial_backup_access_code_pool"})
    else:
        put_issue(world, device, "warning", "partial_backup_access_code_pool", "Seam cannot refill the backup pool.")
    note_fullness(world, device)


def pull_backup(world: World, code: Code) -> Code:
    """Let a spare code stand in for another one; pulling twice gives the same spare.

    Raises:
        ApiError: The code is not time-bound, the lock has no pool, or the pool is empty.
    """
    device = world.devices[code.device_id]
    if not code.time_bound:
        raise ApiError(
            400, "access_code_not_time_bound", "Backup access codes can only be pulled for time-bound access codes"
        )
    pulled = world.codes.get(code.pulled_backup_id or "")
    if pulled is not None:
        return pulled
    if not device.supports_pool:
        raise ApiError(
            400, "backup_access_code_pool_not_supported", "This device does not support a backup access code pool"
        )
    if not device.pool_enabled:
        raise ApiError(
            400, "backup_access_code_pool_not_enabled", "The backup access code pool of this device is not enabled"
        )
    if not device.pool or code.is_backup or code.is_offline:
        raise ApiError(
            400, "no_backup_access_code_available", "There is no backup access code available for this access code"
        )
    spare = world.codes[device.pool.pop(0)]
    spare.starts_at, spare.ends_at = world.now, code.ends_at
    schedule_span(world, spare)
    code.pulled_backup_id = spare.access_code_id
    text = "A backup access code has been pulled and is being used in place of this access code."
    put_issue(world, code, "warning", "using_backup_access_code", text)
    code_event(world, code, "backup_access_code_pulled", backup_access_code_id=spare.access_code_id)
    if not device.pool:
        put_issue(world, device, "error", "empty_backup_access_code_pool", "There are no backup access codes left.")
    refill_later(world, device.device_id)
    return spare
