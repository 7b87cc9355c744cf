"""PINs: masked, shown for ten seconds by a key, on the clipboard for thirty by another, and nowhere else."""

from __future__ import annotations

from tests.flows.driver import RunningApp, running_app


def pin_of(app: RunningApp, name: str) -> str:
    pin = app.code(name).code
    assert pin is not None
    return pin


async def test_a_pin_is_shown_for_ten_seconds_with_a_badge() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        pin = pin_of(app, "Hiro Tanaka")
        assert pin not in app.detail.document
        await app.press("v")
        await app.detail.shows(f"PIN {pin} REVEALED")
        assert pin not in app.said
        await app.time_passes(9)
        assert pin in app.detail.document
        await app.time_passes(1)
        await app.until(lambda: pin not in app.detail.document, "the PIN hidden again")
        assert "REVEALED" not in app.detail.document


async def test_the_key_again_hides_it_at_once() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("v")
        await app.detail.shows("REVEALED")
        await app.press("v")
        await app.until(lambda: "REVEALED" not in app.detail.document, "the PIN hidden")


async def test_going_to_another_code_hides_it() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("v")
        await app.detail.shows("REVEALED")
        await app.press("down")
        await app.until(lambda: "REVEALED" not in app.detail.document, "no PIN shown")
        await app.press("up")
        await app.detail.shows("Hiro Tanaka")
        assert "REVEALED" not in app.detail.document


async def test_a_copied_pin_leaves_the_clipboard_after_thirty_seconds() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        pin = pin_of(app, "Hiro Tanaka")
        await app.press("c")
        await app.says("The PIN is on the clipboard for 30 s.")
        assert app.clipboard == pin
        assert pin not in app.text
        await app.time_passes(29)
        assert app.clipboard == pin
        await app.time_passes(1)
        await app.says("The clipboard was cleared.")
        assert app.clipboard == ""


async def test_a_copied_pin_leaves_the_clipboard_at_the_end() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("c")
        await app.says("on the clipboard")
        await app.press("q")
        await app.until(lambda: not app.app.is_running, "the end")
    assert app.clipboard == ""


async def test_what_was_copied_after_the_pin_is_left_alone() -> None:  # UX 12
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("c")
        await app.says("on the clipboard")
        await app.press("C")
        await app.says("Copied: access_code_id")
        await app.time_passes(31)
        await app.drawn()
        assert "access_code_id" in app.clipboard


async def test_a_pin_that_the_maker_keeps_cannot_be_shown_or_copied() -> None:  # UX 22
    async with running_app(arrange=lambda sandbox: _forget_pin(sandbox, "Hiro Tanaka")) as app:
        await app.codes.choose("Hiro Tanaka")
        for key in ("v", "c"):
            await app.press(key)
            await app.says("The maker does not show this code's PIN.")
        assert app.clipboard == ""


def _forget_pin(sandbox: object, name: str) -> None:
    from seam_tui.sandbox.server import Sandbox

    assert isinstance(sandbox, Sandbox)
    next(code for code in sandbox.world.codes.values() if code.name == name).code = None
