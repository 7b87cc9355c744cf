"""What the commands share: options, settings, the sandbox of a demo, and a client."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from seam_tui.cli.exit_codes import COULD_NOT
from seam_tui.cli.reaching import MakeSandbox, connection_of, demo_connection
from seam_tui.domain.clock import SystemClock

if TYPE_CHECKING:
    from seam_tui.domain.clock import Clock
    from seam_tui.remedies.catalogue import Catalogue
    from seam_tui.sandbox.server import Sandbox
    from seam_tui.seam_api.connection import Connection
    from seam_tui.settings import Settings

_LARGEST_WIDTH: Final = 120

ScenarioOption = Annotated[str, typer.Option(help="The sandbox's world: default, museum, healthy or empty.")]
DevicesOption = Annotated[int | None, typer.Option(min=0, help="Instead of a scenario: how many locks (with --codes).")]
CodesOption = Annotated[int | None, typer.Option(min=0, help="Instead of a scenario: how many codes (with --devices).")]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same world.")]
DemoOption = Annotated[bool, typer.Option("--demo", help="Use the built-in sandbox; needs no key.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def clock() -> Clock:
    """The clock of a command."""
    return SystemClock()


def width() -> int:
    """Columns of what is printed."""
    return min(shutil.get_terminal_size().columns, _LARGEST_WIDTH)


def command_group(about: str) -> typer.Typer:
    """Commands behind one word, which does something by itself as well."""
    return typer.Typer(help=about, invoke_without_command=True, rich_markup_mode=None)


def fail(*lines: str) -> typer.Exit:
    """Say why nothing can be done; to be raised."""
    for line in lines:
        typer.echo(line, err=True)
    return typer.Exit(COULD_NOT)


def no_key(command: str) -> typer.Exit:
    """Say how to give a key, or do without; to be raised."""
    return fail(
        "No key: set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN and SEAM_WORKSPACE_ID.",
        f"Or try it on the sandbox: seam-tui {command} --demo",
    )


def read_settings() -> Settings:
    """The settings, or the end of the command with what is wrong with them."""
    from seam_tui.settings import SettingsError, load_settings

    try:
        return load_settings()
    except SettingsError as error:
        raise fail(str(error)) from None


def read_catalogue(user_file: Path) -> Catalogue:
    """The remedies, or the end of the command with what is wrong with the user's own."""
    from seam_tui.remedies.catalogue import CatalogueError, load_catalogue

    try:
        return load_catalogue(user_file)
    except CatalogueError as error:
        raise fail(str(error)) from None


def sandbox_maker(scenario: str, devices: int | None, codes: int | None, seed: int) -> MakeSandbox:
    """Check the options now, make the world when it is wanted: a large one takes seconds."""
    if (devices is None) != (codes is None):
        raise fail("--devices and --codes go together: --devices 100 --codes 1000.")

    def make() -> Sandbox:
        from seam_tui.sandbox.server import create_sandbox

        return create_sandbox(scenario, devices=devices, codes=codes, seed=seed)

    from seam_tui.sandbox.scenarios import SCENARIOS

    if scenario not in SCENARIOS:
        raise fail(f"--scenario {scenario}: there is no such scenario; there are {', '.join(SCENARIOS)}.")
    return make


def connection_for(settings: Settings, command: str, make_sandbox: MakeSandbox | None) -> Connection:
    """The way to a workspace without a screen, or the end of the command with what is missing.

    Args:
        settings: The settings.
        command: What was typed, for the way out.
        make_sandbox: Makes the world of a demo; None for Seam.
    """
    if make_sandbox is not None:
        import httpx

        transport = httpx.ASGITransport(make_sandbox().app, raise_app_exceptions=False)
        return replace(demo_connection(), transport=transport)
    if settings.credentials_missing:
        raise no_key(command)
    if settings.personal_access_token is not None and settings.workspace_id is None:
        raise fail("SEAM_PERSONAL_ACCESS_TOKEN needs SEAM_WORKSPACE_ID here; the app lets you pick a workspace.")
    return connection_of(settings)
