"""Files that only their owner can read: results that name guests, plans that hold PINs; and how to tell of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PRIVATE: Final = 0o600


def write_private(path: Path, text: str) -> None:
    """Write a new file of mode 0600, in UTF-8, with the line ends that the text has.

    Args:
        path: Where to.
        text: All of it.

    Raises:
        FileExistsError: Something of this name is there already; it is left alone.
        OSError: It cannot be written; no half of a file is left.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a descriptor has no path
            file.write(text)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def brief_path(path: Path) -> str:
    """A path as it may be told on a screen that others see: the home folder's own name is a person's."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # elsewhere, or there is no home
        return str(path)
