"""The command line: the app here or in a browser, reports and explanations, plans made and applied, the sandbox."""

from __future__ import annotations

import sys

from seam_tui.cli.exit_codes import DONE
from seam_tui.domain.collecting import stop_collecting
from seam_tui.domain.crash_log import run_headless


def run(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What was typed after the command's name; the process's own when None.

    Returns:
        The exit code: 0 done, 1 errors found or codes left behind, 2 could not, or wrong usage, 130 interrupted.
    """
    typed = sys.argv[1:] if arguments is None else arguments
    return run_headless(lambda: _run_command(typed) if typed else _open())


def _open() -> int:
    stop_collecting()  # until the app has opened its first screen
    from seam_tui.cli.opening import open_app

    return open_app()


def _run_command(typed: list[str]) -> int:
    import typer

    from seam_tui.cli.commands import cli

    result = typer.main.get_command(cli).main(typed, prog_name="seam-tui", standalone_mode=True)
    return result if isinstance(result, int) else DONE
