"""A tiny app that crashes in the way its first argument names, with secrets in every place that a traceback shows."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from typing import ClassVar, NoReturn

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Static

from seam_tui.tui.crash import run_app
from seam_tui.tui.surviving import Guarded, SurvivingApp

SCENARIO = sys.argv[1]
STRANGE = {"an exception that draws itself", "an exception that fails itself", "an exception group"}


class DrawnError(Exception):
    """Draws itself, secrets and all: what Textual hands to `panic`."""

    def __rich__(self) -> Text:
        return Text(str(self))


class HostileError(Exception):
    """Fails or leaks in every method that a reporter may call."""

    def __str__(self) -> str:
        raise RuntimeError("PIN 4815")

    __repr__ = __str__

    @property
    def __class__(self) -> type:  # type: ignore[override]
        raise RuntimeError("PIN 4815")

    @property
    def __rich__(self) -> str:
        raise RuntimeError("PIN 4815")

    @property
    def __cause__(self) -> BaseException:  # type: ignore[override]
        raise RuntimeError("PIN 4815")


def fail() -> NoReturn:
    """Raise with a PIN, a key and a guest's name in the locals, the source and the message."""
    pin, key, guest = "PIN 4815", "seam_live_9f3cKEY", "Guest Zebedee"
    if "that draws itself" in SCENARIO:
        raise DrawnError(pin, key, guest)
    if "that fails itself" in SCENARIO:
        raise HostileError(pin, key, guest)
    if "an exception group" in SCENARIO:
        raise ExceptionGroup(f"{pin} {key} {guest}", [ValueError(pin), ExceptionGroup(key, [KeyError(guest)])])
    if SCENARIO == "an interrupt":
        raise KeyboardInterrupt(f"{pin} {key} {guest}")
    if SCENARIO == "an exit with words":
        raise SystemExit(f"{pin} {key} {guest}")
    try:
        {}[pin]
    except KeyError as error:
        raise ValueError(f"{pin} {key} {guest}") from error


async def fail_later() -> None:
    await asyncio.sleep(0)
    fail()


class Dropped:
    def __del__(self) -> None:
        fail()


class Unrenderable(Static):
    def render(self) -> str:
        fail()


class Poke(Message):
    pass


class Fragile(Guarded, Static):
    def on_poke(self) -> None:
        fail()


class CrashingApp(SurvivingApp[None]):
    """Crashes where the scenario says; `q` ends it, `x` fails."""

    BINDINGS: ClassVar = [Binding("x", "fail", "Fail"), Binding("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        if SCENARIO in {"compose", *STRANGE}:
            fail()
        yield Static("not ready", id="state")
        yield Fragile("x", id="fragile")

    def on_mount(self) -> None:
        match SCENARIO:
            case "on_mount":
                fail()
            case "an async worker that ends the app":
                self.run_worker(fail_later(), name="loader")
            case "an async worker":
                self.run_worker(fail_later(), name="loader", exit_on_error=False)
            case "a worker of a widget":
                self.query_one("#state").run_worker(fail_later(), name="loader", exit_on_error=False)
            case "a thread worker":
                self.run_worker(fail, name="loader", thread=True, exit_on_error=False)
            case "a plain thread":
                threading.Thread(target=fail, name="loader").start()
            case "a task that nobody awaits":
                self.set_interval(0.02, self.collect)
                asyncio.create_task(fail_later())  # noqa: RUF006 - nobody keeps it: that is the scenario
            case "a finaliser":
                Dropped()
            case "the render of a widget":
                self.mount(Unrenderable())
            case "a signal":
                self.call_later(os.kill, os.getpid(), signal.SIGINT)
            case "a panic with words":
                self.panic("PIN 4815 seam_live_9f3cKEY Guest Zebedee")
            case "a driver that is never stopped" | "a crash on the way out":
                self.exit()
            case "words on the way out":
                self.exit(return_code=3, message="bye")
            case "an exit after the crash":
                self.call_later(self.exit)
                self.call_later(fail)
            case "a handler of the app":
                self.post_message(Poke())
            case "a handler of a widget":
                self.query_one("#fragile").post_message(Poke())
            case "a timer":
                self.set_timer(0.01, fail)
            case "a callback after the next frame":
                self.call_after_refresh(fail)
            case "a timer that fails at every tick":
                self.set_interval(0.01, fail)
            case "out of memory":
                self.call_later(self.run_out)
        self.query_one("#state", Static).update("READY")

    def run_out(self) -> None:
        raise MemoryError

    def collect(self) -> None:
        gc.collect()

    def on_poke(self) -> None:
        fail()

    def action_fail(self) -> None:
        fail()

    async def _process_messages(self, *args: object, **kwargs: object) -> None:
        await super()._process_messages(*args, **kwargs)
        if SCENARIO == "a crash on the way out":
            fail()


def fail_to_leave(*_: object) -> NoReturn:
    fail()


def make() -> CrashingApp:
    if SCENARIO == "a driver that is never stopped":
        # Runs just before the driver is stopped, in the same `finally` (App._process_messages).
        Reactive._clear_watchers = fail_to_leave  # type: ignore[method-assign]
    if SCENARIO == "the start":
        fail()
    return CrashingApp()


if __name__ == "__main__":
    # A shell that starts the tests in the background lets their children ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    raise SystemExit(run_app(make))
