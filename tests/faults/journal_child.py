"""Writes a run's journal as fast as it can until it is killed, and says after each `write` that it has returned.

Arguments: the journal's folder, how many bytes the operating system takes of one write (0: all), and an id of a run to
go on with, if any. Each line on standard output names a record that is on disk: its step and kind.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_records import (
    Created,
    Ended,
    Gone,
    Intent,
    Outcome,
    SendKind,
    SendTime,
    planned_records,
)
from seam_tui.operations.journal_writer import JournalWriter
from seam_tui.operations.plan import PlanStep

STEPS = 400
WORKERS = 8


def pin_of(number: int) -> str:
    """The PIN of a step's code: no two are the same."""
    return f"77{number:06d}"


def step_of(number: int) -> PlanStep:
    code = AccessCode(
        access_code_id=f"code-{number}",
        device_id=f"lock-{number % 10}",
        name=f"Guest {number} « 🗝 »",
        pin=Pin(pin_of(number)),
        is_managed=True,
        type=AccessCodeType.ONGOING,
        status=AccessCodeStatus.SET,
    )
    return PlanStep(ActionId.DELETE, code.title, code=code, device_id=code.device_id)


def say(word: str) -> None:
    # One write of a line that is shorter than a pipe's buffer is never torn.
    os.write(1, word.encode() + b"\n")


def write_in_pieces(size: int) -> None:
    """Have the operating system take only so much at a time, and slowly, so that a kill hits the middle of a line."""
    real = os.write

    def piecemeal(descriptor: int, data: bytes) -> int:
        if descriptor == 1:
            return real(descriptor, data)
        time.sleep(0.0002)
        return real(descriptor, data[:size])

    os.write = piecemeal


async def work(writer: JournalWriter, worker: int, first: int) -> None:
    for number in range(first + worker, first + STEPS, WORKERS):
        await writer.write(*planned_records(number, step_of(number)))
        say(f"{number} planned")
        at = datetime.now(UTC)
        send = SendTime(device_id="lock", kind=SendKind.DELETE, at=at)
        await writer.write(Intent(step=number, kind=SendKind.DELETE, at=at), send)
        say(f"{number} intent")
        await writer.write(Gone(step=number, at=at))
        say(f"{number} gone")
        await writer.write(Intent(step=number, kind=SendKind.CREATE, at=at))
        await writer.write(Created(step=number, access_code_id=f"new-{number}", at=at))
        say(f"{number} created")
        await writer.write(Ended(step=number, outcome=Outcome.DONE, at=at, said=f"Done with {pin_of(number)}."))
        say(f"{number} ended")


async def main(folder: Path, resumed: str | None) -> None:
    journal = Journal(folder)
    first = 0
    if resumed is None:
        writer = await journal.start_run(
            workspace_id="w",
            workspace_name="Hotel",
            action="delete",
            count=10**6,
            endpoint="https://seam",
            now=datetime.now(UTC),
        )
    else:
        run, writer = await journal.resume_run(resumed)
        first = max(run.steps, default=-1) + 1
    say(f"run {writer.run_id}")
    while True:
        await asyncio.gather(*(work(writer, worker, first) for worker in range(WORKERS)))
        first += STEPS


if __name__ == "__main__":
    if int(sys.argv[2]):
        write_in_pieces(int(sys.argv[2]))
    asyncio.run(main(Path(sys.argv[1]), sys.argv[3] if len(sys.argv) > 3 else None))
