"""`doctor`: what it finds on the way to Seam and on this machine, and what it says to do."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from seam_tui.cli.checks import Check, Terminal, folder_checks, terminal_checks
from seam_tui.domain.clock import SystemClock
from seam_tui.sandbox.faults import FaultRule
from seam_tui.sandbox.server import SANDBOX_KEY, SANDBOX_TOKEN, Sandbox
from tests.unit.cli.command import NOW, Ended, Run

WRONG_KEY = "seam_other_9f3cWRONGkeyDigits"
GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def found(ended: Ended) -> dict[str, dict[str, str]]:
    """What `--json` told, by name; every finding that is wrong says what to do."""
    checks = ended.json["checks"]
    assert ended.json["is_well"] == all(check["state"] != "wrong" for check in checks)
    assert ended.code == (0 if ended.json["is_well"] else 1)
    assert all(check["remedy"] for check in checks if check["state"] == "wrong")
    return {check["name"]: check for check in checks}


@pytest.fixture
def served(served: tuple[Sandbox, dict[str, str]]) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """A sandbox whose time is this machine's."""
    sandbox, _ = served
    sandbox.clock.set(SystemClock().now())
    sandbox.clock.speed = 1
    yield served
    sandbox.clock.set(NOW)
    sandbox.clock.speed = 0


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a terminal that can do everything."""
    for name in ("TMUX", "NO_COLOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("terminal")
def test_with_everything_right_it_says_so_and_where_one_is(
    run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]]
) -> None:
    ended = run_seam_tui("doctor", **served[1])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1] == "All is well."
    for words in ("It opens Harbour & Pine Stays, a sandbox.", "It answered in ", "It agrees with the server's."):
        assert words in ended.out
    assert f"{served[1]['SEAM_ENDPOINT']} (SEAM_ENDPOINT)." in ended.out
    assert {check["state"] for check in found(run_seam_tui("doctor", "--json")).values()} <= {"ok", "note"}


def test_it_only_reads(run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]]) -> None:
    sandbox, environment = served
    sandbox.requests.clear()
    run_seam_tui("doctor", **environment)
    assert [record.path for record in sandbox.requests] == ["/workspaces/get"]


@pytest.mark.usefixtures("terminal")
def test_a_key_that_seam_refuses_is_said_and_the_key_is_not(
    run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]]
) -> None:
    environment = served[1] | {"SEAM_API_KEY": WRONG_KEY}
    checks = found(run_seam_tui("doctor", "--json", **environment))
    assert checks["reachable"]["state"] == "ok"
    assert checks["accepted"]["state"] == "wrong"
    assert "does not accept the credentials (401)" in checks["accepted"]["says"]
    assert "Check SEAM_API_KEY" in checks["accepted"]["remedy"]
    assert checks["accepted"]["remedy"].endswith("then run this again.")
    assert "seam_other_… (SEAM_API_KEY)" in checks["key"]["says"]
    text = run_seam_tui("doctor", **environment)
    assert text.code == 1
    assert "9f3c" not in text.told + str(checks)
    assert "WRONG  accepted" in text.out


@pytest.mark.parametrize("key", [SANDBOX_KEY, WRONG_KEY, "seam_9f3c", "seam_9f3cWRONG_keyDigits"])
def test_no_key_is_shown_whatever_its_form(run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]], key: str) -> None:
    environment = served[1] | {"SEAM_API_KEY": key}
    for arguments in (("doctor",), ("doctor", "--json"), ("config",)):
        told = run_seam_tui(*arguments, **environment).told
        assert key not in told
        assert "9f3c" not in told
        assert "Digits" not in told


def test_where_nobody_listens_it_says_that_seam_cannot_be_reached(run_seam_tui: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
        checks = found(run_seam_tui("doctor", "--json", SEAM_ENDPOINT=endpoint, SEAM_API_KEY=SANDBOX_KEY))
    assert checks["reachable"]["state"] == "wrong"
    assert "could not be reached" in checks["reachable"]["says"]
    assert "Check the network and SEAM_ENDPOINT" in checks["reachable"]["remedy"]
    assert not {"accepted", "clock"} & checks.keys()


def test_a_server_in_trouble_is_reached_but_does_not_open_the_workspace(
    run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]]
) -> None:
    sandbox, environment = served
    sandbox.faults.add(FaultRule("status", status=503, html=True))
    checks = found(run_seam_tui("doctor", "--json", **environment))
    assert checks["reachable"]["state"] == "ok"
    assert checks["accepted"]["state"] == "wrong"


@pytest.mark.parametrize(
    ("seconds", "state", "words"),
    [(0, "ok", "It agrees"), (20, "note", "s ahead of"), (-20, "note", "s behind"), (600, "wrong", "s ahead of")],
)
def test_a_clock_that_goes_wrong_is_told_from_the_servers_date(
    run_seam_tui: Run,
    served: tuple[Sandbox, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    state: str,
    words: str,
) -> None:
    class WrongClock(SystemClock):
        def now(self) -> datetime:
            return super().now() + timedelta(seconds=seconds)

    monkeypatch.setattr("seam_tui.cli.common.SystemClock", WrongClock)
    checks = found(run_seam_tui("doctor", "--json", **served[1]))
    assert checks["clock"]["state"] == state
    assert words in checks["clock"]["says"]
    assert bool(checks["clock"]["remedy"]) == (state != "ok")


def test_without_a_key_it_says_how_to_set_one_and_asks_nothing(run_seam_tui: Run) -> None:
    checks = found(run_seam_tui("doctor", "--json"))
    assert checks["key"]["state"] == "wrong"
    assert "SEAM_API_KEY" in checks["key"]["remedy"]
    assert "seam-tui --demo" in checks["key"]["remedy"]
    assert "reachable" not in checks


def test_a_token_without_a_workspace_tells_what_it_opens(
    run_seam_tui: Run, served: tuple[Sandbox, dict[str, str]]
) -> None:
    own = {"SEAM_ENDPOINT": served[1]["SEAM_ENDPOINT"], "SEAM_PERSONAL_ACCESS_TOKEN": SANDBOX_TOKEN}
    checks = found(run_seam_tui("doctor", "--json", **own))
    assert "workspaces: Harbour & Pine Stays, Old Town Lofts" in checks["accepted"]["says"]
    assert checks["clock"]["state"] == "ok"


def test_settings_that_cannot_be_used_are_told_and_the_rest_is_looked_at_all_the_same(run_seam_tui: Run) -> None:
    ended = run_seam_tui("doctor", "--json", SEAM_TUI_CONCURRENCY="99", SEAM_API_KEY="nonsense")
    wrong = [check["says"] for check in ended.json["checks"] if check["name"] == "settings"]
    assert ended.code == 1
    assert any(said.startswith("SEAM_TUI_CONCURRENCY: ") for said in wrong)
    assert any(said.startswith("SEAM_API_KEY: ") for said in wrong)
    assert "nonsense" not in ended.told
    assert {"colours", "logs folder"} <= {check["name"] for check in ended.json["checks"]}


# -- the terminal


def look(columns: int = 160, lines: int = 50, encoding: str = "utf-8", **env: str) -> dict[str, Check]:
    """What is said of a terminal."""
    return {check.name: check for check in terminal_checks(Terminal(GOOD | env, columns, lines, encoding, True))}


@pytest.mark.parametrize(
    ("size", "state"),
    [
        ((60, 20), "ok"),
        ((59, 20), "note"),
        ((60, 19), "note"),
        ((40, 15), "note"),
        ((39, 15), "wrong"),
        ((40, 14), "wrong"),
    ],
)
def test_a_terminal_with_little_room_is_told_of_large_print_and_below_40_by_15_it_is_too_small(
    size: tuple[int, int], state: str
) -> None:  # UX 24
    assert look(*size)["size"].state == state


@pytest.mark.parametrize(
    ("env", "state", "words"),
    [
        ({}, "ok", "16 million"),
        ({"COLORTERM": ""}, "ok", "256"),
        ({"COLORTERM": "", "TERM": "vt220"}, "note", "16 only"),
        ({"COLORTERM": "", "TERM": "vt220"}, "note", "theme ansi"),
        ({"NO_COLOR": "1"}, "note", "NO_COLOR"),
        ({"TERM": "dumb"}, "wrong", "cannot place text"),
        ({"TERM": ""}, "wrong", "not set"),
    ],
)
def test_the_colours_are_those_that_the_environment_promises(env: dict[str, str], state: str, words: str) -> None:
    colours = look(**env)["colours"]
    assert colours.state == state
    assert words in colours.says


@pytest.mark.parametrize(("encoding", "state"), [("UTF-8", "ok"), ("utf_8", "ok"), ("ascii", "note"), ("", "note")])
def test_a_terminal_without_utf_8_is_told_how_to_get_it(encoding: str, state: str) -> None:
    characters = look(encoding=encoding)["characters"]
    assert characters.state == state
    assert ("LANG=" in characters.remedy) == (state == "note")
    assert ("paints ASCII alone" in characters.says) == (state == "note")


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({}, "none confirms"),
        ({"TMUX": "/tmp/x"}, "tmux"),
        ({"TERM": "screen"}, "lets no program copy"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "lets no program copy"),
    ],
)
def test_what_is_known_of_the_clipboard_is_said_and_nothing_more(env: dict[str, str], words: str) -> None:
    clipboard = look(**env)["clipboard"]
    assert clipboard.state == "note"
    assert words in clipboard.says


def test_the_mouse_is_never_needed() -> None:
    for env in ({}, {"TMUX": "/tmp/x"}, {"TERM": "linux"}):
        assert look(**env)["mouse"].state != "wrong"


# -- folders


def folder(path: Path) -> Check:
    """What is said of one folder."""
    return next(folder_checks({"state": path}))


def test_a_folder_that_is_not_there_is_made_when_it_is_needed(tmp_path: Path) -> None:
    assert folder(tmp_path / "a" / "b") == Check(
        "state folder", "ok", f"{tmp_path / 'a' / 'b'}, made when it is needed."
    )


@pytest.mark.skipif(os.name != "posix", reason="POSIX rights")
def test_a_folder_that_others_may_look_into_is_told_with_the_command_that_closes_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    check = folder(tmp_path)
    assert (check.state, check.remedy) == ("note", f"Run: chmod 700 '{tmp_path}'")
    tmp_path.chmod(0o700)
    assert folder(tmp_path).state == "ok"


def test_a_file_in_the_place_of_a_folder_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("", encoding="utf-8")
    check = folder(tmp_path / "state" / "runs")
    assert check.state == "wrong"
    assert "is no folder" in check.says


def test_a_folder_without_the_right_to_write_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    for path, words in ((tmp_path, "cannot be written"), (tmp_path / "x", "cannot be made")):
        check = folder(path)
        assert check.state == "wrong"
        assert words in check.says
        assert "chmod u+rwx" in check.remedy


def test_a_date_that_the_server_does_not_tell_is_no_mistake_of_the_clock() -> None:
    from seam_tui.cli.doctor import _clock_check

    assert _clock_check(None).state == "note"
