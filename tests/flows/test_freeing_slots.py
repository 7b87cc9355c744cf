"""Free slots on a lock: what can go is proposed, what is live never by itself, and the plan asks first."""

from __future__ import annotations

from seam_tui.sandbox.server import Sandbox
from seam_tui.tui.screens.slots import SlotsScreen
from tests.flows.driver import START, RunningApp, running_app
from tests.flows.many import plan_is_shown, result_is_shown

LOCK = "Lighthouse 2B"
DAY = 86_400


def let_two_codes_have_ended(sandbox: Sandbox) -> None:
    """Two guests have left, and their codes are still on the lock; three may still come in; ten codes fit."""
    device = next(device for device in sandbox.world.devices.values() if device.name == LOCK)
    device.max_codes = 10
    codes = [code for code in sandbox.world.codes_of(device.device_id) if code.managed and code.time_bound]
    for code in codes[:2]:
        code.starts_at, code.ends_at = START.timestamp() - 5 * DAY, START.timestamp() - DAY


async def slots_are_shown(app: RunningApp) -> SlotsScreen:
    """Choose the lock, press D, and wait for the proposal."""
    await app.devices.choose(LOCK)
    await app.press("D")
    await app.until(lambda: isinstance(app.app.screen, SlotsScreen) and app.app.screen.query("#keys"), "the proposal")
    screen = app.app.screen
    assert isinstance(screen, SlotsScreen)
    await app.until(lambda: "slots are taken" in app.dialog.words, "the slots")
    return screen


async def test_what_has_ended_is_chosen_and_what_is_live_is_not() -> None:
    async with running_app(arrange=let_two_codes_have_ended) as app:
        slots = await slots_are_shown(app)
        assert "of 10 slots are taken, 2 codes chosen to go." in app.dialog.words
        chosen = [slots._entries[code_id] for code_id in slots.chosen]
        assert all(entry.reason.startswith("It ended") and not entry.is_live for entry in chosen)
        live = [entry for entry in slots._proposal.entries if entry.is_live]
        assert live
        assert not {entry.code.access_code_id for entry in live} & set(slots.chosen)
        await app.shows("● live now")


async def test_what_is_chosen_goes_by_way_of_the_plan() -> None:  # UX 5
    async with running_app(arrange=let_two_codes_have_ended) as app:
        await slots_are_shown(app)
        await app.press("enter")
        plan = await plan_is_shown(app)
        assert len(plan.plan.steps) == 2
        assert app.sent("/access_codes/delete") == 0
        await app.press("y")
        await result_is_shown(app, within=60)
        assert app.sent("/access_codes/delete") == 2


async def test_a_live_code_is_chosen_only_by_hand_and_with_a_word() -> None:
    async with running_app(arrange=let_two_codes_have_ended) as app:
        slots = await slots_are_shown(app)
        await app.press("u")
        await app.until(lambda: "none chosen to go" in app.dialog.words, "nothing chosen")
        await app.press("d")
        await app.until(lambda: "Nothing is chosen" in app.dialog.words, "why nothing is planned")
        assert app.app.screen is slots
        await app.press("end")
        await app.until(lambda: "whoever uses it will not get in any more" in app.dialog.words, "the word")
        await app.press("space")
        await app.until(lambda: "1 code chosen to go, 1 live now." in app.dialog.words, "the live one counted")
        await app.press("d")
        await plan_is_shown(app)
        await app.until(lambda: "will not get in" in app.dialog.words, "the plan's note")


async def test_leaving_the_proposal_sends_nothing() -> None:
    async with running_app(arrange=let_two_codes_have_ended) as app:
        await slots_are_shown(app)
        await app.press("escape")
        await app.says("Nothing was sent.")
        assert app.sent("/access_codes/delete") == 0


async def test_read_only_frees_nothing() -> None:  # UX 14
    async with running_app(arrange=let_two_codes_have_ended, read_only=True) as app:
        await app.devices.choose(LOCK)
        await app.press("D")
        await app.says("Free slots: Read-only: nothing can be changed.")
