"""All codes of one lock, as Seam lists them now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from seam_tui.domain.access_code import AccessCode

if TYPE_CHECKING:
    # Importing the client imports the SDK, which takes half a second: not before the first frame.
    from seam_tui.seam_api.client import SeamClient


async def codes_on_lock(client: SeamClient, device_id: str) -> AsyncIterator[AccessCode]:
    """The managed codes of a lock, then the unmanaged ones.

    Args:
        client: Lists them.
        device_id: The lock.

    Raises:
        SeamFailure: The rest cannot be listed.
    """
    for listing in (client.list_access_codes, client.list_unmanaged_access_codes):
        async for page in listing(device_id):
            for code in page:
                yield code
