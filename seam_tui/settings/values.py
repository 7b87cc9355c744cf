"""Whether each value suits, as pydantic-settings sees it; imported only where that cannot be seen without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from seam_tui.settings.model import DEFAULT_ENDPOINT, SECRETS, VARIABLES, Secret, SettingsError, shown
from seam_tui.settings.suiting import (
    INTERVALS,
    LARGEST_TIMEOUT,
    WHOLE,
    check_endpoint,
    check_word,
    evident_values,
    refuse_bool,
)

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
    evident = evident_values(from_file | from_env)
    if evident is not None:
        return evident, []
    from pydantic import ValidationError

    errors: list[Any]
    try:
        model = _settings_model(from_env, from_file)()
    except ValidationError as failure:
        errors = list(failure.errors(include_url=False))
    else:
        values = {name: getattr(model, name) for name in VARIABLES}
        secrets = {name: Secret(values[name].get_secret_value()) for name in SECRETS if values[name] is not None}
        return values | secrets, []
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
    "share": "Use true or false.",
    "ascii": "Use true or false, or remove it to let the terminal decide.",
    "large": "Use true or false.",
}


def _settings_model(from_env: dict[str, Any], from_file: dict[str, Any]) -> type[BaseSettings]:
    """The pydantic-settings class over these two sources; made here so that importing this module stays light."""
    from typing import Annotated

    import pydantic
    from pydantic import AfterValidator, BeforeValidator, Field
    from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

    plain = AfterValidator(check_word)
    number = BeforeValidator(refuse_bool)
    interval = Field(ge=INTERVALS[0], le=INTERVALS[1], allow_inf_nan=False)

    def whole(name: str) -> Any:
        least, most = WHOLE[name]
        return Field(ge=least, le=most)

    class Loaded(BaseSettings):
        model_config = SettingsConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

        api_key: SecretStr | None = None
        personal_access_token: SecretStr | None = None
        workspace_id: Annotated[str, plain] | None = None
        endpoint: Annotated[str, AfterValidator(check_endpoint)] = DEFAULT_ENDPOINT
        read_only: bool = False
        read_only_workspaces: tuple[Annotated[str, plain], ...] = ()
        concurrency: Annotated[int, number, whole("concurrency")] = 4
        request_timeout: Annotated[float, number, Field(gt=0, le=LARGEST_TIMEOUT, allow_inf_nan=False)] = 30.0
        poll_interval: Annotated[float, number, interval] = 15.0
        requests_per_minute: Annotated[int, number, whole("requests_per_minute")] = 60
        cache: bool = True
        share: bool = False
        theme: Annotated[str, plain] | None = None
        ascii: bool | None = None
        large: bool = False

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_ignored: Any, **_sources: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return InitSettingsSource(settings_cls, from_env), InitSettingsSource(settings_cls, from_file)

    # The annotations above name locals, which pydantic cannot look up later by itself.
    Loaded.model_rebuild(_types_namespace={**globals(), **locals(), "SecretStr": pydantic.SecretStr})
    return Loaded
