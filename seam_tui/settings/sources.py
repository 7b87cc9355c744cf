"""Where settings come from: the environment, and the config file."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seam_tui.settings.model import (
    CONFIG_FOLDER_VARIABLE,
    KEYS,
    SECRETS,
    VARIABLES,
    SettingsError,
    shown,
)

_POSITION: Final = re.compile(r"\(at [^()]*\)")


@dataclass(slots=True)
class Source:
    """What one place sets, and what is wrong there."""

    values: dict[str, Any] = field(default_factory=dict)
    """By setting."""
    keys: Any = None
    """The table of keys as it stands in the file; None when there is none."""
    problems: list[SettingsError] = field(default_factory=list)


def config_folder(env: Mapping[str, str]) -> Path:
    """`SEAM_TUI_CONFIG_DIR`, else the operating system's place for settings."""
    override = env.get(CONFIG_FOLDER_VARIABLE, "").strip()
    if override:
        return Path(override).expanduser()
    from platformdirs import user_config_path

    return user_config_path("seam-tui", appauthor=False)


def read_environment(env: Mapping[str, str]) -> Source:
    """The variables that are set; one that looks mistyped is a problem: READONLY would leave the app able to write."""
    found = Source()
    for name in env:
        if not name.startswith("SEAM_TUI_") or name in VARIABLES.values():
            continue
        near = difflib.get_close_matches(name, VARIABLES.values(), n=1, cutoff=0.94)
        if near:
            found.problems.append(SettingsError(name, name, "There is no such setting.", f"Did you mean {near[0]}?"))
    for setting, name in VARIABLES.items():
        text = env.get(name, "").strip()
        if text and setting == "read_only_workspaces":
            found.values[setting] = [part.strip() for part in text.split(",") if part.strip()]
        elif text:
            found.values[setting] = text
    return found


def read_file(path: Path, *, must_exist: bool) -> Source:
    """The config file's settings; nothing when there is no file and none has to be.

    Problems: the file cannot be read, is no TOML, has an unknown setting, or shows a secret to others.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            values = tomllib.loads(file.read().decode())
    except FileNotFoundError:
        missing = [_unreadable(path, "There is no such file.", "Check the path.")]
        return Source(problems=missing if must_exist else [])
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return Source(problems=[_unreadable(path, f"It cannot be read: {reason}.", "Check its rights.")])
    except UnicodeDecodeError:
        return Source(problems=[_unreadable(path, "It is not UTF-8 text.", "Save it as UTF-8.")])
    except tomllib.TOMLDecodeError as error:
        # Only the position is told: the parser's words may quote the line.
        position = _POSITION.search(str(error))
        where = f" {position.group()}" if position else ""
        return Source(problems=[_unreadable(path, f"It is not valid TOML{where}.", "Correct that line.")])
    keys = values.pop(KEYS, None)
    problems = [*_unknown(values, path), *_open_secrets(values, path, mode)]
    plain = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    return Source({key: value for key, value in plain.items() if key in VARIABLES and value != ""}, keys, problems)


def _unreadable(path: Path, problem: str, remedy: str) -> SettingsError:
    return SettingsError("config", str(path), problem, remedy)


def _unknown(values: Mapping[str, Any], path: Path) -> Iterator[SettingsError]:
    for key in values:
        if key not in VARIABLES:
            near = difflib.get_close_matches(key, (*VARIABLES, KEYS), n=3)
            known = f"Did you mean {' or '.join(near)}?" if near else f"Known settings: {', '.join(VARIABLES)}, {KEYS}."
            yield SettingsError(shown(key), f"{path}, {shown(key)}", "There is no such setting.", known)


def _open_secrets(values: Mapping[str, Any], path: Path, mode: int) -> Iterator[SettingsError]:
    if os.name != "posix" or not mode & 0o077:
        return
    for secret in SECRETS:
        if values.get(secret):
            yield SettingsError(
                secret,
                f"{path}, {secret}",
                f"Other users can read this file (mode {mode:04o}), and it holds a secret.",
                f"Run: chmod 600 '{path}', or set {VARIABLES[secret]} instead.",
            )
