"""Every visitor has an app of their own, only so many run at once, and none outlives its visitor or its server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from seam_tui.sandbox.server import SANDBOX_KEY
from tests.browser.serving import PATIENCE, Served, is_running, served, until

FULL: Final = b"This page goes on by itself"
STARTED: Final = b"\x1b[?1049h"
"""What an app writes first: the alternate screen."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, "--demo", "--scenario", "empty", "--visitors", "2") as server:
        yield server


@pytest.fixture
def for_one(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, "--demo", "--scenario", "empty", "--visitors", "1") as server:
        yield server


class Page:
    """A page's end of the WebSocket."""

    def __init__(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        self.websocket = websocket

    async def gets(self, wanted: bytes) -> bytes:
        """Read until the app has written this; all that was read."""
        read = b""
        async with asyncio.timeout(PATIENCE):
            while wanted not in read:
                message = await self.websocket.receive()
                assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, message
                read += message.data if isinstance(message.data, bytes) else message.data.encode()
        return read

    async def is_closed(self) -> None:
        """Read until the server closes the connection."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.websocket:
                pass

    async def sends(self, *what: object) -> None:
        """Send what a page of ours sends."""
        await self.websocket.send_str(json.dumps(what))


@asynccontextmanager
async def page(server: Served, *, gets: bytes = STARTED) -> AsyncIterator[Page]:
    """Somebody who was let in opens the page, and waits until this comes."""
    async with (
        aiohttp.ClientSession(headers={"Cookie": f"seam_tui_{server.port}={server.token}"}) as session,
        session.ws_connect(f"{server.base}/ws?width=80&height=24", origin=server.base) as websocket,
    ):
        visitor = Page(websocket)
        await visitor.gets(gets)
        yield visitor


async def test_two_visitors_have_an_app_each_and_both_end_as_they_leave(demo: Served) -> None:
    async with page(demo):
        async with page(demo):
            assert len(demo.apps) == 2
        await until("one app", lambda: len(demo.apps) == 1)
    await until("no app", lambda: demo.apps == [])
    await until("all is told", lambda: "".join(demo.printed).count("A visitor left: ") == 2)
    assert "A visitor came: 2 of at most 2 here.\n" in demo.printed
    assert demo.printed[-1] == "A visitor left: 0 of at most 2 here.\n"


async def test_one_more_than_may_come_waits_is_told_so_and_comes_in_when_another_leaves(for_one: Served) -> None:
    async with page(for_one) as here, page(for_one, gets=FULL) as waiting:
        assert len(for_one.apps) == 1
        await here.sends("stdin", "q")
        await here.is_closed()
        await waiting.gets(STARTED)
        assert len(for_one.apps) == 1


async def test_the_one_who_waits_may_leave_as_well(for_one: Served) -> None:
    async with page(for_one) as here:
        async with page(for_one, gets=FULL):
            pass
        async with page(for_one, gets=FULL) as next_one:
            await here.websocket.close()
            await next_one.gets(STARTED)
    await until("no app", lambda: for_one.apps == [])


async def test_a_crowd_is_turned_away(for_one: Served) -> None:
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession(cookies=for_one.cookies) as session:
        connect = [session.ws_connect(f"{for_one.base}/ws", origin=for_one.base) for _ in range(17)]
        crowd = await asyncio.gather(*connect)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{for_one.base}/ws", origin=for_one.base)
        assert refused.value.status == 503
        assert len(for_one.apps) <= 1
        await asyncio.gather(*(each.close() for each in crowd))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_server_that_ends_takes_every_app_with_it(demo: Served, how: int) -> None:
    async with page(demo) as one, page(demo) as two:
        apps = demo.apps
        ending = asyncio.to_thread(demo.end, how)
        code, *_ = await asyncio.gather(ending, one.is_closed(), two.is_closed())
    assert code == 0
    assert len(apps) == 2
    assert not any(is_running(each) for each in apps)


async def test_a_server_that_is_killed_leaves_no_app_behind(demo: Served) -> None:
    async with page(demo):
        apps = demo.apps
        assert len(apps) == 1
        demo.process.kill()
        await until("the app to end", lambda: not is_running(apps[0]))
    assert not any(demo.logs), "it ended in order"


async def test_an_app_that_hangs_is_ended_when_its_visitor_leaves(demo: Served) -> None:
    async with page(demo):
        app = demo.apps[0]
        os.kill(app, signal.SIGSTOP)
    await until("the app to end", lambda: not is_running(app))
    await until("it is told", lambda: "was ended from outside" in "".join(demo.printed))


async def test_an_app_that_dies_closes_its_page(demo: Served) -> None:
    async with page(demo) as one:
        os.kill(demo.apps[0], signal.SIGKILL)
        await one.is_closed()
    await until("it is told", lambda: "A visitor left: 0" in "".join(demo.printed))


async def test_an_app_that_cannot_start_closes_its_page_and_it_is_told_where_to_look(demo: Served) -> None:
    settings = demo.folder / "CONFIG"
    settings.mkdir()
    (settings / "config.toml").write_text("concurrency = 1000\n")
    async with page(demo, gets=b"") as one:
        await one.is_closed()
    await until("it is told", lambda: "could not start; `seam-tui` itself says why" in "".join(demo.printed))
    assert demo.apps == []


async def test_what_no_page_of_ours_sends_is_ignored(demo: Served) -> None:
    async with page(demo) as one:
        for junk in ("", "{", "null", "[]", '["stdin"]', '["stdin", 5]', '["resize", {"width": "x"}]', '["quit"]'):
            await one.websocket.send_str(junk)
        await one.websocket.send_bytes(b"\0\xff")
        await one.sends("resize", {"width": 10**9, "height": -1})
        await one.sends("resize", {"width": 80, "height": 24})
        await one.sends("ping", "1234")
        await one.gets(b'["pong", "1234"]')
        await one.sends(
            "stdin", "\ud800"
        )  # half a character; it comes in as a question mark, which is the key for help
        await one.gets(b"Where to begin")
    await until("no app", lambda: demo.apps == [])
    assert demo.logs == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows the environment of a process")
async def test_the_key_reaches_the_app_through_its_environment_alone(tmp_path: Path) -> None:
    variables = {"SEAM_API_KEY": SANDBOX_KEY, "SEAM_ENDPOINT": "http://127.0.0.1:1", "SEAM_TUI_CONCURRENCY": "3"}
    with served(tmp_path, variables=variables) as server:
        async with page(server):
            process = Path(f"/proc/{server.apps[0]}")
            assert SANDBOX_KEY in (process / "environ").read_text()
            command = (process / "cmdline").read_text().split("\0")
            assert command[1:] == ["-m", "seam_tui", "--read-only", "--share-fixed", ""]
            assert (
                variables.items()
                <= dict(
                    each.split("=", 1) for each in (process / "environ").read_text().split("\0") if "=" in each
                ).items()
            )


async def test_what_the_server_prints_holds_the_token_once_and_no_key(tmp_path: Path) -> None:
    variables = {"SEAM_API_KEY": SANDBOX_KEY, "SEAM_ENDPOINT": "http://127.0.0.1:1"}
    with served(tmp_path, variables=variables) as server:
        async with page(server):
            pass
        async with aiohttp.ClientSession() as session, session.get(server.url, allow_redirects=False) as answer:
            assert answer.status == 303
        assert server.end() == 0
        printed = "".join(server.printed)
    assert printed.count(server.token) == 1
    assert SANDBOX_KEY not in printed
    assert [line.split(":")[0] for line in server.printed[2:]] == ["A visitor came", "A visitor left"]


async def test_others_than_this_machine_are_warned_about(tmp_path: Path) -> None:
    with served(tmp_path, "--demo", "--host", "0.0.0.0", is_quiet=False) as server:
        assert server.base.startswith("http://127.0.0.1:")
        await until("the warning", lambda: len(server.warned) == 3)
        warning = "".join(server.warned)
        assert warning.startswith("Warning: 0.0.0.0 is not this machine alone.")
        assert "unencrypted" in warning
