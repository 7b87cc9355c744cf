"""Builds the detail's document: facts, what waits for the lock, and each issue as a card with its remedy's buttons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from textual.content import Content

from seam_tui.domain.access_code import AccessCode, PendingMutation
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.device import Device
from seam_tui.domain.issue import FieldChange, Issue, IssueLevel
from seam_tui.domain.pin import MASK, Pin
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.subject import Subject
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.remedies.remedy import Remedy
from seam_tui.tui.actions import BOUND
from seam_tui.tui.widgets.document import DIM, Block, Button, Buttons, Heading, Paragraph
from seam_tui.workspace.store import WorkspaceStore
from seam_tui.workspace.times import exact, relative
from seam_tui.workspace.triage import Severity, severity_of, slots_used, status_in_words

SEVERITY_STYLES: Final = {
    Severity.URGENT: "bold $text-error",
    Severity.ERROR: "$text-error",
    Severity.WARNING: "$text-warning",
    Severity.PENDING: "$text-accent",
    Severity.OK: "$text-success",
}
_LABEL_WIDTH: Final = 10
_FIELD_LABELS: Final = {
    "code": "PIN",
    "name": "Name",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "type": "Type",
}
_MUTATIONS: Final = {
    "creating": "Putting the code on the lock",
    "deferring_creation": "Going on the lock later",
    "deleting": "Removing the code from the lock",
    "updating_code": "Changing the PIN",
    "updating_name": "Changing the name",
    "updating_time_frame": "Changing the times",
}
_ALWAYS_OFFERED: Final = (
    ActionId.REFRESH_CODE,
    ActionId.PULL_BACKUP,
    ActionId.CHANGE_PIN,
    ActionId.GENERATE_PIN,
    ActionId.RENAME,
    ActionId.CHANGE_TIMES,
    ActionId.CONVERT_TO_MANAGED,
    ActionId.LOCK,
    ActionId.UNLOCK,
    ActionId.SYNC_ACCOUNT,
    ActionId.COPY_IDS,
    ActionId.OPEN_DOCS,
    ActionId.DELETE,
)
_DEVICE_ACTIONS: Final = (
    *(action.id for action in ACTIONS.values() if action.target is not ActionTarget.ACCESS_CODE),
    ActionId.COPY_IDS,
    ActionId.OPEN_DOCS,
)


@dataclass(frozen=True, slots=True)
class View:
    """What the detail needs besides the subject."""

    store: WorkspaceStore
    catalogue: Catalogue
    now: datetime
    read_only: bool = False
    revealed: bool = False
    """Whether the subject's PIN is shown just now (UX rule 12)."""
    said: tuple[str, ...] = field(default=())
    """What became of the actions on this subject, newest first."""

    def button(self, action_id: ActionId, subject: Subject, issue: Issue | None = None) -> Button:
        """An action as a button, with the reason why it can't be used."""
        bound = BOUND[action_id]
        about = replace(subject, issue=issue) if issue is not None else subject
        reason = why_disabled(action_id, about, self.now, read_only=self.read_only)
        return Button(action_id, bound.key_label, bound.action.label, reason, issue)


def subject_of_code(store: WorkspaceStore, code: AccessCode) -> Subject:
    """A code with its lock, its account and its neighbours."""
    device = store.device_of_code(code)
    return Subject(
        workspace=store.workspace,
        account=store.account_of_device(device),
        device=device,
        code=code,
        neighbours=tuple(
            other for other in store.codes_of_device(code.device_id) if other.access_code_id != code.access_code_id
        ),
    )


def subject_of_device(store: WorkspaceStore, device: Device) -> Subject:
    """A lock with its account."""
    return Subject(workspace=store.workspace, account=store.account_of_device(device), device=device)


def owner_of(subject: Subject) -> str:
    """Id of what the detail is about; empty for the workspace."""
    if subject.code is not None:
        return subject.code.access_code_id
    return subject.device.device_id if subject.device is not None else ""


def document_of(view: View, subject: Subject) -> tuple[Block, ...]:
    """The document of a code, else of a lock, else of the workspace."""
    if subject.code is not None:
        return code_document(view, subject)
    if subject.device is not None:
        return device_document(view, subject)
    return workspace_document(view) if view.store.workspace is not None else ()


def code_document(view: View, subject: Subject) -> tuple[Block, ...]:
    """Everything about one code, ready to lay out."""
    code = subject.code
    if code is None:
        return ()
    issues = view.store.issues_of_code(code)
    severity = severity_of(code, issues, view.now)
    blocks: list[Block] = [
        Heading(
            Content.assemble((severity.label, SEVERITY_STYLES[severity]), "  ", (code.title, "bold")),
        ),
        *_said(view),
        *_code_in_short(view, subject, code),
        *_pending(view, code, subject.device),
    ]
    if not issues:
        blocks.append(Heading(Content.styled("✓ Seam reports nothing wrong with this code.", "$text-success")))
    for issue in issues:
        blocks.extend(_card(view, subject, issue))
    blocks.extend(_about_the_lock(view, subject))
    blocks.append(Heading(Content.styled("What can be done with this code", "bold")))
    blocks.append(Buttons(tuple(view.button(action_id, subject) for action_id in _ALWAYS_OFFERED)))
    blocks.append(Heading(Content.styled("Facts", "bold")))
    blocks.extend(_code_facts(view, subject, code))
    return tuple(blocks)


def device_document(view: View, subject: Subject) -> tuple[Block, ...]:
    """Everything about one lock and its account."""
    device = subject.device
    if device is None:
        return ()
    counts = view.store.counts_of_device(device.device_id)
    blocks: list[Block] = [Heading(Content.styled(device.title, "bold")), *_said(view), *_device_facts(view, subject)]
    blocks.append(
        _fact(
            "Codes",
            f"{counts.codes}; {counts.codes_with_errors} with errors, {counts.codes_with_warnings} with warnings",
        )
    )
    unread = view.store.unread_device(device.device_id)
    if unread is not None:
        blocks.append(Paragraph(Content.styled(f"✖ Its codes could not all be read: {unread.reason}", "$text-error")))
    account_issues = subject.account.issues if subject.account is not None else ()
    issues = (*device.issues, *(issue for issue in account_issues if issue.key not in {i.key for i in device.issues}))
    if not issues:
        blocks.append(Heading(Content.styled("✓ Seam reports nothing wrong with this lock.", "$text-success")))
    for issue in issues:
        blocks.extend(_card(view, subject, issue))
    blocks.append(Heading(Content.styled("What can be done with this lock", "bold")))
    blocks.append(Buttons(tuple(view.button(action_id, subject) for action_id in _DEVICE_ACTIONS)))
    return tuple(blocks)


def workspace_document(view: View) -> tuple[Block, ...]:
    """The workspace in numbers, while the "all devices" row is chosen."""
    store = view.store
    counts = store.counts
    name = store.workspace.name if store.workspace is not None else "Workspace"
    blocks: list[Block] = [
        Heading(Content.styled(name, "bold")),
        *_said(view),
        _fact("Devices", str(len(store.devices))),
        _fact("Codes", str(counts.codes)),
        _fact("Errors", f"{counts.codes_with_errors} codes"),
        _fact("Warnings", f"{counts.codes_with_warnings} codes"),
    ]
    for account in store.accounts.values():
        subject = Subject(workspace=store.workspace, account=account)
        if account.issues:
            blocks.append(Heading(Content.assemble("Account ", (account.title, "bold"))))
        for issue in account.issues:
            blocks.extend(_card(view, subject, issue))
    return tuple(blocks)


def _said(view: View) -> list[Block]:
    return [Paragraph(Content.styled(line, "$text-accent"), lead="» ") for line in view.said]


def _fact(label: str, value: str | Content) -> Paragraph:
    return Paragraph(Content(value) if isinstance(value, str) else value, lead=f"{label:<{_LABEL_WIDTH}}")


def _code_in_short(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    """What a person needs before the issues: where it stands, its PIN, when it counts, on which lock."""
    facts: list[Block] = [_fact("Status", status_in_words(code, view.now)), _pin_fact(view, subject, code)]
    if code.starts_at is not None or code.ends_at is not None:
        facts.append(_fact("Valid", ", ".join(_validity(code, view.now))))
    if subject.device is not None:
        online = {True: "online", False: "OFFLINE", None: "online state unknown"}[subject.device.online]
        facts.append(_fact("Lock", f"{subject.device.title} · {online}"))
    return facts


def _validity(code: AccessCode, now: datetime) -> Iterable[str]:
    if code.starts_at is not None:
        yield f"{'started' if code.starts_at <= now else 'starts'} {relative(code.starts_at, now)}"
    if code.ends_at is not None:
        yield f"{'ended' if code.ends_at <= now else 'ends'} {relative(code.ends_at, now)}"


def _pin_fact(view: View, subject: Subject, code: AccessCode) -> Block:
    if code.pin is None:
        return _fact("PIN", "not assigned yet" if code.is_waiting_for_code_assignment else "the maker does not show it")
    shown = Content(f"{MASK} ({len(code.pin)} digits)")
    if view.revealed:
        shown = Content.assemble((code.pin.reveal(), "bold"), "  ", (" REVEALED ", "bold reverse"))
    lead = Content.styled(f"{'PIN':<{_LABEL_WIDTH}}", DIM) + shown
    buttons = tuple(view.button(action_id, subject) for action_id in (ActionId.REVEAL_PIN, ActionId.COPY_PIN))
    return Buttons(buttons, indent=_LABEL_WIDTH, lead=lead)


def _code_facts(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    device = subject.device
    zone = device.time_zone if device is not None else None
    facts: list[Block] = []
    for label, moment in (("Starts", code.starts_at), ("Ends", code.ends_at), ("Created", code.created_at)):
        if moment is not None:
            facts.append(_fact(label, f"{exact(moment, zone)} · {relative(moment, view.now)}"))
    facts.append(_fact("Kind", ", ".join(_kind(code))))
    if code.display_status:
        facts.append(_fact("Seam says", code.display_status))
    if device is not None:
        facts.append(_fact("Lock", _device_line(device)))
        facts.extend(_slots(view, device))
    if subject.account is not None:
        facts.append(_fact("Account", subject.account.title))
    facts.append(_fact("Id", Content.styled(code.access_code_id, DIM)))
    return facts


def _kind(code: AccessCode) -> Iterable[str]:
    yield "time-bound" if code.is_time_bound else "ongoing"
    yield "managed" if code.is_managed else "unmanaged (made outside this workspace)"
    if code.is_backup:
        yield "backup"
    if code.is_offline_access_code:
        yield "offline (made by the maker)"
    if code.is_one_time_use:
        yield "one use"
    if code.is_external_modification_allowed:
        yield "changes outside Seam allowed"
    if code.common_code_key is not None:
        yield "shares its PIN with other locks"


def _device_line(device: Device) -> str:
    online = {True: "online", False: "offline", None: "online state unknown"}[device.online]
    parts = [" ".join(filter(None, (device.manufacturer, device.model))), online, battery_words(device)]
    return " · ".join(part for part in parts if part)


def battery_words(device: Device) -> str:
    """`battery 80%`, `battery low (12%)`, or nothing when the lock does not say."""
    battery = device.battery
    if battery is None:
        return ""
    level = "" if battery.level is None else f"{round(battery.level * 100)}%"
    if battery.status in {"low", "critical"}:
        return f"battery {battery.status} ({level})" if level else f"battery {battery.status}"
    return f"battery {level or battery.status}"


def _slots(view: View, device: Device) -> list[Block]:
    if device.max_active_codes_supported is None:
        return []
    used = slots_used(view.store, device.device_id)
    return [_fact("Slots", f"{used} of {device.max_active_codes_supported} used")]


def _device_facts(view: View, subject: Subject) -> list[Block]:
    device = subject.device
    if device is None:
        return []
    facts: list[Block] = [_fact("Lock", _device_line(device))]
    if device.location_name:
        facts.append(_fact("Place", device.location_name))
    facts.append(_fact("Time zone", device.time_zone or "unknown to Seam"))
    if device.supported_code_lengths:
        facts.append(_fact("PINs", f"{', '.join(map(str, device.supported_code_lengths))} digits"))
    if device.code_constraints:
        facts.append(_fact("Rules", ", ".join(constraint.constraint_type for constraint in device.code_constraints)))
    facts.extend(_slots(view, device))
    if subject.account is not None:
        facts.append(_fact("Account", subject.account.title))
    facts.append(_fact("Id", Content.styled(device.device_id, DIM)))
    return facts


def _shown(value: str | datetime | Pin | None, zone: str | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return exact(value, zone)
    return str(value) or "nothing"


def change_words(change: FieldChange, zone: str | None) -> str:
    """One field's old and new value; PINs stay masked."""
    label = _FIELD_LABELS.get(change.field, change.field)
    return f"{label}: {_shown(change.old, zone)} → {_shown(change.new, zone)}"


def _pending(view: View, code: AccessCode, device: Device | None) -> list[Block]:
    if not code.pending_mutations:
        return []
    zone = device.time_zone if device is not None else None
    blocks: list[Block] = [Heading(Content.styled("◌ Asked; waiting for the lock", "$text-accent"))]
    for mutation in code.pending_mutations:
        blocks.append(Paragraph(Content(_mutation_words(view, mutation, zone)), lead="· "))
        blocks.extend(Paragraph(Content(change_words(change, zone)), indent=2) for change in mutation.changes)
    return blocks


def _mutation_words(view: View, mutation: PendingMutation, zone: str | None) -> str:
    words = _MUTATIONS.get(mutation.mutation_code, mutation.mutation_code)
    if mutation.scheduled_at is not None:
        return f"{words}: {relative(mutation.scheduled_at, view.now)} · {exact(mutation.scheduled_at, zone)}"
    if mutation.created_at is not None:
        return f"{words}, asked {relative(mutation.created_at, view.now)}"
    return words


def _card(view: View, subject: Subject, issue: Issue) -> list[Block]:
    """One issue: what Seam says, what it means, and each step with the buttons that carry it out."""
    remedy = view.catalogue.remedy_for(issue)
    severity = Severity.ERROR if issue.is_error else Severity.WARNING
    age = "" if issue.created_at is None else f" · {relative(issue.created_at, view.now)}"
    blocks: list[Block] = [
        Heading(
            Content.assemble(
                (severity.label, f"bold {SEVERITY_STYLES[severity]}"),
                " ",
                (issue.code, "bold"),
                (f" · {issue.level.label}{age}", DIM),
            )
        ),
        Paragraph(Content(issue.message or "Seam gives no message."), indent=2, lead="Seam: "),
        Paragraph(Content(remedy.meaning), indent=2, lead="Means: "),
    ]
    zone = subject.device.time_zone if subject.device is not None else None
    blocks.extend(
        Paragraph(Content(change_words(change, zone)), indent=2, lead="Changed outside: ")
        for change in issue.modified_fields
    )
    for number, step in enumerate(remedy.steps, start=1):
        mine = " (runbook)" if step.from_runbook else ""
        blocks.append(Paragraph(Content(step.text + mine), indent=2, lead=f"{number}. ", lead_style="bold"))
        if step.actions:
            blocks.append(Buttons(tuple(view.button(action, subject, issue) for action in step.actions), indent=5))
    blocks.append(Paragraph(Content.styled(" ".join(_asides(remedy, issue, subject)), DIM), indent=2))
    return blocks


def _asides(remedy: Remedy, issue: Issue, subject: Subject) -> Iterable[str]:
    if issue.level is not IssueLevel.ACCESS_CODE and subject.code is not None:
        yield f"It comes from the {issue.level.label}: mend it there once, and every code that it hits recovers."
    yield {
        True: "It clears by itself once its cause is gone.",
        False: "It does not clear by itself.",
        None: "Seam does not say whether it clears by itself.",
    }[remedy.self_clears]
    if not remedy.known:
        yield "seam-tui does not know this code; Seam's message counts."
    if remedy.era == "legacy" and remedy.replaced_by:
        yield f"An older code; today Seam says {' or '.join(remedy.replaced_by)}."
    if issue.max_active_access_code_count is not None:
        yield f"Seam counts {issue.active_access_code_count} of {issue.max_active_access_code_count} codes."


def _about_the_lock(view: View, subject: Subject) -> list[Block]:
    """Warnings of the lock and the account: they are theirs, so they stand here in one line each."""
    owners = [owner for owner in (subject.device, subject.account) if owner is not None]
    warnings = [(owner, issue) for owner in owners for issue in owner.warnings]
    if not warnings:
        return []
    blocks: list[Block] = [Heading(Content.styled("Also on its lock and account", "bold"))]
    for _, issue in warnings:
        meaning = view.catalogue.remedy_for(issue).meaning
        words = Content.assemble((issue.code, "bold"), (f" · {issue.level.label} — ", DIM), meaning)
        blocks.append(Paragraph(words, lead="▲ ", lead_style=SEVERITY_STYLES[Severity.WARNING]))
    return blocks
