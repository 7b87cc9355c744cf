"""`plan`: makes a plan of a CSV, shows it, and saves it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from seam_tui.cli.common import (
    CodesOption,
    DemoOption,
    DevicesOption,
    ScenarioOption,
    SeedOption,
    clock,
    connection_for,
    fail,
    read_settings,
    sandbox_maker,
    width,
)
from seam_tui.cli.exit_codes import COULD_NOT, DONE, NOT_ALL
from seam_tui.cli.plan_text import plan_text

if TYPE_CHECKING:
    from seam_tui.domain.action import ActionId
    from seam_tui.domain.clock import Clock
    from seam_tui.operations.csv_rows import CsvRows, Mistake
    from seam_tui.operations.plan import Plan
    from seam_tui.operations.subject import Subject
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.seam_api.connection import Connection
    from seam_tui.workspace.store import WorkspaceStore

_TOLD: Final = 100
"""Mistakes that are told one by one."""
_SAY_EVERY: Final = 2.0
"""Seconds between two lines of progress."""


def plan(
    csv: Annotated[
        Path,
        typer.Option(
            "--csv",
            help="What to change: access_code_id, and any of name, code, starts_at, ends_at, type and "
            "is_external_modification_allowed.",
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", help="Where to save the plan; without it, it is only shown.")
    ] = None,
    action: Annotated[
        str | None,
        typer.Option(
            "--action",
            help="Instead of changing values, do this with every code: delete, generate_pin, recreate, "
            "convert_to_managed or pull_backup.",
        ),
    ] = None,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
) -> None:
    """Make a plan of a CSV; nothing is changed. Exit code 0: all of it, 1: some lines are left out, 2: mistakes."""
    from seam_tui.operations.csv_rows import read_rows

    action_id = None if action is None else _action_named(action)
    if output is not None and output.exists():
        raise fail(f"{output}: There is a file of this name already; it is left alone. Name another with --output.")
    settings = read_settings()
    make_sandbox = sandbox_maker(scenario, devices, codes, seed)
    rows = read_rows(csv)
    if rows.columns:
        rows = replace(rows, mistakes=(*_unwanted_columns(rows.columns, action_id), *rows.mistakes))
    if not rows.rows:
        raise _refused(csv, rows.mistakes)
    connection = connection_for(settings, "plan --csv FILE", make_sandbox if demo else None)
    raise typer.Exit(asyncio.run(_plan(csv, rows, action_id, connection, output)))


def _action_named(name: str) -> ActionId:
    from seam_tui.operations.csv_plan import CSV_ACTIONS

    for action in CSV_ACTIONS:
        if name.replace("-", "_") == action.value:
            return action
    raise fail(f"--action {name}: there is no such action for a file; there are {', '.join(CSV_ACTIONS)}.")


def _unwanted_columns(columns: tuple[str, ...], action_id: ActionId | None) -> tuple[Mistake, ...]:
    from seam_tui.operations.csv_plan import CSV_ACTIONS
    from seam_tui.operations.csv_rows import COLUMNS, ID, Mistake

    if action_id is None and columns == (ID,):
        said = f"No column says what to change; there are {', '.join(COLUMNS[1:])}."
        return (Mistake(f"{said} Or name an --action: {', '.join(CSV_ACTIONS)}.", 1),)
    if action_id is None:
        return ()
    return tuple(
        Mistake(f"--action {action_id} changes no values: take this column out.", 1, value=column)
        for column in columns
        if column != ID
    )


def _refused(csv: Path, mistakes: tuple[Mistake, ...]) -> typer.Exit:
    """Say every mistake of a file, in its order; to be raised."""
    in_order = sorted(mistakes, key=lambda mistake: mistake.line or 0)
    told = [f"{csv}: {mistake}" for mistake in in_order[:_TOLD]]
    if len(in_order) > _TOLD:
        told.append(f"And {len(in_order) - _TOLD} more.")
    return fail(*told, "Nothing was planned.")


async def _plan(
    csv: Path, rows: CsvRows, action_id: ActionId | None, connection: Connection, output: Path | None
) -> int:
    from seam_tui.operations.csv_plan import make_csv_bulk_plan, make_csv_plan
    from seam_tui.operations.plan_file import save_plan
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.seam_api.errors import SeamFailure
    from seam_tui.sync.named import load_named
    from seam_tui.workspace.store import WorkspaceStore

    time, store = clock(), WorkspaceStore()
    mistakes = rows.mistakes
    try:
        client = SeamClient(connection, read_only=True, clock=time)  # a plan changes nothing
        try:
            unread = await load_named(client, store, (row.access_code_id for row in rows.rows))
            subjects = _subjects(store, rows, unread)
            if action_id is None:
                made = make_csv_plan(rows.rows, subjects, time.now(), unread)
                planned, mistakes = made.plan, (*mistakes, *made.mistakes)
            else:
                planned = make_csv_bulk_plan(action_id, rows.rows, subjects, time.now(), unread)
            if mistakes:
                raise _refused(csv, mistakes)
            planned = await _through_grants(planned, client, time)
        finally:
            await client.close()
    except SeamFailure as failure:
        typer.echo(str(failure), err=True)
        return COULD_NOT
    workspace = store.workspace
    assert workspace is not None
    lines = {row.access_code_id: row.line for row in rows.rows}
    sys.stdout.write(plan_text(planned, store.devices, workspace, time.now(), width(), lines))
    left_out = NOT_ALL if planned.left_out or not planned.steps else DONE
    if not planned.steps:
        typer.echo("No code is left to act on: nothing was saved.", err=True)
    elif output is None:
        typer.echo("Nothing was saved: name a file with --output.", err=True)
    else:
        try:
            save_plan(planned, output, workspace=workspace, endpoint=connection.endpoint, now=time.now())
        except OSError as error:
            typer.echo(f"{output}: It cannot be written: {(error.strerror or 'no reason given').lower()}.", err=True)
            return COULD_NOT
        holds = "It holds PINs: only you can read it." if _holds_pins(planned) else "Only you can read it."
        typer.echo(f"Saved to {output}. {holds} Send it with: seam-tui apply {output}", err=True)
    return left_out


def _subjects(store: WorkspaceStore, rows: CsvRows, unread: Mapping[str, str]) -> dict[str, Subject]:
    """The codes that were read, each with all that it is checked against."""
    from seam_tui.tui.view import subject_of_code

    return {
        row.access_code_id: subject_of_code(store, store.codes[row.access_code_id])
        for row in rows.rows
        if row.access_code_id in store.codes and row.access_code_id not in unread
    }


async def _through_grants(planned: Plan, client: SeamClient, time: Clock) -> Plan:
    """Act through the access grants that own some of the codes."""
    from seam_tui.operations.grants import GrantBook, with_grants

    codes = [step.code for step in planned.steps if step.code is not None]
    said_at = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _SAY_EVERY:
            said_at = time.monotonic()
            typer.echo(f"Looking up access grants: {done} of {total}", err=True)

    return with_grants(planned, await GrantBook(client, time).look_up(codes, tell), time.now())


def _holds_pins(planned: Plan) -> bool:
    return any(step.values.pin is not None or (step.code and step.code.pin is not None) for step in planned.steps)
