"""The worlds that a sandbox can start as."""

from collections.abc import Callable

from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.default_world import fill_default, fill_healthy
from seam_tui.sandbox.generated import fill_generated
from seam_tui.sandbox.museum import fill_museum
from seam_tui.sandbox.world import World


def _fill_empty(world: World) -> None:
    """Nothing: a workspace to which nobody has connected a lock yet."""


SCENARIOS: dict[str, Callable[[World], None]] = {
    "default": fill_default,
    "museum": fill_museum,
    "healthy": fill_healthy,
    "empty": _fill_empty,
}
"""How to fill a new world, by the scenario's name."""

MOST_TRACEABLE = 5_000
"""Codes of a world in which no PIN comes twice: about half of the PINs of six digits that suit every lock."""


def build_world(
    scenario: str,
    *,
    clock: SandboxClock,
    devices: int | None = None,
    codes: int | None = None,
    seed: int = 1,
    traceable: bool = False,
    keeps_names: bool = False,
    rate_limits: bool = True,
) -> World:
    """Make the world of a scenario, or one of any size if a number of locks or codes is given.

    Raises:
        ValueError: There is no such scenario, a number is negative, or more codes are to be traceable than there are
            PINs for.
    """
    if scenario not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise ValueError(f"There is no scenario {scenario!r}. Known scenarios: {known}.")
    if traceable and (codes or 0) > MOST_TRACEABLE:
        raise ValueError(f"A traceable world has at most {MOST_TRACEABLE:,} codes: no PIN may come twice.")
    world = World(clock, seed, traceable=traceable, keeps_names=keeps_names, rate_limits=rate_limits)
    if devices is None and codes is None:
        SCENARIOS[scenario](world)
    else:
        count = max(1, (codes or 0) // 10) if devices is None else devices
        fill_generated(world, count, count * 10 if codes is None else codes)
    return world
