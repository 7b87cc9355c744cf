"""Rubbish that Python's collector alone can free."""

from __future__ import annotations

import weakref


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def knots(count: int) -> weakref.ref[Knot]:
    """Make so many and let go of them; the first one, while it is there."""
    first = weakref.ref(Knot())
    for _ in range(count - 1):
        Knot()
    return first
