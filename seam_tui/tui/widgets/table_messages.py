"""What a table tells the screen; reached as `RecordTable.RowHighlighted` and so on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from seam_tui.tui.widgets.record_table import RecordTable


@dataclass
class TableMessage(Message, namespace="record_table"):
    """A message about the rows of a table."""

    table: RecordTable
    """The table that sent it."""

    @property
    def control(self) -> RecordTable:
        """The table, for the selectors of `on`."""
        return self.table


@dataclass
class RowHighlighted(TableMessage, namespace="record_table"):
    """The cursor came to another row. In a burst only the last one arrives."""

    row_id: str

    def can_replace(self, message: Message) -> bool:
        """Let a newer one take the place of this one."""
        return isinstance(message, RowHighlighted) and message.table is self.table


@dataclass
class RowSelected(TableMessage, namespace="record_table"):
    """Enter or a double click on a row."""

    row_id: str


@dataclass
class CursorRowGone(TableMessage, namespace="record_table"):
    """The cursor's row left the list, and the cursor went to its nearest neighbour."""

    old_id: str

    new_id: str | None
    """Where the cursor is now; None when no rows are left."""


@dataclass
class HeaderSelected(TableMessage, namespace="record_table"):
    """A click on a column's header."""

    column_key: str


@dataclass
class MarksChanged(TableMessage, namespace="record_table"):
    """Rows were marked or unmarked. In a burst only the last one arrives."""

    marked: frozenset[str]

    def can_replace(self, message: Message) -> bool:
        """Let a newer one take the place of this one."""
        return isinstance(message, MarksChanged) and message.table is self.table
