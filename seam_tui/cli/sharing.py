"""`serve`: shows the app in a browser."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Annotated, Final

import typer

from seam_tui.cli.common import DemoOption, ScenarioOption, fail, no_key, read_settings, sandbox_maker

_WILDCARDS: Final = ("0.0.0.0", "::")


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; others than this machine's are warned about.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 lets the system choose.")] = 8000,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    write: Annotated[
        bool, typer.Option("--write", help="Let visitors change codes; they only look otherwise.")
    ] = False,
    no_share: Annotated[
        bool, typer.Option("--no-share", help="Let visitors see names, logins and ids; they are hidden otherwise.")
    ] = False,
    visitors: Annotated[int, typer.Option(min=1, max=64, help="How many may look at once.")] = 4,
) -> None:
    """Show the app in a browser to whoever has its address: read-only and in share mode unless told otherwise."""
    settings = read_settings()
    if demo:
        sandbox_maker(scenario, None, None, 1)
    elif settings.credentials_missing:
        raise no_key("serve")
    try:
        from seam_tui.cli.web.server import WebServer
    except ImportError:
        raise fail("This needs textual-serve, which the extra `share` brings: pip install 'seam-tui[share]'") from None

    arguments = app_arguments(demo=demo, scenario=scenario, write=write, share=not no_share)
    server = WebServer(arguments, host, port, most_visitors=visitors, tell=_say)

    def ready() -> None:
        _say(f"Open {address(host, server.port)}/?token={server.door.token}")
        can = "sees your workspace and can change its codes" if write else "sees your workspace, read-only"
        hidden = "with the names of guests, too" if no_share else "without the names of guests"
        _say(f"Whoever has this address {can}, {hidden}. Ctrl+C ends it.")
        if not server.is_private:
            _warn(host)

    try:
        asyncio.run(server.run(ready))
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise fail(f"Cannot listen on {host}, port {port}: {reason}. Choose another with --host or --port.") from None


def app_arguments(*, demo: bool, scenario: str, write: bool, share: bool) -> list[str]:
    """The command line of a visitor's app: every limit on what a browser may do is given here.

    Settings and keys are not among it, since other users of a machine can read it; the environment carries them.
    """
    arguments = [sys.executable, "-m", "seam_tui"]
    if not write:
        arguments.append("--read-only")
    if share:
        arguments.append("--share-fixed")
    if demo:
        arguments += ["--demo", "--scenario", scenario]
    return arguments


def address(host: str, port: int) -> str:
    """The address to open on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _warn(host: str) -> None:
    lines = [
        f"Warning: {host} is not this machine alone. Others can reach it, and what is shown and the token travel",
        "unencrypted. Where that matters, listen on 127.0.0.1 and share that through an SSH tunnel or a TLS proxy.",
    ]
    if host in _WILDCARDS:
        lines.append("From elsewhere, put this machine's name into the address.")
    for line in lines:
        typer.echo(line, err=True)


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()
