"""The screen's desk for access grants: they are looked up in the Seam thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.clock import Clock
from seam_tui.operations.grants import GrantBook, Grants
from seam_tui.seam_api.thread import SeamThread
from seam_tui.tui.run_desk import NotConnectedError

if TYPE_CHECKING:
    from seam_tui.seam_api.client import SeamClient


class GrantDesk:
    """Looks up access grants in the Seam thread. Called from the app's thread, but for `open`.

    Args:
        thread: Where requests are made.
    """

    def __init__(self, thread: SeamThread) -> None:
        self._thread = thread
        self._book: GrantBook | None = None

    def open(self, client: SeamClient, clock: Clock) -> None:
        """Take the client to ask; called in the thread."""
        self._book = GrantBook(client, clock)

    async def look_up(self, codes: Iterable[AccessCode], progress: Callable[[int, int], object]) -> Grants:
        """Learn which codes belong to a grant; see `GrantBook.look_up`.

        Args:
            codes: The codes.
            progress: Called in the thread.
        """
        if self._book is None:
            raise NotConnectedError
        return await self._thread.run(self._book.look_up(codes, progress))

    async def known(self) -> Grants:
        """What is known by now, without a request."""
        book = self._book
        if book is None:
            return Grants()

        async def ask() -> Grants:
            return book.known()

        return await self._thread.run(ask())
