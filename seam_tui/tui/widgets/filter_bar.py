"""The filter above the codes: typed, always shown while it holds, and its mistakes said where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from seam_tui.tui.surviving import Guarded
from seam_tui.workspace.query import Query, masked, parse_query


class _Masking(Highlighter):
    """Draws a dot for each sign that is not to be seen, so that the cursor stands where it would."""

    def highlight(self, text: Text) -> None:
        """Mask a text in place."""
        text.plain = masked(text.plain)


class FilterInput(Input):
    """The box of the filter; what is typed behind `pin:` is neither shown in it nor copied from it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.clear_filter", "Clear the filter", show=False, id="filter.clear"),
        Binding("down", "screen.leave_filter", "To the codes", show=False, id="filter.leave"),
    ]

    @property
    def selected_text(self) -> str:
        """What ctrl+c and ctrl+x copy: as it is shown."""
        start, end = sorted(self.selection)
        return masked(self.value)[start:end]


class FilterBar(Guarded, Vertical):
    """A box, and a line below it that points at the first mistake. Not there while nothing is asked."""

    DEFAULT_CSS = """
    FilterBar { height: auto; display: none; }
    FilterBar.-shown { display: block; }
    FilterBar Input { background: $boost; }
    FilterBar #mistake { height: auto; color: $text-error; padding: 0 1; display: none; }
    FilterBar #mistake.-shown { display: block; }
    """

    @dataclass
    class Changed(Message):
        """Something else is asked."""

        query: Query

        def can_replace(self, message: Message) -> bool:
            """Only the newest text counts."""
            return isinstance(message, FilterBar.Changed)

    def compose(self) -> ComposeResult:
        """The box and the line."""
        yield FilterInput(
            placeholder="/ name, error:code, level:device, starts<24h, !online:yes …",
            id="filter",
            highlighter=_Masking(),
            select_on_focus=False,
            compact=True,
        )
        yield Static(id="mistake", markup=False)

    @property
    def box(self) -> Input:
        """What is typed into."""
        return self.query_one("#filter", Input)

    def open(self) -> None:
        """Show the box and put the cursor into it."""
        self.add_class("-shown")
        self.box.focus()

    def clear(self) -> None:
        """Ask for everything again, and go."""
        self.box.value = ""
        self.remove_class("-shown")

    def redraw(self) -> None:
        """Share mode was switched: other signs are masked than before."""
        self.box.refresh()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask at every letter; say a mistake below the place where it stands."""
        event.stop()
        query = parse_query(event.value)
        line = self.query_one("#mistake", Static)
        line.set_class(bool(query.mistakes), "-shown")
        if query.mistakes:
            mistake = query.mistakes[0]
            pointer = " " * mistake.start + "^" * max(mistake.end - mistake.start, 1)
            line.update(Content(f"{pointer} {mistake.words}"))
        self.post_message(self.Changed(query))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the codes; an empty box goes away."""
        event.stop()
        if not event.value.strip():
            self.clear()
        self.screen.query_one("#codes").focus()
