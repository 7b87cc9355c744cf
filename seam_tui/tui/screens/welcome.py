"""The first run: how to give the app a key, and the sandbox to try it without one."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, OptionList
from textual.widgets.option_list import Option

from seam_tui.domain.account import Workspace
from seam_tui.domain.veil import VEIL
from seam_tui.tui.screens.dialog import Dialog, words

_HOW: Final = (
    "seam-tui reads a workspace's locks and access codes from Seam, shows what is wrong, and says what to do.",
    "It needs a key of your workspace. In Seam Console: Developer, API Keys, then in your shell:",
    "    export SEAM_API_KEY=seam_…",
    "or a personal access token:",
    "    export SEAM_PERSONAL_ACCESS_TOKEN=seam_at…",
    "    export SEAM_WORKSPACE_ID=…",
    "and start seam-tui again. No code is changed before you say yes; --read-only refuses every change.",
    "Does it not work? seam-tui doctor says why. seam-tui config shows the settings and where they are.",
)


class WelcomeScreen(Dialog[str]):
    """What to do without a key; gives back `demo` or `quit`."""

    AUTO_FOCUS = "#demo"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "choose('demo')", "Demo", show=False, id="welcome.demo"),
        Binding("q", "choose('quit')", "Leave", show=False, id="welcome.quit"),
    ]

    def __init__(self) -> None:
        super().__init__("Welcome to seam-tui")

    def compose_body(self) -> ComposeResult:
        """The ways in."""
        for line in _HOW:
            yield words(line, classes="words")
        with Horizontal(id="buttons"):
            yield Button(f"Try it on the sandbox ({self.key_label('welcome.demo')})", id="demo", variant="primary")
            yield Button(f"Leave ({self.key_label('welcome.quit')})", id="quit")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take a press."""
        event.stop()
        self.dismiss(event.button.id)

    def action_choose(self, what: str) -> None:
        """Take a key."""
        self.dismiss(what)

    def action_leave(self) -> None:
        """Escape leaves the app: there is nothing behind this screen."""
        self.dismiss("quit")


class WorkspaceScreen(Dialog[str]):
    """Pick one of the workspaces that a personal access token opens; gives back its id.

    Args:
        workspaces: What there is to pick from.
    """

    def __init__(self, workspaces: tuple[Workspace, ...]) -> None:
        super().__init__("Which workspace?")
        self._workspaces = workspaces

    def compose_body(self) -> ComposeResult:
        """One line for each."""
        if not self._workspaces:
            yield words("This token opens no workspace. Ask for access in Seam Console.", classes="words")
            yield Button("Leave", id="leave")
            return
        yield OptionList(*(Option(_told(workspace), id=workspace.workspace_id) for workspace in self._workspaces))
        yield words("Enter picks · Esc leaves · SEAM_WORKSPACE_ID picks it for good", id="keys")

    def show_anew(self) -> None:
        """Share mode was switched: show names and ids as they may be shown now."""
        super().show_anew()
        for options in self.query(OptionList):
            for workspace in self._workspaces:
                options.replace_option_prompt(workspace.workspace_id, _told(workspace))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        event.stop()
        self.dismiss(event.option.id)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave."""
        event.stop()
        self.dismiss(None)


def _told(workspace: Workspace) -> Content:
    """A workspace in one line."""
    return Content.assemble(
        (VEIL.text(workspace.name), "bold"),
        "  sandbox" if workspace.is_sandbox else ("  PRODUCTION", "bold"),
        f"  {VEIL.record_id(workspace.workspace_id)}",
    )
