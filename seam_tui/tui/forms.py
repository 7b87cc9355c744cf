"""The forms of the actions that need something typed: a PIN, a name, times, a time zone, lengths of PINs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from seam_tui.domain.access_code import AccessCodeType
from seam_tui.domain.action import ActionId
from seam_tui.domain.pin import Pin
from seam_tui.domain.text import plain_text
from seam_tui.domain.veil import VEIL
from seam_tui.operations.checks import CODE_LENGTHS
from seam_tui.operations.plan import Values, check_values, pin_warnings
from seam_tui.operations.subject import Subject
from seam_tui.operations.typed_times import EXAMPLE, TypedTimeError, read_time, show_time
from seam_tui.tui.screens.form import NAMES_HIDDEN, STAYS_HIDDEN, Checked, Field, FormScreen
from seam_tui.workspace.times import zone_named

_SPAN: Final = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")


def form_for(action_id: ActionId, subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values] | None:
    """The form of an action, or None when it needs nothing typed."""
    match action_id:
        case ActionId.CHANGE_PIN:
            return _pin_form(subject, now)
        case ActionId.RENAME:
            return _name_form(subject, now)
        case ActionId.CHANGE_TIMES:
            return _times_form(subject, now)
        case ActionId.REPORT_TIME_ZONE:
            return _time_zone_form(subject, now)
        case ActionId.REPORT_CODE_LENGTHS:
            return _lengths_form(subject, now)
        case _:
            return None


def _title(what: str, subject: Subject) -> str:
    target = subject.code.title if subject.code is not None else subject.device.title if subject.device else ""
    return f"{what} · {target}"


def _pin_form(subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values]:
    device = subject.device
    about = []
    if device is not None and device.supported_code_lengths:
        about.append(f"{device.title} takes {', '.join(map(str, device.supported_code_lengths))} digits.")
    if device is not None and device.code_constraints:
        about.append(f"Its rules: {', '.join(rule.constraint_type for rule in device.code_constraints)}.")

    def check(typed: dict[str, str]) -> Checked[Values]:
        values = Values(pin=Pin(typed["pin"].strip()))
        problems = check_values(ActionId.CHANGE_PIN, subject, values, now())
        warnings = () if problems or values.pin is None else pin_warnings(subject, values.pin)
        return Checked(values, tuple(map(VEIL.text, problems)), tuple(map(VEIL.text, warnings)))

    return FormScreen(_title("Change PIN", subject), tuple(about), (Field("pin", "New PIN", is_secret=True),), check)


def _name_form(subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values]:
    def check(typed: dict[str, str]) -> Checked[Values]:
        values = Values(name=plain_text(typed["name"]))
        return Checked(values, check_values(ActionId.RENAME, subject, values, now()))

    current = subject.code.name if subject.code is not None else ""
    field = Field("name", "New name", current)
    about: tuple[str, ...] = ()
    if VEIL.is_drawn:
        field, about = Field("name", "New name", placeholder=STAYS_HIDDEN, is_secret=True), (NAMES_HIDDEN,)
    return FormScreen(_title("Rename", subject), about, (field,), check)


def _times_form(subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values]:
    code = subject.code
    zone_name = subject.device.time_zone if subject.device is not None else None
    zone = zone_named(zone_name)
    zone = zone if isinstance(zone, ZoneInfo) else None
    starts_at = code.starts_at if code is not None else None
    ends_at = code.ends_at if code is not None else None

    def check(typed: dict[str, str]) -> Checked[Values]:
        problems: list[str] = []

        def read(key: str, base: datetime | None, shown: str) -> datetime | None:
            text = typed[key].strip()
            if not text:
                return None
            if base is not None and text == shown:
                return base  # untouched: the seconds that the form does not show stay as they are
            try:
                return read_time(text, zone, base or now())
            except TypedTimeError as error:
                problems.append(f"{key.capitalize()}: {error}")
                return None

        start, end = read("start", starts_at, shown_start), read("end", ends_at, shown_end)
        values = Values(starts_at=start, ends_at=end)
        if code is not None and not code.is_time_bound:
            values = replace(values, code_type=AccessCodeType.TIME_BOUND)
        if not problems:
            problems.extend(check_values(ActionId.CHANGE_TIMES, subject, values, now()))
        return Checked(values, tuple(problems))

    shown_start = "" if starts_at is None else show_time(starts_at, zone)
    shown_end = "" if ends_at is None else show_time(ends_at, zone)
    about = (
        f"Times are the lock's own: {zone.key if zone is not None else 'its zone is unknown, so UTC'}.",
        f"Type {EXAMPLE}, or a shift of the time that stands there, such as +2h or -1d.",
    )
    fields = (
        Field("start", "Starts", shown_start, f"e.g. {EXAMPLE}"),
        Field("end", "Ends", shown_end, f"e.g. {EXAMPLE}"),
    )
    return FormScreen(_title("Change times", subject), about, fields, check)


def _time_zone_form(subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values]:
    def check(typed: dict[str, str]) -> Checked[Values]:
        values = Values(time_zone=typed["zone"].strip())
        return Checked(values, check_values(ActionId.REPORT_TIME_ZONE, subject, values, now()))

    current = subject.device.time_zone or "" if subject.device is not None else ""
    about = ("The lock's IANA time zone; abbreviations such as CET do not do.",)
    field = Field("zone", "Time zone", current, "e.g. Europe/Berlin")
    return FormScreen(_title("Report the time zone", subject), about, (field,), check)


def _lengths_form(subject: Subject, now: Callable[[], datetime]) -> FormScreen[Values]:
    def check(typed: dict[str, str]) -> Checked[Values]:
        lengths, problems = read_lengths(typed["lengths"])
        values = Values(code_lengths=lengths)
        return Checked(values, problems or check_values(ActionId.REPORT_CODE_LENGTHS, subject, values, now()))

    current = subject.device.supported_code_lengths if subject.device is not None else ()
    about = ("How many digits a PIN may have on this lock, as its manual or the SmartThings app says.",)
    field = Field("lengths", "Digits", ", ".join(map(str, current)), "e.g. 4, 6 or 4-8")
    return FormScreen(_title("Report code lengths", subject), about, (field,), check)


def read_lengths(text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Lengths of PINs as a person types them: `4, 6` or `4-8`.

    Args:
        text: Numbers and spans, parted by commas.

    Returns:
        The lengths in rising order, and what is wrong with the text.
    """
    lengths: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _SPAN.fullmatch(part)
        if match is None:
            return (), (f"{plain_text(part)} is no number of digits; type 4, 6 or 4-8.",)
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            return (), (f"{first}-{last} runs backwards.",)
        if first not in CODE_LENGTHS or last not in CODE_LENGTHS:
            return (), (f"Seam takes {CODE_LENGTHS[0]} to {CODE_LENGTHS[-1]} digits.",)
        lengths.update(range(first, last + 1))
    return tuple(sorted(lengths)), () if lengths else ("Type the numbers of digits, such as 4, 6 or 4-8.",)
