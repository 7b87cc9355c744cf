"""A picture of the screen as a file of its own: what is shown there, and nothing that was uncovered on purpose."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seam_tui.domain.private_file import write_private
from seam_tui.operations.journal_files import prepare_folder, state_folder

if TYPE_CHECKING:
    from textual.app import App

TITLE: Final = "seam-tui"
"""In the frame of every picture, whatever is shown: a title of the screen's own might hold a name."""
_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_NUMBERED: Final = re.compile(r"terminal-\d+-")


def picture_folder() -> Path:
    """The folder of the pictures that were saved with the key."""
    return state_folder() / "pictures"


def svg_of(app: App[Any]) -> str:
    """The screen as SVG, as it stands.

    Without Textual's web fonts, since a picture loads nothing from anywhere; and without a number made from its text,
    so that two pictures of one screen are alike.

    Args:
        app: It runs, and has drawn what is to be seen.
    """
    return _NUMBERED.sub("terminal-", _FONTS.sub("", app.export_screenshot(title=TITLE)))


def write_picture(svg: str, folder: Path, moment: datetime) -> Path:
    """Write a picture into a new file of mode 0600, named by its time; one that is there is left alone.

    Args:
        svg: The picture.
        folder: Where to; made for its owner alone where it is missing.
        moment: When it was taken; the name tells it by this machine's clock.

    Raises:
        OSError: It cannot be written.
    """
    prepare_folder(folder)
    stem = f"seam-tui-{moment.astimezone():%Y%m%d-%H%M%S}"
    for number in count(1):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.svg"
        try:
            write_private(path, svg)
        except FileExistsError:
            continue
        break
    return path
