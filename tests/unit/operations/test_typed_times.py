"""Typed times: the lock's own unless they carry an offset, honest about hours that clocks skip or repeat (UX 26)."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.operations.typed_times import TypedTimeError, read_time, show_time

BASE = datetime(2026, 11, 22, 15, tzinfo=UTC)
BERLIN, NEW_YORK, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
ZONES = [BERLIN, NEW_YORK, KOLKATA, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/St_Johns"), None]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-11-25 15:00", BERLIN, datetime(2026, 11, 25, 14, tzinfo=UTC)),
        ("2026-07-25 15:00", BERLIN, datetime(2026, 7, 25, 13, tzinfo=UTC)),
        ("2026-11-25 15:00", None, datetime(2026, 11, 25, 15, tzinfo=UTC)),
        ("2026-11-25 15:00", KOLKATA, datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
        ("  2026-11-25T15:00  ", NEW_YORK, datetime(2026, 11, 25, 20, tzinfo=UTC)),
        ("2026-11-25 15:00Z", BERLIN, datetime(2026, 11, 25, 15, tzinfo=UTC)),
        ("2026-11-25 15:00+05:30", BERLIN, datetime(2026, 11, 25, 9, 30, tzinfo=UTC)),
        ("2026-11-25 15:00-0500", BERLIN, datetime(2026, 11, 25, 20, tzinfo=UTC)),
        ("+2h", BERLIN, BASE + timedelta(hours=2)),
        ("-1d", None, BASE - timedelta(days=1)),
        ("+ 30 m", None, BASE + timedelta(minutes=30)),
        ("+1W", None, BASE + timedelta(weeks=1)),
    ],
)
def test_a_time_is_read_in_the_locks_zone_unless_it_carries_an_offset(text, zone, expected) -> None:
    assert read_time(text, zone, BASE) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "25.11.2026", "2026-13-01 10:00", "2026-11-25 25:00", "+2y", "+", "\x1b[2J"]
)
def test_what_is_no_time_is_refused_with_an_example(text) -> None:
    with pytest.raises(TypedTimeError, match="2026-11-25 15:00"):
        read_time(text, BERLIN, BASE)


@pytest.mark.parametrize(
    ("text", "zone"),
    [("2026-03-29 02:30", BERLIN), ("2026-03-08 02:15", NEW_YORK), ("2026-10-04 02:10", ZONES[3])],
)
def test_an_hour_that_the_clocks_skip_is_refused(text, zone) -> None:
    with pytest.raises(TypedTimeError, match="skip"):
        read_time(text, zone, BASE)


@pytest.mark.parametrize(
    ("text", "zone", "offers"),
    [
        ("2026-10-25 02:30", BERLIN, ("02:30+0200", "02:30+0100")),
        ("2026-11-01 01:15", NEW_YORK, ("01:15-0400", "01:15-0500")),
    ],
)
def test_an_hour_that_the_clocks_show_twice_is_asked_about_and_each_answer_is_taken(text, zone, offers) -> None:
    with pytest.raises(TypedTimeError, match="twice") as caught:
        read_time(text, zone, BASE)
    moments = set()
    for offer in offers:
        assert offer in str(caught.value)
        moments.add(read_time(f"{text[:10]} {offer}", zone, BASE).astimezone(UTC))
    assert len(moments) == 2


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES))
def test_a_time_that_is_shown_can_be_typed_again(moment, zone) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    text = show_time(moment, zone)
    local = moment.astimezone(zone or UTC)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        assert read_time(text, zone, BASE) == moment
        return
    # Where the clocks show the same time twice, the offer with its offset is the way to it.
    with pytest.raises(TypedTimeError, match="twice"):
        read_time(text, zone, BASE)
    assert read_time(f"{moment.astimezone(zone):%Y-%m-%d %H:%M%z}", zone, BASE) == moment


@given(st.text(max_size=30), st.sampled_from(ZONES))
def test_no_text_makes_reading_fail(text, zone) -> None:
    with suppress(TypedTimeError):
        assert read_time(text, zone, BASE).tzinfo is not None


@pytest.mark.parametrize(("text", "base"), [("+9999w", datetime.max), ("-9999w", datetime.min), ("+1m", datetime.max)])
def test_a_shift_beyond_the_calendar_is_refused_in_words(text, base) -> None:
    with pytest.raises(TypedTimeError, match="calendar"):
        read_time(text, BERLIN, base.replace(tzinfo=UTC))


@pytest.mark.parametrize("text", ["0001-01-01 00:00", "9999-12-31 23:59", "9999-12-31 23:59-12:00"])
@pytest.mark.parametrize("zone", ZONES)
def test_a_time_at_the_ends_of_the_calendar_is_refused_in_words(text, zone) -> None:
    with pytest.raises(TypedTimeError, match="calendar"):
        read_time(text, zone, BASE)
