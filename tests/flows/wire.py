"""The way from the app to the sandbox: it can be held, broken, and made to lead to production."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from fnmatch import fnmatchcase

import httpx

from seam_tui.sandbox.server import Sandbox

Chosen = Callable[[httpx.Request], bool]


def about(path: str, device_id: str | None = None) -> Chosen:
    """Requests to a path (a pattern with `*`), of one device alone if one is named."""

    def chosen(request: httpx.Request) -> bool:
        if not fnmatchcase(request.url.path, path):
            return False
        return device_id is None or device_id in str(request.url) or device_id.encode() in request.content

    return chosen


class Gate:
    """Requests that wait until it opens.

    Args:
        chosen: Which requests.
    """

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self._is_open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def passed(self) -> None:
        """Wait; runs on the app's loop for Seam."""
        opened = asyncio.Event()
        self._waiting.append((asyncio.get_running_loop(), opened))
        if not self._is_open:
            await opened.wait()

    @property
    def holds_any(self) -> bool:
        """Whether a request waits for it."""
        return bool(self._waiting) and not self._is_open

    def open(self) -> None:
        """Let everything through, from now on too; runs on the test's loop."""
        self._is_open = True
        for loop, opened in list(self._waiting):
            loop.call_soon_threadsafe(opened.set)


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to a sandbox in this process.

    Args:
        sandbox: The server.
        is_production: Whether the workspace says that its doors are real.
    """

    def __init__(self, sandbox: Sandbox, *, is_production: bool = False) -> None:
        self.sandbox = sandbox
        self._server = httpx.ASGITransport(sandbox.app, raise_app_exceptions=False)
        self._is_production = is_production
        self._gates: list[Gate] = []
        self.is_down = False
        """Nothing gets through, as with a cable pulled."""
        self.loses_answer_to: Chosen | None = None
        """Requests that arrive, and whose answer does not."""
        self.answers: dict[str, httpx.Response] = {}
        """By path: what a server says that is not the sandbox."""
        self.fails_at: Chosen | None = None
        """Requests that a proxy answers with 503."""

    def hold(self, chosen: Chosen) -> None:
        """Let some requests wait until `release`."""
        self._gates.append(Gate(chosen))

    @property
    def holds_any(self) -> bool:
        """Whether a request waits."""
        return any(gate.holds_any for gate in self._gates)

    def release(self) -> None:
        """Let everything through that waits."""
        for gate in self._gates:
            gate.open()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        for gate in self._gates:
            if gate.chosen(request):
                await gate.passed()
        if self.is_down:
            raise httpx.ConnectError("no route to host", request=request)
        if self.fails_at is not None and self.fails_at(request):
            return httpx.Response(503, text="<html>503</html>", request=request)
        if request.url.path in self.answers:
            return self.answers[request.url.path]
        response = await self._server.handle_async_request(request)
        if self.loses_answer_to is not None and self.loses_answer_to(request):
            raise httpx.ReadError("connection reset by peer", request=request)
        return await self._as_production(response) if self._is_production else response

    async def _as_production(self, response: httpx.Response) -> httpx.Response:
        """The sandbox's own workspace always says that it is one."""
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = b"".join([chunk async for chunk in response.stream])
        body = body.replace(b'"is_sandbox":true', b'"is_sandbox":false')
        headers = {key: value for key, value in response.headers.items() if key != "content-length"}
        return httpx.Response(response.status_code, headers=headers, content=body)
