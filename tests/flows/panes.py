"""The three panes as a person uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.tui.widgets.document import Button
from seam_tui.tui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from tests.flows.driver import RunningApp


def plain(text: str) -> str:
    """Text without its line breaks and indents: how wide the pane is does not matter."""
    return " ".join(text.split())


def lines_of_widget(running: RunningApp, selector: str) -> list[str]:
    """The lines of the triage screen that a widget covers."""
    from tests.flows.driver import lines_of

    region = running.triage.query_one(selector).region
    lines = lines_of(running.triage)[region.y : region.bottom]
    return [line[region.x : region.right] for line in lines]


class Pane:
    """What all panes share.

    Args:
        running: The app.
    """

    name = ""
    key = ""

    def __init__(self, running: RunningApp) -> None:
        self.running = running

    @property
    def is_shown(self) -> bool:
        """Whether it has a place on the screen."""
        return self.running.triage.query_one(f"#{self.name}-pane").display

    @property
    def has_focus(self) -> bool:
        """Whether keys go to it."""
        focused = self.running.triage.focused
        return focused is not None and focused.id == self.name

    @property
    def title(self) -> str:
        """The words in its border."""
        title = self.running.triage.query_one(f"#{self.name}-pane").border_title
        return str(title)

    @property
    def note(self) -> str:
        """The words in the lower edge of its border."""
        return str(self.running.triage.query_one(f"#{self.name}-pane").border_subtitle)

    @property
    def text(self) -> str:
        """What of it is on the screen."""
        return plain("\n".join(lines_of_widget(self.running, f"#{self.name}")))

    async def focus(self) -> None:
        """Go there by its number."""
        await self.running.press(self.key)
        await self.running.until(lambda: self.has_focus, f"the focus on the {self.name}")


class ListPane(Pane):
    """A list with a cursor."""

    @property
    def table(self) -> RecordTable:
        """The widget."""
        return self.running.triage.query_one(f"#{self.name}", RecordTable)

    def title_of(self, row_id: str) -> str:
        """A row's name."""
        raise NotImplementedError

    @property
    def titles(self) -> list[str]:
        """The names of all rows, from top to bottom."""
        return [self.title_of(row_id) for row_id in self.table.ids]

    @property
    def at(self) -> str:
        """The name of the row under the cursor."""
        return self.title_of(self.table.cursor_id) if self.table.cursor_id is not None else ""

    def has(self, title: str) -> bool:
        """Whether there is such a row."""
        return title in self.titles

    async def gains(self, title: str, *, within: float = 0.0) -> None:
        """Wait until there is such a row."""
        await self.running.until(lambda: self.has(title), f"{title} among the {self.name}", within=within)

    async def loses(self, title: str, *, within: float = 0.0) -> None:
        """Wait until there is no such row."""
        await self.running.until(lambda: not self.has(title), f"no {title} among the {self.name}", within=within)

    async def says(self, words: str) -> None:
        """Wait until the pane itself says something: why it is empty."""
        await self.running.until(lambda: words in self.text, f"the {self.name} pane saying “{words}”")

    async def choose(self, title: str) -> None:
        """Move the cursor to a row with the arrow keys."""
        await self.gains(title)
        await self.choose_row(next(row_id for row_id in self.table.ids if self.title_of(row_id) == title))

    async def choose_row(self, row_id: str) -> None:
        """Move the cursor to a row of which the id is known: names may be alike, or empty."""
        await self.focus()
        for _ in range(20):
            if self.table.cursor_id == row_id:
                await self._shown_in_detail(self.title_of(row_id))
                return
            assert self.table.cursor_id is not None
            ids = list(self.table.ids)
            steps = ids.index(row_id) - ids.index(self.table.cursor_id)
            page = max(len(self.table.visible_ids) - 1, 1)
            far = ["pagedown" if steps > 0 else "pageup"] * (abs(steps) // page)
            await self.running.press(*(far or ["down" if steps > 0 else "up"] * abs(steps)))
        raise AssertionError(f"The cursor never came to {self.title_of(row_id)}\n{self.running.text}")

    async def _shown_in_detail(self, title: str) -> None:
        """Wait until the detail has followed the cursor."""
        if title != "All devices":
            head = plain(title)[:12]
            await self.running.until(lambda: head in self.running.detail.document[:120], f"{title} in the detail")

    def row(self, title: str) -> str:
        """The line of a row as it stands on the screen."""
        lines = lines_of_widget(self.running, f"#{self.name}")
        found = [line for line in lines if title[:8] in line]
        assert found, f"No line of {title} on the screen\n{self.running.text}"
        return plain(found[0])


class DevicesPane(ListPane):
    """The locks."""

    name, key = "devices", "1"

    def title_of(self, row_id: str) -> str:
        """A lock's name."""
        if row_id == ALL_DEVICES:
            return "All devices"
        device = self.running.triage.board.store.devices.get(row_id)
        return device.title if device is not None else row_id


class CodesPane(ListPane):
    """The access codes."""

    name, key = "codes", "2"

    def title_of(self, row_id: str) -> str:
        """A code's name."""
        code = self.running.triage.board.store.codes.get(row_id)
        return code.title if code is not None else row_id

    async def choose(self, title: str, *, on: str | None = None) -> None:
        """Move the cursor to a code, by way of its lock if it is named."""
        if on is not None:
            await self.running.devices.choose(on)
        await super().choose(title)

    @property
    def words(self) -> list[str]:
        """The severity of every row, from top to bottom."""
        from seam_tui.workspace.triage import severity_of

        store, now = self.running.triage.board.store, self.running.clock.now()
        codes = [store.codes[row_id] for row_id in self.table.ids]
        return [severity_of(code, store.issues_of_code(code), now).word for code in codes]


class DetailPane(Pane):
    """The detail of what is chosen."""

    name, key = "detail", "3"

    @property
    def document(self) -> str:
        """All of it, also what is scrolled away."""
        return plain("\n".join(self.running.triage.detail.layout_lines))

    async def shows(self, *parts: str, within: float = 0.0) -> None:
        """Wait until these words stand in it."""
        for part in parts:
            await self.running.until(
                lambda part=part: part in self.document,  # type: ignore[misc]
                f"“{part}” in the detail",
                within=within,
            )

    async def shows_step(self, words: str) -> None:
        """Wait until a numbered step says this."""

        def is_there() -> bool:
            document = self.document
            return any(words in part for part in _steps(document))

        await self.running.until(is_there, f"a step “{words}” in the detail")

    def button(self, label: str, issue: str | None = None) -> Button:
        """A button by its label, of one issue's card if it is named."""
        for button in self.running.triage.detail.buttons:
            if button.label == label and issue in {None, button.issue.code if button.issue else ""}:
                return button
        raise AssertionError(f"No button “{label}” in the detail:\n{self.document}")

    def why_not(self, label: str) -> str:
        """Why a button can't be used; empty when it can."""
        return self.button(label).why_disabled or ""

    async def press(self, label: str, issue: str | None = None) -> None:
        """Go to a button with the arrow keys and press it."""
        wanted = self.button(label, issue)
        await self.focus()
        for _ in self.running.triage.detail.buttons:
            chosen = self.running.triage.detail.chosen_button
            if chosen is not None and (chosen.action_id, chosen.issue) == (wanted.action_id, wanted.issue):
                await self.running.press("enter")
                return
            await self.running.press("right")
        raise AssertionError(f"“{label}” was never chosen\n{self.running.text}")


def _steps(document: str) -> list[str]:
    import re

    return re.split(r" (?=\d+\. )", document)[1:]
