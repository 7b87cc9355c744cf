"""What comes from the picture of the last run is read again before anything is done with it.

A picture holds no PINs and may be days old: a plan that is made from it could be about a code that is another by now,
and a journal that is written from it could call a PIN unknown that Seam shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Literal, cast

from textual import work

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.domain.issue import Issue
from seam_tui.operations.subject import Subject
from seam_tui.tui.freeing import FreeingScreen
from seam_tui.tui.granting import UNSAID
from seam_tui.tui.view import subject_of_code, subject_of_device

_OF_THE_CODE: Final = frozenset({ActionId.REVEAL_PIN, ActionId.COPY_PIN})
"""What needs the PIN of the code alone."""
_OF_THE_LOCK: Final = frozenset({ActionId.SHOW_DUPLICATE})
"""What changes nothing, and needs the PINs of the other codes on the lock too."""
_OF_NO_CODE: Final = frozenset(
    {ActionId.LOCK, ActionId.UNLOCK, ActionId.SYNC_ACCOUNT, ActionId.RECONNECT_ACCOUNT, ActionId.REPORT_TIME_ZONE}
)
"""Changes that depend on no code."""


class ReadingFirstScreen(FreeingScreen):
    """A screen whose codes may come from the picture of the last run."""

    async def take_all_arrived(self) -> None:
        """Take what was read, to the last of it."""
        raise NotImplementedError

    def perform(self, action_id: ActionId, issue: Issue | None = None, subject: Subject | None = None) -> None:
        """Perform an action; what it depends on is read first where it comes from the picture."""
        # Of marked codes, those are read that a plan is made for: `_plan_and_send`.
        is_for_one = not self.acts_on_marks or subject is not None or issue is not None
        about = subject or self.subject()
        unread = self._unread(action_id, about) if is_for_one else []
        refuses = self.session.read_only and ACTIONS[action_id].writes
        if not unread or refuses or action_id is ActionId.UNDO:
            super().perform(action_id, issue, subject)
        else:
            self._read_and_perform(action_id, issue, about, unread)

    @work(group="dialog", exit_on_error=False)
    async def _read_and_perform(
        self, action_id: ActionId, issue: Issue | None, about: Subject, unread: list[str]
    ) -> None:
        with self.asking():
            if not await self._read_first(unread):
                return
            fresh = self._as_read(about)
            code = about.code
            if code is not None and (fresh is None or code.access_code_id in self.board.store.kept_ids):
                gone = fresh is None
                said = "the code is gone" if gone else "the code could not be read again, so nothing was done"
                self.say(f"{ACTIONS[action_id].label}: {said}.", error=True)
                return
            super().perform(action_id, self._still(issue, fresh), fresh)

    def _unread(self, action_id: ActionId, about: Subject) -> list[str]:
        """The codes that have to be read before an action on one subject."""
        kept = self.board.store.kept_ids
        if not kept:
            return []
        own = [] if about.code is None else [about.code.access_code_id]
        if action_id in _OF_THE_CODE:
            needed = own
        elif action_id in _OF_THE_LOCK or (ACTIONS[action_id].writes and action_id not in _OF_NO_CODE):
            needed = [*own, *(code.access_code_id for code in about.neighbours)]
        else:
            needed = []
        return [key for key in needed if key in kept]

    def _as_read(self, about: Subject) -> Subject | None:
        """A subject as it is now; None when its code is gone."""
        store = self.board.store
        if about.code is not None:
            code = store.codes.get(about.code.access_code_id)
            return None if code is None else subject_of_code(store, code)
        device = store.devices.get(about.device.device_id) if about.device is not None else None
        return about if device is None else subject_of_device(store, device)

    def _still(self, issue: Issue | None, about: Subject | None) -> Issue | None:
        """An issue as it is now; as it was where it is shown no more, which the plan says."""
        owners = () if about is None else (about.code, about.device, about.account)
        now = [one for owner in owners if owner is not None for one in owner.issues]
        return issue and next((one for one in now if one.key == issue.key), issue)

    async def _plan_and_send(self, action_id: ActionId, marked: frozenset[str]) -> None:
        store = self.board.store
        if action_id not in _OF_NO_CODE:
            devices = {store.codes[key].device_id for key in marked if key in store.codes}
            kept = store.kept_ids
            unread = [key for device in devices for key in store.code_ids_of_device(device) if key in kept]
            if not await self._read_first(unread):
                return
        await super()._plan_and_send(action_id, marked)

    async def _read_first(self, access_code_ids: Iterable[str]) -> bool:
        """Read codes again; call it while `asking`.

        Returns:
            Whether to go on; False when the person left meanwhile.

        Raises:
            SeamFailure, NotConnectedError: They could not be read.
        """
        unread = list(access_code_ids)
        if not unread:
            return True
        reading = asyncio.ensure_future(self.session.read_again(unread))
        try:
            await asyncio.wait({reading}, timeout=UNSAID)
            if not reading.done():
                from seam_tui.tui.screens.reading import ReadingScreen

                screen = ReadingScreen(len(unread))
                reading.add_done_callback(lambda _: screen.call_later(screen.finished))
                # Textual types a dialog's result as never None; Escape gives None all the same.
                answer = cast("Literal['done'] | None", await self.app.push_screen_wait(screen))
                if answer is None:
                    self.say("Nothing was done.")
                    return False
            await reading
        finally:
            reading.cancel()
        await self.take_all_arrived()
        return True
