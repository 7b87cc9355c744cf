"""`sandbox`: serves the simulated workspace."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from seam_tui.cli.common import CodesOption, DevicesOption, ScenarioOption, SeedOption, fail, sandbox_maker


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 lets the system choose.")] = 8765,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
    control: Annotated[bool, typer.Option("--control", help="Serve the control plane under /_sandbox/.")] = False,
    traceable: Annotated[bool, typer.Option("--traceable", help="A world for leak scanners.")] = False,
    speed: Annotated[float, typer.Option(min=0.0, max=1000.0, help="How fast its clock runs.")] = 1.0,
) -> None:
    """Serve the simulated workspace to any Seam client."""
    from seam_tui.sandbox.clock import SandboxClock
    from seam_tui.sandbox.server import SANDBOX_KEY, create_sandbox, serve

    sandbox_maker(scenario, devices, codes, seed)
    clock = SandboxClock()
    clock.speed = speed
    try:
        made = create_sandbox(
            scenario, devices=devices, codes=codes, seed=seed, clock=clock, control=control, traceable=traceable
        )
    except ValueError as error:
        raise fail(f"--codes {codes}: {error}") from None

    def ready(real_port: int) -> None:
        address = f"[{host}]" if ":" in host else host
        typer.echo(f"Sandbox on http://{address}:{real_port}")
        typer.echo(f"SEAM_ENDPOINT=http://{address}:{real_port} SEAM_API_KEY={SANDBOX_KEY}")
        sys.stdout.flush()

    try:
        serve(made, host, port, on_ready=ready)
    except OSError as error:
        raise fail(f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port.") from None
