"""A real terminal that can do little: what is sent to it, and what it shows (UX 19)."""

import re
from pathlib import Path

import pytest

from tests.colours import not_ascii
from tests.terminal.tmux import app_command, terminal

COLOUR = re.compile(r"\x1b\[(?:[\d;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;:m]")
"""A sequence that asks for a colour; 39 and 49 give it back."""
MIXED = re.compile(r"\x1b\[(?:[\d;:]*;)?[34]8[;:]2[;:]")
"""One that asks for a colour by its red, green and blue."""


def test_without_colours_none_is_sent_and_the_cursor_is_seen(tmp_path: Path) -> None:
    with terminal(app_command("--demo"), tmp_path, size=(80, 24), variables={"NO_COLOR": "1"}) as window:
        window.wait_for_text("SANDBOX", "updated ", "‼ urgent")
        window.wait_until_steady()
        sent = window.tmux("capture-pane", "-p", "-e")
        assert COLOUR.findall(sent) == []
        assert re.search(r"\x1b\[(?:[\d;]*;)?7m▌", sent), "the row under the cursor is in reverse"


def test_a_terminal_of_sixteen_colours_is_asked_for_no_other(tmp_path: Path) -> None:
    with terminal(app_command("--demo"), tmp_path, size=(80, 24), variables={"TERM": "xterm"}) as window:
        window.wait_for_text("SANDBOX", "updated ", "‼ urgent")
        window.wait_until_steady()
        sent = window.tmux("capture-pane", "-p", "-e")
        assert MIXED.findall(sent) == []
        assert COLOUR.findall(sent)


@pytest.mark.parametrize(
    ("options", "variables"),
    [(["--ascii"], {}), ([], {"SEAM_TUI_ASCII": "true"}), ([], {"PYTHONIOENCODING": "latin-1"})],
    ids=["option", "setting", "encoding"],
)
def test_ascii_alone_is_painted_when_asked_for_and_where_nothing_else_arrives(
    tmp_path: Path, options: list[str], variables: dict[str, str]
) -> None:
    with terminal(app_command("--demo", *options), tmp_path, size=(80, 24), variables=variables) as window:
        window.wait_for_text("SANDBOX", "updated ", "! urgent", "+-")
        assert not_ascii(window.wait_until_steady()) == []
        window.press("d")
        window.wait_for_text("Cancel (n)")
        assert not_ascii(window.wait_until_steady()) == []


def test_a_dumb_terminal_is_told_what_to_do(tmp_path: Path) -> None:
    command = ["env", "TERM=dumb", *app_command("--demo")]
    with terminal(command, tmp_path, size=(80, 24)) as window:
        window.wait_for_text("this terminal cannot place text", "TERM=xterm-256color", "EXIT=2")


@pytest.mark.parametrize("size", [(60, 20), (40, 15)], ids=["60x20", "40x15"])
def test_large_print_is_read_and_left_with_the_keyboard_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    with terminal(app_command("--demo", "--large"), tmp_path, size=size) as window:
        window.wait_for_text("SANDBOX", "2 Codes", "‼ urgent")
        window.press("Enter")
        window.wait_for_text("3 Detail", "1. ")
        window.press("Escape")
        window.wait_for_text("2 Codes")
        window.press("F9")
        window.wait_for_text("             Name")
        window.press("q")
        window.wait_for_text("EXIT=0")
