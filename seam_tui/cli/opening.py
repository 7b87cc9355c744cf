"""Opens the app. Typer is not imported here: a start without options has nothing to parse, and gets by without it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seam_tui.cli.exit_codes import COULD_NOT
from seam_tui.cli.reaching import MakeSandbox, connection_of, default_sandbox, demo_connection
from seam_tui.domain.crash_log import say

if TYPE_CHECKING:
    import httpx

    from seam_tui.settings import Settings, SettingsError
    from seam_tui.tui.app import SeamTuiApp
    from seam_tui.tui.keymap import Keymap
    from seam_tui.tui.launch import Launch


def open_app(
    sandbox: MakeSandbox = default_sandbox,
    *,
    demo: bool = False,
    read_only: bool = False,
    cache: bool = True,
    share: bool = False,
    share_fixed: bool = False,
    ascii_only: bool = False,
    large: bool = False,
) -> int:
    """Open the app on the workspace of the settings, and stay until a person leaves it.

    Args:
        sandbox: Makes the world of a demo.
        demo: Whether to open on that at once.
        read_only: Whether every change is refused, whatever the settings say.
        cache: Whether a picture of the last run may be shown and one be kept.
        share: Whether to open in share mode, whatever the settings say.
        share_fixed: Whether to open in share mode and stay there, whatever is typed.
        ascii_only: Whether only ASCII is painted, whatever the terminal could draw.
        large: Whether to open in the layout for a projector.

    Returns:
        The exit code; that of settings or keys which cannot be used is told before there is a screen.
    """
    from seam_tui.settings import SettingsError, load_settings

    if os.environ.get("TERM") == "dumb" and "TEXTUAL_DRIVER" not in os.environ:
        return could_not(
            "TERM is 'dumb': this terminal cannot place text.",
            "Use another one, or set TERM, such as TERM=xterm-256color; seam-tui report needs no screen.",
        )
    try:
        settings = load_settings()
    except SettingsError as error:
        return could_not(str(error))
    # Each of them holds if anything asks for it: nothing in the environment loosens what was typed.
    settings = replace(
        settings,
        ascii=ascii_only or settings.ascii,
        large=large or settings.large,
        read_only=read_only or settings.read_only,
        share=share or share_fixed or settings.share,
    )
    keymap, problems = _keymap_of(settings)
    if problems:
        more = f"And {len(problems) - 1} more: seam-tui config check tells them all."
        return could_not(str(problems[0]), *([more] if len(problems) > 1 else []))

    def app() -> SeamTuiApp:
        from seam_tui.tui.app import SeamTuiApp

        launch = _launch(settings, keymap, share_fixed=share_fixed)
        in_sandbox = partial(_in_sandbox, launch, sandbox)
        return SeamTuiApp(in_sandbox() if demo else _on_own_workspace(launch, settings, in_sandbox, cache=cache))

    from seam_tui.domain.app_log import LOG, keep_log
    from seam_tui.tui.crash import run_app

    with keep_log():
        code = run_app(app)
        LOG.info("left with exit code %s", code)
    return code


def could_not(*lines: str) -> int:
    """Say why nothing can be done; the exit code that goes with it."""
    for line in lines:
        say(line)
    return COULD_NOT


def _keymap_of(settings: Settings) -> tuple[Keymap, list[SettingsError]]:
    """The keys in force, and what is wrong with those that the user wrote."""
    from seam_tui.tui.keymap import DEFAULT_KEYS

    if not settings.keys:
        return DEFAULT_KEYS, []
    from seam_tui.tui.rebinding import make_keymap

    return make_keymap(settings.keys, settings.sources["keys"])


def _launch(settings: Settings, keymap: Keymap, *, share_fixed: bool) -> Launch:
    """What holds wherever the app is opened."""
    from seam_tui.sync.pace import WatchPace
    from seam_tui.tui.launch import Launch

    return Launch(
        read_only=settings.read_only,
        share=settings.share,
        share_fixed=share_fixed,
        remedies_file=settings.user_remedies_file,
        pace=WatchPace(interval=settings.poll_interval, requests_per_minute=settings.requests_per_minute),
        theme=settings.theme,
        ascii=settings.ascii,
        large=settings.large,
        keymap=keymap,
    )


def _in_sandbox(launch: Launch, sandbox: MakeSandbox) -> Launch:
    """Opened on a made-up world in this process."""

    def transport() -> httpx.AsyncBaseTransport:
        import httpx

        return httpx.ASGITransport(sandbox().app, raise_app_exceptions=False)

    return replace(launch, connection=demo_connection(), transport=transport)


def _on_own_workspace(launch: Launch, settings: Settings, demo: Callable[[], Launch], *, cache: bool) -> Launch:
    """Opened on the workspace of the settings, or on the first-run screen without credentials."""
    return replace(
        launch,
        connection=None if settings.credentials_missing else connection_of(settings),
        demo=demo,
        read_only_workspaces=frozenset(settings.read_only_workspaces),
        cache_folder=_cache_folder if settings.cache and cache else None,
        concurrency=settings.concurrency,
    )


def _cache_folder() -> Path:
    from seam_tui.workspace.picture_file import cache_folder

    return cache_folder()
