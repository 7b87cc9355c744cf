"""What stands in the files that an app has written."""

from __future__ import annotations

import html
import json
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from seam_tui.operations.journal_files import PINS_SUFFIX

_OWN: Final = (PINS_SUFFIX, ".jsonl", ".picture")
_TAG: Final = re.compile(r"<[^>]*>")
PRIVATE: Final = 0o600


def svg_text(svg: str) -> str:
    """The words of a picture, without the numbers by which it is drawn."""
    return html.unescape(_TAG.sub("\n", svg)).replace("\N{NO-BREAK SPACE}", " ")


def files_below(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file in some folders and in those within."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def may_hold_pins(path: Path, text: str) -> bool:
    """Whether PINs have their place in a file: beside a run's journal, to undo it, and in a plan that was asked for."""
    if path.suffix == PINS_SUFFIX:
        return True
    if path.suffix != ".json":
        return False
    try:
        content = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and {"version", "action", "steps"} <= content.keys()


def is_own_memory(path: Path) -> bool:
    """Whether a file is what the app works with and shows to nobody, so that it holds true names in share mode too."""
    return path.suffix in _OWN


def is_private(path: Path) -> bool:
    """Whether only its owner can read a file."""
    return stat.S_IMODE(path.stat().st_mode) == PRIVATE
