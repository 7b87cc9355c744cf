"""The layout for a projector: a terminal cannot enlarge its letters, but with fewer of them the window can.

Whoever shows the app to a room makes the letters of the terminal large, and few are left: one pane at a time, each code
on two lines with its error in full words, and a detail that begins with what is wrong and what to do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.content import Content

from seam_tui.domain.access_code import AccessCode
from seam_tui.operations.subject import Subject
from seam_tui.tui.facts import code_state, lock_words, validity_words
from seam_tui.tui.panes import PANES, PanesScreen
from seam_tui.tui.rows import CODE_LAYOUTS, DEVICE_COLUMNS, LARGE_CODES
from seam_tui.tui.view import SEVERITY_STYLES, View
from seam_tui.tui.widgets.columns import Layout
from seam_tui.tui.widgets.document import DIM, Block, Buttons, Heading, Paragraph
from seam_tui.tui.widgets.record_table import RecordTable
from seam_tui.workspace.triage import severity_of

_DEVICES: Final = tuple(
    replace(column, label="Online", width=6) if column.key == "online" else column
    for column in DEVICE_COLUMNS
    if column.key in {"state", "name", "errors", "warnings", "online"}
)


class LargeScreen(PanesScreen):
    """A screen of panes that can show one of them at a time, with few and large words."""

    @property
    def is_large(self) -> bool:
        """Whether this is the layout for a projector."""
        return self.has_class("-large")

    def show_large(self, is_large: bool) -> None:
        """Turn the layout for a projector on or off; cursor, marks and focus stay.

        Args:
            is_large: Whether it is wanted.
        """
        self.set_class(is_large, "-large")
        devices, codes = (self.query_one(f"#{pane}", RecordTable) for pane in PANES[:2])
        devices.use_layouts(Layout(_DEVICES if is_large else DEVICE_COLUMNS))
        codes.use_layouts(*((LARGE_CODES,) if is_large else CODE_LAYOUTS), show_header=not is_large)

    def action_toggle_large(self) -> None:
        """Turn the layout for a projector on or off."""
        self.show_large(not self.is_large)
        self.pane_entered()


def large_code_document(view: View, subject: Subject, code: AccessCode) -> tuple[Block, ...]:
    """Where and when, what is wrong and what to do, in this order and apart; then its state. The facts stay out."""
    issues = view.store.issues_of_code(code)
    severity = severity_of(code, issues, view.now)
    blocks: list[Block] = [
        Heading(Content.assemble((severity.label, SEVERITY_STYLES[severity]), "  ", (code.title, "bold"))),
        *([Paragraph(Content(lock_words(subject, subject.device)))] if subject.device is not None else []),
        Paragraph(Content(validity_words(code, view.now))),
        *(Paragraph(Content.styled(told.shown, "$text-accent"), lead="» ") for told in view.said),
    ]
    if not issues:
        blocks.append(Heading(Content.styled("✓ Seam reports nothing wrong with this code.", "$text-success")))
    for index, issue in enumerate(issues):
        remedy = view.catalogue.remedy_for(issue)
        name = Content.styled(issue.code, f"bold {SEVERITY_STYLES[severity]}")
        # In the smallest window the blank line of a heading would push the first step off the page.
        blocks.append(Heading(name) if index else Paragraph(name))
        blocks.append(Paragraph(Content(remedy.meaning)))
        for number, step in enumerate(remedy.steps, start=1):
            blocks.append(Heading(Content(step.text), lead=Content.styled(f"{number}. ", "bold")))
            if step.actions:
                blocks.append(Buttons(tuple(view.button(action, subject, issue) for action in step.actions), indent=3))
        blocks.append(Heading(Content(view.told(issue.message, subject)), lead=Content.styled("Seam: ", DIM)))
    blocks.append(Heading(Content.styled("Where it stands", "bold")))
    blocks.extend(code_state(view, subject, code))
    return tuple(blocks)
