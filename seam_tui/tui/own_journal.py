"""The journal of the app, which tells its own runs from those of others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_state import RunState
from seam_tui.operations.journal_writer import JournalWriter


class OwnJournal(Journal):
    """A journal that knows which of its runs this process has begun or taken up."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder)
        self.own: set[str] = set()

    async def start_run(self, **header: Any) -> JournalWriter:
        """As `Journal.start_run`."""
        writer = await super().start_run(**header)
        self.own.add(writer.run_id)
        return writer

    async def resume_run(self, run_id: str) -> tuple[RunState, JournalWriter]:
        """As `Journal.resume_run`."""
        resumed = await super().resume_run(run_id)
        self.own.add(run_id)
        return resumed
