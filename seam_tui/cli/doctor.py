"""`doctor`: looks at key, way to Seam, clock, terminal and folders, and says for each what to do."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import typer

from seam_tui.cli.checks import Check, Terminal, folder_checks, terminal_checks
from seam_tui.cli.common import JsonOption, clock
from seam_tui.cli.configuring import find_problems, folders, hint
from seam_tui.cli.exit_codes import DONE, NOT_ALL
from seam_tui.cli.reaching import connection_of

if TYPE_CHECKING:
    from seam_tui.seam_api.probe import Probe
    from seam_tui.settings import Reading, Settings

MOST_SKEW: Final = 60.0
"""Seconds by which this machine's clock may be wrong: the watcher asks for what has happened with so much overlap."""
_SLIGHT_SKEW: Final = 5.0


def doctor(as_json: JsonOption = False) -> None:
    """Look at key, endpoint, clock, terminal and folders, and say what to do. Exit code 0: all well, 1: not."""
    from seam_tui.settings import read_settings

    read = read_settings()
    checks = [*_settings_checks(read)]
    if read.settings is not None:
        checks += _seam_checks(read.settings)
    checks += terminal_checks(_terminal())
    checks += folder_checks({"config": read.config_file.parent} | folders())
    is_well = not any(check.state == "wrong" for check in checks)
    _print(_json(checks, is_well=is_well) if as_json else _text(checks, is_well=is_well))
    raise typer.Exit(DONE if is_well else NOT_ALL)


def _settings_checks(read: Reading) -> Iterator[Check]:
    problems = find_problems(read)
    for problem in problems:
        yield Check("settings", "wrong", f"{problem.source}: {problem.problem}", problem.remedy)
    if not problems:
        where = read.config_file if read.config_file.exists() else f"No {read.config_file}; the defaults hold"
        yield Check("settings", "ok", f"{where}.")


def _seam_checks(settings: Settings) -> Iterator[Check]:
    from seam_tui.seam_api.probe import probe

    key, token = settings.api_key, settings.personal_access_token
    secret, name = (key, "api_key") if key is not None else (token, "personal_access_token")
    if secret is None:
        yield Check(
            "key",
            "wrong",
            "There is none, so nothing was asked of Seam.",
            "Set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN and SEAM_WORKSPACE_ID; or try seam-tui --demo.",
        )
        yield Check("endpoint", "ok", f"{settings.endpoint} ({settings.sources.get('endpoint', 'default')}).")
        return
    kind = "An API key" if key is not None else "A personal access token"
    yield Check("key", "ok", f"{kind}, {hint(secret.get_secret_value())} ({settings.sources[name]}).")
    yield Check("endpoint", "ok", f"{settings.endpoint} ({settings.sources.get('endpoint', 'default')}).")
    found = asyncio.run(probe(connection_of(settings), clock()))
    yield from _probe_checks(found)


def _probe_checks(found: Probe) -> Iterator[Check]:
    failure = found.failure
    if found.took is None:
        said = failure.what if failure is not None else "No answer came."
        remedy = failure.remedy if failure is not None else ""
        yield Check("reachable", "wrong", said, _for_here(remedy))
        return
    yield Check("reachable", "ok", f"It answered in {found.took * 1000:.0f} ms.")
    if failure is not None:
        yield Check("accepted", "wrong", failure.what, _for_here(failure.remedy))
    elif len(found.workspaces) == 1:
        workspace = found.workspaces[0]
        kind = "a sandbox" if workspace.is_sandbox else "PRODUCTION: its doors are real"
        yield Check("accepted", "ok", f"It opens {workspace.name or workspace.workspace_id}, {kind}.")
    else:
        names = ", ".join(workspace.name for workspace in found.workspaces) or "none"
        yield Check(
            "accepted", "ok", f"It opens {len(found.workspaces)} workspaces: {names}. The app lets you pick one."
        )
    yield _clock_check(found.skew)


def _for_here(remedy: str) -> str:
    """A remedy of the app's, as it is said where nothing can be reloaded."""
    return remedy.replace(", then reload.", ", then run this again.")


def _clock_check(skew: float | None) -> Check:
    if skew is None:
        return Check("clock", "note", "The server does not tell its time, so this one cannot be compared.")
    way = "ahead of" if skew > 0 else "behind"
    said = f"This machine's clock is {abs(skew):.0f} s {way} the server's."
    remedy = "Let the system set its clock (Linux: timedatectl set-ntp true)."
    if abs(skew) > MOST_SKEW:
        return Check("clock", "wrong", f"{said} Changes are missed, and what is urgent is judged wrongly.", remedy)
    if abs(skew) > _SLIGHT_SKEW:
        return Check("clock", "note", said, remedy)
    return Check("clock", "ok", "It agrees with the server's.")


def _terminal() -> Terminal:
    size = shutil.get_terminal_size()
    is_terminal = all(stream is not None and stream.isatty() for stream in (sys.__stdin__, sys.__stdout__))
    encoding = getattr(sys.__stdout__, "encoding", "") or ""
    return Terminal(os.environ, size.columns, size.lines, encoding, is_terminal)


def _json(checks: Iterable[Check], *, is_well: bool) -> str:
    listed = [
        {"name": check.name, "state": check.state, "says": check.says, "remedy": check.remedy} for check in checks
    ]
    return json.dumps({"is_well": is_well, "checks": listed}, indent=2)


def _text(checks: Iterable[Check], *, is_well: bool) -> str:
    lines = []
    for check in checks:
        state = check.state.upper() if check.state == "wrong" else check.state
        lines.append(f"{state:<6} {check.name:<14} {check.says}")
        if check.remedy:
            lines.append(f"{'':<6} {'':<14} > {check.remedy}")
    lines += ["", "All is well." if is_well else "Something is wrong: see the lines with WRONG."]
    return "\n".join(lines)


def _print(text: str) -> None:
    """Print, also where the terminal cannot show every character."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
