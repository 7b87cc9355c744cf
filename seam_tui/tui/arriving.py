"""What arrives from Seam changes the picture at once, and the screen a moment later, with a flag for what is news."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from textual import on

from seam_tui.domain.account import Workspace
from seam_tui.domain.veil import VEIL
from seam_tui.sync import events
from seam_tui.tui.board import Board
from seam_tui.tui.flags import CODE_WORDS, DEVICE_WORDS, Flags
from seam_tui.tui.launch import Launch
from seam_tui.tui.messages import PictureRead, PictureTrouble, SyncArrived
from seam_tui.tui.reading_first import ReadingFirstScreen
from seam_tui.tui.rereads import Rereads
from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.tui.session import Session
from seam_tui.tui.telling import Telling, loaded_words
from seam_tui.tui.typing_ahead import keys_taken_by
from seam_tui.tui.widgets.bars import SayLine
from seam_tui.tui.widgets.filter_bar import FilterBar
from seam_tui.tui.widgets.pane import Pane
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.workspace.changes import CODES, CODES_READ, ChangeSet
from seam_tui.workspace.query import EVERYTHING

SETTLE: Final = 0.1
"""Seconds that arriving pages are collected for before the lists are drawn anew."""
SPARED: Final = 10
"""Times as long as the last drawing took, the next one waits: the reading has the other share of the machine."""
LONGEST: Final = 0.5
"""Seconds that a drawing waits at most, but for keys."""
GIVES_WAY: Final = 9
"""Times that a drawing during a load lets keys go first: a key that hits upon it waits, and the list moves under it."""
PAINTED: Final = 0.1
"""Seconds in which a whole picture surely is painted, in a frame or three, if nothing else is done meanwhile."""
CHANGE_KEY: Final = "."
"""Goes from one change to the next."""
_COUNTS: Final = frozenset({CODES, CODES_READ})
"""What changes on a device without changing what its codes' rows say of it."""


class ArrivingScreen(ReadingFirstScreen):
    """A screen whose picture is kept true.

    Args:
        launch: What the app was started with.
    """

    def __init__(self, launch: Launch) -> None:
        super().__init__(launch.clock)
        self.launch = launch
        self.board = Board(self.now())
        self.said = {}
        self.acted = {}
        self.ran = {}
        self.rereads = Rereads()
        self.session = Session(launch, self.post_message)
        self.telling = Telling(launch.keymap)
        self.flags = Flags(CODE_WORDS)
        self.device_flags = Flags(DEVICE_WORDS)
        self._device_id = ALL_DEVICES
        """Whose codes are listed."""
        self.stirred: frozenset[str] = frozenset()
        """Devices with a code that carries a flag."""
        self._changed_codes: set[str] = set()
        self._changed_devices: set[str] = set()
        self._draw_asked = False
        self._draw_took = 0.0
        self._is_load_new = True
        """Whether what was loaded last is still to be kept from Python's collector."""
        self._keys_seen = 0
        self._key_at = self.clock.monotonic()
        self._trouble = ""
        """Why there is no picture of the last run, until a load has said what it has found."""
        self._is_placed = False
        """Whether it is known which workspace this is."""

    @property
    def devices(self) -> RecordTable:
        """The list of devices."""
        return self.query_one("#devices", RecordTable)

    def draw(self) -> None:
        """Bring lists, detail and bars up to date with the board."""
        raise NotImplementedError

    def draw_bars(self) -> None:
        """Bring the lines above and below the panes up to date."""
        raise NotImplementedError

    def on_sync_arrived(self, message: SyncArrived) -> None:
        """Take what was read, and draw it soon if it says anything new: pages come in bursts."""
        self._take(self.session.take_events())

    async def take_all_arrived(self) -> None:
        """Take what was read, to the last of it."""
        while self.session.has_events:
            self._take(self.session.take_events())
            await asyncio.sleep(0)

    def _take(self, arrived: list[events.SyncEvent]) -> None:
        self._drop_other_picture(arrived)
        had_loaded, before = self.telling.has_loaded, self.telling.state
        unread = {unread.device_id for unread in self.board.store.unread}
        changes = self.board.apply(arrived, self.now())
        if had_loaded:
            self._flag(changes, unread)
        if not changes.is_empty:
            self.session.keeper.note_change()
        for event in arrived:
            self._hear(event)
        self._note_changed(changes)
        if changes.codes.removed:
            self.drop_gone_marks()
        if not changes.is_empty or self._changed_codes or self.telling.state != before:
            self.draw_soon()
        elif any(isinstance(event, events.PollSucceeded | events.Stale) for event in arrived):
            self.draw_bars()

    def on_picture_read(self, message: PictureRead) -> None:
        """Show the picture of the last run, until it is caught up."""
        self.set_timer(PAINTED, self.session.has_looked_back.set)
        if self.board.store.workspace is not None:
            return  # a second start, after credentials that did not work
        query = self.board.filter.query
        self.board = message.board
        if query != EVERYTHING:
            self.board.filter.set(query, self.now())
        self.telling.show_picture(message.as_of)
        workspace = self.board.store.workspace
        self.set_class(workspace is not None and not workspace.is_sandbox, "-production")
        if workspace is not None:
            VEIL.salt(workspace.workspace_id)
        self.draw()

    def on_picture_trouble(self, message: PictureTrouble) -> None:
        """Say why there is no picture, of the last run or for the next."""
        self.query_one(SayLine).add(message.said)
        if not self.telling.has_loaded:
            self._trouble = message.said

    def _drop_other_picture(self, arrived: list[events.SyncEvent]) -> None:
        """Show nothing of a picture that is not of the workspace that the credentials open."""
        shown = self.board.store.workspace
        if shown is None or not self.telling.is_catching_up:
            return
        ids = {event.workspace.workspace_id for event in arrived if isinstance(event, events.WorkspaceRead)}
        if ids - {shown.workspace_id}:
            query = self.board.filter.query
            self.board = Board(self.now())
            self.board.filter.set(query, self.now())
            self.codes.set_marks(())
            self.telling.drop_picture()

    @property
    def is_draw_due(self) -> bool:
        """Whether something has arrived that is not drawn yet."""
        return self._draw_asked

    def draw_soon(self) -> None:
        """Draw once for all that comes in a moment."""
        if not self._draw_asked:
            self._draw_asked = True
            self._draw_later(GIVES_WAY)

    def _draw_later(self, gives_way: int) -> None:
        # Of a list that fills its pane already, a load mostly adds what is out of sight.
        is_full = self.telling.is_loading and len(self.codes.ids) > self.codes.size.height
        wait = LONGEST if is_full else min(max(SETTLE, SPARED * self._draw_took), LONGEST)
        self.set_timer(wait, partial(self._draw_unless_keys, keys_taken_by(self.app), gives_way if is_full else 0))

    def _draw_unless_keys(self, keys: int, gives_way: int) -> None:
        """Draw, unless a key was pressed meanwhile and the drawing may still give way."""
        if gives_way and keys != keys_taken_by(self.app):
            self._draw_later(gives_way - 1)
        else:
            self._draw_now()

    def rested_for(self) -> float:
        """Seconds since a key was last found to have been pressed; to be asked for now and then."""
        keys, now = keys_taken_by(self.app), self.clock.monotonic()
        if keys != self._keys_seen:
            self._keys_seen, self._key_at = keys, now
        return now - self._key_at

    def _draw_now(self) -> None:
        self._draw_asked = False
        started = self.clock.monotonic()
        self.draw()
        self._draw_took = self.clock.monotonic() - started

    def _flag(self, changes: ChangeSet, unread: set[str | None]) -> None:
        codes = self.board.store.codes
        first_read = {key for key in changes.codes.added if codes[key].device_id in unread} if unread else ()
        self.flags.take(changes.codes, self.board.left, known=first_read)
        self.device_flags.take(changes.devices, {})

    def _note_changed(self, changes: ChangeSet) -> None:
        self._changed_codes |= changes.codes.touched
        self._changed_devices |= changes.devices.touched
        if any(not _COUNTS.issuperset(names) for names in changes.devices.changed.values()):
            self.codes.refresh_all()  # they name their lock

    def refresh_changed(self) -> None:
        """Repaint the rows that changed, and those whose flags came or went."""
        codes = self.board.store.codes
        stirred = frozenset(codes[key].device_id for key in self.flags.ids if key in codes)
        self._changed_devices |= stirred ^ self.stirred
        self.stirred = stirred
        self.codes.refresh_rows(self._changed_codes)
        self.devices.refresh_rows(self._changed_devices | {ALL_DEVICES})
        self._changed_codes.clear()
        self._changed_devices.clear()

    def draw_note(self) -> None:
        """Say below the codes which of them changed of late, as far as they are listed or elsewhere (UX rule 17)."""
        query = self.board.filter.query
        elsewhere = "on other locks" if query == EVERYTHING else "but filtered out"
        notes = self.flags.notes(partial(self.board.lists, self._device_id), CHANGE_KEY, elsewhere)
        awaited = len(self.board.store.awaited_pin_ids)
        if awaited and query.asks_for_pins:
            which = "1 PIN is" if awaited == 1 else f"{awaited:,} PINs are"
            waiting = f"{which} still to be read"
            notes = (*(f"{waiting}{' · ' if note else ''}{note}" for note in notes), waiting)
        self.query_one("#codes-pane", Pane).note(*notes)

    @on(FilterBar.Changed)
    def _note_filter(self) -> None:
        if self.board.store.awaited_pin_ids:
            self.draw_soon()  # a filter for PINs finds only those that were read

    def action_next_change(self) -> None:
        """Go to the next code in the list that is new or has changed of late, and on from the last to the first."""
        ids = self.codes.ids
        at = ids.index(self.codes.cursor_id) if self.codes.cursor_id is not None else -1
        flagged = self.flags.ids
        following = next((key for key in (*ids[at + 1 :], *ids[: at + 1]) if key in flagged), None)
        if following is None:
            self.say("Nothing in this list is new or has changed of late.")
            return
        self.codes.move_to(following)
        self.action_focus_pane("codes")

    def _take_workspace(self, workspace: Workspace) -> None:
        """Look like it; the first time, be read-only where the settings say so. Later that is the person's choice."""
        self.set_class(not workspace.is_sandbox, "-production")
        VEIL.salt(workspace.workspace_id)
        if self.launch.read_only_workspaces and not self.launch.read_only and not self._is_placed:
            self.session.read_only = workspace.workspace_id in self.launch.read_only_workspaces
        self._is_placed = True

    def _hear(self, event: events.SyncEvent) -> None:
        was_kept = self.telling.is_catching_up
        self.telling.hear(event, self.now())
        self.session.keeper.hear(event, self.board.store)
        self.tell_reread(event)
        match event:
            case events.WorkspaceRead(workspace):
                self._take_workspace(workspace)
            case events.LoadFailed(failure):
                self.say(f"Could not load: {failure}", error=True)
            case events.LoadFinished():
                self._is_load_new = True
                self.take_load(f"{self._trouble} {loaded_words(self.board.store)}".strip())
                self._trouble = ""
            case events.ReloadStarted(reason):
                self.query_one(SayLine).add(f"{reason} Everything is read again.")
            case events.PollSucceeded():
                self._changed_codes.update(self.flags.look_passed())
                self._changed_devices.update(self.device_flags.look_passed())
                if was_kept:
                    self.take_load(loaded_words(self.board.store))
            case events.StillWaiting(access_code_id, minutes, reason):
                self.tell_waiting(access_code_id, f"◌ still {reason} after {minutes} min")
            case events.RereadFailed(access_code_id, failure):
                self.say(f"Could not read it again: {failure}", error=True)
            case events.CodeSettled(access_code_id):
                self.tell_settled(access_code_id, self.board.store.codes.get(access_code_id))
            case _:
                pass
