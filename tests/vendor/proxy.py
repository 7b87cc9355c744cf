"""A thin proxy that turns today's requests into those that Seam's older fake takes.

The client under test stays as it is for the real API. Each rule below names the one difference it bridges; a route
without a rule goes through untouched, so what the fake lacks answers its plain 404.
"""

import contextlib
import json
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

VERBS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
KEPT_RESPONSE_HEADERS: Final = ("content-type", "seam-request-id", "retry-after")
DROPPED_REQUEST_HEADERS: Final = frozenset({"host", "content-length", "content-type", "accept-encoding", "connection"})
START_SECONDS: Final = 10.0

Json = dict[str, Any]


@dataclass(slots=True)
class RequestCounts:
    """What clients have sent to the proxy, before any translation."""

    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, method: str, path: str) -> None:
        """Count one request."""
        with self._lock:
            self._counts[method, path] += 1

    def of(self, path: str | None = None, *, method: str | None = None) -> int:
        """How many requests came, to one path and with one verb if given."""
        with self._lock:
            return sum(n for (m, p), n in self._counts.items() if path in {None, p} and method in {None, m})

    def clear(self) -> None:
        """Start again from nothing."""
        with self._lock:
            self._counts.clear()


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way: the client's parameters from query and body, and the way to the fake."""

    method: str
    path: str
    params: Json
    request: Request
    raw_body: bytes
    client: httpx.AsyncClient

    async def ask_fake(self, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """Send JSON to the fake under the client's own credentials."""
        return await self.client.request(method, path, json=dict(body), headers=self._headers())

    async def pass_through(self) -> httpx.Response:
        """Send the request as it came."""
        headers = self._headers()
        if "content-type" in self.request.headers:
            headers["content-type"] = self.request.headers["content-type"]
        target = httpx.URL(self.path, query=self.request.url.query.encode())
        return await self.client.request(self.method, target, content=self.raw_body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {k: v for k, v in self.request.headers.items() if k not in DROPPED_REQUEST_HEADERS}


Rule = Callable[[Call], Awaitable[Response]]


async def update(call: Call) -> Response:
    """Sends PATCH as POST, and keeps times and type where the fake would make the code ongoing.

    `device_id` is left out: the fake looks a code up by id *or* device, and may take the name of another one.
    """
    body = {k: v for k, v in call.params.items() if k != "device_id"}
    if body.get("type") != "ongoing":
        current = await _find_code(call, access_code_id=body.get("access_code_id"))
        times = {k: body.get(k) or current.get(k) for k in ("starts_at", "ends_at")}
        was_or_becomes_time_bound = current.get("type") == "time_bound" or body.keys() & {*times, "type"}
        if was_or_becomes_time_bound and all(times.values()):
            body |= times
    return _relay(await call.ask_fake("POST", call.path, body))


async def delete(call: Call) -> Response:
    """Moves the query of a DELETE into the body, the only place where the fake looks; `device_id` as in update."""
    body = {k: v for k, v in call.params.items() if k != "device_id"}
    return _relay(await call.ask_fake("POST", call.path, body))


async def create_multiple(call: Call) -> Response:
    """Sends PUT as POST."""
    return _relay(await call.ask_fake("POST", call.path, call.params))


async def pull_backup(call: Call) -> Response:
    """Answers the backup under `access_code` too, the key that today's SDK reads."""
    answer = await call.ask_fake("POST", call.path, call.params)
    if not answer.is_success:
        return _relay(answer)
    content: Json = answer.json()
    return JSONResponse({**content, "access_code": content["backup_access_code"]}, headers=_kept_headers(answer))


async def list_codes(call: Call) -> Response:
    """Filters by device, ids and managed, all of which the fake ignores."""
    answer = await call.pass_through()
    if not answer.is_success:
        return _relay(answer)
    device_id, wanted_ids = call.params.get("device_id"), call.params.get("access_code_ids")
    content: Json = answer.json()
    content["access_codes"] = [
        code
        for code in content["access_codes"]
        if code.get("is_managed") is not False
        and (device_id is None or code["device_id"] == device_id)
        and (wanted_ids is None or code["access_code_id"] in wanted_ids)
    ]
    return JSONResponse(content, headers=_kept_headers(answer))


async def unmanaged_get(call: Call) -> Response:
    """Reads it with access_codes/get, which knows unmanaged codes as well."""
    answer = await call.ask_fake("POST", "/access_codes/get", call.params)
    if answer.is_success and answer.json()["access_code"].get("is_managed") is not False:
        return _not_found()
    return _relay(answer)


async def unmanaged_delete(call: Call) -> Response:
    """Deletes it with access_codes/delete, after a look that it is unmanaged."""
    if await _is_managed_or_missing(call):
        return _not_found()
    body = {"access_code_id": call.params["access_code_id"]}
    return _relay(await call.ask_fake("POST", "/access_codes/delete", body))


async def convert_to_managed(call: Call) -> Response:
    """Uses the older spelling, unmanaged/update; the look comes first because that answers 500 to an unknown id."""
    if await _is_managed_or_missing(call):
        return _not_found()
    return _relay(await call.ask_fake("PATCH", "/access_codes/unmanaged/update", {**call.params, "is_managed": True}))


async def pass_through(call: Call) -> Response:
    """Changes nothing."""
    return _relay(await call.pass_through())


RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("PATCH", "/access_codes/update"): update,
    ("DELETE", "/access_codes/delete"): delete,
    ("PUT", "/access_codes/create_multiple"): create_multiple,
    ("POST", "/access_codes/pull_backup_access_code"): pull_backup,
    ("GET", "/access_codes/list"): list_codes,
    ("POST", "/access_codes/list"): list_codes,
    ("GET", "/access_codes/unmanaged/get"): unmanaged_get,
    ("POST", "/access_codes/unmanaged/get"): unmanaged_get,
    ("DELETE", "/access_codes/unmanaged/delete"): unmanaged_delete,
    ("POST", "/access_codes/unmanaged/delete"): unmanaged_delete,
    ("PATCH", "/access_codes/unmanaged/convert_to_managed"): convert_to_managed,
    ("POST", "/access_codes/unmanaged/convert_to_managed"): convert_to_managed,
}


def create_proxy(fake_endpoint: str, counts: RequestCounts, *, on_started: Callable[[], None]) -> Starlette:
    """The proxy as an ASGI application; `on_started` is called once it answers."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(base_url=fake_endpoint, timeout=30, trust_env=False) as client:
            app.state.client = client
            on_started()
            yield

    async def handle(request: Request) -> Response:
        counts.add(request.method, request.url.path)
        raw_body = await request.body()
        call = Call(
            method=request.method,
            path=request.url.path,
            params=_parameters(request, raw_body),
            request=request,
            raw_body=raw_body,
            client=request.app.state.client,
        )
        return await RULES.get((call.method, call.path), pass_through)(call)

    return Starlette(routes=[Route("/{path:path}", handle, methods=VERBS)], lifespan=lifespan)


@contextlib.contextmanager
def proxy_in_front_of(fake_endpoint: str) -> Iterator[tuple[str, RequestCounts]]:
    """Serve the proxy in a thread on a free port; yields its endpoint and its counts."""
    counts, started = RequestCounts(), threading.Event()
    app = create_proxy(fake_endpoint, counts, on_started=started.set)
    config = uvicorn.Config(app, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    # asyncio sends at once what it has (TCP_NODELAY) only where the protocol is named; 40 ms an answer otherwise.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            if not started.wait(START_SECONDS):
                raise TimeoutError("the proxy did not start")
            yield f"http://127.0.0.1:{port}", counts
        finally:
            server.should_exit = True
            thread.join(START_SECONDS)


def _parameters(request: Request, raw_body: bytes) -> Json:
    """What the client asked for, wherever it put it: repeated query names are lists, and a body wins over the query."""
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    query.pop("_strict", None)
    params: Json = {name: values if name.endswith("_ids") else values[-1] for name, values in query.items()}
    if "application/json" in request.headers.get("content-type", "") and raw_body:
        with contextlib.suppress(json.JSONDecodeError):
            body = json.loads(raw_body)
            params |= body if isinstance(body, dict) else {}
    return params


async def _find_code(call: Call, *, access_code_id: str | None) -> Json:
    """The code as it stands, or nothing: the fake's own answer to the request tells what is wrong then."""
    answer = await call.ask_fake("POST", "/access_codes/get", {"access_code_id": access_code_id})
    return dict(answer.json()["access_code"]) if answer.is_success else {}


async def _is_managed_or_missing(call: Call) -> bool:
    code = await _find_code(call, access_code_id=call.params.get("access_code_id"))
    return code.get("is_managed") is not False


def _not_found() -> Response:
    error = {"type": "access_code_not_found", "message": "No unmanaged access code has this id", "request_id": "proxy"}
    return JSONResponse({"error": error, "ok": False}, status_code=404)


def _relay(answer: httpx.Response) -> Response:
    return Response(answer.content, status_code=answer.status_code, headers=_kept_headers(answer))


def _kept_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in KEPT_RESPONSE_HEADERS if name in answer.headers}
