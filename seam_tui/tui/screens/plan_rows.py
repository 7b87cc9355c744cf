"""The rows of a plan: its steps as a list, and the calls that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from seam_tui.domain.device import Device
from seam_tui.operations.plan import Plan, PlanStep
from seam_tui.tui.plan_calls import calls_of
from seam_tui.tui.plan_words import live_words, what_changes
from seam_tui.tui.widgets.cells import Cell, RowCells
from seam_tui.tui.widgets.columns import Column
from seam_tui.workspace.times import exact

_DIM: Final = ".record-table--dim"
_NAME: Final = Column("name", "Name", min_width=10, priority=10, share=3)
_LIVE: Final = Column("live", "Live?", width=18, priority=9)
_REMOVAL_COLUMNS: Final = (
    _NAME,
    _LIVE,
    Column("device", "Lock", min_width=10, priority=8, share=2),
    Column("starts", "Starts", width=20, priority=6),
    Column("ends", "Ends", width=20, priority=7),
)
_CHANGE_COLUMNS: Final = (
    _NAME,
    Column("device", "Lock", min_width=10, priority=7, share=2),
    Column("changes", "What changes", min_width=20, priority=9, share=6),
    Column("live", "Live?", width=18, priority=6),
)
CALL_COLUMNS: Final = (Column("call", "Call"),)


def plan_columns(plans: Iterable[Plan]) -> tuple[Column, ...]:
    """The columns that tell most of a plan: what changes, or for a removal when the codes count.

    Args:
        plans: What may be shown in them.
    """
    changes = any(what_changes(step, None) for plan in plans for step in plan.steps)
    return _CHANGE_COLUMNS if changes else _REMOVAL_COLUMNS


def step_cells(step: PlanStep, device: Device | None, now: datetime | None) -> RowCells:
    """A step as a row.

    Args:
        step: What would be sent.
        device: Its lock.
        now: The wall time; None leaves unsaid whether the code is live.
    """
    code = step.code
    zone = device.time_zone if device is not None else None
    live = live_words(code, now)
    name: list[tuple[str, str] | str] = [step.title]
    if code is not None and not code.is_managed:
        name.append((" (unmanaged)", "$text-muted"))
    starts, ends = (None, None) if code is None else (code.starts_at, code.ends_at)
    return {
        "name": Content.assemble(*name),
        "live": Cell(live, "bold $text-error" if live.startswith("●") else _DIM),
        "device": Cell(device.title if device is not None else "", _DIM),
        "changes": what_changes(step, zone),
        "starts": Cell(_moment(starts, zone), _DIM),
        "ends": Cell(_moment(ends, zone), _DIM),
    }


def call_rows(steps: Mapping[str, PlanStep], devices: Mapping[str, Device]) -> dict[str, RowCells]:
    """Every call with its fields, a line each; what is drawn is only what is seen.

    Args:
        steps: The steps by the ids of their rows.
        devices: The locks by id.
    """
    rows: dict[str, RowCells] = {}
    for number, (key, step) in enumerate(steps.items(), start=1):
        device = devices.get(step.device_id or "")
        where = f" on {device.title}" if device is not None else ""
        rows[key] = {"call": Cell(f"{number}  {step.title}{where}", "bold")}
        for place, call in enumerate(calls_of(step)):
            why = f"  {call.why}" if call.why else ""
            rows[f"{key}/{place}"] = {"call": Content.assemble("→ ", call.path, (why, "$text-muted"))}
            for name, value in call.fields:
                line = Content.assemble(" ", (name, "$text-muted"), f" {value}")
                rows[f"{key}/{place}/{name}"] = {"call": line}
    return rows


def _moment(moment: datetime | None, zone: str | None) -> str:
    """A time for a narrow cell; that a zone is not known is said in the line below the list."""
    return "–" if moment is None else exact(moment, zone).partition(" (")[0]
