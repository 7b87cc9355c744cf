"""Requests to change a code: checked, then written down as pending mutations."""

from collections.abc import Iterable

from seam_tui.sandbox import cures
from seam_tui.sandbox.code_rules import conflicting_code
from seam_tui.sandbox.confirmation import finish_unmanaging, settle_quietly
from seam_tui.sandbox.errors import ApiError, invalid_input
from seam_tui.sandbox.grants import notice_later
from seam_tui.sandbox.issues import clear_issues, put_issue
from seam_tui.sandbox.lifecycle import ask
from seam_tui.sandbox.params import Params
from seam_tui.sandbox.records import Attempt, Code, Mutation, MutationKind
from seam_tui.sandbox.world import World


def checked_pin(params: Params) -> str | None:
    """The PIN of a request: four to twelve digits, or none."""
    pin = params.text("code")
    if pin is None:
        return None
    if not (pin.isascii() and pin.isdigit()):
        raise invalid_input("code", "PIN code must only contain digits")
    if not 4 <= len(pin) <= 12:
        raise invalid_input("code", "PIN code must be between 4 and 12 digits")
    return pin


def checked_span(world: World, params: Params) -> tuple[float | None, float | None]:
    """The times of a create request: both or neither, in order, not over."""
    starts_at, ends_at = params.moment("starts_at"), params.moment("ends_at")
    if (starts_at is None) != (ends_at is None):
        missing = "ends_at" if ends_at is None else "starts_at"
        raise invalid_input(missing, "Required", "starts_at and ends_at must be given together")
    check_order(world, starts_at, ends_at)
    return starts_at, ends_at


def check_order(world: World, starts_at: float | None, ends_at: float | None) -> None:
    """Refuse times that are over, or that end before they start."""
    if ends_at is not None and ends_at <= world.now:
        raise invalid_input("ends_at", "Must be in the future", "ends_at must be in the future")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise invalid_input("ends_at", "Must be after starts_at", "ends_at must be after starts_at")


def _wanted_span(world: World, code: Code, params: Params) -> tuple[float | None, float | None]:
    """The times that a code is to have after an update."""
    kind = params.choice("type", "ongoing", "time_bound")
    starts_at, ends_at = params.moment("starts_at"), params.moment("ends_at")
    if kind == "ongoing":
        if ends_at is not None:
            raise invalid_input("ends_at", "Must be absent", "An ongoing access code has no end")
        return None, None
    if starts_at is None and ends_at is None:
        if kind == "time_bound" and not code.time_bound:
            raise invalid_input("ends_at", "Required", "A time-bound access code needs starts_at and ends_at")
        return code.starts_at, code.ends_at
    if not code.time_bound and (starts_at is None or ends_at is None):
        missing = "ends_at" if ends_at is None else "starts_at"
        raise invalid_input(missing, "Required", "starts_at and ends_at must be given together")
    starts_at = code.starts_at if starts_at is None else starts_at
    ends_at = code.ends_at if ends_at is None else ends_at
    check_order(world, starts_at, ends_at)
    return starts_at, ends_at


def request_update(world: World, code: Code, params: Params) -> Attempt:
    """Write down what an update asks for.

    Raises:
        ApiError: The request is malformed, meets another code with the same PIN, or comes too often.
    """
    pin = checked_pin(params)
    starts_at, ends_at = _wanted_span(world, code, params)
    external = params.flag("is_external_modification_allowed")
    if external is None:
        external = params.flag("allow_external_modification")
    managed = params.flag("is_managed")
    if code.pending("deleting"):
        raise ApiError(400, "access_code_being_deleted", "This access code is being deleted")
    if pin is not None and pin != code.code and world.refuse_duplicates:
        other = conflicting_code(world, code.device_id, pin, (starts_at, ends_at), but=code.access_code_id)
        if other is not None:
            raise ApiError(
                409, "duplicate_access_code", "An access code with the same PIN already exists on this device"
            )
    world.limits.spend("update", code.device_id, world.now)
    attempt = world.start_attempt("UPDATE_ACCESS_CODE", device_id=code.device_id, code_id=code.access_code_id)
    mutations = _mutations(world, code, pin, params, (starts_at, ends_at))
    if external is not None:
        code.external_allowed = external
        if not external and clear_issues(code, cures.EXTERNAL_CHANGE_REFUSED):
            world.later(world.seeds.latency(), settle_quietly, code.access_code_id)
    if managed is False:
        world.later(world.seeds.latency(), finish_unmanaging, code.access_code_id)
    _drop_older_wishes(code, params)
    notice_later(world, code.access_code_id)
    if mutations:
        code.held = False
        ask(world, code, *mutations)
    else:
        attempt.status, attempt.result = "success", {}
    return attempt


def _drop_older_wishes(code: Code, params: Params) -> None:
    """A newer wish for the same thing takes the older one's place, also when it is to leave all as it was."""
    if params.has("code") and code.pending("updating_code"):
        clear_issues(code, {"code_constraints_violated", "duplicate_code_on_device"})
    wished: set[MutationKind] = set()
    if params.has("code"):
        wished.add("updating_code")
    if params.has("name"):
        wished.add("updating_name")
    if any(params.has(key) for key in ("starts_at", "ends_at", "type")):
        wished.add("updating_time_frame")
    code.mutations = [pending for pending in code.mutations if pending.kind not in wished]


def _mutations(
    world: World, code: Code, pin: str | None, params: Params, span: tuple[float | None, float | None]
) -> list[Mutation]:
    wanted: list[Mutation] = []
    # A PIN that was refused stands in the code already: asking for it again is asking to try again.
    if pin is not None and pin != code.code:
        wanted.append(Mutation("updating_code", world.now, {"code": code.code}, {"code": pin}))
    name = params.text("name")
    if name is not None and name != code.name:
        wanted.append(Mutation("updating_name", world.now, {"name": code.name}, {"name": name}))
    if span != (code.starts_at, code.ends_at):
        before = {"starts_at": code.starts_at, "ends_at": code.ends_at}
        after = {"starts_at": span[0], "ends_at": span[1]}
        wanted.append(Mutation("updating_time_frame", world.now, before, after))
    return wanted


def update_siblings(world: World, siblings: Iterable[Code], params: Params) -> None:
    """Change the names and times of codes that share a key; their PIN cannot be changed this way."""
    kept = Params({key: value for key, value in params.values.items() if key in {"name", "starts_at", "ends_at"}})
    for code in siblings:
        request_update(world, code, kept)


def note_transfer(world: World, code: Code) -> None:
    """Another workspace took the code over."""
    text = "The management of this access code was transferred to another Seam workspace."
    put_issue(world, code, "warning", "management_transferred", text)
