"""`cache`: tells of the pictures of workspaces that are kept for the next start, and removes them."""

from __future__ import annotations

import typer

from seam_tui.cli.common import command_group, fail, read_settings
from seam_tui.cli.exit_codes import DONE

cache = command_group("Tell where pictures of workspaces are kept for the next start; remove them.")


@cache.callback()
def tell(context: typer.Context) -> None:
    """Tell where the pictures of workspaces are kept for the next start, and how much room they take."""
    if context.invoked_subcommand is not None:
        return
    from seam_tui.workspace.picture_file import cache_folder, kept_pictures

    folder = cache_folder()
    count, size = kept_pictures(folder)
    kept = "1 picture" if count == 1 else f"{count} pictures"
    is_on = read_settings().cache
    typer.echo(f"{folder}: {kept}, {_in_words(size)}, without PINs." if count else f"{folder}: no picture is kept.")
    if not is_on:
        typer.echo("cache is off: none is shown, and none is written.")
    raise typer.Exit(DONE)


def _in_words(size: int) -> str:
    """A size in bytes for a person."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(size // 1_000, 1)} kB"


@cache.command()
def clear() -> None:
    """Remove every picture of every workspace; the next start loads everything anew."""
    from seam_tui.workspace.picture_file import PictureError, cache_folder, clear_pictures

    try:
        removed = clear_pictures(cache_folder())
    except PictureError as problem:
        raise fail(str(problem)) from None
    words = {0: "There was nothing to remove.", 1: "1 file was removed."}
    typer.echo(words.get(removed, f"{removed} files were removed."))
