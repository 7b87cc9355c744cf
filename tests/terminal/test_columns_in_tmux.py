"""Names that terminals measure differently: after the plain-text gate the terminal agrees with us on every column."""

import json
import re
import sys
from pathlib import Path

import httpx
import pytest
from rich.cells import cell_len

from seam_tui.domain.text import plain_text
from tests.terminal.tmux import Terminal, app_command, terminal
from tests.vendor.processes import serving

NAMES = [
    "Guest [/] 12",
    "[@click=app.nuke()]x[/]",
    "\x1b[31mred\x1b[0m\x07 \x1b]0;owned\x07",
    "Guest \u202e4321\u202c end",
    "long " * 60,
    "Family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "Thumb \U0001f44d\U0001f3fd",
    "Heart \u2764\ufe0f and keycap 1\ufe0f\u20e3",
    "Flag \U0001f1e9\U0001f1ea\U0001f1eb",
    "宿泊者 ＡＢ ｶﾅ",
    "김철수 손님",
    "Z\u0301\u0323\u0334\u0301o\u0308e\u0301",
    "नमस्ते",
    "ผู้เข้าพัก",
    "مُحَمَّد",
    "first\nsecond\r\nthird\ttabbed",
    "soft\u00adhyphen zero\u200bwidth",
    "ambiguous ±×÷ ①②③ ★☆ “quoted” …",
    "\u3000\u2800\u3164",
    "☰ hexagram ䷀",
]
SPACING_VOWEL_SIGNS = ["क्षत्रिय", "தமிழ் கொடி"]
SIZES = [(160, 50), (80, 24)]

ASK_THE_TERMINAL = """
import json, re, sys, termios, tty
texts = json.load(open(sys.argv[1]))
settings = termios.tcgetattr(0)
tty.setraw(0)
columns = []
for text in texts:
    sys.stdout.write("\\r\\x1b[2K" + text + "\\x1b[6n")
    sys.stdout.flush()
    answer = ""
    while not answer.endswith("R"):
        answer += sys.stdin.read(1)
    columns.append(int(re.search(r";(\\d+)R", answer)[1]) - 1)
termios.tcsetattr(0, termios.TCSANOW, settings)
json.dump(columns, open(sys.argv[2], "w"))
"""


def columns_after(names: list[str], folder: Path) -> dict[str, int]:
    """In which column the terminal's cursor stands behind each name."""
    asked, answered, program = (folder / name for name in ("names.json", "columns.json", "ask.py"))
    asked.write_text(json.dumps(names))
    program.write_text(ASK_THE_TERMINAL)
    with terminal([sys.executable, str(program), str(asked), str(answered)], folder, size=(160, 24)) as window:
        window.wait_for_text("EXIT=0")
    return dict(zip(names, json.loads(answered.read_text()), strict=True))


def test_the_terminal_measures_every_plain_name_as_we_do(tmp_path: Path) -> None:
    names = [plain_text(name, limit=100) for name in NAMES]

    assert columns_after(names, tmp_path) == {name: cell_len(name) for name in names}


@pytest.mark.xfail(reason="tmux gives a spacing vowel sign a cell of its own, Textual gives it none", strict=True)
def test_the_terminal_measures_spacing_vowel_signs_as_we_do(tmp_path: Path) -> None:
    names = [plain_text(name) for name in SPACING_VOWEL_SIGNS]

    assert columns_after(names, tmp_path) == {name: cell_len(name) for name in names}


def seed_names(endpoint: str) -> None:
    """Give one healthy lock of a served sandbox a code for every name."""
    headers = {"authorization": "Bearer seam_test_sandbox_key"}
    with httpx.Client(base_url=endpoint, headers=headers, trust_env=False) as seam:
        devices = seam.post("/devices/list", json={}).raise_for_status().json()["devices"]
        healthy = [d for d in devices if d["properties"]["online"] and not d["errors"] and not d["warnings"]]
        for index, name in enumerate(NAMES):
            device_id = healthy[index % len(healthy)]["device_id"]
            seam.post("/access_codes/create", json={"device_id": device_id, "name": name}).raise_for_status()


def borders(line: str) -> list[int]:
    """The columns of the pane borders in one line, by our own measure; the terminal's was compared above."""
    return [cell_len(line[: match.start()]) for match in re.finditer("[│┃]", line)]


def assert_borders_are_in_line(window: Terminal) -> None:
    screen = window.wait_until_steady().splitlines()
    inside = [line for line in screen if line.startswith("│")]
    assert len(inside) > 10
    columns = [borders(line) for line in inside]
    assert all(found == columns[0] for found in columns), "\n".join(screen)
    assert all(cell_len(line) == window.width for line in inside), "\n".join(screen)
    ends = [end for line, end in zip(screen, window.line_ends, strict=False) if line.startswith("│")]
    assert set(ends) == {window.width}, "\n".join(screen)


@pytest.mark.parametrize("size", SIZES, ids=["160x50", "80x24"])
def test_no_name_moves_a_border_in_rows_or_detail(tmp_path: Path, size: tuple[int, int]) -> None:
    sandbox = app_command("sandbox", "--port", "0", "--scenario", "healthy")
    with serving(sandbox, cwd=Path(__file__).parents[2]) as server:
        seed_names(server.endpoint)
        variables = {"SEAM_ENDPOINT": server.endpoint, "SEAM_API_KEY": "seam_test_sandbox_key"}
        with terminal(app_command(), tmp_path, size=size, variables=variables) as window:
            window.wait_for_text("SANDBOX", "updated ")
            window.wait_for_text("▌")
            assert_borders_are_in_line(window)
            for _ in range(60 // window.height + 1):
                window.press("PageDown")
                assert_borders_are_in_line(window)
            for _ in range(10):
                window.press("Up")
                assert_borders_are_in_line(window)
            window.press("q")
            window.wait_for_text("EXIT=0")
