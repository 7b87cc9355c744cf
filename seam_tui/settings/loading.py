"""Puts the settings together: environment, config file, defaults, in that order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seam_tui.settings.credentials import credential_problems
from seam_tui.settings.keys import read_keys
from seam_tui.settings.model import KEYS, SECRETS, VARIABLES, Settings, SettingsError
from seam_tui.settings.sources import config_folder, read_environment, read_file
from seam_tui.settings.values import check_values


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found where settings are looked for."""

    config_file: Path
    """The config file's place, whether it exists or not."""
    settings: Settings | None
    """None when one of them cannot be used."""
    problems: tuple[SettingsError, ...] = ()
    """What is wrong, all of it."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the table of keys says, as far as it has the right form."""


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
    read = read_settings(env, config_file)
    if read.settings is None:
        raise read.problems[0]
    return read.settings


def read_settings(env: Mapping[str, str] | None = None, config_file: Path | None = None) -> Reading:
    """Read the settings as `load_settings` does, and tell everything that is wrong instead of the first."""
    env = os.environ if env is None else env
    folder = config_file.parent if config_file is not None else config_folder(env)
    path = config_file or folder / "config.toml"
    from_env = read_environment(env)
    from_file = read_file(path, must_exist=config_file is not None)
    if any(name in from_env.values for name in SECRETS):
        # The environment's credentials replace the file's as a whole: a key and a token do not go together.
        for name in SECRETS:
            from_file.values.pop(name, None)

    def source_of(name: str) -> str:
        return VARIABLES[name] if name in from_env.values else f"{path}, {name}"

    raw = from_file.values | from_env.values
    values, unsuitable = check_values(from_env.values, from_file.values, source_of)
    keys, malformed = read_keys(from_file.keys, str(path)) if from_file.keys is not None else ({}, [])
    refused = list(credential_problems(raw, source_of))
    named = {problem.field for problem in refused}
    others = [problem for problem in unsuitable if problem.field not in named]
    problems = (*from_env.problems, *from_file.problems, *refused, *others, *malformed)
    if problems:
        return Reading(path, None, problems, keys)
    sources = {name: source_of(name) for name in raw} | ({KEYS: f"{path}, {KEYS}"} if keys else {})
    settings = Settings(config_folder=folder, keys=keys, sources=sources, **values)
    return Reading(path, settings, keys=keys)
