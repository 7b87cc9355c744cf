"""Questions before a change: they grow with the harm, and exactly what was shown is done."""

from __future__ import annotations

import pytest

from seam_tui.sandbox.faults import FaultRule
from seam_tui.tui.screens.confirm import AskScreen
from tests.flows.driver import RunningApp, running_app
from tests.flows.wire import about

WRITES = (
    "/access_codes/update",
    "/access_codes/delete",
    "/access_codes/unmanaged/delete",
    "/access_codes/unmanaged/convert_to_managed",
    "/access_codes/pull_backup_access_code",
    "/locks/unlock_door",
)


def writes_sent(app: RunningApp) -> int:
    return sum(app.sent(path) for path in WRITES)


@pytest.mark.parametrize("key", ["d", "g", "k", "x", "m"])
async def test_cancel_has_the_focus_and_enter_never_says_yes(key: str) -> None:  # UX 5
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press(key)
        await app.confirm.opens()
        assert app.confirm.focus == "cancel"
        assert app.confirm.labels() == ["Cancel (n)", "Yes (y)"]
        await app.press("tab", "tab")
        assert app.confirm.focus == "cancel"
        await app.press("enter")
        await app.confirm.closes()
        await app.says("Nothing was sent.")
        assert writes_sent(app) == 0


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_escape_and_n_leave_without_sending(key: str) -> None:  # UX 5, 23
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("d")
        await app.confirm.opens()
        await app.press(key)
        await app.confirm.closes()
        await app.says("Nothing was sent.")
        assert writes_sent(app) == 0


async def test_leaving_a_form_sends_nothing() -> None:  # UX 23
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("p")
        await app.form.fill("536142")
        await app.form.leave()
        assert writes_sent(app) == 0


async def test_a_code_that_is_live_in_production_asks_for_the_number() -> None:  # UX 5
    async with running_app(is_production=True) as app:
        await app.codes.choose("Zoë Lindqvist 🌊")
        await app.press("d")
        await app.confirm.says("Production, and live now. Type 1 and Enter to go on:")
        assert app.confirm.focus == "count"
        await app.type("y")
        await app.press("enter")
        assert app.confirm.is_open
        assert writes_sent(app) == 0
        await app.press("backspace", "1", "enter")
        await app.confirm.closes()
        await app.says("Asked; removing it from the lock")
        assert app.sent("/access_codes/delete") == 1


async def test_in_production_a_code_that_is_not_live_needs_a_letter_only() -> None:  # UX 5
    async with running_app(is_production=True) as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.says("Delete this code?")
        assert "Yes (y)" in app.confirm.labels()


async def test_a_duplicate_that_is_live_in_production_asks_for_the_number() -> None:  # UX 5
    async with running_app(is_production=True) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.says("old guest pin", "Type 1 and Enter")
        await app.press("escape")
        await app.says("Nothing was sent.")


async def test_production_is_told_by_word_and_border() -> None:  # UX 15
    async with running_app(is_production=True) as app:
        assert "PRODUCTION" in app.top
        assert "SANDBOX" not in app.top
        production = app.triage.query_one("#codes-pane").styles.border.top[0]
    async with running_app() as app:
        assert "SANDBOX" in app.top
        assert app.triage.query_one("#codes-pane").styles.border.top[0] != production


@pytest.mark.parametrize("what", ["name", "code", "ends_at"])
async def test_what_changed_since_it_was_shown_is_skipped_and_said(what: str) -> None:  # UX 6
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        code = app.code("Tess Murphy", "Lighthouse 2B")
        await app.press("d")
        await app.confirm.opens()
        assert code.ends_at is not None
        setattr(code, what, {"name": "Somebody Else", "code": "515151", "ends_at": code.ends_at + 3600}[what])
        await app.confirm.yes()
        await app.says("– Delete this code: Not sent: the code has changed since it was shown. Look again.")
        assert app.sent("/access_codes/delete") == 0
        if what == "name":
            await app.codes.gains("Somebody Else", within=5)


async def test_what_is_gone_since_it_was_shown_is_skipped_and_said() -> None:  # UX 6
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.opens()
        app.sandbox.world.drop_code(app.code("Tess Murphy", "Lighthouse 2B"))
        await app.confirm.yes()
        await app.says("Not sent: the code is gone.")
        await app.codes.loses("Tess Murphy", within=5)
        assert app.sent("/access_codes/delete") == 0


async def test_a_write_whose_answer_was_lost_is_unknown_until_it_was_read_again() -> None:  # UX 10
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.wire.loses_answer_to = about("/access_codes/delete")
        await app.press("d")
        await app.confirm.yes()
        await app.says("? Delete this code: Deleting the code: the connection to Seam broke.")
        await app.says("It took effect after all; Seam's answer was lost.", within=30)
        await app.codes.loses("Tess Murphy", within=60)
        assert app.sent("/access_codes/delete") == 1


async def test_a_server_failure_that_changed_something_is_found_out() -> None:  # UX 10
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.sandbox.faults.add(FaultRule("apply_then_fail", "/access_codes/update", cut=False, status=502))
        await app.press("f2")
        await app.form.fill("Tess M.")
        await app.form.go_on()
        await app.confirm.yes()
        await app.says("? Rename: Updating the code failed at Seam (502)")
        await app.says("It took effect after all", within=30)
        await app.codes.gains("Tess M.", within=60)
        assert app.sent("/access_codes/update") == 1


async def test_a_server_failure_that_changed_nothing_is_never_called_done() -> None:  # UX 10
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.sandbox.faults.add(FaultRule("status", "/access_codes/delete", status=500))
        await app.press("d")
        await app.confirm.yes()
        await app.says("? Delete this code: Deleting the code failed at Seam (500)")
        await app.says("Seam shows no trace of it: it did not take effect, or not yet.", within=30)
        assert app.codes.has("Tess Murphy")
        assert app.sent("/access_codes/delete") == 1


async def test_a_refusal_of_seams_is_said_in_its_words() -> None:  # UX 8
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.sandbox.faults.add(FaultRule("status", "/access_codes/update", status=403))
        await app.press("f2")
        await app.form.fill("Tess M.")
        await app.form.go_on()
        await app.confirm.yes()
        await app.says("✖ Rename: Updating the code was refused")
        await app.detail.shows("✖ Rename: Updating the code was refused")
        assert app.sent("/access_codes/update") == 1


async def test_a_change_that_comes_too_fast_is_sent_again_when_its_minute_is_over() -> None:  # UX 7
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        app.sandbox.faults.add(FaultRule("status", "/access_codes/update", status=429, count=1))
        await app.press("f2")
        await app.form.fill("Tess M.")
        await app.form.go_on()
        await app.confirm.yes()
        await app.until(lambda: app.sent("/access_codes/update") == 1 and app.clock.is_waited_for, "the wait")
        app.leap(61)
        await app.says("Asked; waiting for the lock", within=30)
        assert app.sent("/access_codes/update") == 2


@pytest.mark.waits_for_questions
@pytest.mark.parametrize("key", ["a", "n", "y"])
async def test_a_key_that_comes_twice_takes_away_the_question_alone(key: str) -> None:  # UX 23
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.confirm.is_ready()
        await app.press(key, key)
        await app.confirm.closes()
        assert app.has_panes
        assert app.sent("/access_codes/delete") <= 1


@pytest.mark.waits_for_questions
async def test_quick_keys_do_not_land_on_what_lies_beneath(monkeypatch: pytest.MonkeyPatch) -> None:  # UX 23
    monkeypatch.setattr(AskScreen, "READY_AFTER", 60.0)
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("f2")
        await app.form.fill("Tess M.")
        await app.press("enter", "d", "d", "y")
        await app.press("escape")
        assert writes_sent(app) == 0


@pytest.mark.waits_for_questions
async def test_a_guest_s_name_typed_over_the_list_deletes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:  # UX 5
    monkeypatch.setattr(AskScreen, "READY_AFTER", 60.0)  # a busy machine types slowly
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("n", "d", "y")
        await app.confirm.opens()
        await app.settle()
        assert app.confirm.is_open, "a y right behind the d is not meant"
        await app.press("b")
        await app.confirm.closes()
        assert writes_sent(app) == 0


@pytest.mark.waits_for_questions
async def test_a_question_that_was_read_takes_a_y() -> None:  # UX 5
    async with running_app() as app:
        await app.codes.choose("Tess Murphy", on="Lighthouse 2B")
        await app.press("d")
        await app.until(lambda: "Yes (y)" in app.text, "the question to take an answer")
        await app.press("y")
        await app.says("Asked; removing it from the lock")
