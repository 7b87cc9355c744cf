"""What became of what was asked for stands in the detail once: its end takes the place of its beginning."""

from __future__ import annotations

from tests.flows.driver import RunningApp, running_app
from tests.flows.many import plan_is_shown, result_is_shown

TESS = "Tess Murphy"


def said(app: RunningApp) -> list[str]:
    """What the detail says of what was done, newest first."""
    access_code_id = app.triage.codes.cursor_id
    return [line.shown for line in app.triage.said.get(access_code_id or "", ())]


async def rename(app: RunningApp, name: str) -> None:
    await app.press("f2")
    await app.form.fill(name)
    await app.form.go_on()
    await app.confirm.yes()


async def move_the_end(app: RunningApp) -> None:
    await app.press("t")
    await app.form.fill("+0m", "+2h")
    await app.form.go_on()
    await app.confirm.yes()


async def undo(app: RunningApp) -> None:
    await app.until(lambda: not app.triage.sending, "the end of what is being sent")
    await app.press("z")
    await plan_is_shown(app)
    await app.press("y")
    result = await result_is_shown(app, within=300)
    await app.until(lambda: [row.outcome for row in result.rows] == ["done"], "the lock having it", within=600)
    await app.press("escape")


async def test_the_end_of_a_change_takes_the_place_of_its_waiting() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await rename(app, "Tess M.")
        await app.says("✓ Rename: Seam shows it, and nothing is pending. (Tess M.)", within=300)
        assert said(app) == ["✓ Rename: Seam shows it, and nothing is pending."]


async def test_two_changes_that_wait_at_once_both_end() -> None:
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await rename(app, "Tess M.")
        await app.says("◌ Rename: Asked; waiting for the lock.")
        await move_the_end(app)
        await app.says("◌ Change times: Asked; waiting for the lock.")
        await app.until(lambda: not any("◌" in line for line in said(app)), "both ends", within=300)
        assert sorted(said(app)) == [
            "✓ Change times: Seam shows it, and nothing is pending.",
            "✓ Rename: Seam shows it, and nothing is pending.",
        ]


async def test_an_undo_takes_the_place_of_what_it_undid_and_is_called_by_it() -> None:
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await rename(app, "Tess M.")
        await app.says("✓ Rename: Seam shows it", within=300)
        await undo(app)
        assert said(app) == ["✓ Rename undone: Seam shows it, and nothing is pending."]


async def test_a_change_after_an_undo_of_the_same_code_ends_too() -> None:
    async with running_app() as app:
        await app.codes.choose(TESS, on="Lighthouse 2B")
        await rename(app, "Tess M.")
        await app.says("Rename: Asked; waiting for the lock.")
        await undo(app)
        await move_the_end(app)
        await app.says("✓ Change times: Seam shows it, and nothing is pending. (Tess Murphy)", within=300)
        assert said(app) == [
            "✓ Change times: Seam shows it, and nothing is pending.",
            "✓ Rename undone: Seam shows it, and nothing is pending.",
        ]
