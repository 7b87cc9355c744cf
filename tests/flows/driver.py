"""A person at the keyboard: opens the app on a sandbox of its own, presses keys, and reads the screen.

Nothing here sleeps. What a test expects is waited for with `until`, and time passes only when a test says so.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from seam_tui.domain.clock import ManualClock
from seam_tui.sandbox.clock import SandboxClock
from seam_tui.sandbox.records import Code, Device
from seam_tui.sandbox.server import SANDBOX_KEY, Sandbox, create_sandbox
from seam_tui.seam_api.connection import Connection
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.watcher import Watcher
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.skeleton import SkeletonScreen
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.widgets.bars import SayLine
from tests.flows.dialogs import Confirm, Dialog, Form
from tests.flows.panes import CodesPane, DetailPane, DevicesPane
from tests.flows.wire import Wire
from tests.settling import loop_at_rest, settled

START: Final = datetime(2026, 11, 22, 15, tzinfo=UTC)
"""When every flow begins: a Sunday afternoon, the clocks of the year all changed."""
PATIENCE: Final = 30.0
"""Real seconds until something expected is called missing."""
HAIR: Final = 0.001
"""Seconds that make up for rounding."""
WIDE: Final = (160, 50)
QUIET: Final = WatchPace(interval=30 * 86_400.0, requests_per_minute=0)
"""After the load, one look at the events and no more: what a test sees is what it has done itself."""


def screen_text(app: App[Any]) -> str:
    """What a person sees, the dimmed screen behind a dialog included, as text."""
    width, height = app.size
    console = Console(width=width, height=height, file=io.StringIO(), record=True, legacy_windows=False)
    console.print(app.screen._compositor.render_update(full=True, screen_stack=app._background_screens))
    return console.export_text(styles=False)


def lines_of(screen: Screen[Any]) -> list[str]:
    """The lines of one screen alone, whatever lies above it."""
    return ["".join(segment.text for segment in strip) for strip in screen._compositor.render_strips()]


class DrivenClock(ManualClock):
    """A clock that only the test moves, and that knows whether anybody waits for it.

    Args:
        start: When it begins.
        counts_rests: Whether the watcher's rest between two looks is waiting too.
    """

    def __init__(self, start: datetime, *, counts_rests: bool = False) -> None:
        super().__init__(start)
        self._idle = 0
        self._counts_rests = counts_rests
        self.rests_until: float | None = None
        """Until when the watcher rests, in seconds of this clock, while it does."""

    @property
    def is_waited_for(self) -> bool:
        """Whether something in the app sleeps until this clock moves."""
        return len(self._sleepers) > (0 if self._counts_rests else self._idle)

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        """As `ManualClock.sleep`."""
        is_rest = sys._getframe(1).f_code is Watcher._rest.__code__
        return self._rest(seconds) if is_rest else super().sleep(seconds)

    async def _rest(self, seconds: float) -> None:
        self._idle += 1
        self.rests_until = self.monotonic() + seconds
        try:
            await super().sleep(seconds)
        finally:
            self._idle -= 1
            self.rests_until = None


class RunningApp:
    """The app while it runs, and the world behind it.

    Args:
        app: The app.
        pilot: Textual's hands on it.
        sandbox: The server it talks to.
        wire: The way there.
        clock: The app's time.
    """

    def __init__(self, app: SeamTuiApp, pilot: Pilot[None], sandbox: Sandbox, wire: Wire, clock: DrivenClock) -> None:
        self.app = app
        self.pilot = pilot
        self.sandbox = sandbox
        self.wire = wire
        self.clock = clock
        self.devices = DevicesPane(self)
        self.codes = CodesPane(self)
        self.detail = DetailPane(self)
        self.opened: list[str] = []
        app.open_url = lambda url, **_: self.opened.append(url)  # type: ignore[method-assign]  # no browser here
        self.dialog = Dialog(self)
        self.confirm = Confirm(self)
        self.form = Form(self)

    # What is seen

    @property
    def triage(self) -> TriageScreen:
        """The screen with the panes, also while a dialog lies above it."""
        for screen in self.app.screen_stack:
            if isinstance(screen, TriageScreen):
                return screen
        raise AssertionError(f"There are no panes.\n{self.text}")

    @property
    def has_panes(self) -> bool:
        """Whether the triage screen was opened, and is whole."""
        return any(isinstance(screen, TriageScreen) and screen.is_mounted for screen in self.app.screen_stack)

    @property
    def is_open(self) -> bool:
        """Whether something has taken the skeleton's place."""
        return self.has_panes or not isinstance(self.app.screen_stack[0], SkeletonScreen)

    @property
    def text(self) -> str:
        """The whole screen."""
        return screen_text(self.app)

    @property
    def top(self) -> str:
        """The line above the panes."""
        return "".join(lines_of(self.triage)[:1]).strip()

    @property
    def footer(self) -> str:
        """The line of keys."""
        return "".join(lines_of(self.triage)[-1:]).strip()

    @property
    def said(self) -> str:
        """The line above the keys."""
        return self.triage.query_one(SayLine).text

    # Keys

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the one before has arrived; a held key is not waited for."""
        for key, following in zip(keys, (*keys[1:], ""), strict=True):
            self.strike(key)
            if key != following:
                await self.settle()

    async def types_ahead(self, *keys: str) -> None:
        """Press keys faster than the app acts on them: all of them arrive before the first one has led anywhere."""
        for key in keys:
            self.strike(key)
        await self.settle()

    def strike(self, key: str) -> None:
        """Press a key, and wait for nothing that it leads to."""
        character = key if len(key) == 1 else None
        event = events.Key(key if character is None else _key_name(key), character)
        event.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(event)

    async def type(self, text: str) -> None:
        """Type text, letter by letter."""
        for character in text:
            await self.press(character)

    async def clear_field(self) -> None:
        """Empty the field that has the focus."""
        await self.press("end", "ctrl+u")

    async def settle(self) -> None:
        """Let everything happen that is on its way and needs no time, in the app and in the thread of its client."""
        for _ in range(2):
            await settled(self.app)
            thread = self.triage.session._thread if self.has_panes else None
            if thread is not None and thread._thread.is_alive():
                await thread.run(loop_at_rest())
        await settled(self.app)

    async def drawn(self) -> None:
        """Let what was read reach the screen: the app collects what arrives for a moment, then draws once."""
        await self.settle()
        await self.until(lambda: not self._is_draw_due, "what has arrived being drawn")
        await self.settle()

    @property
    def _is_draw_due(self) -> bool:
        return self.has_panes and (self.triage.session.has_events or self.triage.is_draw_due)

    # Waiting

    async def until(self, holds: Callable[[], object], words: str, *, within: float = 0.0) -> None:
        """Wait until something holds.

        Args:
            holds: What is waited for.
            words: The same in words, for the failure.
            within: Seconds of driven time that may pass on the way, one whenever the app waits for it.
        """
        deadline = time.monotonic() + PATIENCE
        passed = 0.0
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"Never seen: {words}\n{self.text}\n{self._all_words()}")
            await self.pilot.pause(0.01)
            if passed < within and self.clock.is_waited_for:
                await self.drawn()  # what the last second has brought comes before the next one
                if not holds() and self.clock.is_waited_for:
                    self._advance(1.0)
                    passed += 1.0

    async def time_passes(self, seconds: float) -> None:
        """Let time pass for the app and for the world behind it, a second at a time."""
        await self.settle()
        while seconds > 0:
            step = min(seconds, 1.0)
            self._advance(step)
            seconds -= step
            await self.settle()

    async def look_passes(self, looks: int = 1) -> None:
        """Let time pass until Seam was asked again by itself what has happened, and what came of it is drawn."""
        for _ in range(looks):
            before = self._next_look
            assert before is not None
            # Not a second more: time that passes while a look is under way is time that Seam takes to answer. But a
            # hair, since what is told of a rest is rounded.
            await self.time_passes((before - self.clock.now()).total_seconds() + HAIR)
            started = time.monotonic()
            await self.until(
                lambda before=before, since=started: self._has_looked_since(before, since),  # type: ignore[misc]
                "a look",
            )
        await self.drawn()

    def _has_looked_since(self, before: datetime, started: float) -> bool:
        """Whether a look has passed; a watcher that lay down while time was passing is not let sleep on."""
        if self._next_look != before:
            return True
        rests_until, now = self.clock.rests_until, self.clock.monotonic()
        if time.monotonic() - started > 1.0 and rests_until is not None and rests_until > now:
            self._advance(rests_until - now)
        return False

    @property
    def _next_look(self) -> datetime | None:
        return self.triage.telling.freshness(self.triage.board.store).next_at

    def leap(self, seconds: float) -> None:
        """Let much time pass at once; what would have happened on the way happens at its end."""
        self._advance(seconds)

    def _all_words(self) -> str:
        """What the detail or the dialog holds, also where it is scrolled away."""
        if self.dialog.is_open:
            return f"The dialog: {self.dialog.words}"
        return "The detail:\n" + "\n".join(self.triage.detail.layout_lines) if self.has_panes else ""

    def _advance(self, seconds: float) -> None:
        self.sandbox.clock.advance(timedelta(seconds=seconds))
        self.clock.advance(seconds)

    async def is_loaded(self, *, within: float = 0.0) -> None:
        """Wait until everything was read and drawn."""
        await self.until(self._is_at_rest, "the load's end", within=within)

    def _is_at_rest(self) -> bool:
        if not self.has_panes or not self.triage.telling.is_followed or self.triage.is_draw_due:
            return False
        triage = self.triage
        rows = triage.board.code_rows(triage._device_id, self.clock.now())
        return len(triage.devices.ids) > len(triage.board.store.devices) and list(triage.codes.ids) == list(rows)

    async def says(self, words: str, *, within: float = 0.0) -> None:
        """Wait until the line above the keys says this."""
        await self.until(
            lambda: words in self.said, f"the line saying “{words}” (it says “{self.said}”)", within=within
        )

    async def shows(self, words: str) -> None:
        """Wait until these words are anywhere on the screen."""
        await self.until(lambda: words in self.text, f"“{words}” on the screen")

    # The world behind it

    def device(self, name: str) -> Device:
        """The sandbox's lock of that name."""
        return next(device for device in self.sandbox.world.devices.values() if device.name == name)

    def code(self, name: str, on: str | None = None) -> Code:
        """The sandbox's code of that name; of several, the one that a person comes to first."""
        device_id = self.device(on).device_id if on is not None else None
        named = [code for code in self.sandbox.world.codes.values() if code.name == name]
        named = [code for code in named if device_id in {None, code.device_id}]
        shown = list(self.codes.table.ids) if self.has_panes and len(named) > 1 else []
        places = {row_id: place for place, row_id in enumerate(shown)}
        return min(named, key=lambda code: places.get(code.access_code_id, len(places)))

    def sent(self, path: str) -> int:
        """How many requests to this path have arrived at the sandbox."""
        return sum(1 for record in self.sandbox.requests if record.path == path)

    @property
    def clipboard(self) -> str:
        """What the app last put on the clipboard."""
        return self.app.clipboard


def _key_name(character: str) -> str:
    from textual.keys import _character_to_key

    return character if character.isalnum() else _character_to_key(character)


def sandbox_of(scenario: str = "default", **options: Any) -> Sandbox:
    """A sandbox whose time stands still until a test moves it.

    No PIN of it is met by chance, so that whatever looks like one is one; its names stay those that tests speak of.
    """
    options = {"traceable": True, "keeps_names": True} | options
    return create_sandbox(scenario, clock=SandboxClock(START, speed=0), **options)


def demo_launch() -> Launch:
    """The sandbox as the first run offers it."""
    wire = Wire(sandbox_of())
    connection = Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid")
    return Launch(connection=connection, transport=lambda: wire, clock=DrivenClock(START), pace=QUIET)


@asynccontextmanager
async def running_app(
    scenario: str = "default",
    *,
    size: tuple[int, int] = WIDE,
    arrange: Callable[[Sandbox], None] | None = None,
    arrange_wire: Callable[[Wire], None] | None = None,
    is_production: bool = False,
    load: bool = True,
    world: Sandbox | None = None,
    **launch: Any,
) -> AsyncIterator[RunningApp]:
    """Open the app on a sandbox of its own.

    Args:
        scenario: The sandbox's world.
        size: Columns and lines of the terminal.
        arrange: Changes the world before the app sees it.
        arrange_wire: Changes the way to it before the app uses it.
        is_production: Whether the workspace says that its doors are real.
        load: Whether to wait until everything is loaded.
        world: A sandbox that stands already, for a second app on it, or the same one started again.
        launch: Further fields of `Launch`; without a pace, nothing is asked by itself.
    """
    sandbox = world or sandbox_of(scenario)
    if arrange is not None:
        arrange(sandbox)
    wire = Wire(sandbox, is_production=is_production)
    if arrange_wire is not None:
        arrange_wire(wire)
    clock = DrivenClock(sandbox.clock.now(), counts_rests="pace" in launch)
    connection = Connection(api_key=SANDBOX_KEY, endpoint="http://sandbox.invalid")
    options = {"connection": connection, "transport": lambda: wire, "clock": clock, "pace": QUIET} | launch
    app = SeamTuiApp(Launch(**options))
    async with app.run_test(size=size, notifications=True) as pilot:
        running = RunningApp(app, pilot, sandbox, wire, clock)
        await running.until(lambda: running.is_open, "the first screen")
        if load:
            await running.is_loaded()
        yield running
