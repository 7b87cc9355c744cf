"""The leak scanner: hears everything that an app tells while a test runs, and says at the end what was secret of it."""

from __future__ import annotations

import base64
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from textual import Logger
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen

from seam_tui.domain.crash_log import _QUIET_LOGGERS
from seam_tui.sandbox.server import Sandbox
from seam_tui.tui.pins import PinScreen
from seam_tui.tui.screens.notice import NoticeScreen
from tests.scanner.files import files_below, is_own_memory, is_private, may_hold_pins, svg_text
from tests.scanner.glass import Glass
from tests.scanner.secrets import Found, Secrets

BADGE: Final = re.compile(r"PIN +(\d+) +REVEALED")
_CLIPBOARD: Final = re.compile(r"\x1b\]52;c;([^\a]*)\a")


@dataclass(frozen=True, slots=True)
class Leak:
    """Something secret that was told."""

    channel: str
    """How: `frame`, `toast`, `log`, …"""
    where: str
    """When or where first."""
    kind: str
    """`PIN`, `key`, `login`, `name` or `id`."""
    secret: str
    """The secret, or the piece of it that was told."""
    text: str
    """What was told: a line, a message, a file."""


@dataclass
class Scanner:
    """Hears what is told, and finds what is secret of it.

    A PIN may be told in two ways, both of which a person has to ask for. In a frame: of the one code that was asked for
    last, right before its badge. On the clipboard: of the one code whose copy was asked for, alone; and so may the
    address of a page to sign in on, from the notice that offers it. There are no other exceptions, and no list of them.

    Args:
        with_names: Whether names, logins and whole ids are secret too, as in share mode.
    """

    with_names: bool = False
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    """What was told, by channel and text, and where it was first."""
    frames: int = 0
    """How many were painted."""

    def __post_init__(self) -> None:
        self.secrets = Secrets(with_names=self.with_names)
        self._glasses: dict[int, Glass] = {}
        self._revealed: str | None = None
        self._copied: str | None = None
        self._known_files: dict[Path, tuple[int, int]] = {}

    # What is told

    def tell(self, channel: str, text: str, where: str = "") -> None:
        """Hear a text."""
        self.told.setdefault((channel, text), where)

    def tell_update(self, app: App[Any], screen: Screen[Any], update: object) -> None:
        """Hear what is painted: the lines as a terminal shows them then."""
        self.frames += 1
        where = f"frame {self.frames}, {type(screen).__name__}"
        glass = self._glasses.setdefault(id(app), Glass())
        painted = glass.paint(update)
        for y in painted:
            self.tell("frame", self._without_revealed(glass.lines[y]), where)
        for words in glass.over_two_lines(painted):
            self.tell("frame, over two lines", words, where)
        for title in (app.title, app.sub_title, screen.title, screen.sub_title):
            self.tell("title", title or "", where)

    def forget(self) -> None:
        """Take nothing that was told until now for a leak: names, before share mode is on."""
        self.told.clear()

    def tell_what_stands(self) -> None:
        """Hear what every terminal shows now, painted just now or long before."""
        for glass in self._glasses.values():
            for line in glass.lines:
                self.tell("frame", self._without_revealed(line), "what stands")

    def _without_revealed(self, line: str) -> str:
        """A line without the PIN that was asked for, if it stands before its badge."""
        badge = BADGE.search(line)
        if badge is None or badge[1] != self._revealed:
            return line
        return line[: badge.start(1)] + line[badge.end(1) :]

    def tell_terminal(self, written: str) -> None:
        """Hear what is written to the terminal besides frames: its title, its clipboard."""
        for found in _CLIPBOARD.finditer(written):
            text = base64.b64decode(found[1]).decode()
            if self._copied is None or text != self._copied:
                self.tell("clipboard", text)
            self._copied = None
        self.tell("terminal", _CLIPBOARD.sub("", written))

    def tell_output(self, captured: pytest.CaptureFixture[str]) -> None:
        """Hear what was printed."""
        for name, text in captured.readouterr()._asdict().items():
            self.tell(f"standard {name}", text)

    def tell_files(self, folders: Iterable[Path]) -> None:
        """Hear what stands in files that are new, or not what they were when this was called last."""
        for path in files_below(folders):
            state = path.stat()
            if self._known_files.get(path) == (state.st_mtime_ns, state.st_size):
                continue
            self._known_files[path] = (state.st_mtime_ns, state.st_size)
            self.tell("file", path.name, str(path))
            text = path.read_bytes().decode(errors="replace")
            if path.suffix == ".svg":
                text = svg_text(text)
            if may_hold_pins(path, text) or (self.with_names and is_own_memory(path)):
                if not is_private(path):
                    self.tell("file that others can read", text, str(path))
            else:
                self.tell("log" if path.suffix == ".log" else "file", text, str(path))

    # What is asked for

    def asks_to_reveal(self, screen: PinScreen, access_code_id: str) -> None:
        """A person has asked to see a code's PIN."""
        self._revealed = _pin_on(screen, access_code_id)

    def asks_to_copy(self, screen: PinScreen, access_code_id: str) -> None:
        """A person has asked for a code's PIN on the clipboard."""
        self._copied = _pin_on(screen, access_code_id)

    def asks_for_address(self, screen: NoticeScreen) -> None:
        """A person has asked for the address that a notice is about on the clipboard."""
        self._copied = screen._address

    # What is found

    def leaks(self) -> list[Leak]:
        """Everything secret that was told, by what the sandboxes know now."""
        self.secrets.learn()
        found: dict[str, list[Found]] = {}
        for one in self.secrets.found_in({text for _, text in self.told}):
            found.setdefault(one.text, []).append(one)
        return [
            Leak(channel, where, one.kind, one.secret, text)
            for (channel, text), where in self.told.items()
            for one in found.get(text, ())
            if one.kind != "id" or channel != "log"  # a log is shown to nobody, and is of no use without ids
        ]


def _pin_on(screen: PinScreen, access_code_id: str) -> str | None:
    code = screen.code_of(access_code_id)
    return None if code is None or code.pin is None else code.pin.reveal()


class _Ear(logging.Handler):
    """Hears every logger."""

    def __init__(self, scanner: Scanner) -> None:
        super().__init__(logging.DEBUG)
        self._scanner = scanner
        self._format = logging.Formatter("%(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        self._scanner.tell("log", f"{self._format.format(record)} {record.args!r}", record.name)


@contextmanager
def listening(scanner: Scanner) -> Iterator[None]:
    """Let a scanner hear every app and every sandbox of this process."""
    with pytest.MonkeyPatch.context() as patches, _hear_loggers(scanner):
        _hear_sandboxes(scanner, patches)
        _hear_apps(scanner, patches)
        yield


def _hear_sandboxes(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    make, reset = Sandbox.__init__, Sandbox.reset

    def made(sandbox: Sandbox, *args: Any, **options: Any) -> None:
        make(sandbox, *args, **options)
        scanner.secrets.watch(sandbox)

    def put_back(sandbox: Sandbox) -> None:
        scanner.secrets.learn()
        reset(sandbox)

    monkeypatch.setattr(Sandbox, "__init__", made)
    monkeypatch.setattr(Sandbox, "reset", put_back)


def _hear_apps(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    display, notify, log, export = App._display, App.notify, Logger.__call__, App.export_screenshot
    reveal, copy, copy_address = PinScreen.reveal_pin, PinScreen.copy_pin, NoticeScreen.action_copy

    def displayed(app: App[Any], screen: Screen[Any], update: object) -> None:
        if update is not None:
            scanner.tell_update(app, screen, update)
        display(app, screen, update)  # type: ignore[arg-type]

    def notified(app: App[Any], message: str, **options: Any) -> None:
        scanner.tell("toast", f"{options.get('title', '')}\n{message}")
        notify(app, message, **options)

    def logged(logger: Logger, *objects: object, **named: object) -> None:
        # Textual itself would tell every message and key: to a developer who has asked for it, not looked at here.
        if not sys._getframe(1).f_globals["__name__"].startswith("textual."):
            scanner.tell("log", " ".join(map(str, (*objects, *named.values()))), "Textual")
        log(logger, *objects, **named)

    def exported(app: App[Any], **options: Any) -> str:
        svg = export(app, **options)
        scanner.tell("picture", svg_text(svg))
        return svg

    def written(_driver: HeadlessDriver, data: str) -> None:
        scanner.tell_terminal(data)

    def revealed(screen: PinScreen, access_code_id: str) -> None:
        scanner.asks_to_reveal(screen, access_code_id)
        reveal(screen, access_code_id)

    def copied(screen: PinScreen, access_code_id: str) -> None:
        scanner.asks_to_copy(screen, access_code_id)
        copy(screen, access_code_id)

    def copied_address(screen: NoticeScreen) -> None:
        scanner.asks_for_address(screen)
        copy_address(screen)

    monkeypatch.setattr(App, "_display", displayed)
    monkeypatch.setattr(App, "notify", notified)
    monkeypatch.setattr(Logger, "__call__", logged)
    monkeypatch.setattr(App, "export_screenshot", exported)
    monkeypatch.setattr(HeadlessDriver, "write", written)
    monkeypatch.setattr(PinScreen, "reveal_pin", revealed)
    monkeypatch.setattr(PinScreen, "copy_pin", copied)
    monkeypatch.setattr(NoticeScreen, "action_copy", copied_address)


@contextmanager
def _hear_loggers(scanner: Scanner) -> Iterator[None]:
    """All loggers at their most talkative, but for those that the app itself keeps quiet from its first moment."""
    levels = {logging.getLogger(): logging.DEBUG} | dict.fromkeys(
        map(logging.getLogger, _QUIET_LOGGERS), logging.WARNING
    )
    before = {logger: logger.level for logger in levels}
    ear = _Ear(scanner)
    logging.getLogger().addHandler(ear)
    try:
        for logger, level in levels.items():
            logger.setLevel(level)
        yield
    finally:
        logging.getLogger().removeHandler(ear)
        for logger, level in before.items():
            logger.setLevel(level)
