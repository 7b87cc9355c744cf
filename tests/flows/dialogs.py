"""Dialogs as a person meets them: questions, forms, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.widgets import Button, Input, Static

from seam_tui.tui.screens.confirm import AskScreen
from seam_tui.tui.screens.dialog import Dialog as DialogScreen
from seam_tui.tui.screens.form import FormScreen
from seam_tui.tui.widgets.detail_view import DetailView
from tests.flows.panes import plain

if TYPE_CHECKING:
    from tests.flows.driver import RunningApp


class Dialog:
    """Whatever box lies above the panes.

    Args:
        running: The app.
    """

    kind: type[Any] = DialogScreen

    def __init__(self, running: RunningApp) -> None:
        self.running = running

    @property
    def is_open(self) -> bool:
        """Whether such a box is what keys go to."""
        return isinstance(self.running.app.screen, self.kind) and self.running.app.screen.is_mounted

    @property
    def screen(self) -> DialogScreen[Any]:
        """The box."""
        screen = self.running.app.screen
        assert isinstance(screen, self.kind), f"No {self.kind.__name__} is open\n{self.running.text}"
        return screen

    @property
    def words(self) -> str:
        """Everything that it says, wrapped or scrolled away as it may be."""
        texts = [str(text.content) for text in self.screen.query(Static)]
        documents = [line for view in self.screen.query(DetailView) for line in view.layout_lines]
        return plain("\n".join([*texts, *documents]))

    @property
    def on_screen(self) -> str:
        """What of it can be seen."""
        from tests.flows.driver import lines_of

        return plain("\n".join(line.strip(" ┃│║") for line in lines_of(self.screen)))

    @property
    def focus(self) -> str:
        """The id of what has the focus."""
        focused = self.screen.focused
        return (focused.id or "") if focused is not None else ""

    async def opens(self) -> None:
        """Wait until it is there."""
        await self.running.until(lambda: self.is_open, f"a {self.kind.__name__}")

    async def closes(self) -> None:
        """Wait until nothing lies above the panes."""
        await self.running.until(
            lambda: self.running.has_panes and self.running.app.screen is self.running.triage, "the dialog's end"
        )

    async def says(self, *parts: str) -> None:
        """Wait until it is open and says this."""
        await self.opens()
        for part in parts:
            await self.running.until(lambda part=part: part in self.words, f"“{part}” in the dialog")  # type: ignore[misc]

    async def leave(self) -> None:
        """Leave it with Escape."""
        await self.opens()
        await self.running.press("escape")
        await self.closes()

    def labels(self) -> list[str]:
        """What its buttons say."""
        return [str(button.label) for button in self.screen.query(Button)]


class Confirm(Dialog):
    """A question with a yes."""

    kind = AskScreen

    async def is_ready(self) -> None:
        """Wait until it takes an answer."""
        await self.opens()
        await self.running.until(lambda: "Yes (y)" in self.labels(), "a question that takes an answer")

    async def yes(self) -> None:
        """Say yes with the letter."""
        await self.is_ready()
        await self.running.press("y")
        await self.closes()

    async def no(self) -> None:
        """Say no with the letter."""
        await self.opens()
        await self.running.press("n")
        await self.closes()


class Form(Dialog):
    """Fields to type in."""

    kind = FormScreen

    def field(self, key: str) -> Input:
        """A field by its key."""
        return self.screen.query_one(f"#field-{key}", Input)

    @property
    def problems(self) -> str:
        """What it says about what was typed."""
        return plain(str(self.screen.query_one("#problems", Static).content))

    async def fill(self, *values: str) -> None:
        """Type into the fields from the first on, Enter between them; the last stays open."""
        await self.opens()
        for number, value in enumerate(values):
            if number:
                await self.running.press("enter")
            await self.running.clear_field()
            await self.running.type(value)

    async def refuses(self, *words: str) -> None:
        """Wait until it names a problem, and see that Enter does not go on."""
        for part in words:
            await self.running.until(lambda part=part: part in self.problems, f"“{part}” in the form")  # type: ignore[misc]
        await self.running.press("enter")
        assert self.is_open, f"The form went on\n{self.running.text}"

    async def go_on(self) -> None:
        """Enter in the last field."""
        await self.running.press("enter")
        await self.running.until(lambda: not self.is_open, "the form going on")
