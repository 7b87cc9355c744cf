"""Locks as the API's JSON: capability flags, properties, limits on codes."""

from typing import Any

from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.issues_wire import device_issues_json
from seam_tui.sandbox.makers import MAKERS, Maker
from seam_tui.sandbox.records import Device, Json
from seam_tui.sandbox.world import World


def battery_status(level: float) -> str:
    """The word for a battery level."""
    if level <= 0.05:
        return "critical"
    if level <= 0.2:
        return "low"
    return "full" if level >= 0.9 else "good"


def _model(device: Device, maker: Maker) -> Json:
    return {
        "display_name": device.model,
        "manufacturer_display_name": maker.name,
        "has_built_in_keypad": device.has_keypad and device.keypad_battery is None,
        "can_connect_accessory_keypad": device.keypad_battery is not None or not device.has_keypad,
        "accessory_keypad_supported": device.keypad_battery is not None or not device.has_keypad,
        "online_access_codes_supported": True,
        "offline_access_codes_supported": maker.offline,
    }


def _maker_metadata(device: Device, maker: Maker) -> Json:
    """The maker's own block, with the few fields that a client may look at."""
    blocks: dict[str, Json] = {
        "august_metadata": {
            "lock_id": device.device_id[:8],
            "lock_name": device.name,
            "house_name": device.location or device.name,
            "has_keypad": device.has_keypad,
            "model": device.model,
        },
        "schlage_metadata": {
            "device_id": device.device_id[:8],
            "device_name": device.name,
            "model": device.model,
            "access_code_length": device.lengths[0] if device.lengths else 4,
        },
        "kwikset_metadata": {
            "device_id": device.device_id[:8],
            "device_name": device.name,
            "model_number": device.model,
        },
        "igloohome_metadata": {"device_id": device.device_id[:8], "device_name": device.name},
        "nuki_metadata": {"device_id": device.device_id[:8], "device_name": device.name, "keypad_paired": True},
        "salto_ks_metadata": {
            "lock_id": device.device_id[:8],
            "site_name": device.location or device.name,
            "model": device.model,
            "locked_state": "locked" if device.locked else "unlocked",
            "has_custom_pin_subscription": False,
        },
        "smartthings_metadata": {"device_id": device.device_id[:8], "device_name": device.name, "model": device.model},
        "ultraloq_metadata": {
            "device_id": device.device_id[:8],
            "device_name": device.name,
            "device_type": device.model,
            "time_zone": device.time_zone,
        },
        "lockly_metadata": {"device_id": device.device_id[:8], "device_name": device.name, "model": device.model},
    }
    key = maker.metadata_key
    return {key: blocks[key]} if key in blocks else {}


def _properties(device: Device, maker: Maker) -> Json:
    properties: Json = {
        "name": device.name,
        "appearance": {"name": device.name},
        "online": device.online,
        "manufacturer": maker.manufacturer,
        "model": _model(device, maker),
        "image_url": f"https://connect.getseam.com/assets/images/devices/{maker.device_type}.png",
        "image_alt_text": f"{maker.name} lock",
        "online_access_codes_enabled": device.has_keypad,
        "supports_backup_access_code_pool": device.supports_pool,
        "backup_access_code_pool_enabled": device.pool_enabled,
        "has_native_entry_events": maker.key in {"august", "kwikset", "salto_ks", "schlage", "tedee", "ttlock", "yale"},
    }
    if device.constraints:
        properties["code_constraints"] = list(device.constraints)
    if device.lengths is not None:
        properties["supported_code_lengths"] = list(device.lengths)
    if device.max_codes is not None:
        properties["max_active_codes_supported"] = device.max_codes
    if maker.offline:
        properties["offline_access_codes_enabled"] = True
    # A lock that does not answer tells neither its battery nor its bolt.
    if device.online and device.battery is not None:
        properties["battery"] = {"level": device.battery, "status": battery_status(device.battery)}
        properties["battery_level"] = device.battery
    if device.online:
        properties["locked"] = device.locked
    if device.keypad_battery is not None:
        properties["accessory_keypad"] = {"is_connected": True, "battery": {"level": device.keypad_battery}}
        properties["keypad_battery"] = {"level": device.keypad_battery}
    return properties | _maker_metadata(device, maker)


def _common(world: World, device: Device) -> Json:
    maker = MAKERS[device.maker]
    errors, warnings = device_issues_json(world, device)
    body: Json = {
        "device_id": device.device_id,
        "device_type": maker.device_type,
        "workspace_id": world.workspace.workspace_id,
        "connected_account_id": device.account_id,
        "created_at": iso(device.created_at),
        "capabilities_supported": ["access_code", "lock", "battery"],
        "can_program_online_access_codes": device.has_keypad and device.has_hub,
        "can_unlock_with_code": device.has_keypad,
        "custom_metadata": device.metadata,
        "errors": errors,
        "warnings": warnings,
    }
    if maker.remote:
        body["can_remotely_lock"] = device.has_hub
        body["can_remotely_unlock"] = device.has_hub
    if maker.offline:
        body["can_program_offline_access_codes"] = True
    for ability in maker.simulates:
        body |= _simulation_flags(world, device, ability)
    location: dict[str, Any] = {}
    if device.location is not None:
        location["location_name"] = device.location
    if device.time_zone is not None:
        location["time_zone"] = device.time_zone
        location["timezone"] = device.time_zone
    if location:
        body["location"] = location
    return body


def _simulation_flags(world: World, device: Device, ability: str) -> Json:
    present = {issue.code for issue in device.issues}
    if ability == "connection":
        away = "device_disconnected" in present
        return {"can_simulate_connection": away, "can_simulate_disconnection": not away}
    if ability == "hub":
        away = "hub_disconnected" in present
        return {"can_simulate_hub_connection": away, "can_simulate_hub_disconnection": not away}
    if ability == "removal":
        return {"can_simulate_removal": "device_removed" not in present}
    return {"can_simulate_paid_subscription": True}


def device_json(world: World, device: Device) -> Json:
    """A managed lock."""
    maker = MAKERS[device.maker]
    image = f"https://connect.getseam.com/assets/images/providers/{maker.key}.png"
    return _common(world, device) | {
        "display_name": device.name,
        "nickname": device.name,
        "is_managed": True,
        "space_ids": [],
        "device_manufacturer": {"manufacturer": maker.manufacturer, "display_name": maker.name, "image_url": image},
        "device_provider": {
            "device_provider_name": maker.account_type,
            "display_name": maker.name,
            "provider_category": "stable",
            "image_url": image,
        },
        "properties": _properties(device, maker),
    }


def unmanaged_device_json(world: World, device: Device) -> Json:
    """A lock that the workspace sees but does not manage."""
    full = _properties(device, MAKERS[device.maker])
    kept = ("name", "online", "manufacturer", "model", "image_url", "image_alt_text", "battery", "battery_level",
            "accessory_keypad", "online_access_codes_enabled", "offline_access_codes_enabled")  # fmt: skip
    return _common(world, device) | {
        "is_managed": False,
        "properties": {key: full[key] for key in kept if key in full},
    }
