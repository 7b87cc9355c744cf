"""The command palette offers all that there is, says why something cannot be done now, and does what is chosen."""

from __future__ import annotations

from textual.command import Command, CommandList, CommandPalette

from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION
from seam_tui.tui.palette import commands
from tests.flows.driver import RunningApp, running_app


async def open_palette(app: RunningApp, typed: str) -> None:
    """Open it and type."""
    await app.press("ctrl+p")
    await app.until(lambda: isinstance(app.app.screen, CommandPalette), "the palette")
    if typed:
        await app.type(typed)


async def test_every_entry_of_the_registry_is_in_it_with_its_key_and_the_reason_why_not() -> None:  # UX 22
    async with running_app(read_only=True) as app:
        await app.codes.choose("Hiro Tanaka")
        offered = {command.title: command.help for command in commands(app.triage)}
        for bound in BOUND.values():
            told = offered.pop(f"{bound.action.label} ({bound.key_label})")
            if bound.action.writes:
                assert told.startswith("Not now: ")
        for move in (*NAVIGATION, *EVERYWHERE):
            del offered[f"{move.description} ({move.key_label})"]
        assert offered == {}


async def test_what_cannot_be_done_now_says_so_and_stays_so_when_it_is_chosen() -> None:  # UX 22
    async with running_app(read_only=True) as app:
        await app.codes.choose("Hiro Tanaka")
        await open_palette(app, "Delete this code")
        await app.shows("Not now: Read-only: nothing can be changed.")
        await app.press("enter")
        await app.says("Delete this code: Read-only: nothing can be changed.")
        assert app.app.screen is app.triage


async def test_what_is_chosen_there_is_done() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await open_palette(app, "Delete this code")
        await app.shows("Delete this code (d)")
        await app.press("enter")
        await app.confirm.says("Delete this code?")


async def test_what_can_be_done_now_stands_before_what_cannot() -> None:
    async with running_app(read_only=True) as app:
        await app.codes.choose("Hiro Tanaka")
        for typed in ("", "code"):
            await open_palette(app, typed)
            await app.until(lambda: len(offered(app)) > 10, "the entries")
            told = [entry.hit.help or "" for entry in offered(app)]
            refused = [help_text.startswith("Not now: ") for help_text in told]
            assert refused == sorted(refused)
            assert len(set(refused)) == 2
            await app.press("escape")


def offered(app: RunningApp) -> list[Command]:
    """The entries that the palette lists now."""
    found = app.app.screen.query(CommandList)
    return [option for option in found.first().options if isinstance(option, Command)] if found else []
