"""The first run, and picking a workspace: what stands before the panes."""

from __future__ import annotations

from seam_tui.seam_api.connection import Connection
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.welcome import WelcomeScreen, WorkspaceScreen
from tests.flows.driver import RunningApp, demo_launch, running_app

TOKEN = "seam_at_sandbox_token"


async def first_run_is_open(app: RunningApp) -> None:
    await app.until(lambda: isinstance(app.app.screen, WelcomeScreen), "the first-run screen")


async def test_without_a_key_it_says_how_to_set_one_and_d_opens_the_sandbox() -> None:
    async with running_app(connection=None, demo=demo_launch, load=False) as app:
        await first_run_is_open(app)
        await app.dialog.says("export SEAM_API_KEY=", "export SEAM_PERSONAL_ACCESS_TOKEN=", "--read-only")
        assert not app.has_panes
        await app.press("d")
        await app.is_loaded()
        assert app.codes.has("Hiro Tanaka")
        assert "SANDBOX" in app.top


async def test_q_and_escape_leave_the_first_run() -> None:
    for key in ("q", "escape"):
        async with running_app(connection=None, demo=demo_launch, load=False) as app:
            await first_run_is_open(app)
            await app.press(key)
            await app.until(lambda app=app: not app.app.is_running, f"the end after {key}")


async def test_enter_on_the_first_run_opens_the_sandbox() -> None:
    async with running_app(connection=None, demo=demo_launch, load=False) as app:
        await first_run_is_open(app)
        await app.press("enter")
        await app.is_loaded()


async def test_a_token_without_a_workspace_offers_the_list() -> None:  # UX 15
    token = Connection(personal_access_token=TOKEN, endpoint="http://sandbox.invalid")
    async with running_app(connection=token, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WorkspaceScreen), "the list of workspaces")
        await app.dialog.says("Which workspace?", "SEAM_WORKSPACE_ID picks it for good")
        assert "Harbour & Pine Stays" in app.text
        assert "Old Town Lofts" in app.text
        await app.press("enter")
        await app.is_loaded()
        assert "Harbour & Pine" in app.top


async def test_the_second_workspace_of_the_list_can_be_picked() -> None:
    token = Connection(personal_access_token=TOKEN, endpoint="http://sandbox.invalid")
    async with running_app(connection=token, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WorkspaceScreen), "the list of workspaces")
        await app.press("down", "enter")
        await app.until(lambda: app.has_panes and "Old Town Lofts" in app.top, "the other workspace")
        await app.codes.says("This workspace has no locks.")


async def test_leaving_the_list_of_workspaces_leaves_the_app() -> None:
    token = Connection(personal_access_token=TOKEN, endpoint="http://sandbox.invalid")
    async with running_app(connection=token, load=False) as app:
        await app.until(lambda: isinstance(app.app.screen, WorkspaceScreen), "the list of workspaces")
        await app.press("escape")
        await app.until(lambda: not app.app.is_running, "the end")


async def test_a_token_that_seam_refuses_is_said_and_ends_with_a_code() -> None:
    token = Connection(personal_access_token="seam_at_unknown", endpoint="http://sandbox.invalid")
    async with running_app(connection=token, load=False) as app:
        await app.dialog.says("Could not read the workspaces", "Seam does not accept the credentials (401)")
        await app.press("escape")
        await app.until(lambda: not app.app.is_running, "the end")
        assert app.app.return_code == 2


def test_the_demo_of_these_tests_is_a_launch_like_any_other() -> None:
    assert isinstance(demo_launch(), Launch)
