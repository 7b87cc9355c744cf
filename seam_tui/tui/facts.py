"""The facts of a code and of a lock, line by line: what stands around the issues in the detail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from textual.content import Content

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ActionId
from seam_tui.domain.device import Device
from seam_tui.domain.pin import MASK
from seam_tui.domain.veil import VEIL
from seam_tui.operations.subject import Subject
from seam_tui.tui.uncovered import REVEALED
from seam_tui.tui.view import View
from seam_tui.tui.widgets.document import DIM, Block, Buttons, Paragraph
from seam_tui.workspace.times import beside, exact, relative
from seam_tui.workspace.triage import slots_used, status_in_words

_LABEL_WIDTH: Final = 10


def fact(label: str, value: str | Content) -> Paragraph:
    """One line with its label before it."""
    return Paragraph(Content(value) if isinstance(value, str) else value, lead=f"{label:<{_LABEL_WIDTH}}")


def code_in_short(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    """What a person needs before the issues: where it stands, its PIN, when it counts, on which lock."""
    facts: list[Block] = [fact("Status", status_in_words(code, view.now)), _pin_fact(view, subject, code)]
    if code.starts_at is not None or code.ends_at is not None:
        facts.append(fact("Valid", validity_words(code, view.now)))
    facts.extend(_stand_ins(view, subject, code))
    if subject.device is not None:
        facts.append(fact("Lock", lock_words(subject, subject.device)))
    return facts


def code_state(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    """The same without lock and time, for a page that begins with these."""
    status = fact("Status", status_in_words(code, view.now))
    return [status, _pin_fact(view, subject, code), *_stand_ins(view, subject, code)]


def _stand_ins(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    return [*_backup_fact(subject, code), *_grant_fact(view, code)]


def lock_words(subject: Subject, device: Device) -> str:
    """The lock's name and whether it is reached: `Front Door · online`."""
    return f"{device.title} · {_online_words(subject, device, offline='OFFLINE')}"


def _online_words(subject: Subject, device: Device, offline: str = "offline") -> str:
    """Whether the lock is online; of an account that is disconnected Seam knows only what it saw last."""
    words = {True: "online", False: offline, None: "online state unknown"}[device.online]
    owners = (device, subject.account)
    errors = {error.code for owner in owners if owner is not None for error in owner.errors}
    return f"{words} when last seen" if device.online is not None and "account_disconnected" in errors else words


def _backup_fact(subject: Subject, code: AccessCode) -> list[Block]:
    """Which code stands in for this one, or for which one this stands in: the wrong PIN must not be read out."""
    if code.pulled_backup_access_code_id is not None:
        backup = next((c for c in subject.neighbours if c.access_code_id == code.pulled_backup_access_code_id), None)
        name = f"“{backup.title}”" if backup is not None else "A backup code"
        words = f"{name} stands in for this one: tell the guest its PIN, not the one above."
        return [fact("Backup", Content.styled(words, "$text-warning"))]
    if code.is_backup:
        served = next((c for c in subject.neighbours if c.pulled_backup_access_code_id == code.access_code_id), None)
        if served is not None:
            return [fact("Backup", Content.styled(f"Stands in for “{served.title}”.", "$text-warning"))]
    return []


def _grant_fact(view: View, code: AccessCode) -> list[Block]:
    """The access grant that owns the code, as far as it was looked up: changes go through it."""
    grants = view.grants.all_of(code.access_code_id)
    if not grants:
        return []
    names = ", ".join(f"“{grant.title}”" for grant in grants)
    return [fact("Grant", Content.assemble(names, (" owns this code: it is changed through it", DIM)))]


def validity_words(code: AccessCode, now: datetime) -> str:
    """From when and until when it counts, told from now: `started 5 h ago, ends in 2 days`."""
    return ", ".join(_validity(code, now)) or "without an end"


def _validity(code: AccessCode, now: datetime) -> Iterable[str]:
    if code.starts_at is not None:
        yield f"{'started' if code.starts_at <= now else 'starts'} {relative(code.starts_at, now)}"
    if code.ends_at is not None:
        yield f"{'ended' if code.ends_at <= now else 'ends'} {relative(code.ends_at, now)}"


def _pin_fact(view: View, subject: Subject, code: AccessCode) -> Block:
    if code.pin is None and not subject.awaits_pin:
        return fact("PIN", "not assigned yet" if code.is_waiting_for_code_assignment else "the maker does not show it")
    if code.pin is None:
        shown = Content("still to be read from Seam")
    elif not view.revealed:
        shown = Content(f"{MASK} ({len(code.pin)} digits)")
    else:
        shown = Content.assemble((code.pin.reveal(), "bold"), "  ", REVEALED)
    lead = Content.styled(f"{'PIN':<{_LABEL_WIDTH}}", DIM) + shown
    buttons = tuple(view.button(action_id, subject) for action_id in (ActionId.REVEAL_PIN, ActionId.COPY_PIN))
    return Buttons(buttons, indent=_LABEL_WIDTH, lead=lead)


def code_facts(view: View, subject: Subject, code: AccessCode) -> list[Block]:
    """The rest of what is known about a code."""
    device = subject.device
    zone = device.time_zone if device is not None else None
    facts: list[Block] = []
    for label, moment in (("Starts", code.starts_at), ("Ends", code.ends_at), ("Created", code.created_at)):
        if moment is not None:
            here = beside(moment, zone, view.local(moment))
            facts.append(fact(label, f"{exact(moment, zone)}{here} · {relative(moment, view.now)}"))
    facts.append(fact("Kind", ", ".join(_kind(code))))
    if code.display_status:
        facts.append(fact("Seam says", view.told(code.display_status, subject)))
    if device is not None:
        facts.append(fact("Lock", _device_line(subject, device)))
        facts.extend(_slots(view, device))
    if subject.account is not None:
        facts.append(fact("Account", subject.account.title))
    facts.append(fact("Id", Content.styled(VEIL.record_id(code.access_code_id), DIM)))
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


def _device_line(subject: Subject, device: Device) -> str:
    maker = " ".join(filter(None, (device.manufacturer, device.model)))
    parts = [maker, _online_words(subject, device), battery_words(device)]
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


def _slots(view: View, device: Device, *, explained: bool = False) -> list[Block]:
    if device.max_active_codes_supported is None:
        return []
    used = slots_used(view.store, device.device_id)
    words = f"{used} of {device.max_active_codes_supported} used"
    others = view.store.counts_of_device(device.device_id).codes - used
    if explained and others > 0:
        words += f"; {others} of its codes {'takes' if others == 1 else 'take'} none: not on it, or made by the maker"
    return [fact("Slots", words)]


def device_facts(view: View, subject: Subject) -> list[Block]:
    """What is known about a lock."""
    device = subject.device
    if device is None:
        return []
    facts: list[Block] = [fact("Lock", _device_line(subject, device))]
    if device.locked is not None:
        facts.append(fact("Bolt", "locked" if device.locked else Content.styled("UNLOCKED", "bold $text-warning")))
    if device.location_name:
        facts.append(fact("Place", view.told(device.location_name, subject)))
    facts.append(fact("Time zone", device.time_zone or "unknown to Seam"))
    if device.supported_code_lengths:
        facts.append(fact("PINs", f"{', '.join(map(str, device.supported_code_lengths))} digits"))
    if device.code_constraints:
        facts.append(fact("Rules", ", ".join(constraint.constraint_type for constraint in device.code_constraints)))
    facts.extend(_slots(view, device, explained=True))
    if subject.account is not None:
        facts.append(fact("Account", subject.account.title))
    facts.append(fact("Id", Content.styled(VEIL.record_id(device.device_id), DIM)))
    return facts
