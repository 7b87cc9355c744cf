"""The `default` and `healthy` worlds: a small company that lets houses for short stays."""

import pickle
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from seam_tui.sandbox.builder import Builder
from seam_tui.sandbox.connectivity import come_back, drop_off
from seam_tui.sandbox.issues import clear_issues
from seam_tui.sandbox.records import Device
from seam_tui.sandbox.world import World


def read_scenario(name: str) -> dict[str, Any]:
    """Read a scenario file of this package; each caller has a content of its own."""
    content: dict[str, Any] = pickle.loads(_kept(name))
    return content


@cache
def _kept(name: str) -> bytes:
    """A scenario in the form that is read soonest: where worlds are made by the hundred, TOML would take a third."""
    return pickle.dumps(tomllib.loads(files("seam_tui.sandbox").joinpath(f"{name}.toml").read_text(encoding="utf-8")))


def fill_default(world: World) -> None:
    """A workspace on a busy day: most codes fine, and every kind of trouble somewhere."""
    data = read_scenario("default")
    builder = Builder(world, [spec["name"] for spec in data["code"]])
    for spec in data["account"]:
        builder.account(spec)
    for spec in data["device"]:
        device = builder.device(spec)
        _fill_up(builder, device, spec.get("guests", 0))
    for spec in data["code"]:
        builder.code(builder.devices[spec["device"]], spec)
    for spec in data["device"]:
        if spec.get("full"):
            device = builder.devices[spec["name"]]
            device.max_codes = world.slots_used(device.device_id)
    builder.finish()
    for spec in data["grant"]:
        builder.grant(spec)
    for spec in data["script"]:
        _play(world, builder, spec)


def fill_healthy(world: World) -> None:
    """The same houses on a day on which nothing is wrong."""
    data = read_scenario("default")
    builder = Builder(world)
    for spec in data["account"]:
        builder.account({key: value for key, value in spec.items() if key not in {"errors", "warnings"}})
    for spec in data["device"]:
        kept = {key: value for key, value in spec.items() if key not in {"errors", "warnings", "online", "drained"}}
        kept["battery"] = max(0.5, spec.get("battery", 0.86))
        device = builder.device(kept)
        _fill_up(builder, device, spec.get("guests", 0) + 3)
    builder.finish()


def _fill_up(builder: Builder, device: Device, count: int) -> None:
    """Add guests whose codes are as they should be: staying now, arriving soon, arriving later."""
    random = builder.world.seeds.random
    for number in range(count):
        kind = (number + len(device.name)) % 4
        starts = (-random.randint(8, 60), random.randint(3, 60), random.randint(90, 260), -random.randint(4, 40))[kind]
        code = builder.code(device, {"starts": starts, "ends": max(starts + random.randint(40, 160), 6)})
        builder.guests.setdefault(device.name, []).append(code)


def _play(world: World, builder: Builder, spec: dict[str, Any]) -> None:
    """Let one thing happen after the world has started."""
    after: float = spec["after"]
    if spec["what"] == "drop_off":
        world.later(after, drop_off, builder.devices[spec["device"]].device_id)
    elif spec["what"] == "come_back":
        world.later(after, come_back, builder.devices[spec["device"]].device_id)
    else:
        world.later(after, _recover, builder.codes[spec["code"]].access_code_id)


def _recover(world: World, code_id: str) -> None:
    """Scripted: the lock takes a code that it kept waiting."""
    from seam_tui.sandbox.confirmation import release

    code = world.codes.get(code_id)
    if code is not None:
        clear_issues(code, {"delay_in_setting_on_device"})
        release(world, code)
