"""A plan that waits for its access grants, that is the rest of a run, or that is written to a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.widgets import Button, Input, Static

from seam_tui.domain.grant import AccessGrant
from seam_tui.operations.plan import Plan
from seam_tui.operations.plan_file import plans_folder, read_plan
from seam_tui.tui.screens.plan import PlanAnswer, PlanScreen
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.widgets.bars import SayLine
from tests.unit.tui.test_plan_screen import DEVICES, FEW, MANY, NOW, WORKSPACE

ENDPOINT = "https://connect.getseam.com"


class AskApp(App[None]):
    def __init__(self, plan: Plan, **options: Any) -> None:
        super().__init__()
        self.ask = PlanScreen(plan, DEVICES, now=NOW, workspace=WORKSPACE, **options)
        self.answers: list[PlanAnswer | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.ask, self.answers.append)

    def words(self, selector: str) -> str:
        return str(self.ask.query_one(selector, Static).content)

    @property
    def said(self) -> str:
        return self.ask.query_one(SayLine).text


def through_a_grant(plan: Plan) -> Plan:
    """The plan with two of its codes in one step through a grant."""
    first, second, *rest = plan.steps
    grant = AccessGrant("g1", "Booking", access_method_count=2)
    step = replace(first, name="Access grant “Booking”", grant=grant, also=(second.access_code_id or "",))
    return replace(plan, steps=(step, *rest))


async def test_no_yes_counts_until_the_grants_are_known() -> None:
    app = AskApp(FEW, skip_lookup=lambda: None)
    async with app.run_test() as pilot:
        yes = app.ask.query_one("#yes", Button)
        assert yes.disabled
        app.ask.show_lookup(2, 5)
        assert app.words("#about") == "◌ Looking up access grants: 2 of 5. s goes on without the rest."
        await pilot.press("y")
        assert app.answers == []
        known = through_a_grant(FEW)
        app.ask.take_plans(known, None)
        await pilot.pause()
        assert not yes.disabled
        assert app.words("#about") == ""
        assert app.words("#counts") == "5 will be sent, 1 request goes through access grants."
        await pilot.press("y")
        await pilot.pause()
    assert app.answers == [PlanAnswer(known)]


async def test_a_count_that_is_typed_too_early_is_not_taken() -> None:
    app = AskApp(MANY, skip_lookup=lambda: None)
    async with app.run_test() as pilot:
        assert app.words("#prompt") == "Wait for the access grants:"
        await pilot.press("1", "2", "enter")
        assert app.answers == []
        assert app.said.startswith("Not yet: access grants are still being looked up.")
        app.ask.take_plans(through_a_grant(MANY), None)
        await pilot.pause()
        assert app.words("#prompt") == "Type 12 and Enter to go on:", "codes are counted, not calls"
        await pilot.press("1", "2", "enter")
        await pilot.pause()
    assert len(app.answers) == 1
    assert app.answers[0] is not None


async def test_s_skips_the_look_up_once() -> None:
    skipped: list[bool] = []
    app = AskApp(FEW, skip_lookup=lambda: skipped.append(True))
    async with app.run_test() as pilot:
        await pilot.press("s")
        app.ask.take_plans(FEW, None)
        await pilot.press("s")
    assert skipped == [True]


async def test_the_hidden_ones_stay_chosen_when_the_grants_are_known() -> None:  # UX 4
    app = AskApp(FEW, hidden_plan=MANY, skip_lookup=lambda: None)
    async with app.run_test() as pilot:
        await pilot.press("h")
        known = replace(MANY, notes=("Known.",))
        app.ask.take_plans(FEW, known)
        await pilot.pause()
        assert app.ask.with_hidden
        assert app.ask.plan is known


async def test_what_the_plan_is_the_rest_of_stands_above_it() -> None:
    app = AskApp(FEW, about="A run that deletes 9 codes was cut off at 09:12: 4 done, 5 not sent.")
    async with app.run_test(size=(100, 30)):
        assert app.words("#about").startswith("A run that deletes 9 codes")
        assert app.ask.query_one("#about").region.height == 1
    app = AskApp(FEW)
    async with app.run_test():
        assert not app.ask.query_one("#about").display


async def test_w_writes_the_plan_to_a_file_that_reads_as_the_same_plan() -> None:
    app = AskApp(FEW, endpoint=ENDPOINT)
    async with app.run_test() as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, SaveScreen)
        path = Path(app.screen.query_one("#path", Input).value)
        assert path.parent == plans_folder()
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is app.ask
        assert app.said == f"Written to {path}. Nothing was sent."
        assert app.answers == []
    saved = read_plan(path)
    assert (saved.workspace_id, saved.endpoint) == (WORKSPACE.workspace_id, ENDPOINT)
    assert [step.access_code_id for step in saved.plan.steps] == [step.access_code_id for step in FEW.steps]


@pytest.mark.parametrize("options", [{}, {"endpoint": ENDPOINT, "skip_lookup": lambda: None}])
async def test_a_plan_that_cannot_be_written_or_not_yet_says_so(options: dict[str, Any]) -> None:
    app = AskApp(FEW, **options)
    async with app.run_test() as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert app.screen is app.ask
        assert app.said in {
            "This plan cannot be written to a file.",
            "Not yet: access grants are still being looked up.",
        }
