"""The lines above and below the panes: where one is, how fresh it is, what was just said, and which keys there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from seam_tui.domain.account import Workspace
from seam_tui.domain.text import shorten
from seam_tui.domain.veil import SHARED, VEIL
from seam_tui.workspace.times import duration

READ_ONLY: Final = " READ-ONLY "
"""The badge of a session in which nothing can be changed, on every screen."""
GREYED: Final = "$text-disabled"
MUTED: Final = "$text-muted"
FRESH_TICKS: Final = 8
"""Ticks of half a second during which a sentence is not replaced by a remark."""
STAYS_TICKS: Final = 60
"""Ticks of half a second after which a sentence that is no error goes."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the picture can be trusted (UX rule 16)."""

    loading: str = ""
    """Progress in words while a load runs."""
    updated_at: datetime | None = None
    """When all that had happened was last known."""
    next_at: datetime | None = None
    """When Seam is asked again by itself."""
    stale: str = ""
    """Why the picture is old, while it is."""
    kept_from: datetime | None = None
    """Of when the picture of the last run is, while that is what is shown."""
    unread: int = 0
    """Devices whose codes could not be read."""


class TopBar(Static):
    """Workspace, sandbox or production, read-only, freshness. The workspace's name is always on screen (UX 15)."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def show(self, workspace: Workspace | None, freshness: Freshness, *, read_only: bool, now: datetime) -> None:
        """Draw the bar anew."""
        # The badges stand first: whatever a narrow terminal cuts off, it is not what keeps doors safe.
        parts: list[tuple[str, str] | str] = []
        if self.size.width >= 80 or workspace is None:
            parts.extend([("seam-tui", "bold $text-primary"), "  "])
        if workspace is not None:
            kind = (
                (" SANDBOX ", "$text on $success-muted") if workspace.is_sandbox else (" PRODUCTION ", "bold reverse")
            )
            parts.extend([kind, "  "])
            if workspace.is_suspended:
                parts.extend([(" SUSPENDED ", "bold reverse"), "  "])
        if read_only:
            parts.extend([(READ_ONLY, "bold $text on $warning-muted"), "  "])
        if VEIL.is_drawn:
            parts.extend([(SHARED, "bold reverse"), "  "])
        if workspace is not None:
            parts.append((shorten(VEIL.text(workspace.name), self._name_room) + "  ", "bold"))
        elif freshness.stale:
            parts.append("not connected  ")
        parts.extend(_freshness(freshness, now, self.content_size.width - Content.assemble(*parts).cell_length))
        content = Content.assemble(*parts)
        if content != getattr(self, "_shown", None):
            self._shown = content
            self.update(content, layout=False)

    @property
    def _name_room(self) -> int:
        width = self.size.width
        return 40 if width >= 100 else 20 if width >= 80 else 14


def _freshness(freshness: Freshness, now: datetime, room: int) -> list[tuple[str, str] | str]:
    """How fresh the picture is, in the longest words that fit into so many cells."""
    unread = ""
    if freshness.unread:
        noun = "device" if freshness.unread == 1 else "devices"
        unread = f"! {freshness.unread} {noun} not read"
        room -= cell_len(unread) + 2
    age, wait = _age(freshness, now), _wait(freshness, now)
    if freshness.stale:
        reason = freshness.stale.rstrip(".")
        old = f" · as of {age} ago" if age else ""
        again = f" · next try {'in ' + wait if wait else 'now'}" if freshness.next_at is not None else ""
        brief = reason.partition(": ")[2] or reason  # what was being read matters less than what is wrong
        told = (f"{reason}{old}{again}", f"{brief}{old}{again}", f"{brief}{again}", brief)
        forms = [f"STALE: {words}" for words in told]
        style = "bold $text-error"
    elif freshness.kept_from is not None:
        of = moment_words(freshness.kept_from, now)
        follows = f"reading everything again… {freshness.loading}" if freshness.loading else "catching up"
        forms, style = (
            [f"as of {of}, {follows}", f"as of {of}, {follows.partition('…')[0]}", f"as of {of}"],
            "$text-accent",
        )
    elif freshness.loading:
        forms, style = [f"loading… {freshness.loading}"], "$text-accent"
    elif age:
        long = f" · next in {wait}" if wait else " · looking…"
        short = f" · next {wait}" if wait else " · looking…"
        if freshness.next_at is None:
            long = short = ""
        forms, style = [f"updated {age} ago{long}", f"{age} ago{short}", f"{age} ago"], MUTED
    else:
        forms, style = [""], MUTED
    words = next((form for form in forms if cell_len(form) <= room), shorten(forms[-1], max(room, 8)))
    return [(words, style), *([("  " if words else "", ""), (unread, "bold $text-error")] if unread else [])]


def _age(freshness: Freshness, now: datetime) -> str:
    if freshness.updated_at is None:
        return ""
    return duration(max(0.0, (now - freshness.updated_at).total_seconds()))


def _wait(freshness: Freshness, now: datetime) -> str:
    """How long until Seam is asked again; nothing when that is now."""
    if freshness.next_at is None or freshness.next_at <= now:
        return ""
    return duration(math.ceil((freshness.next_at - now).total_seconds()))


def moment_words(moment: datetime, now: datetime) -> str:
    """A moment by this machine's clock: `09:12` today, `Mon 09:12` within a week, else `2 Nov 09:12`."""
    local, today = moment.astimezone(), now.astimezone().date()
    time = f"{local:%H:%M}"
    days = (today - local.date()).days
    if days == 0:
        return time
    return f"{local:%a} {time}" if 0 < days < 7 else f"{local.day} {local:%b} {time}"


class SayLine(Static):
    """Says what just happened, in up to three lines; it stays until something else does, and holds no PIN."""

    DEFAULT_CSS = """
    SayLine { height: auto; min-height: 1; max-height: 3; padding: 0 1; color: $text-accent; }
    """

    text: str = ""
    """What it says now."""

    _is_error = False
    _ticks = 0

    def say(self, text: str, *, error: bool = False) -> None:
        """Say one sentence; an error stays until something else is said, the rest for a while.

        In share mode names in quotes, e-mail addresses and ids are hidden; other names a sentence must not hold.
        """
        text = VEIL.text(text)
        self.text, self._is_error, self._ticks = text, error, 0
        self.update(Content.styled(text, "bold $text-error" if error else "$text-accent"))

    def add(self, text: str) -> None:
        """Say one more sentence without talking over an error, or over what was said just now."""
        if self.text and self.text != text and (self._is_error or self._ticks <= FRESH_TICKS):
            text = f"{self.text} · {text}"
        self.say(text, error=self._is_error)

    def fade(self) -> None:
        """Count one tick; what is no error and old enough is not said any longer."""
        self._ticks += 1
        if self.text and not self._is_error and self._ticks > STAYS_TICKS:
            self.say("")


class KeyBar(Static):
    """The footer: what a key would act on, and the most useful keys, greyed where they can't be used (UX 2, 22)."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; padding: 0 1; }
    """

    def show(self, target: str, keys: Sequence[tuple[str, str, bool]]) -> None:
        """Draw the footer.

        Args:
            target: What is acted on, in words.
            keys: Key, label and whether it can be used now.
        """
        target = shorten(target, 34)
        parts: list[tuple[str, str] | str] = [(target, "bold")]
        room = self.content_size.width - cell_len(target)
        for key, label, usable in keys:
            room -= cell_len(key) + cell_len(label) + 3
            if room < 0:
                break  # half a key would be worse than none; help lists them all
            parts.append((f"  {key}", "bold $text-primary" if usable else GREYED))
            parts.append((f" {label}", "" if usable else GREYED))
        content = Content.assemble(*parts)
        if content != getattr(self, "_shown", None):
            self._shown = content
            self.update(content, layout=False)
