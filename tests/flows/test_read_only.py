"""Read-only: by flag, per workspace and at runtime; shown, explained, and refused wherever it is tried."""

from __future__ import annotations

import pytest

from seam_tui.domain.action import ACTIONS
from seam_tui.tui.actions import BOUND
from seam_tui.tui.app import SeamTuiApp
from tests.flows.driver import RunningApp, demo_launch, running_app, sandbox_of

READS = frozenset({"get", "list", "generate_code"})


def changes_sent(app: RunningApp) -> list[str]:
    return [record.path for record in app.sandbox.requests if record.path.rsplit("/", 1)[-1] not in READS]


async def test_the_flag_shows_a_badge_and_every_write_says_why_it_is_refused() -> None:  # UX 14
    async with running_app(read_only=True) as app:
        assert "READ-ONLY" in app.top
        await app.codes.choose("Hiro Tanaka")
        for bound in BOUND.values():
            if not bound.action.writes:
                continue
            await app.press(bound.key)
            await app.says(f"{bound.action.label}: Read-only: nothing can be changed.")
            assert not app.dialog.is_open
        assert changes_sent(app) == []


async def test_buttons_of_writes_are_greyed_with_the_reason_and_reads_work_on() -> None:  # UX 14, 22
    async with running_app(read_only=True) as app:
        await app.codes.choose("Hiro Tanaka")
        for button in app.triage.detail.buttons:
            if ACTIONS[button.action_id].writes:
                assert button.why_disabled == "Read-only: nothing can be changed."
        app.code("Hiro Tanaka").name = "Hiro T."
        await app.press("h")
        await app.codes.gains("Hiro T.")


async def test_stricter_at_once_and_looser_only_after_a_question() -> None:  # UX 14
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        assert "READ-ONLY" not in app.top
        await app.press("ctrl+r")
        await app.says("Read-only: nothing can be changed.")
        await app.until(lambda: "READ-ONLY" in app.top, "the badge")
        assert app.detail.why_not("Delete this code") == "Read-only: nothing can be changed."
        await app.press("ctrl+r")
        await app.confirm.says("Allow changes?")
        assert app.confirm.focus == "cancel"
        await app.press("enter")
        await app.confirm.closes()
        assert "READ-ONLY" in app.top
        await app.press("ctrl+r")
        await app.confirm.yes()
        await app.until(lambda: "READ-ONLY" not in app.top, "no badge")
        assert app.detail.why_not("Delete this code") == ""


async def test_a_workspace_that_is_listed_opens_read_only_and_others_do_not() -> None:  # UX 14
    listed = sandbox_of().world.workspace.workspace_id
    async with running_app(read_only_workspaces=frozenset({listed})) as app:
        assert "READ-ONLY" in app.top
        await app.codes.choose("Hiro Tanaka")
        await app.press("d")
        await app.says("Read-only: nothing can be changed.")
    async with running_app(read_only_workspaces=frozenset({"some-other-workspace"})) as app:
        assert "READ-ONLY" not in app.top


async def test_a_change_that_was_confirmed_as_read_only_came_on_is_refused_before_it_leaves() -> None:  # UX 14
    async with running_app() as app:
        await app.codes.choose("Hiro Tanaka")
        await app.press("d")
        await app.confirm.opens()
        app.triage.session.read_only = True
        await app.confirm.yes()
        await app.says("Read-only: /access_codes/delete was not sent.")
        assert changes_sent(app) == []


async def test_every_dialog_carries_the_badge_since_it_may_lie_over_the_bar() -> None:  # UX 14
    async with running_app(size=(80, 24)) as app:
        await app.press("question_mark")
        await app.dialog.opens()
        assert "READ-ONLY" not in app.dialog.on_screen
        await app.dialog.leave()
        await app.press("ctrl+r")
        for key in ("question_mark", "H", "S", "ctrl+r"):
            await app.press(key)
            await app.dialog.opens()
            await app.drawn()
            assert " READ-ONLY " in app.dialog.on_screen, key
            await app.dialog.leave()
    async with running_app(connection=None, demo=demo_launch, load=False, read_only=True) as app:
        await app.dialog.says("Welcome to seam-tui")
        assert " READ-ONLY " in app.dialog.on_screen


async def test_a_visitor_does_not_loosen_what_a_setting_wants_for_this_workspace(  # UX 14
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SeamTuiApp, "is_web", True)
    listed = sandbox_of().world.workspace.workspace_id
    for setting in ({"read_only_workspaces": frozenset({listed})}, {"read_only": True}):
        async with running_app(**setting) as app:  # type: ignore[arg-type]
            await app.press("ctrl+r")
            await app.says("Read-only: who shares this lets visitors look only")
            assert "READ-ONLY" in app.top
    async with running_app(read_only_workspaces=frozenset({"another"})) as app:
        await app.press("ctrl+r")
        await app.says("Read-only: nothing can be changed.")
        await app.press("ctrl+r")
        await app.confirm.says("Allow changes?")
