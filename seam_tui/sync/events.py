"""What the loader, the re-reader and the watcher report: frozen, small, safe to hand from one thread to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.device import Device
from seam_tui.seam_api.errors import SeamFailure

if TYPE_CHECKING:
    from seam_tui.sync.event_log import EventMark


@dataclass(frozen=True, slots=True)
class WorkspaceRead:
    """The workspace was read: the credentials work."""

    workspace: Workspace


@dataclass(frozen=True, slots=True)
class AccountsRead:
    """A page of connected accounts, or one that was read again."""

    accounts: tuple[ConnectedAccount, ...]


@dataclass(frozen=True, slots=True)
class AccountsComplete:
    """Every connected account was listed; others are gone."""

    account_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class AccountsFailed:
    """The accounts, or one of them, could not be read; the rest goes on."""

    failure: SeamFailure
    connected_account_id: str | None = None
    """None when the whole list failed."""


@dataclass(frozen=True, slots=True)
class DevicesRead:
    """A page of devices that take access codes, or one that was read again."""

    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class DevicesComplete:
    """Every device was listed; others are gone."""

    device_ids: frozenset[str]

    @property
    def count(self) -> int:
        """How many devices take access codes."""
        return len(self.device_ids)


@dataclass(frozen=True, slots=True)
class DeviceGone:
    """A device that was read again is not there any more."""

    device_id: str


@dataclass(frozen=True, slots=True)
class CodesRead:
    """Codes: a page of one device's, or some that were read again."""

    device_id: str | None
    """None when they may stand on several devices."""
    codes: tuple[AccessCode, ...]


@dataclass(frozen=True, slots=True)
class DeviceCodesComplete:
    """All codes of a device were listed, managed and unmanaged; others are gone."""

    device_id: str
    code_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    """A device's codes could not be read, or only some of them."""

    device_id: str
    failure: SeamFailure
    attempt: int
    """1 for the first try."""
    retry_in_seconds: float | None
    """None when it is not tried again by itself."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load has come. A later one replaces an earlier one."""

    codes: int
    devices_done: int
    devices_total: int
    """Devices known so far; grows while they are listed."""


@dataclass(frozen=True, slots=True)
class LoadFinished:
    """A load went through; some devices may have failed."""

    failed_device_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadFailed:
    """A load stopped. What was read before stays."""

    failure: SeamFailure


@dataclass(frozen=True, slots=True)
class CodeGone:
    """A code that was read again is not there any more; after a removal this is success."""

    access_code_id: str


@dataclass(frozen=True, slots=True)
class CodeSettled:
    """A watched code has come to rest: nothing is pending, or it is gone."""

    access_code_id: str
    code: AccessCode | None = field(default=None, compare=False)
    """As it was read; None when it is gone."""


@dataclass(frozen=True, slots=True)
class RereadFailed:
    """A code could not be read again. A watched one is tried again later; None stands for the re-reader itself."""

    access_code_id: str | None
    failure: SeamFailure


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """A watched code has not settled: "still removing after 10 min"."""

    access_code_id: str
    minutes: int
    reason: str
    """What was asked for, as it ends "still …"."""
    gave_up: bool = False
    """Whether it is not watched any longer."""


@dataclass(frozen=True, slots=True)
class PollSucceeded:
    """What has happened is known and read: the picture is fresh."""

    at: datetime
    """When, in UTC."""
    next_in: float
    """Seconds until the next look."""
    events: int = 0
    """How many new events there were."""
    codes: int = 0
    """How many codes were read again for them, or found gone."""
    devices: int = 0
    """How many devices were read again for them, or found gone."""
    mark: EventMark | None = None
    """How far events are followed by all that was reported before: what to keep with a picture of this moment."""


@dataclass(frozen=True, slots=True)
class Stale:
    """What happens is not known at the moment; what was read before stays. It is asked again by itself."""

    failure: SeamFailure
    since: datetime | None
    """When the picture was fresh last, in UTC; None when it never was."""
    next_in: float
    """Seconds until the next try."""


@dataclass(frozen=True, slots=True)
class ReloadStarted:
    """Everything is read again without having been asked for."""

    reason: str
    """Why, as a sentence."""


@dataclass(frozen=True, slots=True)
class RoundFinished:
    """The rolling re-read has been all around the workspace."""

    full: bool
    """Whether each device's codes were listed anew; otherwise devices, accounts and known managed codes were read."""


SyncEvent: TypeAlias = (
    WorkspaceRead
    | AccountsRead
    | AccountsComplete
    | AccountsFailed
    | DevicesRead
    | DevicesComplete
    | DeviceGone
    | CodesRead
    | DeviceCodesComplete
    | DeviceFailed
    | Progress
    | LoadFinished
    | LoadFailed
    | CodeGone
    | CodeSettled
    | RereadFailed
    | StillWaiting
    | PollSucceeded
    | Stale
    | ReloadStarted
    | RoundFinished
)
"""Everything that `sync` reports."""

Emit: TypeAlias = Callable[[SyncEvent], None]
"""Takes one event at once, without waiting. Called on the client's loop; a screen passes one that posts a message."""
