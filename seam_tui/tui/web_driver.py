"""The driver of an app that a browser shows: it ends with the server that started it.

`textual.drivers.web_driver` (textual 8.2.8) goes on for ever when its input ends, writes to a pipe whose reader has
gone, lets two threads write into each other's packets, and may tell the app of a blur at its start after the focus
that came later. Here the end of the input ends the app.
"""

from __future__ import annotations

import os
import threading
from typing import Any, Final

from textual import events, messages
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
        self._is_started = threading.Event()
        self._write = self._write_whole  # type: ignore[assignment]  # a partial of os.write there

    def start_application_mode(self) -> None:
        """Start, and only then read."""
        try:
            super().start_application_mode()
        finally:
            self._is_started.set()

    def run_input_thread(self) -> None:
        """Read until the input ends. Unless the app is leaving anyway, that is the server's end or the visitor's."""
        self._is_started.wait()
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._leave()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Act on what the server tells; a focus takes the same way as the blur at the start, and so comes behind it."""
        if packet_type == "focus":
            self._app.call_later(self._app.post_message, events.AppFocus())
        else:
            super().on_meta(packet_type, payload)

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
