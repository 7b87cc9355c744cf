"""What the tests in a real terminal need: tmux, and turns, because two of them at a time starve each other."""

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep every test of this folder in one worker, and skip it where there is no tmux."""
    why_not = "tmux is not installed" if shutil.which("tmux") is None else None
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.xdist_group("terminal"))
            if why_not is not None:
                item.add_marker(pytest.mark.skip(reason=why_not))
