"""The triage report: everything that is wrong in a workspace, with what to do about it, as data and as JSON.

Never holds a PIN: codes are named by id and name, and known PINs are masked in names and messages. Made in share mode
it holds pseudonyms; ids are cut only where they are written, since entries are told apart by them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueLevel
from seam_tui.domain.pin import MIN_LENGTH, Pin
from seam_tui.domain.veil import NAMES_HIDDEN, VEIL
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.remedies.remedy import Remedy
from seam_tui.workspace.store import Unread, WorkspaceStore
from seam_tui.workspace.tally import Counts
from seam_tui.workspace.triage import Severity, counts_for_workspace, order_for_triage, severity_of, status_in_words

EXIT_NO_ERRORS: Final = 0
EXIT_ERRORS_FOUND: Final = 1
EXIT_INCOMPLETE: Final = 2

_MAY_BE_PIN: Final = re.compile(rf"[0-9]{{{MIN_LENGTH}}}")

NOT_READ: Final = "Its codes were not read."


@dataclass(frozen=True, slots=True)
class ReportedIssue:
    """One issue with its remedy. An issue of a device or an account stands once by itself, too."""

    access_code_id: str | None
    """None for an issue that stands by itself."""
    device_id: str | None
    """None for an issue of an account."""
    connected_account_id: str | None
    device_name: str | None
    code_name: str | None
    issue: Issue
    message: str
    """Seam's own words with known PINs masked."""
    remedy: Remedy
    severity: Severity
    """Of the code; of the issue itself where it stands by itself."""
    status: str = ""
    """Where the code stands, in words; for the text form."""

    def as_json(self) -> dict[str, Any]:
        """The entry as scripts read it; its keys are a promise."""
        created_at = self.issue.created_at
        return {
            "access_code_id": _cut(self.access_code_id),
            "device_id": _cut(self.device_id),
            "connected_account_id": _cut(self.connected_account_id),
            "device_name": self.device_name,
            "code_name": self.code_name,
            "kind": self.issue.kind.value,
            "code": self.issue.code,
            "level": self.issue.level.value,
            "message": self.message,
            "created_at": None if created_at is None else _iso(created_at),
            "known": self.remedy.known,
            "steps": [step.text for step in self.remedy.steps],
            "actions": [action.value for action in self.remedy.actions],
        }


@dataclass(frozen=True, slots=True)
class UnreadEntry:
    """A device whose codes could not be read, or the list of accounts (both names None)."""

    device_id: str | None
    device_name: str | None
    reason: str
    request_id: str | None

    def as_json(self) -> dict[str, Any]:
        """The entry as scripts read it; its keys are a promise."""
        return {
            "device_id": _cut(self.device_id),
            "device_name": self.device_name,
            "reason": self.reason,
            "request_id": self.request_id,
        }


@dataclass(frozen=True, slots=True)
class TriageReport:
    """All that is wrong in one workspace at one moment."""

    workspace: Workspace | None
    generated_at: datetime
    devices: int
    counts: Counts
    issues: tuple[ReportedIssue, ...]
    """Accounts first, then devices, then codes in the order of triage."""
    incomplete: tuple[UnreadEntry, ...]
    account_names: dict[str, str]
    """Names of the accounts that issues name, for the text form."""

    @property
    def exit_code(self) -> int:
        """0 without errors, 1 with errors, 2 when something could not be read and so is not known."""
        if self.incomplete:
            return EXIT_INCOMPLETE
        return EXIT_ERRORS_FOUND if any(entry.issue.is_error for entry in self.issues) else EXIT_NO_ERRORS

    def as_json(self) -> dict[str, Any]:
        """The report as scripts read it; its keys are a promise."""
        workspace = self.workspace
        note = {"note": NAMES_HIDDEN} if VEIL.is_drawn else {}
        return note | {
            "workspace": None
            if workspace is None
            else {
                "workspace_id": _cut(workspace.workspace_id),
                "name": VEIL.text(workspace.name),
                "is_sandbox": workspace.is_sandbox,
            },
            "generated_at": _iso(self.generated_at),
            "counts": {
                "devices": self.devices,
                "codes": self.counts.codes,
                "codes_with_errors": self.counts.codes_with_errors,
                "codes_with_warnings": self.counts.codes_with_warnings,
            },
            "issues": [entry.as_json() for entry in self.issues],
            "incomplete": [entry.as_json() for entry in self.incomplete],
        }


def build_report(
    store: WorkspaceStore,
    catalogue: Catalogue,
    generated_at: datetime,
    incomplete: Iterable[Unread] | None = None,
) -> TriageReport:
    """Put the report together from what is known.

    Args:
        store: The picture of the workspace.
        catalogue: Where remedies come from.
        generated_at: The moment for which the report holds; severity goes by it.
        incomplete: What could not be read; None takes what the store knows of.
    """
    builder = _Builder(store, catalogue, generated_at)
    unread = store.unread if incomplete is None else tuple(incomplete)
    return TriageReport(
        workspace=store.workspace,
        generated_at=generated_at,
        devices=len(store.devices),
        counts=counts_for_workspace(store),
        issues=(*builder.account_issues(), *builder.device_issues(), *builder.code_issues()),
        incomplete=builder.unread_entries(unread),
        account_names={key: account.title for key, account in store.accounts.items()},
    )


def report_json(report: TriageReport) -> str:
    """The report as JSON text; not-ASCII is escaped, so that any pipe can carry it."""
    return json.dumps(report.as_json(), indent=2)


class _Builder:
    """Collects the entries of one report."""

    def __init__(self, store: WorkspaceStore, catalogue: Catalogue, now: datetime) -> None:
        self._store = store
        self._catalogue = catalogue
        self._now = now
        self._pins: dict[str, tuple[Pin, ...]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._account_names = tuple(account.name for account in store.accounts.values() if not _is_maker(account))

    def account_issues(self) -> Iterator[ReportedIssue]:
        """Each issue of an account once, also where only its devices or codes carry a copy of it."""
        found: dict[str, dict[object, Issue]] = {
            key: {issue.key: issue for issue in account.issues} for key, account in self._store.accounts.items()
        }
        for device in self._store.devices.values():
            if device.connected_account_id is None:
                continue
            of_account = found.setdefault(device.connected_account_id, {})
            for issue in self._seen_from(device, IssueLevel.CONNECTED_ACCOUNT):
                of_account.setdefault(issue.key, issue)
        for account_id, issues in found.items():
            for issue in _errors_first(issues.values()):
                yield self._by_itself(issue, None, account_id)

    def device_issues(self) -> Iterator[ReportedIssue]:
        """Each issue of a device once, also where only its codes carry a copy of it."""
        for device in self._store.devices.values():
            found: dict[object, Issue] = {}
            levels = [IssueLevel.DEVICE]
            if device.connected_account_id is None:
                # An account that Seam does not name: its trouble still has to stand somewhere.
                levels.append(IssueLevel.CONNECTED_ACCOUNT)
            for level in levels:
                for issue in self._seen_from(device, level):
                    found.setdefault(issue.key, issue)
            for issue in _errors_first(found.values()):
                yield self._by_itself(issue, device, device.connected_account_id)

    def code_issues(self) -> Iterator[ReportedIssue]:
        """Every issue of every code, inherited errors too, the most urgent code first."""
        store = self._store
        troubled = (code for code in store.codes.values() if store.issues_of_code(code))
        for key in order_for_triage(store, troubled, self._now):
            code = store.codes[key]
            yield from self._issues_of(code)

    def unread_entries(self, unread: Iterable[Unread]) -> tuple[UnreadEntry, ...]:
        """What could not be read, and devices that nobody has read yet."""
        entries: dict[str | None, UnreadEntry] = {}
        for item in unread:
            device = self._store.devices.get(item.device_id or "")
            name = None if device is None else device.title
            entries[item.device_id] = UnreadEntry(item.device_id, name, self._told(item.reason), item.request_id)
        for device_id, device in self._store.devices.items():
            if device_id not in entries and not self._store.is_device_read(device_id):
                entries[device_id] = UnreadEntry(device_id, device.title, NOT_READ, None)
        return tuple(entries.values())

    def _seen_from(self, device: Device, level: IssueLevel) -> Iterator[Issue]:
        """Issues of a level that a device carries, then those that only its codes carry."""
        for issue in device.issues:
            if issue.level is level:
                yield issue
        for code in self._store.codes_of_device(device.device_id):
            for issue in code.errors:
                if issue.level is level:
                    yield issue

    def _by_itself(self, issue: Issue, device: Device | None, account_id: str | None) -> ReportedIssue:
        pins = () if device is None else self._pins_on(device.device_id)
        return ReportedIssue(
            access_code_id=None,
            device_id=None if device is None else device.device_id,
            connected_account_id=account_id,
            device_name=None if device is None else VEIL.text(device.name),
            code_name=None,
            issue=issue,
            message=self._told(_masked(issue.message, pins), None if device is None else device.device_id),
            remedy=self._catalogue.remedy_for(issue),
            severity=Severity.ERROR if issue.is_error else Severity.WARNING,
        )

    def _issues_of(self, code: AccessCode) -> Iterator[ReportedIssue]:
        issues = self._store.issues_of_code(code)
        device = self._store.device_of_code(code)
        pins = self._pins_on(code.device_id)
        severity = severity_of(code, issues, self._now)
        for issue in issues:
            yield ReportedIssue(
                access_code_id=code.access_code_id,
                device_id=code.device_id,
                connected_account_id=None if device is None else device.connected_account_id,
                device_name=None if device is None else VEIL.text(device.name),
                code_name=_masked(VEIL.guest(code.name), () if code.pin is None else (code.pin,)),
                issue=issue,
                message=self._told(_masked(issue.message, pins), code.device_id),
                remedy=self._catalogue.remedy_for(issue),
                severity=severity,
                status=status_in_words(code, self._now),
            )

    def _told(self, text: str, device_id: str | None = None) -> str:
        """A text of Seam's as the report may hold it: it may name an account, or a guest of the device it is about."""
        names = () if device_id is None else self._names_on(device_id)
        return VEIL.text(VEIL.text(text, self._account_names), names)

    def _names_on(self, device_id: str) -> tuple[str, ...]:
        """The name of every guest on a device, as far as it is to be hidden: a message may quote another code's."""
        if VEIL.is_drawn and device_id not in self._names:
            self._names[device_id] = tuple(code.name for code in self._store.codes_of_device(device_id))
        return self._names.get(device_id, ())

    def _pins_on(self, device_id: str) -> tuple[Pin, ...]:
        """Every PIN on a device: a message about a duplicate may quote the other code's."""
        if device_id not in self._pins:
            codes = self._store.codes_of_device(device_id)
            self._pins[device_id] = tuple(code.pin for code in codes if code.pin is not None)
        return self._pins[device_id]


def _masked(text: str, pins: Iterable[Pin]) -> str:
    if not _MAY_BE_PIN.search(text):
        return text
    for pin in pins:
        text = pin.scrub(text)
    return text


def _is_maker(account: ConnectedAccount) -> bool:
    """Whether an account without a name of its own goes by its maker's, which is no secret and stands in any text."""
    return account.account_type.casefold().startswith(account.name.casefold().replace(" ", "_"))


def _cut(record_id: str | None) -> str | None:
    return None if record_id is None else VEIL.record_id(record_id)


def _errors_first(issues: Iterable[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: not issue.is_error)


def _iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z, as Seam writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
