"""Whether each value suits, as pydantic-settings sees it; pydantic is imported only when settings are loaded."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from seam_tui.settings.model import DEFAULT_ENDPOINT, KEY_LIKE, SECRETS, TOKEN, VARIABLES, SettingsError, shown

if TYPE_CHECKING:
    from pydantic import SecretStr
    from pydantic_settings import BaseSettings


def check_values(
    from_env: dict[str, Any], from_file: dict[str, Any], source_of: Callable[[str], str]
) -> tuple[dict[str, Any], list[SettingsError]]:
    """Merge and check the values: all that suit, or what is wrong.

    Nothing of pydantic's exception is handed on, since it holds the values.

    Args:
        from_env: What variables set.
        from_file: What the config file sets.
        source_of: Where a setting came from.
    """
    from pydantic import ValidationError

    errors: list[Any]
    try:
        model = _settings_model(from_env, from_file)()
    except ValidationError as failure:
        errors = list(failure.errors(include_url=False))
    else:
        return {name: getattr(model, name) for name in VARIABLES}, []
    found: dict[str, SettingsError] = {}
    for error in errors:
        field = str(error["loc"][0])
        message = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
        now = "" if field in SECRETS else f" (now {shown(error['input'])})"
        remedy = _REMEDIES.get(field, "Correct it, or remove it to use the default.")
        found.setdefault(field, SettingsError(field, source_of(field), f"{message}{now}.", remedy))
    return {}, list(found.values())


_REMEDIES: Final = {
    "endpoint": f"Use an https address, or remove it to use {DEFAULT_ENDPOINT}.",
    "workspace_id": "Copy the workspace's id from Seam's console.",
    "read_only": "Use true or false.",
    "read_only_workspaces": 'Give workspace ids: a list in the file, such as ["id"], or with commas in the variable.',
    "concurrency": "Give a whole number from 1 to 32.",
    "request_timeout": "Give seconds, more than 0 and at most 600.",
    "poll_interval": "Give seconds, from 5 to 600.",
    "requests_per_minute": "Give a whole number from 0 to 600.",
    "cache": "Use true or false.",
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
        concurrency: Annotated[int, number, Field(ge=1, le=32)] = 4
        request_timeout: Annotated[float, number, Field(gt=0, le=600, allow_inf_nan=False)] = 30.0
        poll_interval: Annotated[float, number, Field(ge=5, le=600, allow_inf_nan=False)] = 15.0
        requests_per_minute: Annotated[int, number, Field(ge=0, le=600)] = 60
        cache: bool = True
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
    if not TOKEN.match(value):
        raise ValueError("It must be one word of printable characters")
    if KEY_LIKE.search(value):
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
    if parts.scheme not in {"http", "https"} or not host or not TOKEN.match(value):
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
