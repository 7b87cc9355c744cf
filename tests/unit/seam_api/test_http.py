"""The transport below the SDK, against a server that says byte for byte what a test wants it to say."""

from __future__ import annotations

import asyncio
import gc
import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from seam_tui.seam_api.client import SeamClient
from seam_tui.seam_api.connection import Connection, ReadOnlySwitch, client_options
from seam_tui.seam_api.errors import NotSent
from seam_tui.seam_api.http import HttpTransport

HANG_UP = b""
RESET = None
SILENCE = object()
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass
class Server:
    """Answers the questions of each connection with the pieces that stand there for it, one list a question."""

    script: list[object]
    asked: list[list[bytes]] = field(default_factory=list)
    """The heads of the questions, connection by connection."""
    address: str = ""
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own: list[bytes] = []
        self.asked.append(own)
        try:
            while self.script:
                head = await reader.readuntil(b"\r\n\r\n")
                own.append(head)
                pieces = self.script.pop(0)
                for piece in pieces if isinstance(pieces, list) else [pieces]:
                    if isinstance(piece, bytes) and piece:
                        writer.write(piece)
                        await asyncio.sleep(0)
                    elif piece is SILENCE:
                        await self.let_go.wait()
                    elif piece is RESET:
                        at_once = struct.pack("ii", 1, 0)  # closing says so, and does not end the answer in peace
                        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                        writer.transport.abort()
                        return
                    else:
                        return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(
    *script: object, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Server, httpx.AsyncClient]]:
    server = Server(list(script))
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls)
    server.address = f"{'https' if tls else 'http'}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening, httpx.AsyncClient(transport=HttpTransport(), base_url=server.address) as client:
        yield server, client
        server.let_go.set()


async def seen_by_the_client(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what the other end of a connection did comes with no event of ours
        await asyncio.sleep(0)


async def test_questions_one_after_the_other_go_over_one_connection() -> None:
    async with serving(OK, OK, OK) as (server, client):
        for _ in range(3):
            assert (await client.get("/")).text == "ok"
    assert [len(own) for own in server.asked] == [3]


async def test_questions_at_once_go_over_connections_of_their_own() -> None:
    async with serving([SILENCE, OK], OK) as (server, client):
        first = asyncio.create_task(client.get("/first"))
        await seen_by_the_client(lambda: bool(server.asked and server.asked[0]))
        assert (await client.get("/second")).text == "ok"
        server.let_go.set()
        assert (await first).text == "ok"
    assert [len(own) for own in server.asked] == [1, 1]


async def test_what_is_sent_reaches_the_server_as_it_was_given() -> None:
    async with serving(OK) as (server, client):
        await client.post("/access_codes/create?a=b%20c", content=b"digits", headers={"X-Case": "Kept"})
    head = server.asked[0][0]
    assert head.startswith(b"POST /access_codes/create?a=b%20c HTTP/1.1\r\n")
    assert b"X-Case: Kept\r\n" in head
    assert b"Content-Length: 6\r\n" in head


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n", b"hello", b" world"],
        [b"HTTP/1.1 200 OK\r\ntransfer-enc", b"oding: chunked\r\n\r\n5\r\nhel", b"lo\r\n6\r\n world\r\n0\r\n\r\n"],
        [b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world"],
        [b"HTTP/1.1 200 OK\r\n\r\nhello", b" world", HANG_UP],
        [b"HTTP/1.0 200 OK\r\n\r\nhello world", HANG_UP],
        [b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 11\r\n\r\nhello world"],
    ],
    ids=["in pieces", "chunked", "behind a hint", "up to its end", "of an old server", "the last one"],
)
async def test_an_answer_is_read_whole_however_it_is_sent(pieces: list[bytes]) -> None:
    async with serving(pieces, OK) as (_server, client):
        assert (await client.get("/")).text == "hello world"
        assert (await client.get("/")).text == "ok"


async def test_a_packed_answer_is_unpacked() -> None:
    body = gzip.compress(b"hello world")
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(body)
    async with serving([head + body]) as (_server, client):
        assert (await client.get("/")).text == "hello world"


async def test_a_status_and_headers_come_through_as_they_were_sent() -> None:
    answer = (
        b"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\ncontent-length: 0\r\n\r\n"
    )
    async with serving(answer) as (_server, client):
        response = await client.get("/")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "7"
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello", HANG_UP], httpx.ReadError),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", HANG_UP], httpx.ReadError),
        ([b"220 mail.example ESMTP\r\n\r\n"], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000], httpx.RemoteProtocolError),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello", SILENCE], httpx.ReadTimeout),
        ([SILENCE], httpx.ReadTimeout),
    ],
    ids=["half", "half of the chunks", "no HTTP", "an endless head", "a stop half-way", "silence"],
)
async def test_an_answer_that_is_not_whole_is_an_error_and_ends_its_connection(
    pieces: list[object], error: type[httpx.TransportError]
) -> None:
    async with serving(pieces, OK) as (server, client):
        with pytest.raises(error):
            await client.get("/", timeout=httpx.Timeout(30, read=0.05 if SILENCE in pieces else 30))
        server.let_go.set()
        assert (await client.get("/")).text == "ok"
    assert len(server.asked) == 2


async def test_the_answer_to_a_question_that_was_given_up_is_not_taken_for_the_next_one() -> None:
    late = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate"
    async with serving([SILENCE, late], OK) as (server, client):
        asking = asyncio.create_task(client.get("/"))
        await seen_by_the_client(lambda: bool(server.asked and server.asked[0]))
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        server.let_go.set()
        assert (await client.get("/")).text == "ok"


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with serving() as (server, _client):
        address = server.address
    async with httpx.AsyncClient(transport=HttpTransport(), base_url=address) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")
        with pytest.raises(httpx.UnsupportedProtocol):
            await client.get("ftp://127.0.0.1/")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_change_whose_connection_breaks_is_sent_once_and_not_called_unsent(method: str) -> None:
    async with serving(OK, [RESET], OK) as (server, client):
        await client.request(method, "/")  # over a connection that is kept, as aiohttp sends again only there
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await client.request(method, "/")
    assert [len(own) for own in server.asked] == [2]


async def test_a_read_whose_connection_breaks_is_asked_again() -> None:
    async with serving(OK, [RESET], OK) as (server, client):
        await client.get("/")
        assert (await client.get("/")).text == "ok"
    assert [len(own) for own in server.asked] == [2, 1]


async def test_a_cookie_of_an_answer_is_sent_back_once() -> None:
    with_cookie = b"HTTP/1.1 200 OK\r\nset-cookie: a=1\r\ncontent-length: 0\r\n\r\n"
    async with serving(with_cookie, OK) as (server, client):
        await client.get("/")
        await client.get("/")
    assert server.asked[0][1].lower().count(b"cookie: a=1") == 1


async def test_a_key_that_no_header_can_hold_is_not_quoted() -> None:
    async with serving(OK) as (_server, client):
        with pytest.raises(httpx.LocalProtocolError) as told:
            await client.get("/", headers={"authorization": "Bearer seam_secret\r\n"})
    assert "seam_secret" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    both = tmp_path / "both.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    command = [openssl, *words.split(), "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text((tmp_path / "key").read_text() + (tmp_path / "certificate").read_text())
    return both


async def test_over_tls_a_trusted_certificate_is_asked_for(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with serving(OK, OK, tls=tls) as (server, client):
        with pytest.raises(httpx.ConnectError):
            await client.get("/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with httpx.AsyncClient(transport=HttpTransport(), base_url=server.address) as trusting:
            assert (await trusting.get("/")).text == "ok"
            assert (await trusting.get("/")).text == "ok"


async def test_the_client_says_not_sent_where_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    async with serving() as (server, _client):
        address = server.address
    client = SeamClient(Connection(api_key="seam_key", endpoint=address))
    with pytest.raises(NotSent):
        await client.delete_access_code("code")
    await client.close()


@pytest.mark.parametrize("name", PROXIES)
def test_where_a_proxy_is_named_the_sdk_finds_the_way_by_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in PROXIES:
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    connection = Connection(api_key="seam_key")
    assert "transport" in client_options(connection, ReadOnlySwitch())["httpx_options"]
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    options = client_options(connection, ReadOnlySwitch())
    assert "transport" not in options["httpx_options"]
    assert options["retries"].allowed_methods == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("ask", ["GET", "POST"])
async def test_an_answer_that_was_read_is_let_go_without_the_collector(ask: str) -> None:
    body = [b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"]
    async with serving(body) as (server, _):
        options = client_options(Connection(api_key="seam_key"), ReadOnlySwitch())["httpx_options"]
        async with httpx.AsyncClient(base_url=server.address, **options) as client:
            gc.disable()
            try:
                answer = await client.request(ask, "/devices/list")
                text, held = answer.text, weakref.ref(answer)
                del answer
                assert (text, held()) == ("{}", None)
            finally:
                gc.enable()
