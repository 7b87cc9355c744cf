"""Finding one code again when its kind may have changed meanwhile."""

from __future__ import annotations

from seam_tui.domain.access_code import AccessCode
from seam_tui.seam_api.errors import Gone
from seam_tui.sync.reads import SeamReads


async def find_code(
    client: SeamReads, access_code_id: str, *, is_managed: bool, either_kind: bool = True
) -> AccessCode | None:
    """Read a code as what it is expected to be, else as the other kind: conversions finish later, codes lapse.

    Args:
        client: Where to read.
        access_code_id: The code.
        is_managed: As what it is expected to be found.
        either_kind: Whether to look for the other kind too; False where something else says that it is gone.

    Returns:
        The code; None when Seam says of each kind that was asked for that it is gone.

    Raises:
        SeamFailure: It could not be asked for.
    """
    reads = [client.get_access_code, client.get_unmanaged_access_code]
    if not is_managed:
        reads.reverse()
    for read in reads if either_kind else reads[:1]:
        try:
            return await read(access_code_id)
        except Gone:
            continue
    return None
