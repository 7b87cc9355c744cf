"""The reads that keeping the picture true needs: all that `sync` knows of the client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.account import ConnectedAccount, Workspace
from seam_tui.domain.crash_log import log_words, write_crash_log
from seam_tui.domain.device import Device
from seam_tui.domain.event import Event
from seam_tui.domain.scrub import class_name
from seam_tui.seam_api.errors import BadAnswer, SeamFailure

PAGE_SIZE: Final = 500
"""Records per page: more would stall the loop that decodes them (DESIGN, measured facts)."""


class SeamReads(Protocol):
    """The reads of `SeamClient` that keeping the picture true needs. All failures are `SeamFailure`."""

    @property
    def refusals(self) -> int:
        """How many reads were answered with a 429 so far, those that were then asked again as well."""

    @property
    def server_time(self) -> datetime | None:
        """Seam's own time at its last answer, to the second; None where it never told it."""

    async def get_workspace(self) -> Workspace:
        """The workspace that the credentials open."""

    def list_connected_accounts(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[ConnectedAccount, ...]]:
        """Every connected account, in pages."""

    def list_devices(self, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[Device, ...]]:
        """Every device, in pages."""

    def list_access_codes(self, device_id: str, page_size: int = PAGE_SIZE) -> AsyncIterator[tuple[AccessCode, ...]]:
        """A device's managed codes, in pages."""

    def list_unmanaged_access_codes(
        self, device_id: str, page_size: int = PAGE_SIZE
    ) -> AsyncIterator[tuple[AccessCode, ...]]:
        """A device's unmanaged codes, in pages."""

    async def get_access_code(self, access_code_id: str) -> AccessCode:
        """One managed code; raises `Gone`."""

    async def get_unmanaged_access_code(self, access_code_id: str) -> AccessCode:
        """One unmanaged code; raises `Gone`."""

    async def get_device(self, device_id: str) -> Device:
        """One device; raises `Gone`."""

    async def get_connected_account(self, connected_account_id: str) -> ConnectedAccount:
        """One connected account; raises `Gone`."""

    async def list_access_codes_by_ids(self, access_code_ids: Sequence[str]) -> tuple[AccessCode, ...]:
        """Those of some managed codes that Seam lists."""

    async def list_devices_by_ids(self, device_ids: Sequence[str]) -> tuple[Device, ...]:
        """Those of some devices that Seam lists."""

    async def list_events(self, since: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened since a moment, at most so many events."""

    async def list_events_between(self, after: datetime, before: datetime, limit: int = PAGE_SIZE) -> tuple[Event, ...]:
        """What has happened between two moments, at most so many events."""


def unexpected(error: BaseException) -> SeamFailure:
    """A failure that stands for a fault of our own, with a log. Names its type only: its text may quote a record."""
    log = write_crash_log(error, where="reading from Seam")
    return SeamFailure(
        f"Reading from Seam stopped at an unexpected {class_name(type(error))}.",
        f"Reload; if it comes back, report it. {log_words(log)}",
    )


def worth_retrying(failure: SeamFailure) -> bool:
    """Whether asking the same again soon may help. A path that the server does not have stays missing."""
    return failure.retryable and not (isinstance(failure, BadAnswer) and failure.status == 404)
