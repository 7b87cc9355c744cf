"""What holds for every test: no credentials of the person who runs it, and no folder of theirs is written to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings come from a test alone; logs and settings files go to folders that nobody misses."""
    for name in list(os.environ):
        if name.startswith("SEAM_") and name != "SEAM_TUI_REQUIRE_VENDOR":
            monkeypatch.delenv(name)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    base = _folder_of_this_worker(tmp_path_factory)
    monkeypatch.setenv("SEAM_TUI_LOG_DIR", str(base / "logs"))
    monkeypatch.setenv("SEAM_TUI_CONFIG_DIR", str(base / "config"))


def _folder_of_this_worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "own"
