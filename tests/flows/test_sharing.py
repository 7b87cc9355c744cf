"""Share mode: one key, at once, on every screen; off with a confirmation only, and not where it is kept on."""

from __future__ import annotations

import pytest

from seam_tui.domain.veil import VEIL
from seam_tui.seam_api.connection import Connection
from seam_tui.tui.rebinding import make_keymap
from seam_tui.tui.screens.welcome import WorkspaceScreen
from tests.flows.driver import demo_launch, running_app
from tests.flows.many import CREW, filter_to, history_is_shown, mark_the_crew, plan_is_shown
from tests.flows.shared import secrets_of, share, stop_sharing, told
from tests.flows.warm import all_held

GUEST = "Hiro Tanaka"


async def test_one_key_hides_every_guest_at_once_and_calls_them_by_pseudonyms() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        assert GUEST in told(app)
        await share(app)
        assert told(app) == []
        assert app.said == "Share mode: names, logins and ids are hidden."
        await app.detail.shows(VEIL.guest(GUEST))
        assert VEIL.guest(GUEST) in app.text


async def test_leaving_it_asks_with_cancel_focused_and_enter_never_says_yes() -> None:
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await share(app)
        await app.press("f8")
        await app.confirm.says("Leave share mode?")
        assert app.confirm.focus == "cancel"
        assert told(app) == []
        await app.press("f8")  # the question is asked once
        await app.press("enter")
        await app.confirm.closes()
        assert "SHARED" in app.top
        await stop_sharing(app)
        await app.detail.shows(GUEST)
        assert app.said == "Share mode is off: names, logins and ids are shown."


async def test_a_guest_has_the_same_pseudonym_again_and_in_the_next_app_too() -> None:
    called = set()
    for _ in range(2):
        async with running_app(share=True) as app:
            called.add(VEIL.guest(GUEST))
            await stop_sharing(app)
            await share(app)
            called.add(VEIL.guest(GUEST))
    assert len(called) == 1


async def test_an_app_can_begin_with_it_and_leaves_the_next_one_without() -> None:
    async with running_app(share=True) as app:
        assert "SHARED" in app.top
        assert told(app) == []
    assert not VEIL.is_drawn
    async with running_app() as app:
        assert "SHARED" not in app.top
        assert GUEST in app.codes.titles


async def test_cursor_marks_and_order_stay_on_the_same_codes() -> None:  # UX 1
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await app.press("space", "space")
        marked, ids = app.codes.table.marked, list(app.codes.table.ids)
        await app.codes.choose(GUEST)
        await share(app)
        assert app.codes.table.cursor_id == app.code(GUEST).access_code_id
        assert app.codes.table.marked == marked
        assert list(app.codes.table.ids) == ids
        await stop_sharing(app)
        assert app.codes.table.cursor_id == app.code(GUEST).access_code_id
        assert app.codes.table.marked == marked


async def test_names_are_ordered_as_they_are_shown_and_the_cursor_stays_on_its_code() -> None:  # UX 1
    async with running_app() as app:
        await app.codes.choose(GUEST)
        await app.press("S")
        await app.dialog.opens()
        await app.press("down", "enter")
        await app.says("Sorted by name, A to Z.")
        by_name = list(app.codes.table.ids)
        await share(app)
        shown = [app.codes.title_of(code_id) for code_id in app.codes.table.ids]
        known = [title for title in shown if title != "(no name)"]
        assert known == sorted(known, key=str.casefold)
        assert list(app.codes.table.ids) != by_name
        assert app.codes.table.cursor_id == app.code(GUEST).access_code_id
        await stop_sharing(app)
        assert list(app.codes.table.ids) == by_name


@pytest.mark.parametrize("key", ["d", "f2", "t", "p", "question_mark", "S", "e", "ctrl+p", "ctrl+r"])
async def test_it_comes_on_above_any_dialog_which_is_left_without_anything_being_sent(key: str) -> None:
    async with running_app(read_only=key == "ctrl+r") as app:
        await app.codes.choose(GUEST)
        await app.press(key)
        await app.until(lambda: app.app.screen is not app.triage, "a dialog")
        await app.settle()
        sent = len(app.sandbox.requests)
        await share(app)
        await app.until(lambda: app.app.screen is app.triage, "the panes alone")
        await app.settle()
        assert told(app) == []
        assert len(app.sandbox.requests) == sent


async def test_it_comes_on_while_a_filter_is_typed_and_what_was_typed_tells_no_name() -> None:
    async with running_app() as app:
        await app.press("/")
        await app.type("tanaka")
        await app.codes.gains(GUEST)
        await share(app)
        assert "tanaka" not in app.text.casefold()
        assert told(app) == []


async def test_it_comes_on_while_a_plan_is_shown_which_is_not_sent() -> None:
    async with running_app() as app:
        await mark_the_crew(app)
        await app.press("d")
        await plan_is_shown(app)
        await share(app)
        await app.until(lambda: app.app.screen is app.triage, "the panes alone")
        assert app.sent("/access_codes/delete") == 0
        assert told(app) == []


async def test_every_screen_has_the_badge_and_tells_nobody() -> None:
    async with running_app(share=True) as app:
        await app.codes.choose(VEIL.guest(GUEST))
        for key in ("d", "f2", "t", "p", "question_mark", "S", "e", "H", "D"):
            await app.press(key)
            await app.until(lambda: app.app.screen is not app.triage, f"what {key} opens")
            await app.settle()
            assert " SHARED " in app.dialog.on_screen, key
            assert told(app) == [], key
            await app.press("escape")
            await app.dialog.closes()


async def test_plan_and_history_have_the_badge_and_tell_nobody() -> None:
    async with running_app() as app:
        await app.press("1")
        await share(app)
        await app.codes.focus()
        await filter_to(app, CREW.removeprefix("cleaning crew "))
        await app.press("a")
        await app.until(lambda: "marked" in app.footer, "the marks")
        await app.press("d")
        await plan_is_shown(app)
        assert " SHARED " in app.dialog.on_screen
        assert told(app) == []
        await app.press("t")  # the calls
        await app.shows("/access_codes/delete")
        assert told(app) == []
        await app.press("escape", "escape")
        await app.dialog.closes()
        await app.press("H")
        await history_is_shown(app)
        assert " SHARED " in app.dialog.on_screen


async def test_the_first_run_and_the_list_of_workspaces_have_it_too() -> None:
    async with running_app(connection=None, demo=demo_launch, load=False) as app:
        await app.dialog.says("Welcome to seam-tui")
        assert "SHARED" not in app.text
        await app.press("f8")
        await app.shows(" SHARED ")
        await app.press("d")
        await app.is_loaded()
        assert "SHARED" in app.top
    token = Connection(personal_access_token="seam_at_sandbox_token", endpoint="http://sandbox.invalid")
    async with running_app(connection=token, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WorkspaceScreen), "the list of workspaces")
        workspace_id = app.sandbox.world.workspace.workspace_id
        await app.shows(workspace_id)
        await app.press("f8")
        await app.until(lambda: workspace_id not in app.text, "the id cut")
        assert f"…{workspace_id[-4:]}" in app.text
        await app.press("enter")
        await app.is_loaded()
        assert told(app) == []


async def test_the_screen_that_waits_for_the_list_of_workspaces_has_it_as_well() -> None:
    token = Connection(personal_access_token="seam_at_sandbox_token", endpoint="http://sandbox.invalid")
    for options in ({"share": True}, {}):
        async with running_app(connection=token, load=False, arrange_wire=all_held, **options) as app:
            await app.shows("Reading which workspaces this token opens")
            assert ("SHARED" in app.text) is bool(options)
            if not options:
                await app.press("f8")
            await app.shows(" SHARED ")
            assert app.wire.holds_any
            app.wire.release()
            await app.until(lambda: isinstance(app.app.screen, WorkspaceScreen), "the list of workspaces")
            await app.until(lambda: " SHARED " in app.dialog.on_screen, "the badge of the list")


async def test_where_it_is_kept_on_nobody_leaves_it() -> None:
    async with running_app(share_fixed=True) as app:
        assert "SHARED" in app.top
        await app.press("f8")
        await app.says("Share mode is kept on here")
        assert not app.dialog.is_open
        await app.press("question_mark")
        await app.dialog.opens()
        await app.press("f8")
        await app.shows("Share mode is kept on here")
        assert VEIL.is_drawn
        assert told(app) == []


async def test_its_key_can_be_another_one_and_help_and_palette_name_it() -> None:
    keymap, problems = make_keymap({"share.toggle": ["ctrl+g"]}, "keys")
    assert problems == []
    async with running_app(keymap=keymap) as app:
        await app.press("f8")
        await app.settle()
        assert "SHARED" not in app.top
        await app.press("question_mark")
        await app.dialog.says("Ctrl+G Share mode on or off")
        await app.press("ctrl+g")
        await app.until(lambda: "SHARED" in app.top, "the badge")


async def test_what_the_world_brings_later_is_hidden_too() -> None:
    async with running_app(share=True) as app:
        code = app.code(GUEST)
        await app.codes.choose(VEIL.guest(GUEST))
        code.name = "Wilhelmina Oakenshield"
        await app.press("h")
        await app.codes.gains(VEIL.guest(code.name))
        assert "Wilhelmina Oakenshield" in secrets_of(app)
        assert told(app) == []
