"""A visitor learns no name, login, id or PIN, whatever they press: every byte that reaches the page is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from playwright.async_api import Browser

from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from tests.browser.serving import Served, served
from tests.browser.tab import Tab, tab
from tests.unit.cli.command import serve_in_thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONTROLS = re.compile(r"\x1b(?:\[[0-9;?<>=]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\\\))")


@pytest.fixture(scope="module")
def town() -> Sandbox:
    """A world in which no name, login, id or PIN is met by chance."""
    return create_sandbox(clock=SandboxClock(speed=1), traceable=True)


@pytest.fixture(scope="module")
def variables(town: Sandbox) -> dict[str, str]:
    """The way there, and settings that would loosen what holds for visitors."""
    loose = {"SEAM_TUI_SHARE": "false", "SEAM_TUI_READ_ONLY": "false"}
    return {"SEAM_ENDPOINT": serve_in_thread(town), "SEAM_API_KEY": SANDBOX_KEY, **loose}


@pytest.fixture(scope="module")
def server(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("shared"), "--write", variables=variables) as server:
        yield server


def secrets_of(town: Sandbox) -> set[str]:
    """What is not to be learnt."""
    world = town.world
    return {
        *(code.name for code in world.codes.values() if code.name),
        *(code.code for code in world.codes.values() if code.code),
        *(code.access_code_id for code in world.codes.values()),
        *world.devices,
        *world.accounts,
        SANDBOX_KEY,
    }


@asynccontextmanager
async def watched(chromium: Browser, server: Served) -> AsyncIterator[tuple[Tab, list[str]]]:
    """Somebody who looks, and all text that has reached the page."""
    told: list[str] = []

    def take(payload: str | bytes) -> None:
        told.append(payload if isinstance(payload, str) else payload.decode(errors="replace"))

    async with tab(chromium) as visitor:
        visitor.page.on("websocket", lambda socket: socket.on("framereceived", take))
        await visitor.comes_in(server.url)
        yield visitor, told


def learnt(told: list[str], town: Sandbox) -> set[str]:
    text = CONTROLS.sub("", "".join(told))
    assert len(text) > 1_000
    return {secret for secret in secrets_of(town) if secret in text or secret in "".join(told)}


async def test_nothing_that_is_hidden_reaches_the_page(chromium: Browser, server: Served, town: Sandbox) -> None:
    async with watched(chromium, server) as (visitor, told):
        assert "SHARED" in await visitor.text()
        for key in ("ArrowDown", "PageDown", "End", "Home", "3", "PageDown", "1", "ArrowDown", "2"):
            await visitor.press(key)
        for key in ("v", "c", "C"):  # reveal, copy the PIN, copy the ids
            await visitor.press(key)
        await visitor.shows("Means:", "SHARED")
        assert learnt(told, town) == set()


async def test_share_mode_cannot_be_left(chromium: Browser, server: Served, town: Sandbox) -> None:
    async with watched(chromium, server) as (visitor, told):
        await visitor.press("F8")
        await visitor.shows("Share mode is kept on here")
        await visitor.press("y", "Enter")
        await visitor.press("v")
        assert "SHARED" in await visitor.shows("Share mode is kept on here: no PIN is shown or copied.")
        assert learnt(told, town) == set()


async def test_a_filter_is_no_way_to_find_out(chromium: Browser, server: Served, town: Sandbox) -> None:
    code = next(code for code in town.world.codes.values() if code.code and code.name and code.managed)
    async with watched(chromium, server) as (visitor, _):
        for probe in (f"pin:{code.code}", f"name:{code.name}"):
            field = probe.partition(":")[0]
            await visitor.press("/")
            await visitor.page.keyboard.type(probe)
            shown = await visitor.shows(f"“{field}:” is not for visitors", "••••")
            assert probe not in shown
            await visitor.press("Escape")
            await visitor.shows("not for visitors", gone=True)
        await visitor.press("/")
        await visitor.page.keyboard.type(code.name or "")
        await visitor.shows("The filter hides every code.")


async def test_a_visitor_leaves_no_picture_on_the_machine_of_the_one_who_shares(
    chromium: Browser, server: Served
) -> None:
    async with watched(chromium, server) as (visitor, _):
        await visitor.press("F7")
        await visitor.shows("No picture was saved")
    assert list(server.folder.rglob("*.svg")) == []


async def test_there_is_nothing_to_download(server: Served) -> None:
    async with aiohttp.ClientSession(headers={"Cookie": f"seam_tui_{server.port}={server.token}"}) as session:
        for key in ("0", "picture", "..%2f..%2fetc%2fpasswd"):
            async with session.get(f"{server.base}/download/{key}") as answer:
                assert answer.status in {404, 500}
                assert len(await answer.read()) < 100


async def test_who_shares_can_let_visitors_see_all(
    chromium: Browser, variables: dict[str, str], town: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with served(tmp_path_factory.mktemp("open"), "--no-share", variables=variables) as server:
        async with watched(chromium, server) as (visitor, told):
            shown = await visitor.text()
            assert "SHARED" not in shown
            assert "READ-ONLY" in shown
            names = {code.name for code in town.world.codes.values()}
            assert learnt(told, town) & names
        assert any("with the names of guests" in line for line in server.printed)
