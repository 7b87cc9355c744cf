"""What a lock accepts: PIN and name rules, free slots, no PIN twice at the same time."""

from collections.abc import Callable
from itertools import pairwise

from seam_tui.sandbox.records import Code, Device
from seam_tui.sandbox.world import World


def _steps(pin: str) -> list[int]:
    return [int(b) - int(a) for a, b in pairwise(pin)]


def _has_run_of_four(pin: str) -> bool:
    steps = _steps(pin)
    return any(len(set(steps[i : i + 3])) == 1 and steps[i] in {-1, 0, 1} for i in range(len(steps) - 2))


_PIN_RULES: dict[str, Callable[[str], bool]] = {
    "no_zeros": lambda pin: "0" not in pin,
    "cannot_start_with_12": lambda pin: not pin.startswith("12"),
    "no_triple_consecutive_ints": lambda pin: not _has_run_of_four(pin),
    "no_ascending_or_descending_sequence": lambda pin: set(_steps(pin)) not in ({1}, {-1}),
    "at_least_three_unique_digits": lambda pin: len(set(pin)) >= 3,
    "no_all_same_digits": lambda pin: len(set(pin)) > 1,
    "unique_first_four_digits": lambda pin: len(set(pin[:4])) == 4,
    "cannot_contain_089": lambda pin: not set(pin) & set("089"),
    "cannot_contain_0789": lambda pin: not set(pin) & set("0789"),
}


def broken_rule(device: Device, pin: str | None, name: str | None) -> str | None:
    """Say which of the lock's rules a PIN or name breaks, in a sentence without the PIN; None if it breaks none."""
    if pin is not None:
        if device.lengths and len(pin) not in device.lengths:
            allowed = ", ".join(str(length) for length in device.lengths)
            return f"The access code has {len(pin)} digits, but this device supports only: {allowed}."
        for constraint in device.constraints:
            rule = _PIN_RULES.get(constraint["constraint_type"])
            if rule is not None and not rule(pin):
                return f"The access code breaks the device's {constraint['constraint_type']} rule."
    for constraint in device.constraints:
        if constraint["constraint_type"] == "name_length" and name is not None and len(name) < constraint["min_length"]:
            return f"The name is shorter than the {constraint['min_length']} characters that the device needs."
    return None


def conflicting_code(
    world: World, device_id: str, pin: str | None, span: tuple[float | None, float | None], *, but: str | None = None
) -> Code | None:
    """The other code of a lock that has this PIN at an overlapping time."""
    if pin is None:
        return None
    for other in world.codes_on[device_id].values():
        # A code on its way out no longer stands in anybody's way.
        if other.access_code_id == but or other.code != pin or other.pending("deleting"):
            continue
        if other.overlaps(*span):
            return other
    return None


def has_free_slot(world: World, device: Device) -> bool:
    """Whether the lock can take one more code."""
    return device.max_codes is None or world.slots_used(device.device_id) < device.max_codes


def generate_pin(world: World, device: Device, length: int | None = None) -> str:
    """A PIN that the lock accepts and that no other code on it has."""
    lengths = device.lengths or (4, 5, 6)
    wanted = length if length in lengths else lengths[0]
    taken = {code.code for code in world.codes_on[device.device_id].values()}
    while True:
        pin = world.seeds.pin(wanted)
        if pin not in taken and broken_rule(device, pin, None) is None:
            return pin
