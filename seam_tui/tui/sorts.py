"""By which columns the two lists can be ordered, in words; and the file that remembers what was chosen."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from seam_tui.domain.private_file import write_private
from seam_tui.operations.journal_files import prepare_folder, state_folder
from seam_tui.tui.widgets.row_painter import SORTED_DOWN, SORTED_UP
from seam_tui.workspace.column_order import ColumnSort

Sorts: TypeAlias = Mapping[str, ColumnSort | None]
"""The order of each list by the list's id; None is the order of triage, what is most urgent first."""

FILE_NAME: Final = "lists.json"
_LARGEST: Final = 10_000
"""Bytes above which a file is not one of ours."""


@dataclass(frozen=True, slots=True)
class Sortable:
    """A column by which a list can be ordered."""

    column: str
    name: str
    """What it holds, for a sentence."""
    ways: tuple[str, str] = ("A to Z", "Z to A")
    """Its two directions in words: the one that people mostly want, and the other."""
    starts_reversed: bool = False
    """Whether the first of them is the reverse order: where much weighs more than little."""
    is_triage: bool = False
    """Whether its first direction is the order of triage itself."""

    @property
    def first(self) -> ColumnSort | None:
        """The order by this column that people mostly want."""
        return None if self.is_triage else ColumnSort(self.column, self.starts_reversed)

    @property
    def second(self) -> ColumnSort:
        """The other direction."""
        return ColumnSort(self.column, not self.starts_reversed)

    def is_order(self, sort: ColumnSort | None) -> bool:
        """Whether an order is one by this column."""
        return sort in (self.first, self.second)

    def turned(self, sort: ColumnSort | None) -> ColumnSort | None:
        """Order by this column; the other way round if the list is ordered by it already."""
        return self.second if sort == self.first else self.first

    def clicked(self, sort: ColumnSort | None) -> ColumnSort | None:
        """The first direction, then the other, then the order of triage again."""
        return None if sort == self.second else self.turned(sort)

    def in_words(self, sort: ColumnSort | None) -> str:
        """The direction of an order by this column."""
        return self.ways[sort == self.second]


_TIMES: Final = ("earliest first", "latest first")
_NUMBERS: Final = ("most first", "fewest first")

CODE_SORTS: Final = (
    Sortable("severity", "Severity", ("most urgent first", "least urgent first"), is_triage=True),
    Sortable("name", "Name"),
    Sortable("issue", "First issue"),
    Sortable("starts", "Start", _TIMES),
    Sortable("ends", "End", _TIMES),
    Sortable("status", "Status"),
    Sortable("pin", "PIN", ("with a PIN first", "without a PIN first")),
    Sortable("device", "Device"),
)
DEVICE_SORTS: Final = (
    Sortable("state", "State", ("worst first", "best first"), is_triage=True),
    Sortable("name", "Name"),
    Sortable("errors", "Codes with errors", _NUMBERS, starts_reversed=True),
    Sortable("warnings", "Codes with warnings", _NUMBERS, starts_reversed=True),
    Sortable("online", "Online", ("offline first", "online first")),
    Sortable("battery", "Battery", ("lowest first", "fullest first")),
    Sortable("slots", "Slots taken", ("fullest first", "emptiest first"), starts_reversed=True),
    Sortable("maker", "Maker"),
)
SORTABLE: Final = {"codes": CODE_SORTS, "devices": DEVICE_SORTS}
"""By the list's id."""
_SHOWN_TWICE: Final = {
    "issue_or_status": "issue", "stay": "starts", "starts_exact": "starts", "ends_exact": "ends",
}  # fmt: skip
"""Columns that tell what another one tells."""


def sortable_of(list_id: str, column: str) -> Sortable | None:
    """What a column orders a list by; None where it orders nothing."""
    column = _SHOWN_TWICE.get(column, column)
    return next((one for one in SORTABLE.get(list_id, ()) if one.column == column), None)


def words_of(list_id: str, sort: ColumnSort | None) -> str:
    """An order in words, such as `name, A to Z`."""
    sortable = next(one for one in SORTABLE[list_id] if one.is_order(sort))
    name = sortable.name if sortable.name.isupper() else sortable.name.lower()
    return f"{name}, {sortable.in_words(sort)}"


def mark_of(list_id: str, sorts: Sorts) -> str:
    """An order in a word for the title of its list, such as ` ↑ name`; empty for the order of triage."""
    sort = sorts[list_id]
    if sort is None:
        return ""
    name = words_of(list_id, sort).partition(",")[0]
    return f" {SORTED_DOWN if sort.reverse else SORTED_UP} {name}"


def default_file() -> Path:
    """The file in the user's state folder."""
    return state_folder() / FILE_NAME


def read_sorts(path: Path) -> dict[str, ColumnSort | None]:
    """What a file remembers; a file that is missing, damaged or of another make remembers nothing."""
    try:
        with path.open("rb") as file:
            kept = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return {list_id: _sort_of(list_id, kept.get(list_id)) for list_id in SORTABLE} if isinstance(kept, dict) else {}


def _sort_of(list_id: str, kept: object) -> ColumnSort | None:
    if not isinstance(kept, dict) or not isinstance(kept.get("column"), str):
        return None
    sort = ColumnSort(kept["column"], kept.get("reverse") is True)
    return sort if any(sort in (one.first, one.second) for one in SORTABLE[list_id]) else None


def write_sorts(path: Path, sorts: Sorts) -> None:
    """Remember the orders in a file for its owner alone.

    Raises:
        OSError: It cannot be written; the one before is still there.
    """
    kept = {key: {"column": sort.column, "reverse": sort.reverse} for key, sort in sorts.items() if sort is not None}
    prepare_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        unfinished.unlink()
    write_private(unfinished, json.dumps(kept) + "\n")
    unfinished.replace(path)
