"""Locks, hubs and accounts that drop off and come back, and the door commands that tell."""

from seam_tui.sandbox import cures
from seam_tui.sandbox.confirmation import release_all
from seam_tui.sandbox.issues import circumstances, clear_issues, device_fields, has_issue, put_issue
from seam_tui.sandbox.issues_wire import account_issues_json
from seam_tui.sandbox.records import Account, Attempt, Device
from seam_tui.sandbox.world import World

DOOR_SECONDS = 1.0
SYNC_SECONDS = 8.0


# -- locks ------------------------------------------------------------------------------------------------------------


def disconnect(world: World, device: Device, error: str = "device_disconnected") -> None:
    """The lock (or, for `hub_disconnected`, its hub) drops off the network."""
    device.online = False
    texts = {
        "device_disconnected": "The device is offline. Check its power and its connection to the internet.",
        "hub_disconnected": "The hub that this device uses is offline. Check the hub's power and connection.",
        "device_removed": "The device was removed from the connected account.",
    }
    if put_issue(world, device, "error", error, texts[error]):
        if error == "device_removed":
            world.emit("device.removed", device_fields(device))
        else:
            fields = device_fields(device) | {"error_code": error} | circumstances(world, device)
            world.emit("device.disconnected", fields)


def connect(world: World, device: Device, cured: frozenset[str] = cures.LOCK_CONNECTED) -> None:
    """The lock is back: what waited for it goes on."""
    was_flaky = has_issue(device, "device_has_flaky_connection")
    clear_issues(device, cured)
    device.online = not has_issue(device, "device_disconnected", "device_offline", "hub_disconnected", "device_removed")
    world.emit("device.connected", device_fields(device))
    if was_flaky and not has_issue(device, "device_has_flaky_connection"):
        world.emit("device.connection_stabilized", device_fields(device))
    if world.reachable(device):
        device.drained = False
        release_all(world, device.device_id)
        from seam_tui.sandbox.backups import refill_later

        refill_later(world, device.device_id)


def drop_off(world: World, device_id: str) -> None:
    """Scripted: the lock goes offline."""
    disconnect(world, world.devices[device_id])


def come_back(world: World, device_id: str) -> None:
    """Scripted: the lock returns."""
    connect(world, world.devices[device_id])


def report_time_zone(world: World, device: Device, time_zone: str) -> None:
    """Seam learns the lock's time zone."""
    device.time_zone = time_zone
    clear_issues(device, cures.TIME_ZONE_REPORTED)
    for code in world.codes_of(device.device_id):
        clear_issues(code, cures.TIME_ZONE_REPORTED_ON_CODES)


def expire_subscription(world: World, device_id: str) -> None:
    """The next poll finds the maker's subscription expired."""
    device = world.devices[device_id]
    if put_issue(world, device, "error", "subscription_required", "A subscription with the maker is required."):
        world.emit("device.error.subscription_required", device_fields(device) | circumstances(world, device))


def renew_subscription(world: World, device_id: str) -> None:
    """The next poll finds the subscription paid."""
    device = world.devices[device_id]
    if clear_issues(device, {"subscription_required"}):
        world.emit("device.error.subscription_required.resolved", device_fields(device))
        if world.reachable(device):
            release_all(world, device_id)


# -- doors ------------------------------------------------------------------------------------------------------------


def move_bolt(world: World, device: Device, *, lock: bool) -> Attempt:
    """Send a lock or unlock command."""
    attempt = world.start_attempt("LOCK_DOOR" if lock else "UNLOCK_DOOR", device_id=device.device_id)
    world.later(DOOR_SECONDS, finish_bolt, attempt.attempt_id)
    return attempt


def finish_bolt(world: World, attempt_id: str) -> None:
    """The lock did it, or did not answer."""
    attempt = world.attempts[attempt_id]
    device = world.devices[attempt.device_id or ""]
    lock = attempt.action_type == "LOCK_DOOR"
    verb = "lock_door" if lock else "unlock_door"
    fields = device_fields(device) | {"action_attempt_id": attempt_id}
    if not world.reachable(device):
        attempt.status = "error"
        attempt.error = {"type": "device_disconnected", "message": "The device did not answer: it is offline."}
        kind = {"action_type": attempt.action_type, "status": "error"}
        world.emit(f"action_attempt.{verb}.failed", fields | kind)
        return
    device.locked = lock
    attempt.status, attempt.result = "success", {"was_confirmed_by_device": True}
    kind = {"action_type": attempt.action_type, "status": "success"}
    world.emit(f"action_attempt.{verb}.succeeded", fields | kind)
    world.emit("lock.locked" if lock else "lock.unlocked", fields | {"method": "remote"})
    # A lock that answers a command answers everything else too.
    clear_issues(device, cures.LOCK_ANSWERED)
    release_all(world, device.device_id)


# -- accounts ---------------------------------------------------------------------------------------------------------


def disconnect_account(world: World, account: Account) -> None:
    """Seam loses its login."""
    text = "Seam has lost its connection to this account. Sign in again to reconnect it."
    if put_issue(world, account, "error", "account_disconnected", text):
        errors, warnings = account_issues_json(account)
        issues = {"connected_account_errors": errors, "connected_account_warnings": warnings}
        world.emit("connected_account.disconnected", {"connected_account_id": account.account_id} | issues)


def sync_account(world: World, account_id: str) -> None:
    """A sync went through."""
    account = world.accounts.get(account_id)
    if account is not None:
        clear_issues(account, cures.ACCOUNT_SYNCED)


def sign_in(world: World, account: Account) -> None:
    """The owner signed in again: the account and what hung on it work."""
    was_disconnected = has_issue(account, "account_disconnected")
    clear_issues(account, cures.ACCOUNT_SIGNED_IN)
    account.downstream_issues = [i for i in account.downstream_issues if i.code not in cures.ACCOUNT_SIGNED_IN]
    if was_disconnected:
        fields = {"connected_account_id": account.account_id}
        world.emit("connected_account.connected", fields)
        world.emit("connected_account.completed_first_sync_after_reconnection", fields)
    for device in world.devices.values():
        if device.account_id == account.account_id:
            clear_issues(device, cures.SIGNED_IN_DEVICES)
            for code in world.codes_of(device.device_id):
                clear_issues(code, cures.ACCOUNT_SIGNED_IN)
            if world.reachable(device):
                release_all(world, device.device_id)
