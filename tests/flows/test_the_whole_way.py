"""The whole way through many codes: filter, mark, unmark, plan, count, watch, cancel, retry, undo."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from seam_tui.operations.plan import Friction
from tests.flows.driver import RunningApp, running_app
from tests.flows.many import filter_to, plan_is_shown, result_is_shown, strip_of

LET_THROUGH = 4


def deletions_after(count: int) -> Callable[[httpx.Request], bool]:
    """Deletions, without the first so many."""
    seen: list[str] = []

    def chosen(request: httpx.Request) -> bool:
        if not request.url.path.endswith("/delete"):
            return False
        seen.append(request.url.path)
        return len(seen) > count

    return chosen


def deleted(app: RunningApp) -> int:
    return app.sent("/access_codes/delete") + app.sent("/access_codes/unmanaged/delete")


async def type_the_count(app: RunningApp, count: int) -> None:
    plan = await plan_is_shown(app)
    assert plan.plan.friction is Friction.TYPE_COUNT
    assert len(plan.plan.steps) == count
    await app.press("y")
    assert app.app.screen is plan, "a letter is not enough for so many"
    await app.type(str(count))
    await app.press("enter")


async def test_filter_mark_unmark_delete_watch_cancel_retry_undo() -> None:
    async with running_app("healthy") as app:
        # Filter to the lighthouse's codes, mark all of them, and leave one out.
        await filter_to(app, "device:lighthouse")
        await app.until(lambda: len(app.codes.titles) == 13, "the lighthouse's codes")
        everyone = {app.triage.board.store.codes[code].name for code in app.codes.table.ids}
        await app.press("a")
        await app.until(lambda: "13 marked" in app.footer, "all of them marked")
        spared = app.codes.at
        await app.press("space")
        await app.until(lambda: "12 marked" in app.footer, "one of them left out")

        # Read the plan: what goes, what it does to guests, how long it takes.
        app.wire.hold(deletions_after(LET_THROUGH))
        await app.press("d")
        plan = await plan_is_shown(app)
        assert "Delete 12 codes?" in app.dialog.words
        assert "12 will be sent (" in app.dialog.words
        assert "Some of these are live now" in app.dialog.words
        assert "Sent at once: within Seam's limits." in app.dialog.words
        assert spared not in [step.title for step in plan.plan.steps]
        await app.press("t")
        await app.shows("→ /access_codes/delete")
        await app.press("escape")
        assert deleted(app) == 0, "nothing was sent by looking"

        # Type the count, watch the strip, and cancel half way.
        await type_the_count(app, 12)
        await app.until(lambda: "4 of 12" in strip_of(app), "progress in the strip")
        await app.until(lambda: app.wire.holds_any, "a deletion under way, which ends although it is cancelled")
        assert "P pause · X stop" in strip_of(app)
        await app.press("X")
        await app.until(lambda: "stopping" in strip_of(app), "the strip saying that it stops")
        app.wire.release()
        result = await result_is_shown(app)
        outcomes = [row.outcome for row in result.rows]
        gone = sum(outcome in {"asked", "done"} for outcome in outcomes)
        assert LET_THROUGH <= gone < 12
        assert outcomes.count("skipped") == 12 - gone
        assert deleted(app) == gone, "what was under way ended, and nothing else was sent"
        assert strip_of(app) == ""

        # Retry what was not sent: it is planned anew, and asked for anew.
        await app.press("s")
        again = await plan_is_shown(app)
        assert len(again.plan.steps) == 12 - gone
        await app.press("y")
        second = await result_is_shown(app)
        await app.until(lambda: deleted(app) == 12, "the rest sent", within=30)
        assert all(row.outcome in {"asked", "done"} for row in second.rows)
        await app.until(lambda: names_on_locks(app) & everyone <= {spared}, "all but one off their locks", within=600)

        # Undo: the second run from its result, the first one from the list.
        await app.press("z")
        await type_or_say_yes(app)
        await result_is_shown(app, within=600)
        await app.press("escape", "z")
        await type_or_say_yes(app)
        await result_is_shown(app, within=600)
        await app.until(lambda: everyone <= names_on_locks(app), "everyone back", within=600)
        await app.press("escape", "z")
        await app.says("There is nothing to undo")


async def type_or_say_yes(app: RunningApp) -> None:
    plan = await plan_is_shown(app)
    if plan.plan.friction is Friction.TYPE_COUNT:
        await app.type(str(len(plan.plan.steps)))
        await app.press("enter")
    else:
        await app.press("y")


def names_on_locks(app: RunningApp) -> set[str]:
    """Names of the codes that the sandbox's lighthouse locks hold or are to hold."""
    world = app.sandbox.world
    locks = {device.device_id for device in world.devices.values() if device.name.startswith("Lighthouse")}
    return {code.name for code in world.codes.values() if code.device_id in locks}
