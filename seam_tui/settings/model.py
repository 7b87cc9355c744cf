"""What can be set, and the error of a setting that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DEFAULT_ENDPOINT: Final = "https://connect.getseam.com"
CONFIG_FOLDER_VARIABLE: Final = "SEAM_TUI_CONFIG_DIR"
VARIABLES: Final[Mapping[str, str]] = {
    "api_key": "SEAM_API_KEY",
    "personal_access_token": "SEAM_PERSONAL_ACCESS_TOKEN",
    "workspace_id": "SEAM_WORKSPACE_ID",
    "endpoint": "SEAM_ENDPOINT",
    "read_only": "SEAM_TUI_READ_ONLY",
    "read_only_workspaces": "SEAM_TUI_READ_ONLY_WORKSPACES",
    "concurrency": "SEAM_TUI_CONCURRENCY",
    "request_timeout": "SEAM_TUI_REQUEST_TIMEOUT",
    "poll_interval": "SEAM_TUI_POLL_INTERVAL",
    "requests_per_minute": "SEAM_TUI_REQUESTS_PER_MINUTE",
    "cache": "SEAM_TUI_CACHE",
    "share": "SEAM_TUI_SHARE",
    "theme": "SEAM_TUI_THEME",
    "ascii": "SEAM_TUI_ASCII",
    "large": "SEAM_TUI_LARGE",
}
"""Each setting's environment variable; the setting's name is its key in the config file."""
KEYS: Final = "keys"
"""The config file's table of keys; no variable stands for it."""
SECRETS: Final = ("api_key", "personal_access_token")
KEY_LIKE: Final = re.compile(r"seam_|\bey[A-Za-z0-9_-]{8}")
"""What looks like a key or a token of Seam's."""
TOKEN: Final = re.compile(r"[!-~]+\Z")
"""One word of printable ASCII."""
_MAX_SHOWN: Final = 80


class SettingsError(Exception):
    """A setting that cannot be used. Never holds a key or a token.

    Attributes:
        field: The setting, or the config file's key.
        source: Where it came from: a variable's name, or a file and its key.
        problem: What is wrong with it, with its value unless that is or looks like a secret.
        remedy: The way out.
    """

    def __init__(self, field: str, source: str, problem: str, remedy: str) -> None:
        super().__init__(f"{source}: {problem} {remedy}")
        self.field = field
        self.source = source
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that no `repr` and no `str` shows, as pydantic's `SecretStr`, without pydantic."""

    _value: str

    def get_secret_value(self) -> str:
        """The text itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(**********)"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run; its `repr` masks what is secret."""

    config_folder: Path
    """Folder of `config.toml` and `remedies.toml`."""
    api_key: Secret | None = None
    """A key of one workspace (`seam_…`); never together with a personal access token."""
    personal_access_token: Secret | None = None
    """A person's token (`seam_at…`); needs a workspace, which the app offers when none is set."""
    workspace_id: str | None = None
    """The workspace to open with a personal access token."""
    endpoint: str = DEFAULT_ENDPOINT
    """Seam's address, without a slash at its end."""
    read_only: bool = False
    """Whether every write is refused."""
    read_only_workspaces: tuple[str, ...] = ()
    """Ids of the workspaces in which every write is refused."""
    concurrency: int = 4
    """Requests in flight at first, 1 to 32; the client adapts it to the latency that it sees."""
    request_timeout: float = 30.0
    """Seconds until a request without an answer is given up; the SDK's own default."""
    poll_interval: float = 15.0
    """Seconds from one look at what has happened to the next, 5 to 600."""
    requests_per_minute: int = 60
    """Requests that reading again what no event tells may make, 0 to 600; 0 turns it off."""
    cache: bool = True
    """Whether a picture of the workspace, without PINs, is kept on disk for the next start."""
    share: bool = False
    """Whether the app opens in share mode: guests, logins and ids hidden."""
    theme: str | None = None
    """A theme's name; None for the app's own."""
    ascii: bool | None = None
    """Whether only ASCII is painted; None is where the terminal could draw nothing else."""
    large: bool = False
    """Whether the app opens in its layout for a projector."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Keys by the id of what they do, as they were written; the screen knows which there are."""
    sources: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Where each setting came from that is no default: a variable's name, or a file and its key."""

    @property
    def credentials_missing(self) -> bool:
        """Whether there is nothing to sign in with, so that the first-run screen is shown."""
        return self.api_key is None and self.personal_access_token is None

    @property
    def config_file(self) -> Path:
        """The config file's place, whether it exists or not."""
        return self.config_folder / "config.toml"

    @property
    def user_remedies_file(self) -> Path:
        """The user's own remedies, whether they exist or not."""
        return self.config_folder / "remedies.toml"

    def is_read_only(self, workspace_id: str) -> bool:
        """Whether writes are refused in that workspace."""
        return self.read_only or workspace_id in self.read_only_workspaces


def shown(value: object) -> str:
    """A value for an error: short, printable, and not shown at all if it may be a secret."""
    text = ascii(value)
    if KEY_LIKE.search(text) or "@" in text or "?" in text:
        return "not shown: it may hold a secret"
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"
