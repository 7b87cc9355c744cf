"""The command without a name: opens the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from seam_tui import __version__
from seam_tui.cli.common import (
    CodesOption,
    DemoOption,
    DevicesOption,
    MakeSandbox,
    ScenarioOption,
    SeedOption,
    connection_of,
    demo_connection,
    fail,
    read_settings,
    sandbox_maker,
)
from seam_tui.cli.configuring import read_keymap

if TYPE_CHECKING:
    from seam_tui.settings import Settings
    from seam_tui.sync.pace import WatchPace
    from seam_tui.tui.app import SeamTuiApp
    from seam_tui.tui.launch import Launch


def _version(value: bool) -> None:
    if value:
        typer.echo(f"seam-tui {__version__}")
        raise typer.Exit


def start(
    context: typer.Context,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
    read_only: Annotated[bool, typer.Option("--read-only", help="Refuse every change.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Show no picture of the last run, and keep none for the next.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the app on your workspace, or on the sandbox with --demo."""
    if context.invoked_subcommand is not None:
        given = [name for name in context.params if _was_typed(context, name)]
        if given:
            option = f"--{given[0].replace('_', '-')}"
            raise fail(f"{option} stands before {context.invoked_subcommand}; write it behind, where that takes it.")
        return
    settings = read_settings()
    read_keymap(settings)  # said here, while there is no screen yet
    sandbox = sandbox_maker(scenario, devices, codes, seed)

    def demo_launch() -> Launch:
        return _demo_launch(sandbox, settings, read_only=read_only)

    def launch() -> Launch:
        if demo:
            return demo_launch()
        cache = settings.cache and not no_cache
        return _launch(settings, demo_launch, read_only=read_only, cache=cache)

    def app() -> SeamTuiApp:
        from seam_tui.tui.app import SeamTuiApp

        return SeamTuiApp(launch())

    from seam_tui.tui.crash import run_app

    raise typer.Exit(run_app(app))


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _demo_launch(make_sandbox: MakeSandbox, settings: Settings, *, read_only: bool) -> Launch:
    import httpx

    from seam_tui.tui.launch import Launch

    def transport() -> httpx.AsyncBaseTransport:
        return httpx.ASGITransport(make_sandbox().app, raise_app_exceptions=False)

    return Launch(
        connection=demo_connection(),
        transport=transport,
        read_only=read_only or settings.read_only,
        remedies_file=settings.user_remedies_file,
        pace=_pace(settings),
        theme=settings.theme,
        keymap=read_keymap(settings),
    )


def _pace(settings: Settings) -> WatchPace:
    from seam_tui.sync.pace import WatchPace

    return WatchPace(interval=settings.poll_interval, requests_per_minute=settings.requests_per_minute)


def _launch(settings: Settings, demo: Callable[[], Launch], *, read_only: bool, cache: bool) -> Launch:
    from seam_tui.tui.launch import Launch
    from seam_tui.workspace.picture_file import cache_folder

    return Launch(
        connection=None if settings.credentials_missing else connection_of(settings),
        demo=demo,
        read_only=read_only or settings.read_only,
        read_only_workspaces=frozenset(settings.read_only_workspaces),
        remedies_file=settings.user_remedies_file,
        cache_folder=cache_folder if cache else None,
        concurrency=settings.concurrency,
        pace=_pace(settings),
        theme=settings.theme,
        keymap=read_keymap(settings),
    )
