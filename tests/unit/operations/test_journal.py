"""The journal's files: on disk before `write` returns, for their owner alone, held by one app at a time."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from seam_tui.domain.pin import Pin
from seam_tui.operations.journal import Journal, RunStatus
from seam_tui.operations.journal_files import DamagedJournalError, JournalError, RunFiles, RunIsHeldError, runs_folder
from seam_tui.operations.journal_records import (
    Ended,
    Finished,
    Gone,
    Outcome,
    PinKept,
    PinSlot,
)
from tests.unit.operations.journal_making import (
    DAY,
    NOW,
    WORKSPACE,
    finished,
    intent,
    planned,
    started,
    the_file,
)

LOOK = """
import sys
from seam_tui.operations.journal import Journal
from seam_tui.operations.journal_files import RunIsHeldError
import asyncio
from pathlib import Path
journal = Journal(Path(sys.argv[1]))
print([run.run_id for run in journal.unfinished_runs("workspace-a").runs])
try:
    asyncio.run(journal.resume_run(sys.argv[2]))
    print("taken over")
except RunIsHeldError:
    print("held")
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "runs")


def look_from_another_process(journal: Journal, run_id: str) -> list[str]:
    command = [sys.executable, "-c", LOOK, str(journal.folder), run_id]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


# Where, and for whom


def test_the_state_folder_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEAM_TUI_STATE_DIR", str(tmp_path / "elsewhere"))
    assert runs_folder() == Journal().folder == tmp_path / "elsewhere" / "runs"
    monkeypatch.delenv("SEAM_TUI_STATE_DIR")
    assert runs_folder().name == "runs"
    assert runs_folder().parent.name == "seam-tui"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
async def test_folder_and_files_are_for_their_owner_alone(journal: Journal) -> None:
    journal.folder.mkdir(parents=True, mode=0o755)
    before = os.umask(0)
    try:
        await finished(journal, *planned(1))
    finally:
        os.umask(before)
    assert stat.S_IMODE(journal.folder.stat().st_mode) == 0o700
    modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in journal.folder.iterdir()}
    assert modes == {".jsonl": 0o600, ".pins": 0o600}


async def test_two_runs_of_one_second_have_two_files(journal: Journal) -> None:
    one, other = await started(journal), await started(journal)
    assert one.run_id != other.run_id
    assert len(list(journal.folder.glob("20310506T070809Z-*.jsonl"))) == 2
    await one.close()
    await other.close()
    assert len(journal.unfinished_runs(WORKSPACE).runs) == 2


async def test_an_id_that_is_taken_is_not_taken_again(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("a" * 12 + "b" * 6)
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))
    monkeypatch.setattr("seam_tui.operations.journal_holding.list_runs", lambda _: ())  # they begin at one moment
    one, other = await started(journal), await started(journal)
    assert (one.run_id[:-6], one.run_id[-6:], other.run_id[-6:]) == (other.run_id[:-6], "a" * 6, "b" * 6)
    await one.close()
    await other.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_file_is_told_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(JournalError, match=r"permission denied.*Nothing more is sent.*SEAM_TUI_STATE_DIR"):
            asyncio.run(started(Journal(tmp_path / "runs")))
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
async def test_a_folder_that_is_read_only_is_told_in_words(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.open

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    words = rf"{os.strerror(number).lower()}\. Nothing more is sent\. Make the folder writable, .*SEAM_TUI_STATE_DIR"
    with pytest.raises(JournalError, match=words):
        await started(journal)


async def test_a_folder_that_is_a_file_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(JournalError, match=r"cannot be written to .*runs: .*Nothing more is sent"):
        await started(Journal(tmp_path / "runs"))


async def test_a_folder_that_is_not_there_has_no_runs(journal: Journal) -> None:
    assert journal.unfinished_runs(WORKSPACE).runs == ()
    assert journal.history().runs == ()
    assert journal.expire(NOW).runs == 0
    assert not journal.folder.exists()


# Held


async def test_nobody_else_takes_a_run_that_is_held(journal: Journal) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1))
        assert look_from_another_process(journal, writer.run_id) == ["[]", "held"]
        assert journal.unfinished_runs(WORKSPACE).runs == ()
        for _ in range(3):
            the_file(journal).read_bytes()  # closing another handle of the file lets go of nothing
        assert journal.history().runs[0].status is RunStatus.RUNNING
        with pytest.raises(RunIsHeldError, match="working on this run"):
            await journal.resume_run(writer.run_id)
        with pytest.raises(RunIsHeldError):
            journal.stop_run(writer.run_id, NOW)
        with pytest.raises(RunIsHeldError):
            journal.forget_pins(writer.run_id)
        assert journal.expire(NOW + 400 * DAY).pins == 0
    assert look_from_another_process(journal, writer.run_id) == [f"['{writer.run_id}']", "taken over"]


async def test_looking_at_a_run_does_not_keep_it_from_being_taken_over(journal: Journal) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1))
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            journal.unfinished_runs(WORKSPACE)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(20):
            _, again = await journal.resume_run(writer.run_id)
            await again.close()
    finally:
        ended.set()
        looking.join()


async def test_only_the_workspace_s_own_unfinished_runs_are_offered(journal: Journal) -> None:
    await finished(journal, *planned(1))
    for workspace in (WORKSPACE, "workspace-b"):
        async with await started(journal, workspace_id=workspace) as writer:
            await writer.write(*planned(1))
    assert [run.header.workspace_id for run in journal.unfinished_runs("workspace-b").runs] == ["workspace-b"]
    (mine,) = journal.unfinished_runs(WORKSPACE).runs
    journal.stop_run(mine.run_id, NOW)
    assert journal.unfinished_runs(WORKSPACE).runs == ()
    with pytest.raises(JournalError, match="come to its end"):
        await journal.resume_run(mine.run_id)


async def test_a_run_is_gone_on_with_behind_what_was_written(journal: Journal) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1), intent(1))
    run, again = await journal.resume_run(writer.run_id)
    async with again:
        assert run.steps[1].old_pin == Pin("481516")
        with pytest.raises(ValueError, match="twice"):
            await again.write(*planned(1))
        await again.write(Gone(step=1, at=NOW), Finished(at=NOW))
    after = journal.read_run(writer.run_id)
    assert after.is_finished
    assert after.steps[1].gone is not None


async def test_an_unknown_run_is_told_in_words(journal: Journal) -> None:
    with pytest.raises(JournalError, match=r"no run \.\./\.\./x"):
        await journal.resume_run("../../x")


# Torn and damaged


@pytest.mark.parametrize("cut", [1, 5, 60])
async def test_a_torn_last_line_is_left_out_and_dropped_before_the_next(journal: Journal, cut: int) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1))
        await writer.write(intent(1))
    for path in (the_file(journal), the_file(journal, ".pins")):
        data = path.read_bytes()
        extra = b"" if path.suffix == ".jsonl" else b'{"step":1,"slot":"sent"'
        path.write_bytes((data[:-cut] if path.suffix == ".jsonl" else data) + extra)
    (offered,) = journal.unfinished_runs(WORKSPACE).runs
    assert offered.is_torn
    run, again = await journal.resume_run(writer.run_id)
    assert not run.open_intents
    await again.write(PinKept(step=1, slot=PinSlot.SENT, pin=Pin("2342")), intent(1))
    await again.close()
    after = journal.read_run(writer.run_id)
    assert not after.is_torn
    assert after.open_intents
    assert after.steps[1].sent_pin == Pin("2342")


@pytest.mark.parametrize("ending", [".jsonl", ".pins"])
@pytest.mark.parametrize("taking", [True, False])
async def test_a_damaged_line_is_named_and_its_run_put_aside(journal: Journal, ending: str, taking: bool) -> None:
    async with await started(journal) as writer:
        await writer.write(*planned(1))
        await writer.write(intent(1))
    sound = await started(journal)
    await sound.close()
    (path,) = journal.folder.glob(f"*{writer.run_id}{ending}")
    lines = path.read_bytes().splitlines(keepends=True)
    number = len(lines) - 1 or 1
    lines[number - 1] = b"4815 is damaged\n"
    path.write_bytes(b"".join(lines))
    if taking:
        with pytest.raises(DamagedJournalError) as caught:
            await journal.resume_run(writer.run_id)
        problem: JournalError = caught.value
    else:
        found = journal.unfinished_runs(WORKSPACE)
        assert [run.run_id for run in found.runs] == [sound.run_id]
        (problem,) = found.problems
    assert (problem.path, problem.line) == (path, number)
    assert f"Line {number} of {path} is damaged." in str(problem)
    assert "4815" not in str(problem)
    aside = the_file(journal, ".damaged")
    assert aside.name in str(problem)
    assert len(aside.read_bytes().splitlines()) == len(lines) if ending == ".jsonl" else True
    assert journal.unfinished_runs(WORKSPACE).problems == ()
    assert [type(told) for told in journal.history().problems] == [DamagedJournalError]
    assert journal.expire(NOW + 31 * DAY).pins == 1
    assert journal.expire(NOW + 61 * DAY).runs == 2


async def test_a_run_that_is_held_is_not_put_aside(journal: Journal) -> None:
    async with await started(journal) as writer:
        path = the_file(journal)
        with path.open("ab") as file:
            file.write(b"damaged\n")
        with pytest.raises(DamagedJournalError):
            journal.read_run(writer.run_id)
        assert path.exists()


async def test_a_journal_of_a_later_version_is_refused_and_left_alone(journal: Journal) -> None:
    writer = await started(journal)
    await writer.close()
    path = the_file(journal)
    path.write_bytes(path.read_bytes().replace(b'"version":1', b'"version":2,"colour":"red"'))
    with pytest.raises(JournalError, match=r"journal version 2; this one reads 1.*newest"):
        await journal.resume_run(writer.run_id)
    assert "version 2" in str(journal.unfinished_runs(WORKSPACE).problems[0])
    assert path.exists()


@pytest.mark.parametrize("content", [b"", b'{"record":"header","run_id":"x"'])
async def test_a_run_that_was_killed_before_its_first_line_never_began(journal: Journal, content: bytes) -> None:
    journal.folder.mkdir(parents=True)
    files = RunFiles.of(journal.folder, NOW, "abc")
    files.run.write_bytes(content)
    assert journal.unfinished_runs(WORKSPACE).problems == ()
    assert journal.unfinished_runs(WORKSPACE).runs == ()
    assert journal.history().runs == ()
    with pytest.raises(JournalError, match="never began"):
        await journal.resume_run("abc")
    assert journal.expire(NOW + 61 * DAY).runs == 1


async def test_other_files_in_the_folder_are_left_alone(journal: Journal) -> None:
    journal.folder.mkdir(parents=True)
    names = ["notes.txt", "20319999T999999Z-abc.jsonl", "20110101T000000Z-abc.jsonl.bak", "x-abc.pins"]
    for name in names:
        (journal.folder / name).write_text("keep")
    assert journal.history().runs == ()
    journal.expire(NOW + 999 * DAY)
    assert sorted(path.name for path in journal.folder.iterdir()) == sorted(names)


# Old


async def test_pins_go_when_undo_expires_and_the_history_goes_later(journal: Journal) -> None:
    old = await finished(journal, *planned(1))
    await finished(journal, *planned(1), now=NOW + 10 * DAY)
    assert journal.expire(NOW + 30 * DAY).pins == 0
    expired = journal.expire(NOW + 31 * DAY)
    assert (expired.pins, expired.runs, expired.problems) == (1, 0, ())
    run = journal.read_run(old)
    assert run.steps[1].old_pin is None
    assert run.steps[1].lacks_pin
    assert not run.has_pins
    assert journal.expire(NOW + 61 * DAY).runs == 1
    assert len(journal.history().runs) == 1
    assert journal.expire(NOW + 13 * DAY, timedelta(days=1)).runs == 1
    assert list(journal.folder.iterdir()) == []


async def test_pins_are_forgotten_when_undo_is_used_or_declined(journal: Journal) -> None:
    run_id = await finished(journal, *planned(1))
    journal.forget_pins(run_id)
    journal.forget_pins(run_id)
    assert not journal.read_run(run_id).has_pins
    other = await finished(journal, *planned(1))
    journal.close_undo(other, "used", NOW)
    journal.close_undo(other, "declined", NOW)
    run = journal.read_run(other)
    assert run.undo_closed is not None
    assert run.undo_closed.why == "used"
    assert not list(journal.folder.glob("*.pins"))


async def test_the_history_tells_the_newest_runs_first(journal: Journal) -> None:
    first = await finished(journal, *planned(1), intent(1), Ended(step=1, outcome=Outcome.FAILED, at=NOW, said="no"))
    async with await started(journal, now=NOW + DAY, undoes=first) as writer:
        await writer.write(*planned(1), intent(1))
    newest, oldest = journal.history().runs
    assert (newest.header.undoes, newest.status, newest.open_intents) == (first, RunStatus.UNFINISHED, 1)
    assert newest.undo_until is None
    assert (oldest.status, oldest.outcomes) == (RunStatus.FINISHED, {Outcome.FAILED: 1})
    assert oldest.undo_until == NOW + 30 * DAY
    journal.close_undo(first, "declined", NOW)
    journal.stop_run(writer.run_id, NOW)
    newest, oldest = journal.history().runs
    assert newest.status is RunStatus.STOPPED
    assert oldest.undo_until is None
    assert len(journal.history(1).runs) == 1


async def test_runs_of_one_second_are_listed_in_the_order_in_which_they_began(journal: Journal) -> None:
    began: list[str] = []
    for number in range(12):
        moment = NOW + timedelta(microseconds=0 if number < 8 else 1000 * number)  # a clock may stand still
        async with await started(journal, now=moment) as writer:
            began.append(writer.run_id)
    listed = [run.header.run_id for run in Journal(journal.folder).history().runs]
    assert listed == began[::-1]
    assert not any(character.isdigit() for run_id in began for character in run_id), "a PIN could be seen in one"
