"""The help: what it promises holds, and each key stands where a person looks for it."""

from __future__ import annotations

from itertools import pairwise

from seam_tui.domain.action import ACTIONS, ActionId
from seam_tui.tui.actions import BY_ID, Navigation
from seam_tui.tui.help import help_text
from seam_tui.tui.widgets.document import Heading, lay_out


def words() -> str:
    return " ".join(" ".join(line.plain for line in lay_out(tuple(help_text()), 400).lines).split())


def part(title: str) -> str:
    """What stands under a heading."""
    blocks = help_text()
    ends = [at for at, block in enumerate(blocks) if isinstance(block, Heading)] + [len(blocks)]
    at, end = next(
        (start, end)
        for start, end in pairwise(ends)
        if getattr(blocks[start], "content").plain == title  # noqa: B009
    )
    return "\n".join(line.plain for line in lay_out(tuple(blocks[at + 1 : end]), 400).lines)


def test_it_names_what_is_sent_without_a_question() -> None:
    assert "Nothing is changed before you say yes" not in words()
    assert "No code is changed before you say yes" in words()
    assert "l locks a door at once" in words()


def test_the_lock_test_says_that_it_acts_at_once() -> None:
    assert ACTIONS[ActionId.LOCK].summary.startswith("Lock the door at once")


def test_what_changes_the_screen_stands_apart_from_what_moves_about() -> None:
    for name in ("share.toggle", "picture.save", "large.toggle", "app.read_only"):
        entry = BY_ID[name]
        assert isinstance(entry, Navigation)
        assert entry.description in part("Screen")
        assert entry.description not in part("Moving about")
    assert "Go back one level" in part("Moving about")


def test_what_a_connect_webview_is_stands_where_it_is_offered() -> None:
    assert "Connect Webview (Seam's sign-in page)" in words()
