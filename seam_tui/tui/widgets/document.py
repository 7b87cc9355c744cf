"""A text with buttons in it: paragraphs, lists and buttons laid out to a width, as lines that know where buttons are.

The detail of a code is one such document. As lines it costs a cursor move nothing; as thirty mounted widgets it would
hold up the next key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from textual.content import Content

from seam_tui.domain.action import ActionId
from seam_tui.domain.issue import Issue

DIM: Final = "$text-muted"
BUTTON: Final = "bold $text on $primary-muted"
BUTTON_CHOSEN: Final = "bold reverse"
BUTTON_DISABLED: Final = "$text-disabled"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press, beside the words that say why."""

    action_id: ActionId
    key: str
    label: str
    why_disabled: str | None = None
    """The reason why it cannot be pressed; shown with it (UX rule 22)."""
    issue: Issue | None = None
    """The issue on whose card it stands."""
    connected_account_id: str | None = None
    """The account that it is about, where the document is about no single lock."""

    @property
    def text(self) -> str:
        """As it stands in the text."""
        return f"[{self.key}] {self.label}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Wrapped text."""

    content: Content
    indent: int = 0
    """Cells before every line."""
    lead: str = ""
    """What stands before the first line, such as the number of a step; the other lines hang under the text."""
    lead_style: str = DIM


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons in a row that breaks where it must; one that is disabled says why on a line of its own."""

    buttons: tuple[Button, ...]
    indent: int = 0
    lead: Content = field(default_factory=lambda: Content(""))
    """What stands on the first line before the buttons, from the first cell on."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that parts one section from the next."""

    content: Content
    lead: Content = field(default_factory=lambda: Content(""))
    """What stands before the first line, such as the number of a step; the other lines hang under the text."""


Block: TypeAlias = Paragraph | Buttons | Heading


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a button stands."""

    button: Button
    line: int
    start: int
    """First cell."""
    end: int
    """Cell after the last one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A document laid out to a width."""

    lines: tuple[Content, ...]
    spots: tuple[Spot, ...]
    """Buttons that can be chosen, disabled ones included, from top to bottom."""


def lay_out(blocks: tuple[Block, ...], width: int, chosen: int | None = None) -> Layout:
    """Lay a document out.

    Args:
        blocks: The document.
        width: Cells of a line; at least 10 are used.
        chosen: Index of the button that is drawn as chosen.
    """
    width = max(width, 10)
    lines: list[Content] = []
    spots: list[Spot] = []
    for block in blocks:
        match block:
            case Heading(content, lead):
                if lines:
                    lines.append(Content(""))
                lines.extend(_hanging(content, lead, width))
            case Paragraph():
                lines.extend(_paragraph(block, width))
            case Buttons():
                _buttons(block, width, chosen, lines, spots)
    return Layout(tuple(lines), tuple(spots))


def _paragraph(block: Paragraph, width: int) -> list[Content]:
    return _hanging(block.content, Content(" " * block.indent) + Content.styled(block.lead, block.lead_style), width)


def _hanging(content: Content, lead: Content, width: int) -> list[Content]:
    hang = lead.cell_length
    wrapped = content.wrap(max(width - hang, 4)) or [Content("")]
    return [lead + wrapped[0], *(Content(" " * hang) + line for line in wrapped[1:])]


def _buttons(block: Buttons, width: int, chosen: int | None, lines: list[Content], spots: list[Spot]) -> None:
    """Draw the buttons that can be pressed in rows, then each disabled one with its reason."""
    row = block.lead if block.lead.cell_length else Content(" " * block.indent)
    column = row.cell_length
    is_fresh = column == block.indent
    usable = [button for button in block.buttons if button.why_disabled is None]
    for button in usable:
        text = _fit(button.text, width - block.indent)
        if not is_fresh and column + 2 + text.cell_length > width:
            lines.append(row)
            row, column, is_fresh = Content(" " * block.indent), block.indent, True
        if not is_fresh:
            row, column = row + "  ", column + 2
        is_fresh = False
        style = BUTTON_CHOSEN if chosen == len(spots) else BUTTON
        spots.append(Spot(button, len(lines), column, column + text.cell_length))
        row, column = row + text.stylize(style), column + text.cell_length
    if usable or block.lead.cell_length:
        lines.append(row)
    for button in block.buttons:
        if button.why_disabled is None:
            continue
        style = BUTTON_CHOSEN if chosen == len(spots) else BUTTON_DISABLED
        text = _fit(button.text, width - block.indent)
        spots.append(Spot(button, len(lines), block.indent, block.indent + text.cell_length))
        hang = block.indent + 4
        room = max(width - hang, 4)
        if text.cell_length <= room:
            wrapped = (text.stylize(style) + Content.styled(f" — {button.why_disabled}", DIM)).wrap(room)
        else:  # a name that has to break would be pressed in two places
            wrapped = [text.stylize(style), *Content.styled(button.why_disabled, DIM).wrap(room)]
        lines.append(Content(" " * block.indent) + wrapped[0])
        lines.extend(Content(" " * hang) + line for line in wrapped[1:])


def _fit(text: str, width: int) -> Content:
    return Content(text).truncate(max(width, 4), ellipsis=True)
