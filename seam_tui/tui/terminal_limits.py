"""What a terminal cannot do, as far as its environment tells; nobody has to ask for what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LEAST_SIZE: Final = (40, 15)
"""Columns and lines below which the app only says that it needs more."""
UTF_8: Final = ("utf-8", "utf8", "cp65001")
"""Names of the one encoding that has every sign."""


def draws_ascii_only(env: Mapping[str, str], encoding: str) -> bool:
    """Whether only ASCII arrives whole: another encoding than UTF-8, or the console's own font of 256 signs.

    Args:
        env: The environment.
        encoding: Of what is written to the terminal; empty when it is not known.
    """
    return env.get("TERM") == "linux" or encoding.lower().replace("_", "-") not in {*UTF_8, ""}


def has_sixteen_colours(color_system: str | None) -> bool:
    """Whether a theme's colours would be taken for the nearest of sixteen, text and background perhaps for the same.

    Args:
        color_system: As rich tells it from TERM and COLORTERM.
    """
    return color_system in {None, "standard"}
