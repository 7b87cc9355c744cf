"""Delete and create again, no end any more, changes from outside, and lengths of PINs."""

from __future__ import annotations

from seam_tui.sandbox.server import Sandbox
from tests.flows.driver import RunningApp, running_app
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown

LOCK = "Lighthouse 2B"


def last_body(app: RunningApp, path: str) -> dict[str, object]:
    """What the last request to a path held."""
    return next(record.params for record in reversed(list(app.sandbox.requests)) if record.path == path)


async def test_a_code_is_deleted_and_created_again_with_all_that_it_had() -> None:
    async with running_app() as app:
        before = app.code("Tess Murphy", on=LOCK)
        await app.codes.choose("Tess Murphy", on=LOCK)
        await app.press("M")
        await app.confirm.is_ready()
        assert "It gets a new id" in app.confirm.words
        await app.press("y")
        await app.says("Seam shows it, and nothing is pending. (Tess Murphy)", within=300)
        await app.detail.shows("created again, with the new id")
        after = app.code("Tess Murphy", on=LOCK)
        assert (after.code, after.starts_at, after.ends_at) == (before.code, before.starts_at, before.ends_at)
        assert after.access_code_id != before.access_code_id
        await app.until(lambda: app.codes.table.cursor_id == after.access_code_id, "the cursor on the new code")


async def test_many_are_deleted_and_created_again() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("M")
        plan = await plan_is_shown(app)
        steps = len(plan.plan.steps)
        await app.shows("deleted, then created again as it is now")
        await app.press("y")
        result = await result_is_shown(app, within=600)
        assert all(row.new_access_code_id for row in result.rows)
        assert (app.sent("/access_codes/delete"), app.sent("/access_codes/create")) == (steps, steps)


async def test_a_code_becomes_ongoing() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on=LOCK)
        await app.press("O")
        await app.confirm.yes()
        await app.says("nothing is pending", within=300)
        assert not app.code("Tess Murphy", on=LOCK).time_bound


async def test_changes_from_outside_are_allowed_and_forbidden_again() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on=LOCK)
        await app.press("E")
        await app.confirm.yes()
        await app.detail.shows("changes outside Seam allowed", within=300)
        await app.press("F")
        await app.confirm.yes()
        await app.until(lambda: "changes outside Seam allowed" not in app.detail.document, "it gone", within=300)


def make_it_smartthings(sandbox: Sandbox) -> None:
    next(device for device in sandbox.world.devices.values() if device.name == LOCK).maker = "smartthings"


async def test_lengths_are_typed_as_numbers_and_spans() -> None:
    async with running_app(arrange=make_it_smartthings) as app:
        await app.devices.choose(LOCK)
        await app.press("G")
        await app.form.fill("8-4")
        await app.form.refuses("8-4 runs backwards")
        await app.form.fill("4, 6-8")
        await app.press("enter")
        await app.until(lambda: app.sent("/access_codes/report_device_constraints") == 1, "the report")
        assert last_body(app, "/access_codes/report_device_constraints")["supported_code_lengths"] == [4, 6, 7, 8]


async def test_a_lock_of_another_maker_says_why_it_takes_no_lengths() -> None:
    async with running_app() as app:
        await app.devices.choose(LOCK)
        await app.press("G")
        await app.says("Seam takes code lengths for SmartThings locks only.")


async def test_the_locks_of_marked_codes_are_tested_once_each() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("l")
        plan = await plan_is_shown(app)
        locks = len(plan.plan.steps)
        await app.shows(f"Test {locks} locks by locking?")
        await app.press("y")
        await result_is_shown(app, within=120)
        assert app.sent("/locks/lock_door") == locks
