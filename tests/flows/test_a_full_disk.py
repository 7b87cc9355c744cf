"""A disk that takes no line of the journal: nothing is sent that is not written down, and a dialog says what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from seam_tui.operations.journal_files import AppendedFile
from tests.flows.driver import running_app
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown


async def test_where_no_run_can_be_begun_nothing_is_sent_and_it_is_said_why(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should")
    async with running_app(journal_folder=tmp_path / "state" / "runs") as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.is_ready()
        await app.press("y")
        await app.dialog.says("Delete the duplicate: nothing was sent", "The journal cannot be written to ")
        await app.dialog.leave()
        assert app.sent("/access_codes/unmanaged/delete") == 0


async def test_a_disk_that_fills_up_during_a_run_stops_it_and_names_what_was_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append, room = AppendedFile.append, [4]

    def fills_up(file: AppendedFile, data: bytes) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        append(file, data)

    async with running_app(journal_folder=tmp_path / "runs") as app:
        count = await mark_the_crew(app)
        monkeypatch.setattr(AppendedFile, "append", fills_up)
        await app.press("g")
        await plan_is_shown(app)
        await app.until(lambda: "Yes (y)" in app.dialog.labels(), "the yes")
        await app.press("y")
        await result_is_shown(app, within=180)
        await app.dialog.says("Not sent: The journal cannot be written to", "Make room on the disk, then go on")
        assert app.sent("/access_codes/update") < count
