"""Many codes at once: marked by id, planned before anything is sent, and each with its own result."""

from __future__ import annotations

import pytest

from seam_tui.sandbox.faults import FaultRule
from seam_tui.tui.screens.plan import PlanScreen
from tests.flows.driver import running_app
from tests.flows.many import CREW, filter_to, mark_the_crew, plan_is_shown, result_is_shown


async def test_the_footer_names_the_marked_ones_as_the_target() -> None:  # UX 2
    async with running_app() as app:
        await app.press("space", "space")
        await app.until(lambda: "2 marked" in app.footer, "two marked")
        await app.press("u")
        await app.until(lambda: "this code" in app.footer, "the code under the cursor")


async def test_marks_are_set_one_by_one_as_a_range_all_inverted_and_cleared() -> None:  # UX 3
    async with running_app() as app:
        await filter_to(app, CREW)
        await app.until(lambda: 2 < len(app.codes.titles) < 12, "the crew's codes alone")
        table = app.codes.table
        first, second, third, *rest = table.ids
        await app.press("shift+down", "shift+down")
        assert (table.marked, table.cursor_id) == ({first, second, third}, third)
        await app.press("space")
        assert table.marked == {first, second}
        await app.press("i")
        assert table.marked == {third, *rest}
        await app.press("a")
        assert table.marked == {first, second, third, *rest}
        await app.press("u")
        assert not table.marked
        await app.press("end", "shift+up")
        assert (table.marked, table.cursor_id) == ({*table.ids[-2:]}, table.ids[-2])


async def test_marks_that_the_filter_hides_are_not_acted_on() -> None:  # UX 4
    async with running_app() as app:
        await app.press("space")
        count = await mark_the_crew(app)
        await app.press("d")
        plan = await plan_is_shown(app)
        assert len(plan.plan.steps) + len(plan.plan.left_out) == count
        assert plan.hidden == 1
        await app.press("h")
        await app.until(lambda: len(plan.plan.steps) + len(plan.plan.left_out) == count + 1, "the hidden one as well")


async def test_enter_does_not_send_the_plan() -> None:  # UX 5
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await app.press("enter")
        await app.says("Nothing was sent.")
        assert app.sent("/access_codes/delete") == 0


async def test_a_plan_that_was_said_yes_to_is_sent_and_every_code_is_listed() -> None:  # UX 6, 8, 9
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("d")
        plan = await plan_is_shown(app)
        steps = len(plan.plan.steps)
        await app.press("y")
        await result_is_shown(app)
        assert app.sent("/access_codes/delete") == steps
        await app.until(lambda: f"{steps} asked" in app.text or "done" in app.text, "what became of each")
        await app.press("escape")
        await app.until(lambda: not app.codes.table.marked, "no marks left")


async def test_what_failed_stays_marked_and_one_key_plans_it_again() -> None:  # UX 8
    async with running_app() as app:
        await mark_the_crew(app)
        app.sandbox.faults.add(FaultRule("status", "/access_codes/delete", status=403, count=2))
        await app.press("d")
        plan = await plan_is_shown(app)
        steps = len(plan.plan.steps)
        await app.press("y")
        await result_is_shown(app)
        await app.until(lambda: "2 failed" in app.text, "two failures")
        assert len(app.codes.table.marked) == 2
        await app.press("r")
        again = await plan_is_shown(app)
        assert len(again.plan.steps) == 2
        await app.press("y")
        await app.until(lambda: app.sent("/access_codes/delete") == steps + 2, "the two sent again", within=30)
        await result_is_shown(app)


async def test_many_are_renamed_by_a_template() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("f2")
        await app.form.fill("{name} – {device}")
        await app.press("enter")
        plan = await plan_is_shown(app)
        steps = plan.plan.steps
        assert all(step.values.name and step.values.name.startswith("Cleaning crew – ") for step in steps)
        await app.press("y")
        await app.until(lambda: app.sent("/access_codes/update") == len(steps), "every update", within=30)
        await result_is_shown(app)


async def test_an_action_for_one_says_so_while_many_are_marked() -> None:  # UX 2
    async with running_app() as app:
        await app.press("space", "space", "p")
        await app.says("works on one at a time; u takes the 2 marks off")


@pytest.mark.waits_for_questions
async def test_a_y_right_behind_the_key_that_opened_the_plan_is_not_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlanScreen, "READY_AFTER", 60.0)  # UX 5
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await app.press("y")
        assert isinstance(app.app.screen, PlanScreen)
        assert app.sent("/access_codes/delete") == 0
