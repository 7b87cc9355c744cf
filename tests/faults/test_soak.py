"""Half an hour of a busy workspace with everything going wrong, in simulated time. Larger sizes: see `soak`."""

import pytest

from seam_tui.sync.pace import WatchPace
from tests.faults.soak import CYCLE, soak

MINUTES = 30
CODES = 4_000


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_after_half_an_hour_of_everything_the_picture_is_the_servers_within_budget_and_memory_is_flat(
    seed: int,
) -> None:
    report = soak(21, CODES, MINUTES, pace=WatchPace(), seed=seed)
    # Things did happen, and did go wrong.
    assert min(report.changed.values()) >= 15, report.changed
    assert report.failed > 50
    assert report.stale >= 1
    assert report.looks > 100
    assert report.differences == []
    assert report.over_budget == []
    assert len(report.memory) == MINUTES // CYCLE
    assert report.growth <= 0.02, report.memory
    # What no event told is found within minutes, not only at the end.
    assert max(report.behind) <= CODES // 100, report.behind
    assert report.reloads == 0
