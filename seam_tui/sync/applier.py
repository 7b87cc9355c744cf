"""From an event to the picture: the one place that knows which event changes the store how."""

from __future__ import annotations

from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.workspace.changes import NOTHING, ChangeSet
from seam_tui.workspace.store import Unread, WorkspaceStore


def apply_event(store: WorkspaceStore, event: events.SyncEvent) -> ChangeSet:
    """Bring the store up to date with one event. Call it on the thread that owns the store.

    Events that only tell about progress change nothing.
    """
    match event:
        case events.CodesRead(codes=codes):
            return store.apply_codes(codes)
        case events.DeviceCodesComplete(device_id=device_id, code_ids=code_ids):
            return store.finish_device(device_id, code_ids)
        case events.CodeGone(access_code_id=access_code_id):
            return store.remove_code(access_code_id)
        case events.DeviceFailed(device_id=device_id, failure=failure):
            return store.mark_unread(_unread(device_id, failure))
        case events.DevicesRead(devices=devices):
            return store.apply_devices(devices)
        case events.DevicesComplete(device_ids=device_ids):
            return store.finish_devices(device_ids)
        case events.DeviceGone(device_id=device_id):
            return store.remove_device(device_id)
        case events.WorkspaceRead(workspace=workspace):
            return store.apply_workspace(workspace)
        case events.AccountsRead(accounts=accounts):
            return store.apply_accounts(accounts)
        case events.AccountsComplete(account_ids=account_ids):
            return store.finish_accounts(account_ids)
        case events.AccountsFailed(failure=failure, connected_account_id=None):
            return store.mark_unread(_unread(None, failure))
        case _:
            return NOTHING


def _unread(device_id: str | None, failure: SeamFailure) -> Unread:
    return Unread(device_id, f"{failure.what} {failure.remedy}", failure.request_id)
