"""The list of past runs tells how each ended, also where the lock answered long after the run."""

from __future__ import annotations

from pathlib import Path

from tests.flows.driver import running_app, sandbox_of
from tests.flows.many import mark_the_crew, open_history, plan_is_shown, result_is_shown


async def test_a_code_that_was_seen_to_go_is_done_in_the_history() -> None:  # UX 9
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.yes()
        await app.says("Gone from the lock.", within=300)
        await open_history(app)
        await app.shows("1 done")
        assert "asked" not in app.text
        await app.press("enter")
        await app.until(lambda: "Gone from the lock." in app.dialog.words, "how it ended")


async def test_what_the_last_app_did_not_live_to_see_is_looked_for_by_the_next(tmp_path: Path) -> None:  # UX 9
    world = sandbox_of()
    async with running_app(journal_folder=tmp_path, world=world) as app:
        count = await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await app.press("y")
        await result_is_shown(app)
        await app.press("escape")
        await open_history(app)
        await app.shows(f"{count} asked")
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await app.time_passes(120)
        await open_history(app)
        await app.shows(f"{count} done")
        assert "asked" not in app.text
