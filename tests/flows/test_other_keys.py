"""Keys that the user has set: each does its work everywhere, and what is shown are the keys in force (UX 22, 23)."""

from __future__ import annotations

import pytest

from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION
from seam_tui.tui.key_names import key_label
from seam_tui.tui.keymap import Keymap
from seam_tui.tui.rebinding import bindings_by_id, make_keymap
from seam_tui.tui.screens.result import ResultScreen
from tests.flows.driver import demo_launch, running_app


def keys(**wanted: str | list[str]) -> Keymap:
    """What the user wrote, as the app is given it; a double underscore stands for a dot."""
    written = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in wanted.items()}
    keymap, problems = make_keymap(written, "config.toml, keys")
    assert not problems, problems
    return keymap


async def test_an_action_is_on_its_other_key_and_no_longer_on_its_own() -> None:
    async with running_app(keymap=keys(delete="ctrl+d")) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("d")
        await app.settle()
        assert not app.dialog.is_open
        await app.press("ctrl+d")
        await app.confirm.opens()
        assert "Delete this code?" in app.dialog.words


async def test_an_action_can_have_several_keys() -> None:
    for key in ("D", "f5"):
        async with running_app(keymap=keys(delete=["D", "f5"], free_slots="f10")) as app:
            await app.codes.choose("Hiro Tanaka")
            await app.press(key)
            await app.confirm.opens()


async def test_two_actions_can_trade_their_keys() -> None:
    async with running_app(keymap=keys(delete="k", unlock="d")) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("k")
        await app.confirm.opens()
        assert "Delete this code?" in app.dialog.words
        await app.confirm.leave()
        await app.press("d")
        await app.confirm.opens()
        assert "Test: unlock?" in app.dialog.words


async def test_footer_help_and_buttons_show_the_keys_in_force() -> None:
    moved = keys(delete="ctrl+d", app__help="f12", list__filter="ctrl+f", lock="f5", run__history="f10")
    async with running_app(keymap=moved) as app:
        await app.codes.choose("Hiro Tanaka")
        for words in ("F12 Help", "Ctrl+F Filter", "Ctrl+D Delete", "F5 Test lock"):
            assert words in app.footer
        told = "\n".join(app.triage.detail.layout_lines)
        assert "[Ctrl+D] Delete this code" in told
        assert "[d] " not in told
        await app.press("f12")
        await app.dialog.says("Ctrl+D Delete this code. ", "Ctrl+F Filter the codes", "F10 Show past runs")
        assert "\nd Delete" not in app.dialog.words


async def test_the_palette_is_on_its_other_key_and_shows_those_of_the_others() -> None:
    async with running_app(keymap=keys(app__palette="f6", delete="ctrl+d")) as app:
        await app.press("ctrl+p")
        await app.settle()
        assert app.app.screen is app.triage
        await app.press("f6")
        await app.until(lambda: app.app.screen is not app.triage, "the palette")
        await app.type("Delete this code")
        await app.shows("Delete this code (Ctrl+D)")


async def test_sentences_name_the_keys_in_force() -> None:
    async with running_app("empty", load=False, keymap=keys(app__reload="f5")) as app:
        await app.until(
            lambda: app.has_panes and "then press F5." in str(app.triage.codes.empty_text), "the key that reloads"
        )


async def test_letters_stay_letters_while_somebody_types() -> None:
    """Textual takes the letters that a box swallows out of the other widgets' keys before it moves those keys."""
    moved = keys(app__read_only="Q", delete="ctrl+d", app__quit="f10", list__mark_all="#", pane__back="W")
    async with running_app(keymap=moved) as app:
        await app.press("slash")
        await app.type("QW#q")
        await app.settle()
        assert app.triage.query_one("#filter").value == "QW#q"
        assert not app.triage.session.read_only
        assert app.app.is_running
        assert not app.triage.codes.marked


async def test_escape_goes_back_whatever_else_does() -> None:
    for key in ("escape", "backspace"):
        async with running_app(keymap=keys(pane__back="backspace"), size=(60, 20)) as app:
            await app.press("enter")
            await app.until(lambda app=app: app.detail.has_focus, "the detail")
            await app.press(key)
            await app.until(lambda app=app: app.codes.has_focus, f"the codes after {key}")


async def test_the_arrows_move_whatever_else_does() -> None:
    async with running_app(keymap=keys(table__cursor_down="j", table__cursor_up="k", unlock="U")) as app:
        first = app.triage.codes.cursor_id
        await app.press("j")
        second = app.triage.codes.cursor_id
        assert second != first
        await app.press("up")
        assert app.triage.codes.cursor_id == first
        await app.press("down")
        assert app.triage.codes.cursor_id == second
        await app.press("k")
        assert app.triage.codes.cursor_id == first


async def test_a_question_takes_its_other_keys_and_any_other_letter_takes_it_back() -> None:  # UX 5
    moved = keys(confirm__yes="j", confirm__no="k")
    async with running_app(keymap=moved) as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("d")
        await app.confirm.opens()
        assert app.confirm.labels() == ["Cancel (k)", "Yes (j)"]
        await app.press("y")
        await app.confirm.closes()
        await app.says("Nothing was sent.")
        await app.press("d")
        await app.confirm.opens()
        await app.press("j")
        await app.until(lambda: app.sent("/access_codes/delete") == 1, "the deletion")


async def test_the_first_run_shows_and_takes_its_other_keys() -> None:
    moved = keys(welcome__demo="t")
    async with running_app(connection=None, demo=demo_launch, load=False, keymap=moved) as app:
        await app.dialog.opens()
        assert app.dialog.labels() == ["Try it on the sandbox (t)", "Leave (q)"]
        await app.press("t")
        await app.is_loaded()


async def test_a_plan_and_its_result_show_and_take_their_other_keys() -> None:
    moved = keys(plan__yes="j", plan__calls="f5", plan__save="f6", result__save="f4", result__show="f10")
    async with running_app(keymap=moved) as app:
        await app.press("slash")
        await app.type("Guest")
        await app.press("enter", "space", "down", "space")
        await app.press("g")
        await app.dialog.says("F5 shows the requests to Seam", "F6 write to a file")
        await app.until(lambda: "Yes (j)" in app.dialog.labels(), "the button's other key")
        await app.press("j")
        await app.until(lambda: isinstance(app.app.screen, ResultScreen), "the result", within=180)
        await app.dialog.says("F10 show it", "F4 save")
        assert "Save (F4)" in app.dialog.labels()


@pytest.mark.parametrize("named", [*BOUND.values(), *NAVIGATION, *EVERYWHERE], ids=lambda named: named.id)
def test_every_key_of_the_registry_can_be_another(named: object) -> None:
    binding = bindings_by_id()[named.id]  # type: ignore[attr-defined]
    keymap, problems = make_keymap({str(binding.id): ["f11"]}, "keys")
    assert not problems
    assert key_label("f11") in {key_label(key) for key in keymap.keys(binding)}


async def test_whoever_has_to_wait_for_a_run_is_told_the_other_key_that_stops_it() -> None:
    async with running_app(keymap=keys(run__stop="f5")) as app:
        assert app.triage.under_way.endswith("or stop it with F5.")
