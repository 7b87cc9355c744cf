"""What the screen says around the lists: progress, freshness, failure, why a list is empty, what a key acts on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from seam_tui.domain.text import shorten
from seam_tui.domain.veil import VEIL
from seam_tui.operations.operation import why_disabled
from seam_tui.operations.subject import Subject
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.tui.actions import BOUND, FOOTER
from seam_tui.tui.keymap import DEFAULT_KEYS, Keymap
from seam_tui.tui.sorts import Sorts, mark_of
from seam_tui.tui.widgets.bars import Freshness
from seam_tui.workspace.store import WorkspaceStore

_FOOTER_MOVES: Final = (("app.help", "Help"), ("list.filter", "Filter"), ("app.quit", "Quit"))
_LATER_MOVES: Final = (("list.next_error", "Next error"), ("list.sort", "Sort"))
_LONGEST_WHERE: Final = 40
_SHORTEST_WHERE: Final = 8
"""Characters of a lock's name in a border, where it is cut and when it is rather left out."""


class Telling:
    """Listens to what is reported of loads and looks, and puts it into words.

    Args:
        keymap: The keys in force, where a sentence names one.
    """

    def __init__(self, keymap: Keymap = DEFAULT_KEYS) -> None:
        self._reload = keymap.label("app.reload")
        self._read_lock = keymap.label("refresh_device")
        self._loading = True
        self._progress = ""
        self._failure: SeamFailure | None = None
        self._updated_at: datetime | None = None
        self._next_at: datetime | None = None
        self._kept_from: datetime | None = None

    @property
    def is_loading(self) -> bool:
        """Whether a load runs."""
        return self._loading

    @property
    def state(self) -> object:
        """Differs when lists have to say something else where they are empty."""
        return self._loading, self._failure, self.has_loaded

    @property
    def has_loaded(self) -> bool:
        """Whether everything was read at least once."""
        return self._updated_at is not None

    @property
    def is_catching_up(self) -> bool:
        """Whether what is shown is a picture of the last run, and it is not known yet what has happened since."""
        return self._kept_from is not None

    @property
    def is_followed(self) -> bool:
        """Whether it was asked, since the last load, what has happened meanwhile."""
        return not self._loading and self._next_at is not None

    def show_picture(self, as_of: datetime) -> None:
        """The picture of the last run is on screen."""
        self._loading = False
        self._updated_at = self._kept_from = as_of

    def drop_picture(self) -> None:
        """It was the picture of another workspace."""
        self._loading = True
        self._updated_at = self._kept_from = None

    def restart(self) -> None:
        """A reload was asked for."""
        self._loading = True
        self._progress = ""

    def fail(self, failure: SeamFailure) -> None:
        """The load stopped; what was read stays."""
        self._loading = False
        self._failure = failure

    def hear(self, event: events.SyncEvent, now: datetime) -> None:
        """Take one event into account."""
        match event:
            case events.Progress(codes, done, total):
                self._loading = True
                self._progress = f"{codes:,} codes, {done:,} of {total:,} devices"
            case events.LoadFinished():
                self._loading = False
                self._failure = self._next_at = self._kept_from = None
                self._updated_at = now
            case events.LoadFailed(failure):
                self.fail(failure)
            case events.ReloadStarted():
                self.restart()
            case events.PollSucceeded(at, next_in):
                self._failure = self._kept_from = None
                self._updated_at, self._next_at = at, at + timedelta(seconds=next_in)
            case events.Stale(failure, _, next_in):
                self._failure = failure
                self._next_at = now + timedelta(seconds=next_in)
            case _:
                pass

    def freshness(self, store: WorkspaceStore) -> Freshness:
        """For the bar on top."""
        return Freshness(
            loading=(self._progress or "connecting") if self._loading else "",
            updated_at=self._updated_at,
            next_at=self._next_at,
            stale=VEIL.text(self._failure.what) if self._failure is not None and not self._loading else "",
            kept_from=self._kept_from,
            unread=sum(1 for unread in store.unread if unread.device_id is not None),
        )

    def no_devices(self, store: WorkspaceStore) -> str:
        """Why there are no devices."""
        if self._failure is not None:
            return self._failed(self._failure)
        if self._loading:
            return "Loading the devices…"
        return f"This workspace has no locks. Connect an account in Seam Console, then press {self._reload}."

    def no_codes(self, store: WorkspaceStore, device_id: str | None) -> str:
        """Why there are no codes, on one device or at all."""
        if device_id is not None:
            unread = store.unread_device(device_id)
            if unread is not None:
                return f"This lock's codes could not be read. {VEIL.text(unread.reason)} {self._read_lock} tries again."
            if store.is_device_read(device_id):
                return "This lock has no access codes."
            if self._loading:
                return "Loading this lock's codes…"
            return f"This lock's codes were not read. {self._read_lock} reads them."
        if self._failure is not None:
            return self._failed(self._failure)
        if self._loading:
            return "Loading the access codes…"
        if not store.devices:
            return f"This workspace has no locks. Connect an account in Seam Console, then press {self._reload}."
        return "No lock of this workspace has an access code."

    def _failed(self, failure: SeamFailure) -> str:
        return f"Could not load. {VEIL.text(str(failure))} {self._reload} tries again."


def loaded_words(store: WorkspaceStore) -> str:
    """What a finished load has found, in one sentence."""
    counts = store.counts
    found = f"{counts.codes:,} codes on {len(store.devices):,} devices"
    if counts.codes_with_errors or counts.codes_with_warnings:
        return f"{found}: {counts.codes_with_errors:,} with errors, {counts.codes_with_warnings:,} with warnings."
    return f"✓ {found}: Seam reports nothing wrong with any code."


def pane_titles(store: WorkspaceStore, device_id: str, shown: int | None, sorts: Sorts) -> dict[str, tuple[str, ...]]:
    """What stands on the panes' borders, in ever fewer words: the counts are the store's own (UX rule 21).

    An order is named there because its column is not always on screen, and the most urgent do not stand first in it.

    Args:
        store: The picture.
        device_id: The device whose codes are listed; one that is unknown stands for all.
        shown: How many codes a filter shows; None without one.
        sorts: The lists' orders.
    """
    device = store.devices.get(device_id)
    counts = store.counts if device is None else store.counts_of_device(device_id)
    where = "all devices" if device is None else device.title
    issues = [("✖", counts.codes_with_errors), ("▲", counts.codes_with_warnings)]
    total = f"{counts.codes:,}" if shown is None else f"{shown:,} of {counts.codes:,}"
    apart = " · ".join([total, *(f"{glyph} {count:,}" for glyph, count in issues if count)])
    close = " ".join([total, *(f"{glyph}{count:,}" for glyph, count in issues if count)])
    name, order = "2 Codes", mark_of("codes", sorts)
    rooms = () if device is None else range(min(len(where), _LONGEST_WHERE) - 1, _SHORTEST_WHERE - 1, -1)
    devices = f"1 Devices{mark_of('devices', sorts)} · {len(store.devices):,}"
    return {
        "devices": (devices,),
        "codes": (
            f"{name}{order} · {where} · {apart}",
            *(f"{name}{order} · {shorten(where, room)} · {apart}" for room in rooms),
            f"{name}{order} · {apart}",
            f"{name}{order} · {close}",
            f"2{order} · {close}",
        ),
        "detail": ("3 Detail",),
    }


def target_words(subject: Subject) -> str:
    """What a key would act on (UX rule 2)."""
    if subject.code is not None:
        return f"this code: {subject.code.title}"
    return f"this lock: {subject.device.title}" if subject.device is not None else "nothing chosen"


def footer_keys(
    subject: Subject, now: datetime, *, read_only: bool, keymap: Keymap = DEFAULT_KEYS
) -> list[tuple[str, str, bool]]:
    """Key, label and whether it can be used now, for the footer."""
    actions = [
        (
            keymap.label(BOUND[action]),
            BOUND[action].short,
            why_disabled(action, subject, now, read_only=read_only) is None,
        )
        for action in FOOTER
    ]
    moves, later = (
        [(keymap.label(move), short, True) for move, short in some] for some in (_FOOTER_MOVES, _LATER_MOVES)
    )
    edit = (keymap.label("list.edit"), "Edit", subject.code is not None and not read_only)
    return [*moves, edit, *actions, *later, ("Tab", "Pane", True)]
