"""Share mode: one key, at once, on every screen; what it hides stays hidden until a person says otherwise."""

from __future__ import annotations

import pytest

from seam_tui.domain.veil import HIDDEN_EMAIL, VEIL
from tests.flows.driver import RunningApp, running_app, screen_text

GUEST = "Hiro Tanaka"


def names_of(app: RunningApp) -> list[str]:
    """Every guest of the world; a name of a letter or two would be met by chance."""
    return [code.name for code in app.sandbox.world.codes.values() if code.name and len(code.name) > 3]


def told(app: RunningApp) -> list[str]:
    """The guests whose names can be read on the screen, or in what it holds scrolled away."""
    words = [app.text, app.said, "\n".join(app.triage.detail.layout_lines)]
    return [name for name in names_of(app) if any(name in text for text in words)]


async def share(app: RunningApp) -> None:
    await app.press("f8")
    await app.until(lambda: "SHARED" in app.top, "the badge")
    await app.settle()


async def test_one_key_hides_every_guest_at_once_and_calls_them_by_pseudonyms() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        assert GUEST in told(app)
        await share(app)
        assert told(app) == []
        assert app.said == "Share mode: names, logins and ids are hidden."
        await app.detail.shows(VEIL.guest(GUEST))
        assert VEIL.guest(GUEST) in app.text
        assert app.code(GUEST).access_code_id not in app.detail.document


async def test_leaving_it_asks_with_cancel_focused_and_enter_never_says_yes() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await share(app)
        await app.press("f8")
        await app.confirm.says("Leave share mode?")
        assert app.confirm.focus == "cancel"
        await app.press("enter")
        await app.confirm.closes()
        assert "SHARED" in app.top
        assert told(app) == []
        await app.press("f8")
        await app.confirm.yes()
        await app.until(lambda: "SHARED" not in app.top, "no badge")
        await app.detail.shows(GUEST)
        assert app.said == "Share mode is off: names, logins and ids are shown."
