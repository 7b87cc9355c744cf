"""The endpoints for managed access codes."""

from seam_tui.sandbox.backups import enable_pool, pull_backup
from seam_tui.sandbox.code_rules import conflicting_code, generate_pin
from seam_tui.sandbox.endpoints import CREATE, DELETE, PUT, READ, UPDATE, UPDATE_OR_PUT, Call, Endpoint
from seam_tui.sandbox.errors import ApiError, code_not_found, invalid_form, invalid_input
from seam_tui.sandbox.issues import code_event
from seam_tui.sandbox.lifecycle import ask_removal, plan_creation
from seam_tui.sandbox.makers import MAKERS
from seam_tui.sandbox.paging import page
from seam_tui.sandbox.records import Code, Device, Json
from seam_tui.sandbox.updates import checked_pin, checked_span, request_update, update_siblings
from seam_tui.sandbox.wire import attempt_json, code_json
from seam_tui.sandbox.world import World

LIST_FILTERS = (
    "access_code_ids", "access_grant_id", "access_grant_key", "access_method_id", "customer_key", "device_id", "search",
    "user_identifier_key",
)  # fmt: skip
DEFAULT_LIMIT = 55_000


def matches(code: Code, needle: str) -> bool:
    """Whether a search text stands in a code's name, PIN or id."""
    return needle in (code.name or "").lower() or needle in (code.code or "") or needle in code.access_code_id


def find_by_pin(world: World, device_id: str, pin: str, *, managed: bool) -> Code:
    """The code of a lock that has this PIN."""
    for code in world.codes_on.get(device_id, {}).values():
        if code.code == pin and code.managed == managed:
            return code
    raise code_not_found()


def _listed(call: Call) -> list[Code]:
    world, params = call.world, call.params
    device_id, ids = params.uuid("device_id"), params.uuids("access_code_ids")
    if ids is not None:
        codes = [world.codes[code_id] for code_id in ids if code_id in world.codes]
        codes = [code for code in codes if device_id in {None, code.device_id}]
    elif device_id is not None:
        call.device(managed=None)
        codes = list(world.codes_on[device_id].values())
    else:
        codes = list(world.codes.values())
    grant_id, method_id = params.uuid("access_grant_id"), params.uuid("access_method_id")
    if grant_id is not None or method_id is not None:
        owned = {
            code_id
            for grant in world.grants.values()
            if grant_id == grant.grant_id or method_id in grant.method_ids
            for code_id in grant.code_ids
        }
        codes = [code for code in codes if code.access_code_id in owned]
    if any(params.has(key) for key in ("access_grant_key", "customer_key", "user_identifier_key")):
        codes = []
    if params.has("search"):
        needle = (params.text("search") or "").lower()
        codes = [code for code in codes if matches(code, needle)]
    # Spare backup codes are not for anybody yet, so no list shows them.
    return [code for code in codes if code.managed and not (code.is_backup and code.ends_at is None)]


def list_codes(call: Call) -> Json:
    """`/access_codes/list`."""
    if not any(name in call.params.values for name in LIST_FILTERS):
        raise invalid_form("At least one of " + ", ".join(f"'{name}'" for name in LIST_FILTERS) + " is required")
    codes, pagination = page(_listed(call), call.params, DEFAULT_LIMIT, call.url)
    return {"access_codes": [code_json(call.world, code) for code in codes], "pagination": pagination}


def get_code(call: Call) -> Json:
    """`/access_codes/get`: by id, or by lock and PIN."""
    if call.params.has("access_code_id"):
        return {"access_code": code_json(call.world, call.code())}
    call.params.require_one_of("access_code_id", "device_id")
    device = call.device()
    pin = call.params.text("code", required=True) or ""
    return {"access_code": code_json(call.world, find_by_pin(call.world, device.device_id, pin, managed=True))}


def _new_code(call: Call, device: Device, pin: str | None) -> Code:
    """Check a create request for one lock and make the record. Nothing is kept yet."""
    world, params = call.world, call.params
    maker = MAKERS[device.maker]
    starts_at, ends_at = checked_span(world, params)
    offline = params.flag("is_offline_access_code") or params.flag("use_offline_access_code") or False
    if offline and not maker.offline:
        raise ApiError(400, "offline_access_codes_not_supported", "This device does not support offline access codes")
    if offline and pin is not None:
        raise invalid_input("code", "Cannot be chosen", "The PIN of an offline access code cannot be chosen")
    if offline and ends_at is None:
        raise invalid_input("ends_at", "Required", "An offline access code needs starts_at and ends_at")
    maker_chooses = any(rule["constraint_type"] == "cannot_specify_pin_code" for rule in device.constraints)
    if pin is not None and maker_chooses:
        raise invalid_input("code", "Cannot be chosen", "This device does not let you choose the PIN")
    if pin is None:
        pin = generate_pin(world, device, params.count("preferred_code_length"))
    elif world.refuse_duplicates and conflicting_code(world, device.device_id, pin, (starts_at, ends_at)):
        raise ApiError(409, "duplicate_access_code", "An access code with the same PIN already exists on this device")
    external = params.flag("is_external_modification_allowed") or params.flag("allow_external_modification")
    return Code(
        access_code_id=world.seeds.uuid(),
        device_id=device.device_id,
        name=params.text("name"),
        code=pin,
        created_at=world.now,
        starts_at=starts_at,
        ends_at=ends_at,
        native=maker.native and params.flag("prefer_native_scheduling") is not False,
        is_offline=offline,
        is_one_time=params.flag("is_one_time_use") or False,
        external_allowed=bool(external),
    )


def _keep(call: Call, device: Device, code: Code) -> Code:
    call.world.add_code(code)
    code_event(call.world, code, "created")
    plan_creation(call.world, code)
    if call.params.flag("use_backup_access_code_pool"):
        enable_pool(call.world, device)
    return code


def create(call: Call) -> Json:
    """`/access_codes/create`."""
    device = call.device()
    pin = checked_pin(call.params)
    code = _new_code(call, device, pin)
    call.world.limits.spend("create", device.device_id, call.world.now)
    code.common_code_key = call.params.text("common_code_key")
    _keep(call, device, code)
    attempt = call.world.start_attempt("CREATE_ACCESS_CODE", device_id=device.device_id, code_id=code.access_code_id)
    return {"access_code": code_json(call.world, code), "action_attempt": attempt_json(call.world, attempt)}


def create_multiple(call: Call) -> Json:
    """`/access_codes/create_multiple`: one PIN for several locks, as far as they allow it."""
    ids = call.params.uuids("device_ids")
    if not ids:
        raise invalid_input("device_ids", "Required", "device_ids is required")
    devices = [call.device_by_id(device_id) for device_id in ids]
    pin = checked_pin(call.params)
    shared = pin or generate_pin(call.world, devices[0], call.params.count("preferred_code_length"))
    behaviour = call.params.choice("behavior_when_code_cannot_be_shared", "throw", "create_random_code")
    codes = []
    for device in devices:
        try:
            code = _new_code(call, device, shared)
        except ApiError as refusal:
            # Asked for in so many words: where the shared PIN cannot be, another will do.
            if behaviour != "create_random_code" or (
                refusal.validation_errors and "code" not in refusal.validation_errors
            ):
                raise
            code = _new_code(call, device, None)
        codes.append(code)
    for device in devices:
        call.world.limits.spend("create", device.device_id, call.world.now)
    # A PIN that the caller chose is nobody's common PIN: those are updated one by one.
    key = call.world.seeds.uuid() if pin is None else None
    for device, code in zip(devices, codes, strict=True):
        code.common_code_key = key
        _keep(call, device, code)
    return {"access_codes": [code_json(call.world, code) for code in codes]}


def update(call: Call) -> Json:
    """`/access_codes/update`."""
    code = call.code()
    if code.is_offline:
        raise ApiError(400, "cannot_update_offline_access_code", "Offline access codes cannot be updated")
    attempt = request_update(call.world, code, call.params)
    return {"action_attempt": attempt_json(call.world, attempt)}


def update_multiple(call: Call) -> Json:
    """`/access_codes/update_multiple`: names and times of codes that share a key."""
    key = call.params.text("common_code_key", required=True)
    siblings = [code for code in call.world.codes.values() if code.common_code_key == key]
    if not siblings:
        raise code_not_found()
    update_siblings(call.world, siblings, call.params)
    return {}


def delete(call: Call) -> Json:
    """`/access_codes/delete`."""
    code = call.code()
    if code.is_offline:
        raise ApiError(400, "cannot_delete_offline_access_code", "Offline access codes cannot be deleted")
    call.world.limits.spend("delete", code.device_id, call.world.now)
    attempt = call.world.start_attempt("DELETE_ACCESS_CODE", device_id=code.device_id, code_id=code.access_code_id)
    ask_removal(call.world, code)
    return {"action_attempt": attempt_json(call.world, attempt)}


def pull(call: Call) -> Json:
    """`/access_codes/pull_backup_access_code`."""
    body = code_json(call.world, pull_backup(call.world, call.code()))
    return {"access_code": body, "backup_access_code": body}


def generate(call: Call) -> Json:
    """`/access_codes/generate_code`: a PIN that suits the lock; nothing is created."""
    device = call.device()
    return {"generated_code": {"device_id": device.device_id, "code": generate_pin(call.world, device)}}


def report_constraints(call: Call) -> Json:
    """`/access_codes/report_device_constraints`: the lengths that a SmartThings lock takes."""
    device = call.device()
    if device.maker != "smartthings":
        raise ApiError(400, "device_type_not_supported", "Constraints can only be reported for SmartThings devices")
    lengths = call.params.array("supported_code_lengths")
    if lengths is None:
        low, high = call.params.count("min_code_length"), call.params.count("max_code_length")
        if low is None or high is None or low > high:
            raise invalid_form("Either supported_code_lengths or both min_code_length and max_code_length is required")
        lengths = list(range(low, high + 1))
    if not all(isinstance(length, int) and 4 <= length <= 20 for length in lengths):
        raise invalid_input("supported_code_lengths", "Lengths must be between 4 and 20")
    device.lengths = tuple(lengths)
    return {}


ENDPOINTS = (
    Endpoint("/access_codes/list", READ, list_codes),
    Endpoint("/access_codes/get", READ, get_code),
    Endpoint("/access_codes/create", CREATE, create),
    Endpoint("/access_codes/create_multiple", PUT, create_multiple),
    Endpoint("/access_codes/update", UPDATE_OR_PUT, update),
    Endpoint("/access_codes/update_multiple", UPDATE, update_multiple),
    Endpoint("/access_codes/delete", DELETE, delete),
    Endpoint("/access_codes/pull_backup_access_code", CREATE, pull),
    Endpoint("/access_codes/generate_code", READ, generate),
    Endpoint("/access_codes/report_device_constraints", CREATE, report_constraints),
)
