"""A visitor with a real browser: sees what fails, reads what to do about it, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser

from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from tests.browser.serving import Served, served, until
from tests.browser.tab import tab
from tests.unit.cli.command import serve_in_thread

pytestmark = pytest.mark.asyncio(loop_scope="module")

READS = frozenset({"get", "list"})


@dataclass
class Town:
    """A workspace over HTTP, and what a visitor's app has sent there."""

    sandbox: Sandbox
    variables: dict[str, str]

    @property
    def changes(self) -> list[str]:
        return [each.path for each in self.sandbox.requests if each.path.rsplit("/", 1)[-1] not in READS]


@pytest.fixture(scope="module")
def town() -> Town:
    sandbox = create_sandbox(clock=SandboxClock(speed=1))
    return Town(sandbox, {"SEAM_ENDPOINT": serve_in_thread(sandbox), "SEAM_API_KEY": SANDBOX_KEY})


@pytest.fixture(scope="module")
def to_look(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("look"), variables=town.variables) as server:
        yield server


@pytest.fixture(scope="module")
def to_change(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("change"), "--write", variables=town.variables) as server:
        yield server


async def test_the_page_loads_and_an_error_is_read_with_its_remedy(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        shown = await visitor.comes_in(demo.url)
        assert visitor.page.url == f"{demo.base}/", "the token has left the address bar"
        assert await visitor.page.title() == "seam-tui"
        assert "READ-ONLY" in shown
        for told in ("✖ error", "Seam:", "Means:", " 1. "):
            assert told in shown
        assert await visitor.page.evaluate("document.cookie") == "", "no script reads the cookie"


async def test_keys_work_from_the_start_without_a_click(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        await visitor.comes_in(demo.url)
        first, second, *_ = re.findall(r"│[>▌ ] +‼ urgent +(Guest \w+)", await visitor.text())
        await visitor.shows(f"││ ‼ urgent  {first}")
        await visitor.press("ArrowDown")
        await visitor.shows(f"││ ‼ urgent  {second}")
        await visitor.press("/")
        await visitor.shows("name, error:code")
        await visitor.page.keyboard.type("conflicting_ext")
        await visitor.shows("· 1 of ", "conflicting_external_modification")
        await visitor.press("Enter", "Escape")
        await visitor.press("?")
        await visitor.shows("Where to begin", "What the signs mean")
        await visitor.press("Escape")
        await visitor.shows("Means:")


async def test_every_write_is_refused_and_read_only_stays(chromium: Browser, to_look: Served, town: Town) -> None:
    town.sandbox.requests.clear()
    async with tab(chromium) as visitor:
        await visitor.comes_in(to_look.url)
        for key, action in (("d", "Delete this code"), ("F2", "Rename"), ("l", "Test: lock")):
            await visitor.press(key)
            await visitor.shows(f"{action}: Read-only: nothing can be changed.")
        await visitor.press("Control+r")
        await visitor.shows("Read-only: who shares this lets visitors look only")
        await visitor.press("y", "Enter", "d")
        shown = await visitor.shows("Delete this code: Read-only: nothing can be changed.", "READ-ONLY")
        assert "Allow changes?" not in shown
    assert town.sandbox.requests
    assert town.changes == []


async def test_with_write_a_visitor_changes_a_code(chromium: Browser, to_change: Served, town: Town) -> None:
    town.sandbox.requests.clear()
    async with tab(chromium) as visitor:
        assert "READ-ONLY" not in await visitor.comes_in(to_change.url)
        await visitor.press("d")
        await visitor.shows("Delete this code?", "Yes (y)")
        await visitor.press("y")
        await visitor.shows("◌ Delete this code: Asked; removing it from the lock.")
    assert town.changes == ["/access_codes/delete"]
    assert any("can change its codes" in line for line in to_change.printed)


async def test_a_visitor_writes_no_file_on_the_machine_of_the_one_who_shares(
    chromium: Browser, to_change: Served
) -> None:
    async with tab(chromium) as visitor:
        await visitor.comes_in(to_change.url)
        await visitor.press("Space", "Space")
        await visitor.shows("2 marked")
        await visitor.press("d")
        await visitor.shows("w why it cannot be written to a file")
        await visitor.press("w")
        await visitor.shows("A plan's file holds true names")
    assert [path for path in to_change.folder.rglob("*.json") if "plan" in str(path)] == []


async def test_a_wrong_token_gets_nothing(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        for address in (f"{demo.base}/?token=wrong", f"{demo.base}/"):
            answer = await visitor.open(address)
            assert answer.status == 403
            assert "whole address" in await visitor.page.inner_text("body")
        assert await visitor.page.context.cookies() == []
        assert visitor.asked == [f"{demo.base}/?token=wrong", f"{demo.base}/"], "there is nothing to load"


async def test_a_link_on_another_page_leads_here_by_one_more_click(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        await visitor.page.set_content(f'<a href="{demo.url}">look</a>')
        await visitor.page.click("text=look")
        await visitor.page.click("text=Go on here")
        await visitor.loads()


async def test_no_other_page_reaches_the_app_of_somebody_who_was_let_in(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        await visitor.comes_in(demo.url)
        before = demo.apps
        other = await visitor.page.context.new_page()
        tried = await other.evaluate(
            """(address) => new Promise((resolve) => {
                 const socket = new WebSocket(address);
                 socket.onopen = () => resolve("open");
                 socket.onerror = () => resolve("refused");
               })""",
            demo.base.replace("http", "ws") + "/ws?width=80&height=24",
        )
        assert tried == "refused"
        assert demo.apps == before


async def test_nothing_comes_from_elsewhere_and_the_page_breaks_no_rule_of_its_own(
    chromium: Browser, demo: Served
) -> None:
    async with tab(chromium) as visitor:
        await visitor.comes_in(demo.url)
        await visitor.press("ArrowDown", "Tab", "1")
        own = (demo.base, "data:", demo.base.replace("http", "ws"))
        assert [url for url in visitor.asked if not url.startswith(own)] == []
        assert len(visitor.asked) > 3
        assert visitor.said == []


async def test_closing_the_tab_ends_the_app(chromium: Browser, demo: Served) -> None:
    await until("no app", lambda: demo.apps == [])
    async with tab(chromium) as visitor:
        await visitor.comes_in(demo.url)
        assert len(demo.apps) == 1
    await until("no app", lambda: demo.apps == [])


async def test_whoever_leaves_is_told_so_and_starts_again_with_enter(chromium: Browser, demo: Served) -> None:
    async with tab(chromium) as visitor:
        await visitor.comes_in(demo.url)
        await visitor.press("q")
        await visitor.page.wait_for_selector("text=This session has ended")
        async with visitor.page.expect_navigation():
            await visitor.press("Enter")
        await visitor.loads()
