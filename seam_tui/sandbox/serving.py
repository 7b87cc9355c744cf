"""The sandbox over HTTP."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()


def run(app: Starlette, host: str, port: int, on_ready: Callable[[int], None] | None) -> None:
    """Serve an application until interrupted; see `seam_tui.sandbox.server.serve`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio send at once what it has (TCP_NODELAY): an answer leaves in two
    # pieces, and the second would wait 40 ms for the caller's word that the first has come.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        real_port: int = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="warning", access_log=False, date_header=False)

        def ready() -> None:
            if on_ready is not None:
                on_ready(real_port)

        _Server(config, ready).run(sockets=[listener])
