import itertools

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.workspace.watchlist import (
    BACK_OFF,
    GIVE_UP_AFTER,
    OVERDUE_AFTER,
    OVERDUE_STEP,
    STEADY,
    WatchKind,
    Watchlist,
)


def watching(now: float = 0.0, reason: str = "removing") -> Watchlist:
    watchlist = Watchlist()
    watchlist.add("c1", WatchKind.MANAGED, reason, now)
    return watchlist


def read_until(watchlist: Watchlist, end: float) -> list[float]:
    """Read at each due moment, as the re-reader does, and tell when that was."""
    moments: list[float] = []
    while (due := watchlist.next_due()) is not None and due < end:
        assert watchlist.due(due) == ("c1",)
        watchlist.was_read("c1", due)
        moments.append(due)
    return moments


def test_reads_come_fast_at_first_and_then_every_thirty_seconds() -> None:
    moments = read_until(watching(), 200.0)
    gaps = [moments[0], *(later - earlier for earlier, later in itertools.pairwise(moments))]
    assert gaps[: len(BACK_OFF)] == list(BACK_OFF)
    assert set(gaps[len(BACK_OFF) :]) == {STEADY}


def test_a_late_code_is_read_once_a_minute() -> None:
    watchlist = watching()
    read_until(watchlist, OVERDUE_AFTER)
    moments = read_until(watchlist, GIVE_UP_AFTER)
    assert {later - earlier for earlier, later in itertools.pairwise(moments)} == {OVERDUE_STEP}


def test_nothing_is_due_before_its_time_or_after_it_settled() -> None:
    watchlist = watching(now=100.0)
    assert watchlist.due(100.5) == ()
    assert watchlist.due(101.0) == ("c1",)
    watchlist.settle("c1")
    assert watchlist.due(1_000.0) == ()
    assert watchlist.next_due() is None
    watchlist.settle("c1")


def test_asking_something_new_of_a_code_starts_over() -> None:
    watchlist = watching()
    read_until(watchlist, 300.0)
    watchlist.add("c1", WatchKind.MANAGED, "changing PIN", 300.0)
    watch = watchlist.get("c1")
    assert watch is not None
    assert (watch.reason, watch.reads, watch.next_at) == ("changing PIN", 0, 301.0)
    assert len(watchlist) == 1


def test_a_late_code_is_told_once_for_every_ten_minutes() -> None:  # UX 9
    watchlist = watching()
    assert watchlist.newly_late(599.0) == ()
    assert [watch.minutes_told for watch in watchlist.newly_late(600.0)] == [10]
    assert watchlist.newly_late(1_100.0) == ()
    assert [watch.id for watch in watchlist.overdue(1_100.0)] == ["c1"]
    assert [watch.minutes_told for watch in watchlist.newly_late(1_900.0)] == [30]


def test_an_hour_without_news_ends_the_watch() -> None:
    watchlist = watching()
    assert watchlist.give_up(3_599.0) == ()
    assert [watch.id for watch in watchlist.give_up(3_600.0)] == ["c1"]
    assert "c1" not in watchlist


def test_the_longest_due_is_read_first() -> None:
    watchlist = watching(now=5.0)
    watchlist.add("c0", WatchKind.UNMANAGED, "converting", 2.0)
    assert watchlist.due(10.0) == ("c0", "c1")


@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "read", "settle", "late", "give up"]), st.sampled_from(["a", "b", "c"]),
                  st.floats(0, 700)),
        max_size=40,
    )
)  # fmt: skip
def test_whatever_happens_a_watched_code_is_read_again_within_a_minute(steps: list[tuple[str, str, float]]) -> None:
    watchlist, now = Watchlist(), 0.0
    for what, key, passed in steps:
        now += passed
        match what:
            case "add":
                watchlist.add(key, WatchKind.MANAGED, "removing", now)
            case "read":
                watchlist.was_read(key, now)
            case "settle":
                watchlist.settle(key)
            case "late":
                watchlist.newly_late(now)
            case _:
                watchlist.give_up(now)
        next_due = watchlist.next_due()
        assert (next_due is None) == (not watchlist.ids)
        assert next_due is None or next_due <= now + OVERDUE_STEP
        assert set(watchlist.due(now + OVERDUE_STEP)) == set(watchlist.ids)
