"""Keeps the picture of the workspace on disk for the next start, and gives back the one of the last.

Reading and writing have threads of their own: 100,000 codes take half a second to read and put in order, and one to
write; with pauses, three.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from textual.message import Message

from seam_tui.domain.clock import SystemClock
from seam_tui.domain.collecting import uncollected
from seam_tui.sync.event_log import EventMark
from seam_tui.sync.events import LoadFinished, PollSucceeded, RoundFinished, SyncEvent
from seam_tui.tui.board import Board
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import PictureRead, PictureTrouble
from seam_tui.workspace.picture import Picture, restore_picture, take_picture
from seam_tui.workspace.store import WorkspaceStore

WRITE_EVERY: Final = 300.0
"""Least seconds between two pictures that are written while the app runs."""
LAST_WITHIN: Final = 10.0
"""Seconds that writing the last one may take, after the terminal is back."""
_BREATH: Final = 0.002
"""Seconds of rest at each pause of the writing: the screen must not wait."""


class _GivenUpError(Exception):
    """A picture is not finished: the time is up, or a newer one takes its place."""


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """How far all that the screen has taken follows the events."""

    at: datetime
    mark: EventMark


class Keeper:
    """The pictures of one session. Called on the app's thread, but for `recall`.

    Args:
        launch: Says where pictures are kept, if at all, and whose they are.
        post: Posts a message to the screen; safe from any thread.
    """

    def __init__(self, launch: Launch, post: Callable[[Message], object]) -> None:
        self._launch = launch
        self._post = post
        self._confirmed: _Confirmed | None = None
        self._verified_at: datetime | None = None
        self._has_changed = False
        self._written_at: float | None = None
        self._written_as_of: datetime | None = None
        self._writer: threading.Thread | None = None
        self._give_up = threading.Event()

    # At the start

    def recall(self) -> Picture | None:
        """Read the picture of the last run and post it, ready to be shown. Blocks; call it off every event loop.

        Returns:
            What was shown; None if there is no picture, or none that can be used.
        """
        path = self._path()
        if path is None:
            return None
        from seam_tui.workspace.picture_file import expire_pictures

        with uncollected():  # all of it is to stay
            found = self._read_down(path)
        expire_pictures(path.parent, SystemClock().now())  # files have their times from that clock
        return found

    def _read_down(self, path: Path) -> Picture | None:
        from seam_tui.workspace.picture_file import Unusable, read_picture

        now = self._launch.clock.now()
        found = read_picture(path, now)
        if isinstance(found, Unusable):
            self._post(PictureTrouble(f"{found.reason} Everything is read anew."))
            return None
        if found is not None:
            store = WorkspaceStore()
            restore_picture(store, found)
            self._verified_at = found.verified_at
            self._written_at, self._written_as_of = self._launch.clock.monotonic(), found.as_of
            board = Board(now, store)
            board.device_rows()  # puts them into their order here, not on the screen's loop
            self._post(PictureRead(board, found.as_of))
        return found

    # While the app runs

    def hear(self, event: SyncEvent, store: WorkspaceStore) -> None:
        """Take an event into account that the store has taken; now and then a picture is written.

        Args:
            event: What was reported.
            store: What is shown.
        """
        match event:
            case LoadFinished(failed_device_ids=()) | RoundFinished(full=True):
                self._verified_at = self._launch.clock.now()
                self._has_changed = True
            case PollSucceeded(at=at, mark=EventMark() as mark):
                self._confirmed = _Confirmed(at, mark)
                if self._has_changed and self._is_due:
                    self._write(store, self._still_wanted, daemon=True)
            case _:
                pass

    def note_change(self) -> None:
        """What is shown has changed."""
        self._has_changed = True

    @property
    def _is_due(self) -> bool:
        if self._writer is not None and self._writer.is_alive():
            return False
        return self._written_at is None or self._launch.clock.monotonic() - self._written_at >= WRITE_EVERY

    @property
    def _is_old(self) -> bool:
        """Whether what is on disk says less of its age than is known."""
        if self._confirmed is None or self._written_as_of is None:
            return True
        return (self._confirmed.at - self._written_as_of).total_seconds() >= WRITE_EVERY

    # At the end

    def close(self, store: WorkspaceStore) -> None:
        """Write the last picture, if there is anything new to keep. The process waits for it a while, nothing else."""
        self._give_up.set()
        earlier, until = self._writer, time.monotonic() + LAST_WITHIN
        is_cut_off = earlier is not None and earlier.is_alive()
        if not (self._has_changed or is_cut_off or self._is_old):
            return

        def in_time() -> None:
            if time.monotonic() > until:
                raise _GivenUpError

        self._write(store, in_time, daemon=False, after=earlier)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is being written."""
        if self._writer is not None:
            self._writer.join(timeout)

    # Below: writing

    def _still_wanted(self) -> None:
        time.sleep(_BREATH)
        if self._give_up.is_set():
            raise _GivenUpError

    def _write(
        self,
        store: WorkspaceStore,
        pause: Callable[[], None],
        *,
        daemon: bool,
        after: threading.Thread | None = None,
    ) -> None:
        confirmed = self._confirmed
        path = self._path()
        if confirmed is None or path is None:
            return
        mark = confirmed.mark
        picture = take_picture(store, confirmed.at, mark.at, mark.event_id, verified_at=self._verified_at)
        if picture is None:
            return
        self._has_changed = False
        self._written_at, self._written_as_of = self._launch.clock.monotonic(), confirmed.at
        told = [picture]
        # The last reference goes with the thread: a picture is a second list of the whole world.
        del picture

        def work() -> None:
            if after is not None:
                after.join()
            self._write_down(path, told.pop(), pause)

        self._writer = threading.Thread(target=work, name="picture", daemon=daemon)
        self._writer.start()

    def _write_down(self, path: Path, picture: Picture, pause: Callable[[], None]) -> None:
        from seam_tui.workspace.picture_file import PictureError, write_picture

        try:
            write_picture(path, picture, pause=pause)
        except PictureError as error:
            if not self._give_up.is_set():  # nobody is there to be told otherwise
                self._post(PictureTrouble(str(error)))
        except _GivenUpError:
            pass

    def _path(self) -> Path | None:
        folder, connection = self._launch.cache_folder, self._launch.connection
        if folder is None or connection is None:
            return None
        from seam_tui.workspace.picture_file import picture_path

        credential = connection.api_key or connection.personal_access_token or ""
        return picture_path(folder(), connection.endpoint, credential, connection.workspace_id)
