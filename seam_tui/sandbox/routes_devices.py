"""The endpoints for locks: reading them, moving their bolts, and making them drop off and return."""

from seam_tui.sandbox import connectivity, cures
from seam_tui.sandbox.confirmation import release_all
from seam_tui.sandbox.endpoints import CREATE, READ, Call, Endpoint
from seam_tui.sandbox.errors import ApiError, device_not_found, invalid_input
from seam_tui.sandbox.issues import clear_issues, device_fields
from seam_tui.sandbox.makers import MAKERS
from seam_tui.sandbox.paging import page
from seam_tui.sandbox.records import Device, Json
from seam_tui.sandbox.wire import attempt_json, device_json, unmanaged_device_json

DEFAULT_LIMIT = 500


def _matches(device: Device, needle: str) -> bool:
    texts = (device.device_id, device.name, device.location or "", *map(str, device.metadata.values()))
    return any(needle in text.lower() for text in texts)


def _listed(call: Call, *, managed: bool) -> list[Device]:
    params = call.params
    devices = [device for device in call.world.devices.values() if device.managed == managed]
    ids, accounts = params.uuids("device_ids"), params.uuids("connected_account_ids")
    account, kinds = params.uuid("connected_account_id"), params.array("device_types")
    kind, manufacturer = params.text("device_type"), params.text("manufacturer")
    before = params.moment("created_before")
    needle = (params.text("search") or "").lower()
    metadata = params.values.get("custom_metadata_has") or {}
    wanted = []
    for device in devices:
        maker = MAKERS[device.maker]
        if (
            (ids is None or device.device_id in ids)
            and (account is None or device.account_id == account)
            and (accounts is None or device.account_id in accounts)
            and (kind is None or maker.device_type == kind)
            and (kinds is None or maker.device_type in kinds)
            and (manufacturer is None or maker.manufacturer == manufacturer)
            and (before is None or device.created_at < before)
            and (not needle or _matches(device, needle))
            and all(device.metadata.get(key) == value for key, value in metadata.items())
        ):
            wanted.append(device)
    if any(params.has(key) for key in ("customer_key", "space_id", "user_identifier_key", "connect_webview_id")):
        return []
    return wanted


def list_devices(call: Call) -> Json:
    """`/devices/list`."""
    devices, pagination = page(_listed(call, managed=True), call.params, DEFAULT_LIMIT, call.url)
    return {"devices": [device_json(call.world, device) for device in devices], "pagination": pagination}


def list_unmanaged(call: Call) -> Json:
    """`/devices/unmanaged/list`."""
    devices, pagination = page(_listed(call, managed=False), call.params, DEFAULT_LIMIT, call.url)
    return {"devices": [unmanaged_device_json(call.world, device) for device in devices], "pagination": pagination}


def _one(call: Call, *, managed: bool) -> Device:
    if call.params.has("device_id"):
        return call.device(managed=managed)
    call.params.require_one_of("device_id", "name")
    name = call.params.text("name")
    for device in call.world.devices.values():
        if device.name == name and device.managed == managed:
            return device
    raise device_not_found()


def get_device(call: Call) -> Json:
    """`/devices/get` and `/locks/get`."""
    return {"device": device_json(call.world, _one(call, managed=True))}


def get_unmanaged(call: Call) -> Json:
    """`/devices/unmanaged/get`."""
    return {"device": unmanaged_device_json(call.world, _one(call, managed=False))}


def list_locks(call: Call) -> Json:
    """`/locks/list`: the same filters as for devices, but never in pages."""
    return {"devices": [device_json(call.world, device) for device in _listed(call, managed=True)]}


def _bolt(call: Call, *, lock: bool) -> Json:
    device = call.device()
    if not MAKERS[device.maker].remote or not device.has_hub:
        what = "locked" if lock else "unlocked"
        raise ApiError(400, "device_does_not_support_action", f"This device cannot be {what} remotely")
    call.world.limits.spend("lock" if lock else "unlock", device.device_id, call.world.now)
    attempt = connectivity.move_bolt(call.world, device, lock=lock)
    return {"action_attempt": attempt_json(call.world, attempt)}


def lock_door(call: Call) -> Json:
    """`/locks/lock_door`."""
    return _bolt(call, lock=True)


def unlock_door(call: Call) -> Json:
    """`/locks/unlock_door`."""
    return _bolt(call, lock=False)


def _time_zone(item: Json) -> str | None:
    """The time zone in a report, wherever the maker's block keeps it."""
    for key, value in item.items():
        if key in {"time_zone", "timezone", "iana_timezone"} and isinstance(value, str):
            return value
        if isinstance(value, dict):
            found = _time_zone(value)
            if found is not None:
                return found
    return None


def report_metadata(call: Call) -> Json:
    """`/devices/report_provider_metadata`: what the maker does not tell, such as a lock's time zone."""
    items = call.params.array("devices")
    if not items or not all(isinstance(item, dict) and isinstance(item.get("device_id"), str) for item in items):
        raise invalid_input("devices", "Required", "devices is required")
    found = [(call.device_by_id(item["device_id"]), _time_zone(item)) for item in items]
    for device, time_zone in found:
        if time_zone is not None:
            if "/" not in time_zone and time_zone != "UTC":
                raise invalid_input("devices", "Invalid time zone", "time_zone must be an IANA time zone")
            connectivity.report_time_zone(call.world, device, time_zone)
    return {}


def _simulated(call: Call, ability: str) -> Device:
    device = call.device(managed=None)
    if ability not in MAKERS[device.maker].simulates:
        raise ApiError(400, "device_type_not_supported", "This simulation is not supported for this device type")
    return device


def simulate_connect(call: Call) -> Json:
    """`/devices/simulate/connect`."""
    connectivity.connect(call.world, _simulated(call, "connection"))
    return {}


def simulate_disconnect(call: Call) -> Json:
    """`/devices/simulate/disconnect`."""
    connectivity.disconnect(call.world, _simulated(call, "connection"))
    return {}


def simulate_connect_to_hub(call: Call) -> Json:
    """`/devices/simulate/connect_to_hub`."""
    device = _simulated(call, "hub")
    device.has_hub = True
    connectivity.connect(call.world, device, cures.HUB_CONNECTED)
    return {}


def simulate_disconnect_from_hub(call: Call) -> Json:
    """`/devices/simulate/disconnect_from_hub`."""
    connectivity.disconnect(call.world, _simulated(call, "hub"), "hub_disconnected")
    return {}


def simulate_remove(call: Call) -> Json:
    """`/devices/simulate/remove`."""
    connectivity.disconnect(call.world, _simulated(call, "removal"), "device_removed")
    return {}


def simulate_subscription(call: Call) -> Json:
    """`/devices/simulate/paid_subscription`: the error comes and goes with the next poll."""
    device = _simulated(call, "subscription")
    expired = call.params.flag("is_expired")
    if expired is None:
        raise invalid_input("is_expired", "Required", "is_expired is required")
    step = connectivity.expire_subscription if expired else connectivity.renew_subscription
    call.world.later(connectivity.SYNC_SECONDS, step, device.device_id)
    return {}


def keypad_entry(call: Call) -> Json:
    """`/locks/simulate/keypad_code_entry`: somebody types a PIN at the door."""
    world, device = call.world, call.device()
    pin = call.params.text("code", required=True)
    attempt = world.start_attempt("SIMULATE_KEYPAD_CODE_ENTRY", device_id=device.device_id)
    attempt.status, attempt.result = "success", {}
    fields = device_fields(device)
    for code in world.codes_of(device.device_id):
        begun = code.starts_at is None or code.starts_at <= world.now
        if code.code == pin and code.on_lock and begun:
            device.locked = False
            kind: Json = {"access_code_id": code.access_code_id, "access_code_is_managed": code.managed}
            world.emit("lock.unlocked", fields | kind | {"method": "keycode"})
            break
    else:
        reason = {"reason_code": "unknown_code", "message": "The code is not known to the lock."}
        world.emit("lock.access_denied", fields | {"reason": reason})
    return {"action_attempt": attempt_json(world, attempt)}


def manual_lock(call: Call) -> Json:
    """`/locks/simulate/manual_lock_via_keypad`."""
    world, device = call.world, call.device()
    attempt = world.start_attempt("SIMULATE_MANUAL_LOCK_VIA_KEYPAD", device_id=device.device_id)
    attempt.status, attempt.result = "success", {}
    device.locked = True
    # Whoever stands at the lock also clears what only a person there can clear.
    if clear_issues(device, {"privacy_mode", "salto_ks_privacy_mode"}):
        release_all(world, device.device_id)
    world.emit("lock.locked", device_fields(device) | {"method": "manual"})
    return {"action_attempt": attempt_json(world, attempt)}


ENDPOINTS = (
    Endpoint("/devices/list", READ, list_devices),
    Endpoint("/devices/get", READ, get_device),
    Endpoint("/devices/unmanaged/list", READ, list_unmanaged),
    Endpoint("/devices/unmanaged/get", READ, get_unmanaged),
    Endpoint("/devices/report_provider_metadata", CREATE, report_metadata),
    Endpoint("/locks/list", READ, list_locks),
    Endpoint("/locks/get", READ, get_device),
    Endpoint("/locks/lock_door", CREATE, lock_door),
    Endpoint("/locks/unlock_door", CREATE, unlock_door),
    Endpoint("/devices/simulate/connect", CREATE, simulate_connect),
    Endpoint("/devices/simulate/disconnect", CREATE, simulate_disconnect),
    Endpoint("/devices/simulate/connect_to_hub", CREATE, simulate_connect_to_hub),
    Endpoint("/devices/simulate/disconnect_from_hub", CREATE, simulate_disconnect_from_hub),
    Endpoint("/devices/simulate/remove", CREATE, simulate_remove),
    Endpoint("/devices/simulate/paid_subscription", CREATE, simulate_subscription),
    Endpoint("/locks/simulate/keypad_code_entry", CREATE, keypad_entry),
    Endpoint("/locks/simulate/manual_lock_via_keypad", CREATE, manual_lock),
)
