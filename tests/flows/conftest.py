"""Every flow is listened to: no PIN and no key turns up in anything that an app tells while it runs."""

from __future__ import annotations

import gc
import itertools
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from seam_tui.tui.drawn import forget_drawn
from tests.scanner.scanner import Scanner, listening

FOLDERS = ("SEAM_TUI_LOG_DIR", "SEAM_TUI_CONFIG_DIR", "SEAM_TUI_STATE_DIR", "SEAM_TUI_CACHE_DIR")


COLLECTS_AFTER = 40
COLLECTED_FROM = 50_000
"""New objects from which Python looks for rubbish: with its own 700 it takes a seventh of the time that flows take."""
_tests = itertools.count(1)


@pytest.fixture(autouse=True)
def _what_apps_leave_behind_is_collected_now_and_then() -> None:
    """An app freezes what it has loaded for as long as its process lives; here hundreds of apps share one."""
    gc.set_threshold(COLLECTED_FROM, *gc.get_threshold()[1:])
    forget_drawn()
    if next(_tests) % COLLECTS_AFTER == 0:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


@pytest.fixture
def scanner() -> Scanner:
    """What listens to a test; where the apps are in share mode, it is one that looks for names too."""
    return Scanner()


@pytest.fixture(autouse=True)
def _nothing_leaks(
    scanner: Scanner,
    capfd: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    _own_environment: None,
) -> Iterator[None]:
    folders = [Path(os.environ[name]) for name in FOLDERS]
    if "tmp_path" in request.fixturenames:
        folders.append(request.getfixturevalue("tmp_path"))
    with listening(scanner):
        yield
    _wait_for_pictures()
    scanner.tell_files(folders)
    scanner.tell_output(capfd)
    leaks = scanner.leaks()
    assert leaks == [], "\n".join(map(str, leaks))


def _wait_for_pictures() -> None:
    """An app that was left still keeps its last picture, under another name until it is whole."""
    for thread in threading.enumerate():
        if thread.name == "picture":
            thread.join(30)
