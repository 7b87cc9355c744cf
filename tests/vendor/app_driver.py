"""The app in front of Seam's fake, driven with keys and read like a person reads it: as lines of a screen."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, cast

from rich.segment import Segment
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input, Static

from seam_tui.seam_api.connection import Connection
from seam_tui.tui.app import SeamTuiApp
from seam_tui.tui.launch import Launch
from seam_tui.tui.screens.dialog import Dialog
from seam_tui.tui.screens.triage import TriageScreen
from seam_tui.tui.widgets.bars import SayLine
from tests.settling import settled

PATIENCE: Final = 40.0
LOOK_EVERY: Final = 0.02


@dataclass(frozen=True, slots=True)
class AppDriver:
    """The running app with its keyboard."""

    app: SeamTuiApp
    pilot: Pilot[Any]

    @property
    def triage(self) -> TriageScreen:
        """The main screen, also while a dialog covers it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, TriageScreen))

    @property
    def said(self) -> str:
        """The line above the keys."""
        return self.triage.query_one(SayLine).text

    @property
    def lines(self) -> list[list[Segment]]:
        """The screen as it is drawn now, line by line."""
        return [list(strip) for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as plain text."""
        return "\n".join("".join(segment.text for segment in line) for line in self.lines)

    @property
    def dialog_text(self) -> str:
        """Everything that the open dialog says, with what stands in its boxes; nothing while none is open."""
        dialog = self.app.screen
        if not isinstance(dialog, Dialog):
            return ""
        shown = [str(widget.render()) for widget in dialog.query(Static)]
        return "\n".join([*shown, *(box.value for box in dialog.query(Input))])

    async def until(self, what: str, condition: Callable[[], object]) -> None:
        """Wait until something holds; `what` says in the failure what never came."""
        deadline = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < deadline, f"never came: {what}\n{self.text}"
            await self.pilot.pause(LOOK_EVERY)
        await self.settle()

    async def until_loaded(self) -> None:
        """Wait for the end of the load, and for its last page to be drawn."""
        await self.until("the end of the load", lambda: not self.triage.telling.is_loading)
        store = self.triage.board.store
        await self.until("the rows", lambda: len(self.triage.codes.ids) == len(store.codes))

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has arrived everywhere; Pilot's own press costs 0.1 s a key."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            is_named = len(key) > 1 or key.isalnum()
            event = events.Key(key if is_named else _character_to_key(key), key if len(key) == 1 else None)
            event.set_sender(self.app)
            driver.send_message(event)
            await self.settle()

    async def settle(self) -> None:
        """Let everything be handled that is on its way between widgets."""
        await settled(self.app)

    async def go_to_code(self, access_code_id: str) -> None:
        """Put the cursor on a code of the list."""
        assert self.triage.show_code(access_code_id), "the code is not loaded"
        await self.settle()
        assert self.triage.codes.cursor_id == access_code_id

    async def go_to_device(self, device_id: str) -> None:
        """Choose a device, and stay at the devices."""
        await self.press("1")
        assert self.triage.devices.move_to(device_id), "the device is not in the list"
        await self.settle()

    async def until_dialog(self) -> None:
        """Wait for a dialog."""
        await self.until("a dialog", lambda: isinstance(self.app.screen, Dialog))

    async def until_no_dialog(self) -> None:
        """Wait until no dialog is open."""
        await self.until("the main screen", lambda: isinstance(self.app.screen, TriageScreen))

    async def type_over(self, text: str) -> None:
        """Replace what stands in the focused box."""
        box = cast("Input", self.app.focused)
        assert isinstance(box, Input), f"no box has the focus, but {box}"
        await self.press("end", "ctrl+u", *text)


@asynccontextmanager
async def app_on(endpoint: str, api_key: str, *, size: tuple[int, int] = (160, 50)) -> AsyncIterator[AppDriver]:
    """Run the app against an endpoint until the block ends; it must not have crashed by then."""
    app = SeamTuiApp(Launch(connection=Connection(api_key=api_key, endpoint=endpoint)))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        driver = AppDriver(app, pilot)
        await driver.until("the panes", lambda: isinstance(app.screen, TriageScreen) and app.screen.is_mounted)
        yield driver
        assert app.is_running
    assert app.return_code in {0, None}
