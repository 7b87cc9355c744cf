"""A tab of a real browser: keys go in, and the terminal's cells are read as the page shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from playwright.async_api import Browser, Page, Request, Response

from tests.browser.serving import LOOK_EVERY, PATIENCE

# The page keeps its terminal to itself; this takes note of it as it is made. Nothing that is served is changed.
_TAKE_NOTE: Final = """
Object.defineProperty(Object.prototype, "fitAddon", {
  configurable: true,
  set(addon) {
    window.terminalOfThePage = this.terminal;
    Object.defineProperty(this, "fitAddon", { value: addon });
  },
});
"""
_READ: Final = """() => {
  const terminal = window.terminalOfThePage;
  if (!terminal) return "";
  const { active } = terminal.buffer;
  const rows = [...Array(terminal.rows).keys()];
  return rows.map((row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "").join("\\n");
}"""


class Tab:
    """What a visitor does and sees."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", self._on_request)
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _on_request(self, request: Request) -> None:
        self.asked.append(request.url)

    async def open(self, url: str) -> Response:
        """Go to an address."""
        answer = await self.page.goto(url)
        assert answer is not None
        return answer

    async def comes_in(self, url: str) -> str:
        """Go to an address, and wait until the workspace is loaded; the screen."""
        await self.open(url)
        return await self.loads()

    async def text(self) -> str:
        """The terminal's screen; empty where the page has no terminal."""
        return str(await self.page.evaluate(_READ))

    async def press(self, *keys: str) -> None:
        """Press keys by the browser's names."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def shows(self, *texts: str, gone: bool = False) -> str:
        """Wait until all of these are on the terminal's screen, or none of them; the screen."""
        shown = ""
        for _ in range(int(PATIENCE / LOOK_EVERY)):
            shown = await self.text()
            found = [text in shown for text in texts]
            if not any(found) if gone else all(found):
                return shown
            await self.page.wait_for_timeout(LOOK_EVERY * 1000)
        raise AssertionError(f"{texts} {'stay' if gone else 'never came'}\n{shown}")

    async def loads(self) -> str:
        """Wait until the workspace is loaded; the screen."""
        return await self.shows("SANDBOX", "updated ", "Means:")


@asynccontextmanager
async def tab(browser: Browser, **options: Any) -> AsyncIterator[Tab]:
    """A tab of somebody new, with no cookie yet."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    try:
        page = await context.new_page()
        await page.add_init_script(_TAKE_NOTE)
        yield Tab(page)
    finally:
        await context.close()
