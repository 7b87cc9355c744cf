"""The facts around the issues: none contradicts another, and each count says what it counts."""

from __future__ import annotations

from tests.flows.driver import running_app


async def test_a_lock_that_seam_cannot_see_was_online_when_last_seen() -> None:
    async with running_app() as app:
        await app.codes.choose("Jürgen Weiß")
        await app.detail.shows("Seam cannot see the lock", "account_disconnected")
        assert app.detail.document.count("online when last seen") == 2
        await app.codes.choose("Hiro Tanaka")
        await app.detail.shows("duplicate_code_on_device")
        assert "when last seen" not in app.detail.document
