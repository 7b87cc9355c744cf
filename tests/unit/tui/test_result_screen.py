"""What became of a run, as a person reads it."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input, Static

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import NAMES_HIDDEN, VEIL
from seam_tui.operations.plan import PlanStep, Values
from seam_tui.operations.runner import Outcome, StepResult
from seam_tui.reports.run_report import ResultRow
from seam_tui.tui.screens.result import ResultAnswer, ResultScreen, result_rows
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.detail_view import DetailView

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HOSTILE = ["Guest [/] 12", "[@click=app.nuke()]x[/]", "\x1b[31mred\nline\u202e", "=cmd()"]
REFUSED = "Seam refused it. Try again."


def row(index: int, outcome: Outcome, said: str = "Said.", **fields: str) -> ResultRow:
    return replace(ResultRow(f"Guest {index}", f"c{index}", "Front door", outcome.value, said, f"req{index}"), **fields)


ROWS = [
    row(1, Outcome.ASKED),
    row(2, Outcome.FAILED, REFUSED),
    row(3, Outcome.ASKED),
    row(4, Outcome.FAILED, REFUSED),
    row(5, Outcome.SKIPPED, "Not sent: the run was cancelled."),
    row(6, Outcome.UNKNOWN, "Seam shows no trace of it."),
]


class ResultApp(App[None]):
    def __init__(self, rows: list[ResultRow]) -> None:
        super().__init__()
        workspace = Workspace("w1", "Seaside Hotels", is_sandbox=False)
        self.shown = ResultScreen(ActionId.DELETE, rows, NOW, workspace=workspace)
        self.answers: list[ResultAnswer | None] = []
        self.nuked = False

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.answers.append)

    def action_nuke(self) -> None:
        self.nuked = True

    def words(self, selector: str) -> str:
        return str(self.shown.query_one(selector, Static).content)

    @property
    def said(self) -> str:
        return self.shown.query_one(SayLine).text

    @property
    def facts(self) -> str:
        return " ".join(line.strip() for line in self.shown.query_one(DetailView).layout_lines)

    @property
    def picture(self) -> str:
        return "\n".join("".join(part.text for part in line) for line in self.shown._compositor.render_strips())


async def test_every_code_is_listed_what_failed_first() -> None:
    """UX 8."""
    app = ResultApp(ROWS)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        assert app.words("#title").startswith("Result: delete 6 codes")
        assert app.words("#counts") == "◌ 2 asked, waiting for the lock · ✖ 2 failed · ? 1 unknown · – 1 skipped"
        assert list(app.shown.listed.ids) == ["c2", "c4", "c6", "c5", "c1", "c3"]
        assert "✖ failed 2× Seam refused it. Try again. — Guest 2, Guest 4" in app.facts
        assert app.words("#row") == "Guest 2 on Front door: Seam refused it. Try again. Request req2."
        assert "✖ failed" in app.picture
        assert "req4" in app.picture


async def test_r_retries_what_failed_or_left_no_trace() -> None:
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("r")
        await pilot.pause()
    assert app.answers == [ResultAnswer(retry=("c2", "c4", "c6"))]


async def test_s_retries_what_was_skipped_as_well() -> None:
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("s")
        await pilot.pause()
    assert app.answers == [ResultAnswer(retry=("c2", "c4", "c6", "c5"))]


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_a_good_result_has_nothing_to_retry_and_closes(key) -> None:
    app = ResultApp([row(1, Outcome.DONE)])
    async with app.run_test() as pilot:
        await pilot.press("r", "c", "z")
        assert app.answers == []
        assert app.said == "This run cannot be undone."
        assert not app.shown.query_one("#retry").display
        await pilot.press(key)
        await pilot.pause()
    assert app.answers == [None]


async def test_a_code_that_settles_is_brought_up_to_date_where_it_stands() -> None:
    """UX 9 and 17."""
    app = ResultApp(ROWS)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.press("end")
        before = list(app.shown.listed.ids)
        app.shown.update_result("c3", Outcome.DONE, "Gone from the lock.")
        app.shown.update_result("other", Outcome.DONE, "Not of this run.")
        await pilot.pause()
        assert list(app.shown.listed.ids) == before
        assert app.shown.listed.cursor_id == "c3"
        assert app.words("#counts").startswith("✓ 1 done · ◌ 1 asked, waiting for the lock · ")
        assert app.words("#row").startswith("Guest 3 on Front door: Gone from the lock.")
        assert "✓ done" in app.picture
        assert len(app.shown.rows) == 6


async def test_c_copies_the_ids_of_what_failed() -> None:
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("c")
        assert app.clipboard == "c2\nc4\nc6"
        assert app.said == "Copied the ids of 3 codes."


async def test_in_share_mode_ids_are_not_copied_and_the_file_names_nobody(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    VEIL.is_drawn = True
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("c")
        assert app.clipboard == ""
        assert app.said.startswith("Ids are hidden in share mode")
        await pilot.press("x")
        await pilot.pause()
        about = str(app.screen.query("Static.words").first(Static).content)
        assert "has pseudonyms for the guests" in about
        await pilot.press("enter")
        await pilot.pause()
    (saved,) = tmp_path.iterdir()
    assert NAMES_HIDDEN in saved.read_text()


async def test_the_home_folder_of_whoever_saves_is_not_told(tmp_path, monkeypatch) -> None:
    home = tmp_path / "jane"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert app.screen.query_one("#path", Input).value.startswith("~/seam-tui-result-")
        await pilot.press("enter")
        await pilot.pause()
        assert app.said.startswith("Saved 6 codes to ~/")
    assert len(list(home.iterdir())) == 1


async def test_x_saves_to_a_new_private_file_and_says_where(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("x")
        await pilot.pause()
        assert isinstance(app.screen, SaveScreen)
        box = app.screen.query_one("#path", Input)
        offered = Path(box.value)
        assert offered.parent == tmp_path
        assert offered.name.startswith("seam-tui-result-2026")
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is app.shown
        assert app.said.startswith("Saved 6 codes to ")
    assert_private_with_lines(offered, 7)


def assert_private_with_lines(path: Path, lines: int) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().count("\n") == lines


async def test_saving_never_overwrites_and_says_what_is_wrong(tmp_path) -> None:
    taken = tmp_path / "mine.json"
    taken.write_text("precious")
    app = ResultApp(ROWS)
    async with app.run_test() as pilot:
        await pilot.press("x")
        await pilot.pause()
        box = app.screen.query_one("#path", Input)
        problems = app.screen.query_one("#problems", Static)
        for path, expected in [
            (str(taken), "left alone"),
            (str(tmp_path / "no" / "folder.csv"), "No such file"),
            (str(tmp_path / "result.exe"), "must end in .csv, .json or .txt"),
            ("", "must end in"),
        ]:
            box.value = path
            await pilot.press("enter")
            assert expected in str(problems.content)
        assert taken.read_text() == "precious"
        box.value = str(tmp_path / "new.json")
        await pilot.press("enter")
        await pilot.pause()
    assert len(json.loads((tmp_path / "new.json").read_text())["results"]) == 6


def test_rows_hold_no_pin_even_if_seam_quotes_one() -> None:
    """UX 12."""
    old, new, spare = Pin("482915"), Pin("739164"), Pin("551122")
    code = AccessCode("c1", "d1", "Anna", old, True, AccessCodeType.ONGOING, AccessCodeStatus.SET)
    step = PlanStep(ActionId.CHANGE_PIN, "Anna", code=code, device_id="d1", values=Values(pin=new))
    backup = replace(code, access_code_id="c9", pin=spare)
    result = StepResult(step, Outcome.FAILED, "482915 and 739164 and 551122", "req1", backup=backup)
    rows = result_rows([result], {"d1": Device("d1", "Front door", "yale_lock")})
    assert rows == (ResultRow("Anna", "c1", "Front door", "failed", "•••• and •••• and ••••", "req1"),)


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24), (60, 20)])
@pytest.mark.parametrize("no_color", [False, True])
async def test_hostile_names_are_text_at_every_size(size, no_color, monkeypatch) -> None:
    """UX 11 and 24."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    rows = [row(index, Outcome.FAILED, f"No: {name}", title=name) for index, name in enumerate(HOSTILE)]
    app = ResultApp(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.press("down", "down", "down", "home")
        await pilot.click(app.shown.listed, offset=(18, 2))
        await pilot.pause()
        picture = app.picture
        assert "[/] 12" in picture
        assert "\x1b" not in picture
        assert "✖ failed" in picture
        assert "Esc closes" in picture
        assert app.shown.query_one("#close").region.bottom <= size[1]
        assert app.shown.listed.size.height >= 4
    assert not app.nuked
