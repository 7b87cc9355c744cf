"""`seam-tui explain CODE`: what the catalogue knows about a code, as text for people and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from seam_tui.domain.action import ACTIONS
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.remedies.catalogue import Catalogue
from seam_tui.remedies.remedy import Remedy, RemedyStep, general_remedy

DEFAULT_WIDTH: Final = 80
_MIN_WIDTH: Final = 30
"""Narrower than this, wrapped text is harder to read than overlong lines."""


def explain_text(catalogue: Catalogue, code: str, width: int = DEFAULT_WIDTH) -> str:
    """Everything filed under a code, or the general answer and the codes that it may have meant.

    Args:
        catalogue: Where to look.
        code: As a person typed it.
        width: Columns of the terminal.

    Returns:
        Plain text that ends with a line break.
    """
    width = max(width, _MIN_WIDTH)
    known = catalogue.matching(code)
    if known:
        return "\n".join(_explained(remedy, width) for remedy in known)
    text = _explained(_unknown(code), width)
    close = catalogue.suggest(code)
    if close:
        text += "\nDid you mean:\n" + "".join(f"  {other}\n" for other in close)
    return text


def explain_json(remedies: Iterable[Remedy]) -> str:
    """Remedies as a JSON list; the keys are a promise to scripts. Not-ASCII is escaped, so any pipe can carry it."""
    return json.dumps(
        [
            {
                "level": remedy.level.value,
                "kind": remedy.kind.value,
                "code": remedy.code,
                "meaning": remedy.meaning,
                "self_clears": remedy.self_clears,
                "steps": [step.text for step in remedy.steps],
                "actions": [action.value for action in remedy.actions],
                "replaced_by": list(remedy.replaced_by),
                "source": remedy.source,
            }
            for remedy in remedies
        ],
        indent=2,
    )


def _unknown(code: str) -> Remedy:
    """The general answer for a code that was typed, whose level and kind nobody told."""
    remedy = general_remedy(Issue(kind=IssueKind.ERROR, code=code, level=IssueLevel.ACCESS_CODE, message=""))
    named = f'the code "{remedy.code}"' if remedy.code else "a code without a name"
    return replace(
        remedy, meaning=f"This version of seam-tui does not know {named}: Seam's own message is what counts."
    )


def _explained(remedy: Remedy, width: int) -> str:
    """One remedy as a paragraph, numbered steps and what else is known."""
    title = remedy.code or "(no code)"
    if remedy.known:
        legacy = ", legacy" if remedy.era == "legacy" else ""
        title += f" ({remedy.level.label} {remedy.kind.value}{legacy})"
    lines = [*_wrapped(title, width, "", "  "), *_wrapped(remedy.meaning, width, "  ", "  "), "", "  What to do:"]
    for number, step in enumerate(remedy.steps, start=1):
        lines += _step_lines(number, step, width)
    lines += ["", *_wrapped(_clearing(remedy.self_clears), width, "  ", "  ")]
    for label, value in (
        ("Reported today as", ", ".join(remedy.replaced_by)),
        ("Note", remedy.note),
        ("Source", remedy.source if remedy.known else None),
        ("More", remedy.docs_url),
    ):
        if value:
            lines += _wrapped(f"{label}: {value}", width, "  ", "    ")
    if remedy.from_runbook:
        lines += _wrapped("Your own remedies file has a say in this (*).", width, "  ", "  ")
    return "\n".join(lines) + "\n"


def _step_lines(number: int, step: RemedyStep, width: int) -> list[str]:
    """A numbered step, with the names of what the app can do for it below."""
    mark = " *" if step.from_runbook else ""
    lines = _wrapped(f"{step.text}{mark}", width, f"  {number:>2}. ", " " * 6)
    if step.actions:
        labels = ", ".join(ACTIONS[action].label for action in step.actions)
        lines += _wrapped(f"In the app: {labels}", width, " " * 6, " " * 8)
    return lines


def _clearing(self_clears: bool | None) -> str:
    """Whether waiting helps, in words."""
    if self_clears is None:
        return "Seam does not say whether it clears by itself."
    return "It clears by itself once the cause is gone." if self_clears else "It does not clear by itself."


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    """Wrapped lines; codes, ids and addresses stay in one piece so that they can be copied."""
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
