"""Share mode as a person meets it, and what of the world's guests can still be read on the screen."""

from __future__ import annotations

from typing import Final

from textual.widgets import Static

from seam_tui.tui.widgets.detail_view import DetailView
from tests.flows.driver import RunningApp
from tests.flows.panes import plain

_LEAST: Final = 5
"""Letters of a name that is not met by chance."""


def secrets_of(app: RunningApp) -> set[str]:
    """What nobody may read: names of guests and grants, logins, and the ids of codes, locks and accounts."""
    world = app.sandbox.world
    names = {code.name for code in world.codes.values()} | {grant.name for grant in world.grants.values()}
    logins = {account.email for account in world.accounts.values()}
    ids = {*world.codes, *world.devices, *world.accounts, *world.grants, world.workspace.workspace_id}
    return {secret for secret in names | logins | ids if secret and len(secret) >= _LEAST}


def told(app: RunningApp) -> list[str]:
    """What of it can be read on the screen, or is held by it out of sight, in dialogs and titles as well."""
    words = [app.text, app.app.title, app.app.sub_title]
    for screen in app.app.screen_stack:
        words += [str(text.content) for text in screen.query(Static)]
        words += ["\n".join(view.layout_lines) for view in screen.query(DetailView)]
    everything = plain("\n".join(words))
    return sorted(secret for secret in secrets_of(app) if plain(secret) in everything)


async def share(app: RunningApp) -> None:
    """Press the key, and wait until share mode holds."""
    await app.press("f8")
    await app.until(lambda: "SHARED" in app.top, "the badge")
    await app.settle()


async def stop_sharing(app: RunningApp) -> None:
    """Press the key, say yes, and wait until names are shown again."""
    await app.press("f8")
    await app.confirm.says("Leave share mode?")
    await app.confirm.yes()
    await app.until(lambda: "SHARED" not in app.top, "no badge")
    await app.settle()
