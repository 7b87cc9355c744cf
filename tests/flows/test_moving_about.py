"""Moving about: every pane by key, one level back with Escape, and room for the panes at every size."""

from __future__ import annotations

import pytest

from tests.flows.driver import RunningApp, running_app
from tests.flows.panes import lines_of_widget

PANES = ("devices", "codes", "detail")


def shown(app: RunningApp) -> list[str]:
    return [pane.name for pane in (app.devices, app.codes, app.detail) if pane.is_shown]


async def test_tab_goes_around_the_panes() -> None:
    async with running_app() as app:
        assert app.codes.has_focus
        for name in ("detail", "devices", "codes"):
            await app.press("tab")
            await app.until(lambda name=name: getattr(app, name).has_focus, f"the focus on the {name}")


async def test_a_number_goes_to_its_pane() -> None:
    async with running_app() as app:
        for pane in (app.devices, app.detail, app.codes):
            await app.press(pane.key)
            await app.until(lambda pane=pane: pane.has_focus, f"the focus on the {pane.name}")


async def test_enter_goes_deeper_and_escape_comes_back() -> None:  # UX 23
    async with running_app() as app:
        await app.devices.choose("Pier House – Studio")
        await app.press("enter")
        await app.until(lambda: app.codes.has_focus, "the codes of the lock")
        assert app.codes.has("Hiro Tanaka")
        assert not app.codes.has("Rosa Marin")
        await app.press("enter")
        await app.until(lambda: app.detail.has_focus, "the detail's buttons")
        assert app.triage.detail.chosen_button is not None
        await app.press("escape")
        await app.until(lambda: app.codes.has_focus, "back at the codes")
        await app.press("escape")
        await app.until(lambda: app.devices.has_focus, "back at the devices")


@pytest.mark.parametrize("pane", PANES)
async def test_f_gives_a_pane_the_whole_screen_and_takes_it_back(pane: str) -> None:  # UX 24
    async with running_app() as app:
        await getattr(app, pane).focus()
        await app.press("f")
        await app.until(lambda: shown(app) == [pane], f"the {pane} alone")
        await app.press("f")
        await app.until(lambda: shown(app) == [*PANES], "all panes")
        await app.press("f")
        await app.until(lambda: shown(app) == [pane], f"the {pane} alone")
        await app.press("escape")
        await app.until(lambda: shown(app) == [*PANES], "all panes, by Escape")
        assert getattr(app, pane).has_focus


@pytest.mark.parametrize(
    ("size", "at_codes", "at_devices"),
    [
        ((160, 50), ["devices", "codes", "detail"], ["devices", "codes", "detail"]),
        ((120, 40), ["devices", "codes", "detail"], ["devices", "codes", "detail"]),
        ((119, 40), ["codes", "detail"], ["devices", "detail"]),
        ((100, 30), ["codes", "detail"], ["devices", "detail"]),
        ((80, 24), ["codes", "detail"], ["devices", "detail"]),
        ((79, 24), ["codes"], ["devices"]),
        ((60, 20), ["codes"], ["devices"]),
    ],
)
async def test_as_many_panes_as_fit(size: tuple[int, int], at_codes: list[str], at_devices: list[str]) -> None:  # UX 24
    async with running_app(size=size) as app:
        await app.until(lambda: shown(app) == at_codes, f"{at_codes}")
        await app.devices.focus()
        await app.until(lambda: shown(app) == at_devices, f"{at_devices}")
        await app.detail.focus()
        assert app.detail.is_shown


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24), (60, 20)])
async def test_severity_name_workspace_and_steps_are_readable_at_every_size(size: tuple[int, int]) -> None:  # UX 15, 24
    async with running_app(size=size) as app:
        await app.codes.choose("Hiro Tanaka")
        assert "‼ urgent Hiro Tanaka" in app.codes.row("Hiro Tanaka")
        assert "Harbour & Pin" in app.top
        assert "SANDBOX" in app.top
        await app.press("enter")
        await app.until(lambda: app.detail.has_focus, "the detail")
        assert "Hiro Tanaka" in app.footer
        await app.until(lambda: "[o] Show the duplicate" in app.detail.text, "the chosen button in view")
        await app.detail.press("Delete the duplicate")
        await app.confirm.says("old guest pin")
        assert "old guest pin" in app.confirm.on_screen
        assert "Cancel (n)" in app.confirm.on_screen
        await app.confirm.leave()


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24), (60, 20)])
async def test_the_list_alone_says_of_each_code_what_is_wrong_and_on_which_lock(size: tuple[int, int]) -> None:  # UX 24
    async with running_app(size=size) as app:
        await app.press("home")
        await app.drawn()
        lines = lines_of_widget(app, "#codes")
        for name, error, lock in (
            ("Rosa Marin", "failed_to_update", "2A"),
            ("Ursula Holm", "account_disconnected", "g 5"),
            ("Zoë Lindqvist", "conflicting_", "udio"),
        ):
            at = next(number for number, line in enumerate(lines) if name[:8] in line)
            assert "‼ urgent" in lines[at]
            assert error in "".join(lines[at : at + 2])
            if size[0] > 80:  # there the name is shown whole, and the lock in the detail beside
                assert lock in lines[at].split(name[:8])[1]
        assert ("ends in 45 h" in "".join(lines)) is (size[0] not in {80, 100})


async def test_a_code_takes_two_lines_only_as_long_as_the_window_is_small() -> None:  # UX 24
    async with running_app(size=(100, 30)) as app:
        for size, lines in (((160, 50), 1), ((100, 30), 2), ((60, 20), 2), ((160, 50), 1)):
            await app.pilot.resize_terminal(*size)
            await app.until(lambda lines=lines: _lines_of_a_code(app) == lines, f"{lines} lines for a code at {size}")  # type: ignore[misc]


def _lines_of_a_code(app: RunningApp) -> int:
    rows = lines_of_widget(app, "#codes")
    first, second = (next((at for at, row in enumerate(rows) if name in row), 0) for name in ("Vera S", "Rosa M"))
    return second - first


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (80, 24)])
async def test_from_the_start_to_a_pressed_button_takes_fewer_than_ten_keys(size: tuple[int, int]) -> None:
    async with running_app(size=size) as app:
        assert app.codes.words[0] == "urgent"
        await app.press("enter")  # 1: to the buttons of the most urgent code
        await app.until(lambda: app.detail.has_focus, "the detail")
        keys = 1
        while app.triage.detail.chosen_button is None or not app.triage.detail.chosen_button.issue:
            await app.press("right")
            keys += 1
        await app.press("enter")
        keys += 1
        await app.until(lambda: app.said or app.dialog.is_open, "an answer to the press")
        assert keys < 10


async def test_no_line_is_wider_than_the_screen_and_growing_it_brings_the_panes_back() -> None:  # UX 24
    async with running_app(size=(60, 20)) as app:
        await app.pilot.resize_terminal(160, 50)
        await app.until(lambda: shown(app) == [*PANES], "all panes")
        await app.pilot.resize_terminal(80, 24)
        await app.until(lambda: shown(app) == ["codes", "detail"], "two panes")
        assert app.codes.has_focus


async def test_help_lists_every_key_and_what_it_does() -> None:  # UX 22
    from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION
    from seam_tui.tui.help import MEANINGS
    from seam_tui.workspace.triage import Severity

    async with running_app() as app:
        await app.press("question_mark")
        await app.dialog.says("Help", "Where to begin n goes to the next error.", "Go to the next pane")
        for bound in BOUND.values():
            assert f"{bound.key_label} {bound.action.label}. {bound.action.summary}" in app.dialog.words
        for move in (*NAVIGATION, *EVERYWHERE):
            assert f"{move.key_label} {move.description}" in app.dialog.words
        for severity in Severity:
            assert f"{severity.label} {MEANINGS[severity]}" in app.dialog.words
        await app.dialog.leave()


async def test_q_leaves() -> None:
    async with running_app() as app:
        await app.press("q")
        await app.until(lambda: not app.app.is_running, "the end")
        assert app.app.return_code in {0, None}
