"""The rolling re-read's plan: fair to every device, within its budget, with what matters more often."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seam_tui.domain.access_code import AccessCode, AccessCodeStatus, AccessCodeType
from seam_tui.domain.device import Device
from seam_tui.domain.issue import Issue, IssueKind, IssueLevel
from seam_tui.seam_api.errors import SeamFailure
from seam_tui.sync import events
from seam_tui.sync.index import Index
from seam_tui.sync.pace import WatchPace
from seam_tui.sync.rolling import Job, JobKind, Rolling, RoundEnd

BROKEN = (Issue(IssueKind.ERROR, "failed_to_set_on_device", IssueLevel.ACCESS_CODE, "m"),)
OFFLINE = (Issue(IssueKind.ERROR, "device_disconnected", IssueLevel.DEVICE, "m"),)


def fill(codes_on: list[int], broken: int = 0, offline: int = 0, foreign: int = 0) -> Index:
    """An index of devices with so many codes each, some of them in trouble; so many have an unmanaged one too."""
    index = Index()
    for number, count in enumerate(codes_on):
        device = f"d{number}"
        index.hear(events.DevicesRead((Device(device, device, "lock", errors=OFFLINE if number < offline else ()),)))
        codes = tuple(
            AccessCode(f"{device}-{n}", device, "", None, True, AccessCodeType.ONGOING, AccessCodeStatus.SET,
                       errors=BROKEN if number * 7 + n < broken else ())
            for n in range(count)
        )  # fmt: skip
        index.hear(events.CodesRead(device, codes))
        if number < foreign:
            theirs = AccessCode(f"{device}-u", device, "", None, False, AccessCodeType.ONGOING, AccessCodeStatus.SET)
            index.hear(events.CodesRead(device, (theirs,)))
    index.hear(events.LoadFinished(()))
    return index


def cost(job: Job, index: Index) -> int:
    """What a job costs at a server that lists 500 a page."""
    if job.kind is JobKind.LISTING:
        return 2
    return max(1, -(-len(index.device_ids) // 500)) if job.kind is JobKind.ALL_DEVICES else 1


def play(rolling: Rolling, index: Index, seconds: float, now: float = 0.0) -> list[tuple[float, Job, RoundEnd]]:
    """Do every job as soon as it is due, on a clock of our own."""
    done, end = [], now + seconds
    while now < end:
        turn = rolling.next(now)
        if turn is None:
            following = rolling.next_at(now)
            assert following > now
            now = following
            continue
        done.append((now, *turn))
        rolling.spend(cost(turn[0], index), now)
    return done


def gaps(moments: list[float], start: float, end: float) -> float:
    """The longest time between two of some moments, and to both ends."""
    points = [start, *moments, end]
    return max(later - earlier for earlier, later in pairwise(points))


@given(
    codes_on=st.lists(st.integers(0, 40), min_size=1, max_size=40),
    broken=st.integers(0, 300),
    offline=st.integers(0, 40),
    seen=st.integers(0, 6),
    per_minute=st.integers(6, 240),
    every=st.sampled_from([0.0, 30.0, 300.0]),
    doubts=st.integers(0, 3),
)
def test_every_device_and_every_code_is_read_within_a_bounded_time(
    codes_on, broken, offline, seen, per_minute, every, doubts
) -> None:
    index = fill(codes_on, broken, offline)
    pace = WatchPace(requests_per_minute=per_minute, hot_every=every, known_every=every, full_every=every)
    rolling = Rolling(index, pace, lambda key: False)
    rolling.look_at(f"d{number}" for number in range(seen))
    devices, codes = len(codes_on), sum(codes_on)
    full = rolling.longest_round(2 * devices, 2, every)
    known = rolling.longest_round(3 + -(-codes // 100), 2, every)
    now, done = 0.0, []
    while now < 2.5 * max(full, known):
        # What a listing leaves out comes between again and again.
        rolling.add(JobKind.CODE, (f"doubt{n}" for n in range(doubts)))
        span = max(full, known) / 20
        done += play(rolling, index, span, now)
        now = max(now + span, done[-1][0] if done else 0.0)
    listed, read, lists = defaultdict(list), defaultdict(list), []
    for moment, job, _ in done:
        if job.kind is JobKind.LISTING:
            listed[job.ids[0]].append(moment)
        elif job.kind is JobKind.CODES:
            for key in job.ids:
                read[key].append(moment)
        elif job.kind is JobKind.ALL_DEVICES:
            lists.append(moment)
    end = done[-1][0]
    for device in index.device_ids:
        assert gaps(listed[device], 0.0, end) <= full
        for key in index.codes_on(device):
            assert gaps(read[key], 0.0, end) <= known
    assert gaps(lists, 0.0, end) <= known


@given(
    codes_on=st.lists(st.integers(0, 40), min_size=1, max_size=40),
    broken=st.integers(0, 300),
    per_minute=st.integers(1, 240),
)
def test_no_minute_costs_more_than_the_budget_and_the_job_under_way(codes_on, broken, per_minute) -> None:
    index = fill(codes_on, broken)
    rolling = Rolling(
        index, WatchPace(requests_per_minute=per_minute, known_every=0.0, full_every=0.0), lambda key: False
    )
    done = play(rolling, index, 150.0)
    for first, (began, _, _) in enumerate(done):
        within = [cost(job, index) for moment, job, _ in done[first:] if moment < began + 60.0 - 1e-6]
        assert sum(within) <= per_minute + within[-1] - 1 + 1e-6 or len(within) == 1


def test_a_rest_is_not_made_up_for() -> None:
    index = fill([3] * 50)
    rolling = Rolling(index, WatchPace(requests_per_minute=60, full_every=0.0), lambda key: False)
    play(rolling, index, 10.0)
    late = play(rolling, index, 10.0, now=5_000.0)
    assert sum(cost(job, index) for _, job, _ in late) <= 11


def test_a_budget_of_nothing_reads_nothing() -> None:
    rolling = Rolling(fill([3]), WatchPace(requests_per_minute=0), lambda key: False)
    assert rolling.next(0.0) is None
    assert rolling.next_at(0.0) == float("inf")


def test_what_was_just_loaded_is_not_read_at_once() -> None:
    index = fill([3] * 5, broken=4)
    rolling = Rolling(index, WatchPace(), lambda key: False)
    rolling.restart(100.0)
    assert rolling.next(100.0) is None
    assert rolling.next_at(100.0) == 100.0 + WatchPace().hot_every


def test_trouble_and_what_is_on_screen_are_read_many_times_as_often() -> None:
    index = fill([10] * 2_000, broken=30, offline=5)
    rolling = Rolling(index, WatchPace(), lambda key: False)
    rolling.look_at(["d1000"])
    done = play(rolling, index, 3_600.0)
    often = [job.ids for _, job, _ in done if job.kind is JobKind.LISTING]
    assert often.count(("d1000",)) >= 30
    assert sum("d0-0" in job.ids for _, job, _ in done if job.kind is JobKind.CODES) >= 30
    assert sum("d1-0" in job.ids for _, job, _ in done if job.kind is JobKind.CODES) >= 30
    assert often.count(("d1500",)) <= 1


def test_what_is_on_screen_is_read_each_minute_however_much_is_in_trouble() -> None:
    index = fill([10] * 2_000, broken=15_000, offline=1_000)
    rolling = Rolling(index, WatchPace(), lambda key: False)
    rolling.look_at(f"d{number}" for number in range(1_950, 1_995))
    done = play(rolling, index, 3_600.0)
    devices = [moment for moment, job, _ in done if job.kind is JobKind.DEVICES and "d1950" in job.ids]
    codes = [moment for moment, job, _ in done if job.kind is JobKind.CODES and "d1994-9" in job.ids]
    assert gaps(devices, 0.0, 3_600.0) <= 75.0
    assert gaps(codes, 0.0, 3_600.0) <= 75.0


def test_unmanaged_codes_on_screen_are_listed_in_turn() -> None:
    index = fill([10] * 2_000, broken=1_000, foreign=40)
    rolling = Rolling(index, WatchPace(), lambda key: False)
    rolling.look_at(f"d{number}" for number in range(45))
    done = play(rolling, index, 3_600.0)
    for number in range(40):
        moments = [moment for moment, job, _ in done if job == Job(JobKind.UNMANAGED, (f"d{number}",))]
        assert gaps(moments, 0.0, 3_600.0) <= 600.0


def test_trouble_on_screen_is_read_with_the_screen_and_not_once_more() -> None:
    index = fill([2, 2], foreign=1)
    theirs = AccessCode(
        "d0-u", "d0", "", None, False, AccessCodeType.ONGOING, AccessCodeStatus.SET, errors=BROKEN
    )  # fmt: skip
    index.hear(events.CodesRead("d0", (theirs,)))
    index.hear(events.DeviceFailed("d1", SeamFailure("It failed.", "Wait."), 1, None))
    pace = WatchPace(known_every=1e9, full_every=1e9)
    rolling = Rolling(index, pace, lambda key: False)
    rolling.look_at(["d0", "d1"])
    rolling.put_off_rounds(0.0)
    done = [job for _, job, _ in play(rolling, index, 30.0)]
    assert done == [
        Job(JobKind.DEVICES, ("d0", "d1")), Job(JobKind.LISTING, ("d0",)), Job(JobKind.LISTING, ("d1",)),
    ]  # fmt: skip


def test_a_code_that_the_rereader_watches_is_left_to_it() -> None:
    index = fill([5], broken=5)
    rolling = Rolling(index, WatchPace(known_every=1e9, full_every=1e9), {"d0-1", "d0-2"}.__contains__)
    read = [set(job.ids) for _, job, _ in play(rolling, index, 30.0) if job.kind is JobKind.CODES]
    assert {"d0-0", "d0-3", "d0-4"} in read


def test_the_ends_of_rounds_are_told() -> None:
    index = fill([3] * 4)
    done = play(Rolling(index, WatchPace(), lambda key: False), index, 120.0)
    assert {end for _, _, end in done} == {RoundEnd.NONE, RoundEnd.KNOWN, RoundEnd.FULL}


def test_a_small_workspace_is_left_alone_most_of_the_time() -> None:
    index = fill([8] * 12)
    done = play(Rolling(index, WatchPace(), lambda key: False), index, 3_600.0)
    assert sum(cost(job, index) for _, job, _ in done) <= 200


@pytest.mark.parametrize("kind", [JobKind.ACCOUNTS, JobKind.WORKSPACE, JobKind.ALL_DEVICES])
def test_what_comes_round_by_itself_is_not_put_in_between(kind) -> None:
    index = fill([1])
    rolling = Rolling(index, WatchPace(hot_every=1e9, known_every=1e9, full_every=1e9), lambda key: False)
    rolling.restart(0.0)
    rolling.add(kind, ())
    assert rolling.next(0.0) is None
