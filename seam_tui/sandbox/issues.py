"""Putting issues on records and taking them off again."""

from collections.abc import Iterable
from typing import Any

from seam_tui.sandbox.issues_wire import account_issues_json, device_issues_json, issue_json
from seam_tui.sandbox.records import Account, Code, Device, Issue, IssueKind, Json
from seam_tui.sandbox.world import World


def code_fields(world: World, code: Code) -> Json:
    """The fields that every event about a code has."""
    return {
        "access_code_id": code.access_code_id,
        "device_id": code.device_id,
        "connected_account_id": world.devices[code.device_id].account_id,
    }


def device_fields(device: Device) -> Json:
    """The fields that every event about a lock has."""
    return {"device_id": device.device_id, "connected_account_id": device.account_id}


def circumstances(world: World, device: Device, code: Code | None = None) -> Json:
    """All issues around a lock (and a code) at this moment, as events about trouble carry them."""
    account_errors, account_warnings = account_issues_json(world.account_of(device))
    device_errors, device_warnings = device_issues_json(world, device)
    fields: Json = {
        "connected_account_errors": account_errors,
        "connected_account_warnings": account_warnings,
        "device_errors": device_errors,
        "device_warnings": device_warnings,
    }
    if code is not None:
        fields["access_code_errors"] = [issue_json(issue) for issue in code.issues if issue.kind == "error"]
        fields["access_code_warnings"] = [issue_json(issue) for issue in code.issues if issue.kind == "warning"]
    return fields


def has_issue(record: Code | Device | Account, *codes: str) -> bool:
    """Whether a record has one of these issues of its own."""
    return any(issue.code in codes for issue in record.issues)


def put_issue(
    world: World, record: Code | Device | Account, kind: IssueKind, code: str, message: str, **extra: Any
) -> bool:
    """Put an issue on a record, once. Says whether it is new."""
    if any(issue.code == code and issue.kind == kind for issue in record.issues):
        return False
    issue: Issue = world.new_issue(kind, code, message, **extra)
    record.issues = [*record.issues, issue]
    return True


def clear_issues(record: Code | Device | Account, codes: Iterable[str]) -> bool:
    """Take issues off a record. Says whether there was one."""
    gone = frozenset(codes)
    kept = [issue for issue in record.issues if issue.code not in gone]
    cleared = len(kept) < len(record.issues)
    if cleared:
        record.issues = kept
    return cleared


def code_event(world: World, code: Code, event_type: str, /, **fields: Any) -> None:
    """Write an event about a code."""
    world.emit(f"access_code.{event_type}", code_fields(world, code) | fields)


def trouble_event(world: World, code: Code, event_type: str) -> None:
    """Write an event about a code in trouble, with everything that was wrong at the time."""
    device = world.devices[code.device_id]
    world.emit(f"access_code.{event_type}", code_fields(world, code) | circumstances(world, device, code))
