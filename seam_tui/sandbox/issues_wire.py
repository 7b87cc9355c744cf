"""Errors and warnings as the API shows them: at their own level, and copied down to what they hit.

An error of the lock stands on the lock and, flagged `is_device_error`, on every code of it; an error of the account
also stands on its locks and their codes, flagged `is_connected_account_error`. Warnings are not copied.
"""

from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.records import Account, Code, Device, Issue, Json
from seam_tui.sandbox.world import World

_CODE_FLAGS: Json = {"is_access_code_error": True}
_DEVICE_FLAGS: Json = {"is_device_error": True}
_ACCOUNT_FLAGS: Json = {"is_connected_account_error": True, "is_device_error": False}
_BRIDGE_FLAGS: Json = {"is_bridge_error": True}
# These fields exist on the account's own error only.
_ACCOUNT_ONLY = frozenset({"salto_ks_metadata"})


def issue_json(issue: Issue, flags: Json | None = None) -> Json:
    """One error or warning."""
    body: Json = {f"{issue.kind}_code": issue.code, "message": issue.message, "created_at": iso(issue.created_at)}
    if flags is None:
        return body | issue.extra
    return body | {key: value for key, value in issue.extra.items() if key not in _ACCOUNT_ONLY} | flags


def _copied_from_account(world: World, device: Device) -> list[Json]:
    return [
        issue_json(issue, _BRIDGE_FLAGS if issue.code == "bridge_disconnected" else _ACCOUNT_FLAGS)
        for issue in world.account_issues(device)
        if issue.kind == "error"
    ]


def code_issues_json(world: World, code: Code) -> tuple[list[Json], list[Json]]:
    """The errors and the warnings of a code, with what its lock and account hand down."""
    errors: list[Json] = []
    warnings: list[Json] = []
    for issue in code.issues:
        if issue.kind == "error":
            errors.append(issue_json(issue, _CODE_FLAGS))
        else:
            warnings.append(issue_json(issue))
    # A code that the maker computes needs no connection: nothing of the lock's trouble touches it.
    if not code.is_offline:
        device = world.devices[code.device_id]
        errors += [issue_json(issue, _DEVICE_FLAGS) for issue in device.issues if issue.kind == "error"]
        errors += _copied_from_account(world, device)
    return errors, warnings


def device_issues_json(world: World, device: Device) -> tuple[list[Json], list[Json]]:
    """The errors and the warnings of a lock, with what its account hands down."""
    errors = [issue_json(issue, _DEVICE_FLAGS) for issue in device.issues if issue.kind == "error"]
    errors += _copied_from_account(world, device)
    return errors, [issue_json(issue) for issue in device.issues if issue.kind == "warning"]


def account_issues_json(account: Account) -> tuple[list[Json], list[Json]]:
    """The errors and the warnings of an account itself."""
    errors = []
    for issue in account.issues:
        if issue.kind == "error":
            bridge = issue.code == "bridge_disconnected"
            flags = {"is_connected_account_error": not bridge, "is_bridge_error": bridge}
            errors.append(issue_json(issue) | flags)
    return errors, [issue_json(issue) for issue in account.issues if issue.kind == "warning"]
