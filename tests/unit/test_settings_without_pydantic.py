"""Settings that anybody can see to suit are read without pydantic, and as pydantic reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from seam_tui.settings import VARIABLES, load_settings
from seam_tui.settings.suiting import evident_values
from seam_tui.settings.values import _settings_model

NUMBERS = st.one_of(
    st.integers(-2, 700),
    st.floats(-2, 700),
    st.sampled_from([float("nan"), float("inf"), 10**400]),
)
TEXTS = st.one_of(
    st.sampled_from(["true", "No", " yes ", "1", "0", "on", "nord", " w-1 ", "two words", "seam_x", "", "٣", "1_0"]),
    st.sampled_from(["https://a.example/", "http://localhost:80", "http://a.example", "https://u@a.example", "[::1"]),
    NUMBERS.map(str),
    st.text(max_size=4),
)
VALUES = st.one_of(st.booleans(), NUMBERS, TEXTS, st.none(), st.lists(st.one_of(TEXTS, st.integers()), max_size=2))


def _of_pydantic(name: str, value: Any) -> Any:
    found = getattr(_settings_model({}, {name: value})(), name)
    return found.get_secret_value() if isinstance(found, SecretStr) else found


@given(name=st.sampled_from(sorted(VARIABLES)), value=VALUES)
def test_what_is_taken_at_a_glance_is_what_pydantic_makes_of_it(name: str, value: Any) -> None:
    seen = evident_values({name: value})
    if seen is None:
        return
    glance = getattr(seen[name], "get_secret_value", lambda: seen[name])()
    try:
        judged = _of_pydantic(name, value)
    except ValidationError as refused:
        pytest.fail(f"taken as {glance!r}, and refused by pydantic: {refused}")
    assert (glance, type(glance)) == (judged, type(judged))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("read_only", "true"),
        ("read_only", True),
        ("cache", "no"),
        ("concurrency", "8"),
        ("requests_per_minute", 0),
        ("request_timeout", 2.5),
        ("poll_interval", "30"),
        ("read_only_workspaces", ["w-1", "w-2"]),
        ("endpoint", "http://127.0.0.1:8765"),
        ("workspace_id", "w-1"),
        ("theme", "nord"),
        ("api_key", "seam_x"),
    ],
)
def test_what_people_set_is_seen_to_suit(name: str, value: Any) -> None:
    assert evident_values({name: value}) is not None


def test_one_value_that_is_not_seen_to_suit_leaves_all_of_them_to_pydantic() -> None:
    assert evident_values({"read_only": "true", "concurrency": "many"}) is None


@pytest.mark.parametrize(("concurrency", "expected"), [("8", "False"), (" +8", "True")])
def test_pydantic_is_imported_only_for_a_value_that_is_not_seen_to_suit(
    tmp_path: Path, concurrency: str, expected: str
) -> None:
    code = (
        "import sys; from seam_tui.settings import load_settings; "
        "assert load_settings().concurrency == 8; print('pydantic' in sys.modules)"
    )
    environment = {
        "SEAM_TUI_CONFIG_DIR": str(tmp_path),
        "SEAM_TUI_CONCURRENCY": concurrency,
        "SEAM_API_KEY": "seam_x",
        "PATH": "",
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.stdout.strip(), done.stderr) == (expected, "")


def test_a_read_only_file_is_read_only_either_way(tmp_path: Path) -> None:
    for text in ("read_only = true", 'read_only = "on"'):
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        assert load_settings({"SEAM_TUI_CONFIG_DIR": str(tmp_path)}).read_only is True
