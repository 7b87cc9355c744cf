"""`config`: where the files are, which setting comes from where, whether they are right, and a sample of the file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from seam_tui.cli.common import command_group
from seam_tui.cli.exit_codes import DONE, NOT_ALL

if TYPE_CHECKING:
    from seam_tui.settings import Reading, Settings, SettingsError

config = command_group("Show where the files are and where each setting comes from.")

_SHORTEST_SECRET: Final = 12
"""Characters behind a key's last underscore from which on what stands before it is only its name."""


def find_problems(read: Reading) -> list[SettingsError]:
    """All that is wrong with settings, keys, theme and the user's own remedies.

    Args:
        read: The settings as they were found.
    """
    from seam_tui.remedies.catalogue import CatalogueError, load_catalogue
    from seam_tui.settings import SettingsError
    from seam_tui.tui.rebinding import make_keymap

    problems = [*read.problems]
    problems += make_keymap(read.keys, f"{read.config_file}, keys")[1]
    if read.settings is not None:
        problems += _theme_problems(read.settings)
    remedies = read.config_file.parent / "remedies.toml"
    try:
        load_catalogue(remedies)
    except CatalogueError as error:
        problems.append(SettingsError("remedies", str(remedies), str(error), "Correct it, or remove it."))
    return problems


def _theme_problems(settings: Settings) -> Iterator[SettingsError]:
    import difflib

    from seam_tui.settings import SettingsError
    from seam_tui.tui.themes import NAMES

    if settings.theme is not None and settings.theme not in NAMES:
        near = difflib.get_close_matches(settings.theme, NAMES, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(NAMES))}."
        yield SettingsError("theme", settings.sources["theme"], f"There is no theme {settings.theme!r}.", remedy)


def hint(secret: str) -> str:
    """Which key it is, without the key: what stands before the last underscore is its name."""
    name, underscore, rest = secret.rpartition("_")
    is_named = bool(underscore) and len(rest) >= _SHORTEST_SECRET
    return f"{name}_…" if is_named and len(name) <= len(rest) else "seam_…"


def folders() -> dict[str, Path]:
    """The folders that the app writes into, by what they hold."""
    from seam_tui.domain.crash_log import log_folder
    from seam_tui.operations.journal_files import state_folder
    from seam_tui.tui.screen_picture import picture_folder
    from seam_tui.workspace.picture_file import cache_folder

    return {"state": state_folder(), "pictures": picture_folder(), "cache": cache_folder(), "logs": log_folder()}


def _is_there(path: Path) -> str:
    return "" if path.exists() else "  (not there)"


@config.callback()
def show(context: typer.Context) -> None:
    """Show where the files are and where each setting comes from."""
    if context.invoked_subcommand is not None:
        return
    from seam_tui.settings import read_settings

    read = read_settings()
    out = ["Files"]
    files = {"settings": read.config_file, "remedies": read.config_file.parent / "remedies.toml"} | folders()
    out += [f"  {name:<22}{path}{_is_there(path)}" for name, path in files.items()]
    problems = find_problems(read)
    if read.settings is not None:
        out += ["", "Settings", *_setting_lines(read.settings)]
        if read.settings.keys:
            out += ["", "Keys", *_key_lines(read.settings)]
    if not read.config_file.exists():
        out += ["", "To begin a config file: seam-tui config sample"]
    sys.stdout.write("\n".join(out) + "\n")
    raise _told(problems)


def _setting_lines(settings: Settings) -> Iterator[str]:
    from seam_tui.settings import VARIABLES

    shown = {name: _shown(getattr(settings, name)) for name in VARIABLES}
    wide = max(len(text) for text in shown.values())
    for name, text in shown.items():
        yield f"  {name:<22}{text:<{wide}}  {settings.sources.get(name, 'default')}"


def _shown(value: Any) -> str:
    if hasattr(value, "get_secret_value"):
        return hint(value.get_secret_value())
    if value is None or value == ():
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _key_lines(settings: Settings) -> Iterator[str]:
    from seam_tui.tui.key_names import key_label
    from seam_tui.tui.rebinding import bindings_by_id, make_keymap

    keymap, _ = make_keymap(settings.keys, settings.sources["keys"])
    for name, keys in keymap.changed.items():
        labels = " ".join(key_label(key) for key in keys)
        yield f"  {name:<30}{labels:<16}instead of {key_label(bindings_by_id()[name].key)}"


def _told(problems: Iterable[SettingsError]) -> typer.Exit:
    """Say what is wrong, one line each; to be raised."""
    lines = [str(problem) for problem in problems]
    for line in lines:
        typer.echo(line, err=True)
    return typer.Exit(NOT_ALL if lines else DONE)


@config.command()
def check() -> None:
    """Say all that is wrong with settings, keys and remedies. Exit code 0: nothing, 1: something."""
    from seam_tui.settings import read_settings

    read = read_settings()
    problems = find_problems(read)
    if not problems:
        where = str(read.config_file) if read.config_file.exists() else "no config file"
        typer.echo(f"Nothing is wrong ({where}).")
    raise _told(problems)


@config.command()
def sample() -> None:
    """Print a config file with every setting and every key, commented out."""
    from seam_tui.settings.sample import sample_lines
    from seam_tui.tui.key_names import key_label
    from seam_tui.tui.rebinding import RESERVED, bindings_by_id

    out = [
        *sample_lines(),
        "[keys]",
        '# Another key for anything, or several: delete = "ctrl+d", delete = ["ctrl+d", "f4"].',
        "# Esc, Enter, Tab, the arrows, Ctrl+Q and Ctrl+C stay what they are; what they do can have other keys, too.",
    ]
    for name, binding in bindings_by_id().items():
        stays = " (besides)" if binding.key in RESERVED else ""
        out.append(f'#{name} = "{_written(key_label(binding.key))}"  # {binding.description}{stays}')
    sys.stdout.write("\n".join(out) + "\n")


def _written(label: str) -> str:
    """A key's label as TOML takes it."""
    return label.replace("\\", "\\\\").replace('"', '\\"')
