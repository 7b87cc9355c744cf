"""Records as the API's JSON."""

from typing import Any

from seam_tui.sandbox.clock import iso
from seam_tui.sandbox.device_wire import device_json, unmanaged_device_json
from seam_tui.sandbox.issues_wire import account_issues_json, code_issues_json
from seam_tui.sandbox.records import Account, Attempt, Code, Grant, Json, Mutation, Webview, Workspace
from seam_tui.sandbox.world import World

__all__ = [
    "account_json", "attempt_json", "code_json", "device_json", "grant_json", "unmanaged_code_json",
    "unmanaged_device_json", "webview_json", "workspace_json",
]  # fmt: skip

_MUTATION_TEXT = {
    "creating": "Seam is setting this access code on the device.",
    "deferring_creation": "Seam will set this access code on the device closer to its start time.",
    "deleting": "Seam is removing this access code from the device.",
    "updating_code": "Seam is changing the PIN of this access code on the device.",
    "updating_name": "Seam is changing the name of this access code on the device.",
    "updating_time_frame": "Seam is changing the times of this access code on the device.",
}


def _when(timestamp: float | None) -> str | None:
    return None if timestamp is None else iso(timestamp)


def _span(side: Json) -> Json:
    """Times inside a mutation are kept as numbers like all others."""
    return {key: _when(value) if key in {"starts_at", "ends_at"} else value for key, value in side.items()}


def mutation_json(mutation: Mutation) -> Json:
    """A pending mutation."""
    body: Json = {
        "mutation_code": mutation.kind,
        "created_at": iso(mutation.created_at),
        "message": _MUTATION_TEXT[mutation.kind],
    }
    if mutation.scheduled_at is not None:
        body["scheduled_at"] = iso(mutation.scheduled_at)
    if mutation.before is not None and mutation.after is not None:
        body["from"] = _span(mutation.before)
        body["to"] = _span(mutation.after)
    return body


def _display_status(world: World, code: Code, errors: list[Json]) -> str:
    """Free text, as the real field is: for people, nothing to branch on."""
    if code.pending("deleting"):
        return "Removing"
    if errors:
        return "Needs attention"
    if code.ends_at is not None and code.ends_at <= world.now:
        return "Ended"
    if code.status == "set":
        return "Active"
    return "Upcoming" if code.starts_at is not None and code.starts_at > world.now else "Setting"


def backup_available(world: World, code: Code) -> bool:
    """Whether a backup can be pulled for a code now."""
    device = world.devices[code.device_id]
    if code.pulled_backup_id is not None:
        return True
    return code.time_bound and not code.is_backup and not code.is_offline and device.pool_enabled and bool(device.pool)


def code_json(world: World, code: Code) -> Json:
    """A managed access code."""
    errors, warnings = code_issues_json(world, code)
    disconnected = any(error["error_code"] == "account_disconnected" for error in errors)
    body: Json = {
        "access_code_id": code.access_code_id,
        "device_id": code.device_id,
        "workspace_id": world.workspace.workspace_id,
        "name": code.name,
        "appearance": {"name": code.name},
        "code": code.code,
        "type": "time_bound" if code.time_bound else "ongoing",
        # While Seam cannot reach the account it cannot know what is on its locks.
        "status": "unknown" if disconnected else code.status,
        "display_status": _display_status(world, code, errors),
        "is_managed": True,
        "common_code_key": code.common_code_key,
        "created_at": iso(code.created_at),
        "errors": errors,
        "warnings": warnings,
        "pending_mutations": [mutation_json(mutation) for mutation in code.mutations],
        "is_backup": code.is_backup,
        "is_backup_access_code_available": backup_available(world, code),
        "is_external_modification_allowed": code.external_allowed,
        "is_offline_access_code": code.is_offline,
        "is_one_time_use": code.is_one_time,
        "is_scheduled_on_device": code.scheduled,
        "is_waiting_for_code_assignment": code.code is None,
        "pulled_backup_access_code_id": code.pulled_backup_id,
    }
    if code.time_bound:
        body["starts_at"] = _when(code.starts_at)
        body["ends_at"] = _when(code.ends_at)
    return body


def unmanaged_code_json(world: World, code: Code) -> Json:
    """A code that was not made by this workspace."""
    errors, warnings = code_issues_json(world, code)
    body: Json = {
        "access_code_id": code.access_code_id,
        "device_id": code.device_id,
        "workspace_id": world.workspace.workspace_id,
        "name": code.name,
        "code": code.code,
        "type": "time_bound" if code.time_bound else "ongoing",
        "status": "set" if code.on_lock else "unset",
        "display_status": "Active" if code.on_lock else "Not on the device",
        "is_managed": False,
        "created_at": iso(code.created_at),
        "errors": errors,
        "warnings": warnings,
    }
    if code.time_bound:
        body["starts_at"] = _when(code.starts_at)
        body["ends_at"] = _when(code.ends_at)
    if code.cannot_be_managed:
        body["cannot_be_managed"] = True
    if code.cannot_delete:
        body["cannot_delete_unmanaged_access_code"] = True
    return body


def account_json(account: Account) -> Json:
    """A connected account."""
    from seam_tui.sandbox.makers import MAKERS

    maker = MAKERS[account.maker]
    errors, warnings = account_issues_json(account)
    return {
        "connected_account_id": account.account_id,
        "account_type": maker.account_type,
        "account_type_display_name": maker.name,
        "display_name": account.display_name,
        "user_identifier": {"email": account.email},
        "automatically_manage_new_devices": True,
        "accepted_capabilities": ["lock"],
        "custom_metadata": {},
        "created_at": iso(account.created_at),
        "errors": errors,
        "warnings": warnings,
    }


def attempt_json(world: World, attempt: Attempt) -> Json:
    """An action attempt."""
    result: Any = attempt.result
    if attempt.status == "success" and attempt.action_type in {"CREATE_ACCESS_CODE", "UPDATE_ACCESS_CODE"}:
        code = world.codes.get(attempt.code_id or "")
        result = {"access_code": code_json(world, code) if code is not None and code.managed else None}
    return {
        "action_attempt_id": attempt.attempt_id,
        "action_type": attempt.action_type,
        "status": attempt.status,
        "result": result if attempt.status == "success" else None,
        "error": attempt.error,
    }


def grant_json(world: World, grant: Grant) -> Json:
    """An access grant."""
    return {
        "access_grant_id": grant.grant_id,
        "access_grant_key": None,
        "workspace_id": world.workspace.workspace_id,
        "user_identity_id": grant.identity_id,
        "name": grant.name,
        "display_name": grant.name,
        "display_status": "Active" if grant.starts_at <= world.now < grant.ends_at else "Upcoming",
        "access_method_ids": grant.method_ids,
        "requested_access_methods": [
            {
                "created_access_method_ids": grant.method_ids,
                "created_at": iso(grant.created_at),
                "display_name": "PIN code",
                "mode": "code",
            }
        ],
        "location_ids": [],
        "space_ids": [],
        "reservation_key": None,
        "customization_profile_id": None,
        "client_session_token": None,
        "instant_key_url": None,
        "starts_at": iso(grant.starts_at),
        "ends_at": iso(grant.ends_at),
        "created_at": iso(grant.created_at),
        "errors": [],
        "warnings": [],
        "pending_mutations": [],
    }


def webview_json(world: World, webview: Webview, base_url: str) -> Json:
    """A Connect Webview."""
    authorized = webview.authorized_at is not None
    return {
        "connect_webview_id": webview.webview_id,
        "workspace_id": world.workspace.workspace_id,
        "url": f"{base_url}/connect_webviews/view?connect_webview_id={webview.webview_id}&auth_token={webview.token}",
        "status": "authorized" if authorized else "pending",
        "login_successful": authorized,
        "created_at": iso(webview.created_at),
        "authorized_at": _when(webview.authorized_at),
        "connected_account_id": webview.account_id,
        "accepted_providers": webview.providers,
        "accepted_capabilities": webview.options.get("accepted_capabilities") or ["lock"],
        "accepted_devices": [],
        "any_device_allowed": True,
        "any_provider_allowed": not webview.providers,
        "selected_provider": webview.providers[0] if authorized and webview.providers else None,
        "device_selection_mode": "none",
        "automatically_manage_new_devices": webview.options.get("automatically_manage_new_devices") is not False,
        "wait_for_device_creation": webview.options.get("wait_for_device_creation") is True,
        "custom_metadata": webview.options.get("custom_metadata") or {},
        "custom_redirect_url": webview.options.get("custom_redirect_url"),
        "custom_redirect_failure_url": webview.options.get("custom_redirect_failure_url"),
        "customer_key": webview.options.get("customer_key"),
    }


def workspace_json(workspace: Workspace) -> Json:
    """A workspace; every one of the sandbox says so."""
    return {
        "workspace_id": workspace.workspace_id,
        "name": workspace.name,
        "company_name": workspace.company_name,
        "connect_partner_name": workspace.company_name,
        "organization_id": workspace.organization_id,
        "is_sandbox": True,
        "is_suspended": False,
        "is_publishable_key_auth_enabled": False,
        "connect_webview_customization": {},
    }
