"""A plan as text for a terminal: what each code gets, what is left out and why, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from seam_tui.reports.triage_text import wrapped

if TYPE_CHECKING:
    from datetime import datetime

    from seam_tui.domain.account import Workspace
    from seam_tui.domain.device import Device
    from seam_tui.operations.plan import Plan


def plan_text(
    plan: Plan,
    devices: Mapping[str, Device],
    workspace: Workspace,
    now: datetime,
    width: int,
    lines: Mapping[str, int] | None = None,
) -> str:
    """All of a plan, in the words of the plan screen; no PIN is in it.

    Args:
        plan: As it would be sent.
        devices: The locks that are known, by id.
        workspace: Where it is sent to.
        now: The wall time, aware.
        width: Columns of a line.
        lines: The line of the file that each code came from, by access_code_id.
    """
    return "\n".join(_lines(plan, devices, workspace, now, width, lines or {})) + "\n"


def _lines(
    plan: Plan,
    devices: Mapping[str, Device],
    workspace: Workspace,
    now: datetime,
    width: int,
    lines: Mapping[str, int],
) -> Iterator[str]:
    from seam_tui.tui.plan_words import counts_words, left_undone, step_words, time_words, title_of

    if plan.steps:
        world = "a sandbox" if workspace.is_sandbox else "PRODUCTION"
        yield from wrapped(f"{title_of(plan.action_id, len(plan.steps))} in {workspace.name} ({world})", width, "")
        yield from wrapped(counts_words(plan, 0, with_hidden=False, now=now), width, "")
        yield from wrapped(time_words(plan, devices), width, "")
        yield ""
    for reason in plan.refusals:
        yield from wrapped(reason, width, "")
    for step in plan.steps:
        yield from wrapped(f"· {step_words(step, devices.get(step.device_id or ''), now)}", width, "  ")
    if plan.left_out:
        yield from ("", "Left out:") if plan.steps else ("Left out:",)
    for refusal in plan.left_out:
        line = lines.get(refusal.access_code_id)
        where = "" if line is None else f"line {line}, "
        yield from wrapped(f"· {where}{refusal.title}: {refusal.reason}", width, "  ")
    if plan.steps and (plan.notes or left_undone(plan)):
        yield ""
        yield "To know:"
        for note in (*plan.notes, *left_undone(plan)):
            yield from wrapped(f"· {note}", width, "  ")
