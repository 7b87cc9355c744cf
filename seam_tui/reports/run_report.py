"""What became of every code of a run, as text, CSV or JSON: saved because a person asked for it, and without a PIN.

In share mode a file tells no more than the screen: rows hold pseudonyms then, ids are cut, and the file says so.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

from seam_tui.domain.private_file import write_private
from seam_tui.domain.veil import NAMES_HIDDEN, VEIL
from seam_tui.reports.triage_text import DEFAULT_WIDTH, wrapped

SUFFIXES: Final = (".csv", ".json", ".txt")
"""What a file name may end in; the ending decides the format."""
_LEAST_WIDTH: Final = 30
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the start of a formula, or what hides one; the wide forms as well."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One code and what became of it. It has no field for a PIN."""

    title: str
    """The code's name as it may be shown, plain text."""
    access_code_id: str
    device_title: str
    outcome: str
    """`done`, `asked`, `failed`, `skipped` or `unknown`."""
    said: str
    """One sentence for a person."""
    request_id: str | None = None
    """Seam's, for its support."""
    new_access_code_id: str | None = None
    """Of the code that was made in its place."""


def _as_shown(rows: Iterable[ResultRow]) -> list[ResultRow]:
    """The rows with their ids cut and their texts without logins, in share mode."""
    cut, text = VEIL.record_id, VEIL.text
    return [
        replace(
            row,
            access_code_id=cut(row.access_code_id),
            device_title=text(row.device_title),
            said=text(row.said),
            new_access_code_id=row.new_access_code_id and cut(row.new_access_code_id),
        )
        for row in rows
    ]


def results_csv(rows: Iterable[ResultRow]) -> str:
    """A table for a spreadsheet, in which no cell is a formula: names come from guests' bookings.

    Args:
        rows: The results.

    Returns:
        CSV with a header and CRLF line ends, as RFC 4180 has it; in share mode a last column says so.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    note = [NAMES_HIDDEN] if VEIL.is_drawn else []
    writer.writerow([field.name for field in fields(ResultRow)] + ["note"] * len(note))
    for row in _as_shown(rows):
        writer.writerow([*(_harmless(value or "") for value in asdict(row).values()), *note])
    return out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def results_json(rows: Sequence[ResultRow]) -> str:
    """The results and how many ended in which way, for a program."""
    counts = dict(Counter(row.outcome for row in rows))
    note = {"note": NAMES_HIDDEN} if VEIL.is_drawn else {}
    told = note | {"counts": counts, "results": [asdict(row) for row in _as_shown(rows)]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def results_text(rows: Sequence[ResultRow], width: int = DEFAULT_WIDTH) -> str:
    """The results for a person: the counts, then every code.

    Args:
        rows: The results.
        width: Columns of a line.
    """
    width = max(width, _LEAST_WIDTH)
    counts = Counter(row.outcome for row in rows)
    lines = list(wrapped(", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "Nothing.", width, ""))
    if VEIL.is_drawn:
        lines += wrapped(NAMES_HIDDEN, width, "")
    for row in _as_shown(rows):
        where = f" on {row.device_title}" if row.device_title else ""
        lines += ["", *wrapped(f"{row.outcome}: {row.title}{where}", width, "")]
        lines += wrapped(row.said, width, "  ", "  ")
        request = f", request {row.request_id}" if row.request_id else ""
        anew = f", now {row.new_access_code_id}" if row.new_access_code_id else ""
        lines += wrapped(f"access code {row.access_code_id}{anew}{request}", width, "  ")
    return "\n".join(lines) + "\n"


def save_results(path: Path, rows: Sequence[ResultRow]) -> None:
    """Write the results to a new file that only its owner can read.

    Args:
        path: Where to; its ending decides the format (`SUFFIXES`).
        rows: The results.

    Raises:
        ValueError: The ending is none of ours.
        FileExistsError: Something of this name is there already; it is left alone.
        OSError: It cannot be written; no half of a file is left.
    """
    match path.suffix.lower():
        case ".csv":
            text = results_csv(rows)
        case ".json":
            text = results_json(rows)
        case ".txt":
            text = results_text(rows)
        case _:
            raise ValueError(f"the name must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
    write_private(path, text)
