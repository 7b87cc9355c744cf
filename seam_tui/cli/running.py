"""Sends a plan without a screen: progress on standard error, ctrl+c to stop, the result on standard output."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import typer

from seam_tui.cli.common import width
from seam_tui.cli.confirming import Confirming
from seam_tui.cli.desk import Desk, watching
from seam_tui.cli.exit_codes import DONE, NOT_ALL
from seam_tui.operations.control import Progress, RunControl, least_time
from seam_tui.operations.journal_records import Outcome
from seam_tui.reports.run_report import ResultRow, results_json, results_text
from seam_tui.workspace.times import duration

if TYPE_CHECKING:
    from seam_tui.domain.clock import Clock
    from seam_tui.operations.plan import Plan, PlanStep
    from seam_tui.operations.runs import RunEnd
    from seam_tui.operations.step_result import Emit, StepResult, Tell

DEFAULT_WAIT: Final = 120.0
"""Seconds to wait for the locks' answers once all is sent: most answer within a minute."""
_SAY_EVERY: Final = 2.0
"""Seconds between two lines of progress."""
_RATE_OVER: Final = 120.0
"""Seconds that the rate looks back: two of Seam's windows, so that its bursts even out."""
_WELL: Final = frozenset({Outcome.DONE, Outcome.ASKED})

Work = Callable[["Emit", RunControl, "Tell"], Coroutine[Any, Any, "RunEnd"]]
"""Carries a plan out."""


async def carry_out(desk: Desk, plan: Plan, work: Work, *, wait: float, as_json: bool, keeps: bool = True) -> int:
    """Send a plan, wait for the locks, and print what became of each step.

    Args:
        desk: Where it is sent from.
        plan: What is sent.
        work: Sends it.
        wait: Seconds to wait for the locks' answers once all is sent.
        as_json: Whether the result is printed as JSON.
        keeps: Whether the journal outlives this process, so that the run can be put back.

    Returns:
        The exit code.

    Raises:
        JournalError: Nothing was sent.
        SeamFailure: Nothing was sent.
    """
    from seam_tui.domain.app_log import keep_log
    from seam_tui.tui.session_log import log_run

    control, confirming = RunControl(), Confirming(plan, desk.before)
    said = ProgressLines(plan, desk.clock)

    def emit(result: StepResult) -> None:
        confirming.take(result)
        said.take(result)

    def stop() -> None:
        typer.echo("Stopping: what is under way ends, nothing more is sent. Ctrl+C again leaves at once.", err=True)
        control.cancel()
        confirming.give_up()

    desk.listeners.append(confirming.hear)
    with _on_ctrl_c(stop):
        async with watching(desk.rereader):
            end = await work(emit, control, said.tell)
            if confirming.waiting and wait:
                typer.echo(f"All is sent; waiting for the locks, {duration(wait)} at most.", err=True)
            await confirming.wait(desk.clock, wait)
            await desk.runs.written()
    with keep_log():
        log_run(plan, end.results, end.run_id)
    print_results(desk, confirming.results, as_json=as_json, run_id=end.run_id)
    if end.run_id is not None and keeps:
        if any(result.can_go_on for result in end.results):
            typer.echo(f"Not finished. Go on with: seam-tui history resume {end.run_id}", err=True)
        elif any(result.outcome in _WELL for result in end.results):
            typer.echo(f"To put it back: seam-tui history undo {end.run_id}", err=True)
    return DONE if all(result.outcome in _WELL for result in confirming.results) else NOT_ALL


def print_results(desk: Desk, results: tuple[StepResult, ...], *, as_json: bool, run_id: str | None = None) -> None:
    """Print what became of each step."""
    from seam_tui.tui.screens.result import result_rows

    rows = result_rows(results, desk.devices)
    print_rows(rows, as_json=as_json, run_id=run_id)
    for result in results:
        if result.url is not None:
            typer.echo(f"{result.step.title}: {result.url}", err=True)


def print_rows(rows: tuple[ResultRow, ...], *, as_json: bool, run_id: str | None = None) -> None:
    """Print rows of a result, as text or as JSON."""
    if as_json:
        content = {"run_id": run_id, **json.loads(results_json(rows))}
        sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(results_text(rows, width()))
    sys.stdout.flush()


class ProgressLines:
    """Says on standard error how far a run has come.

    Args:
        plan: What is sent.
        clock: Time.
    """

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._began = clock.monotonic()
        self._said_at = self._waits_said_at = self._began
        self._outcomes: dict[int, Outcome] = {}
        self._ends: deque[float] = deque()

    def take(self, result: StepResult) -> None:
        """A step has a result."""
        now = self._clock.monotonic()
        if id(result.step) not in self._outcomes:
            self._ends.append(now)
        self._outcomes[id(result.step)] = result.outcome
        is_last = len(self._outcomes) == len(self._plan.steps)
        if is_last or now - self._said_at >= _SAY_EVERY:
            self._said_at = now
            typer.echo(self._words(now), err=True)

    def tell(self, step: PlanStep, said: str) -> None:
        """A step waits."""
        now = self._clock.monotonic()
        if now - self._waits_said_at >= _SAY_EVERY:
            self._waits_said_at = now
            typer.echo(f"{step.title}: {said}", err=True)

    def _words(self, now: float) -> str:
        counts = Counter(self._outcomes.values())
        done, total = len(self._outcomes), len(self._plan.steps)
        left = max(least_time(self._plan) - (now - self._began), 0.0)
        progress = Progress(done, total, counts[Outcome.FAILED] + counts[Outcome.UNKNOWN], left)
        parts = [progress.words]
        while self._ends and self._ends[0] < now - _RATE_OVER:
            self._ends.popleft()
        span = min(now - self._began, _RATE_OVER)
        if span >= _SAY_EVERY:
            rate = len(self._ends) / span * 60
            parts.append(f"{rate:.0f} a minute")
            left = max(left, (total - done) / rate * 60 if rate else 0.0)
        if done < total:
            parts.append(f"about {duration(left)} left" if left else "nearly there")
        return " · ".join(parts)


@contextmanager
def _on_ctrl_c(stop: Callable[[], object]) -> Iterator[None]:
    """Let the first ctrl+c stop in order, and the second leave at once."""
    pressed = False

    def press() -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt
        pressed = True
        stop()

    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGINT, press)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread: it leaves at once
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
