"""A code that is there twice: its first create took effect so late that it had been looked for in vain and sent again.

The run itself looks for that once more before it ends. What comes even later is seen by one more look, minutes after
the run, as long as the app lives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import Clock
from seam_tui.operations.codes_on_lock import codes_on_lock
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Ended, Outcome
from seam_tui.operations.matching import NewCode, match
from seam_tui.operations.step_result import Emit, StepResult
from seam_tui.seam_api.errors import SeamFailure

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient

LOOK_AFTER: Final = 600.0
"""Seconds from the end of a run to the look: many times what a call may last."""


@dataclass(slots=True)
class LateDoubles:
    """Looks for doubles after runs. Lives on the client's event loop."""

    client: SeamClient
    journal: Journal
    clock: Clock
    looks: set[asyncio.Task[None]] = field(default_factory=set)
    """Those that are still to come."""

    def look_later(self, run_id: str, results: Mapping[int, StepResult], known: Collection[str], emit: Emit) -> None:
        """Look once more for what the creates of a run have made that were sent twice, if any were.

        Args:
            run_id: The run; its journal was let go of.
            results: Its results, by the number of their step.
            known: Ids of codes that none of its creates has made.
            emit: Told of each step whose code is there twice.
        """
        made = [result.created.access_code_id for result in results.values() if result.created is not None]
        twice = {number: result for number, result in results.items() if result.sent_twice_since is not None}
        if twice:
            look = asyncio.get_running_loop().create_task(self._look(run_id, twice, {*known, *made}, emit))
            self.looks.add(look)
            look.add_done_callback(self.looks.discard)

    async def _look(self, run_id: str, twice: Mapping[int, StepResult], known: Collection[str], emit: Emit) -> None:
        await self.clock.sleep(LOOK_AFTER)
        for number, result in twice.items():
            others = await self._others(result, known)
            if others:
                ids = ", ".join(code.access_code_id for code in others)
                said = f"{result.said} It is there twice: an earlier try has made {ids} as well. Delete one of them."
                told = replace(result, outcome=Outcome.UNKNOWN, said=said)
                end = Ended(step=number, outcome=told.outcome, at=self.clock.now(), said=told.said)
                with suppress(JournalError):  # it is told on the screen all the same
                    await asyncio.to_thread(self.journal.add_ends, run_id, [end])
                emit(told)

    async def _others(self, result: StepResult, known: Collection[str]) -> Sequence[AccessCode]:
        """Codes that are what a step asked for, besides the one that it made; none where the lock cannot be listed."""
        created, since = result.created, result.sent_twice_since
        if created is None or since is None:
            return ()
        wanted = NewCode.of(result.step)
        # The lock's maker may have chosen the PIN: then any PIN may be the double's.
        wanted = replace(wanted, pin=wanted.pin if created.pin == wanted.pin else None)
        try:
            codes = [code async for code in codes_on_lock(self.client, wanted.device_id)]
        except SeamFailure:
            return ()
        return match(wanted, codes, known, since).same
