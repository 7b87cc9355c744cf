"""What an app survives: a handler, a key or a worker of ours that fails becomes a dialog, and the app goes on.

Textual 8.2.8 ends the app at every exception, and the widget whose handler raised takes no message after it
(`MessagePump._process_messages_loop`). What must be stopped there is stopped in `_dispatch_message`; timers and
callbacks go on by themselves once `_handle_exception` comes back. What draws is not survived: it would fail at the next
frame again, with nothing left to say so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.app import ReturnType
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from seam_tui.domain.app_log import LOG, Word
from seam_tui.domain.crash_log import write_crash_log
from seam_tui.domain.scrub import exception_name, safe_name
from seam_tui.tui.crash import CrashSafeApp

if TYPE_CHECKING:
    from textual.dom import DOMNode

    from seam_tui.tui.messages import BackgroundFailed

_CATCH: Final[frozenset[CodeType]] = frozenset({Timer._tick.__code__, MessagePump._flush_next_callbacks.__code__})
"""Textual's places that hand an exception to `_handle_exception` and then go on as if nothing had been."""
_AFTER_A_FRAME: Final[CodeType] = Screen._invoke_and_clear_callbacks.__code__
"""Calls what waited for the next frame; whoever catches what fails there goes on as well."""
_DRAWING: Final = frozenset(
    {"compose", "_compose", "render", "_render", "render_line", "render_lines", "_refresh_layout", "_on_timer_update"}
)
"""Functions in whose frames a failure leaves no screen to go on with."""
_BEGINNINGS: Final = (events.Compose, events.Load, events.Unmount)
"""Without what follows these, a screen is none."""


class SurvivingApp(CrashSafeApp[ReturnType]):
    """An app that goes on after what can be survived, and says so in a dialog.

    Attributes:
        survived: How often each place failed, by the place and the exception's class.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survived: Counter[tuple[str, str]] = Counter()

    def survive(self, where: str, error: Exception) -> bool:
        """Tell of a failure and go on, if that can be.

        Args:
            where: What failed, in words of our own code.
            error: Nothing of it is told but its class.

        Returns:
            False when it has to end the app, and nothing was told.
        """
        is_leaving = self._exit or not self._running or self.crash is not None
        if is_leaving or issubclass(type(error), MemoryError) or _was_drawing(error):  # isinstance asks `__class__`
            return False
        where, name = safe_name(where), exception_name(error)
        if self._is_worth_telling(where, name):
            log = write_crash_log(error, self.crash_folder, where=where)
            LOG.error("went on after %s in %s, see %s", Word(name), Word(where), log)
            self.call_later(self._show_failure, where, name, log)
        return True

    def report_failure(self, where: str, name: str, log: Path | None) -> None:
        """Show what has failed in the background."""
        if self._is_worth_telling(where, name):
            LOG.error("went on after %s in %s, see %s", Word(name), Word(where), log)
            self._show_failure(where, name, log)

    def on_background_failed(self, message: BackgroundFailed) -> None:
        """Show what has failed in the thread that talks to Seam."""
        self.report_failure(message.where, message.name, message.log)

    def _is_worth_telling(self, where: str, name: str) -> bool:
        """Count a failure; the 1st, 2nd, 4th, 8th … of a kind: what fails at every tick must leave time for a key."""
        self.survived[where, name] += 1
        times = self.survived[where, name]
        return times & (times - 1) == 0

    def _show_failure(self, where: str, name: str, log: Path | None) -> None:
        """Open the dialog; one more failure while that is open is counted there."""
        from seam_tui.tui.screens.failure import FailureScreen

        shown = next((screen for screen in self.screen_stack if isinstance(screen, FailureScreen)), None)
        if shown is not None:
            shown.count_one_more()
        else:
            self.push_screen(FailureScreen(where, name, log, self.survived[where, name]))

    async def _dispatch_message(self, message: Message) -> None:
        """Go on after a handler of the app itself has failed."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if isinstance(message, (*_BEGINNINGS, events.Mount)) or not self.survive(_handler(self, message), error):
                raise

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """Go on after a key or a button has failed, wherever it was pressed."""
        try:
            return await super()._dispatch_action(namespace, action_name, params)
        except Exception as error:
            if not self.survive(f"{type(namespace).__name__}.action_{action_name}", error):
                raise
            return True

    def _handle_exception(self, error: Exception) -> None:
        """End the app, unless whoever caught it goes on, and can."""
        codes = [frame.f_code for frame in _frames(error)]
        goes_on = bool(codes) and (codes[0] in _CATCH or _AFTER_A_FRAME in codes)
        if not (goes_on and self.survive(_place(error), error)):
            super()._handle_exception(error)


class Guarded(MessagePump):
    """A screen or a widget that goes on after one of its handlers has failed; stands before Textual's own class."""

    async def _dispatch_message(self, message: Message) -> None:
        """As Textual's; a failure ends the app only where nothing could go on."""
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            app = self.app
            if not isinstance(app, SurvivingApp) or self._cannot_do_without(message):
                raise
            if not app.survive(_handler(self, message), error):
                raise

    def _cannot_do_without(self, message: Message) -> bool:
        """Whether nothing is left after the handler of this failed; a dialog that was not filled can be closed."""
        return isinstance(message, _BEGINNINGS) or (
            isinstance(message, events.Mount) and not isinstance(self, ModalScreen)
        )


def _handler(pump: MessagePump, message: Message) -> str:
    return f"{type(pump).__name__}.{message.handler_name}"


def _frames(error: Exception) -> Iterator[FrameType]:
    """Where an exception came through, from where it was caught to where it was raised."""
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _was_drawing(error: Exception) -> bool:
    return any(frame.f_code.co_name in _DRAWING for frame in _frames(error))


def _place(error: Exception) -> str:
    """The first function of ours that a failure went through: what Textual was asked to call."""
    ours = (frame for frame in _frames(error) if str(frame.f_globals.get("__name__")).startswith("seam_tui."))
    return next((frame.f_code.co_qualname for frame in ours), "a timer")
