"""Builds the detail's document: facts, what waits for the lock, and each issue as a card with its remedy's buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from textual.content import Content

from seam_tui.domain.access_code import AccessCode, PendingMutation
from seam_tui.domain.action import ACTIONS, ActionId, ActionTarget
from seam_tui.domain.device import Device
from seam_tui.domain.issue import FieldChange, Issue, IssueLevel
from seam_tui.domain.pin import Pin
from seam_tui.domain.veil import VEIL
from seam_tui.operations.subject import Subject
from seam_tui.remedies.remedy import Remedy
from seam_tui.tui.facts import code_facts, code_in_short, device_facts, fact
from seam_tui.tui.large import large_code_document
from seam_tui.tui.view import SEVERITY_STYLES, View
from seam_tui.tui.widgets.document import DIM, Block, Buttons, Heading, Paragraph
from seam_tui.workspace.times import exact, relative
from seam_tui.workspace.triage import Severity, severity_of

_FIELD_LABELS: Final = {
    "code": "PIN",
    "name": "Name",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "type": "Type",
    "is_external_modification_allowed": "Changes from outside Seam",
    "time_zone": "Time zone",
    "supported_code_lengths": "Digits of a PIN",
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
    if view.is_large:
        return large_code_document(view, subject, code)
    issues = view.store.issues_of_code(code)
    severity = severity_of(code, issues, view.now)
    blocks: list[Block] = [
        Heading(
            Content.assemble((severity.label, SEVERITY_STYLES[severity]), "  ", (code.title, "bold")),
        ),
        *_said(view),
        *code_in_short(view, subject, code),
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
    blocks.extend(code_facts(view, subject, code))
    return tuple(blocks)


def device_document(view: View, subject: Subject) -> tuple[Block, ...]:
    """Everything about one lock and its account."""
    device = subject.device
    if device is None:
        return ()
    counts = view.store.counts_of_device(device.device_id)
    blocks: list[Block] = [Heading(Content.styled(device.title, "bold")), *_said(view), *device_facts(view, subject)]
    wrong = f"{counts.codes_with_errors} with errors, {counts.codes_with_warnings} with warnings of their own"
    blocks.append(fact("Codes", f"{counts.codes:,}; {wrong}"))
    unread = view.store.unread_device(device.device_id)
    if unread is not None:
        words = f"✖ Its codes could not all be read: {view.told(unread.reason, subject)}"
        blocks.append(Paragraph(Content.styled(words, "$text-error")))
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
    name = VEIL.text(store.workspace.name) if store.workspace is not None else "Workspace"
    blocks: list[Block] = [
        Heading(Content.styled(name, "bold")),
        *_said(view),
        fact("Devices", str(len(store.devices))),
        fact("Codes", str(counts.codes)),
        fact("Errors", f"{counts.codes_with_errors} codes"),
        fact("Warnings", f"{counts.codes_with_warnings} codes"),
    ]
    for account in store.accounts.values():
        subject = Subject(workspace=store.workspace, account=account)
        if account.issues:
            blocks.append(Heading(Content.assemble("Account ", (account.title, "bold"))))
        for issue in account.issues:
            blocks.extend(_card(view, subject, issue))
    return tuple(blocks)


def _said(view: View) -> list[Block]:
    return [Paragraph(Content.styled(line.shown, "$text-accent"), lead="» ") for line in view.said]


def _shown(value: str | datetime | Pin | None, zone: str | None, *, revealed: bool) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return exact(value, zone)
    if isinstance(value, Pin) and revealed:
        return value.reveal()
    return str(value) or "nothing"


def _as_told(field: str, value: str | datetime | Pin | None) -> str | datetime | Pin | None:
    """A value as it may be shown: a name is a guest's."""
    if not isinstance(value, str):
        return value
    return VEIL.guest(value) if field == "name" else VEIL.text(value)


def change_words(change: FieldChange, zone: str | None, *, revealed: bool = False) -> str:
    """One field's old and new value.

    Args:
        change: The field.
        zone: The lock's IANA zone.
        revealed: Whether PINs are shown just now (UX rule 12): the guest must be told the one that is coming.
    """
    label = _FIELD_LABELS.get(change.field, change.field)
    values = (_as_told(change.field, value) for value in (change.old, change.new))
    old, new = (_shown(value, zone, revealed=revealed) for value in values)
    return f"{label}: {old} → {new}"


def _pending(view: View, code: AccessCode, device: Device | None) -> list[Block]:
    if not code.pending_mutations:
        return []
    zone = device.time_zone if device is not None else None
    blocks: list[Block] = [Heading(Content.styled("◌ Asked; waiting for the lock", "$text-accent"))]
    for mutation in code.pending_mutations:
        blocks.append(Paragraph(Content(_mutation_words(view, mutation, zone)), lead="· "))
        changes = [change_words(change, zone, revealed=view.revealed) for change in mutation.changes]
        blocks.extend(Paragraph(Content(change), indent=2) for change in changes)
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
        Paragraph(Content(view.told(issue.message, subject) or "Seam gives no message."), indent=2, lead="Seam: "),
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
