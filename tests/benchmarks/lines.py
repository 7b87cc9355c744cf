"""One measured thing beside its floor and its budget, and the table of all of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """What a value may be. Where both limits are given, keeping within one is enough."""

    most: float | None = None
    """In the line's own unit."""
    ratio: float | None = None
    """Times the floor of the same run."""

    def scaled(self, slack: float) -> Budget:
        """The same budget with that much more room."""
        return Budget(
            None if self.most is None else self.most * slack, None if self.ratio is None else self.ratio * slack
        )

    def holds(self, value: float, floor: float | None) -> bool:
        """Whether a value keeps within it."""
        if self.most is not None and value <= self.most:
            return True
        return self.ratio is not None and floor is not None and value <= self.ratio * floor

    def words(self, unit: str) -> str:
        """`≤ 16 ms or 1.5 x`."""
        limits = [] if self.most is None else [f"{self.most:,.4g} {unit}"]
        limits += [] if self.ratio is None else [f"{self.ratio:.4g} x"]
        return "≤ " + " or ".join(limits)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    value: float | None = None
    """None when it was not measured."""
    unit: str = "ms"
    floor: float | None = None
    """The same with nothing else, in the same unit."""
    budget: Budget | None = None
    note: str = ""
    """Why it was not measured, or how."""
    broken: bool = False
    """Whether measuring it went wrong."""

    @property
    def ratio(self) -> float | None:
        """The value over its floor."""
        return self.value / self.floor if self.value is not None and self.floor else None

    @property
    def verdict(self) -> str:
        """`pass`, `FAIL`, `BROKEN` or `skip`; empty for what has no budget."""
        if self.broken:
            return "BROKEN"
        if self.value is None:
            return "skip"
        if self.budget is None:
            return ""
        return "pass" if self.budget.holds(self.value, self.floor) else "FAIL"

    @property
    def is_bad(self) -> bool:
        """Whether it fails the run."""
        return self.verdict in {"FAIL", "BROKEN"}


def skipped(what: str, why: str) -> Line:
    """A line that could not be measured."""
    return Line(what, note=why)


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the others do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return statistics.median(values)


def table(lines: Sequence[Line]) -> str:
    """The lines as a table in plain text."""
    width = max([len(line.what) for line in lines] + [4])
    rows = [f"{'':<{width}} {'value':>12} {'floor':>12} {'ratio':>8}  {'budget':<22} "]
    for line in lines:
        budget = line.budget.words(line.unit) if line.budget is not None else ""
        ratio = "" if line.ratio is None else f"{line.ratio:.2f} x"
        value, floor = _number(line.value, line.unit), _number(line.floor, line.unit)
        cells = f"{line.what:<{width}} {value:>12} {floor:>12} {ratio:>8}  {budget:<22} {line.verdict}"
        rows.append((cells + (f"  ({line.note})" if line.note else "")).rstrip())
    return "\n".join(rows)


def as_json(line: Line) -> dict[str, object]:
    """A line for a file."""
    return {**asdict(line), "ratio": line.ratio, "verdict": line.verdict}


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if abs(value) >= 1_000 else f"{value:,.4g} {unit}"
