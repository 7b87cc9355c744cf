"""The form of the config file's `[keys]` table; which actions and keys there are, only the screen knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seam_tui.settings.model import KEYS, SettingsError, shown

_REMEDY = 'Write an action and its key, such as delete = "ctrl+d", or several keys: ["ctrl+d", "delete"].'


def read_keys(table: Any, source: str) -> tuple[dict[str, tuple[str, ...]], list[SettingsError]]:
    """Keys by the id of what they do, and what is wrong with the table's form.

    Args:
        table: What stands under `keys`; a dotted name such as `list.filter` is a table in a table to TOML.
        source: The config file.
    """
    found: dict[str, tuple[str, ...]] = {}
    problems: list[SettingsError] = []
    if not isinstance(table, Mapping):
        return found, [SettingsError(KEYS, f"{source}, {KEYS}", f"It is no table (now {shown(table)}).", _REMEDY)]
    for name, value in _flat(table):
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and keys and all(isinstance(key, str) and key.strip() for key in keys):
            found[name] = tuple(dict.fromkeys(key.strip() if len(key) > 1 else key for key in keys))
        else:
            problem = f"It is no key (now {shown(value)})."
            problems.append(SettingsError(f"{KEYS}.{name}", f"{source}, {KEYS}.{name}", problem, _REMEDY))
    return found, problems


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
