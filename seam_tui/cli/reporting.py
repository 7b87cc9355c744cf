"""The commands that only tell: `report` what is wrong, `explain` what a code means."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from seam_tui.cli.common import (
    CodesOption,
    DemoOption,
    DevicesOption,
    JsonOption,
    ScenarioOption,
    SeedOption,
    clock,
    connection_for,
    fail,
    read_catalogue,
    read_settings,
    sandbox_maker,
    width,
)
from seam_tui.cli.exit_codes import COULD_NOT, NOT_ALL

if TYPE_CHECKING:
    from seam_tui.remedies.catalogue import Catalogue
    from seam_tui.seam_api.connection import Connection


def report(
    as_json: JsonOption = False,
    share: Annotated[
        bool,
        typer.Option("--share", help="For others' eyes: pseudonyms instead of guests' names, no logins, ids cut."),
    ] = False,
    demo: DemoOption = False,
    scenario: ScenarioOption = "default",
    devices: DevicesOption = None,
    codes: CodesOption = None,
    seed: SeedOption = 1,
) -> None:
    """Load once without a screen and say what is wrong. Exit code 0: no errors, 1: errors, 2: could not load."""
    settings = read_settings()
    catalogue = read_catalogue(settings.user_remedies_file)
    make_sandbox = sandbox_maker(scenario, devices, codes, seed)
    connection = connection_for(settings, "report", make_sandbox if demo else None)
    raise typer.Exit(asyncio.run(_report(connection, catalogue, as_json=as_json, share=share)))


async def _report(connection: Connection, catalogue: Catalogue, *, as_json: bool, share: bool) -> int:
    from seam_tui.domain.veil import VEIL
    from seam_tui.reports.triage_report import build_report, report_json
    from seam_tui.reports.triage_text import report_text
    from seam_tui.seam_api.client import SeamClient
    from seam_tui.seam_api.errors import SeamFailure
    from seam_tui.sync.loader import load_once
    from seam_tui.workspace.store import WorkspaceStore

    time = clock()
    store = WorkspaceStore()
    try:
        client = SeamClient(connection, read_only=True)  # a report changes nothing
        try:
            incomplete = await load_once(client, store, time)
        finally:
            await client.close()
    except SeamFailure as failure:
        typer.echo(str(failure), err=True)
        return COULD_NOT
    if share:
        # As the app does, so that a report and a screen call a guest alike.
        VEIL.salt(store.workspace.workspace_id if store.workspace is not None else "")
        VEIL.is_drawn = True
    made = build_report(store, catalogue, time.now(), incomplete)
    sys.stdout.write(report_json(made) + "\n" if as_json else report_text(made, width()))
    return made.exit_code


def explain(
    code: Annotated[str | None, typer.Argument(help="An error_code or warning_code of Seam's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every code of the catalogue.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a code means and what to do about it."""
    from seam_tui.reports.explanation import explain_json, explain_text

    if (code is None) == (not every):
        raise fail("Name one code, or --all: seam-tui explain duplicate_code_on_device")
    catalogue = read_catalogue(read_settings().user_remedies_file)
    if code is None:
        remedies = catalogue.all()
        named = dict.fromkeys(remedy.code for remedy in remedies)
        text = "\n".join(explain_text(catalogue, one, width()) for one in named)
        sys.stdout.write(explain_json(remedies) + "\n" if as_json else text)
        return
    matching = catalogue.matching(code)
    if as_json:
        sys.stdout.write(explain_json(matching) + "\n")
    else:
        sys.stdout.write(explain_text(catalogue, code, width()))
    if not matching:
        raise typer.Exit(NOT_ALL)
