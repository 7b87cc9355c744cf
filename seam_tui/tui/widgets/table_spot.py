"""What of a table lies under the mouse."""

from __future__ import annotations

from typing import Final, NamedTuple


class Spot(NamedTuple):
    """A place of a table: in a row, in the header, or nowhere."""

    row_id: str | None = None
    """The row."""
    column: str | None = None
    """Key of the column whose header it is."""
    is_gutter: bool = False
    """Whether it is left of the row's first column."""


NOWHERE: Final = Spot()
"""Beside all rows and headers."""
