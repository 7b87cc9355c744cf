"""The runs of the past, as a person reads them and acts on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Button, Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.action import ActionId
from seam_tui.operations.journal import RunStatus, RunSummary
from seam_tui.operations.journal_files import JournalError
from seam_tui.operations.journal_records import Header, Outcome
from seam_tui.reports.run_report import ResultRow
from seam_tui.tui.run_words import local_time
from seam_tui.tui.screens.history import HistoryAnswer, HistoryScreen
from seam_tui.tui.screens.result import ResultScreen
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.detail_view import DetailView

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
HERE = Workspace("w1", "Seaside Hotels", is_sandbox=False)
SIZES = [(160, 50), (80, 24), (60, 20)]


def run(name: str, status: RunStatus = RunStatus.FINISHED, hours: float = 1.0, **fields: Any) -> RunSummary:
    header = Header(
        run_id=name,
        workspace_id="w1",
        workspace_name="Seaside Hotels",
        action="delete",
        created_at=NOW - timedelta(hours=hours),
        count=10,
        endpoint="https://connect.getseam.com",
    )
    header = replace(header, **{key: fields.pop(key) for key in list(fields) if hasattr(header, key)})
    base = RunSummary(
        header=header,
        status=status,
        outcomes=Counter({Outcome.DONE: 7, Outcome.FAILED: 3}),
        open_intents=0,
        undo_until=NOW + timedelta(days=29) if status in {RunStatus.FINISHED, RunStatus.STOPPED} else None,
        has_pins=True,
    )
    return replace(base, **fields)


CUT_OFF = run("cut", RunStatus.UNFINISHED, 2, outcomes=Counter({Outcome.DONE: 4}), open_intents=1)
HELD = run("held", RunStatus.RUNNING, 3, outcomes=Counter({Outcome.DONE: 4}))
ELSEWHERE = run("other", hours=0.5, workspace_id="w2", workspace_name="Harbour [/] Inn")
RUNS = (ELSEWHERE, run("done"), CUT_OFF, HELD, run("undone", undo_until=None, hours=4))


class HistoryApp(App[None]):
    def __init__(self, *runs: RunSummary, **options: Any) -> None:
        super().__init__()
        self.shown = HistoryScreen(runs, NOW, **({"workspace": HERE} | options))
        self.answers: list[HistoryAnswer | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.shown, self.answers.append)

    def words(self, selector: str) -> str:
        return str(self.shown.query_one(selector, Static).content)

    @property
    def said(self) -> str:
        return self.shown.query_one(SayLine).text

    @property
    def offered(self) -> list[str]:
        return [str(button.label) for button in self.shown.query(Button) if button.display]

    @property
    def picture(self) -> str:
        return "\n".join("".join(part.text for part in line) for line in self.shown._compositor.render_strips())


async def test_the_runs_of_this_workspace_come_first_and_the_others_are_named() -> None:
    app = HistoryApp(*RUNS)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        assert list(app.shown.listed.ids) == ["done", "cut", "held", "undone", "other"]
        assert "Harbour [/] Inn" in app.picture
        assert app.words("#counts") == "5 runs, the newest first, 1 cut off."
        assert "Delete 10 codes" in app.picture
        assert "7 done, 3 failed" in app.picture


@pytest.mark.parametrize(
    ("run_id", "can", "cannot"),
    [
        ("done", {"z": "undo"}, {"f": "has come to its end", "s": "has come to its end"}),
        ("cut", {"f": "finish", "s": "stop"}, {"z": "finish or stop it first"}),
        ("held", {}, dict.fromkeys("zfs", "Another seam-tui is working on this run.")),
        ("undone", {}, {"z": "undone already"}),
        ("other", {}, dict.fromkeys("zfs", "another workspace, Harbour [/] Inn")),
    ],
)
async def test_each_run_offers_what_can_be_done_with_it_and_says_why_not_the_rest(
    run_id: str, can: dict[str, str], cannot: dict[str, str]
) -> None:  # UX 22
    for key, why in cannot.items():
        app = HistoryApp(*RUNS, at=run_id)
        async with app.run_test() as pilot:
            await pilot.press(key)
            assert why in app.said
            assert app.answers == []
            assert not any(f"({key})" in label for label in app.offered)
    for key, wish in can.items():
        app = HistoryApp(*RUNS, at=run_id)
        async with app.run_test() as pilot:
            assert any(f"({key})" in label for label in app.offered)
            await pilot.press(key)
            await pilot.pause()
        assert app.answers == [HistoryAnswer(wish, run_id)]  # type: ignore[arg-type]


async def test_a_run_of_this_app_is_not_said_to_run_elsewhere() -> None:
    app = HistoryApp(HELD, own={"held"})
    async with app.run_test(size=(160, 50)) as pilot:
        assert "running here" in app.words("#row")
        await pilot.press("f")
        assert app.said == "This run is under way."
    app = HistoryApp(HELD)
    async with app.run_test(size=(160, 50)):
        assert "running elsewhere" in app.words("#row")


async def test_a_run_that_put_another_back_says_which_by_what_it_did_and_when() -> None:
    undone = run("undone", undo_until=None, hours=4)
    app = HistoryApp(undone, run("back", action="undo", undoes="undone"), run("lost", action="undo", undoes="no-file"))
    async with app.run_test(size=(160, 50)) as pilot:
        app.shown.listed.move_to("back")
        await pilot.pause()
        told = local_time(undone.header.created_at)
        assert app.words("#row").endswith(f"It put back “Delete 10 codes” of {told}.")
        app.shown.listed.move_to("lost")
        await pilot.pause()
        assert app.words("#row").endswith("It put back a run whose file is gone.")


async def test_read_only_offers_nothing_that_sends() -> None:  # UX 14
    app = HistoryApp(*RUNS, read_only=True)
    async with app.run_test() as pilot:
        await pilot.press("z")
        assert app.said == "Read-only: nothing can be changed."
        await pilot.press("down", "f")
        assert app.said == "Read-only: nothing can be changed."
        assert app.answers == []


async def test_enter_shows_the_steps_on_top_and_escape_goes_back_one_level() -> None:
    asked: list[str] = []

    async def steps(run_id: str) -> ResultScreen:
        asked.append(run_id)
        if run_id == "cut":
            raise JournalError("Line 3 is damaged.", "Look by hand.")
        return ResultScreen(ActionId.DELETE, [ResultRow("Anna", "c1", "Door", "done", "Gone.")], NOW, can_retry=False)

    app = HistoryApp(*RUNS, at="held", steps=steps, problem_types=(JournalError,))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert asked == ["held"]
        assert isinstance(app.screen, ResultScreen)
        await pilot.press("r")
        assert isinstance(app.screen, ResultScreen), "what is past is not sent again from here"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.shown
        await pilot.press("up", "enter")
        await pilot.pause()
        assert app.said == "Line 3 is damaged. Look by hand."
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("g")
        await pilot.pause()
    assert app.answers == [HistoryAnswer(None, "held", show="c1")]


async def test_escape_leaves() -> None:
    app = HistoryApp(*RUNS)
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
    assert app.answers == [None]


async def test_undo_is_not_offered_when_its_time_is_over() -> None:
    app = HistoryApp(run("old", hours=31 * 24, undo_until=NOW - timedelta(days=1)))
    async with app.run_test() as pilot:
        await pilot.press("z")
        assert app.said == "This run is too old to be undone."


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_history_and_a_damaged_file_are_said_at_every_size(size: tuple[int, int]) -> None:  # UX 24
    app = HistoryApp(problems=["The run of 2026-11-20 is damaged.", "Another one, too."])
    async with app.run_test(size=size) as pilot:
        await pilot.press("z", "enter")
        assert "Nothing was changed from here yet." in app.picture
        assert app.said == "There is no run."
        lines = " ".join(app.shown.query_one(DetailView).layout_lines)
        assert "damaged" in lines
        assert "Another one" in lines
        assert "Close" in app.picture
        assert app.answers == []
