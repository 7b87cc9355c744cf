"""`apply`: sends a saved plan."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from seam_tui.cli.common import (
    CodesOption,
    DemoOption,
    DevicesOption,
    JsonOption,
    ScenarioOption,
    SeedOption,
    connection_for,
    fail,
    read_settings,
    sandbox_maker,
)
from seam_tui.cli.desk import open_desk
from seam_tui.cli.running import DEFAULT_WAIT
from seam_tui.cli.sending import DryRunOption, WaitOption, YesOption, run_async, show_and_send

if TYPE_CHECKING:
    from datetime import datetime

    from seam_tui.domain.account import Workspace
    from seam_tui.operations.journal import Journal
    from seam_tui.operations.plan_file import SavedPlan
    from seam_tui.seam_api.connection import Connection
    from seam_tui.settings import Settings


def apply(
    file: Annotated[Path, typer.Argument(help="A plan that was saved by the app or by seam-tui plan.")],
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    wait: WaitOption = DEFAULT_WAIT,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
) -> None:
    """Send a saved plan. Exit code 0: all done or asked, 1: some failed, skipped or unknown, 2: nothing was sent."""
    from seam_tui.operations.journal import Journal
    from seam_tui.operations.plan_file import read_plan
    from seam_tui.operations.plan_problems import PlanFileError

    try:
        saved = read_plan(file)
    except PlanFileError as error:
        raise fail(str(error)) from None
    settings = read_settings()
    make_sandbox = sandbox_maker(scenario, devices, codes, seed)
    connection = connection_for(settings, f"apply {file}", make_sandbox if demo else None)
    _check_endpoint(saved, connection)
    with tempfile.TemporaryDirectory(prefix="seam-tui-", ignore_cleanup_errors=True) as passing:
        # The world of a demo ends with it: its runs are kept nowhere.
        journal = Journal(Path(passing) / "runs" if demo else None)
        sending = _apply(saved, connection, settings, journal, yes=yes, dry_run=dry_run, as_json=as_json, wait=wait)
        code = run_async(sending)
    raise typer.Exit(code)


def _check_endpoint(saved: SavedPlan, connection: Connection) -> None:
    if _address(saved.endpoint) != _address(connection.endpoint):
        raise fail(
            f"The plan was made at {saved.endpoint}; the settings name {connection.endpoint}. Nothing was sent.",
            "Set SEAM_ENDPOINT to where the plan was made, or make it again.",
        )


def _address(endpoint: str) -> tuple[str, str, str]:
    parts = urlsplit(endpoint.strip().rstrip("/"))
    return (parts.scheme.lower(), parts.netloc.lower(), parts.path)


def _check_workspace(saved: SavedPlan, workspace: Workspace) -> None:
    if saved.workspace_id != workspace.workspace_id:
        raise fail(
            f"The plan was made for the workspace “{saved.workspace_name}” ({saved.workspace_id}); the credentials "
            f"open “{workspace.name}” ({workspace.workspace_id}). Nothing was sent.",
            "Use the credentials of the first, or make the plan again.",
        )


def _tell_age(saved: SavedPlan, now: datetime) -> None:
    """Say that a plan is old, and that nothing is overwritten for it."""
    days = (now - saved.made_at).days
    if days >= 1:
        age = f"{days} days" if days > 1 else "a day"
        skipped = "Each code is read again first; one that has changed since is skipped."
        typer.echo(f"The plan is {age} old ({saved.made_at:%Y-%m-%d}). {skipped}", err=True)


async def _apply(
    saved: SavedPlan,
    connection: Connection,
    settings: Settings,
    journal: Journal,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    wait: float,
) -> int:
    async with open_desk(connection, settings, journal, sends=not dry_run) as desk:
        _check_workspace(saved, desk.workspace)
        _tell_age(saved, desk.clock.now())
        plan = saved.plan
        return await show_and_send(
            desk,
            plan,
            lambda emit, control, tell: desk.runs.run(plan, emit, control, undoes=plan.undoes, tell=tell),
            yes=yes,
            dry_run=dry_run,
            as_json=as_json,
            wait=wait,
            keeps=connection.transport is None,
        )
