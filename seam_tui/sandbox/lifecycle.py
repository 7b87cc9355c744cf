"""What happens to a code from the moment somebody asks for it until the lock has let go of it.

A request only writes down what is wanted (a pending mutation). The lock confirms some seconds later, if it can be reached
and nothing stands against it; otherwise the wish stays pending and, as time passes, turns into a delay and then an error.
"""

from seam_tui.sandbox import cures
from seam_tui.sandbox.code_rules import broken_rule, conflicting_code, has_free_slot
from seam_tui.sandbox.issues import clear_issues, code_event, has_issue, put_issue, trouble_event
from seam_tui.sandbox.records import Attempt, Code, Device, Json, Mutation, MutationKind
from seam_tui.sandbox.world import World

NATIVE_LEAD = 72 * 3600.0
"""How long before its start a code is loaded onto a lock that keeps time itself."""
JUST_IN_TIME_LEAD = 3600.0
"""How long before its start a code is put on a lock that does not."""
DELAY_AFTER = 60.0
"""When waiting for the lock becomes a warning."""
FAILURE_AFTER = 300.0
"""When it becomes an error."""
NEARLY_DUE = 600.0
"""How long before its start a code that is not on the lock becomes a warning."""
RETRY_EVERY = 600.0
"""How often Seam tries again on its own."""


# -- asking -----------------------------------------------------------------------------------------------------------


def plan_creation(world: World, code: Code) -> None:
    """Put a new code on its way: now, or shortly before its start."""
    schedule_span(world, code)
    if code.is_offline:
        # Computed by the maker: it works without the lock ever hearing of it.
        code.status, code.on_lock = "set", False
        return
    lead = NATIVE_LEAD if code.native else JUST_IN_TIME_LEAD
    if code.starts_at is not None and code.starts_at - lead > world.now:
        begins = code.starts_at - lead
        code.mutations = [Mutation("deferring_creation", world.now, scheduled_at=begins)]
        world.at(begins, start_creation, code.access_code_id)
    else:
        start_creation(world, code.access_code_id)


def schedule_span(world: World, code: Code) -> None:
    """Let the code's start and end come to pass."""
    if code.starts_at is not None and code.starts_at > world.now:
        world.at(code.starts_at - NEARLY_DUE, warn_before_start, code.access_code_id)
        world.at(code.starts_at, start_validity, code.access_code_id)
    if code.ends_at is not None:
        world.at(code.ends_at, end_validity, code.access_code_id)


def start_creation(world: World, code_id: str) -> None:
    """Begin to put a code on its lock."""
    code = world.codes.get(code_id)
    if code is None or not code.managed or code.on_lock or code.pending("creating", "deleting"):
        return
    code.mutations = [mutation for mutation in code.mutations if mutation.kind != "deferring_creation"]
    waits_natively = code.native and code.starts_at is not None and code.starts_at > world.now
    code.status = "unset" if waits_natively else "setting"
    ask(world, code, Mutation("creating", world.now))


def ask(world: World, code: Code, *mutations: Mutation) -> None:
    """Write down what is wanted and send it to the lock."""
    code.mutations = [*code.mutations, *mutations]
    code.asked_at = world.now
    requested = [
        {"mutation_code": mutation.kind, **({"from": mutation.before, "to": mutation.after} if mutation.after else {})}
        for mutation in mutations
    ]
    code_event(world, code, "mutations_requested", requested_mutations=requested)
    world.later(world.seeds.latency(), confirm, code.access_code_id)
    world.later(DELAY_AFTER, grow_late, code.access_code_id)
    world.later(FAILURE_AFTER, give_up, code.access_code_id)


def ask_removal(world: World, code: Code) -> None:
    """Ask for a code to be taken off its lock and forgotten."""
    if code.pending("deleting"):
        return
    clear_issues(code, cures.REACHED_LOCK - {"failed_to_delete", "failed_to_remove_from_device"})
    code.mutations = ()
    code.status = "removing"
    put_issue(world, code, "warning", "being_deleted", "This access code is being deleted from the device.")
    ask(world, code, Mutation("deleting", world.now))


# -- the lock answers -------------------------------------------------------------------------------------------------


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


def _obstacle(world: World, code: Code, device: Device) -> bool:
    """Whether something keeps the lock from taking the code; the issue that says so is put on it."""
    rule = broken_rule(device, code.code, code.name)
    if rule is not None:
        if put_issue(world, code, "error", "code_constraints_violated", rule):
            trouble_event(world, code, "failed_to_set_on_device")
        return True
    other = conflicting_code(
        world, code.device_id, code.code, (code.starts_at, code.ends_at), but=code.access_code_id
    )
    if other is not None:
        key = "managed_access_code_id" if other.managed else "unmanaged_access_code_id"
        text = "Another access code on this device already uses the same PIN. Delete it or change this PIN."
        if put_issue(world, code, "error", "duplicate_code_on_device", text, **{key: other.access_code_id}):
            trouble_event(world, code, "failed_to_set_on_device")
        return True
    if not has_free_slot(world, device):
        text = "There is no space left for this access code on the device. Delete other codes to make room."
        if put_issue(world, code, "error", "no_space_for_access_code_on_device", text):
            trouble_event(world, code, "failed_to_set_on_device")
        note_fullness(world, device)
        return True
    return False


def _apply_update(world: World, code: Code, mutation: Mutation) -> bool:
    """Put one change into effect; False if the lock refuses it."""
    after: Json = mutation.after or {}
    if mutation.kind == "updating_code":
        device = world.devices[code.device_id]
        rule = broken_rule(device, after["code"], None)
        if rule is not None:
            put_issue(world, code, "error", "code_constraints_violated", rule)
            return False
        span = (code.starts_at, code.ends_at)
        other = conflicting_code(world, code.device_id, after["code"], span, but=code.access_code_id)
        if other is not None:
            key = "managed_access_code_id" if other.managed else "unmanaged_access_code_id"
            text = "Another access code on this device already uses the same PIN. Delete it or change this PIN."
            put_issue(world, code, "error", "duplicate_code_on_device", text, **{key: other.access_code_id})
            return False
    code.mutations = [pending for pending in code.mutations if pending is not mutation]
    apply_change(world, code, mutation)
    return True


def apply_change(world: World, code: Code, mutation: Mutation) -> None:
    """Write a change into the code, with its events and the issues that it ends."""
    before, after = mutation.before or {}, mutation.after or {}
    changed: MutationKind = mutation.kind
    if changed == "updating_code":
        code.code = after["code"]
        clear_issues(code, cures.PIN_CHANGED)
        code_event(world, code, "code_changed", **{"from": before, "to": after}, description="The PIN was changed.")
    elif changed == "updating_name":
        code.name = after["name"]
        clear_issues(code, cures.NAME_CHANGED)
        code_event(world, code, "name_changed", **{"from": before, "to": after}, description="The name was changed.")
    else:
        from seam_tui.sandbox.wire import iso

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
    properties = [
        {"property": key, "from": _text(before.get(key)), "to": _text(after.get(key))} for key in after
    ]
    code_event(world, code, "changed", change_reason="update_requested", changed_properties=properties)
    recheck_device(world, code.device_id, but=code.access_code_id)


def _text(value: object) -> str | None:
    from seam_tui.sandbox.clock import iso

    return iso(value) if isinstance(value, float) else None if value is None else str(value)


def _settle(world: World, code: Code) -> None:
    """Nothing is pending any more: end the receipts and the troubles of waiting."""
    clear_issues(code, cures.REACHED_LOCK | cures.SPACE_FREED | cures.DUPLICATE_GONE)
    if not code.mutations:
        _finish_attempts(world, code, None)


def _finish_attempts(world: World, code: Code, error: Json | None) -> None:
    for attempt in pending_attempts(world, code):
        attempt.status = "success" if error is None else "error"
        attempt.result, attempt.error = ({}, None) if error is None else (None, error)


def pending_attempts(world: World, code: Code) -> list[Attempt]:
    """The receipts of a code that are still open, newest first."""
    wanted = []
    # Receipts are kept in order; those of the last minutes are at the end.
    for attempt in reversed(world.attempts.values()):
        if attempt.code_id == code.access_code_id and attempt.status == "pending":
            wanted.append(attempt)
        if attempt.created_at < code.asked_at - FAILURE_AFTER:
            break
    return wanted


def finish_removal(world: World, code: Code) -> None:
    """The lock let go: the code is gone."""
    was_on_lock = code.on_lock
    _finish_attempts(world, code, None)
    world.drop_code(code)
    if not code.managed:
        code_event(world, code, "unmanaged.removed")
    else:
        if was_on_lock:
            code_event(world, code, "removed_from_device")
        code_event(world, code, "deleted", code=code.code or "")
    recheck_device(world, code.device_id)
    from seam_tui.sandbox.backups import refill_later

    refill_later(world, code.device_id)


# -- time passes ------------------------------------------------------------------------------------------------------


def start_validity(world: World, code_id: str) -> None:
    """The code's start: a code that waits on the lock becomes valid, one that is not there has failed its guest."""
    code = world.codes.get(code_id)
    if code is None or not code.managed or code.starts_at is None or code.starts_at > world.now:
        return
    if code.on_lock and code.status == "unset":
        code.status, code.scheduled = "set", False
        code_event(world, code, "set_on_device", code=code.code or "")
        code_event(world, code, "issued")
    elif code.pending("creating", "deferring_creation"):
        code.status = "setting"
        start_creation(world, code_id)
        text = "Seam could not set this access code on the device before its start time."
        if put_issue(world, code, "error", "failed_to_issue", text):
            trouble_event(world, code, "failed_to_issue")


def warn_before_start(world: World, code_id: str) -> None:
    """Shortly before the start: a code that is still not on the lock deserves a warning."""
    code = world.codes.get(code_id)
    if code is None or not code.pending("creating") or code.starts_at is None or code.starts_at <= world.now:
        return
    text = "The start time is near and this access code is not yet on the device."
    if put_issue(world, code, "warning", "delay_in_issuing", text):
        trouble_event(world, code, "delay_in_issuing")


def end_validity(world: World, code_id: str) -> None:
    """The code's end: Seam takes it off the lock."""
    code = world.codes.get(code_id)
    if code is None or code.ends_at is None or code.ends_at > world.now or code.pending("deleting"):
        return
    if code.held and code.on_lock and not code.managed:
        return
    if not code.managed or code.is_offline:
        # Nobody has to remove these: the lock (or the maker's arithmetic) ends them.
        finish_removal(world, code)
        return
    ask_removal(world, code)


def grow_late(world: World, code_id: str) -> None:
    """A minute without an answer: a warning."""
    code = _still_waiting(world, code_id, DELAY_AFTER)
    if code is None:
        return
    if code.pending("deleting"):
        text = "Removing this access code from the device is taking longer than usual."
        if put_issue(world, code, "warning", "delay_in_removing_from_device", text):
            trouble_event(world, code, "delay_in_removing_from_device")
    elif code.pending("creating"):
        text = "Setting this access code on the device is taking longer than usual."
        if put_issue(world, code, "warning", "delay_in_setting_on_device", text):
            trouble_event(world, code, "delay_in_setting_on_device")


def give_up(world: World, code_id: str) -> None:
    """Minutes without an answer: an error. Seam keeps trying all the same."""
    code = _still_waiting(world, code_id, FAILURE_AFTER)
    if code is None:
        return
    world.later(RETRY_EVERY, retry, code_id)
    if code.pending("deleting"):
        ended = code.ends_at is not None and code.ends_at <= world.now
        issue = "failed_to_delete" if ended else "failed_to_remove_from_device"
        text = "Seam could not remove this access code from the device. The code may still open it."
    elif code.pending("creating"):
        issue, text = "failed_to_set_on_device", "Seam could not set this access code on the device. It keeps trying."
    else:
        issue, text = "failed_to_update", "Seam could not apply the requested change to the device. It keeps trying."
    clear_issues(code, {"delay_in_setting_on_device", "delay_in_removing_from_device"})
    if put_issue(world, code, "error", issue, text):
        trouble_event(world, code, issue)
    _finish_attempts(world, code, {"type": issue, "message": text})


def retry(world: World, code_id: str) -> None:
    """Seam tries again on its own, for as long as something is pending."""
    code = world.codes.get(code_id)
    if code is None or not code.mutations or code.held:
        return
    confirm(world, code_id)
    if code.mutations and code_id in world.codes:
        world.later(RETRY_EVERY, retry, code_id)


def _still_waiting(world: World, code_id: str, span: float) -> Code | None:
    """The code, if its latest wish has gone unanswered for this long."""
    code = world.codes.get(code_id)
    if code is None or code.held or not code.pending("creating", "deleting", "updating_code", "updating_name",
                                                     "updating_time_frame"):  # fmt: skip
        return None
    blocked = has_issue(code, "code_constraints_violated", "duplicate_code_on_device",
                        "no_space_for_access_code_on_device")  # fmt: skip
    return None if blocked or world.now - code.asked_at < span - 1e-6 else code


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


def release(world: World, code: Code) -> None:
    """Let a code that was stuck try again."""
    code.held = False
    if code.mutations:
        code.asked_at = world.now
        world.later(world.seeds.latency(), confirm, code.access_code_id)
        world.later(DELAY_AFTER, grow_late, code.access_code_id)
        world.later(FAILURE_AFTER, give_up, code.access_code_id)


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


def finish_conversion(world: World, code_id: str) -> None:
    """Seam took a code over."""
    code = world.codes.get(code_id)
    if code is None or code.managed:
        return
    code.managed = True
    code.status = "set" if code.on_lock else "unset"
    clear_issues(code, cures.MANAGED_AGAIN)
    _finish_attempts(world, code, None)
    code_event(world, code, "unmanaged.converted_to_managed")
    recheck_device(world, code.device_id)
