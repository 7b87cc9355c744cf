"""A run that was cut off is offered at the next start; one that another app works on is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from seam_tui.sandbox.server import Sandbox
from seam_tui.tui.screens.resume import ResumeScreen
from tests.flows.driver import RunningApp, running_app, sandbox_of
from tests.flows.many import history_is_shown, mark_the_crew, open_history, plan_is_shown, result_is_shown, strip_of


def all_deletes_but(first: int) -> Callable[[httpx.Request], bool]:
    """Deletions, without the first so many."""
    seen: list[str] = []

    def chosen(request: httpx.Request) -> bool:
        if request.url.path != "/access_codes/delete":
            return False
        seen.append(request.url.path)
        return len(seen) > first

    return chosen


async def begin_a_run_that_hangs(app: RunningApp, *, after: int = 1) -> int:
    """Delete the crew's codes; all deletions but the first so many hang on their way."""
    app.wire.hold(all_deletes_but(after))
    await mark_the_crew(app)
    await app.press("d")
    steps = len((await plan_is_shown(app)).plan.steps)
    await app.press("y")
    await app.until(lambda: f"{after} of {steps}" in strip_of(app), "the strip of a run under way")
    await app.until(lambda: app.wire.holds_any, "a deletion that hangs on its way")
    return steps


async def cut_off_run(folder: Path, world: Sandbox) -> int:
    """Leave a run unfinished behind: its app ends in the middle."""
    async with running_app(journal_folder=folder, world=world) as app:
        return await begin_a_run_that_hangs(app)


async def offer_is_shown(app: RunningApp) -> ResumeScreen:
    """Wait for the question about a run that was cut off."""
    await app.until(lambda: isinstance(app.app.screen, ResumeScreen) and bool(app.dialog.words), "the offer")
    screen = app.app.screen
    assert isinstance(screen, ResumeScreen)
    return screen


async def test_a_run_that_was_cut_off_is_finished_after_a_look_at_what_is_left(tmp_path: Path) -> None:
    world = sandbox_of()
    steps = await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await offer_is_shown(app)
        assert f"A run that deletes {steps} codes was cut off at " in app.dialog.words
        assert f"1 done, {steps - 1} not known." in app.dialog.words
        await app.press("f")
        plan = await plan_is_shown(app)
        assert len(plan.plan.steps) == steps - 1
        await app.until(lambda: "may have been sent already" in app.dialog.words, "what is not known")
        sent = app.sent("/access_codes/delete")
        await app.press("y")
        await result_is_shown(app, within=300)
        assert app.sent("/access_codes/delete") == sent + steps - 1
        await app.press("escape")
        await open_history(app)
        await app.until(lambda: "✓ finished" in app.text, "the run at its end")
        assert "cut off" not in app.text


async def test_enter_and_escape_leave_it_for_later_and_the_history_offers_it_again(tmp_path: Path) -> None:
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    for key in ("enter", "escape"):
        async with running_app(journal_folder=tmp_path, world=world) as app:
            await offer_is_shown(app)
            await app.press(key)
            await app.says("H offers to finish or to stop it")
            sent = app.sent("/access_codes/delete")
            await open_history(app)
            await app.press("f")
            await plan_is_shown(app)
            await app.press("n")
            await history_is_shown(app)
            assert app.sent("/access_codes/delete") == sent


async def test_a_run_that_is_stopped_is_not_offered_again(tmp_path: Path) -> None:
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await offer_is_shown(app)
        await app.press("s")
        await app.says("The run was stopped where it stood")
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await app.settle()
        await open_history(app)
        await app.shows("– stopped")
        assert "cut off" not in app.text


async def test_the_history_stops_a_run_after_a_question(tmp_path: Path) -> None:  # UX 5
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await offer_is_shown(app)
        await app.press("escape")
        await open_history(app)
        await app.press("s")
        await app.confirm.is_ready()
        await app.press("enter")
        await history_is_shown(app)
        await app.shows("? cut off")
        await app.press("s")
        await app.confirm.is_ready()
        await app.press("y")
        await history_is_shown(app)
        await app.shows("– stopped")


async def test_read_only_says_that_a_run_was_cut_off_and_asks_nothing(tmp_path: Path) -> None:  # UX 14
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world, read_only=True) as app:
        await app.says("was cut off at")
        assert "Read-only: nothing is sent." in app.said
        assert not app.dialog.is_open


async def test_a_second_app_leaves_a_run_alone_that_the_first_one_works_on(tmp_path: Path) -> None:
    world = sandbox_of()
    async with running_app(journal_folder=tmp_path, world=world) as first:
        await begin_a_run_that_hangs(first)
        async with running_app(journal_folder=tmp_path, world=world) as second:
            await open_history(second)
            await second.shows("running elsewhere")
            for key in ("f", "s", "z"):
                await second.press(key)
                await second.until(
                    lambda: "Another seam-tui is working on this run." in second.text, f"why {key} does nothing"
                )
            sent = second.sent("/access_codes/delete")
        await open_history(first)
        await first.shows("running here")
        await first.press("escape")
        assert first.sent("/access_codes/delete") == sent
    async with running_app(journal_folder=tmp_path, world=world) as second:
        await offer_is_shown(second)


def damage_a_copy_of_the_run_in(folder: Path, *, keep: bool) -> None:
    run = next(folder.glob("*.jsonl"))
    copy = run.with_name("20261121T090000Z-abcdefghjk.jsonl")
    copy.write_bytes(run.read_bytes().replace(b'"step"', b'"pets"'))
    if not keep:
        run.unlink()


async def test_a_damaged_file_hides_no_other_run(tmp_path: Path) -> None:
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    damage_a_copy_of_the_run_in(tmp_path, keep=True)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await offer_is_shown(app)
        assert app.dialog.words.count("is damaged") == 1


async def test_a_damaged_file_is_said_in_one_line_and_listed(tmp_path: Path) -> None:
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    damage_a_copy_of_the_run_in(tmp_path, keep=False)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await app.says("is damaged")
        await open_history(app)
        await app.until(lambda: "damaged" in app.dialog.words, "the damaged file in the history")


async def test_leaving_while_a_run_is_under_way_is_asked_about(tmp_path: Path) -> None:
    async with running_app(journal_folder=tmp_path) as app:
        steps = await begin_a_run_that_hangs(app)
        await app.press("q")
        await app.confirm.is_ready()
        assert f"1 of {steps} are done. The next start offers to finish it." in app.confirm.words
        await app.press("n")
        await app.confirm.closes()
        assert app.app.is_running


@pytest.mark.waits_for_questions
async def test_a_key_that_was_not_meant_for_the_offer_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # UX 5
    monkeypatch.setattr(ResumeScreen, "READY_AFTER", 60.0)
    monkeypatch.setattr("seam_tui.tui.screens.plan.PlanScreen.READY_AFTER", 0.0)
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        offer = await offer_is_shown(app)
        await app.press("s", "f")
        assert app.app.screen is offer


# Several of them


async def two_cut_off_runs(folder: Path, world: Sandbox) -> None:
    """Leave two runs unfinished behind, of two apps after each other."""
    await cut_off_run(folder, world)
    async with running_app(journal_folder=folder, world=world) as app:
        await offer_is_shown(app)
        await app.press("escape")
        await app.dialog.closes()
        await begin_a_run_that_hangs(app, after=0)


async def question_is(app: RunningApp, number: int, of: int) -> None:
    """Wait for the question about one of several runs."""
    await app.until(
        lambda: (
            isinstance(app.app.screen, ResumeScreen) and f"A run was cut off ({number} of {of})" in app.dialog.words
        ),
        f"question {number} of {of}",
    )


async def test_each_of_several_runs_is_asked_about_the_newest_first(tmp_path: Path) -> None:
    world = sandbox_of()
    await two_cut_off_runs(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await question_is(app, 1, of=2)
        assert "not known" in app.dialog.words
        assert "1 done" not in app.dialog.words, "the newest one had none done"
        await app.press("s")
        await question_is(app, 2, of=2)
        assert "1 done" in app.dialog.words
        assert "All later" not in app.text
        await app.press("escape")
        await app.says("It stays as it is")
        history = await open_history(app)
        assert [run.status.value for run in history._runs.values()] == ["stopped", "unfinished"]


async def test_after_one_run_is_gone_on_with_the_others_wait_in_the_history(tmp_path: Path) -> None:
    world = sandbox_of()
    await two_cut_off_runs(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await question_is(app, 1, of=2)
        await app.press("f")
        await plan_is_shown(app)
        await app.press("n")
        await question_is(app, 2, of=2)  # it was left as it was
        await app.press("escape")
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await question_is(app, 1, of=2)
        await app.press("f")
        await plan_is_shown(app)
        await app.press("y")
        await app.says("1 more was cut off: H lists them.")
        await result_is_shown(app, within=300)


async def test_all_of_them_can_be_left_for_later_at_once(tmp_path: Path) -> None:
    world = sandbox_of()
    await two_cut_off_runs(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await question_is(app, 1, of=2)
        await app.shows("All later (l)")
        await app.press("l")
        await app.says("They stay as they are; H offers to finish or to stop them.")
        assert not app.dialog.is_open


async def test_the_rest_of_a_run_is_no_file_and_says_why(tmp_path: Path) -> None:  # UX 22
    world = sandbox_of()
    await cut_off_run(tmp_path, world)
    async with running_app(journal_folder=tmp_path, world=world) as app:
        await offer_is_shown(app)
        await app.press("f")
        await plan_is_shown(app)
        await app.shows("w why it cannot be written to a file")
        await app.press("w")
        await app.shows("its journal knows what may have been sent already")
