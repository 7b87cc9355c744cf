"""`history`: lists what was run, puts a run back, goes on with one that was cut off, or ends it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

import typer

from seam_tui.cli.common import JsonOption, clock, command_group, connection_for, fail, read_settings, width
from seam_tui.cli.desk import Desk, open_desk
from seam_tui.cli.exit_codes import DONE, NOT_ALL
from seam_tui.cli.running import DEFAULT_WAIT
from seam_tui.cli.sending import DryRunOption, WaitOption, YesOption, run_async, show_and_send
from seam_tui.reports.triage_text import wrapped

if TYPE_CHECKING:
    from seam_tui.operations.journal import RunSummary

RunArgument = Annotated[str, typer.Argument(help="The run's id, as seam-tui history lists it.", metavar="RUN")]

history = command_group("List what was run; put a run back, go on with one that was cut off, or end it.")


@history.callback()
def list_runs(
    context: typer.Context,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option(min=1, help="How many runs, the newest first.")] = 20,
) -> None:
    """List what was run, the newest first; put a run back, go on with one that was cut off, or end it."""
    from seam_tui.operations.journal import Journal
    from seam_tui.operations.journal_files import JournalError

    if context.invoked_subcommand is not None:
        return
    try:
        found = Journal().history(limit)
    except JournalError as problem:
        raise fail(str(problem)) from None
    if as_json:
        content = [_as_json(run) for run in found.runs]
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(
            "".join(f"{line}\n" for run in found.runs for line in _as_text(run)) or "Nothing was run yet.\n"
        )
    for trouble in found.problems:
        typer.echo(str(trouble), err=True)
    raise typer.Exit(NOT_ALL if found.problems else DONE)


def _as_json(run: RunSummary) -> dict[str, object]:
    header = run.header
    return {
        "run_id": header.run_id,
        "created_at": header.created_at.isoformat(),
        "workspace_id": header.workspace_id,
        "workspace_name": header.workspace_name,
        "endpoint": header.endpoint,
        "action": header.action,
        "undoes": header.undoes,
        "status": run.status.value,
        "count": header.count,
        "outcomes": {outcome.value: count for outcome, count in run.outcomes.items()},
        "not_known": run.open_intents,
        "undo_until": None if run.undo_until is None else run.undo_until.isoformat(),
    }


def _as_text(run: RunSummary) -> list[str]:
    from seam_tui.domain.text import plain_text
    from seam_tui.tui.run_words import STATUS_WORDS, counts_in_words, local_time, run_title

    header = run.header
    title = (
        f"{header.run_id}  {local_time(header.created_at)}  {run_title(header)} in {plain_text(header.workspace_name)}"
    )
    if header.undoes is not None:
        title += f", which puts {header.undoes} back"
    told = f"{STATUS_WORDS[run.status]}: {counts_in_words(run)}"
    if run.undo_until is not None and run.undo_until > clock().now():
        told += f"; can be put back until {local_time(run.undo_until)}"
    return [*wrapped(title, width(), ""), *wrapped(told, width(), "    ", "    ")]


@history.command()
def undo(
    run_id: RunArgument,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    wait: WaitOption = DEFAULT_WAIT,
) -> None:
    """Put a run back, as far as Seam lets it be. Exit codes as those of apply."""

    async def work(desk: Desk) -> int:
        plan = await desk.runs.undo_plan(run_id)
        return await show_and_send(
            desk,
            plan,
            lambda emit, control, tell: desk.runs.run(plan, emit, control, undoes=run_id, tell=tell),
            yes=yes,
            dry_run=dry_run,
            as_json=as_json,
            wait=wait,
        )

    _at_desk(f"history undo {run_id}", work, sends=not dry_run)


@history.command()
def resume(
    run_id: RunArgument,
    yes: YesOption = False,
    as_json: JsonOption = False,
    wait: WaitOption = DEFAULT_WAIT,
) -> None:
    """Go on with a run that was cut off: what is not known is found out first. Exit codes as those of apply."""

    async def work(desk: Desk) -> int:
        taken = await desk.runs.take_up(run_id)
        try:
            if not taken.can_go_on:
                raise fail("It was cut off before anything was sent.", f"End it: seam-tui history stop {run_id}")
            typer.echo(
                f"{taken.settled} of {taken.header.count} have ended; of {taken.open} more it is not known, "
                "and is found out first.",
                err=True,
            )
            return await show_and_send(
                desk,
                taken.plan,
                lambda emit, control, tell: desk.runs.go_on(taken, emit, control, tell=tell),
                yes=yes,
                dry_run=False,
                as_json=as_json,
                wait=wait,
            )
        finally:
            await desk.runs.put_down(taken)

    _at_desk(f"history resume {run_id}", work, sends=True)


@history.command()
def stop(run_id: RunArgument) -> None:
    """End a run that was cut off where it stands: nothing more of it is sent, and it is not offered again."""
    from seam_tui.operations.journal import Journal
    from seam_tui.operations.journal_files import JournalError

    journal = Journal()
    try:
        if journal.read_run(run_id).is_finished:
            raise fail(f"{run_id} has come to its end already.")
        journal.stop_run(run_id, clock().now())
    except JournalError as problem:
        raise fail(str(problem)) from None
    typer.echo(f"{run_id} is ended. What it has changed stays: seam-tui history undo {run_id} puts it back.", err=True)


def _at_desk(command: str, work: Callable[[Desk], Coroutine[Any, Any, int]], *, sends: bool) -> None:
    """Do something at the workspace of the settings, and end with its exit code."""
    from seam_tui.operations.journal import Journal

    settings = read_settings()
    if settings.credentials_missing:
        raise fail("No key: set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN and SEAM_WORKSPACE_ID.")
    connection = connection_for(settings, command, None)

    async def at_desk() -> int:
        async with open_desk(connection, settings, Journal(), sends=sends) as desk:
            return await work(desk)

    raise typer.Exit(run_async(at_desk()))
