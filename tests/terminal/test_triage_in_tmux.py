"""The way of a person in a real terminal, with the keyboard alone: see what fails, read what to do, do it, leave."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.terminal.tmux import Terminal, app_command, terminal

SIZES = [(160, 50), (100, 30), (80, 24)]
FEW_KEYS = 10
ERROR_ROW = re.compile(r"▌\s+(?:‼ urgent|✖ error) ")
"""The row under the cursor, and it has an error."""
STEP = re.compile(r"^[│┃]?.*\b1\. \S", re.MULTILINE)
MOST_BUTTONS = 6

in_every_size = pytest.mark.parametrize("size", SIZES, ids=["160x50", "100x30", "80x24"])


@contextmanager
def demo(folder: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    with terminal(app_command("--demo"), folder, size=size) as window:
        window.wait_for_text("SANDBOX", "updated ")
        window.wait_until("the cursor on an error", lambda: ERROR_ROW.search(window.text))
        yield window


def walk_to_button(window: Terminal, key: str) -> None:
    """In the detail, go from button to button until this one is chosen."""
    for _ in range(MOST_BUTTONS):
        window.wait_until("a chosen button", lambda: window.chosen_button)
        chosen = window.chosen_button
        if chosen.startswith(f"[{key}]"):
            return
        window.press("Right")
        window.wait_until("the next button", lambda before=chosen: window.chosen_button not in {"", before})
    raise AssertionError(f"no button [{key}] near the top\n{window.text}")


@in_every_size
def test_a_button_beside_a_step_is_reached_and_pressed_in_under_ten_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size) as window:
        window.press("Enter")
        walk_to_button(window, "w")
        assert STEP.search(window.text), "the steps are in sight with the button"
        assert "Reconnect the account" in window.text
        window.press("Enter")
        window.wait_for_text("◌ Reconnect the account: ", "connect_webview_id=")

        assert window.keys_pressed < FEW_KEYS


@in_every_size
def test_the_key_of_a_button_tests_the_lock_and_the_result_is_said(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size) as window:
        window.press("l")
        window.wait_until("the result", lambda: re.search(r"^ *[✓✖?] Test: lock: ", window.text, re.MULTILINE))

        assert window.keys_pressed < FEW_KEYS


@in_every_size
def test_a_deletion_is_asked_about_and_then_said_to_wait_for_the_lock(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size) as window:
        window.press("d")
        window.wait_for_text("Delete this code?", "Cancel (n)", "Yes (y)")
        window.press("Enter")
        window.wait_for_text("Nothing was sent.")
        window.press("d")
        window.wait_for_text("Delete this code?", "Yes (y)")
        window.press("y")
        window.wait_for_text("◌ Delete this code: Asked; removing it from the lock.")

        assert window.keys_pressed < FEW_KEYS


@in_every_size
def test_leaving_gives_the_terminal_back_as_it_was(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size) as window:
        assert window.ask("alternate_on") == "1"
        window.press("q")
        window.wait_for_text("EXIT=0")

        assert window.text.split() == ["WAS", "HERE", "EXIT=0"], "what stood there before stands there again"
        assert [window.ask(flag) for flag in ("alternate_on", "mouse_any_flag", "cursor_flag")] == ["0", "0", "1"]
        assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()


@in_every_size
def test_every_pane_and_dialog_keeps_its_borders_in_line(tmp_path: Path, size: tuple[int, int]) -> None:
    with demo(tmp_path, size) as window:
        for key in ("1", "2", "3"):
            window.press(key)
            window.wait_until_steady()
            assert_right_border_is_straight(window)
        window.press("?")
        window.wait_for_text("Where to begin")
        window.wait_until_steady()
        assert max(window.line_ends) <= window.width


def assert_right_border_is_straight(window: Terminal) -> None:
    ends = [
        column
        for line, column in zip(window.lines, window.line_ends, strict=False)
        if line.endswith(("│", "┃", "╮", "╯", "┓", "┛"))
    ]
    assert len(ends) == window.height - 3, "all but the bar, what was said and the keys"
    assert set(ends) == {window.width}
