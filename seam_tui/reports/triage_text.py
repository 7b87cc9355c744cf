"""The triage report as text for a terminal: grouped by where the cause sits, the most urgent group first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from seam_tui.domain.issue import IssueLevel
from seam_tui.domain.veil import NAMES_HIDDEN, VEIL
from seam_tui.remedies.remedy import Remedy
from seam_tui.reports.triage_report import ReportedIssue, TriageReport
from seam_tui.workspace.times import relative
from seam_tui.workspace.triage import Severity

DEFAULT_WIDTH: Final = 80
_LEAST_WIDTH: Final = 30
"""Narrower than this, wrapped text is harder to read than overlong lines."""
_NO_NAME: Final = "(no name)"


@dataclass(slots=True)
class _Group:
    """All that is told under one heading: an account or a device."""

    heading: str
    entries: list[ReportedIssue] = field(default_factory=list)
    hit: list[ReportedIssue] = field(default_factory=list)
    """Of an account: what its codes inherit from it, one entry for each code and issue."""

    @property
    def severity(self) -> Severity:
        return min(entry.severity for entry in (*self.entries, *self.hit))

    @property
    def reach(self) -> str:
        """How much hangs on an account."""
        codes = len({entry.access_code_id for entry in self.hit})
        devices = len({entry.device_id for entry in self.hit})
        return f"Hits {_count(codes, 'code')} on {_count(devices, 'device')}." if self.hit else ""


def report_text(report: TriageReport, width: int = DEFAULT_WIDTH) -> str:
    """The report for people: plain text without markup or escape sequences, and without a PIN.

    Steps stand under the first issue of a kind; later ones of the same kind point back to it.

    Args:
        report: What to tell.
        width: Columns of the terminal.

    Returns:
        Lines that fit the width (a single word may be longer), ending with a line break.
    """
    width = max(width, _LEAST_WIDTH)
    lines = list(_heading(report, width))
    told: dict[object, str] = {}
    for group in sorted(_groups(report), key=lambda group: group.severity):
        lines += ["", *wrapped(group.heading, width, "")]
        if group.reach:
            lines += wrapped(group.reach, width, "  ")
        lines += _group_lines(group, report, width, told)
    if not report.issues:
        lines += ["", "Nothing is wrong." if not report.incomplete else "Nothing is wrong in what could be read."]
    if report.incomplete:
        lines += ["", "Could not be read:"]
        for entry in report.incomplete:
            what = (
                "the list of accounts"
                if entry.device_id is None
                else entry.device_name or VEIL.record_id(entry.device_id)
            )
            reference = f" (request {entry.request_id})" if entry.request_id else ""
            lines += wrapped(f"{what}: {entry.reason}{reference}", width, "  ")
    return "\n".join(lines) + "\n"


def _heading(report: TriageReport, width: int) -> Iterator[str]:
    workspace = report.workspace
    name = _NO_NAME if workspace is None else VEIL.text(workspace.name) or _NO_NAME
    place = "" if workspace is None else " (sandbox)" if workspace.is_sandbox else " (PRODUCTION)"
    counts = report.counts
    yield from wrapped(f"{name}{place}, {report.generated_at:%Y-%m-%d %H:%M} {report.generated_at:%Z}", width, "")
    yield from wrapped(
        f"{_count(report.devices, 'device')}, {_count(counts.codes, 'code')}: "
        f"{counts.codes_with_errors} with errors, {counts.codes_with_warnings} with warnings",
        width,
        "",
    )
    if VEIL.is_drawn:
        yield NAMES_HIDDEN


def _groups(report: TriageReport) -> Iterable[_Group]:
    """Issues of accounts under their account, all others under their device."""
    groups: dict[tuple[str, str | None], _Group] = {}
    for entry in report.issues:
        if entry.device_id is None:
            key = ("account", entry.connected_account_id)
            heading = f"Account {report.account_names.get(entry.connected_account_id or '', _NO_NAME)}"
        else:
            key = ("device", entry.device_id)
            heading = f"Device {entry.device_name or _NO_NAME}"
        groups.setdefault(key, _Group(heading)).entries.append(entry)
    for entry in report.issues:
        account = groups.get(("account", entry.connected_account_id))
        inherited = entry.access_code_id is not None and entry.issue.level is IssueLevel.CONNECTED_ACCOUNT
        if account is not None and inherited:
            account.hit.append(entry)
    return groups.values()


def _group_lines(group: _Group, report: TriageReport, width: int, told: dict[object, str]) -> Iterator[str]:
    for entry in group.entries:
        if entry.access_code_id is None:
            yield from _issue_lines(entry, report, width, "  ", told)
    by_code: dict[str, list[ReportedIssue]] = {}
    for entry in group.entries:
        if entry.access_code_id is not None:
            by_code.setdefault(entry.access_code_id, []).append(entry)
    for entries in by_code.values():
        first = entries[0]
        title = f"{first.severity.label}  {first.code_name or _NO_NAME}: {first.status}"
        yield from wrapped(title, width, "  ")
        for entry in entries:
            if entry.issue.level is IssueLevel.ACCESS_CODE:
                yield from _issue_lines(entry, report, width, "    ", told)
            else:
                yield from wrapped(f"{entry.issue.code}, from its {entry.issue.level.label}", width, "    ")


def _issue_lines(
    entry: ReportedIssue, report: TriageReport, width: int, indent: str, told: dict[object, str]
) -> Iterator[str]:
    issue, remedy = entry.issue, entry.remedy
    glyph = (Severity.ERROR if issue.is_error else Severity.WARNING).label
    since = "" if issue.created_at is None else f", {relative(issue.created_at, report.generated_at)}"
    name = issue.code or "(no code)"
    yield from wrapped(f"{glyph}  {name} ({issue.level.label} {issue.kind.value}{since})", width, indent)
    inner = indent + "  "
    if entry.message:
        yield from wrapped(f"Seam says: {entry.message}", width, inner)
    where = entry.code_name if entry.access_code_id is not None else None
    # An unknown code's answer repeats nothing of its own, so one telling serves all of a kind, too.
    if issue.key in told:
        yield from wrapped(f"What to do: as under {told[issue.key]}.", width, inner)
        return
    told[issue.key] = (where or entry.device_name or "the same issue") + " above"
    yield from _remedy_lines(remedy, width, inner)


def _remedy_lines(remedy: Remedy, width: int, indent: str) -> Iterator[str]:
    yield from wrapped(remedy.meaning, width, indent)
    for number, step in enumerate(remedy.steps, 1):
        yield from wrapped(f"{number}. {step.text}", width, indent, indent + " " * (len(str(number)) + 2))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def cells(text: str) -> int:
    """Terminal columns that plain text takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
        for char in text
    )


def wrapped(text: str, width: int, indent: str, hanging: str | None = None) -> Iterator[str]:
    """Break plain text into lines of at most `width` columns; a word that is longer stands alone.

    Args:
        text: One paragraph.
        width: Columns of a line, the indent included.
        indent: Before the first line.
        hanging: Before the others; the indent and two columns when not given.
    """
    following = indent + "  " if hanging is None else hanging
    line = indent
    is_empty = True
    for word in text.split(" "):
        if not is_empty and cells(line) + 1 + cells(word) > width:
            yield line
            line, is_empty = following, True
        line += word if is_empty else f" {word}"
        is_empty = False
    yield line
