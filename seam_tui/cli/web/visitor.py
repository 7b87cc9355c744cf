"""One visitor: a WebSocket on one side, an app of their own in a process on the other."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from typing import Any, Final

from textual_serve.app_service import AppService

DRIVER: Final = "seam_tui.tui.web_driver:ServedDriver"
GRACE: Final = 5.0
"""Seconds that an app has to leave before it is ended."""
LARGEST: Final = (600, 250)
"""Columns and rows; a terminal of any size that a browser may claim would take all memory."""
FULL: Final = b"As many people as may are here already. This page goes on by itself as soon as one has left.\r\n"
_START: Final = b"__GANGLION__\n"
"""The line after which `textual.drivers.web_driver` speaks in packets."""


class Visitor(AppService):
    """Waits for a free place, then runs an app and carries its bytes until either side has gone.

    textual-serve's own class starts a shell, prints what the app writes on standard error, leaves the page standing
    when the app dies, and waits without end for an app that hangs.

    Args:
        arguments: The app's command line. What is secret reaches it through the environment.
        places: How many apps may run at once.
        came: Called when the app starts.
        left: Called with the exit code when its process has ended.
        wiring: For `AppService`: how to reach the browser.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        places: asyncio.Semaphore,
        came: Callable[[], None],
        left: Callable[[int], None],
        **wiring: Any,
    ) -> None:
        super().__init__("", **wiring)
        self._arguments = arguments
        self._places = places
        self._came = came
        self._left = left
        self._size = (80, 24)
        self._is_focused = False

    async def start(self, width: int, height: int) -> None:
        """Queue for a place."""
        self._resize(width, height)
        self._task = asyncio.create_task(self.run())

    async def take(self, message: str) -> None:
        """Act on what the page sends; what no page of ours sends is ignored."""
        try:
            told = json.loads(message)
        except ValueError:
            return
        match told:
            case ["ping", str(sent)]:
                await self.remote_write_str(json.dumps(["pong", sent]))
            case ["resize", {"width": int(width), "height": int(height)}]:
                self._resize(width, height)
                if self._process is not None:
                    await self.set_terminal_size(*self._size)
            case ["stdin", str(keys)] if self._process is not None:
                await self.send_bytes(keys.encode(errors="replace"))
            case ["focus" | "blur" as which]:
                self._is_focused = which == "focus"
                if self._process is not None:
                    await self.send_meta({"type": which})

    async def run(self) -> None:
        """Run the app, once there is a place for it, until its process has ended."""
        try:
            if self._places.locked():
                await self._send(self.remote_write_bytes(FULL))
            async with self._places:
                process = await self._open_app_process(*self._size)
                if self._is_focused:
                    await self.focus()
                self._came()
                try:
                    await self._carry(process)
                    # An app that is killed says no goodbye to the page.
                    await self._send(self.remote_close())
                finally:
                    self._left(await process.wait())
        finally:
            await self._send(self.remote_close())

    async def stop(self) -> None:
        """The visitor has gone: ask the app to leave, and end it when it does not."""
        if self._task is None:
            return
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        if self._process is None:
            self._task.cancel()
        else:
            await self.send_meta({"type": "quit"})
            self.stdin.close()
            _done, hanging = await asyncio.wait({self._task}, timeout=GRACE)
            if hanging:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
        await asyncio.wait({self._task})
        self._task = None

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return super()._build_environment(width, height) | {"TEXTUAL_DRIVER": DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # A session of its own: ctrl+c in the server's terminal is the server's to deal with. Standard error holds
        # at most the line of a crash, whose log stands in the log folder.
        process = await asyncio.create_subprocess_exec(
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=self._build_environment(width, height),
            start_new_session=True,
        )
        self._process, self._stdin = process, process.stdin
        return process

    async def _carry(self, process: Process) -> None:
        """Carry the app's packets to the page until the last; also after the page has gone, so that no pipe fills."""
        stdout = process.stdout
        assert stdout is not None
        handlers = {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}
        with contextlib.suppress(asyncio.IncompleteReadError):
            await stdout.readuntil(_START)
            while True:
                head = await stdout.readexactly(5)
                payload = await stdout.readexactly(int.from_bytes(head[1:], "big"))
                await self._send(handlers[head[:1]](payload))

    @staticmethod
    async def _send(sending: Any) -> None:
        """Send to a page that may be gone by now."""
        with contextlib.suppress(ConnectionError):
            await sending

    def _resize(self, width: int, height: int) -> None:
        self._size = (min(max(width, 1), LARGEST[0]), min(max(height, 1), LARGEST[1]))
