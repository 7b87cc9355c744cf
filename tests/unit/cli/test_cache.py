"""`cache`: says where pictures lie and how big they are, and removes them and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seam_tui.domain.account import Workspace
from seam_tui.settings import SettingsError, load_settings
from seam_tui.workspace.picture import take_picture
from seam_tui.workspace.picture_file import picture_path, write_picture
from seam_tui.workspace.store import WorkspaceStore
from tests.unit.cli.command import Run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEAM_TUI_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def keep_one(folder: Path) -> Path:
    store = WorkspaceStore()
    store.apply_workspace(Workspace("w1", "Harbour Houses", is_sandbox=True))
    picture = take_picture(store, datetime.now(UTC))
    assert picture is not None
    path = picture_path(folder, "https://seam", "seam_key", None)
    write_picture(path, picture)
    return path


def test_without_a_picture_it_says_where_one_would_lie(run_seam_tui: Run, folder: Path) -> None:
    ended = run_seam_tui("cache")
    assert (ended.code, ended.out) == (0, f"{folder}: no picture is kept.\n")


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 kB"), (33_109, "33 kB"), (999_999, "999 kB"), (30_260_000, "30.3 MB")]
)
def test_it_says_how_many_there_are_and_their_size(run_seam_tui: Run, folder: Path, size: int, words: str) -> None:
    keep_one(folder).write_bytes(bytes(size))
    assert run_seam_tui("cache").out == f"{folder}: 1 picture, {words}, without PINs.\n"


def test_it_says_that_it_is_off(run_seam_tui: Run, folder: Path) -> None:
    assert "cache is off" in run_seam_tui("cache", SEAM_TUI_CACHE="false").out


def test_clear_removes_pictures_and_leaves_what_is_not_ours(run_seam_tui: Run, folder: Path) -> None:
    path = keep_one(folder)
    path.with_suffix(".aside").write_text("")
    mine = folder / "notes.txt"
    mine.write_text("mine")
    ended = run_seam_tui("cache", "clear")
    assert (ended.code, ended.out) == (0, "2 files were removed.\n")
    assert list(folder.iterdir()) == [mine]
    assert run_seam_tui("cache", "clear").out == "There was nothing to remove.\n"


def test_the_cache_is_on_unless_a_setting_turns_it_off() -> None:
    assert load_settings({}).cache
    assert not load_settings({"SEAM_TUI_CACHE": "false"}).cache
    with pytest.raises(SettingsError, match="Use true or false"):
        load_settings({"SEAM_TUI_CACHE": "perhaps"})
