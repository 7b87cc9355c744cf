"""`e` offers every change of a code, or of the marked ones, and leads to where the change's own key leads."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.tui.actions import BOUND
from seam_tui.tui.editing import EDITS
from seam_tui.tui.screens.edit import EditScreen
from tests.flows.driver import RunningApp, running_app
from tests.flows.many import mark_the_crew, plan_is_shown

HEALTHY = {"title": "Tess Murphy", "on": "Lighthouse 2B"}


async def open_edit(app: RunningApp) -> EditScreen:
    """Press e, and wait for the list."""
    await app.press("e")
    await app.until(lambda: isinstance(app.app.screen, EditScreen) and app.app.screen.query("#keys"), "the changes")
    screen = app.app.screen
    assert isinstance(screen, EditScreen)
    return screen


def offered(screen: EditScreen) -> dict[ActionId, bool]:
    """The changes in their order, and whether each can be chosen."""
    options = screen.query_one(OptionList).options
    return {ActionId(option.id or ""): not option.disabled for option in options}


def prompts(screen: EditScreen) -> str:
    return "\n".join(str(option.prompt) for option in screen.query_one(OptionList).options)


async def test_every_change_of_a_code_is_offered_with_its_key_and_why_one_cannot_be_made() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        screen = await open_edit(app)
        assert "Tess Murphy on Lighthouse 2B" in app.dialog.words
        assert tuple(offered(screen)) == EDITS
        for action_id in EDITS:
            assert f"{BOUND[action_id].key_label}  {ACTIONS[action_id].label}" in prompts(screen)
        cannot = {action_id for action_id, can in offered(screen).items() if not can}
        assert cannot == {ActionId.FORBID_EXTERNAL_MODIFICATION, ActionId.CONVERT_TO_MANAGED}
        assert "External modification is not allowed as it is." in prompts(screen)
        await app.shows("This code is managed already.")


@pytest.mark.parametrize(
    ("keys", "form"),
    [
        (("enter",), "Change PIN"),
        (("f2",), "Rename"),
        (("t",), "Change times"),
        (("down", "down", "enter"), "Rename"),
    ],
)
async def test_a_change_that_is_chosen_leads_to_its_own_form(keys: tuple[str, ...], form: str) -> None:
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        await open_edit(app)
        for key in keys:
            await app.press(key)
        await app.form.opens()
        assert app.form.screen.dialog_title == f"{form} · Tess Murphy"
        await app.press("escape")
        assert app.sent("/access_codes/update") == 0


async def test_the_key_of_a_change_that_cannot_be_made_says_why_and_stays() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        screen = await open_edit(app)
        await app.press("m")
        await app.until(lambda: "✖ Convert to managed: This code is managed already." in app.dialog.words, "the reason")
        assert app.app.screen is screen
        await app.press("escape")
        await app.dialog.closes()


async def test_what_is_marked_is_edited_through_the_plan() -> None:  # UX 2
    async with running_app() as app:
        count = await mark_the_crew(app)
        screen = await open_edit(app)
        assert f"{count} codes that are marked" in app.dialog.words
        assert not offered(screen)[ActionId.CHANGE_PIN]
        assert "Works on one code at a time." in prompts(screen)
        await app.press("f2")
        await app.form.fill("{name} – {device}")
        await app.press("enter")
        plan = await plan_is_shown(app)
        assert len(plan.plan.steps) + len(plan.plan.left_out) == count
        await app.press("n")
        assert app.sent("/access_codes/update") == 0


async def test_in_read_only_nothing_can_be_chosen_and_the_reason_stands_there_once() -> None:  # UX 14
    async with running_app(read_only=True) as app:
        await app.codes.choose(**HEALTHY)
        screen = await open_edit(app)
        assert not any(offered(screen).values())
        await app.until(
            lambda: "Nothing of it can be changed now: Read-only: nothing can be changed." in app.dialog.words, "why"
        )
        assert "Read-only" not in prompts(screen)
        await app.press("enter", "p")
        assert app.app.screen is screen


async def test_without_a_code_there_is_nothing_to_edit() -> None:
    async with running_app() as app:
        await app.press("1")
        await app.press("e")
        await app.says("Edit: Choose an access code first.")
        assert not app.dialog.is_open


async def test_the_footer_names_the_key_and_the_help_says_what_it_does() -> None:  # UX 22
    async with running_app() as app:
        await app.codes.choose(**HEALTHY)
        assert "e Edit" in app.footer
        await app.press("question_mark")
        await app.until(lambda: "Edit: choose what to change on this code" in app.dialog.words, "the help")


async def test_the_list_fits_into_a_small_terminal() -> None:  # UX 24
    async with running_app(size=(80, 24)) as app:
        await app.codes.choose(**HEALTHY)
        await open_edit(app)
        await app.shows("Enter or its key chooses · Esc leaves")
        await app.press("end")
        await app.shows(ACTIONS[ActionId.RECREATE].label)
        await app.shows("Enter or its key chooses · Esc leaves")
