"""Many codes at once in a real terminal, with the keyboard alone; and two apps on one workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.terminal.tmux import Terminal, app_command, terminal
from tests.vendor.processes import serving

SIZES = [(160, 50), (80, 24)]
SECONDS = 1.0
"""How long the server takes over a deletion, so that there is something to watch and to cancel."""

in_every_size = pytest.mark.parametrize("size", SIZES, ids=["160x50", "80x24"])


class World:
    """A sandbox in a process of its own, on a day on which nothing is wrong."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint

    def control(self, name: str, **body: Any) -> Any:
        """Ask the control plane."""
        with httpx.Client(base_url=self.endpoint, trust_env=False, timeout=20) as client:
            answer = client.post(f"/_sandbox/{name}", json=body) if body else client.get(f"/_sandbox/{name}")
            return answer.raise_for_status().json()

    def delay_deletions(self) -> None:
        """Let every deletion take a while."""
        self.control("faults", kind="delay", path="/access_codes/*delete", seconds=SECONDS)

    @property
    def deletions(self) -> int:
        """How many deletions have arrived."""
        return sum(r["count"] for r in self.control("requests")["counts"] if r["path"].endswith("/delete"))

    @property
    def guests(self) -> set[str]:
        """Names of the codes on the lighthouse's locks, without the spare ones that Seam fills up by itself."""
        state = self.control("state")
        locks = {device["device_id"] for device in state["devices"] if device["display_name"].startswith("Lighthouse")}
        codes = [code for code in state["access_codes"] if code["device_id"] in locks and not code.get("is_backup")]
        return {code["name"] for code in codes}


@contextmanager
def world() -> Iterator[World]:
    command = app_command("sandbox", "--port", "0", "--scenario", "healthy", "--control", "--speed", "30")
    with serving(command, cwd=Path(__file__).parents[2]) as server:
        yield World(server.endpoint)


@contextmanager
def app_on(sandbox: World, folder: Path, size: tuple[int, int] = SIZES[0]) -> Iterator[Terminal]:
    variables = {"SEAM_ENDPOINT": sandbox.endpoint, "SEAM_API_KEY": "seam_test_sandbox_key"}
    with terminal(app_command(), folder, size=size, variables=variables) as window:
        window.wait_for_text("SANDBOX", "updated ")
        yield window


def type_slowly(window: Terminal, text: str) -> None:
    for character in text:
        window.type(character)


def mark_the_lighthouse(window: Terminal) -> int:
    """Filter to the lighthouse's codes, mark all, unmark one; gives back how many are marked."""
    window.press("/")
    type_slowly(window, "device:lighthouse")
    window.wait_for_text("device:lighthouse")
    window.press("Enter")
    window.wait_until("the filter's count", lambda: re.search(r"· 1\d o", window.text))
    window.press("a")
    window.wait_until("all of them marked", lambda: re.search(r"^ (\d+) marked ", window.lines[-1]))
    count = int(window.lines[-1].split()[0])
    window.press("Space")
    window.wait_for_text(f" {count - 1} marked ")
    return count - 1


def leave(window: Terminal, title: str) -> None:
    """Leave a dialog: a key right behind Escape would reach the app as Alt and that key."""
    window.press("Escape")
    window.wait_for_text(title, gone=True)


def say_yes(window: Terminal) -> None:
    """Say yes in the way that the plan asks for."""
    window.wait_until("a question", lambda: re.search(r"Type \d+ and Enter|Yes \(y\)", window.text))
    count = re.search(r"Type (\d+) and Enter", window.text)
    if count is None:
        window.press("y")
    else:
        type_slowly(window, count[1])
        window.press("Enter")


@in_every_size
def test_filter_mark_unmark_delete_watch_cancel_retry_undo(tmp_path: Path, size: tuple[int, int]) -> None:
    with world() as sandbox, app_on(sandbox, tmp_path, size) as window:
        before = sandbox.guests
        count = mark_the_lighthouse(window)

        sandbox.delay_deletions()
        window.press("d")
        window.wait_for_text(f"Delete {count} codes?", f"{count} will be sent", f"Type {count} and Enter")
        assert sandbox.deletions == 0
        window.wait_until_steady()
        assert max(window.line_ends) <= window.width
        say_yes(window)

        window.wait_until(
            "progress", lambda: re.search(rf"Deleting · [2-9] of {count} .*P pause · X stop", window.text)
        )
        window.press("X")
        window.wait_for_text("Result: delete", " skipped")
        arrived = sandbox.deletions
        assert 2 <= arrived < count
        assert f"also the {count - arrived} skipped" in window.text or f"the {count - arrived} skipped" in window.text

        window.press("s")
        window.wait_for_text("will be sent")
        say_yes(window)
        window.wait_until("the rest sent", lambda: sandbox.deletions == count)
        window.wait_for_text("Result: delete")
        window.wait_until("the codes gone", lambda: len(sandbox.guests) == len(before) - count)

        window.press("z")
        window.wait_for_text("Put back ", "will be sent")
        say_yes(window)
        window.wait_for_text("Result: put back ")
        leave(window, "Result: put back ")
        window.press("z")
        window.wait_for_text("Put back ", "will be sent")
        say_yes(window)
        window.wait_for_text("Result: put back ")
        window.wait_until("everybody back", lambda: sandbox.guests == before)


def test_two_apps_on_one_workspace_leave_each_other_alone_until_one_is_killed(tmp_path: Path) -> None:
    with world() as sandbox:
        sandbox.delay_deletions()
        with app_on(sandbox, tmp_path) as first:
            count = mark_the_lighthouse(first)
            first.press("d")
            first.wait_for_text(f"Type {count} and Enter")
            say_yes(first)
            first.wait_until("a run under way", lambda: re.search(rf"Deleting · \d+ of {count} ", first.text))
            first.press("P")
            first.wait_for_text("Deleting: PAUSED")
            with app_on(sandbox, tmp_path) as second:
                second.press("H")
                second.wait_for_text("Past runs", "running elsewhere")
                for key in ("f", "s", "z"):
                    second.press(key)
                    second.wait_for_text("Another seam-tui is working on this run.")
                leave(second, "Past runs")
                second.press("q")
                second.wait_for_text("EXIT=0")
            first.kill_command()
            first.wait_for_text("EXIT=137")
        sent = sandbox.deletions
        with app_on(sandbox, tmp_path) as second:
            second.wait_for_text(
                "A run was cut off", f"A run that deletes {count} codes was cut off at", "Finish it (f)"
            )
            second.press("f")
            second.wait_for_text("codes?", "will be sent")
            assert sandbox.deletions == sent, "what is left is shown before anything is sent"
            say_yes(second)
            second.wait_for_text("Result: delete ")
            second.wait_until("all of them sent once", lambda: sandbox.deletions == count)
