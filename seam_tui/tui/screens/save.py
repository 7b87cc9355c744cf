"""Asks for a file name, and saves something there if nothing of that name is in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from seam_tui.domain.private_file import brief_path
from seam_tui.domain.text import plain_text
from seam_tui.tui.screens.dialog import Dialog, words

Save = Callable[[Path], None]
"""Writes a new file; raises FileExistsError, OSError, or ValueError for a name that does not do."""


class SaveScreen(Dialog[Path | None]):
    """A name to type; the answer is where it was saved.

    Args:
        title: What is saved.
        about: One sentence on what stands in the file.
        path: What is offered.
        save: Writes the file, in a thread.
    """

    def __init__(self, title: str, about: str, path: Path, save: Save) -> None:
        super().__init__(title)
        self._about = about
        self._path = path
        self._save = save

    def compose_body(self) -> ComposeResult:
        """What is in the file, and its name."""
        if self.app.is_web:
            # It would stand on the machine of whoever shares the app, wherever a visitor likes.
            yield words("✖ From a browser nothing is saved to a file.", classes="words")
            yield words("Esc leaves", id="keys")
            return
        yield words(self._about, classes="words")
        yield Input(brief_path(self._path), id="path")
        yield words("", id="problems")
        yield words("Enter saves · Esc leaves", id="keys")

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Save, or say why it can't be done."""
        event.stop()
        typed = event.value.strip()
        problem = ""
        try:
            path = await asyncio.to_thread(self._save_as, typed)
        except FileExistsError:
            problem = "There is a file of this name already; it is left alone."
        except OSError as error:
            problem = f"It cannot be written: {error.strerror or type(error).__name__}."
        except (ValueError, RuntimeError) as error:  # another ending, a null byte, a home that is not known
            problem = f"It cannot be saved so: {error}."
        if problem:
            self.query_one("#problems", Static).update(Content(plain_text(f"✖ {problem}")))
        else:
            self.dismiss(path)

    def _save_as(self, typed: str) -> Path:
        path = Path(typed).expanduser().absolute()
        self._save(path)
        return path
