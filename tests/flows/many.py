"""Many codes at once as a person meets them: the plan, the strip, the result, the past runs."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import Screen

from seam_tui.tui.screens.history import HistoryScreen
from seam_tui.tui.screens.plan import PlanScreen
from seam_tui.tui.screens.result import ResultScreen
from seam_tui.tui.widgets.run_strip import RunStrip
from tests.flows.driver import RunningApp

CREW = "cleaning crew managed:yes online:yes"
"""Codes without an end on healthy locks."""

S = TypeVar("S", bound=Screen[object])


async def filter_to(app: RunningApp, text: str) -> None:
    """Filter the codes, and go on to the list."""
    await app.press("/")
    await app.type(text)
    await app.press("enter")
    await app.until(lambda: app.codes.has_focus and app.triage.is_filtered, f"the codes of “{text}” alone")


async def mark_the_crew(app: RunningApp) -> int:
    """Filter to the cleaning crew's codes, mark all of them, and say how many they are."""
    await filter_to(app, CREW)
    await app.until(lambda: 2 < len(app.codes.titles) < 12, "the crew's codes alone")
    await app.press("a")
    await app.until(lambda: "marked" in app.footer, "the footer naming the marked ones")
    return len(app.codes.titles)


async def plan_is_shown(app: RunningApp, *, looked_up: bool = True) -> PlanScreen:
    """Wait for the plan, and until the access grants of its codes are known."""
    screen = await _is_shown(app, PlanScreen, "the plan")
    await app.until(lambda: not (looked_up and screen.is_looking_up), "the access grants")
    return screen


async def result_is_shown(app: RunningApp, *, within: float = 30.0) -> ResultScreen:
    """Wait for the result of a run."""
    return await _is_shown(app, ResultScreen, "the result", within)


async def history_is_shown(app: RunningApp) -> HistoryScreen:
    """Wait for the list of the past runs."""
    return await _is_shown(app, HistoryScreen, "the past runs")


async def open_history(app: RunningApp) -> HistoryScreen:
    """Press H, and wait for the list of the past runs."""
    await app.press("H")
    return await history_is_shown(app)


def strip_of(app: RunningApp) -> str:
    """What the line of the run says; empty when there is none."""
    return app.triage.query_one(RunStrip).text


async def _is_shown(app: RunningApp, kind: type[S], words: str, within: float = 0.0) -> S:
    await app.until(
        lambda: isinstance(app.app.screen, kind) and bool(app.app.screen.query("#keys")), words, within=within
    )
    screen = app.app.screen
    assert isinstance(screen, kind)
    return screen
