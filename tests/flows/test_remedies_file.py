"""The person's own runbook: its steps stand on the cards, and a broken file is said and left out."""

from __future__ import annotations

from pathlib import Path

from tests.flows.driver import running_app

RUNBOOK = """
[[remedy]]
code = "duplicate_code_on_device"
[remedy.add_steps]
before = [{ text = "Call the [night] desk first.", actions = ["copy_ids"] }]

[[remedy]]
code = "quantum_entangled_keypad"
level = "access_code"
kind = "error"
meaning = "The keypad is in two states at once."
steps = ["Look at it."]
"""


async def test_a_step_of_the_runbook_stands_on_the_card_and_is_marked(tmp_path: Path) -> None:
    own = tmp_path / "remedies.toml"
    own.write_text(RUNBOOK)
    async with running_app(remedies_file=own) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows_step("Call the [night] desk first. (runbook)")
        await app.detail.shows("1. Call the [night] desk first. (runbook) [C] Copy ids 2. Look for the other code")


async def test_a_broken_file_is_said_and_the_app_works_without_it(tmp_path: Path) -> None:
    own = tmp_path / "remedies.toml"
    own.write_text('[[remedy]]\ncode = "duplicate_code_on_device"\nadd_steps = [{ text = "x", actions = ["fly"] }]\n')
    async with running_app(remedies_file=own, load=False) as app:
        await app.dialog.says("Your remedies file was left out", ".toml", "duplicate_code_on_device")
        await app.dialog.leave()
        await app.is_loaded()
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows_step("Delete the duplicate")


async def test_a_file_that_is_not_there_is_no_matter(tmp_path: Path) -> None:
    async with running_app(remedies_file=tmp_path / "none.toml") as app:
        assert not app.dialog.is_open
