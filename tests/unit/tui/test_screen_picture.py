"""A saved picture's file: named by its time, its owner's alone, and never in the place of another."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from seam_tui.domain.private_file import brief_path
from seam_tui.tui.screen_picture import picture_folder, write_picture

MOMENT = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)


def test_pictures_of_one_second_stand_beside_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "pictures"
    paths = [write_picture(f"<svg>{number}</svg>", folder, MOMENT) for number in range(3)]
    stem = f"seam-tui-{MOMENT.astimezone():%Y%m%d-%H%M%S}"
    assert [path.name for path in paths] == [f"{stem}.svg", f"{stem}-2.svg", f"{stem}-3.svg"]
    assert [path.read_text() for path in paths] == [f"<svg>{number}</svg>" for number in range(3)]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_link_that_waits_under_the_name_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    name = write_picture("<svg/>", tmp_path / "first", MOMENT).name
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / name).symlink_to(elsewhere)
    assert write_picture("<svg/>", tmp_path / "second", MOMENT).name != name
    assert not elsewhere.exists()


def test_the_folder_lies_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAM_TUI_STATE_DIR", str(tmp_path))
    assert picture_folder() == tmp_path / "pictures"


def test_a_path_is_told_without_the_name_of_a_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "zebedee"))
    assert brief_path(tmp_path / "zebedee" / "state" / "a.svg") == "~/state/a.svg"
    assert brief_path(tmp_path / "another" / "a.svg") == str(tmp_path / "another" / "a.svg")
