"""HTTP to Seam: what is read goes through aiohttp, what changes something through httpx's own transport.

A load asks twenty thousand times, and what httpx's transport does around each question takes more than twice the CPU
time that aiohttp takes (measured). For a change it is the other way round: it must be known whether it was sent, and it
is sent once. aiohttp sends a DELETE or a PUT again when a kept connection turns out to be closed, and httpx-aiohttp
calls that, too, a connection that never stood.
"""

from __future__ import annotations

from typing import Final
from urllib.request import getproxies

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

KEPT_FOR: Final = 5.0
"""Seconds that a connection stays open unused, as with httpx: servers close them soon after."""


def is_behind_proxy() -> bool:
    """Whether the environment names a proxy: httpx finds its way by itself, unless a transport is set."""
    return not {"http", "https", "all"}.isdisjoint(getproxies())


class HttpTransport(httpx.AsyncBaseTransport):
    """What the SDK's client sends through. Lives on one event loop; whoever asks bounds how much is asked at once."""

    def __init__(self) -> None:
        self._tls = httpx.create_ssl_context()
        self._writes = httpx.AsyncHTTPTransport(verify=self._tls)
        self._reads = AiohttpTransport(verify=self._tls, client=self._session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request once; a GET of which the connection breaks before its answer begins is sent once more.

        Raises:
            httpx.TransportError: There is no answer; `ConnectError` and `ConnectTimeout` when nothing was sent.
        """
        if request.method != "GET":
            return await self._writes.handle_async_request(request)
        try:
            return await self._reads.handle_async_request(request)
        except httpx.TransportError as error:
            raise _named_as_httpx_does(error) from error.__cause__
        except aiohttp.ClientError:  # its text quotes what came, whatever that was
            raise httpx.RemoteProtocolError("the answer is none of HTTP") from None
        except ValueError:  # a header that cannot be sent; one of them is the key
            raise httpx.LocalProtocolError("the request cannot be sent as it is") from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._writes.aclose()
        await self._reads.aclose()

    def _session(self) -> aiohttp.ClientSession:
        # Cookies are httpx's business, as they are for what it sends itself.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_FOR, ssl=self._tls)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _named_as_httpx_does(error: httpx.TransportError) -> httpx.TransportError:
    """The error by what happened: httpx-aiohttp has one name for a refused, a broken and a late connection."""
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientConnectorError):
        return httpx.ConnectError("no connection")
    if isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(cause, aiohttp.ServerTimeoutError):
        return httpx.ReadError("the connection broke")
    if isinstance(cause, aiohttp.ConnectionTimeoutError):
        return httpx.ConnectTimeout("no connection in time")
    return error
