"""textual-serve's server behind the door, with as many visitors as may come, and none left when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.server import Server, to_int

from seam_tui.cli.exit_codes import COULD_NOT
from seam_tui.cli.web.door import WEBSOCKET_PATH, Door, set_headers
from seam_tui.cli.web.visitor import GRACE, Visitor
from seam_tui.domain.crash_log import guard_loop

MOST_WAITING: Final = 16
"""Visitors who may wait for a place."""
LONGEST_MESSAGE: Final = 256 * 1024
"""Bytes that a page may send at once: room for a paste."""
HEARTBEAT: Final = 15.0
"""Seconds between two pings; a page that does not answer has gone."""
_FONT_SIZES: Final = range(8, 73)


class WebServer(Server):
    """Serves the app to browsers.

    textual-serve's own server lets everybody in, lists its files, logs the locals of a failure, and loads a font from
    elsewhere.

    Args:
        arguments: The app's command line; every visitor gets a process of their own.
        host: The address to listen on.
        port: The port; 0 lets the system choose.
        most_visitors: How many apps may run at once.
        tell: Takes lines for the one who shares; none holds a secret.

    Attributes:
        door: Lets in who has the token.
        is_private: Whether only this machine reaches what is listened on; known once it is.
    """

    def __init__(
        self, arguments: Sequence[str], host: str, port: int, *, most_visitors: int, tell: Callable[[str], None]
    ) -> None:
        super().__init__("seam-tui", host=host, port=port)
        self.door = Door(port)
        self.is_private = False
        self._arguments = arguments
        self._most = most_visitors
        self._tell = tell
        self._places = asyncio.Semaphore(most_visitors)
        self._here = 0
        self._websockets: set[web.WebSocketResponse] = set()

    def initialize_logging(self) -> None:
        """Nothing: the command line has set up logs that hold no values."""

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until SIGINT, SIGTERM or SIGHUP; then end every visitor's app.

        Args:
            on_ready: Called when it listens, with `port` and the door's token known.

        Raises:
            OSError: It cannot listen there.
        """
        loop = asyncio.get_running_loop()
        guard_loop(loop)
        ended = asyncio.Event()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(AttributeError, NotImplementedError):  # Windows
                loop.add_signal_handler(getattr(signal, name), ended.set)
        # No access log: its first line would hold the token.
        runner = web.AppRunner(await self._make_app(), access_log=None, shutdown_timeout=2 * GRACE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port).start()
            self.port = self.door.port = runner.addresses[0][1]
            self.is_private = all(ipaddress.ip_address(each[0]).is_loopback for each in runner.addresses)
            on_ready()
            await ended.wait()
        finally:
            await runner.cleanup()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self.door.keep])
        app.add_routes(
            [
                web.get("/", self.handle_index),
                web.get("/page.js", self.handle_script),
                web.get(WEBSOCKET_PATH, self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path, show_index=False),
            ]
        )
        app.on_response_prepare.append(set_headers)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every page's connection, and with it the app behind it."""
        await asyncio.gather(*(each.close(code=WSCloseCode.GOING_AWAY) for each in self._websockets))

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page; `?fontsize=` makes it larger."""
        wanted = to_int(request.query.get("fontsize", ""), 16)
        size = min(max(wanted, _FONT_SIZES[0]), _FONT_SIZES[-1])
        return web.Response(text=_page("page.html").replace("FONT_SIZE", str(size)), content_type="text/html")

    async def handle_script(self, _request: web.Request) -> web.Response:
        """What the page does beside textual.js."""
        return web.Response(text=_page("page.js"), content_type="text/javascript")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Give a page an app of its own, and end that when the page goes."""
        if len(self._websockets) >= self._most + MOST_WAITING:
            raise web.HTTPServiceUnavailable(text="Too many people are waiting to see this.")
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LONGEST_MESSAGE, timeout=GRACE / 2)
        self._websockets.add(websocket)
        visitor = Visitor(
            self._arguments,
            self._places,
            self._came,
            self._left,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=websocket.close,
            download_manager=self.download_manager,
        )
        try:
            await websocket.prepare(request)
            await visitor.start(*(to_int(request.query.get(name, ""), 80) for name in ("width", "height")))
            async for message in websocket:
                if message.type is WSMsgType.TEXT:
                    await visitor.take(message.data)
        except ConnectionError:
            pass  # gone while something was on its way
        finally:
            await visitor.stop()
            self._websockets.discard(websocket)
        return websocket

    def _came(self) -> None:
        self._here += 1
        self._say(f"A visitor came: {self._count()}.")

    def _left(self, code: int) -> None:
        self._here -= 1
        how = ""
        if code < 0:
            how = " Their app was ended from outside."
        elif code == COULD_NOT:
            how = " Their app could not start; `seam-tui` itself says why."
        elif code > 0:
            how = f" Their app ended with exit code {code}; its log is in the log folder."
        self._say(f"A visitor left: {self._count()}.{how}")

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):  # nobody may be reading any more
            self._tell(line)

    def _count(self) -> str:
        return f"{self._here} of at most {self._most} here"


def _page(name: str) -> str:
    return files("seam_tui.cli.web").joinpath(name).read_text(encoding="utf-8")
