"""The command line: starts the app, prints reports and explanations, serves the sandbox."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from seam_tui import __version__
from seam_tui.domain.clock import SystemClock
from seam_tui.domain.crash_log import run_headless
from seam_tui.seam_api.connection import Connection

if TYPE_CHECKING:
    from seam_tui.remedies.catalogue import Catalogue
    from seam_tui.sandbox.server import Sandbox
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.settings import Settings
    from seam_tui.tui.app import SeamTuiApp
    from seam_tui.tui.launch import Launch

NO_ERRORS: Final = 0
ERRORS_FOUND: Final = 1
COULD_NOT_LOAD: Final = 2
"""Exit codes of `report`; 2 also stands for every usage or settings error."""
_LARGEST_WIDTH: Final = 120

cli = typer.Typer(
    name="seam-tui",
    help="Finds smart-lock access codes that fail, says why, and carries out the remedy.",
    add_completion=False,
    # A pretty traceback shows local variables, and with them PINs and keys (UX rule 13).
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    rich_markup_mode=None,
)

ScenarioOption = Annotated[str, typer.Option(help="The sandbox's world: default, museum, healthy or empty.")]
DevicesOption = Annotated[int | None, typer.Option(min=0, help="Instead of a scenario: how many locks (with --codes).")]
CodesOption = Annotated[int | None, typer.Option(min=0, help="Instead of a scenario: how many codes (with --devices).")]
SeedOption = Annotated[int, typer.Option(help="The same seed gives the same world.")]
DemoOption = Annotated[bool, typer.Option("--demo", help="Use the built-in sandbox; needs no key.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def run(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What was typed after the command's name; the process's own when None.

    Returns:
        The exit code: 0 done, 1 errors found, 2 could not load or wrong usage, 130 interrupted.
    """

    def main() -> int:
        command = typer.main.get_command(cli)
        result = command.main(arguments, prog_name="seam-tui", standalone_mode=True)
        return result if isinstance(result, int) else NO_ERRORS

    return run_headless(main)


def _fail(*lines: str) -> typer.Exit:
    for line in lines:
        typer.echo(line, err=True)
    return typer.Exit(COULD_NOT_LOAD)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"seam-tui {__version__}")
        raise typer.Exit


@cli.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
    read_only: Annotated[bool, typer.Option("--read-only", help="Refuse every change.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Open the app on your workspace, or on the sandbox with --demo."""
    if context.invoked_subcommand is not None:
        given = [name for name in context.params if _was_typed(context, name)]
        if given:
            option = f"--{given[0].replace('_', '-')}"
            raise _fail(f"{option} stands before {context.invoked_subcommand}; write it behind, where that takes it.")
        return
    settings = _settings()
    sandbox = _sandbox_maker(scenario, devices, codes, seed)

    def launch() -> Launch:
        if demo:
            return _demo_launch(sandbox, settings, read_only=read_only)
        return _launch(settings, lambda: _demo_launch(sandbox, settings, read_only=read_only), read_only=read_only)

    def app() -> SeamTuiApp:
        from seam_tui.tui.app import SeamTuiApp

        return SeamTuiApp(launch())

    from seam_tui.tui.crash import run_app

    raise typer.Exit(run_app(app))


def _was_typed(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _settings() -> Settings:
    from seam_tui.settings import SettingsError, load_settings

    try:
        return load_settings()
    except SettingsError as error:
        raise _fail(str(error)) from None


def _sandbox_maker(scenario: str, devices: int | None, codes: int | None, seed: int) -> Callable[[], Sandbox]:
    """Check the options now, make the world when it is wanted: a large one takes seconds."""
    if (devices is None) != (codes is None):
        raise _fail("--devices and --codes go together: --devices 100 --codes 1000.")

    def make() -> Sandbox:
        from seam_tui.sandbox.server import create_sandbox

        return create_sandbox(scenario, devices=devices, codes=codes, seed=seed)

    from seam_tui.sandbox.scenarios import SCENARIOS

    if scenario not in SCENARIOS:
        raise _fail(f"--scenario {scenario}: there is no such scenario; there are {', '.join(SCENARIOS)}.")
    return make


def _demo_connection() -> Connection:
    from seam_tui.sandbox.server import SANDBOX_KEY

    return Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid")


def _demo_launch(make_sandbox: Callable[[], Sandbox], settings: Settings, *, read_only: bool) -> Launch:
    import httpx

    from seam_tui.tui.launch import Launch

    def transport() -> httpx.AsyncBaseTransport:
        return httpx.ASGITransport(make_sandbox().app, raise_app_exceptions=False)

    return Launch(
        connection=_demo_connection(),
        transport=transport,
        read_only=read_only or settings.read_only,
        remedies_file=settings.user_remedies_file,
        theme=settings.theme,
    )


def _launch(settings: Settings, demo: Callable[[], Launch], *, read_only: bool) -> Launch:
    from seam_tui.tui.launch import Launch

    return Launch(
        connection=None if settings.credentials_missing else _connection(settings),
        demo=demo,
        read_only=read_only or settings.read_only,
        read_only_workspaces=frozenset(settings.read_only_workspaces),
        remedies_file=settings.user_remedies_file,
        concurrency=settings.concurrency,
        theme=settings.theme,
    )


def _connection(settings: Settings) -> Connection:
    key, token = settings.api_key, settings.personal_access_token
    return Connection(
        api_key=None if key is None else key.get_secret_value(),
        personal_access_token=None if token is None else token.get_secret_value(),
        workspace_id=settings.workspace_id,
        endpoint=settings.endpoint,
        timeout=settings.request_timeout,
    )


def _catalogue(user_file: Path) -> Catalogue:
    from seam_tui.remedies.catalogue import CatalogueError, load_catalogue

    try:
        return load_catalogue(user_file)
    except CatalogueError as error:
        raise _fail(str(error)) from None


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _LARGEST_WIDTH)


@cli.command()
def report(
    as_json: JsonOption = False,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
) -> None:
    """Load once without a screen and say what is wrong. Exit code 0: no errors, 1: errors, 2: could not load."""
    settings = _settings()
    catalogue = _catalogue(settings.user_remedies_file)
    make_sandbox = _sandbox_maker(scenario, devices, codes, seed)
    if not demo and settings.credentials_missing:
        raise _fail(
            "No key: set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN and SEAM_WORKSPACE_ID.",
            "Or try it on the sandbox: seam-tui report --demo",
        )
    if not demo and settings.personal_access_token is not None and settings.workspace_id is None:
        raise _fail("SEAM_PERSONAL_ACCESS_TOKEN needs SEAM_WORKSPACE_ID here; the app lets you pick a workspace.")
    raise typer.Exit(asyncio.run(_report(settings, catalogue, make_sandbox if demo else None, as_json=as_json)))


async def _report(
    settings: Settings, catalogue: Catalogue, make_sandbox: Callable[[], Sandbox] | None, *, as_json: bool
) -> int:
    from seam_tui.reports.triage_report import build_report, report_json
    from seam_tui.reports.triage_text import report_text
    from seam_tui.seam_api.errors import SeamFailure
    from seam_tui.sync.loader import load_once
    from seam_tui.workspace.store import WorkspaceStore

    clock = SystemClock()
    store = WorkspaceStore()
    try:
        client = _client(settings, make_sandbox)
        try:
            incomplete = await load_once(client, store, clock)
        finally:
            await client.close()
    except SeamFailure as failure:
        typer.echo(str(failure), err=True)
        return COULD_NOT_LOAD
    now: datetime = clock.now()
    made = build_report(store, catalogue, now, incomplete)
    sys.stdout.write(report_json(made) + "\n" if as_json else report_text(made, _width()))
    return made.exit_code


def _client(settings: Settings, make_sandbox: Callable[[], Sandbox] | None) -> SeamClient:
    """A client that only reads: a report changes nothing."""
    from dataclasses import replace

    from seam_tui.seam_api.client import SeamClient

    if make_sandbox is None:
        return SeamClient(_connection(settings), read_only=True)
    import httpx

    transport = httpx.ASGITransport(make_sandbox().app, raise_app_exceptions=False)
    return SeamClient(replace(_demo_connection(), transport=transport), read_only=True)


@cli.command()
def explain(
    code: Annotated[str | None, typer.Argument(help="An error_code or warning_code of Seam's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every code of the catalogue.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a code means and what to do about it."""
    from seam_tui.reports.explanation import explain_json, explain_text

    if (code is None) == (not every):
        raise _fail("Name one code, or --all: seam-tui explain duplicate_code_on_device")
    catalogue = _catalogue(_settings().user_remedies_file)
    if code is None:
        remedies = catalogue.all()
        codes = dict.fromkeys(remedy.code for remedy in remedies)
        text = (
            explain_json(remedies) + "\n" if as_json else "\n".join(explain_text(catalogue, c, _width()) for c in codes)
        )
        sys.stdout.write(text)
        return
    matching = catalogue.matching(code)
    if as_json:
        sys.stdout.write(explain_json(matching) + "\n")
    else:
        sys.stdout.write(explain_text(catalogue, code, _width()))
    if not matching:
        raise typer.Exit(1)


@cli.command()
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

    _sandbox_maker(scenario, devices, codes, seed)
    clock = SandboxClock()
    clock.speed = speed
    made = create_sandbox(
        scenario, devices=devices, codes=codes, seed=seed, clock=clock, control=control, traceable=traceable
    )

    def ready(real_port: int) -> None:
        address = f"[{host}]" if ":" in host else host
        typer.echo(f"Sandbox on http://{address}:{real_port}")
        typer.echo(f"SEAM_ENDPOINT=http://{address}:{real_port} SEAM_API_KEY={SANDBOX_KEY}")
        sys.stdout.flush()

    try:
        serve(made, host, port, on_ready=ready)
    except OSError as error:
        raise _fail(f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port.") from None
