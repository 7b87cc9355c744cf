"""What a base leaves to the screen or widget above it is there: mypy does not see that one is missing."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from seam_tui.tui import screens
from seam_tui.tui.screens.listing import ListingDialog
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.tui.widgets.table_moves import CursorView


def left_open(kind: type) -> set[str]:
    """Names of what only raises `NotImplementedError` when it is called on an object of a class."""
    names = {name for part in kind.__mro__ if part.__module__.startswith("seam_tui.") for name in part.__dict__}
    found = {}
    for name in names:
        known = getattr(kind, name)
        found[name] = getattr(getattr(known, "fget", known), "__code__", None)
    return {name for name, code in found.items() if code is not None and "NotImplementedError" in code.co_names}


def listings() -> list[type]:
    """Every dialog over a list."""
    for module in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    return [kind for kind in ListingDialog.__subclasses__() if kind.__module__.startswith("seam_tui.")]


def test_what_is_left_open_is_seen() -> None:
    assert left_open(CursorView) == {"__len__", "page", "step"}
    assert len(left_open(TriageScreen.__mro__[1])) > 3


@pytest.mark.parametrize("kind", [TriageScreen, RecordTable, *listings()], ids=lambda kind: kind.__name__)
def test_nothing_is_left_open(kind: type) -> None:
    assert left_open(kind) == set()
