"""A real terminal: a tmux server of the test's own, with one window that is typed into and read."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATIENCE: Final = 40.0
LOOK_EVERY: Final = 0.04
KEPT_VARIABLES: Final = ("PATH", "HOME", "TMPDIR")
CHOSEN_BUTTON: Final = re.compile(r"\x1b\[(?:\d+;)*7(?:;\d+)*m(?:\x1b\[[\d;:]*m)*(\[[^\x1b]*)")
"""A run in reverse video that begins with the bracket of a button's key."""


@dataclass(slots=True)
class Terminal:
    """One window of a tmux server; every key that goes in is counted."""

    socket: Path
    width: int
    height: int
    keys_pressed: int = 0

    def tmux(self, *arguments: str) -> str:
        """Ask the tmux server."""
        command = ["tmux", "-u", "-S", str(self.socket), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout

    def ask(self, what: str) -> str:
        """The value of one of tmux's formats, such as `cursor_x`."""
        return self.tmux("display-message", "-p", f"#{{{what}}}").strip()

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names."""
        self.keys_pressed += len(keys)
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self.keys_pressed += len(text)
        self.tmux("send-keys", "-l", text)

    def kill_command(self) -> None:
        """End the command as a power cut would: nothing of it runs any more. The shell around it stays."""
        shell = self.ask("pane_pid")
        found = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, timeout=20, check=True).stdout
        for process in found.split():
            os.kill(int(process), signal.SIGKILL)

    @property
    def lines(self) -> list[str]:
        """The screen, line by line, without the spaces at the end."""
        return self.tmux("capture-pane", "-p").splitlines()

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(self.lines)

    @property
    def chosen_button(self) -> str:
        """The button of the detail that Enter would press: it is drawn in reverse."""
        found = CHOSEN_BUTTON.search(self.tmux("capture-pane", "-p", "-e"))
        return found[1].strip() if found else ""

    @property
    def line_ends(self) -> list[int]:
        """For each line of the screen, the column behind its last character, as the terminal counts columns."""
        self.tmux("copy-mode")
        try:
            self.tmux("send-keys", "-X", "top-line")
            step = ["send-keys", "-X", "end-of-line", ";", "display-message", "-p", "#{copy_cursor_x}", ";"]
            down = ["send-keys", "-X", "cursor-down", ";"]
            commands = [word for _ in range(self.height) for word in (*step, *down)]
            return [int(column) for column in self.tmux(*commands[:-1]).split()]
        finally:
            self.tmux("send-keys", "-X", "cancel")

    def wait_until(self, what: str, condition: Callable[[], object]) -> None:
        """Look again and again until something holds; `what` says in the failure what never came."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}\n{self.text}"
            time.sleep(LOOK_EVERY)

    def wait_for_text(self, *texts: str, gone: bool = False) -> None:
        """Wait until all of these texts are on the screen, or none of them."""

        def holds() -> bool:
            shown = self.text
            return not any(text in shown for text in texts) if gone else all(text in shown for text in texts)

        self.wait_until(f"{texts} {'to be gone' if gone else 'on the screen'}", holds)

    def wait_until_steady(self) -> str:
        """Wait until two looks in a row see the same screen, and give it back."""
        seen = [self.text]

        def is_same() -> bool:
            seen.append(self.text)
            return seen[-1] == seen[-2]

        self.wait_until("a screen that stays", is_same)
        return seen[-1]


@contextmanager
def terminal(
    command: Sequence[str], folder: Path, *, size: tuple[int, int], variables: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Run a command in a terminal of its own until the block ends.

    A shell stands around it as it does in life: before and after it writes the terminal's settings to `before` and
    `after` in the folder, and behind it says the exit code as `EXIT=0`.
    """
    width, height = size
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    own = {
        "LC_ALL": "C.UTF-8",
        "SEAM_TUI_CONFIG_DIR": str(folder / "config"),
        "SEAM_TUI_LOG_DIR": str(folder / "logs"),
        "SEAM_TUI_STATE_DIR": str(folder / "state"),
        "SEAM_TUI_CACHE_DIR": str(folder / "cache"),
    }
    quoted = " ".join(map(shlex.quote, command))
    before, after = (shlex.quote(str(folder / name)) for name in ("before", "after"))
    script = f'echo "WAS HERE"; stty -g >{before}; {quoted}; code=$?; stty -g >{after}; echo "EXIT=$code"; cat'
    # Not the test's own folder: the name of a socket must be short.
    home = Path(tempfile.mkdtemp(prefix="tmux-"))
    window = Terminal(home / "s", width, height)
    start = ["-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), "sh", "-c", script]
    try:
        subprocess.run(
            ["tmux", "-u", "-S", str(window.socket), *start],
            env=kept | own | dict(variables or {}),
            cwd=folder,
            timeout=20,
            check=True,
        )
        yield window
    finally:
        subprocess.run(["tmux", "-S", str(window.socket), "kill-server"], capture_output=True, timeout=20, check=False)
        shutil.rmtree(home, ignore_errors=True)


def app_command(*arguments: str) -> list[str]:
    """The command line that starts the app."""
    return [sys.executable, "-m", "seam_tui", *arguments]
