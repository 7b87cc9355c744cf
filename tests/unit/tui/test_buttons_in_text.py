"""Every action of the registry as a button in the detail: whole at the narrowest width that a pane gets."""

from __future__ import annotations

import pytest

from seam_tui.tui.actions import BOUND
from seam_tui.tui.widgets.document import Button, Buttons, lay_out

NARROWEST = 39
"""Cells of the detail at 80 columns; one pane alone, below that, is wider."""
INDENT = 5


@pytest.mark.parametrize("why", [None, "The last change of this kind is still waiting for the lock."])
def test_no_button_of_a_remedy_is_cut(why: str | None) -> None:  # UX 24
    buttons = tuple(Button(action, bound.key_label, bound.action.label, why) for action, bound in BOUND.items())
    layout = lay_out((Buttons(buttons, indent=INDENT),), NARROWEST)
    assert len(layout.spots) == len(BOUND)
    for spot in layout.spots:
        assert spot.button.text in layout.lines[spot.line].plain
        assert spot.end <= NARROWEST
