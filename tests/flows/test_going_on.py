"""A failure of the app's own that it can survive: a dialog says what it means for one's work, and the app goes on."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from seam_tui.tui.screens.failure import FailureScreen
from tests.flows.driver import RunningApp, running_app

pytestmark = pytest.mark.survives

SECRETS = ("4815", "Zebedee")


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log folder of one test."""
    monkeypatch.setenv("SEAM_TUI_LOG_DIR", str(tmp_path / "logs"))
    return tmp_path / "logs"


def fail(*_: object, **__: object) -> NoReturn:
    pin, guest = "PIN 4815", "Guest Zebedee"
    raise ValueError(pin, guest)


async def fail_later(*_: object, **__: object) -> NoReturn:
    fail()


def kept(logs: Path) -> list[Path]:
    """The crash logs."""
    return sorted(logs.glob("crash-*.log"))


async def told(app: RunningApp, logs: Path) -> FailureScreen:
    """Wait for the dialog; see that neither it nor a log tells what the exception held."""
    await app.dialog.says("Something in seam-tui failed unexpectedly", "ValueError", "Details without secrets: ")
    for text in (app.text, app.dialog.words, *(log.read_text() for log in kept(logs))):
        assert not [secret for secret in SECRETS if secret in text]
    screen = app.app.screen
    assert isinstance(screen, FailureScreen)
    return screen


async def test_a_key_that_fails_says_what_it_means_and_what_to_do(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app() as app:
        monkeypatch.setattr(app.triage, "action_zoom", fail)
        await app.press("f")
        await told(app, logs)
        await app.dialog.says(
            "It goes on. What failed: TriageScreen.action_zoom (ValueError).",
            "It has sent nothing to Seam. What you had sent before goes on, and stands in the history (H).",
            "r reads everything again.",
            str(kept(logs)[0]),
        )
        assert app.dialog.focus == "close"
        await app.press("enter")
        await app.dialog.closes()
        await app.codes.choose("Hiro Tanaka")
        await app.press("x")
        await app.confirm.yes()
        await app.until(lambda: app.sent("/access_codes/unmanaged/delete") == 1, "the deletion")


async def test_a_handler_that_fails_takes_its_next_message(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        with monkeypatch.context() as patched:
            patched.setattr(app.triage, "show_detail", fail)
            await app.press("down")
            await told(app, logs)
        await app.dialog.leave()
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows("duplicate_code_on_device")


async def test_a_worker_that_fails_is_told_in_the_same_way(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        monkeypatch.setattr("seam_tui.tui.forms.form_for", fail)
        await app.press("d")
        await told(app, logs)
        await app.dialog.leave()
        assert app.sent("/access_codes/delete") == 0


async def test_another_failure_meanwhile_is_counted_and_does_not_pile_up(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app() as app:
        monkeypatch.setattr(app.triage, "action_zoom", fail)
        monkeypatch.setattr(app.triage, "on_plan_finished", fail)
        await app.press("f")
        await told(app, logs)
        for more in (1, 2):
            app.triage.call_later(fail)
            await app.triage.run_action("zoom")
            await app.dialog.says(f"And {2 * more - (more - 1)} more since")
        assert sum(isinstance(screen, FailureScreen) for screen in app.app.screen_stack) == 1


async def test_what_fails_again_and_again_is_told_ever_less_often(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app() as app:
        monkeypatch.setattr(app.triage, "action_zoom", fail)
        shown = []
        for time in range(1, 9):
            await app.press("f")
            await app.settle()
            if app.dialog.is_open:
                shown.append(time)
                await app.dialog.says(f"{time} times by now" if time > 1 else "It goes on.")
                await app.dialog.leave()
        assert shown == [1, 2, 4, 8]
        assert len(kept(logs)) == 4


@pytest.mark.waits_for_questions
async def test_an_enter_that_was_meant_for_something_else_does_not_take_it_away(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_app() as app:
        monkeypatch.setattr(app.triage, "action_zoom", fail)
        monkeypatch.setattr(FailureScreen, "READY_AFTER", 3_600.0)
        await app.press("f")
        await told(app, logs)
        await app.press("enter")
        await app.settle()
        assert app.dialog.is_open
        await app.dialog.leave()


async def test_its_button_leaves_the_app_in_order(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_app() as app:
        monkeypatch.setattr(app.triage, "action_zoom", fail)
        await app.press("f")
        await told(app, logs)
        await app.press("tab", "enter")
        await app.until(lambda: not app.app.is_running, "the end")
        assert app.app.return_code in {0, None}


async def test_a_dialog_that_could_not_be_filled_can_be_closed(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seam_tui.tui.screens.notice import NoticeScreen

    async with running_app() as app:
        monkeypatch.setattr(NoticeScreen, "on_mount", fail)
        await app.press("question_mark")
        await told(app, logs)
        await app.press("escape")
        await app.until(lambda: isinstance(app.app.screen, NoticeScreen), "the help beneath")
        await app.press("escape")
        await app.dialog.closes()


async def test_what_fails_in_the_thread_that_talks_to_seam_is_told_too(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seam_tui.sync.rereader import Rereader

    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        monkeypatch.setattr(Rereader, "read_now", fail_later)
        await app.press("h")
        await told(app, logs)
        await app.dialog.says("What failed: what talks to Seam (ValueError).")
        await app.dialog.leave()
        assert "Something in seam-tui failed unexpectedly." in app.said


async def test_a_run_that_fails_in_a_way_that_nobody_thought_of_says_where_to_look(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seam_tui.operations.runs import Runs

    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        monkeypatch.setattr(Runs, "run", fail_later)
        await app.press("x")
        await app.confirm.is_ready()
        await app.press("y")
        await app.dialog.says(
            "Delete the duplicate: the run broke off",
            "Something in seam-tui failed unexpectedly (ValueError). Details without secrets: ",
            "What was sent until then is in the history (H).",
        )
        assert not isinstance(app.app.screen, FailureScreen)
        await app.dialog.leave()
