"""Reading all codes of one device, managed and unmanaged, for the loader and the re-reader alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from seam_tui.domain.access_code import AccessCode
from seam_tui.sync.events import CodesRead, DeviceCodesComplete, Emit
from seam_tui.sync.reads import SeamReads


@dataclass(slots=True)
class DeviceRead:
    """How far the reading of one device's codes has come: a retry goes on where the last try failed."""

    device_id: str
    code_ids: set[str] = field(default_factory=set)
    """Codes seen so far."""
    managed_done: bool = False
    attempt: int = 1
    """1 for the first try."""


async def read_codes(client: SeamReads, read: DeviceRead, emit: Emit) -> None:
    """Read what is left of a device's codes and report each page, then that the device is complete.

    Managed codes come first and stay reported if the unmanaged ones cannot be read.

    Raises:
        SeamFailure: A page could not be read; `read` holds what was done before.
    """
    if not read.managed_done:
        async for page in client.list_access_codes(read.device_id):
            _report(page, read, emit)
        read.managed_done = True
    async for page in client.list_unmanaged_access_codes(read.device_id):
        _report(page, read, emit)
    emit(DeviceCodesComplete(read.device_id, frozenset(read.code_ids)))


def _report(page: tuple[AccessCode, ...], read: DeviceRead, emit: Emit) -> None:
    if page:
        read.code_ids.update(code.access_code_id for code in page)
        emit(CodesRead(read.device_id, page))
