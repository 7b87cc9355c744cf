"""The event log answers as it is told to: order, retention, limits, and events that come late, twice or never."""

from typing import Any

import pytest

from seam_tui.sandbox.clock import iso


@pytest.fixture
def told(drive: Any) -> Any:
    """A sandbox with twenty events, one a second, whose log follows these rules."""

    def make(**rules: Any) -> Any:
        driven = drive("empty", control=True)
        world = driven.sandbox.world
        start = world.now
        for number in range(20):
            world.emit("device.connected", {"device_id": f"d{number}"}, at=start - 20 + number)
        world.event_rules.set(rules)
        return driven

    return make


async def listed(driven: Any, seconds: float = 60, **params: Any) -> list[str]:
    """The devices that the log names, in its order."""
    since = driven.sandbox.world.now - seconds
    answer = await driven.http.get("/events/list", params={"since": iso(since), **params})
    assert answer.status_code == 200, answer.text
    return [event["device_id"] for event in answer.json()["events"]]


async def test_events_come_oldest_first_or_newest_first(told) -> None:
    everything = [f"d{number}" for number in range(20)]
    assert await listed(told()) == everything
    assert await listed(told(newest_first=True), limit=3) == ["d19", "d18", "d17"]


async def test_only_so_many_or_so_young_events_are_kept(told) -> None:
    assert await listed(told(kept=4)) == ["d16", "d17", "d18", "d19"]
    assert await listed(told(kept_seconds=2.5)) == ["d18", "d19"]


async def test_a_larger_limit_is_cut_down(told) -> None:
    assert len(await listed(told(largest_limit=5), limit=500)) == 5
    assert len(await listed(told(largest_limit=5), limit=2)) == 2


async def test_a_late_event_is_listed_once_it_is_old_enough(told) -> None:
    assert await listed(told(late_share=1.0, late_seconds=17.0)) == ["d0", "d1", "d2", "d3"]


async def test_some_events_are_repeated_and_some_are_never_listed(told) -> None:
    everything = [f"d{number}" for number in range(20)]
    twice = await listed(told(repeated_share=1.0))
    assert twice == [name for name in everything for _ in range(2)]
    fewer = await listed(told(lost_share=0.5))
    assert 3 < len(fewer) < 17
    assert await listed(told(lost_share=1.0)) == []


async def test_the_control_plane_sets_the_rules_and_a_reset_keeps_them(drive) -> None:
    driven = drive("empty", control=True)
    answer = await driven.http.post("/_sandbox/settings", json={"events": {"newest_first": True, "kept": 9}})
    assert answer.json()["events"]["kept"] == 9
    driven.sandbox.reset()
    assert driven.sandbox.world.event_rules.newest_first
    assert (await driven.http.post("/_sandbox/settings", json={"events": {"colour": 1}})).status_code == 400
