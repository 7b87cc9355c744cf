"""Keeps README's key table that of the one registry: `python -m tests.readme` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION

README = Path(__file__).parent.parent / "README.md"
_PLACE = re.compile(r"(<!-- keys -->\n).*?(<!-- /keys -->)", re.DOTALL)


def key_table() -> str:
    """Every key with what it does, as a Markdown table."""
    rows = ["| key | on | what it does |", "| --- | --- | --- |"]
    rows += [
        f"| `{bound.key_label}` | {bound.group.lower()} | **{bound.action.label}.** {bound.action.summary} |"
        for bound in BOUND.values()
    ]
    rows += [f"| `{move.key_label}` | | {move.description} |" for move in (*NAVIGATION, *EVERYWHERE)]
    return "\n".join(rows) + "\n"


def with_key_table(text: str) -> str:
    """README's text with the table as it should be."""
    return _PLACE.sub(lambda place: place[1] + key_table() + place[2], text)


if __name__ == "__main__":
    README.write_text(with_key_table(README.read_text(encoding="utf-8")), encoding="utf-8")
