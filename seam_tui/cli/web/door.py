"""Who comes in: whoever has the token. It is in the address once, and in a cookie from then on."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from seam_tui.domain.crash_log import write_crash_log

PARAMETER: Final = "token"
WEBSOCKET_PATH: Final = "/ws"
HEADERS: Final = {
    # Nothing is loaded from elsewhere, nothing is sent elsewhere, and no page frames this one. Styles: the terminal
    # writes its own into the page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Server": "seam-tui",
    "X-Content-Type-Options": "nosniff",
}
"""Set on every answer."""

# A browser keeps a strict cookie to itself when a link on another site's page leads here. A click on this page's own
# link is no longer from elsewhere.
_REFUSED: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>seam-tui: not without its address</title>
<p>This is only for those who have the whole address that <code>seam-tui serve</code> printed, with its token.</p>
<p>You opened that address by a link on another page? <a href="/">Go on here.</a></p></html>
"""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets nobody through without the token, to whatever path.

    Attributes:
        token: 256 random bits; made anew with every server.
        port: Where the server listens. Browsers send a cookie to every port of a host, so its name tells servers apart.
    """

    def __init__(self, port: int) -> None:
        self.token: Final = secrets.token_urlsafe(32)
        self.port = port

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return f"seam_tui_{self.port}"

    @web.middleware
    async def keep(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer 403 without the token, and to a WebSocket from another origin; trade the token for the cookie.

        Raises:
            web.HTTPException: The answer, where it is not the handler's.
        """
        offered = request.query.get(PARAMETER) if request.path == "/" else None
        if offered is not None:
            if not self._is_token(offered):
                raise _refusal()
            raise self._welcome(request)
        if not self._is_token(request.cookies.get(self.cookie, "")):
            raise _refusal()
        if request.path == WEBSOCKET_PATH and not _is_from_own_page(request):
            raise _refusal()
        try:
            return await handler(request)
        except web.HTTPException:
            raise
        except Exception as error:
            # aiohttp would log the exception's message, and in debug mode show it to the visitor.
            write_crash_log(error, where="serve")
            raise web.HTTPInternalServerError(text="Something in seam-tui failed.") from None

    def _is_token(self, offered: str) -> bool:
        """Compare in a time that tells nothing of how much is right."""
        return secrets.compare_digest(offered.encode(errors="replace"), self.token.encode())

    def _welcome(self, request: web.Request) -> web.HTTPSeeOther:
        """Lead to the page itself, so that the token leaves the address bar."""
        rest = {name: value for name, value in request.query.items() if name != PARAMETER}
        answer = web.HTTPSeeOther(f"/?{urlencode(rest)}" if rest else "/")
        answer.set_cookie(self.cookie, self.token, path="/", httponly=True, samesite="Strict", secure=request.secure)
        return answer


async def set_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put our headers on an answer, whoever made it."""
    response.headers.update(HEADERS)


def _is_from_own_page(request: web.Request) -> bool:
    """Whether the page that asks came from here: browsers let any page open a WebSocket to anywhere."""
    try:
        origin = urlsplit(request.headers.get("Origin", ""))
    except ValueError:
        return False
    return origin.scheme in {"http", "https"} and origin.netloc.lower() == request.headers.get("Host", "").lower()


def _refusal() -> web.HTTPForbidden:
    return web.HTTPForbidden(text=_REFUSED, content_type="text/html")
