"""What the user set: the environment first, then the config file, then the defaults.

An error names the setting, its value, where the value came from and the way out. A key or a token is never repeated,
not even one that was put into the wrong setting. pydantic is imported only for a value that cannot be judged without.
"""

from __future__ import annotations

from seam_tui.settings.loading import Reading, load_settings, read_settings
from seam_tui.settings.model import (
    CONFIG_FOLDER_VARIABLE,
    DEFAULT_ENDPOINT,
    VARIABLES,
    Secret,
    Settings,
    SettingsError,
)

__all__ = [
    "CONFIG_FOLDER_VARIABLE",
    "DEFAULT_ENDPOINT",
    "VARIABLES",
    "Reading",
    "Secret",
    "Settings",
    "SettingsError",
    "load_settings",
    "read_settings",
]
