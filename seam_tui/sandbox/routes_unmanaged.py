"""The endpoints for unmanaged access codes, and the one that makes them up."""

from seam_tui.sandbox import cures
from seam_tui.sandbox.confirmation import finish_conversion, note_fullness
from seam_tui.sandbox.endpoints import CREATE, DELETE, READ, UPDATE, Call, Endpoint
from seam_tui.sandbox.errors import ApiError, invalid_input
from seam_tui.sandbox.issues import clear_issues, code_event
from seam_tui.sandbox.lifecycle import wait_for_lock
from seam_tui.sandbox.paging import page
from seam_tui.sandbox.records import Code, Json, Mutation
from seam_tui.sandbox.routes_access_codes import find_by_pin, matches
from seam_tui.sandbox.updates import checked_pin
from seam_tui.sandbox.wire import attempt_json, unmanaged_code_json

DEFAULT_LIMIT = 300_000


def list_unmanaged(call: Call) -> Json:
    """`/access_codes/unmanaged/list`."""
    device = call.device(managed=None)
    codes = [code for code in call.world.codes_on[device.device_id].values() if not code.managed]
    if call.params.has("search"):
        needle = (call.params.text("search") or "").lower()
        codes = [code for code in codes if matches(code, needle)]
    if call.params.has("user_identifier_key"):
        codes = []
    shown, pagination = page(codes, call.params, DEFAULT_LIMIT, call.url)
    return {"access_codes": [unmanaged_code_json(call.world, code) for code in shown], "pagination": pagination}


def get_unmanaged(call: Call) -> Json:
    """`/access_codes/unmanaged/get`: by id, or by lock and PIN."""
    if call.params.has("access_code_id"):
        return {"access_code": unmanaged_code_json(call.world, call.code(managed=False))}
    call.params.require_one_of("access_code_id", "device_id")
    device = call.device(managed=None)
    pin = call.params.text("code", required=True) or ""
    code = find_by_pin(call.world, device.device_id, pin, managed=False)
    return {"access_code": unmanaged_code_json(call.world, code)}


def _convert(call: Call) -> Json:
    world = call.world
    code_id = call.params.required_uuid("access_code_id")
    code = world.codes.get(code_id)
    # A code that another workspace took over is still listed here; force takes it back.
    if code is not None and code.managed and clear_issues(code, cures.MANAGED_AGAIN):
        return {}
    code = call.code(managed=False)
    if code.cannot_be_managed:
        raise ApiError(400, "cannot_be_managed", "This access code cannot be converted to a managed access code")
    world.limits.spend("update", code.device_id, world.now)
    external = call.params.flag("is_external_modification_allowed") or call.params.flag("allow_external_modification")
    code.external_allowed = bool(external)
    attempt = world.start_attempt(
        "CONVERT_ACCESS_CODE_TO_MANAGED", device_id=code.device_id, code_id=code.access_code_id
    )
    code.asked_at = world.now
    world.later(world.seeds.latency(), finish_conversion, code.access_code_id)
    return {"action_attempt": attempt_json(world, attempt)}


def convert(call: Call) -> Json:
    """`/access_codes/unmanaged/convert_to_managed`."""
    return _convert(call)


def update_unmanaged(call: Call) -> Json:
    """`/access_codes/unmanaged/update`: the older spelling of convert."""
    if call.params.flag("is_managed") is None:
        raise invalid_input("is_managed", "Required", "is_managed is required")
    if call.params.flag("is_managed") is False:
        call.code(managed=False)
        return {}
    return _convert(call)


def delete_unmanaged(call: Call) -> Json:
    """`/access_codes/unmanaged/delete`."""
    world = call.world
    code = call.code(managed=False)
    if code.cannot_delete:
        raise ApiError(400, "cannot_delete_unmanaged_access_code", "This unmanaged access code cannot be deleted")
    world.limits.spend("delete", code.device_id, world.now)
    attempt = world.start_attempt("DELETE_ACCESS_CODE", device_id=code.device_id, code_id=code.access_code_id)
    code.mutations = [Mutation("deleting", world.now)]
    wait_for_lock(world, code)
    return {"action_attempt": attempt_json(world, attempt)}


def simulate_unmanaged(call: Call) -> Json:
    """`/access_codes/simulate/create_unmanaged_access_code`."""
    world = call.world
    device = call.device(managed=None)
    name = call.params.text("name", required=True)
    call.params.text("code", required=True)
    code = Code(
        access_code_id=world.seeds.uuid(),
        device_id=device.device_id,
        name=name,
        code=checked_pin(call.params),
        created_at=world.now,
        status="set",
        managed=False,
        on_lock=True,
    )
    world.add_code(code)
    code_event(world, code, "unmanaged.created")
    note_fullness(world, device)
    return {"access_code": unmanaged_code_json(world, code)}


ENDPOINTS = (
    Endpoint("/access_codes/unmanaged/list", READ, list_unmanaged),
    Endpoint("/access_codes/unmanaged/get", READ, get_unmanaged),
    Endpoint("/access_codes/unmanaged/update", UPDATE, update_unmanaged),
    Endpoint("/access_codes/unmanaged/convert_to_managed", UPDATE, convert),
    Endpoint("/access_codes/unmanaged/delete", DELETE, delete_unmanaged),
    Endpoint("/access_codes/simulate/create_unmanaged_access_code", CREATE, simulate_unmanaged),
)
