"""What `write` promises: on disk when it returns, in groups, off the loop, and without a PIN in the run's file."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from seam_tui.domain.pin import Pin
from seam_tui.operations import journal_files
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import (
    Ended,
    Finished,
    Gone,
    Outcome,
    PinKept,
    PinSlot,
    Planned,
    Stopped,
)
from seam_tui.seam_api.thread import SeamThread
from tests.unit.operations.journal_making import (
    NOW,
    a_code,
    finished,
    intent,
    planned,
    started,
    the_file,
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "runs")


@contextlib.contextmanager
def counted_syncs(monkeypatch: pytest.MonkeyPatch, gate: threading.Event | None = None) -> Iterator[list[str]]:
    """The names of the threads that waited for the disk; each wait takes until the gate opens."""
    threads: list[str] = []
    real = journal_files.sync

    def slow(descriptor: int) -> None:
        threads.append(threading.current_thread().name)
        if gate is not None:
            assert gate.wait(10)
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(journal_files, "sync", slow)
        yield threads


async def test_what_was_written_is_read(journal: Journal) -> None:
    async with await started(journal, 2) as writer:
        await writer.write(*planned(1), *planned(2, a_code("b", pin=None)))
        await writer.write(intent(1))
        run = journal.read_run(writer.run_id)
    assert run.header.workspace_name == "Hotel"
    assert run.is_fully_planned
    assert run.steps[1].old_pin == Pin("481516")
    assert [step.number for step in run.open_intents] == [1]
    assert [step.number for step in run.remaining] == [2]
    assert (run.is_finished, run.is_torn, run.has_pins) == (False, False, True)


async def test_many_callers_share_one_wait_for_the_disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await started(journal, 200) as writer:
        await writer.write(*(record for number in range(200) for record in planned(number, a_code(pin=None))))
        gate = threading.Event()
        with counted_syncs(monkeypatch, gate) as threads:
            writes = [asyncio.create_task(writer.write(intent(number))) for number in range(200)]
            await asyncio.sleep(0.05)
            assert not any(write.done() for write in writes)
            gate.set()
            await asyncio.gather(*writes)
            assert len(threads) <= 3
        assert len(journal.read_run(writer.run_id).open_intents) == 200


async def test_the_disk_is_never_waited_for_on_the_loop(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted_syncs(monkeypatch) as threads:
        await finished(journal, *planned(1))
    assert len(threads) >= 3
    assert threading.current_thread().name not in threads


def test_a_run_can_be_written_on_seams_own_loop(journal: Journal) -> None:
    thread = SeamThread()
    try:
        run_id = thread.submit(finished(journal, *planned(1))).result(10)
    finally:
        thread.stop()
    assert journal.read_run(run_id).is_finished


async def test_a_cancelled_caller_s_records_are_written_all_the_same(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1), intent(1))
        gate = threading.Event()
        with counted_syncs(monkeypatch, gate):
            first = asyncio.create_task(writer.write(intent(1)))
            second = asyncio.create_task(writer.write(Gone(step=1, at=NOW)))
            await asyncio.sleep(0.02)
            first.cancel()
            second.cancel()
            gate.set()
            assert [type(end) for end in await asyncio.gather(first, second, return_exceptions=True)] == [
                asyncio.CancelledError,
                asyncio.CancelledError,
            ]
            await writer.close()
    assert journal.read_run(writer.run_id).steps[1].gone is not None


async def test_closing_waits_for_what_was_given(journal: Journal) -> None:
    writer = await started(journal)
    await writer.write(*planned(1))
    writing = asyncio.create_task(writer.write(intent(1)))
    await asyncio.sleep(0)
    await writer.close()
    await writing
    await writer.close()
    with pytest.raises(JournalError, match="closed"):
        await writer.write(Finished(at=NOW))
    assert journal.read_run(writer.run_id).open_intents


async def test_what_nobody_could_read_again_is_not_written(journal: Journal) -> None:
    async with await started(journal, 2) as writer:
        line, pin = planned(1)
        with pytest.raises(ValueError, match="without the PIN that its code has"):
            await writer.write(line)
        with pytest.raises(ValueError, match="not planned"):
            await writer.write(intent(1))
        await writer.write(pin, line)
        with pytest.raises(ValueError, match="twice"):
            await writer.write(pin, line)
        with pytest.raises(ValueError, match="zone"):
            await writer.write(Stopped(at=NOW.replace(tzinfo=None)))
        other = Planned(step=2, action="rename", title="", asked_on=None)
        await asyncio.gather(writer.write(other), writer.write(intent(1)))
    assert set(journal.read_run(writer.run_id).steps) == {1, 2}


@pytest.mark.parametrize("ending", [".jsonl", ".pins"])
async def test_after_a_full_disk_nothing_more_is_taken_and_all_before_is_there(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    async with await started(journal, 3) as writer:
        await writer.write(*planned(1))
        real = os.write
        descriptors = {os.stat(path).st_ino: path.suffix for path in journal.folder.iterdir()}  # noqa: PTH116

        def full(descriptor: int, data: bytes) -> int:
            if descriptors.get(os.fstat(descriptor).st_ino) != ending:
                return real(descriptor, data)
            if len(data) < 20:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(descriptor, data[: len(data) // 2])

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            both = await asyncio.gather(writer.write(*planned(2)), writer.write(*planned(3)), return_exceptions=True)
        for failure in both:
            assert isinstance(failure, JournalError)
            assert "no space left on device. Nothing more is sent. Make room" in str(failure)
        with pytest.raises(JournalError, match="no space left"):
            await writer.write(Finished(at=NOW))
    run, again = await journal.resume_run(writer.run_id)
    assert set(run.steps) == {1}
    assert not run.is_torn
    await again.write(*planned(2), Finished(at=NOW))
    await again.close()


async def test_a_sync_that_fails_is_a_failure_to_write(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await started(journal) as writer:

        def fail(_: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(journal_files, "sync", fail)
        with pytest.raises(JournalError, match="input/output error"):
            await writer.write(*planned(1))


async def test_a_line_shows_no_pin_of_the_run_even_where_a_name_does(journal: Journal) -> None:
    code = a_code(name="Anna 481516", common_code_key="room-2342", pin="481516")
    other = a_code("b", name="Bert 481516", pin="2342")
    async with await started(journal, 2) as writer:
        await writer.write(*planned(1, code), *planned(2, other))
        await writer.write(intent(1), PinKept(step=1, slot=PinSlot.SENT, pin=Pin("90909")))
        said = "Seam says that 90909 and 2342 are taken."
        await writer.write(Ended(step=1, outcome=Outcome.FAILED, at=NOW, said=said))
        run = journal.read_run(writer.run_id)
    text = the_file(journal).read_text()
    assert not [pin for pin in ("481516", "2342", "90909") if pin in text]
    first = run.steps[1]
    assert first.planned.code is not None
    assert first.planned.code.as_access_code(first.old_pin) == code
    assert first.sent_pin == Pin("90909")
    assert first.ended is not None
    assert first.ended.said == "Seam says that •••• and •••• are taken."
    run, again = await journal.resume_run(writer.run_id)
    await again.write(Ended(step=2, outcome=Outcome.FAILED, at=NOW, said="90909"))
    await again.close()
    assert "90909" not in the_file(journal).read_text()
