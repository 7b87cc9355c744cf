"""Somebody who tries everything: presses every key that a screen has, and answers whatever comes of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from textual.screen import Screen
from textual.widgets import Input

from seam_tui.domain.access_code import AccessCode
from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.operations.operation import why_disabled
from seam_tui.tui.screens.confirm import AskScreen
from seam_tui.tui.screens.form import FormScreen
from seam_tui.tui.screens.plan import PlanScreen
from seam_tui.tui.screens.save import SaveScreen
from seam_tui.tui.view import subject_of_code
from tests.flows.driver import RunningApp

MOST_ANSWERS: Final = 60
"""Answers after which an app that still asks is in a circle."""
TYPED: Final = {"name": "Prykolvunmip", "pin": "364152", "lengths": "4, 6-8", "start": "+2h", "end": "+1d"}
"""What is typed into a form's fields, by their keys; a name that no guest has, of the kind that guests have here."""
_ANSWERS: Final = {"escape", "y", "n", "enter", "f8", "ctrl+c", "ctrl+q", "ctrl+p"}
"""Keys that close a dialog, or lead out of what is tried here."""


class Wanderer:
    """Goes through an app.

    Args:
        app: The app, loaded.
        folder: Where files go that it is asked to save.
    """

    def __init__(self, app: RunningApp, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.seen: set[str] = set()
        """The screens that came, by the names of their classes."""
        self._tried: set[tuple[str, str]] = set()
        self._files = 0

    def able(self, action_id: ActionId) -> list[str]:
        """Codes for which an action is enabled, one of each lock."""
        store, now = self.app.triage.board.store, self.app.clock.now()
        codes = (code for code in store.codes.values() if self._why_not(action_id, code, now) is None)
        return list({code.device_id: code.access_code_id for code in codes}.values())

    def _why_not(self, action_id: ActionId, code: AccessCode, now: datetime) -> str | None:
        return why_disabled(action_id, subject_of_code(self.app.triage.board.store, code), now)

    async def tries(self, action_id: ActionId, key: str, *, times: int) -> int:
        """Do an action on codes for which it is enabled, each on a lock of its own; says on how many."""
        triage, able = self.app.triage, self.able(action_id)[:times]
        for access_code_id in able:
            triage.show_code(access_code_id)
            await self.app.drawn()
            triage.say("")
            await self.app.press(key)
            if ACTIONS[action_id].writes:  # it may have to be read first what it is about
                await self.app.until(lambda: self.app.app.screen is not triage or self.app.said, "what comes of it")
            await self.answers_all()
        return len(able)

    async def answers_all(self) -> None:
        """Answer whatever comes, until nothing lies above the panes."""
        for _ in range(MOST_ANSWERS):
            await self.app.settle()
            screen = self.app.app.screen
            if screen is self.app.triage:
                return
            self.seen.add(type(screen).__name__)
            await self._answer(screen)
        raise AssertionError(f"It goes on asking\n{self.app.text}")

    async def sees_runs_end(self) -> None:
        """Wait until no run is under way, and until each result was seen: it opens a moment after its strip is gone."""
        while not self._is_all_seen():
            await self.app.until(lambda: self._is_all_seen() or self._is_asked(), "the end of the run", within=600)
            await self.answers_all()

    def _is_asked(self) -> bool:
        return self.app.app.screen is not self.app.triage

    def _is_all_seen(self) -> bool:
        results = [worker for worker in self.app.triage.workers if worker.group == "result"]
        return not self._is_asked() and not self.app.triage.runs_now and all(worker.is_finished for worker in results)

    async def _answer(self, screen: Screen[Any]) -> None:
        kind = type(screen).__name__
        untried = [
            key for key in screen._bindings.key_to_bindings if key not in _ANSWERS and (kind, key) not in self._tried
        ]
        if isinstance(screen, PlanScreen) and screen.is_looking_up:
            await self.app.until(lambda: not screen.is_looking_up, "the access grants")
        elif isinstance(screen, FormScreen) and (kind, screen.dialog_title) not in self._tried:
            self._tried.add((kind, screen.dialog_title))
            await self._fill(screen)
        elif untried and not isinstance(screen, FormScreen):
            self._tried.add((kind, untried[0]))
            await self.app.press(untried[0])
        elif isinstance(screen, AskScreen | PlanScreen):
            await self._says_yes(screen)
        else:
            await self.app.press("escape")

    async def _fill(self, screen: Screen[Any]) -> None:
        for box in screen.query(Input):
            key = (box.id or "").removeprefix("field-")
            text = str(self._new_file()) if isinstance(screen, SaveScreen) else TYPED.get(key, "")
            if text:
                box.focus()
                await self.app.clear_field()
                await self.app.type(text)
        await self.app.press("ctrl+t", "ctrl+t")
        if self.app.app.screen is screen:
            await self.app.press("ctrl+s")

    async def _says_yes(self, screen: Screen[Any]) -> None:
        """Say yes, typing the count where it is asked for; a run then takes its time."""
        await self.app.press("y")
        counts = list(screen.query(Input)) if self.app.app.screen is screen else []
        if isinstance(screen, PlanScreen) and counts:
            await self.app.type(str(len(screen.plan.steps)))
            await self.app.press("enter")
        await self.app.time_passes(20 if isinstance(screen, PlanScreen) else 5)
        if self.app.app.screen is screen:
            await self.app.press("escape")

    def _new_file(self) -> Path:
        self._files += 1
        return self.folder / f"saved-{self._files}.md"
