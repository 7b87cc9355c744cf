"""What all dialogs share: a box in the middle, Escape to go back one level, text that is never markup."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Button, Static

from seam_tui.domain.veil import SHARED, VEIL
from seam_tui.tui.drawn import forget_drawn
from seam_tui.tui.key_names import key_label
from seam_tui.tui.keymap import keymap_of
from seam_tui.tui.surviving import Guarded
from seam_tui.tui.widgets.bars import READ_ONLY


def words(text: str | Content, *, id: str | None = None, classes: str | None = None) -> Static:  # noqa: A002
    """A static text that shows its characters as they are."""
    return Static(Content(text) if isinstance(text, str) else text, markup=False, id=id, classes=classes)


class Dialog(Guarded, ModalScreen[ScreenResultType]):
    """A modal box; Escape leaves it without a result.

    Args:
        title: What it is about, as plain text.
    """

    CSS_PATH = "dialog.tcss"
    AUTO_FOCUS = "Input, OptionList, Button"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False, id="dialog.back")]

    YES: ClassVar[str] = "confirm.yes"
    """The id of the key that says yes, for those with a button `yes`."""
    READY_AFTER: ClassVar[float] = 0.4
    """Seconds until a y counts; longer than between two letters of a word, shorter than reading the question."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.dialog_title = title
        self._is_left = False
        self.takes_a_yes = False
        """Whether the moment is over in which a key was not meant for this dialog."""

    def keys_of(self, binding_id: str) -> tuple[str, ...]:
        """The keys in force for something that this dialog does, as Textual names them.

        Args:
            binding_id: One of those in `BINDINGS`, also of a base.
        """
        own = (binding for part in type(self).__mro__ for binding in part.__dict__.get("BINDINGS", ()))
        return keymap_of(self.app).keys(next(binding for binding in own if binding.id == binding_id))

    def key_label(self, binding_id: str) -> str:
        """The first of those keys as a person reads it."""
        return key_label(self.keys_of(binding_id)[0])

    def let_a_moment_pass(self) -> None:
        """Take a yes only from a moment on; until then the button says so. For dialogs with a button `yes`."""
        for button in self.query("#yes").results(Button):
            button.disabled = True
            button.label = "Yes …"
        if self.READY_AFTER:
            self.set_timer(self.READY_AFTER, self._take_a_yes)
        else:
            self._take_a_yes()

    def _take_a_yes(self) -> None:
        self.takes_a_yes = True
        for button in self.query("#yes").results(Button):
            button.disabled = False
            button.label = f"Yes ({self.key_label(self.YES)})"

    def compose(self) -> ComposeResult:
        """The box with its title, and what `compose_body` adds."""
        with VerticalScroll(id="box", can_focus=False) as box:
            box.border_title = self._badges()
            yield words(self.dialog_title, id="title")
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """What stands below the title."""
        yield from ()

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        forget_drawn()

    def show_anew(self) -> None:
        """Share mode was switched while it is open; one above the panes is closed instead."""
        self.query_one("#box").border_title = self._badges()

    def _badges(self) -> Content | None:
        """What else the bar on top says at all times: a dialog may lie over it."""
        badges = []
        if _is_read_only(self.app):
            badges.append((READ_ONLY, "bold reverse"))
        if VEIL.is_drawn:
            badges.append((SHARED, "bold reverse"))
        return Content(" ").join(Content.styled(*badge) for badge in badges) if badges else None

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave, once: Textual takes away whatever lies on top, and a second key may come before this has gone."""
        if self._is_left:
            return AwaitComplete()
        self._is_left = True
        return super().dismiss(result)

    def action_leave(self) -> None:
        """Go back one level without doing anything."""
        self.dismiss(None)


def _is_read_only(app: App[Any]) -> bool:
    """Whether nothing can be changed: what the session says, before there is one what the app was started with."""
    sessions = [session for screen in app.screen_stack if (session := getattr(screen, "session", None)) is not None]
    return any(holder.read_only for holder in sessions or [getattr(app, "launch", None)] if holder is not None)
