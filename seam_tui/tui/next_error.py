"""From one error to the next: `n` and `N`, among the codes or among the locks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seam_tui.tui.rows import ALL_DEVICES
from seam_tui.tui.sorting import SortingScreen
from seam_tui.workspace.triage import Severity, error_test, severity_of_device


class NextErrorScreen(SortingScreen):
    """A screen whose cursor jumps to what is wrong, as the rows and the counts tell it (UX rule 21)."""

    def action_next_error(self, step: int) -> None:
        """Go to the next row with an error, or to the one before, and on around the end of the list.

        Args:
            step: 1 for the next, -1 for the one before.
        """
        is_locks = self.looked_at == "devices"
        table, noun = (self.devices, "lock") if is_locks else (self.codes, "code")
        here = table.position_of(table.cursor_id)
        at = None if here is None else next_in_ring(table.ids, here, step, self._is_wrong(is_locks=is_locks))
        if here is None or at is None:
            self.say(f"No {noun} in this list has an error.")
        elif at == here:
            self.say(f"No other {noun} in this list has an error.")
        else:
            table.move_to(table.ids[at])
            if (at - here) * step < 0:
                self.say("Past the end of the list, on from its top." if step > 0 else "Past the top, on from the end.")

    def _is_wrong(self, *, is_locks: bool) -> Callable[[str], bool]:
        store, test = self.board.store, error_test(self.board.store)
        if is_locks:
            return lambda key: key != ALL_DEVICES and severity_of_device(store, key) is Severity.ERROR
        codes = store.codes
        return lambda key: key in codes and test(codes[key])


def next_in_ring(ids: Sequence[str], here: int, step: int, test: Callable[[str], bool]) -> int | None:
    """Where the next id stands that passes a test, around the end of the list; the one here comes last of all."""
    places = ((here + step * distance) % len(ids) for distance in range(1, len(ids) + 1))
    return next((at for at in places if test(ids[at])), None)
