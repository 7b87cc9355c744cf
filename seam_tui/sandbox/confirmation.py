"""The lock's answer: what happens to a code when a change reaches its lock, or cannot."""

from seam_tui.sandbox import cures
from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.code_rules import broken_rule, conflicting_code, has_free_slot
from seam_tui.sandbox.issues import clear_issues, code_event, has_issue, put_issue, trouble_event
from seam_tui.sandbox.records import Code, Device, Json, Mutation
from seam_tui.sandbox.world import World

POLL_SECONDS = 5.0
"""How soon Seam asks the maker what a removal has changed there."""


def confirm(world: World, code_id: str) -> None:
    """The moment at which the lock would take a change: it does, if it can be reached and nothing is against it."""
    code = world.codes.get(code_id)
    if code is None or not code.mutations or code.held:
        return
    if code.pending("deleting"):
        # What never was on the lock needs no lock to be forgotten.
        if not code.on_lock or world.reachable(world.devices[code.device_id]):
            finish_removal(world, code)
        return
    if not world.reachable(world.devices[code.device_id]):
        return
    for mutation in tuple(code.mutations):
        if mutation.kind.startswith("updating") and not _apply_update(world, code, mutation):
            return
    if code.pending("creating"):
        finish_creation(world, code)
    elif not code.pending("deferring_creation"):
        _settle(world, code)


def finish_creation(world: World, code: Code) -> None:
    """Put the code on the lock, unless a rule, another code or a full lock is against it."""
    device = world.devices[code.device_id]
    if _obstacle(world, code, device):
        return
    code.mutations = [mutation for mutation in code.mutations if mutation.kind != "creating"]
    code.on_lock = True
    if code.starts_at is not None and code.starts_at > world.now:
        code.scheduled, code.status = code.native, "unset" if code.native else "set"
        code_event(world, code, "scheduled_on_device" if code.native else "set_on_device", code=code.code or "")
    else:
        code.status = "set"
        code_event(world, code, "set_on_device", code=code.code or "")
        code_event(world, code, "issued")
    _settle(world, code)


def _objection(world: World, code: Code, pin: str | None, name: str | None) -> tuple[str, str, Json] | None:
    """What the lock has against a PIN or name: the issue, its message and its fields."""
    rule = broken_rule(world.devices[code.device_id], pin, name)
    if rule is not None:
        return "code_constraints_violated", rule, {}
    other = conflicting_code(world, code.device_id, pin, (code.starts_at, code.ends_at), but=code.access_code_id)
    if other is not None:
        key = "managed_access_code_id" if other.managed else "unmanaged_access_code_id"
        text = "Another access code on this device already uses the same PIN. Delete it or change this PIN."
        return "duplicate_code_on_device", text, {key: other.access_code_id}
    return None


def _refuse(world: World, code: Code, event_type: str, objection: tuple[str, str, Json]) -> None:
    """Say on the code why the lock did not take it, and end the receipts of those who wait."""
    issue, text, extra = objection
    if put_issue(world, code, "error", issue, text, **extra):
        trouble_event(world, code, event_type)
    world.close_attempts(code.access_code_id, {"type": issue, "message": text})


def _obstacle(world: World, code: Code, device: Device) -> bool:
    """Whether something keeps the lock from taking the code; the issue that says so is put on it."""
    if any(issue.code == "salto_ks_subscription_limit_exceeded" for issue in world.account_issues(device)):
        # The account says so on every code already; what is on the lock can still be removed.
        return True
    objection = _objection(world, code, code.code, code.name)
    if objection is None and not has_free_slot(world, device):
        note_fullness(world, device)
        text = "There is no space left for this access code on the device. Delete other codes to make room."
        objection = "no_space_for_access_code_on_device", text, {}
    if objection is None:
        return False
    _refuse(world, code, "failed_to_set_on_device", objection)
    return True


def _apply_update(world: World, code: Code, mutation: Mutation) -> bool:
    """Put one change into effect; False if the lock refuses it."""
    after: Json = mutation.after or {}
    if mutation.kind == "updating_code":
        objection = _objection(world, code, after["code"], None)
        if objection is not None:
            _refuse(world, code, "failed_to_update", objection)
            return False
    code.mutations = [pending for pending in code.mutations if pending is not mutation]
    apply_change(world, code, mutation)
    return True


def apply_change(world: World, code: Code, mutation: Mutation) -> None:
    """Write a change into the code, with its events and the issues that it ends."""
    before, after = mutation.before or {}, mutation.after or {}
    changed = mutation.kind
    if changed == "updating_code":
        code.code = after["code"]
        clear_issues(code, cures.PIN_CHANGED)
        code_event(world, code, "code_changed", **{"from": before, "to": after}, description="The PIN was changed.")
    elif changed == "updating_name":
        code.name = after["name"]
        clear_issues(code, cures.NAME_CHANGED)
        code_event(world, code, "name_changed", **{"from": before, "to": after}, description="The name was changed.")
    else:
        # The span's own steps end in confirmations: the two modules know each other.
        from seam_tui.sandbox.lifecycle import schedule_span

        code.starts_at, code.ends_at = after["starts_at"], after["ends_at"]
        clear_issues(code, cures.TIMES_CHANGED)
        spans = {
            side: {key: None if value is None else iso(value) for key, value in times.items()}
            for side, times in (("from", before), ("to", after))
        }
        code_event(world, code, "time_frame_changed", **spans, description="The times were changed.")
        schedule_span(world, code)
        if code.on_lock:
            begun = code.starts_at is None or code.starts_at <= world.now
            code.status, code.scheduled = ("set", False) if begun else ("unset", code.native)
    properties = [{"property": key, "from": _text(before.get(key)), "to": _text(after.get(key))} for key in after]
    code_event(world, code, "changed", change_reason="update_requested", changed_properties=properties)
    recheck_device(world, code.device_id, but=code.access_code_id)


def _text(value: object) -> str | None:
    return iso(value) if isinstance(value, float) else None if value is None else str(value)


def _settle(world: World, code: Code) -> None:
    """Nothing is pending any more: end the receipts and the troubles of waiting."""
    clear_issues(code, cures.REACHED_LOCK | cures.SPACE_FREED | cures.DUPLICATE_GONE)
    if not code.mutations:
        world.close_attempts(code.access_code_id)


def finish_removal(world: World, code: Code) -> None:
    """The lock let go: the code is gone."""
    was_on_lock = code.on_lock
    world.close_attempts(code.access_code_id)
    world.drop_code(code)
    if not code.managed:
        code_event(world, code, "unmanaged.removed")
    else:
        if was_on_lock:
            code_event(world, code, "removed_from_device")
        code_event(world, code, "deleted", code=code.code or "")
    recheck_device(world, code.device_id)
    world.later(POLL_SECONDS, note_freed_users, world.devices[code.device_id].account_id)
    # The pool and grants put codes on the lock and take them off again: those modules and this one know each other.
    from seam_tui.sandbox.backups import refill_later
    from seam_tui.sandbox.grants import notice_later

    refill_later(world, code.device_id)
    notice_later(world, code.access_code_id)


# -- something changed on the lock ------------------------------------------------------------------------------------


def note_fullness(world: World, device: Device) -> None:
    """Warn on the lock itself while it holds as many codes as it can."""
    used = world.slots_used(device.device_id)
    if device.max_codes is not None and used >= device.max_codes:
        put_issue(
            world, device, "warning", "max_access_codes_reached",
            f"This device has reached its limit of {device.max_codes} active access codes.",
            active_access_code_count=used, max_active_access_code_count=device.max_codes,
        )  # fmt: skip
    else:
        clear_issues(device, {"max_access_codes_reached"})


def recheck_device(world: World, device_id: str, *, but: str | None = None) -> None:
    """A code left or changed: what stood in another's way may be gone, so let the waiting try again."""
    device = world.devices[device_id]
    note_fullness(world, device)
    for code in world.codes_of(device_id):
        if code.access_code_id == but or not code.issues:
            continue
        gone: set[str] = set()
        if has_issue(code, *cures.DUPLICATE_GONE):
            span = (code.starts_at, code.ends_at)
            if conflicting_code(world, device_id, code.code, span, but=code.access_code_id) is None:
                gone |= cures.DUPLICATE_GONE
        if has_issue(code, *cures.SPACE_FREED) and has_free_slot(world, device):
            gone |= cures.SPACE_FREED
        if gone and clear_issues(code, gone):
            release(world, code)


def note_freed_users(world: World, account_id: str) -> None:
    """A removed code gives its user back to the maker's site: what failed for want of one can go on."""
    account = world.accounts.get(account_id)
    if account is None or account.maker != "salto_ks":
        return
    eased = clear_issues(account, cures.FEWER_CODES)
    for device in world.devices.values():
        if device.account_id != account_id:
            continue
        clear_issues(device, cures.FEWER_CODES)
        for code in world.codes_of(device.device_id):
            if clear_issues(code, cures.FEWER_CODES) or (eased and code.mutations):
                release(world, code)


def release(world: World, code: Code) -> None:
    """Let a code that was stuck try again."""
    code.held = False
    if code.mutations:
        from seam_tui.sandbox.lifecycle import wait_for_lock

        wait_for_lock(world, code)


def release_all(world: World, device_id: str) -> None:
    """The lock answers again: everything that waited for it tries again, and what it took has no trouble any more."""
    for code in world.codes_of(device_id):
        if code.mutations:
            release(world, code)
        elif has_issue(code, *cures.REACHED_LOCK):
            world.later(world.seeds.latency(), settle_quietly, code.access_code_id)


def settle_quietly(world: World, code_id: str) -> None:
    """A code that was in doubt turns out to be as it should."""
    code = world.codes.get(code_id)
    if code is not None and not code.mutations and world.reachable(world.devices[code.device_id]):
        code.held = False
        clear_issues(code, cures.REACHED_LOCK)


def finish_unmanaging(world: World, code_id: str) -> None:
    """Seam gave a code up: it stays on the lock as somebody else's."""
    code = world.codes.get(code_id)
    if code is not None:
        code.managed, code.mutations, code.held = False, (), False
        code_event(world, code, "unmanaged.created")


def finish_conversion(world: World, code_id: str) -> None:
    """Seam took a code over, or could not reach the lock to do so."""
    code = world.codes.get(code_id)
    if code is None or code.managed:
        return
    if not world.reachable(world.devices[code.device_id]):
        text = "Seam could not reach the device to take this access code over."
        world.close_attempts(code_id, {"type": "failed_to_convert_to_managed", "message": text})
        trouble_event(world, code, "unmanaged.failed_to_convert_to_managed")
        return
    code.managed = True
    code.status = "set" if code.on_lock else "unset"
    clear_issues(code, cures.MANAGED_AGAIN)
    world.close_attempts(code_id)
    code_event(world, code, "unmanaged.converted_to_managed")
    recheck_device(world, code.device_id)
