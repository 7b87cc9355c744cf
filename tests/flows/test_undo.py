"""What a run has done is put back: from its result, from the list, from the past runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from seam_tui.operations.plan_file import read_plan
from seam_tui.tui.screens.save import SaveScreen
from tests.flows.driver import RunningApp, running_app
from tests.flows.many import history_is_shown, mark_the_crew, open_history, plan_is_shown, result_is_shown
from tests.flows.wire import about


async def delete_tess(app: RunningApp) -> None:
    """Delete one code, and wait until its lock has let go of it."""
    await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
    await app.press("d")
    await app.confirm.yes()
    await app.says("Gone from the lock.", within=300)


async def test_one_code_that_was_deleted_is_made_again_by_z() -> None:
    async with running_app() as app:
        before = app.code("Tess Murphy", on="Lighthouse 2B")
        await delete_tess(app)
        await app.press("z")
        plan = await plan_is_shown(app)
        assert [step.title for step in plan.plan.steps] == ["Tess Murphy"]
        await app.shows("created again under a new id")
        assert "gets a new id" in app.dialog.words
        await app.press("y")
        await result_is_shown(app, within=300)
        after = app.code("Tess Murphy", on="Lighthouse 2B")
        assert after.access_code_id != before.access_code_id
        assert (after.code, after.starts_at, after.ends_at) == (before.code, before.starts_at, before.ends_at)
        await app.until(lambda: "A new code was made: g shows it." in app.dialog.words, "the new code in the result")
        await app.press("g")
        await app.until(lambda: app.codes.table.cursor_id == after.access_code_id, "the cursor on the new code")


async def test_the_new_code_is_watched_until_its_lock_has_it() -> None:  # UX 9
    async with running_app() as app:
        await delete_tess(app)
        await app.press("z")
        await plan_is_shown(app)
        await app.press("y")
        result = await result_is_shown(app, within=300)
        await app.until(lambda: [row.outcome for row in result.rows] == ["done"], "the lock having it", within=600)


async def test_many_are_put_back_from_the_result_of_their_run() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("f2")
        await app.form.fill("{name} – {device}")
        await app.press("enter")
        steps = len((await plan_is_shown(app)).plan.steps)
        await app.press("y")
        await result_is_shown(app)
        await app.until(lambda: "z undo" in app.text, "the way to undo")
        await app.press("z")
        plan = await plan_is_shown(app)
        assert len(plan.plan.steps) == steps
        await app.shows("Name: Cleaning crew – ")
        await app.shows("→ Cleaning crew")
        await app.press("y")
        await result_is_shown(app, within=120)
        await app.until(
            lambda: not any(code.name.startswith("Cleaning crew –") for code in app.sandbox.world.codes.values()),
            "the old names",
            within=300,
        )


async def test_what_was_undone_is_not_undone_twice() -> None:
    async with running_app() as app:
        await delete_tess(app)
        await app.press("z")
        await plan_is_shown(app)
        await app.press("y")
        await result_is_shown(app, within=300)
        assert "z undo" not in app.text
        await app.press("escape", "z")
        await app.says("There is nothing to undo")


async def test_z_with_nothing_done_says_so() -> None:
    async with running_app() as app:
        await app.press("z")
        await app.says("There is nothing to undo: no run of this workspace can be put back.")


async def test_a_plan_to_undo_that_is_not_wanted_sends_nothing() -> None:  # UX 5
    async with running_app() as app:
        await delete_tess(app)
        await app.press("z")
        await plan_is_shown(app)
        await app.press("enter")
        await app.says("Nothing was sent.")
        assert app.sent("/access_codes/create") == 0
        await app.press("z")
        await plan_is_shown(app)


async def test_z_right_behind_a_change_that_is_still_on_its_way_waits_for_it() -> None:
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.wire.hold(about("/access_codes/delete"))
        await app.press("d")
        await app.confirm.yes()
        await app.press("z")
        await app.says("The last change is still being sent: undo it in a moment.")
        app.wire.release()
        await app.says("Asked; removing it from the lock")
        await app.until(lambda: not app.triage.sending, "the end of the run of one")
        await app.press("z")
        await plan_is_shown(app)


async def test_read_only_undoes_nothing() -> None:  # UX 14
    async with running_app(read_only=True) as app:
        await app.press("z")
        await app.says("Undo the last run: Read-only: nothing can be changed.")


async def test_what_is_not_put_back_is_said_with_its_reason() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.yes()
        await app.says("Gone from the lock.", within=300)
        await app.press("z")
        plan = await plan_is_shown(app)
        reasons = [note for note in plan.plan.notes if "managed" in note]
        assert reasons == ["It was unmanaged; it comes back managed by Seam."]


async def test_the_past_runs_are_listed_and_one_is_put_back_from_there(tmp_path: Path) -> None:
    async with running_app(journal_folder=tmp_path / "runs") as app:
        await delete_tess(app)
        sandbox = app.sandbox
    async with running_app(journal_folder=tmp_path / "runs", world=sandbox) as app:
        history = await open_history(app)
        await app.shows("Delete 1 code")
        await app.shows("1 done")
        await app.press("enter")
        result = await result_is_shown(app)
        assert [row.title for row in result.rows] == ["Tess Murphy"]
        await app.press("escape")
        assert await history_is_shown(app) is history
        await app.press("z")
        await plan_is_shown(app)
        await app.press("n")
        await history_is_shown(app)
        await app.press("z")
        await plan_is_shown(app)
        await app.press("y")
        await result_is_shown(app, within=300)
        assert app.code("Tess Murphy", on="Lighthouse 2B")
        await app.press("escape")
        await open_history(app)
        await app.shows("Put back 1 code")
        await app.press("down", "z")
        await app.until(lambda: "This run was undone already." in app.text, "why not again")


async def test_z_puts_back_the_newest_run_of_an_earlier_session(tmp_path: Path) -> None:
    async with running_app(journal_folder=tmp_path / "runs") as app:
        await delete_tess(app)
        sandbox = app.sandbox
    async with running_app(journal_folder=tmp_path / "runs", world=sandbox) as app:
        await app.press("z")
        plan = await plan_is_shown(app)
        assert [step.title for step in plan.plan.steps] == ["Tess Murphy"]


async def test_when_the_journal_cannot_be_written_nothing_is_sent(tmp_path: Path) -> None:
    in_the_way = tmp_path / "runs"
    in_the_way.write_text("a file where the folder should be")
    async with running_app(journal_folder=in_the_way) as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.is_ready()
        await app.press("y")
        await app.dialog.says("Delete this code: nothing was sent", "runs")
        assert app.sent("/access_codes/delete") == 0
        await app.dialog.leave()
        await app.devices.choose("All devices")
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await app.press("y")
        await app.dialog.says("nothing was sent")
        await app.dialog.leave()
        assert len(app.codes.table.marked) > 1, "the marks stay for the next try"
        assert app.sent("/access_codes/delete") == 0


async def test_a_world_that_ends_with_the_app_leaves_no_runs_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with running_app() as app:
        await delete_tess(app)
        assert any(tmp_path.rglob("*.jsonl")), "it is there to be undone while the app runs"  # noqa: ASYNC240
        await app.press("q")
        await app.until(lambda: not app.app.is_running, "the app's end")
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240


@pytest.mark.parametrize("key", ["z", "H", "D"])
async def test_before_anything_is_loaded_past_runs_are_not_known_and_nothing_breaks(key: str) -> None:
    def hold_everything(wire) -> None:  # type: ignore[no-untyped-def]
        wire.hold(lambda request: True)

    async with running_app(load=False, arrange_wire=hold_everything) as app:
        await app.until(lambda: app.has_panes, "the panes")
        await app.press(key)
        await app.settle()
        assert app.has_panes
        app.wire.release()
        await app.is_loaded()


async def test_what_puts_a_run_back_can_be_written_to_a_file(tmp_path: Path) -> None:
    async with running_app(journal_folder=tmp_path / "runs") as app:
        await delete_tess(app)
        await app.press("z")
        plan = await plan_is_shown(app)
        await app.shows("w write to a file")
        await app.press("w")
        await app.until(lambda: isinstance(app.app.screen, SaveScreen), "the name to save as")
        await app.clear_field()
        await app.type(str(tmp_path / "undo.json"))
        await app.press("enter")
        await app.shows("Nothing was sent.")
        kept = read_plan(tmp_path / "undo.json").plan
        assert kept.undoes == plan.plan.undoes is not None
        assert [step.title for step in kept.steps] == ["Tess Murphy"]
        await app.press("n")
        assert app.sent("/access_codes/create") == 0
