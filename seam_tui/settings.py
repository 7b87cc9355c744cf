"""What the user set: the environment first, then the config file, then the defaults.

An error names the setting, its value, where the value came from and the way out. A key or a token is never repeated,
not even one that was put into the wrong setting. pydantic is imported only when settings are loaded.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pydantic import SecretStr
    from pydantic_settings import BaseSettings

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
    "theme": "SEAM_TUI_THEME",
}
"""Each setting's environment variable; the setting's name is its key in the config file."""

_SECRETS: Final = ("api_key", "personal_access_token")
_KEY_LIKE: Final = re.compile(r"seam_|\bey[A-Za-z0-9_-]{8}")
_TOKEN: Final = re.compile(r"[!-~]+\Z")
_POSITION: Final = re.compile(r"\(at [^()]*\)")
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


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run; its `repr` masks what is secret."""

    config_folder: Path
    """Folder of `config.toml` and `remedies.toml`."""
    api_key: SecretStr | None = None
    """A key of one workspace (`seam_…`); never together with a personal access token."""
    personal_access_token: SecretStr | None = None
    """A person's token (`seam_at…`); needs a workspace, which the app offers when none is set."""
    workspace_id: str | None = None
    """The workspace to open with a personal access token."""
    endpoint: str = DEFAULT_ENDPOINT
    """Seam's address, without a slash at its end."""
    read_only: bool = False
    """Whether every write is refused."""
    read_only_workspaces: tuple[str, ...] = ()
    """Ids of the workspaces in which every write is refused."""
    concurrency: int = 8
    """Requests in flight at first, 1 to 32; the client adapts it to the latency that it sees."""
    request_timeout: float = 30.0
    """Seconds until a request without an answer is given up; the SDK's own default."""
    poll_interval: float = 15.0
    """Seconds from one look at what has happened to the next, 5 to 600."""
    requests_per_minute: int = 60
    """Requests that reading again what no event tells may make, 0 to 600; 0 turns it off."""
    theme: str | None = None
    """A theme's name; None for the app's own."""

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


def load_settings(env: Mapping[str, str] | None = None, config_file: Path | None = None) -> Settings:
    """Read the settings: environment, config file, defaults, in that order.

    Args:
        env: The environment; the process's own when None. Empty variables count as unset.
        config_file: A config file that must exist; the one in the config folder, if there is one, when None.

    Returns:
        The settings, checked.

    Raises:
        SettingsError: A setting that cannot be used.
    """
    env = os.environ if env is None else env
    folder = config_file.parent if config_file is not None else _config_folder(env)
    path = config_file or folder / "config.toml"
    from_env = _read_environment(env)
    from_file = _read_file(path, must_exist=config_file is not None)
    if any(name in from_env for name in _SECRETS):
        # The environment's credentials replace the file's as a whole: a key and a token do not go together.
        from_file = {name: value for name, value in from_file.items() if name not in _SECRETS}

    def source_of(field: str) -> str:
        return VARIABLES[field] if field in from_env else f"{path}, {field}"

    raw = from_file | from_env
    _check_credentials(raw, source_of)
    values = _validate(from_env, from_file, source_of)
    return Settings(config_folder=folder, **values)


def _config_folder(env: Mapping[str, str]) -> Path:
    """`SEAM_TUI_CONFIG_DIR`, else the operating system's place for settings."""
    override = env.get(CONFIG_FOLDER_VARIABLE, "").strip()
    if override:
        return Path(override).expanduser()
    from platformdirs import user_config_path

    return user_config_path("seam-tui", appauthor=False)


def _read_environment(env: Mapping[str, str]) -> dict[str, Any]:
    """The variables that are set, by setting.

    Raises:
        SettingsError: A variable that looks like a mistyped one: READONLY would leave the app able to write.
    """
    for name in env:
        if not name.startswith("SEAM_TUI_") or name in VARIABLES.values():
            continue
        near = difflib.get_close_matches(name, VARIABLES.values(), n=1, cutoff=0.94)
        if near:
            raise SettingsError(name, name, "There is no such setting.", f"Did you mean {near[0]}?")
    found: dict[str, Any] = {}
    for field, name in VARIABLES.items():
        text = env.get(name, "").strip()
        if text and field == "read_only_workspaces":
            found[field] = [part.strip() for part in text.split(",") if part.strip()]
        elif text:
            found[field] = text
    return found


def _read_file(path: Path, *, must_exist: bool) -> dict[str, Any]:
    """The config file's settings; none when there is no file.

    Raises:
        SettingsError: The file cannot be read, is no TOML, has an unknown key, or shows a secret to others.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read().decode()
    except FileNotFoundError:
        if not must_exist:
            return {}
        raise SettingsError("config", str(path), "There is no such file.", "Check the path.") from None
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise SettingsError("config", str(path), f"It cannot be read: {reason}.", "Check its rights.") from None
    except UnicodeDecodeError:
        raise SettingsError("config", str(path), "It is not UTF-8 text.", "Save it as UTF-8.") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Only the position is told: the parser's words may quote the line.
        position = _POSITION.search(str(error))
        where = f" {position.group()}" if position else ""
        raise SettingsError("config", str(path), f"It is not valid TOML{where}.", "Correct that line.") from None
    for key in values:
        if key not in VARIABLES:
            near = difflib.get_close_matches(key, VARIABLES, n=3)
            known = f"Did you mean {' or '.join(near)}?" if near else f"Known settings: {', '.join(VARIABLES)}."
            raise SettingsError(_shown(key), f"{path}, {_shown(key)}", "There is no such setting.", known)
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        for secret in _SECRETS:
            if values.get(secret):
                raise SettingsError(
                    secret,
                    f"{path}, {secret}",
                    f"Other users can read this file (mode {stat.S_IMODE(mode):04o}), and it holds a secret.",
                    f"Run: chmod 600 '{path}', or set {VARIABLES[secret]} instead.",
                )
    plain = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    return {key: value for key, value in plain.items() if value != ""}


def _check_credentials(raw: Mapping[str, Any], source_of: Callable[[str], str]) -> None:
    """Refuse what Seam's SDK would refuse later (seam/auth.py), and say which token belongs where.

    Raises:
        SettingsError: The credentials cannot work.
    """
    if all(name in raw for name in _SECRETS):
        key, token = (source_of(name) for name in _SECRETS)
        raise SettingsError(
            "api_key", f"{key} and {token}", "Both are set, and only one can be used.", "Remove one of them."
        )
    for field in _SECRETS:
        if field in raw:
            problem = _token_problem(field, raw[field])
            if problem is not None:
                raise SettingsError(field, source_of(field), *problem)


def _token_problem(field: str, value: object) -> tuple[str, str] | None:
    """What is wrong with a key or token, and the way out; None when it may work."""
    token = value.strip() if isinstance(value, str) else ""
    get_key = "Make an API key in Seam's console (Developer, API keys); it starts with seam_."
    get_token = "Make a personal access token in Seam's console; it starts with seam_at."
    way_out = get_key if field == "api_key" else get_token
    is_personal = token.startswith("seam_at")
    if not token or not _TOKEN.match(token):
        return "It is empty, no text, or holds spaces or characters that no key has.", way_out
    if token.startswith("ey"):
        return "It holds a JSON web token of a browser session, which Seam's API does not take here.", way_out
    if token.startswith("seam_cst"):
        return "It holds a client session token, which is for an end user's browser.", way_out
    if token.startswith("seam_pk"):
        return "It holds a publishable key, which only starts client sessions.", way_out
    if field == "api_key" and is_personal:
        variables = f"{VARIABLES['personal_access_token']}, with {VARIABLES['workspace_id']}"
        return "It holds a personal access token, not an API key.", f"Put it into {variables}."
    if field == "api_key" and not token.startswith("seam_"):
        return "It does not start with seam_, as every API key does.", way_out
    if field == "personal_access_token" and not is_personal:
        hint = f"An API key belongs into {VARIABLES['api_key']}." if token.startswith("seam_") else way_out
        return "It does not start with seam_at, as every personal access token does.", hint
    return None


def _validate(from_env: dict[str, Any], from_file: dict[str, Any], source_of: Callable[[str], str]) -> dict[str, Any]:
    """Merge and check the values.

    Raises:
        SettingsError: The first value that does not suit, without the exception of pydantic, which holds all of them.
    """
    from pydantic import ValidationError

    error: dict[str, Any]
    try:
        model = _settings_model(from_env, from_file)()
    except ValidationError as failure:
        error = dict(failure.errors(include_url=False)[0])
    else:
        return {name: getattr(model, name) for name in VARIABLES}
    field = str(error["loc"][0])
    message = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    shown = "" if field in _SECRETS else f" (now {_shown(error['input'])})"
    remedy = _REMEDIES.get(field, "Correct it, or remove it to use the default.")
    raise SettingsError(field, source_of(field), f"{message}{shown}.", remedy)


_REMEDIES: Final = {
    "endpoint": f"Use an https address, or remove it to use {DEFAULT_ENDPOINT}.",
    "workspace_id": "Copy the workspace's id from Seam's console.",
    "read_only": "Use true or false.",
    "read_only_workspaces": 'Give workspace ids: a list in the file, such as ["id"], or with commas in the variable.',
    "concurrency": "Give a whole number from 1 to 32.",
    "request_timeout": "Give seconds, more than 0 and at most 600.",
    "poll_interval": "Give seconds, from 5 to 600.",
    "requests_per_minute": "Give a whole number from 0 to 600.",
}


def _settings_model(from_env: dict[str, Any], from_file: dict[str, Any]) -> type[BaseSettings]:
    """The pydantic-settings class over these two sources; made here so that importing this module stays light."""
    from typing import Annotated

    import pydantic
    from pydantic import AfterValidator, BeforeValidator, Field
    from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

    plain = AfterValidator(_check_word)
    number = BeforeValidator(_refuse_bool)

    class Loaded(BaseSettings):
        model_config = SettingsConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

        api_key: SecretStr | None = None
        personal_access_token: SecretStr | None = None
        workspace_id: Annotated[str, plain] | None = None
        endpoint: Annotated[str, AfterValidator(_check_endpoint)] = DEFAULT_ENDPOINT
        read_only: bool = False
        read_only_workspaces: tuple[Annotated[str, plain], ...] = ()
        concurrency: Annotated[int, number, Field(ge=1, le=32)] = 8
        request_timeout: Annotated[float, number, Field(gt=0, le=600, allow_inf_nan=False)] = 30.0
        poll_interval: Annotated[float, number, Field(ge=5, le=600, allow_inf_nan=False)] = 15.0
        requests_per_minute: Annotated[int, number, Field(ge=0, le=600)] = 60
        theme: Annotated[str, plain] | None = None

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_ignored: Any, **_sources: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return InitSettingsSource(settings_cls, from_env), InitSettingsSource(settings_cls, from_file)

    # The annotations above name locals, which pydantic cannot look up later by itself.
    Loaded.model_rebuild(_types_namespace={**globals(), **locals(), "SecretStr": pydantic.SecretStr})
    return Loaded


def _check_word(value: str) -> str:
    """One word of printable ASCII that is no key: ids go into headers, themes into look-ups."""
    if not _TOKEN.match(value):
        raise ValueError("It must be one word of printable characters")
    if _KEY_LIKE.search(value):
        raise ValueError("It looks like a key or a token, which does not belong here")
    return value


def _refuse_bool(value: object) -> object:
    """Python's True is a 1; here it is a mistake."""
    if isinstance(value, bool):
        raise ValueError("It must be a number")  # noqa: TRY004 - pydantic turns only a ValueError into its error
    return value


def _check_endpoint(value: str) -> str:
    """An http(s) address; http for this machine only, since the key travels with every request."""
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("It is not an address") from None
    if parts.scheme not in {"http", "https"} or not host or not _TOKEN.match(value):
        raise ValueError("It must be an address that starts with https://")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("It must hold no user, password, query or fragment")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("Over http the key would travel in the clear; http is taken for this machine only")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(value: object) -> str:
    """A value for an error: short, printable, and not shown at all if it may be a secret."""
    text = ascii(value)
    if _KEY_LIKE.search(text) or "@" in text or "?" in text:
        return "not shown: it may hold a secret"
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"
