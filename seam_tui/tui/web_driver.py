"""The driver of an app that a browser shows: it ends with the server that started it.

`textual.drivers.web_driver` (textual 8.2.8) goes on for ever when its input ends, writes to a pipe whose reader has
gone, and lets two threads write into each other's packets. Here the end of the input ends the app.
"""

from __future__ import annotations

import os
import threading
from typing import Any, Final

from textual import messages
from textual.app import App
from textual.drivers.web_driver import WebDriver

LAST_SECONDS: Final = 8.0
"""How long an app may take to leave once nobody is there; then the process ends as it stands."""


class ServedDriver(WebDriver):
    """Textual's web driver for a process that never outlives its server."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._guard = threading.Lock()
        self._is_alone = False
        self._write = self._write_whole  # type: ignore[assignment]  # a partial of os.write there

    def run_input_thread(self) -> None:
        """Read until the input ends. Unless the app is leaving anyway, that is the server's end or the visitor's."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._leave()

    def _write_whole(self, data: bytes) -> int:
        """Write one packet in one piece; nothing when nobody reads any more."""
        left = memoryview(data)
        with self._guard:
            try:
                while left and not self._is_alone:
                    left = left[os.write(self.fileno, left) :]
            except BrokenPipeError:
                self._is_alone = True
        if self._is_alone:
            self._leave()
        return len(data)

    def _leave(self) -> None:
        self._is_alone = True
        self._app.post_message(messages.ExitApp())
        last = threading.Timer(LAST_SECONDS, os._exit, (1,))
        last.daemon = True
        last.start()
