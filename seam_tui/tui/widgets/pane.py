"""The frame of a pane: its border says as much as there is room for, in whole words and counts."""

from __future__ import annotations

from rich.cells import cell_len
from textual.containers import Container
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

_EDGES = 6
"""Cells of a border's line that its words cannot have: two at each corner, and a space at each end of the words."""


class Pane(Container):
    """A pane with words in the upper and the lower edge of its border.

    Args:
        children: What is in it.
        id: The widget's id.
    """

    def __init__(self, *children: Widget, id: str) -> None:  # noqa: A002 - textual's own name for it
        super().__init__(*children, id=id, classes="pane")
        self._titles: tuple[str, ...] = ("",)
        self._notes: tuple[str, ...] = ("",)

    def entitle(self, *forms: str) -> None:
        """Say something in the upper edge, given in ever fewer words."""
        if forms != self._titles:
            self._titles = forms
            self._fit()

    def note(self, *forms: str) -> None:
        """Say something in the lower edge, given in ever fewer words."""
        if forms != self._notes:
            self._notes = forms
            self._fit()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        # Nothing scrolls in a pane: with `layout` each change of its size would lay out and draw the screen once more.
        return super()._size_updated(size, virtual_size, container_size, layout=False)

    def on_resize(self) -> None:
        """Find the words that fit now."""
        self._fit()

    def _fit(self) -> None:
        title, note = Content(self._fitting(self._titles)), Content(self._fitting(self._notes))
        if self._border_title is None or title.plain != self._border_title.plain:
            self._border_title = title
            self._repaint_edge(0)
        if self._border_subtitle is None or note.plain != self._border_subtitle.plain:
            self._border_subtitle = note
            self._repaint_edge(self.outer_size.height - 1)

    def _repaint_edge(self, y: int) -> None:
        """Repaint a line of the border; setting `border_title` would repaint all that is inside as well."""
        if self.outer_size:
            self.refresh(Region(0, y, self.outer_size.width, 1).translate(-self.content_offset))

    def _fitting(self, forms: tuple[str, ...]) -> str:
        """The first of some texts that fits, the last if none does; the first before there is a layout."""
        room = self.outer_size.width - _EDGES
        if self.outer_size.width == 0:
            return forms[0]
        return next((form for form in forms if cell_len(form) <= room), forms[-1])
