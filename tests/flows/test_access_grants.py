"""Codes that belong to an access grant: looked up before a write, acted on through the grant, and said so."""

from __future__ import annotations

import asyncio

from seam_tui.sandbox.grants import new_grant
from seam_tui.sandbox.records import Grant
from seam_tui.sandbox.server import Sandbox
from seam_tui.tui.screens.looking import LookingScreen
from seam_tui.tui.screens.plan import PlanScreen
from tests.flows.driver import PATIENCE, RunningApp, running_app
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown
from tests.flows.wire import about

LIST = "/access_grants/list"


def grant_named(app: RunningApp, name: str) -> Grant:
    return next(grant for grant in app.sandbox.world.grants.values() if grant.name == name)


async def go_to_a_code_of(app: RunningApp, name: str) -> str:
    """Choose the first code that a grant made; gives back its name."""
    code = grant_named(app, name).methods[0].code
    device = app.sandbox.world.devices[code.device_id]
    await app.devices.choose(device.name)
    await app.until(lambda: code.access_code_id in app.codes.table.ids, "the grant's code")
    await app.codes.choose_row(code.access_code_id)
    return code.name


async def test_deleting_a_code_of_a_grant_ends_the_grant_and_says_so() -> None:
    async with running_app() as app:
        await go_to_a_code_of(app, "Booking HP-2041")
        await app.press("d")
        await app.confirm.is_ready()
        assert "The access grant “Booking HP-2041” ends with" in app.confirm.words
        await app.confirm.yes()
        await app.says("the access grant ends")
        assert app.sent("/access_grants/delete") == 1
        assert app.sent("/access_codes/delete") == 0


async def test_a_look_up_may_end_while_its_plan_still_opens() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        screen = await plan_that_still_opens(app)
        screen.take_plans(screen.plan, None)
        assert await plan_is_shown(app) is screen
        await app.dialog.says("Delete", "will be sent")


async def plan_that_still_opens(app: RunningApp) -> PlanScreen:
    """Press `d`; the plan in the first turn of the loop in which a part of it is there."""
    app.strike("d")
    async with asyncio.timeout(PATIENCE):
        while not (isinstance(screen := app.app.screen, PlanScreen) and screen.query("#keys")):  # noqa: ASYNC110
            await asyncio.sleep(0)  # the first turn of the loop in which it is seen counts
    assert not screen.query("#count"), "it is there already: this tells nothing"
    return screen


async def test_what_a_grant_would_put_back_is_refused_with_the_reason() -> None:
    async with running_app() as app:
        await go_to_a_code_of(app, "Booking HP-2041")
        await app.press("f2")
        await app.form.fill("Somebody else")
        await app.press("enter")
        await app.says("It belongs to the access grant “Booking HP-2041”")
        assert app.sent("/access_codes/update") == 0


async def test_the_detail_shows_the_grant_once_it_is_known() -> None:
    async with running_app() as app:
        name = await go_to_a_code_of(app, "Booking HP-2041")
        assert "Booking HP-2041" not in app.detail.document
        await app.press("d")
        await app.confirm.no()
        await app.detail.shows(name, "Grant “Booking HP-2041” owns this code")


async def test_a_grant_is_asked_for_once() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        for _ in range(3):
            await app.press("d")
            await app.confirm.no()
        assert app.sent(LIST) == 1


async def test_a_slow_look_up_for_one_code_can_be_skipped_or_left() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.wire.hold(about(LIST))
        await app.press("d")
        await app.until(lambda: isinstance(app.app.screen, LookingScreen), "what is waited for")
        await app.press("escape")
        await app.says("Nothing was sent.")
        await app.press("d")
        await app.until(lambda: isinstance(app.app.screen, LookingScreen), "what is waited for")
        await app.press("s")
        await app.confirm.is_ready()
        assert "Access grants are not known for this code" in app.confirm.words
        app.wire.release()


async def test_a_slow_look_up_ends_by_itself_and_the_question_follows() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.wire.hold(about(LIST))
        await app.press("d")
        await app.until(lambda: isinstance(app.app.screen, LookingScreen), "what is waited for")
        app.wire.release()
        await app.confirm.is_ready()
        assert "Delete this code?" in app.confirm.words
        assert "Access grants" not in app.confirm.words


async def mark_all_of(app: RunningApp, device: str) -> None:
    await app.devices.choose(device)
    await app.codes.focus()
    await app.press("a")
    await app.until(lambda: "marked" in app.footer, "the codes marked")


def let_one_grant_have_two_codes_of_a_lock(sandbox: Sandbox) -> None:
    device = next(device for device in sandbox.world.devices.values() if device.name == "Lighthouse 2B")
    codes = [code for code in sandbox.world.codes_of(device.device_id) if code.managed and code.time_bound]
    new_grant(sandbox.world, "Booking T-1", codes[:2])


async def test_the_plan_of_many_asks_each_grant_once_for_all_that_it_made() -> None:
    async with running_app(arrange=let_one_grant_have_two_codes_of_a_lock) as app:
        await mark_all_of(app, "Lighthouse 2B")
        await app.press("d")
        plan = await plan_is_shown(app)
        through = [step for step in plan.plan.steps if step.grant is not None]
        assert [step.grant.name for step in through if step.grant] == ["Booking T-1"]
        assert len(through[0].also) == 1, "two of its codes are on this lock"
        codes = len(plan.plan.steps) + 1
        assert f"Delete {codes} codes?" in app.dialog.words
        assert "1 request goes through access grants" in app.dialog.words
        await app.press("y")
        result = await result_is_shown(app, within=60)
        assert app.sent("/access_grants/delete") == 1
        assert app.sent("/access_codes/delete") + app.sent("/access_codes/unmanaged/delete") == codes - 2
        assert "Access grant “Booking T-1” (2 credentials)" in [row.title for row in result.rows]


async def test_nothing_is_sent_before_the_grants_of_many_are_known() -> None:
    async with running_app() as app:
        await mark_all_of(app, "Old Mill Loft 1")
        app.wire.hold(about(LIST))
        await app.press("d")
        plan = await plan_is_shown(app, looked_up=False)
        await app.until(lambda: "Looking up access grants: 0 of" in app.dialog.words, "the progress")
        await app.press("y")
        await app.press("w")
        assert "Not yet: access grants are still being looked up." in app.dialog.words
        assert app.app.screen is plan
        app.wire.release()
        await app.until(lambda: not plan.is_looking_up, "the end of the look-up")
        await app.until(lambda: "Looking up" not in app.dialog.words, "no more talk of it")
        assert any(step.grant is not None for step in plan.plan.steps)
        assert app.sent("/access_codes/delete") == 0


async def test_a_look_up_for_many_can_be_skipped_and_the_plan_says_so() -> None:
    async with running_app() as app:
        await mark_all_of(app, "Old Mill Loft 1")
        app.wire.hold(about(LIST))
        await app.press("d")
        plan = await plan_is_shown(app, looked_up=False)
        await app.press("s")
        await app.until(lambda: not plan.is_looking_up, "the plan without the grants")
        await app.until(lambda: "Access grants are not known for" in app.dialog.words, "the note")
        app.wire.release()


async def test_leaving_the_plan_ends_its_look_up() -> None:
    async with running_app() as app:
        await mark_all_of(app, "Old Mill Loft 1")
        app.wire.hold(about(LIST))
        await app.press("d")
        await plan_is_shown(app, looked_up=False)
        await app.press("escape")
        await app.says("Nothing was sent.")
        app.wire.release()
        await app.press("d")
        plan = await plan_is_shown(app)
        assert isinstance(plan, PlanScreen)
