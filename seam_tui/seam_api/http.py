"""HTTP/1.1 to Seam, for many small questions: connections stay open, and each answer is read whole.

A load asks twenty thousand times. What httpx's own transport does around each question (locks, traces, cancel scopes,
a look at every other connection) is half of a load's CPU time (measured), and one loop that asks one server needs none
of it. The protocol itself is h11's here as there, and everything above stays httpx's and the SDK's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, TypeAlias
from urllib.request import getproxies

import h11
import httpx

KEPT_FOR: Final = 5.0
"""Seconds that a connection stays open unused, as with httpx: servers close them soon after."""
_LONGEST_HEAD: Final = 100 * 1024
"""Bytes of an answer's head, as with httpx."""
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_NEXT_ADDRESS_AFTER: Final = 0.25
"""Seconds after which another address of the server is tried beside the first (RFC 8305)."""
_Origin: TypeAlias = tuple[bytes, bytes, int | None]


def is_behind_proxy() -> bool:
    """Whether the environment names a proxy: only httpx's own transport knows how to talk to one."""
    return not {"http", "https", "all"}.isdisjoint(getproxies())


class HttpTransport(httpx.AsyncBaseTransport):
    """What the SDK's client sends through. Lives on one event loop; whoever asks bounds how much is asked at once."""

    def __init__(self) -> None:
        self._kept: defaultdict[_Origin, list[_Line]] = defaultdict(list)
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request once and read its answer whole.

        Raises:
            httpx.TransportError: As httpx's own transport does: `ConnectError` and `ConnectTimeout` when nothing was
                sent, else `ReadError`, `ReadTimeout` or `RemoteProtocolError`.
        """
        timeouts = request.extensions.get("timeout", {})
        url = request.url
        kept = self._kept[url.raw_scheme, url.raw_host, url.port]
        line = _usable(kept) or await self._open(url, timeouts.get("connect"))
        try:
            response = await line.ask(request, timeouts.get("read"))
        except BaseException:  # cancelled as well: what still comes would be taken for the next answer
            line.close()
            raise
        if line.is_usable:
            kept.append(line)
        else:
            line.close()
        return response

    async def aclose(self) -> None:
        """Close the connections that are not in use."""
        for kept in self._kept.values():
            while kept:
                kept.pop().close()
        await asyncio.sleep(0)  # the loop closes them at its next turn, and may have no other

    async def _open(self, url: httpx.URL, seconds: float | None) -> _Line:
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol("an address begins with http:// or https://")
        host, port = url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]
        tls = self._tls_context() if url.scheme == "https" else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                _, line = await loop.create_connection(
                    _Line, host, port, ssl=tls, happy_eyeballs_delay=_NEXT_ADDRESS_AFTER
                )
        except TimeoutError as error:
            raise httpx.ConnectTimeout("no connection in time") from error
        except OSError as error:  # a certificate that is not trusted, too
            raise httpx.ConnectError("no connection") from error
        return line

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


class _Line(asyncio.Protocol):
    """One connection: a question, its answer, the next question."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
        self._transport: asyncio.Transport | None = None
        self._news: asyncio.Future[None] | None = None
        self._is_asked = False
        self._error: Exception | None = None
        self.is_usable = True
        """Whether another question may be sent: the answer was whole, and nobody hung up."""
        self.idle_since = 0.0
        """When the last answer was there, by the loop's clock."""

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Something of an answer has come; what nobody asked for is no answer."""
        if self._is_asked:
            self._state.receive_data(data)
            self._wake()
        else:
            self.close()

    def eof_received(self) -> None:
        """The server has said all that it will say."""
        self.is_usable = False
        if self._is_asked:
            self._state.receive_data(b"")
            self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """It stands no more."""
        self.is_usable = False
        self._error = error
        if error is None:
            self.eof_received()
        else:  # what is missing of an answer that ends with the connection would not be missed
            self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    # What the transport asks

    def close(self) -> None:
        """Hang up."""
        self.is_usable = False
        if self._transport is not None:
            self._transport.abort()

    async def ask(self, request: httpx.Request, seconds: float | None) -> httpx.Response:
        """Send a request and read its answer.

        Args:
            request: What to ask.
            seconds: How long to wait for each next piece of the answer.

        Raises:
            httpx.TransportError: There is no whole answer.
        """
        assert self._transport is not None
        self._is_asked = True
        # Small as it is, nothing waits until it is sent: who takes it too slowly answers too late.
        self._transport.write(self._encoded(request, await request.aread()))
        head: h11.Response | None = None
        body: list[bytes] = []
        while True:
            event = self._next_event()
            if event is h11.NEED_DATA:
                await self._more(seconds)
            elif isinstance(event, h11.Data):
                body.append(event.data)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.EndOfMessage):
                break
        assert head is not None
        self._rest()
        return httpx.Response(
            head.status_code, headers=head.headers.raw_items(), stream=httpx.ByteStream(b"".join(body))
        )

    def _encoded(self, request: httpx.Request, content: bytes) -> bytes:
        send = self._state.send
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            data = [send(head), send(h11.Data(data=content)) if content else b"", send(h11.EndOfMessage())]
        except h11.LocalProtocolError:
            # Its text may quote a header, and one of them is the key.
            raise httpx.LocalProtocolError("the request cannot be sent as it is") from None
        return b"".join([part for part in data if part])

    def _next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            return self._state.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError("the answer is not whole, or none of HTTP") from error

    async def _more(self, seconds: float | None) -> None:
        """Wait for the next piece."""
        if self._error is not None:
            raise httpx.ReadError("the connection broke") from self._error
        self._news = self._loop.create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._news
        except TimeoutError as error:
            raise httpx.ReadTimeout("no answer in time") from error
        finally:
            self._news = None

    def _rest(self) -> None:
        """Make ready for the next question, if there can be one."""
        self._is_asked = False
        self.idle_since = self._loop.time()
        if self._state.our_state is self._state.their_state is h11.DONE and not self._state.trailing_data[0]:
            self._state.start_next_cycle()
        else:
            self.is_usable = False


def _usable(kept: list[_Line]) -> _Line | None:
    """The connection that was used last; those that were left alone for too long are closed."""
    oldest = asyncio.get_running_loop().time() - KEPT_FOR
    while kept and kept[0].idle_since < oldest:
        kept.pop(0).close()
    while kept:
        line = kept.pop()
        if line.is_usable:
            return line
    return None
