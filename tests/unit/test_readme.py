"""README is the front door: its keys, commands, settings and pictures are those of the app."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from seam_tui.remedies.catalogue import load_catalogue
from seam_tui.settings import CONFIG_FOLDER_VARIABLE, VARIABLES
from tests.pictures import PICTURES, outdated
from tests.readme import README, with_key_table

TEXT = README.read_text(encoding="utf-8")


def test_the_key_table_is_that_of_the_registry() -> None:
    assert with_key_table(TEXT) == TEXT, "run: python -m tests.readme"


def test_every_setting_is_named_with_its_variable_and_its_key_in_the_file() -> None:
    for field, variable in VARIABLES.items():
        assert f"| `{variable}` | `{field}` |" in TEXT
    assert f"| `{CONFIG_FOLDER_VARIABLE}` |" in TEXT


def test_every_command_of_the_table_is_one_that_the_command_line_knows() -> None:
    import typer

    from seam_tui.cli.commands import cli

    group = typer.main.get_command(cli)
    named = {shlex.split(row)[1] for row in re.findall(r"^\| `(seam-tui \w.*?)`", TEXT, re.MULTILINE)}
    known = set(getattr(group, "commands"))  # noqa: B009 - click's Group, which mypy cannot see from here
    assert named == known


def test_the_number_of_remedies_is_true() -> None:
    assert f"catalogue of {len(load_catalogue().all())} remedies" in TEXT


def test_the_runbook_in_readme_is_one_that_loads(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    file = tmp_path / "remedies.toml"
    file.write_text(example[1], encoding="utf-8")
    remedies = load_catalogue(file).matching("device_disconnected")
    assert [step.text for remedy in remedies for step in remedy.steps if step.from_runbook] == [
        "Call the caretaker of the house: 040 555 01 23."
    ]


def test_the_gate_runs_the_test_command_that_readme_names() -> None:
    gate = (README.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert "<!-- test command -->" in gate
    commands = re.findall(r"<!-- (?:demo|test) command -->\n```sh\n(.*?)\n```", TEXT)
    assert len(commands) == 2
    assert commands[1] == ".venv/bin/pytest"


@pytest.mark.timeout(90)
async def test_the_pictures_show_the_app_as_it_is() -> None:
    shown = set(re.findall(r"\(screenshots/([\w-]+)\.svg\)", TEXT))
    assert shown == {name for name, _, _ in PICTURES}
    assert await outdated() == [], "run: python -m tests.pictures, and look at them"


async def test_a_picture_that_another_app_has_drawn_is_out_of_date(tmp_path: Path) -> None:
    for name, _, _ in PICTURES[1:]:
        (tmp_path / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    assert await outdated(tmp_path) == [name for name, _, _ in PICTURES]
