"""What happens to a code from the moment somebody asks for it until the lock has let go of it.

A request only writes down what is wanted (a pending mutation). The lock confirms some seconds later, if it can be
reached and nothing stands against it; otherwise the wish stays pending and, as time passes, turns into a delay and
then an error.
"""

from seam_tui.sandbox import cures
from seam_tui.sandbox.confirmation import confirm, finish_removal, release
from seam_tui.sandbox.issues import clear_issues, code_event, has_issue, put_issue, trouble_event
from seam_tui.sandbox.records import Code, Mutation
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
    requested = [
        {"mutation_code": mutation.kind, **({"from": mutation.before, "to": mutation.after} if mutation.after else {})}
        for mutation in mutations
    ]
    code_event(world, code, "mutations_requested", requested_mutations=requested)
    wait_for_lock(world, code)


def wait_for_lock(world: World, code: Code) -> None:
    """Let the lock answer, and let the waiting show if it does not."""
    code.asked_at = world.now
    world.later(world.seeds.latency(), confirm, code.access_code_id)
    world.later(DELAY_AFTER, grow_late, code.access_code_id)
    world.later(FAILURE_AFTER, give_up, code.access_code_id)


def ask_removal(world: World, code: Code) -> None:
    """Ask for a code to be taken off its lock and forgotten."""
    if code.pending("deleting"):
        # Asked once more: what was stuck tries again.
        release(world, code)
        return
    code.held = False
    clear_issues(code, cures.REACHED_LOCK - {"failed_to_delete", "failed_to_remove_from_device"})
    code.mutations = ()
    code.status = "removing"
    put_issue(world, code, "warning", "being_deleted", "This access code is being deleted from the device.")
    ask(world, code, Mutation("deleting", world.now))


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
        clear_issues(code, {"delay_in_issuing"})
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
    if code is None or code.ends_at is None or code.ends_at > world.now:
        return
    if code.pending("deleting"):
        if code.on_lock and code.managed and world.now - code.asked_at > DELAY_AFTER:
            _fail_to_delete(world, code)
        return
    if code.held and code.on_lock and not code.managed:
        return
    if not code.managed or code.is_offline:
        # Nobody has to remove these: the lock (or the maker's arithmetic) ends them.
        finish_removal(world, code)
        return
    ask_removal(world, code)


def _fail_to_delete(world: World, code: Code) -> None:
    """The end came while the lock still held on to the code: it opens longer than it should."""
    clear_issues(code, {"delay_in_removing_from_device", "failed_to_remove_from_device"})
    text = "Seam could not remove this access code from the device after its end time. The code may still open it."
    if put_issue(world, code, "error", "failed_to_delete", text):
        trouble_event(world, code, "failed_to_delete")


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
    world.close_attempts(code_id, {"type": issue, "message": text})


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
