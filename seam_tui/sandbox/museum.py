"""The `museum`: every code that Seam is known to report, each at its own level, on a lock of its maker."""

from seam_tui.sandbox.world import World


def fill_museum(world: World) -> None:
    """Fill a world with one exhibit for each code."""
