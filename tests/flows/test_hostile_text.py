"""Names come from strangers: whatever they hold is shown as plain text, everywhere, and does nothing (UX 11)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from seam_tui.sandbox.server import Sandbox
from tests.flows.driver import running_app

NASTY = {
    "closing tag": ("Guest [/] 12", "Guest [/] 12"),
    "action link": ("[@click=app.exit()]free[/] wifi", "[@click=app.exit()]free[/] wifi"),
    "open bracket": ("[bold", "[bold"),
    "ansi": ("\x1b[31mred\x1b[0m \x1b]0;owned\x07title\x9b2J", "red title"),
    "bidi": ("abc\u202edcba\u2066x\u2069", "abcdcbax"),
    "newlines": ("one\ntwo\r\n\tthree", "one two three"),
    "emoji family": ("👨‍👩‍👧‍👦 Berg 👍🏽 ❤️", "👨👩👧👦 Berg 👍 ❤"),
    "very long": ("L" + "o" * 298 + "g", "L" + "o" * 298 + "g"),
    "very wide": ("汉字" * 40, "汉字" * 40),
    "null": ("a\x00b\x08c", "abc"),
    "empty": ("", "(no name)"),
    "blank": (" \u2800\u3164 ", "(no name)"),
}


def poison(sandbox: Sandbox, text: str) -> None:
    """Put a text wherever a stranger, a host or a maker could."""
    world = sandbox.world
    code = next(code for code in world.codes.values() if code.name == "Hiro Tanaka")
    twin = next(code for code in world.codes.values() if code.name == "old guest pin")
    lock = world.devices[code.device_id]
    account = world.account_of(lock)
    code.name = twin.name = lock.name = text
    lock.location = lock.model = account.display_name = text
    for issue in code.issues:
        issue.message = text
    world.workspace.name = text


def is_plain(screen: str) -> bool:
    """Whether nothing on it could act on a terminal or turn its text around."""
    return not any(
        (ord(letter) < 32 and letter != "\n") or 0x7F <= ord(letter) < 0xA0 or 0x202A <= ord(letter) <= 0x2069
        for letter in screen
        if not 0x2030 <= ord(letter) <= 0x205F
    )


def poison_all(sandbox: Sandbox) -> None:
    """Give one nasty name to each of the first codes of a lock that has enough of them."""
    world = sandbox.world
    lock = max(world.devices.values(), key=lambda device: len(list(world.codes_of(device.device_id))))
    codes = [code for code in world.codes_of(lock.device_id) if not code.is_backup]
    model = codes[0]
    for raw, _ in NASTY.values():
        world.add_code(replace(model, access_code_id=world.seeds.uuid(), name=raw, code=None))


async def test_nasty_names_are_plain_in_rows_detail_and_footer() -> None:
    async with running_app(arrange=poison_all) as app:
        store = app.triage.board.store
        for raw, shown in NASTY.values():
            code = next(code for code in app.sandbox.world.codes.values() if code.name == raw)
            assert store.codes[code.access_code_id].title == shown
            await app.codes.choose_row(code.access_code_id)
            await app.detail.shows(shown[:12])
            await app.until(lambda shown=shown: f"this code: {shown[:6]}" in app.footer, f"{shown[:6]} in the footer")
        await app.until(lambda: is_plain(app.text), "plain text alone")
        assert app.app.is_running


@pytest.mark.parametrize("kind", ["closing tag", "action link", "ansi", "empty"])
async def test_a_nasty_name_is_plain_in_borders_questions_forms_and_what_is_said(kind: str) -> None:
    raw, shown = NASTY[kind]
    async with running_app(arrange=lambda sandbox: poison(sandbox, raw)) as app:
        seen: list[str] = []

        def look() -> None:
            seen.append(app.text)

        code = next(code for code in app.sandbox.world.codes.values() if code.name == raw and code.mutations)
        assert app.triage.board.store.codes[code.access_code_id].title == shown
        await app.devices.choose_row(code.device_id)
        await app.codes.choose_row(code.access_code_id)
        await app.detail.shows(shown[:12])
        look()
        assert shown[:6] in app.codes.title
        assert shown[:6] in app.footer
        await app.press("x")  # delete the duplicate: both names in a question
        await app.confirm.says(shown[:12])
        look()
        await app.confirm.leave()
        await app.press("f2")  # the name in a form's title and field
        await app.form.says(f"Rename · {shown[:12]}")
        look()
        await app.form.leave()
        await app.press("g")
        await app.confirm.yes()
        await app.says("Asked; waiting for the lock")
        await app.says(f"({shown[:12]}")
        look()
        await app.press("tab", "enter")
        await app.settle()
        look()
        assert app.app.is_running
        assert all(is_plain(screen) for screen in seen)


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
@pytest.mark.parametrize("kind", ["very long", "very wide"])
async def test_a_nasty_name_breaks_no_layout(kind: str, size: tuple[int, int]) -> None:  # UX 24
    async with running_app(size=size, arrange=lambda sandbox: poison(sandbox, NASTY[kind][0])) as app:
        await app.codes.focus()
        lines = app.text.splitlines()
        assert len(lines) == size[1]
        assert all(_cells(line) <= size[0] for line in lines)
        assert "SANDBOX" in app.top
        await app.detail.focus()
        await app.press("end")
        assert all(_cells(line) <= size[0] for line in app.text.splitlines())


def _cells(line: str) -> int:
    from rich.cells import cell_len

    return cell_len(line)


async def test_clicking_a_name_that_looks_like_a_link_runs_nothing() -> None:
    async with running_app(arrange=lambda sandbox: poison(sandbox, "[@click=app.exit()]" + "x" * 20 + "[/]")) as app:
        for x in (4, 40, 45, 60):
            await app.pilot.click(offset=(x, 1))
            await app.pilot.click(offset=(x, 3))
            await app.pilot.click(offset=(x, 49))
            if app.dialog.is_open:
                await app.dialog.leave()
        assert app.app.is_running


async def test_a_nasty_error_message_of_seams_is_said_as_plain_text() -> None:
    import httpx

    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        words = "[@click=app.exit()]no[/] \\u001b[31mway\\u202e"
        nasty = f'{{"error":{{"type":"x[/]y","message":"{words}","request_id":"r[/]"}},"ok":false}}'
        app.wire.answers["/access_codes/delete"] = httpx.Response(
            400, text=nasty, headers={"content-type": "application/json", "seam-request-id": "r[/]"}
        )
        await app.press("d")
        await app.confirm.yes()
        await app.says("[@click=app.exit()]no[/] way")
        assert is_plain(app.text)
        assert app.app.is_running
