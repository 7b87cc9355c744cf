"""The forms of the actions on many codes that need something typed: a name template, times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from seam_tui.domain.action import ActionId
from seam_tui.domain.veil import VEIL
from seam_tui.operations.bulk import Edit
from seam_tui.operations.typed_times import EXAMPLE, TypedTimeError, read_time
from seam_tui.tui.screens.form import STAYS_HIDDEN, Checked, Field, FormScreen


def bulk_form_for(action_id: ActionId, count: int, now: Callable[[], datetime]) -> FormScreen[Edit] | None:
    """The form of an action on many codes, or None when it needs nothing typed."""
    match action_id:
        case ActionId.RENAME:
            return _name_form(count)
        case ActionId.CHANGE_TIMES:
            return _times_form(count, now)
        case _:
            return None


def _name_form(count: int) -> FormScreen[Edit]:
    def check(typed: dict[str, str]) -> Checked[Edit]:
        template = typed["name"].strip()
        edit = Edit(name_template=template)
        return Checked(edit, edit.problems() if template else ("Type a name.",))

    about = ["{name} stands for each code's own name, {device} for its lock's."]
    about += [f"{{name}} stands there already. {STAYS_HIDDEN}"] if VEIL.is_drawn else []
    field = Field("name", "New names", "{name}", is_secret=VEIL.is_drawn)
    return FormScreen(f"Rename {count} codes", tuple(about), (field,), check)


def _times_form(count: int, now: Callable[[], datetime]) -> FormScreen[Edit]:
    def check(typed: dict[str, str]) -> Checked[Edit]:
        start, end = typed["start"].strip(), typed["end"].strip()
        problems = [] if start or end else ["Type a start, an end, or both."]
        for label, text in (("Starts", start), ("Ends", end)):
            try:
                if text:
                    read_time(text, None, now())
            except TypedTimeError as error:
                problems.append(f"{label}: {error}")
        return Checked(Edit(start=start, end=end), tuple(problems))

    about = (
        f"A shift such as +2h or -1d moves each code's own time; {EXAMPLE} sets the same for all, in each lock's zone.",
        "An empty box leaves the times as they are.",
    )
    fields = (Field("start", "Starts", "", "+2h"), Field("end", "Ends", "", "+1d"))
    return FormScreen(f"Change the times of {count} codes", about, fields, check)
