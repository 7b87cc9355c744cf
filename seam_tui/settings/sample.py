"""A config file to begin with: every setting with its default, commented out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seam_tui.settings.model import DEFAULT_ENDPOINT, VARIABLES

_SETTINGS: Final[Mapping[str, tuple[str, str]]] = {
    "api_key": ('"seam_…"', "A key of one workspace. Keep this file to yourself (chmod 600) when it holds one."),
    "personal_access_token": ('"seam_at…"', "A person's token, instead of a key."),
    "workspace_id": ('"…"', "The workspace of that token; without it the app lets you pick one."),
    "endpoint": (f'"{DEFAULT_ENDPOINT}"', "Seam's address, or that of a sandbox on this machine."),
    "read_only": ("false", "Refuse every change."),
    "read_only_workspaces": ("[]", 'Ids of workspaces that open read-only, such as ["id", "id"].'),
    "concurrency": ("4", "Locks read at once to begin with, 1 to 32."),
    "request_timeout": ("30.0", "Seconds until a request counts as lost, up to 600."),
    "poll_interval": ("15.0", "Seconds from one look at Seam's events to the next, 5 to 600."),
    "requests_per_minute": ("60", "Requests a minute for reading again what no event tells, 0 (off) to 600."),
    "theme": ('"dark"', "Colours: dark, light, high-contrast, high-contrast-light, or one of Textual's, such as nord."),
    "ascii": ("false", "Paint ASCII alone; without this line wherever the terminal can draw nothing else."),
    "large": ("false", "Open in the layout for a projector: few words, large spaces."),
    "cache": ("true", "Keep a picture of the workspace, without PINs, for a quick start."),
    "share": ("false", "Open in share mode: names of guests, logins and ids hidden from those who watch."),
}
"""By setting: an example, which is the default where there is one, and what it is."""


def sample_lines() -> Iterator[str]:
    """The settings' part of the file; ends with an empty line."""
    yield "# Settings of seam-tui. Take the # away before what you want to change."
    yield "# A variable of the environment goes before the line that stands here."
    yield ""
    for name, variable in VARIABLES.items():
        example, about = _SETTINGS[name]
        yield f"# {about} ({variable})"
        yield f"#{name} = {example}"
        yield ""
