"""`config`: where things are and come from, all that is wrong at once, and a file to begin with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from seam_tui.cli.configuring import hint
from seam_tui.settings import VARIABLES, Settings, load_settings
from seam_tui.tui.key_names import parse_key
from seam_tui.tui.rebinding import bindings_by_id, make_keymap
from tests.readme import README
from tests.unit.cli.command import Run, one_line

KEY = "seam_live_9f3cKEYdigits9f3c"


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """Where the config file goes."""
    (tmp_path / "config").mkdir()
    return tmp_path / "config" / "config.toml"


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def test_it_shows_where_the_files_are_and_where_each_setting_comes_from(
    run_seam_tui: Run, config_file: Path, tmp_path: Path
) -> None:
    write(config_file, f'api_key = "{KEY}"\npoll_interval = 30\n[keys]\ndelete = "Ctrl+D"\n')
    ended = run_seam_tui("config", SEAM_TUI_THEME="nord")
    assert (ended.code, ended.err) == (0, "")
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert f"settings {config_file}" in lines
    assert f"state {tmp_path / 'state'} (not there)" in lines
    assert f"api_key seam_live_… {config_file}, api_key" in lines
    assert f"poll_interval 30.0 {config_file}, poll_interval" in lines
    assert "theme nord SEAM_TUI_THEME" in lines
    assert "read_only false default" in lines
    assert "delete Ctrl+D instead of d" in lines
    assert "9f3c" not in ended.told
    assert all(f"{name} " in ended.out for name in VARIABLES)


def test_without_a_file_it_says_how_to_begin_one(run_seam_tui: Run) -> None:
    assert "seam-tui config sample" in run_seam_tui("config").out


def test_all_that_is_wrong_is_told_at_once_each_with_its_way_out(run_seam_tui: Run, config_file: Path) -> None:
    write(
        config_file,
        'them = "nord"\nconcurrency = 99\npoll_interval = 1\n[keys]\ndelet = "f5"\nlist.filter = 5\nunlock = "ctl+u"\n'
        'rename = "b"\n',
    )
    (config_file.parent / "remedies.toml").write_text("[[remedy]]\n", encoding="utf-8")
    for arguments in (("config", "check"), ("config",)):
        ended = run_seam_tui(*arguments)
        assert ended.code == 1
        lines = ended.err.splitlines()
        for words in (
            "'them': There is no such setting. Did you mean theme",
            ", concurrency: ",
            ", poll_interval: ",
            "keys.delet: Nothing has this name. Did you mean delete?",
            "keys.list.filter: It is no key (now 5).",
            "keys.unlock: 'ctl+u' is no key that can be used.",
            "keys.rename: b is also the key of pull_backup",
            "remedies.toml",
        ):
            assert sum(words in line for line in lines) == 1, (words, ended.err)


def test_what_is_right_is_said_to_be_right(run_seam_tui: Run, config_file: Path) -> None:
    assert run_seam_tui("config", "check").out == "Nothing is wrong (no config file).\n"
    write(config_file, 'theme = "high-contrast"\n')
    ended = run_seam_tui("config", "check")
    assert (ended.code, ended.out) == (0, f"Nothing is wrong ({config_file}).\n")


def test_a_theme_that_does_not_exist_is_told_with_a_near_one(run_seam_tui: Run) -> None:
    ended = run_seam_tui("config", "check", SEAM_TUI_THEME="high-kontrast")
    assert ended.err == "SEAM_TUI_THEME: There is no theme 'high-kontrast'. Did you mean high-contrast?\n"


def test_the_app_does_not_open_with_keys_that_cannot_be(run_seam_tui: Run, config_file: Path) -> None:
    write(config_file, '[keys]\ndelete = "esc"\n')
    one_line(run_seam_tui("--demo"), f"{config_file}, keys.delete: Esc always goes back one level.")
    write(config_file, '[keys]\ndelete = "esc"\nunlock = "esc"\n')
    ended = run_seam_tui("--demo")
    assert (ended.code, ended.out) == (2, "")
    assert "And 1 more: seam-tui config check tells them all." in ended.err


def test_what_opens_no_screen_does_not_mind_the_keys(run_seam_tui: Run, config_file: Path) -> None:
    write(config_file, '[keys]\ndelete = "esc"\n')
    assert run_seam_tui("explain", "duplicate_code_on_device").code == 0


# -- the sample


def bare(sample: str) -> str:
    """The sample with every comment sign before a setting taken away."""
    return re.sub(r"(?m)^#(?=[a-z_.]+ = )", "", sample)


def test_the_sample_as_it_is_sets_nothing(run_seam_tui: Run, tmp_path: Path) -> None:
    ended = run_seam_tui("config", "sample")
    assert ended.code == 0
    assert tomllib.loads(ended.out) == {"keys": {}}
    write(tmp_path / "config.toml", ended.out)
    assert load_settings({}, tmp_path / "config.toml") == Settings(config_folder=tmp_path)


def test_the_sample_names_every_setting_and_every_key_with_what_holds_now(run_seam_tui: Run, tmp_path: Path) -> None:
    text = bare(run_seam_tui("config", "sample").out)
    assert set(tomllib.loads(text)) == {*VARIABLES, "keys"}
    without_credentials = re.sub(r"(?m)^(api_key|personal_access_token|workspace_id|theme|ascii) = .*\n", "", text)
    write(tmp_path / "config.toml", without_credentials)
    settings = load_settings({}, tmp_path / "config.toml")
    assert settings.keys.keys() == bindings_by_id().keys()
    assert {name: parse_key(keys[0]) for name, keys in settings.keys.items()} == {
        name: binding.key for name, binding in bindings_by_id().items()
    }
    keymap, problems = make_keymap(settings.keys, "keys")
    assert (keymap.changed, problems) == ({}, [])
    assert Settings(config_folder=tmp_path, keys=settings.keys) == settings


# -- hints


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("seam_test2ZTo_0mEYQW2TvNDCxG5Atpj85Ffw", "seam_test2ZTo_…"),
        ("seam_at1ABC_0mEYQW2TvNDCxG5Atpj85Ffw", "seam_at1ABC_…"),
        ("seam_0mEYQW2TvNDCxG5Atpj85Ffw", "seam_…"),
        ("seam_0mEYQW2TvNDCxG5_short", "seam_…"),
        ("seam_0mEYQW2TvNDCxG5Atpj85Ffw_0mEYQW2TvNDC", "seam_…"),
        ("seam_", "seam_…"),
    ],
)
def test_a_key_shows_its_name_and_never_what_opens_doors(secret: str, shown: str) -> None:
    assert hint(secret) == shown


def test_the_keys_in_readme_are_ones_that_can_be(tmp_path: Path) -> None:
    example = re.search(r"```ini\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    write(tmp_path / "config.toml", example[1])
    keymap, problems = make_keymap(load_settings({}, tmp_path / "config.toml").keys, "keys")
    assert problems == []
    assert keymap.changed["table.cursor_down"] == ("down", "j")
