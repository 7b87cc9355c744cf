"""Going on from a picture that was kept on disk: what the watcher's index has to know of it, and whose it is."""

from __future__ import annotations

from typing import Final

from seam_tui.domain.account import Workspace
from seam_tui.domain.clock import Clock
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.event_log import EventMark, LostTrack
from seam_tui.sync.events import Emit
from seam_tui.sync.index import Index
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.reads import SeamReads
from seam_tui.sync.waiting import within
from seam_tui.workspace.picture import Picture

_NOT_READ: Final = SeamFailure("It was not read before the app was left.", "It is read soon.")


def mark_of(picture: Picture, pace: WatchPace) -> EventMark | None:
    """Where to go on from a picture; None when everything has to be loaded behind it.

    A picture is verified by the rolling re-read: without one it would be believed for ever.
    """
    if picture.last_event_at is None or pace.requests_per_minute <= 0:
        return None
    return EventMark(picture.last_event_at, picture.last_event_id)


def teach(index: Index, picture: Picture) -> None:
    """Let an index that knows nothing learn what a picture shows."""
    index.hear(events.AccountsRead(picture.accounts))
    index.hear(events.DevicesRead(picture.devices))
    index.hear(events.CodesRead(None, picture.codes))
    for device in picture.devices:
        if device.device_id not in picture.read_device_ids:
            index.hear(events.DeviceFailed(device.device_id, _NOT_READ, 1, None))
    # What is stirred up by something that changes: here nothing did.
    index.take_stirred()
    index.take_backups()


class OwnWorkspace:
    """Sees to it that a picture is of the workspace that the credentials open: one request, made until it is answered.

    Args:
        client: Where to read.
        emit: Takes the workspace.
        clock: Time, for patience.
        pace: For its patience.
        shown: The workspace of the picture.
    """

    def __init__(self, client: SeamReads, emit: Emit, clock: Clock, pace: WatchPace, shown: Workspace) -> None:
        self._client = client
        self._emit = emit
        self._clock = clock
        self._pace = pace
        self._shown_id = shown.workspace_id

    async def confirm(self) -> None:
        """Read the workspace.

        Raises:
            LostTrack: It is another one; who takes the workspace must show nothing of the picture any more.
            SeamFailure: It could not be read.
        """
        workspace = await within(self._clock, self._pace.patience, self._client.get_workspace())
        self._emit(events.WorkspaceRead(workspace))
        if workspace.workspace_id != self._shown_id:
            raise LostTrack("The last run showed another workspace.")
