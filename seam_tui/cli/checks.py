"""What `doctor` looks at on this machine: the terminal and the folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from seam_tui.tui.terminal_limits import LEAST_SIZE, draws_ascii_only

State = Literal["ok", "note", "wrong"]

_COMFORTABLE: Final = (60, 20)
"""Columns and lines from which on the app shows all that matters (UX rule 24)."""
_ROOMY: Final = (120, 30)
"""From here on all three panes stand side by side."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    """`note` is worth knowing and does no harm; `wrong` keeps the app from working as it should."""
    says: str
    """One sentence, without a secret."""
    remedy: str = ""
    """What to do; empty when nothing has to be done."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What can be known of a terminal without asking it."""

    env: Mapping[str, str]
    columns: int
    lines: int
    encoding: str
    """Of what is printed."""
    is_terminal: bool
    """Whether both ends, keys and screen, are a terminal."""


def terminal_checks(terminal: Terminal) -> Iterator[Check]:
    """Size, colours, characters, mouse and clipboard."""
    if not terminal.is_terminal:
        yield Check("terminal", "note", "This does not run in a terminal, so its size is not known.")
    else:
        yield _size(terminal)
    yield _colours(terminal.env)
    yield _characters(terminal)
    yield _mouse(terminal.env)
    yield _clipboard(terminal.env)


def _size(terminal: Terminal) -> Check:
    size = f"{terminal.columns} columns, {terminal.lines} lines"
    if terminal.columns < LEAST_SIZE[0] or terminal.lines < LEAST_SIZE[1]:
        return Check("size", "wrong", f"{size}: too small.", "Make the window at least 40 columns and 15 lines.")
    if terminal.columns < _COMFORTABLE[0] or terminal.lines < _COMFORTABLE[1]:
        return Check("size", "note", f"{size}: little room.", "Start with --large, which is made for it, or press F9.")
    if terminal.columns < _ROOMY[0] or terminal.lines < _ROOMY[1]:
        return Check("size", "ok", f"{size}; all three panes stand side by side from 120 columns on.")
    return Check("size", "ok", f"{size}.")


def _colours(env: Mapping[str, str]) -> Check:
    term = env.get("TERM", "")
    if term in {"", "dumb"} and os.name == "posix":
        said = f"TERM is {term!r}: this terminal cannot place text." if term else "TERM is not set."
        return Check("colours", "wrong", said, "Use another terminal, or set TERM, such as TERM=xterm-256color.")
    if env.get("NO_COLOR"):
        return Check("colours", "note", "None, as NO_COLOR asks; glyphs and words say the same.")
    if env.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or "WT_SESSION" in env:
        return Check("colours", "ok", "16 million.")
    if "256" in term:
        return Check("colours", "ok", "256; with COLORTERM=truecolor set, if the terminal has them, 16 million.")
    said = "Perhaps 16 only, so the app takes the theme ansi; glyphs and words say the same."
    return Check("colours", "note", said, "Try TERM=xterm-256color.")


def _characters(terminal: Terminal) -> Check:
    if terminal.env.get("TERM") == "linux":
        return Check("characters", "note", "The console's font has few signs, so the app paints ASCII alone.")
    if draws_ascii_only(terminal.env, terminal.encoding or "unknown"):
        said = f"Text goes out as {terminal.encoding or 'nothing known'}, not as UTF-8: the app paints ASCII alone."
        return Check("characters", "note", said, "For all signs a UTF-8 locale, such as LANG=C.UTF-8, or PYTHONUTF8=1.")
    return Check("characters", "ok", "UTF-8.")


def _mouse(env: Mapping[str, str]) -> Check:
    if env.get("TERM") == "linux":
        return Check("mouse", "note", "The console has none; every button has a key.")
    if "TMUX" in env:
        return Check("mouse", "note", "tmux hands it on when its option is on; every button has a key.",
                     "In tmux: set -g mouse on")  # fmt: skip
    return Check("mouse", "ok", "Asked for; it is needed nowhere.")


def _clipboard(env: Mapping[str, str]) -> Check:
    if "TMUX" in env:
        return Check("clipboard", "note", "tmux hands on what is copied when its option is on.",
                     "In tmux: set -g set-clipboard on")  # fmt: skip
    if env.get("TERM_PROGRAM") == "Apple_Terminal":
        return Check("clipboard", "note", "This terminal lets no program copy (OSC 52).",
                     "Mark with the mouse and Option held, or use another terminal to copy.")  # fmt: skip
    if env.get("TERM", "").startswith(("screen", "linux")):
        return Check("clipboard", "note", "This terminal lets no program copy (OSC 52).",
                     "Mark with the mouse and Shift held.")  # fmt: skip
    return Check("clipboard", "note", "Copied by OSC 52, which most terminals take and none confirms.")


def folder_checks(folders: Mapping[str, Path]) -> Iterator[Check]:
    """Whether each folder can be used, and whether it is the user's alone.

    Args:
        folders: By what they hold.
    """
    for name, folder in folders.items():
        yield _folder(f"{name} folder", folder)


def _folder(name: str, folder: Path) -> Check:
    there = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
    if not there.is_dir():
        return Check(name, "wrong", f"{there} is no folder.", "Move it away, or choose another place.")
    if not os.access(there, os.W_OK | os.X_OK):
        said = f"{folder} cannot be written." if there == folder else f"{folder} cannot be made in {there}."
        return Check(name, "wrong", said, f"Give yourself the right: chmod u+rwx '{there}', or choose another place.")
    if there != folder:
        return Check(name, "ok", f"{folder}, made when it is needed.")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Check(name, "note", f"{folder} is open to others (mode {mode:04o}).", f"Run: chmod 700 '{folder}'")
    return Check(name, "ok", f"{folder}.")
