"""What a look costs, whatever has changed: the line of DESIGN's speed budget, counted at the server.

P + ceil(k/100) + one `unmanaged.list` per device with unmanaged changes + ceil(d/100), and one `get` for each code of
which an event says that it is gone (only a 404 is proof).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from seam_tui.sandbox.clock import parse_time
from seam_tui.sandbox.confirmation import finish_removal
from seam_tui.sandbox.issues import code_event, device_fields
from seam_tui.sandbox.records import Code, Json
from seam_tui.sync import events
from seam_tui.sync.event_log import EventMark
from tests.unit.sync.watching import ONLY_EVENTS, Watched

EVENTS, CODES, UNMANAGED, DEVICES = (
    "/events/list", "/access_codes/list", "/access_codes/unmanaged/list", "/devices/list",
)  # fmt: skip
CODE, FOREIGN = "/access_codes/get", "/access_codes/unmanaged/get"
AT_ONCE = 40
"""Events of one moment: so few that no page of 500 is of one moment alone."""


@dataclass(frozen=True, slots=True)
class Happenings:
    """What happens between two looks."""

    changed: int
    """Managed codes that are renamed."""
    times: int
    """Events of each of them."""
    foreign: int
    """Unmanaged codes that are renamed."""
    added: int
    gone: int
    foreign_gone: int
    devices: int
    """Locks that are renamed."""
    seed: int


HAPPENINGS = st.builds(
    Happenings,
    changed=st.sampled_from([0, 1, 99, 100, 101, 200, 201]) | st.integers(0, 220),
    times=st.integers(1, 4),
    foreign=st.integers(0, 12),
    added=st.integers(0, 3),
    gone=st.integers(0, 3),
    foreign_gone=st.integers(0, 2),
    devices=st.sampled_from([0, 1, 99, 100, 101]) | st.integers(0, 105),
    seed=st.integers(0, 1_000),
)


@settings(max_examples=10)
@given(
    polls=st.lists(HAPPENINGS, min_size=1, max_size=3),
    rules=st.sampled_from([{}, {"newest_first": True}, {"repeated_share": 0.3}]),
)
def test_a_look_costs_no_more_than_its_line_and_leaves_nothing_out(polls: list[Happenings], rules: Json) -> None:
    async def work(watched: Watched) -> None:
        watched.world.event_rules.set(rules)
        await watched.looks()
        for number, happenings in enumerate(polls):
            await happen(watched, happenings, f"Poll {number}")
            await a_look_within_its_line(watched)
            await a_look_within_its_line(watched)
        assert watched.of(events.ReloadStarted) == []
        assert watched.of(events.Stale) == []
        assert await watched.differences() == []

    Watched.open(105, 300, pace=ONLY_EVENTS).run(work)


async def happen(watched: Watched, happenings: Happenings, name: str) -> None:
    """Change the world, a few events at a moment."""
    world, chance = watched.world, random.Random(happenings.seed)
    ours = [code for code in world.codes.values() if code.managed and not code.is_offline and not code.is_backup]
    theirs = [code for code in world.codes.values() if not code.managed]
    chance.shuffle(ours)
    chance.shuffle(theirs)
    said: list[tuple[Code, str]] = []
    for code in ours[happenings.gone : happenings.gone + happenings.changed]:
        code.name = name
        said += [(code, "changed")] * happenings.times
    for code in theirs[happenings.foreign_gone : happenings.foreign_gone + happenings.foreign]:
        code.name = name
        said.append((code, "unmanaged.created"))
    for number in range(happenings.added):
        like = chance.choice(ours + theirs)
        new = Code(world.seeds.uuid(), like.device_id, f"{name} {number}", f"77{number}2468", world.now, status="set",
                   managed=like.managed, on_lock=True)  # fmt: skip
        world.add_code(new)
        said.append((new, "created" if new.managed else "unmanaged.created"))
    chance.shuffle(said)
    for position, (code, kind) in enumerate(said):
        if position % AT_ONCE == 0:
            await watched.clock.sleep(0.02)
            world.catch_up()
        code_event(world, code, kind)
    for code in ours[: happenings.gone] + theirs[: happenings.foreign_gone]:
        finish_removal(world, code)
    for position, device in enumerate(chance.sample(list(world.devices.values()), happenings.devices)):
        if position % AT_ONCE == 0:
            await watched.clock.sleep(0.02)
            world.catch_up()
        device.name = f"{name} {position}"
        world.emit("device.name_changed", device_fields(device))


async def a_look_within_its_line(watched: Watched) -> None:
    """Hold the requests of the next look against what the events say that are new to it."""
    known = watched.watcher.mark
    assert known is not None
    watched.forget_requests()
    await watched.looks()
    log = watched.world.events
    told = log[next((n for n, event in enumerate(log, 1) if event["event_id"] == known.event_id), 0) :]
    of_codes = [event for event in told if event["event_type"].startswith("access_code.")]
    foreign = [event for event in of_codes if event["event_type"].startswith("access_code.unmanaged.")]
    gone = {event["access_code_id"] for event in of_codes} - watched.world.codes.keys()
    managed = {event["access_code_id"] for event in of_codes if event not in foreign} - gone
    alive_foreign = {event["device_id"] for event in foreign if event["access_code_id"] not in gone}
    devices = {event["device_id"] for event in told if event["event_type"].startswith("device.")}
    allowed = {
        EVENTS: pages_at_most(watched, known),
        CODES: hundreds(managed),
        UNMANAGED: len(alive_foreign),
        DEVICES: hundreds(devices),
    }
    asked = watched.requests
    alone = asked.pop(CODE, 0) + asked.pop(FOREIGN, 0)
    assert asked.keys() <= allowed.keys()
    assert {path: count for path, count in asked.items() if count > allowed[path]} == {}
    assert alone <= len(gone)


def hundreds(keys: set[str]) -> int:
    """In how many requests so many records can be asked for."""
    return -(-len(keys) // 100)


def pages_at_most(watched: Watched, known: EventMark) -> int:
    """P: up to 499 events are one page; a further page begins with the last moment of the one before."""
    world = watched.world
    since = known.at.timestamp() - ONLY_EVENTS.overlap
    listed = world.event_rules.listed(world.events, world.events, world.now)
    asked_for = sum(parse_time(event["created_at"]) >= since for event in listed)
    return 1 if asked_for < 500 else -(-asked_for // (500 - 2 * AT_ONCE))
