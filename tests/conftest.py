"""What holds for every test: no credentials of the person who runs it, and no folder of theirs is written to."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings come from a test alone; logs and settings files go to folders that nobody misses."""
    for name in list(os.environ):
        if name.startswith("SEAM_") and not name.startswith("SEAM_TUI_REQUIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    base = _folder_of_this_worker(tmp_path_factory)
    monkeypatch.setenv("SEAM_TUI_LOG_DIR", str(base / "logs"))
    monkeypatch.setenv("SEAM_TUI_CONFIG_DIR", str(base / "config"))
    monkeypatch.setenv("SEAM_TUI_STATE_DIR", str(base / "state"))
    monkeypatch.setenv("SEAM_TUI_CACHE_DIR", str(base / "cache"))


@pytest.fixture(autouse=True)
def _questions_are_ready_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test presses y as soon as it sees the question; those about the moment before that are marked."""
    if "waits_for_questions" not in request.keywords:
        from seam_tui.tui.screens.dialog import Dialog

        monkeypatch.setattr(Dialog, "READY_AFTER", 0.0)


@pytest.fixture(autouse=True)
def _rubbish_is_collected_again_after_a_test() -> Iterator[None]:
    """A command that has not come to its first screen leaves the collector off: its process would have ended."""
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _the_last_resorts_of_a_process_are_put_back() -> Iterator[None]:
    """What a later test, or the run's own end, leaves unraised would be logged in the person's own folder."""
    yield
    from seam_tui.domain.crash_log import hooks

    hooks.uninstall()


@pytest.fixture(autouse=True)
def _every_test_begins_and_ends_without_share_mode() -> Iterator[None]:
    """There is one veil in a process."""
    from seam_tui.domain.veil import VEIL

    VEIL.lift()
    yield
    VEIL.lift()


@pytest.fixture(autouse=True)
def _nothing_that_fails_is_survived(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What an app goes on after is a fault all the same, and fails the test; those about going on are marked."""
    failed: list[str] = []
    if "survives" not in request.keywords:
        from seam_tui.tui.surviving import SurvivingApp

        monkeypatch.setattr(SurvivingApp, "survive", lambda *_: False)
        monkeypatch.setattr(SurvivingApp, "report_failure", lambda _app, *told: failed.append(f"{told}"))
    yield
    assert failed == []


@pytest.fixture(autouse=True)
def _keys_have_arrived_when_the_loop_is_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pilot takes no process for idle that is only not let run."""
    from tests.settling import of_the_running_app

    monkeypatch.setattr("textual.app.wait_for_idle", of_the_running_app)
    monkeypatch.setattr("textual.pilot.wait_for_idle", of_the_running_app)


def pytest_configure(config: pytest.Config) -> None:
    """Name our marks; give property tests all the time that a busy machine needs."""
    config.addinivalue_line("markers", "survives: the app goes on after a failure, as it does for a person")
    config.addinivalue_line("markers", "waits_for_questions: a question lets its first moment pass, as for a person")
    # The same examples each time: what fails here fails before it is handed in. `--hypothesis-profile=searching` looks
    # for others.
    settings.register_profile("unhurried", deadline=None, max_examples=50, derandomize=True)
    settings.register_profile("searching", deadline=None, max_examples=1_000)
    settings.load_profile("unhurried")


def _folder_of_this_worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "own"
