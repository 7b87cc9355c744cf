"""The help: where to begin, what the signs mean, and every key, from the one registry (UX rule 22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual.content import Content

from seam_tui.domain.action import ActionId
from seam_tui.tui.actions import BOUND, EVERYWHERE, NAVIGATION, PALETTE
from seam_tui.tui.key_names import key_label
from seam_tui.tui.keymap import DEFAULT_KEYS, Keyed, Keymap
from seam_tui.tui.view import SEVERITY_STYLES
from seam_tui.tui.widgets.document import Block, Heading, Paragraph
from seam_tui.workspace.triage import Severity

MEANINGS: Final[Mapping[Severity, str]] = {
    Severity.URGENT: "An error, and somebody needs the code now or within a day, or should no longer have it.",
    Severity.ERROR: "Seam or the lock could not do what was asked.",
    Severity.WARNING: "It works, but somebody should look at it.",
    Severity.PENDING: "It was asked for, and the lock has not confirmed it yet.",
    Severity.OK: "Nothing is wrong.",
}
"""What each sign says, in one sentence."""


def help_text(keymap: Keymap = DEFAULT_KEYS) -> list[Block]:
    """The whole help.

    Args:
        keymap: The keys in force.
    """
    return [*_beginning(keymap), *_signs(), *_all_keys(keymap)]


def _beginning(keymap: Keymap) -> Iterator[Block]:
    key = keymap.label
    yield _heading("Where to begin")
    yield Paragraph(
        Content(
            f"{key('list.next_error')} goes to the next error. The detail says what it means and what to do, step by "
            f"step; Enter goes to its buttons, and Enter presses one. No code is changed before you say yes; "
            f"{key(ActionId.LOCK.value)} locks a door at once, to test it. With {key('app.read_only')} nothing can be "
            f"changed. {key('list.filter')} searches, {key(PALETTE)} finds all that can be done by its name."
        ),
        indent=1,
    )


def _signs() -> Iterator[Block]:
    yield _heading("What the signs mean")
    for severity, meaning in MEANINGS.items():
        lead = f"{severity.glyph} {severity.word:<8}"
        yield Paragraph(Content(meaning), indent=1, lead=lead, lead_style=SEVERITY_STYLES[severity])


def _all_keys(keymap: Keymap) -> Iterator[Block]:
    groups: dict[str, list[tuple[str, Content]]] = {
        "Moving about": [
            ("Tab", Content("Go to the next pane")),
            ("Enter", Content("Go one level deeper: from a lock to its codes, from a code to its buttons")),
            (_keys(PALETTE, keymap), Content(PALETTE.description)),
            ("← →", Content("In the detail: choose a button; Enter presses it")),
        ]
    }
    for move in (*NAVIGATION, *EVERYWHERE):
        groups.setdefault(move.group, []).append((_keys(move, keymap), Content(move.description)))
    for bound in BOUND.values():
        meaning = Content.assemble((bound.action.label, "bold"), f". {bound.action.summary}")
        groups.setdefault(bound.group, []).append((_keys(bound, keymap), meaning))
    for group, keys in groups.items():
        yield _heading(group)
        for key, what in keys:
            yield Paragraph(what, indent=1, lead=f"{key:<8}", lead_style="bold $text-primary")
    yield Paragraph(Content("Any key can be another one: seam-tui config sample shows how."))


def _heading(text: str) -> Heading:
    return Heading(Content.styled(text, "bold $text-accent"))


def _keys(bound: Keyed, keymap: Keymap) -> str:
    return " ".join(key_label(key) for key in keymap.keys(bound))
