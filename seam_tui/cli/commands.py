"""The commands: what each is called, and what stands behind it."""

from __future__ import annotations

import typer

from seam_tui.cli.applying import apply
from seam_tui.cli.configuring import config
from seam_tui.cli.doctor import doctor
from seam_tui.cli.keeping import cache
from seam_tui.cli.past import history
from seam_tui.cli.planning import plan
from seam_tui.cli.reporting import explain, report
from seam_tui.cli.serving import sandbox
from seam_tui.cli.sharing import serve
from seam_tui.cli.start import start

cli = typer.Typer(
    name="seam-tui",
    help="Finds smart-lock access codes that fail, says why, and carries out the remedy.",
    add_completion=False,
    # A pretty traceback shows local variables, and with them PINs and keys (UX rule 13).
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    rich_markup_mode=None,
)
cli.callback(invoke_without_command=True)(start)
for _command in (report, explain, plan, apply, serve, doctor, sandbox):
    cli.command()(_command)
cli.add_typer(history, name="history")
cli.add_typer(config, name="config")
cli.add_typer(cache, name="cache")
