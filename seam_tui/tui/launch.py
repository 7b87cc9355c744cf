"""What the app is started with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from seam_tui.domain.clock import Clock, SystemClock
from seam_tui.seam_api.connection import Connection
from seam_tui.sync.pace import WatchPace
from seam_tui.tui.keymap import DEFAULT_KEYS, Keymap

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Launch:
    """Everything the command line and the settings decided."""

    connection: Connection | None = None
    """None shows the first-run screen."""
    transport: Callable[[], httpx.AsyncBaseTransport] | None = field(default=None, repr=False)
    """Makes the way to the server, in the Seam thread: the sandbox in this process; None is HTTP."""
    demo: Callable[[], Launch] | None = field(default=None, repr=False)
    """How to start the sandbox instead, for the first-run screen."""
    read_only: bool = False
    read_only_workspaces: frozenset[str] = frozenset()
    """Ids of workspaces that open read-only."""
    share: bool = False
    """Whether it opens in share mode: guests, logins and ids hidden."""
    share_fixed: bool = False
    """Whether share mode may not be left, nor a PIN be seen: a visitor in a browser. It opens in share mode then."""
    remedies_file: Path | None = None
    """The user's own remedies."""
    journal_folder: Path | None = None
    """Where runs are kept; None is the user's state folder, or for a transport a folder that goes with the app."""
    sorts_file: Path | None = None
    """Where the orders of the lists are remembered; None is the user's state folder, or for a transport nowhere."""
    cache_folder: Callable[[], Path] | None = None
    """Says where pictures of workspaces are kept from one start to the next; None keeps none."""
    concurrency: int = 4
    pace: WatchPace = field(default_factory=WatchPace)
    """How often Seam is asked what has happened, and how much is read again besides."""
    clock: Clock = field(default_factory=SystemClock)
    theme: str | None = None
    ascii: bool | None = None
    """Whether only ASCII is painted; None is wherever nothing else would arrive."""
    large: bool = False
    """Whether to open in the layout for a projector."""
    keymap: Keymap = DEFAULT_KEYS
    """The keys in force."""

    @property
    def needs_workspace(self) -> bool:
        """Whether a personal access token stands alone, so that a workspace must be picked."""
        connection = self.connection
        return connection is not None and connection.personal_access_token is not None and not connection.workspace_id
