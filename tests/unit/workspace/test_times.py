from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.workspace.times import beside, duration, exact, relative, zone_named

NOW = datetime(2026, 11, 22, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"), (-4, "just now"), (30, "in 30 s"), (-59, "59 s ago"), (-12 * 60, "12 min ago"),
        (3 * 3600 + 59 * 60, "in 3 h"), (47 * 3600, "in 47 h"), (-48 * 3600, "2 days ago"), (60 * 86400, "in 60 days"),
        (70 * 86400, "in 2 months"), (-1000 * 86400, "2 years ago"),
    ],
)  # fmt: skip
def test_a_relative_time_has_one_unit(seconds: int, words: str) -> None:
    assert relative(NOW + timedelta(seconds=seconds), NOW) == words


def test_an_exact_time_is_the_locks_own_with_its_abbreviation() -> None:  # UX 26
    assert exact(NOW, "Europe/Berlin") == "2026-11-22 16:04 CET"
    assert exact(NOW - timedelta(days=150), "Europe/Berlin") == "2026-06-25 17:04 CEST"
    assert exact(NOW, "America/New_York") == "2026-11-22 10:04 EST"


@pytest.mark.parametrize(
    ("lock", "viewer", "words"),
    [
        ("Europe/Berlin", "America/New_York", " (10:04 EST here)"),
        ("Europe/Berlin", "Asia/Tokyo", " (2026-11-23 00:04 JST here)"),
        ("Europe/Berlin", "Europe/Paris", ""),
        ("UTC", "Europe/London", ""),
        (None, "America/New_York", " (10:04 EST here)"),
        (None, "UTC", ""),
    ],
)
def test_the_viewers_time_stands_beside_the_locks_where_it_is_another(lock, viewer, words) -> None:  # UX 26
    assert beside(NOW, lock, NOW.astimezone(ZoneInfo(viewer))) == words
    assert beside(NOW, lock, None) == ""


def test_a_zone_without_letters_names_its_offset() -> None:
    assert exact(NOW, "America/Sao_Paulo") == "2026-11-22 12:04 UTC-03"


@pytest.mark.parametrize(
    "zone", [None, "", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "America", "a\0b", "x" * 5000]
)
def test_an_unknown_zone_is_utc_and_says_so(zone: str | None) -> None:
    assert exact(NOW, zone) == "2026-11-22 15:04 UTC (lock's zone unknown)"


def test_both_hours_of_a_repeated_hour_can_be_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert exact(first, "Europe/Berlin") == "2026-10-25 02:30 CEST"
    assert exact(first + timedelta(hours=1), "Europe/Berlin") == "2026-10-25 02:30 CET"


def test_the_hour_that_a_clock_change_skips_is_never_shown() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert exact(before, "Europe/Berlin") == "2026-03-29 01:59 CET"
    assert exact(before + timedelta(minutes=1), "Europe/Berlin") == "2026-03-29 03:00 CEST"


def test_the_ends_of_the_calendar_do_not_break_it() -> None:
    assert exact(datetime.max.replace(tzinfo=UTC), "Asia/Tokyo") == "9999-12-31 23:59 UTC"
    assert exact(datetime.min.replace(tzinfo=UTC), "America/New_York") == "0001-01-01 00:00 UTC"


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["Asia/Tokyo", "America/New_York", None, "x"]))
def test_every_moment_can_be_shown(moment: datetime, zone: str | None) -> None:
    assert exact(moment, zone)
    assert relative(moment, NOW)


@given(st.floats(0, 1e11), st.floats(0, 1e11))
def test_a_longer_time_never_reads_shorter(first: float, second: float) -> None:
    units = {"s": 1, "min": 60, "h": 3600, "days": 86400, "months": 30.44 * 86400, "years": 365.25 * 86400}

    def read(seconds: float) -> float:
        number, unit = duration(seconds).split()
        return int(number) * units[unit]

    shorter, longer = sorted((first, second))
    assert read(shorter) <= read(longer)
    assert read(longer) <= longer + 1e-6 * longer


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_zones_do_not_change_how_far_away_a_moment_is(moment: datetime) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=9)))
    assert relative(elsewhere, NOW) == relative(moment, NOW)


def test_a_known_zone_is_found() -> None:
    assert zone_named("Europe/Berlin") is not None
