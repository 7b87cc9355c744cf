"""The picture of a workspace at one moment, to be kept on disk: shown at once by the next start, then caught up.

A picture that was read has no PINs (`without_pins`). The store knows which of its codes come from a picture and were
not read since (`kept_ids`), and of which of them a PIN is to come (`awaited_pin_ids`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.workspace.store import WorkspaceStore


@dataclass(frozen=True, slots=True)
class Picture:
    """All records of a workspace, as they were known at one moment."""

    as_of: datetime
    """When Seam last confirmed that it is up to date: the end of a load or of a poll."""
    verified_at: datetime
    """When all of it had been read at least once by this process or an earlier one, what no event tells included."""
    last_event_at: datetime | None
    """The time of the last event that it takes into account, by Seam's clock; None when none was asked for."""
    last_event_id: str | None
    """That event's id, where it is known."""
    workspace: Workspace
    accounts: tuple[ConnectedAccount, ...]
    devices: tuple[Device, ...]
    read_device_ids: frozenset[str]
    """Devices of which all codes were read."""
    codes: tuple[AccessCode, ...]
    awaited_pin_ids: frozenset[str]
    """Codes of which Seam shows a PIN that the picture does not hold."""


def take_picture(
    store: WorkspaceStore,
    as_of: datetime,
    last_event_at: datetime | None = None,
    last_event_id: str | None = None,
    *,
    verified_at: datetime | None = None,
) -> Picture | None:
    """The store as it is now; None before the workspace was read. Call it on the thread that owns the store.

    It copies references only, some milliseconds for 100,000 codes; the records are frozen, so that another thread can
    write them.

    Args:
        store: What is shown.
        as_of: When Seam last confirmed it.
        last_event_at: How far events were followed.
        last_event_id: That event.
        verified_at: When all of it was last read; `as_of` when None.
    """
    if store.workspace is None:
        return None
    return Picture(
        as_of=as_of,
        verified_at=verified_at or as_of,
        last_event_at=last_event_at,
        last_event_id=last_event_id,
        workspace=store.workspace,
        accounts=tuple(store.accounts.values()),
        devices=tuple(store.devices.values()),
        read_device_ids=frozenset(filter(store.is_device_read, store.devices)),
        codes=tuple(store.codes.values()),
        awaited_pin_ids=frozenset(store.awaited_pin_ids),
    )


def restore_picture(store: WorkspaceStore, picture: Picture) -> None:
    """Fill an empty store with a picture that was read from disk.

    Raises:
        ValueError: The store holds something already, which the picture must not replace.
    """
    if store.devices or store.codes:
        raise ValueError("a picture goes into an empty store")
    store.apply_workspace(picture.workspace)
    store.apply_accounts(picture.accounts)
    store.apply_devices(picture.devices)
    store.fill_from_picture(picture.codes, picture.read_device_ids, picture.awaited_pin_ids)
