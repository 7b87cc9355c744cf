"""The `museum`: every code that Seam is known to report, each at its own level, on a lock of its maker.

Each exhibit has a lock of its own, so that curing one leaves the others as they are.
"""

from typing import Any

from seam_tui.sandbox.builder import Builder
from seam_tui.sandbox.default_world import read_scenario
from seam_tui.sandbox.makers import MAKERS
from seam_tui.sandbox.records import Device
from seam_tui.sandbox.world import World

_DEVICE_KEYS = ("battery", "drained", "has_hub", "has_keypad", "keypad_battery", "online", "pool")
_CODE_KEYS = ("external", "offline", "pin")
_ISSUE_KEYS = (
    "active_access_code_count", "change_type", "max_active_access_code_count", "modified_fields", "sites",
)  # fmt: skip
_SLOTS_WHEN_FULL = 2

Exhibit = dict[str, Any]


def fill_museum(world: World) -> None:
    """Fill a world with one exhibit for each code."""
    builder = Builder(world)
    exhibits: list[Exhibit] = read_scenario("museum_codes")["exhibit"]
    for maker in dict.fromkeys(exhibit["maker"] for exhibit in exhibits if exhibit["scope"] != "connected_account"):
        builder.account({"maker": maker, "name": f"{MAKERS[maker].name} gallery"})
    for number, exhibit in enumerate(exhibits, start=1):
        _hang(builder, number, exhibit)
    builder.finish()


def _hang(builder: Builder, number: int, exhibit: Exhibit) -> None:
    """Build the account, lock and codes around one issue."""
    scope, maker = exhibit["scope"], exhibit["maker"]
    issue = {key: exhibit[key] for key in ("code", "message", *_ISSUE_KEYS) if key in exhibit}
    issues = {f"{exhibit['kind']}s": [{**issue, "hours_ago": 2 + number % 9}]}
    spec: Exhibit = {key: exhibit[key] for key in _DEVICE_KEYS if key in exhibit}
    spec |= {"maker": maker, "name": f"Room {number} – {MAKERS[maker].name}", "location": "Museum"}
    if "time_zone" not in exhibit["code"] and "timezone" not in exhibit["code"]:
        spec["time_zone"] = "America/New_York"
    if exhibit.get("full"):
        spec["max_codes"] = _SLOTS_WHEN_FULL
    if scope == "connected_account":
        spec["account"] = f"room-{number}"
        hung = {"downstream_errors": issues["errors"]} if exhibit.get("downstream") else issues
        builder.account({"maker": maker, "label": spec["account"], "name": f"{MAKERS[maker].name} {number}", **hung})
    device = builder.device(spec | (issues if scope == "device" else {}))
    _add_codes(builder, device, exhibit, issues if scope == "access_code" else {})


def _add_codes(builder: Builder, device: Device, exhibit: Exhibit, issues: Exhibit) -> None:
    """Put the exhibit's code on the lock, with whatever stands in its way."""
    code: Exhibit = {"starts": exhibit.get("starts", -4), "ends": exhibit.get("ends", 44), **issues}
    code |= {key: exhibit[key] for key in _CODE_KEYS if key in exhibit}
    if exhibit.get("full"):
        for _ in range(_SLOTS_WHEN_FULL):
            builder.code(device, {})
        if exhibit["scope"] == "device":
            return
    if exhibit.get("twin"):
        builder.code(device, {"name": "old code", "managed": False, "label": device.device_id})
        code["same_pin_as"] = device.device_id
    if exhibit.get("backup"):
        backup = {"name": "Backup 7f31 (Seam)", "backup": True, "starts": -2, "ends": code["ends"]}
        builder.code(device, {**backup, "label": device.device_id})
        code["pulled"] = device.device_id
    if exhibit["code"] == "being_deleted":
        # The state itself brings the warning.
        code = {"starts": -4, "ends": 44}
    state = exhibit.get("state")
    if state is not None:
        code["pending"] = state
        code["to"] = {"ends": code["ends"] + 24}
    builder.code(device, code)
