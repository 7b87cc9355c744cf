"""The command without a name: opens the app."""

from __future__ import annotations

from typing import Annotated

import typer

from seam_tui import __version__
from seam_tui.cli.common import (
    CodesOption,
    DemoOption,
    DevicesOption,
    ScenarioOption,
    SeedOption,
    fail,
    sandbox_maker,
)
from seam_tui.cli.opening import open_app


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
    ascii: Annotated[bool, typer.Option("--ascii", help="Paint ASCII alone, no other sign.")] = False,  # noqa: A002
    large: Annotated[bool, typer.Option("--large", help="Open in the layout for a projector.")] = False,
    share: Annotated[
        bool, typer.Option("--share", help="Open in share mode: names of guests, logins and ids hidden.")
    ] = False,
    share_fixed: Annotated[bool, typer.Option("--share-fixed", hidden=True)] = False,
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
    sandbox = sandbox_maker(scenario, devices, codes, seed)
    looks = {"ascii_only": ascii, "large": large}
    raise typer.Exit(
        open_app(
            sandbox, demo=demo, read_only=read_only, cache=not no_cache, share=share, share_fixed=share_fixed, **looks
        )
    )


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
