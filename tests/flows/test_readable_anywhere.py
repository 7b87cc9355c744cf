"""Terminals that can do little: no colours, sixteen of them, ASCII alone, next to no room (UX 19, 24)."""

from __future__ import annotations

import re

import pytest
from textual.color import Color
from textual.filter import NoColor

from seam_tui.tui.screens.welcome import WelcomeScreen
from seam_tui.tui.themes import ANSI, DARK
from tests.colours import Painted, not_ascii, painted
from tests.flows.driver import RunningApp, demo_launch, running_app
from tests.flows.many import mark_the_crew, plan_is_shown, result_is_shown


def runs_saying(app: RunningApp, words: str) -> list[Painted]:
    return [run for run in painted(app.app) if words in run.text]


def stands_out(run: Painted) -> bool:
    return bool(run.style.reverse or run.style.underline)


async def test_without_colours_not_a_grey_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for theme in (None, "high-contrast"):
        async with running_app(theme=theme) as app:
            await app.codes.choose("Hiro Tanaka")
            app.app.notify("It failed", severity="error")
            await app.shows("It failed")
            sent = {str(part) for run in painted(app.app) for part in (run.style.color, run.style.bgcolor) if part}
            assert all("default" in colour for colour in sent), sent
            assert any(isinstance(known, NoColor) for known in app.app._filters)


async def test_without_colours_cursor_button_choice_and_severity_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running_app(size=(100, 30)) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.drawn()
        assert any(stands_out(run) and "▌  ‼ urgent" in run.text for run in painted(app.app))
        assert [run.text for run in painted(app.app) if "Vera Sullivan" in run.text and stands_out(run)] == []
        assert "✖ error" in app.text
        await app.press("3")
        await app.drawn()
        chosen = [run.text for run in painted(app.app) if stands_out(run) and run.text.startswith("[")]
        assert len(chosen) == 1
        await app.press("2", "S")
        await app.shows("most urgent first")
        assert any(stands_out(run) for run in runs_saying(app, "Severity"))
        assert not any(stands_out(run) for run in runs_saying(app, "Name  "))
        await app.press("escape", "x")
        await app.confirm.is_ready()
        await app.drawn()
        assert all(stands_out(run) for run in runs_saying(app, "Cancel (n)"))
        assert not any(stands_out(run) for run in runs_saying(app, "Yes (y)"))


async def test_a_terminal_of_sixteen_colours_gets_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    async with running_app() as app:
        assert app.app.theme == ANSI.name
        await app.codes.choose("Hiro Tanaka")
        await app.drawn()
        assert {run.text for run in painted(app.app) if _is_mixed(run)} == set()
        await app.press("x")
        await app.confirm.is_ready()
        await app.drawn()
        assert {run.text for run in painted(app.app) if _is_mixed(run)} == set()


def _is_mixed(run: Painted) -> bool:
    """Whether a run has a colour that the terminal would have to replace."""
    return any(part is not None and part.triplet is not None for part in (run.style.color, run.style.bgcolor))


async def test_a_theme_that_was_asked_for_is_worn_on_any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    async with running_app(theme="light", load=False) as app:
        assert app.app.theme == "light"
        assert app.app.has_class("-theme-light")
        assert app.app.theme_variables["background"] == Color.parse("#ffffff").hex


async def test_the_apps_own_theme_is_dark_and_any_other_can_be_put_on() -> None:
    async with running_app(theme="no-such-theme") as app:
        assert app.app.theme == DARK.name
        assert {"light", "high-contrast", "nord", "textual-dark"} <= set(app.app.available_themes)
        assert "keeps it" not in app.text
        await app.press("ctrl+p")
        await app.shows("Search for commands")
        await app.type("theme")
        await app.shows("Change the colours")
        await app.press("enter")
        await app.until(lambda: "solarized" in app.text, "the themes")
        await app.type("high-contrast")
        await app.until(lambda: "solarized" not in app.text, "those of high contrast")
        await app.press("enter")
        await app.shows('theme = "high-contrast')
        assert not app.app.has_class("-theme-dark")
        assert app.app.screen.background_colors[1] == Color(0, 0, 0)


async def all_is_ascii(app: RunningApp, *words: str) -> None:
    for word in words:
        await app.shows(word)
    await app.drawn()
    assert not_ascii("".join(run.text for run in painted(app.app))) == []


async def test_with_ascii_alone_no_other_sign_is_painted_anywhere() -> None:
    async with running_app(ascii=True) as app:
        await app.codes.choose("Hiro Tanaka")
        await all_is_ascii(app, "! urgent", "x error", "^ warning", "v ok", "**** (6 digits)", "Jurgen Weis", "+--")
        await app.press("3", "2", "/")
        await app.type("zzz:é")
        await all_is_ascii(app, "zzz:e")
        await app.press("escape", "?")
        await all_is_ascii(app, "Close")
        await app.press("escape", "ctrl+p")
        await all_is_ascii(app, "Search for commands")
        await app.press("escape", "S")
        await all_is_ascii(app, "most urgent first")
        await app.press("escape", "v")
        await all_is_ascii(app)
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await all_is_ascii(app, "Delete")
        await app.press("y")
        await result_is_shown(app)
        app.app.notify("“It failed” – 日本", severity="error")
        await all_is_ascii(app, '"It failed" - ????')


async def test_the_first_run_can_be_painted_in_ascii() -> None:
    async with running_app(ascii=True, connection=None, demo=demo_launch, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WelcomeScreen), "the first-run screen")
        await all_is_ascii(app, "SEAM_API_KEY=seam_.")


@pytest.mark.parametrize("size", [(100, 30), (60, 20), (40, 15)], ids=["100x30", "60x20", "40x15"])
async def test_in_large_print_severity_name_error_and_first_step_are_seen_whole(size: tuple[int, int]) -> None:
    async with running_app(size=size, large=True) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.drawn()
        at = next(i for i, line in enumerate(app.text.splitlines()) if "Hiro Tanaka" in line and "▌" in line)
        assert "‼ urgent" in app.text.splitlines()[at]
        assert "duplicate_code_on_device" in app.text.splitlines()[at + 1]
        assert "2 Codes" in app.text
        assert "3 Detail" not in app.text, "one pane at a time"
        await app.press("enter")
        await app.shows("3 Detail")
        await app.press("home")
        await app.drawn()
        seen = re.sub(r"[\s│┃▁-█]+", " ", app.text)
        assert "‼ urgent Hiro Tanaka" in seen
        assert "duplicate_code_on_device" in seen
        assert "1. Look for the other code" in seen
        assert "2 Codes" not in app.text


async def test_f9_turns_large_print_on_and_off_and_leaves_cursor_and_marks() -> None:
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("space")
        at = app.codes.at
        await app.press("f9")
        await app.until(lambda: app.triage.is_large and "3 Detail" not in app.text, "one large pane")
        assert app.codes.at == at
        assert "1 marked" in app.footer
        await app.press("down", "up", "end", "home")
        await app.codes.choose("Hiro Tanaka")
        await app.press("f9")
        await app.until(lambda: "1 Devices" in app.text and "3 Detail" in app.text, "the three panes")
        assert app.codes.at == "Hiro Tanaka"
        assert "Issue or status" in app.text


async def test_every_code_is_reached_in_large_print() -> None:
    async with running_app(size=(40, 15), large=True) as app:
        await app.press("end")
        await app.drawn()
        table = app.codes.table
        assert table.cursor_id == table.ids[-1]
        assert table.cursor_id in table.visible_ids
        assert app.codes.at in app.text
        await app.press("home")
        await app.drawn()
        assert table.cursor_id in table.visible_ids


async def test_a_click_in_large_print_takes_the_code_that_is_under_it() -> None:
    async with running_app(size=(60, 20), large=True) as app:
        table = app.codes.table
        await app.pilot.click("#codes", offset=(10, 5))
        await app.until(lambda: table.cursor_id == table.ids[2], "the third code: each takes two lines")


async def test_in_the_smallest_window_a_plan_shows_what_is_asked_where_and_the_answer() -> None:
    async with running_app(size=(40, 15), large=True) as app:
        crew = await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await app.drawn()
        seen = re.sub(r"[\s║│▁-█]+", " ", app.text)
        for words in (f"Delete {crew} codes?", "SANDBOX", "will be sent", "live now", "Cancel (n)"):
            assert words in seen, f"{words}\n{app.text}"


@pytest.mark.parametrize(("size", "is_told"), [((39, 20), True), ((60, 14), True), ((40, 15), False)])
async def test_a_terminal_with_next_to_no_room_is_told_so(size: tuple[int, int], is_told: bool) -> None:
    async with running_app(size=size) as app:
        await app.drawn()
        assert ("Too small: " in app.text) is is_told


async def test_a_window_that_grows_shows_the_codes_again_and_takes_keys() -> None:
    async with running_app(size=(30, 10)) as app:
        await app.shows("Too small: 30 columns")
        await app.pilot.resize_terminal(100, 30)
        await app.until(lambda: "Too small" not in app.text and "2 Codes" in app.text, "the codes")
        first = app.codes.at
        await app.press("down")
        await app.until(lambda: app.codes.at != first, "the next code")
