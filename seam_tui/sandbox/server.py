"""The sandbox as an ASGI application, and a server for it.

Reached in-process through `httpx.ASGITransport` or over HTTP; it speaks the API's paths, verbs, envelopes and headers.
"""

import asyncio
import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from seam_tui.sandbox import control as control_plane
from seam_tui.sandbox import routes_access_codes, routes_devices, routes_unmanaged, routes_workspace
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.endpoints import READ, Call, Endpoint
from seam_tui.sandbox.errors import ApiError, invalid_form
from seam_tui.sandbox.faults import HTML_BODY, FaultRule, Faults, refusal
from seam_tui.sandbox.params import Params, parse_query
from seam_tui.sandbox.records import Json
from seam_tui.sandbox.requestlog import RequestLog, RequestRecord
from seam_tui.sandbox.scenarios import build_world
from seam_tui.sandbox.seeds import Seeds
from seam_tui.sandbox.wire import attempt_json, workspace_json
from seam_tui.sandbox.world import World

SANDBOX_KEY = "seam_test_sandbox_key"
"""The API key of every sandbox."""
SANDBOX_TOKEN = "seam_at_sandbox_token"
"""The personal access token of every sandbox; it needs a `seam-workspace` header."""

ENDPOINTS: dict[str, Endpoint] = {
    endpoint.path: endpoint
    for module in (routes_access_codes, routes_unmanaged, routes_devices, routes_workspace)
    for endpoint in module.ENDPOINTS
}
"""Every endpoint that needs nothing but a world; `Sandbox` adds those that need more."""

_ANSWERED_BY_SANDBOX = {
    "/workspaces/list": frozenset({"GET", "POST"}),
    "/workspaces/reset_sandbox": frozenset({"POST"}),
}
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class CutConnectionError(ConnectionError):
    """Raised through the application where there is no connection to cut."""


class NoSuchPathError(LookupError):
    """The API has no such path."""


class Sandbox:
    """A simulated workspace behind an ASGI application. Made by `create_sandbox`."""

    def __init__(
        self, build: Callable[[], World], clock: SandboxClock, *, seed: int, control: bool, traceable: bool
    ) -> None:
        self._build = build
        self.clock = clock
        self.control = control
        self.key = SANDBOX_KEY
        self.requests = RequestLog()
        self.faults = Faults(seed)
        # Request ids come from a stream of their own: reading more often must not change the world.
        self._request_ids = Seeds(seed + 1_000_003, traceable=traceable)
        self.world = build()
        self._second = self._second_world()
        self._late: set[asyncio.Task[Response]] = set()
        self.app = Starlette(
            routes=[
                Route("/connect_webviews/view", self._webview_page, methods=["GET"]),
                Route("/{path:path}", self._answer, methods=_VERBS),
            ]
        )

    def reset(self) -> None:
        """Put the workspace back to what it was in the beginning, at the present time."""
        limits, duplicates, event_rules = self.world.limits, self.world.refuse_duplicates, self.world.event_rules
        self.world = self._build()
        self.world.event_rules = event_rules
        self.world.limits = limits
        limits.clear()
        self.world.refuse_duplicates = duplicates
        self._second = self._second_world()

    def _second_world(self) -> World:
        """The other, empty workspace that the personal access token reaches."""
        second = World(self.clock, seed=2)
        second.workspaces = self.world.workspaces[::-1]
        return second

    # -- answering ----------------------------------------------------------------------------------------------------

    async def _answer(self, request: Request) -> Response:
        request_id = self._request_ids.uuid()
        try:
            if request.url.path.startswith(control_plane.PREFIX):
                return await self._control(request)
            # Before anything else: a caller that goes away takes with it what was not read yet.
            params, from_query = await _read_params(request)
        except ApiError as error:
            return self._refuse(request, {}, error, request_id)
        except ClientDisconnect:
            self._log(request, {}, 0, False, {})
            return Response()  # nobody hears it
        rule = self.faults.pick(request.method, request.url.path)
        asked = Params(params, from_query=from_query)
        if rule is None or rule.kind != "delay":
            return self._act(request, asked, rule, request_id)
        if rule.when == "after":
            response = self._act(request, asked, rule, request_id)
            await asyncio.sleep(rule.seconds)
            return response
        # A task of its own, shielded: in-process a caller that gives up would cancel it, over HTTP it would not.
        late = asyncio.create_task(self._act_later(request, asked, rule, request_id))
        self._late.add(late)
        late.add_done_callback(self._late.discard)
        return await asyncio.shield(late)

    async def _act_later(self, request: Request, params: Params, rule: FaultRule, request_id: str) -> Response:
        await asyncio.sleep(rule.seconds)
        return self._act(request, params, rule, request_id)

    def _act(self, request: Request, params: Params, rule: FaultRule | None, request_id: str) -> Response:
        """Do what is asked, as far as a fault allows it, and note it in the log."""
        took_effect = False
        body: Json = {}
        try:
            if rule is not None and rule.kind == "status":
                response = _fault_response(rule, request_id)
            elif rule is not None and rule.kind == "cut":
                response = _cut(request)
            else:
                body = self._respond(request, request.url.path, params)
                took_effect = True
                response = _json({**body, "ok": True})
                if rule is not None and rule.kind == "apply_then_fail":
                    response = _cut(request) if rule.cut else _fault_response(rule, request_id)
        except NoSuchPathError:
            # The real API, too, answers an unknown path without its envelope.
            response = PlainTextResponse("Not Found", 404)
        except ApiError as error:
            return self._refuse(request, params.values, error, request_id)
        except CutConnectionError:
            self._log(request, params.values, 0, took_effect, body)
            raise
        self._stamp(response, request_id)
        status = 0 if isinstance(response, CutResponse) else response.status_code
        self._log(request, params.values, status, took_effect, body)
        return response

    def _refuse(self, request: Request, params: Json, error: ApiError, request_id: str) -> Response:
        response = _json(error.envelope(request_id), error.status, error.headers)
        self._stamp(response, request_id)
        self._log(request, params, error.status, False, {})
        return response

    def _stamp(self, response: Response, request_id: str) -> None:
        """The headers of every answer; its date is the sandbox's own time, as that of its events."""
        response.headers["seam-request-id"] = request_id
        response.headers["date"] = formatdate(self.clock.timestamp(), usegmt=True)

    def _log(self, request: Request, params: Json, status: int, took_effect: bool, answer: Json) -> None:
        path = request.url.path
        named = params.get("access_code_id") or (answer.get("access_code") or {}).get("access_code_id")
        self.requests.add(
            RequestRecord(
                request.method,
                path,
                params,
                status,
                self.clock.now(),
                took_effect=took_effect,
                is_write=path in ENDPOINTS and ENDPOINTS[path].methods is not READ,
                access_code_id=named if isinstance(named, str) else None,
            )
        )

    def _respond(self, request: Request, path: str, params: Params) -> Json:
        endpoint = ENDPOINTS.get(path)
        methods = endpoint.methods if endpoint is not None else _ANSWERED_BY_SANDBOX.get(path)
        if methods is None:
            raise NoSuchPathError
        if request.method not in methods:
            raise ApiError(405, "method_not_allowed", f"{request.method} is not allowed for {path}")
        world, all_workspaces = self._authenticate(request, path)
        base_url = str(request.base_url).rstrip("/")
        if endpoint is None:
            return self._own_endpoint(path, all_workspaces=all_workspaces)
        world.catch_up()
        return endpoint.handle(Call(world, params, base_url, path))

    def _own_endpoint(self, path: str, *, all_workspaces: bool) -> Json:
        if path == "/workspaces/list":
            shown = self.world.workspaces if all_workspaces else self.world.workspaces[:1]
            return {"workspaces": [workspace_json(workspace) for workspace in shown]}
        self.reset()
        attempt = self.world.start_attempt("RESET_SANDBOX_WORKSPACE")
        attempt.status, attempt.result = "success", {}
        return {"action_attempt": attempt_json(self.world, attempt)}

    def _authenticate(self, request: Request, path: str) -> tuple[World, bool]:
        """The workspace that the request may see, and whether it may list all of them."""
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or credential not in {SANDBOX_KEY, SANDBOX_TOKEN}:
            raise ApiError(401, "unauthorized", "The API key or access token is missing or not valid")
        if credential == SANDBOX_KEY:
            return self.world, False
        wanted = request.headers.get("seam-workspace")
        if wanted is None and path != "/workspaces/list":
            raise ApiError(401, "unauthorized", "A personal access token needs a seam-workspace header")
        for world in (self.world, self._second):
            if wanted in {None, world.workspace.workspace_id}:
                return world, True
        raise ApiError(401, "unauthorized", "This access token has no access to that workspace")

    async def _control(self, request: Request) -> Response:
        if not control_plane.allowed(self, request.client.host if request.client else None):
            return PlainTextResponse("Not Found", 404)
        body = await _read_body(request)
        return _json(control_plane.handle(self, request.method, request.url.path, body) | {"ok": True})

    async def _webview_page(self, request: Request) -> Response:
        """The page behind a webview's address: opening it is signing in."""
        webview = self.world.webviews.get(request.query_params.get("connect_webview_id", ""))
        if webview is None or webview.token != request.query_params.get("auth_token"):
            return PlainTextResponse("Not Found", 404)
        self.world.catch_up()
        routes_workspace.authorize_webview(self.world, webview.webview_id)
        return HTMLResponse("<!doctype html><title>Sandbox</title><h1>Signed in</h1><p>You can close this page.</p>")


class CutResponse(Response):
    """An answer that breaks off: headers and half a body, and then nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise more bytes than are sent; the server then closes the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1024")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok"', "more_body": True})


def _cut(request: Request) -> CutResponse:
    """Break the connection; in-process there is none, so the application itself fails."""
    # Only a real server names the version of the protocol that it speaks.
    if "spec_version" not in request.scope.get("asgi", {}):
        raise CutConnectionError("The connection was cut by a fault rule")
    return CutResponse()


def _fault_response(rule: FaultRule, request_id: str) -> Response:
    error = refusal(rule)
    if rule.html:
        return HTMLResponse(HTML_BODY, rule.status, headers=error.headers)
    return _json(error.envelope(request_id), error.status, error.headers)


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    # Compact and in UTF-8, as the API sends it; a page of codes is large enough for this to matter.
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, headers=headers, media_type="application/json")


async def _read_body(request: Request) -> Any:
    raw = await request.body()
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError:
        raise invalid_form("The body is not valid JSON") from None


async def _read_params(request: Request) -> tuple[dict[str, Any], bool]:
    """The parameters of a request, and whether they came by query string."""
    body = await _read_body(request)
    if not isinstance(body, dict):
        raise invalid_form("The body has to be a JSON object")
    # A body says more than a query string can, so where both are sent the body decides.
    return (body, False) if body else (parse_query(request.url.query), True)


def create_sandbox(
    scenario: str = "default",
    *,
    devices: int | None = None,
    codes: int | None = None,
    seed: int = 1,
    clock: SandboxClock | None = None,
    control: bool = False,
    traceable: bool = False,
    keeps_names: bool = False,
    rate_limits: bool = True,
) -> Sandbox:
    """Make a simulated workspace.

    Args:
        scenario: Which world: `default`, `museum`, `healthy` or `empty`.
        devices: With `codes`: how many locks a generated world has, in place of the scenario.
        codes: With `devices`: how many codes it has.
        seed: The same scenario, seed and start of the clock give the same world.
        clock: The time by which everything moves; real time if left out.
        control: Whether the control plane under `/_sandbox/` answers (to loopback clients).
        traceable: A world in which no PIN can be met by chance and every guest has an invented name.
        keeps_names: A traceable world whose guests have the names that the scenario gives them all the same.
        rate_limits: Whether writes are limited per lock and minute.

    Returns:
        The sandbox; its `app` is the ASGI application.

    Raises:
        ValueError: There is no such scenario.
    """
    own_clock = clock if clock is not None else SandboxClock()

    def build() -> World:
        return build_world(
            scenario,
            clock=own_clock,
            devices=devices,
            codes=codes,
            seed=seed,
            traceable=traceable,
            keeps_names=keeps_names,
            rate_limits=rate_limits,
        )

    return Sandbox(build, own_clock, seed=seed, control=control, traceable=traceable)


def serve(
    sandbox: Sandbox, host: str = "127.0.0.1", port: int = 8765, *, on_ready: Callable[[int], None] | None = None
) -> None:
    """Serve a sandbox over HTTP until interrupted.

    Args:
        sandbox: What to serve.
        host: The address to listen on.
        port: The port; 0 lets the system choose one.
        on_ready: Called with the real port as soon as the server listens.
    """
    # In-process users, the demo above all, need no HTTP server: they should not wait for its import.
    from seam_tui.sandbox.serving import run

    run(sandbox.app, host, port, on_ready)
