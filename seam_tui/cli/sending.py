"""What every command does before something is sent: the plan is shown, and somebody is asked; or it is only tried."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from seam_tui.cli.asking import NOBODY_TO_ASK, is_agreed, is_interactive
from seam_tui.cli.common import fail, width
from seam_tui.cli.desk import Desk
from seam_tui.cli.exit_codes import COULD_NOT, DONE, NOT_ALL
from seam_tui.cli.plan_text import plan_text
from seam_tui.cli.running import Work, carry_out, print_rows
from seam_tui.reports.run_report import ResultRow

if TYPE_CHECKING:
    from seam_tui.operations.plan import Plan, PlanStep

YesOption = Annotated[bool, typer.Option("--yes", help="Send it without a question.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Send nothing; say what would be sent and what not.")]
WaitOption = Annotated[float, typer.Option(min=0, help="Seconds to wait for the locks once all is sent.")]

_READS_AT_ONCE: Final = 8
_READY: Final = "ready"


def run_async(work: Coroutine[Any, Any, int]) -> int:
    """Run what a command sends; what stands in the way is said, and is exit code 2."""
    from seam_tui.operations.journal_files import JournalError
    from seam_tui.seam_api.errors import SeamFailure

    try:
        return asyncio.run(work)
    except (SeamFailure, JournalError) as problem:
        typer.echo(str(problem), err=True)
        return COULD_NOT


async def show_and_send(
    desk: Desk,
    plan: Plan,
    work: Work,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    wait: float,
    keeps: bool = True,
) -> int:
    """Show a plan, ask, send it, and print the result.

    Args:
        desk: Where it is sent from.
        plan: What is sent.
        work: Sends it.
        yes: Whether nobody is asked.
        dry_run: Whether nothing is sent.
        as_json: Whether the result is printed as JSON.
        wait: Seconds to wait for the locks' answers once all is sent.
        keeps: Whether the journal outlives this process.

    Returns:
        The exit code.
    """
    await desk.look_around(plan)
    sys.stderr.write(plan_text(plan, desk.devices, desk.workspace, desk.clock.now(), width()))
    sys.stderr.flush()
    if not plan.steps:
        typer.echo("There is nothing to send.", err=True)
        return COULD_NOT if plan.refusals else NOT_ALL if plan.left_out else DONE
    if dry_run:
        rows = await _tried(desk, plan)
        print_rows(rows, as_json=as_json)
        return DONE if all(row.outcome == _READY for row in rows) else NOT_ALL
    if not yes:
        if not is_interactive():
            raise fail(NOBODY_TO_ASK)
        if not is_agreed(plan, desk.workspace, desk.clock.now()):
            typer.echo("Nothing was sent.", err=True)
            return COULD_NOT
    return await carry_out(desk, plan, work, wait=wait, as_json=as_json, keeps=keeps)


async def _tried(desk: Desk, plan: Plan) -> tuple[ResultRow, ...]:
    """What would become of each step, found out by reads alone."""
    places = asyncio.Semaphore(_READS_AT_ONCE)

    async def one(step: PlanStep) -> ResultRow:
        async with places:
            outcome, said = await _try(desk, step)
        device = desk.devices.get(step.device_id or "")
        return ResultRow(step.title, step.access_code_id or "", device.title if device else "", outcome, said)

    return tuple(await asyncio.gather(*(one(step) for step in plan.steps)))


async def _try(desk: Desk, step: PlanStep) -> tuple[str, str]:
    from seam_tui.operations.effect import is_unchanged, needs_read_first
    from seam_tui.seam_api.errors import Gone, SeamFailure

    code = step.code
    if code is None or not needs_read_first(step):
        return _READY, "It would be sent."
    current = desk.before.get(code.access_code_id)
    if current is None:
        read = desk.client.get_access_code if code.is_managed else desk.client.get_unmanaged_access_code
        try:
            current = await read(code.access_code_id)
        except Gone:
            return "skipped", "It would not be sent: the code is gone."
        except SeamFailure as failure:
            return "failed", f"It would not be sent: the code could not be read first. {failure}"
    if is_unchanged(step, current):
        return _READY, "It would be sent: the code is as it was."
    return "skipped", "It would not be sent: the code has changed since it was shown."
