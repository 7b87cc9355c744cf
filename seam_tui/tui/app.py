"""The application: wires settings, screens and session; holds no feature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from seam_tui.domain.collecting import resume_collecting
from seam_tui.tui.actions import PALETTE, bindings_everywhere
from seam_tui.tui.drawn import untie_lines
from seam_tui.tui.keymap import Keymap
from seam_tui.tui.launch import Launch
from seam_tui.tui.picturing import PicturingApp
from seam_tui.tui.readable import ReadableApp
from seam_tui.tui.screens.skeleton import ListingScreen, SkeletonScreen
from seam_tui.tui.sharing import SharingApp
from seam_tui.tui.typing_ahead import TypingAheadApp

if TYPE_CHECKING:
    from textual.command import Provider

    from seam_tui.tui.messages import ConnectionFailed, WorkspacesRead
    from seam_tui.tui.session import Session

_HERE: Final = Path(__file__).parent


def _palette_commands() -> type[Provider]:
    """What the palette offers, imported when it is first opened."""
    from seam_tui.tui.palette import PaletteCommands

    return PaletteCommands


class SeamTuiApp(TypingAheadApp[None], PicturingApp[None], ReadableApp[None], SharingApp[None]):
    """seam-tui.

    Args:
        launch: What the command line and the settings decided.
    """

    TITLE = "seam-tui"
    # Of a screen's own stylesheet Textual 8.2.8 knows nothing as long as the screen is the app's first.
    CSS_PATH: ClassVar = [_HERE / "looks.tcss", _HERE / "screens" / "triage.tcss"]  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_palette_commands}  # noqa: RUF012 - textual types it
    BINDINGS: ClassVar[list[BindingType]] = list(bindings_everywhere())

    def __init__(self, launch: Launch) -> None:
        self.COMMAND_PALETTE_BINDING = launch.keymap.keys(PALETTE)[0]  # type: ignore[misc]  # read as an app is made
        super().__init__()
        untie_lines()
        self.suit_terminal(launch.theme, ascii_only=launch.ascii)
        self.launch = launch
        self.set_keymap(launch.keymap.for_textual)
        self._picking: Session | None = None
        self._opens_itself = launch.connection is not None and not launch.needs_workspace

    @property
    def keymap(self) -> Keymap:
        """The keys in force."""
        return self.launch.keymap

    def on_mount(self) -> None:
        """Open the screen that the launch asks for; the triage screen waits for its skeleton to be drawn."""
        if not self._opens_itself:
            resume_collecting()
        if self.launch.connection is None:
            from seam_tui.tui.screens.welcome import WelcomeScreen

            self.push_screen(WelcomeScreen(), self._welcomed)
        elif self.launch.needs_workspace:
            from seam_tui.tui.session import Session

            self._picking = Session(self.launch, self.post_message)
            self._picking.list_workspaces()

    def get_default_screen(self) -> Screen[Any]:
        """What lies under all others: the skeleton where the triage screen comes next by itself."""
        if self._opens_itself:
            return SkeletonScreen(self.size.width)
        return ListingScreen() if self.launch.connection is not None else super().get_default_screen()

    def post_display_hook(self) -> None:
        """Open the triage screen once the skeleton can be seen: importing it takes as long as drawing that."""
        if self._opens_itself and not self._batch_count:
            self._opens_itself = False
            self.call_later(self._open)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: our registry and the themes. Textual's own screenshot is left out: it could hold a PIN."""
        from seam_tui.tui.palette import commands
        from seam_tui.tui.performing import PerformingScreen

        if isinstance(screen, PerformingScreen):
            yield from commands(screen)
        yield SystemCommand(
            "Theme", "Change the colours, one theme of high contrast among them", self.action_change_theme
        )

    async def _open(self) -> None:
        from seam_tui.tui.screens.triage import TriageScreen

        await self.push_screen(TriageScreen(self.launch))  # so that the next key finds it whole
        resume_collecting()

    async def _welcomed(self, choice: str | None) -> None:
        if choice == "demo" and self.launch.demo is not None:
            self.launch = self.launch.demo()
            await self._open()
        else:
            self.exit()

    def on_workspaces_read(self, message: WorkspacesRead) -> None:
        """Let the person pick a workspace."""
        from seam_tui.tui.screens.welcome import WorkspaceScreen

        self._stop_picking()
        self.push_screen(WorkspaceScreen(message.workspaces), self._picked)

    async def _picked(self, workspace_id: str | None) -> None:
        if workspace_id is None or self.launch.connection is None:
            self.exit()
            return
        connection = replace(self.launch.connection, workspace_id=workspace_id)
        self.launch = replace(self.launch, connection=connection)
        await self._open()

    def on_connection_failed(self, message: ConnectionFailed) -> None:
        """The workspaces could not be listed: say so, then leave."""
        from seam_tui.tui.screens.notice import NoticeScreen

        self._stop_picking()
        failure = message.failure
        lines = [failure.what, failure.remedy, *([f"Request {failure.request_id}"] if failure.request_id else [])]
        self.push_screen(NoticeScreen("Could not read the workspaces", lines), lambda _: self.exit(return_code=2))

    def _stop_picking(self) -> None:
        if self._picking is not None:
            self._picking.close()
            self._picking = None
