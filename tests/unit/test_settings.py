"""Settings: where they come from, what is refused and in which words; never a key in any of them."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from seam_tui.settings import DEFAULT_ENDPOINT, Settings, SettingsError, load_settings, read_settings
from seam_tui.sync.pace import WatchPace

KEY = "seam_live_9f3cKEYdigits"
TOKEN = "seam_at9f3cTOKENdigits"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment whose config folder is empty."""
    return {"SEAM_TUI_CONFIG_DIR": str(tmp_path)}


def config(folder: Path, text: str, mode: int = 0o600) -> Path:
    """A config file with that text."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refusal(env: dict[str, str], config_file: Path | None = None) -> SettingsError:
    """The error that loading ends in; neither it nor what is chained to it holds a key or a token."""
    with pytest.raises(SettingsError) as caught:
        load_settings(env, config_file)
    told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
    assert "9f3c" not in told
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


def test_nothing_set_gives_the_defaults_and_says_that_credentials_are_missing(
    env: dict[str, str], tmp_path: Path
) -> None:
    settings = load_settings(env)
    assert settings == Settings(config_folder=tmp_path)
    assert settings.credentials_missing
    assert settings.endpoint == DEFAULT_ENDPOINT
    assert (settings.concurrency, settings.request_timeout, settings.read_only) == (4, 30.0, False)
    assert settings.user_remedies_file == tmp_path / "remedies.toml"


def test_without_settings_the_watcher_goes_by_its_own_pace(env: dict[str, str]) -> None:
    settings, pace = load_settings(env), WatchPace()
    assert (settings.poll_interval, settings.requests_per_minute) == (pace.interval, pace.requests_per_minute)


def test_every_setting_is_read_from_the_environment(env: dict[str, str]) -> None:
    settings = load_settings(
        env
        | {
            "SEAM_PERSONAL_ACCESS_TOKEN": f" {TOKEN}\n",
            "SEAM_WORKSPACE_ID": "w-1",
            "SEAM_ENDPOINT": "https://seam.example/",
            "SEAM_TUI_READ_ONLY": "yes",
            "SEAM_TUI_READ_ONLY_WORKSPACES": "w-1, w-2,",
            "SEAM_TUI_CONCURRENCY": "32",
            "SEAM_TUI_REQUEST_TIMEOUT": "2.5",
            "SEAM_TUI_POLL_INTERVAL": "30",
            "SEAM_TUI_REQUESTS_PER_MINUTE": "0",
            "SEAM_TUI_THEME": "high-contrast",
        }
    )
    assert settings.personal_access_token is not None
    assert settings.personal_access_token.get_secret_value() == TOKEN
    assert (settings.workspace_id, settings.endpoint, settings.theme) == (
        "w-1",
        "https://seam.example",
        "high-contrast",
    )
    assert (settings.read_only, settings.read_only_workspaces) == (True, ("w-1", "w-2"))
    assert (settings.concurrency, settings.request_timeout) == (32, 2.5)
    assert (settings.poll_interval, settings.requests_per_minute) == (30.0, 0)
    assert not settings.credentials_missing


def test_every_setting_is_read_from_the_config_file(env: dict[str, str], tmp_path: Path) -> None:
    config(
        tmp_path,
        f'api_key = " {KEY} "\nendpoint = "http://127.0.0.1:8765"\nread_only = true\nconcurrency = 4\n'
        'read_only_workspaces = ["w-2"]\nrequest_timeout = 5\ntheme = "nord"\nworkspace_id = "w-1"\n'
        "poll_interval = 5\nrequests_per_minute = 600\n",
    )
    settings = load_settings(env)
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY
    assert settings.endpoint == "http://127.0.0.1:8765"
    assert (settings.read_only, settings.concurrency, settings.request_timeout) == (True, 4, 5.0)
    assert (settings.read_only_workspaces, settings.theme) == (("w-2",), "nord")
    assert (settings.poll_interval, settings.requests_per_minute) == (5.0, 600)


def test_the_environment_goes_before_the_file_and_an_empty_variable_does_not(
    env: dict[str, str], tmp_path: Path
) -> None:
    config(tmp_path, 'theme = "nord"\nconcurrency = 4')
    settings = load_settings(env | {"SEAM_TUI_CONCURRENCY": "16", "SEAM_TUI_THEME": " ", "SEAM_API_KEY": ""})
    assert (settings.concurrency, settings.theme, settings.api_key) == (16, "nord", None)


def test_credentials_of_the_environment_replace_those_of_the_file(env: dict[str, str], tmp_path: Path) -> None:
    config(tmp_path, f'personal_access_token = "{TOKEN}"')
    settings = load_settings(env | {"SEAM_API_KEY": KEY})
    assert settings.api_key is not None
    assert settings.personal_access_token is None


def test_no_repr_shows_a_secret(env: dict[str, str]) -> None:
    settings = load_settings(env | {"SEAM_API_KEY": KEY})
    assert KEY not in repr(settings) + str(settings)


def test_a_workspace_or_the_whole_app_can_be_read_only(tmp_path: Path) -> None:
    settings = Settings(config_folder=tmp_path, read_only_workspaces=("w-1",))
    assert settings.is_read_only("w-1")
    assert not settings.is_read_only("w-2")
    assert Settings(config_folder=tmp_path, read_only=True).is_read_only("w-2")


def test_a_key_and_a_token_together_are_refused_and_both_are_named(env: dict[str, str]) -> None:
    error = refusal(env | {"SEAM_API_KEY": KEY, "SEAM_PERSONAL_ACCESS_TOKEN": TOKEN})
    assert str(error) == (
        "SEAM_API_KEY and SEAM_PERSONAL_ACCESS_TOKEN: Both are set, and only one can be used. Remove one of them."
    )


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SEAM_API_KEY", TOKEN, "personal access token, not an API key. Put it into SEAM_PERSONAL_ACCESS_TOKEN"),
        ("SEAM_API_KEY", "seam_cst_9f3c", "client session token"),
        ("SEAM_API_KEY", "seam_pk_9f3c", "publishable key"),
        ("SEAM_API_KEY", "eyJ9f3c.abc.def", "JSON web token"),
        ("SEAM_API_KEY", "9f3c", "does not start with seam_"),
        ("SEAM_API_KEY", "seam_9f3c with spaces", "spaces"),
        ("SEAM_API_KEY", "seam_9f3c\x1b[31m", "characters that no key has"),
        ("SEAM_PERSONAL_ACCESS_TOKEN", KEY, "An API key belongs into SEAM_API_KEY"),
        ("SEAM_PERSONAL_ACCESS_TOKEN", "9f3c", "does not start with seam_at"),
        ("SEAM_PERSONAL_ACCESS_TOKEN", "seam_cst_9f3c", "client session token"),
    ],
)
def test_a_token_of_the_wrong_kind_is_refused_with_the_place_where_it_belongs(
    env: dict[str, str], variable: str, value: str, words: str
) -> None:
    error = refusal(env | {variable: value})
    assert error.source == variable
    assert words in str(error)


@pytest.mark.parametrize(
    ("variable", "value", "field", "words"),
    [
        ("SEAM_TUI_CONCURRENCY", "0", "concurrency", "now '0'"),
        ("SEAM_TUI_CONCURRENCY", "33", "concurrency", "1 to 32"),
        ("SEAM_TUI_CONCURRENCY", "many", "concurrency", "now 'many'"),
        ("SEAM_TUI_REQUEST_TIMEOUT", "nan", "request_timeout", "more than 0"),
        ("SEAM_TUI_REQUEST_TIMEOUT", "-1", "request_timeout", "now '-1'"),
        ("SEAM_TUI_POLL_INTERVAL", "4", "poll_interval", "from 5 to 600"),
        ("SEAM_TUI_POLL_INTERVAL", "inf", "poll_interval", "from 5 to 600"),
        ("SEAM_TUI_REQUESTS_PER_MINUTE", "-1", "requests_per_minute", "now '-1'"),
        ("SEAM_TUI_REQUESTS_PER_MINUTE", "601", "requests_per_minute", "from 0 to 600"),
        ("SEAM_TUI_READ_ONLY", "perhaps", "read_only", "Use true or false"),
        ("SEAM_TUI_THEME", "two words", "theme", "one word"),
        ("SEAM_TUI_THEME", KEY, "theme", "not shown"),
        ("SEAM_WORKSPACE_ID", KEY, "workspace_id", "looks like a key"),
        ("SEAM_WORKSPACE_ID", "a\r\nx: y", "workspace_id", "one word"),
        ("SEAM_TUI_READ_ONLY_WORKSPACES", f"w-1,{TOKEN}", "read_only_workspaces", "looks like a key"),
    ],
)
def test_a_value_that_does_not_suit_is_named_with_its_source_and_the_way_out(
    env: dict[str, str], variable: str, value: str, field: str, words: str
) -> None:
    error = refusal(env | {variable: value})
    assert (error.field, error.source) == (field, variable)
    assert words in str(error)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://connect.getseam.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "ftp://localhost",
        "connect.getseam.com",
        "https://",
        "https://user:9f3c@seam.example",
        "https://seam.example/?key=9f3c",
        "https://seam.example:port",
        "https://[::1",
        "https://seam.example/a b",
        KEY,
    ],
)
def test_an_endpoint_that_is_no_address_or_would_send_the_key_in_the_clear_is_refused(
    env: dict[str, str], endpoint: str
) -> None:
    assert refusal(env | {"SEAM_ENDPOINT": endpoint}).field == "endpoint"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]", "LOCALHOST", "seam.localhost"])
def test_http_is_taken_for_this_machine(env: dict[str, str], host: str) -> None:
    assert load_settings(env | {"SEAM_ENDPOINT": f"http://{host}:8765/"}).endpoint == f"http://{host}:8765"


def test_a_mistyped_variable_is_refused_with_the_one_that_was_meant(env: dict[str, str]) -> None:
    error = refusal(env | {"SEAM_TUI_READONLY": "1"})
    assert str(error) == "SEAM_TUI_READONLY: There is no such setting. Did you mean SEAM_TUI_READ_ONLY?"
    load_settings(env | {"SEAM_TUI_REQUIRE_VENDOR": "1", "SEAM_TUI_LOG_DIR": "/x", "SEAM_OTHER": "1"})


def test_an_unknown_key_of_the_file_is_refused_with_close_matches(env: dict[str, str], tmp_path: Path) -> None:
    path = config(tmp_path, "readonly = true")
    error = refusal(env)
    assert error.source == f"{path}, 'readonly'"
    assert "Did you mean read_only" in error.remedy
    config(tmp_path, "[zebra]\nx = 1")
    assert "Known settings: api_key, " in refusal(env).remedy
    config(tmp_path, f"{KEY} = 1")
    assert "not shown" in refusal(env, path).source


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"theme = 'x'\napi_key = {KEY}", "not valid TOML (at line 2"),
        (f'api_key = "{KEY}', "not valid TOML (at end"),
        ("concurrency = true", "must be a number"),
        ('read_only = "perhaps"', "now 'perhaps'"),
        ('read_only_workspaces = "w-1"', '["id"]'),
        ("endpoint = 5", "now 5"),
        ("api_key = 5", "no text"),
    ],
)
def test_a_bad_value_of_the_file_is_named_with_the_file(
    env: dict[str, str], tmp_path: Path, text: str, words: str
) -> None:
    path = config(tmp_path, text)
    error = refusal(env)
    assert str(path) in error.source
    assert words in str(error)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_in_a_file_that_others_read_is_refused_with_the_command_that_closes_it(
    env: dict[str, str], tmp_path: Path, mode: int
) -> None:
    path = config(tmp_path, f'api_key = "{KEY}"', mode)
    error = refusal(env)
    assert f"mode {mode:04o}" in error.problem
    assert f"chmod 600 '{path}'" in error.remedy


def test_a_file_without_secrets_may_be_readable_by_all(env: dict[str, str], tmp_path: Path) -> None:
    config(tmp_path, 'theme = "nord"', 0o644)
    assert load_settings(env).theme == "nord"


def test_a_config_file_that_was_asked_for_must_exist_and_be_text(env: dict[str, str], tmp_path: Path) -> None:
    assert "no such file" in refusal(env, tmp_path / "other.toml").problem
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refusal(env, tmp_path / "binary.toml").problem
    assert "cannot be read" in refusal(env, tmp_path).problem


def test_importing_the_settings_imports_no_pydantic() -> None:
    code = "import sys, seam_tui.settings; print('pydantic' in sys.modules or 'textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_keys_are_read_as_they_were_written_one_or_several_with_dots_or_without(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = config(tmp_path, '[keys]\ndelete = "ctrl+d"\nlist.filter = ["F3", "/"]\n"app.help" = " f1 "\n')
    settings = load_settings(env)
    assert settings.keys == {"delete": ("ctrl+d",), "list.filter": ("F3", "/"), "app.help": ("f1",)}
    assert settings.sources == {"keys": f"{path}, keys"}


@pytest.mark.parametrize("text", ['keys = "d"', "[keys]\ndelete = 5", "[keys]\ndelete = []", '[keys]\ndelete = [""]'])
def test_what_is_no_key_is_refused_with_how_to_write_one(env: dict[str, str], tmp_path: Path, text: str) -> None:
    config(tmp_path, text)
    error = refusal(env)
    assert error.field.startswith("keys")
    assert 'delete = "ctrl+d"' in error.remedy


def test_everything_that_is_wrong_is_told_and_where_each_setting_comes_from(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = config(tmp_path, "concurrency = 0\ntheme = 'two words'\nzebra = 1")
    read = read_settings(env | {"SEAM_TUI_POLL_INTERVAL": "1", "SEAM_API_KEY": "9f3c"})
    assert read.settings is None
    assert {problem.source for problem in read.problems} == {
        f"{path}, 'zebra'",
        f"{path}, concurrency",
        f"{path}, theme",
        "SEAM_TUI_POLL_INTERVAL",
        "SEAM_API_KEY",
    }
    config(tmp_path, "concurrency = 4")
    settings = load_settings(env | {"SEAM_TUI_THEME": "nord"})
    assert settings.sources == {"concurrency": f"{path}, concurrency", "theme": "SEAM_TUI_THEME"}
